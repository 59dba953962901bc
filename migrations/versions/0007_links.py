"""Typed links between records."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "record_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["records.id"], name=op.f("fk_record_links_from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_id"], ["records.id"], name=op.f("fk_record_links_to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_links")),
        sa.UniqueConstraint("from_id", "to_id", "relation", name=op.f("uq_record_links_from_id")),
    )
    op.create_index(op.f("ix_record_links_to_id"), "record_links", ["to_id"])


def downgrade() -> None:
    op.drop_table("record_links")
