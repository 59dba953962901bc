"""Settings that administrators change, and what they did to the instance."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_preferences")),
    )
    op.create_table(
        "administration_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_administration_acts_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_administration_acts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administration_acts")),
    )


def downgrade() -> None:
    op.drop_table("administration_acts")
    op.drop_table("preferences")
