"""The desk in the browser: files that wait, mappings that are remembered, and batches that can be taken back."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "import_uploads",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("register", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_import_uploads_mandate_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_import_uploads_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_uploads")),
    )
    op.create_index(op.f("ix_import_uploads_at"), "import_uploads", ["at"])
    op.create_index(op.f("ix_import_uploads_person_id"), "import_uploads", ["person_id"])
    op.create_table(
        "import_mappings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_import_mappings_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mappings")),
        sa.UniqueConstraint("register", "organisation_id", "signature", name=op.f("uq_import_mappings_register")),
    )
    with op.batch_alter_table("import_batches") as batch:
        batch.add_column(sa.Column("supersedes_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("reason", sa.String(length=500), nullable=False, server_default=""))
        batch.add_column(sa.Column("refused_sha256", sa.String(length=64), nullable=True))
        batch.create_foreign_key(op.f("fk_import_batches_supersedes_id"), "import_batches", ["supersedes_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_import_batches_supersedes_id"), ["supersedes_id"])
    with op.batch_alter_table("import_batches") as batch:
        batch.alter_column("reason", server_default=None)
    with op.batch_alter_table("history") as batch:
        batch.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_history_batch_id"), "import_batches", ["batch_id"], ["id"])
    op.create_index(op.f("ix_history_batch_id"), "history", ["batch_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_history_batch_id"), "history")
    with op.batch_alter_table("history") as batch:
        batch.drop_constraint(op.f("fk_history_batch_id"), type_="foreignkey")
        batch.drop_column("batch_id")
    with op.batch_alter_table("import_batches") as batch:
        batch.drop_constraint(op.f("uq_import_batches_supersedes_id"), type_="unique")
        batch.drop_constraint(op.f("fk_import_batches_supersedes_id"), type_="foreignkey")
        batch.drop_column("refused_sha256")
        batch.drop_column("reason")
        batch.drop_column("supersedes_id")
    op.drop_table("import_mappings")
    op.drop_table("import_uploads")
