"""Sessions of roundtables and their agenda."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "roundtable_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roundtable_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", db.UtcDateTime(), nullable=False),
        sa.Column("venue", sa.String(length=300), nullable=False),
        sa.Column("online_url", sa.String(length=500), nullable=False),
        sa.Column("convened_on", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["records.id"], name=op.f("fk_roundtable_sessions_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["roundtable_id"], ["roundtables.id"], name=op.f("fk_roundtable_sessions_roundtable_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roundtable_sessions")),
        sa.UniqueConstraint("roundtable_id", "number", name="uq_roundtable_sessions_number"),
    )
    op.create_index(op.f("ix_roundtable_sessions_starts_at"), "roundtable_sessions", ["starts_at"])
    op.create_table(
        "agenda_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["roundtable_sessions.id"], name=op.f("fk_agenda_items_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_agenda_items_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_items")),
    )
    op.create_index(op.f("ix_agenda_items_session_id"), "agenda_items", ["session_id"])


def downgrade() -> None:
    op.drop_table("agenda_items")
    op.drop_table("roundtable_sessions")
