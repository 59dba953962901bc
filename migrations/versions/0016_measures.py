"""By which indicators commitments and other records are measured."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel.exact import Exact

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("baseline_period", sa.String(length=10), nullable=False),
        sa.Column("baseline_value", Exact(), nullable=True),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("value", Exact(), nullable=True),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicators.id"], name=op.f("fk_measures_indicator_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_measures_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_measures_person_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_measures_record_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_measures_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
    )
    op.create_index(op.f("ix_measures_indicator_id"), "measures", ["indicator_id"], unique=False)
    op.create_index(op.f("ix_measures_record_id"), "measures", ["record_id"], unique=False)


def downgrade() -> None:
    op.drop_table("measures")
