"""Reminders of due dates."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0023"
down_revision = "0022"

_OF_MILESTONES = sa.text("milestone_id IS NOT NULL")
_OF_COMMITMENTS = sa.text("milestone_id IS NULL")


def upgrade() -> None:
    op.add_column("people", sa.Column("reminders", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "commitment_reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("sent_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_commitment_reminders_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitments.id"],
            name=op.f("fk_commitment_reminders_commitment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestones.id"], name=op.f("fk_commitment_reminders_milestone_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_reminders")),
    )
    for name, column, which in (
        ("due", "commitment_id", _OF_COMMITMENTS),
        ("milestone", "milestone_id", _OF_MILESTONES),
    ):
        op.create_index(
            f"uq_commitment_reminders_{name}",
            "commitment_reminders",
            ["organisation_id", "part", column, "due_on", "step"],
            unique=True,
            sqlite_where=which,
            postgresql_where=which,
        )
    op.create_index("ix_commitment_reminders_sent_at", "commitment_reminders", ["organisation_id", "part", "sent_at"])
    op.create_index(op.f("ix_commitment_reminders_commitment_id"), "commitment_reminders", ["commitment_id"])
    op.create_index(op.f("ix_commitment_reminders_milestone_id"), "commitment_reminders", ["milestone_id"])


def downgrade() -> None:
    op.drop_table("commitment_reminders")
    op.drop_column("people", "reminders")
