"""Roundtables: bodies in which several sectors sit, their constituencies, seats and commissions."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "roundtables",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("founding_act", sa.String(length=400), nullable=False),
        sa.Column("founding_url", sa.String(length=500), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("quorum_percent", sa.Integer(), nullable=True),
        sa.Column("quorum_strict", sa.Boolean(), nullable=False),
        sa.Column("decision_rule", sa.String(length=20), nullable=True),
        sa.Column("rhythm_days", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["records.id"], name=op.f("fk_roundtables_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roundtables")),
    )
    op.create_table(
        "constituencies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roundtable_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        _of_roundtable("constituencies"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_constituencies")),
        sa.UniqueConstraint("roundtable_id", "name", name="uq_constituencies_name"),
    )
    op.create_index(op.f("ix_constituencies_roundtable_id"), "constituencies", ["roundtable_id"])
    op.create_table(
        "seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roundtable_id", sa.Integer(), nullable=False),
        sa.Column("constituency_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("alternate_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=300), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        _of_roundtable("seats"),
        sa.ForeignKeyConstraint(
            ["constituency_id"], ["constituencies.id"], name=op.f("fk_seats_constituency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_seats_organisation_id")),
        sa.ForeignKeyConstraint(["alternate_id"], ["organisations.id"], name=op.f("fk_seats_alternate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    for name in ("roundtable_id", "organisation_id", "alternate_id"):
        op.create_index(op.f(f"ix_seats_{name}"), "seats", [name])
    op.create_table(
        "commissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roundtable_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        _of_roundtable("commissions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commissions")),
        sa.UniqueConstraint("roundtable_id", "name", name="uq_commissions_name"),
    )
    op.create_index(op.f("ix_commissions_roundtable_id"), "commissions", ["roundtable_id"])
    op.create_table(
        "commission_members",
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commission_id"], ["commissions.id"], name=op.f("fk_commission_members_commission_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_commission_members_organisation_id")
        ),
        sa.PrimaryKeyConstraint("commission_id", "organisation_id", name=op.f("pk_commission_members")),
    )


def _of_roundtable(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["roundtable_id"], ["roundtables.id"], name=op.f(f"fk_{table}_roundtable_id"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for name in ("commission_members", "commissions", "seats", "constituencies", "roundtables"):
        op.drop_table(name)
