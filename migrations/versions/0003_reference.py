"""Changes of sources are kept; facts are told by the aspect that any record carries."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "source_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_source_changes_source_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_source_changes_person_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_source_changes_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_changes")),
    )
    op.create_index(op.f("ix_source_changes_source_id"), "source_changes", ["source_id"])
    op.execute("UPDATE history SET event = 'FactRecorded' WHERE event = 'SiteFactRecorded'")


def downgrade() -> None:
    op.execute("UPDATE history SET event = 'SiteFactRecorded' WHERE event = 'FactRecorded'")
    op.drop_table("source_changes")
