"""Documents to be printed; what sessions were convened with, and the documents of their agenda."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "printings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("wanted_at", db.UtcDateTime(), nullable=False),
        sa.Column("next_try_at", db.UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("made_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_printings_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printings")),
        sa.UniqueConstraint("record_id", "name", "digest", name="uq_printings_digest"),
    )
    op.create_index(op.f("ix_printings_next_try_at"), "printings", ["next_try_at"])
    op.create_table(
        "session_briefs",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["roundtable_sessions.id"], name=op.f("fk_session_briefs_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_briefs")),
    )
    op.create_table(
        "agenda_documents",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name=op.f("fk_agenda_documents_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_agenda_documents_attachment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "attachment_id", name=op.f("pk_agenda_documents")),
    )
    op.create_index(op.f("ix_agenda_documents_attachment_id"), "agenda_documents", ["attachment_id"])


def downgrade() -> None:
    op.drop_table("agenda_documents")
    op.drop_table("session_briefs")
    op.drop_table("printings")
