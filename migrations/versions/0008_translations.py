"""Records in other languages."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "record_translations",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("original", sa.String(length=64), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_record_translations_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "language", name=op.f("pk_record_translations")),
    )


def downgrade() -> None:
    op.drop_table("record_translations")
