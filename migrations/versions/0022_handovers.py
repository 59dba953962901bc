"""Handovers at the end of a term: their items and who signed."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_ends_on", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("proclaimed_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["records.id"], name=op.f("fk_handovers_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_term_ends_on"), "handovers", ["term_ends_on"])
    op.create_table(
        "handover_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("drafted_at", db.UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("confirmed_at", db.UtcDateTime(), nullable=True),
        sa.Column("confirmed_under_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("answered_at", db.UtcDateTime(), nullable=True),
        sa.Column("answered_under_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handovers.id"], name=op.f("fk_handover_items_handover_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_handover_items_record_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_under_id"], ["mandates.id"], name=op.f("fk_handover_items_confirmed_under_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_under_id"], ["mandates.id"], name=op.f("fk_handover_items_answered_under_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_items")),
        sa.UniqueConstraint("handover_id", "number", name="uq_handover_items_number"),
        sa.UniqueConstraint("handover_id", "key", name="uq_handover_items_key"),
    )
    op.create_index(op.f("ix_handover_items_handover_id"), "handover_items", ["handover_id"])
    op.create_index(op.f("ix_handover_items_record_id"), "handover_items", ["record_id"])
    op.create_table(
        "handover_signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("voided_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handovers.id"], name=op.f("fk_handover_signatures_handover_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_handover_signatures_person_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_handover_signatures_mandate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_signatures")),
    )
    op.create_index(op.f("ix_handover_signatures_handover_id"), "handover_signatures", ["handover_id"])


def downgrade() -> None:
    op.drop_table("handover_signatures")
    op.drop_table("handover_items")
    op.drop_table("handovers")
