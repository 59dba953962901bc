"""Boundaries of places, drawn once."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "boundaries",
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("west", sa.Integer(), nullable=False),
        sa.Column("north", sa.Integer(), nullable=False),
        sa.Column("east", sa.Integer(), nullable=False),
        sa.Column("south", sa.Integer(), nullable=False),
        sa.Column("scale", sa.Integer(), nullable=False),
        sa.Column("parallel", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_boundaries_source_id")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territories.id"], name=op.f("fk_boundaries_territory_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("territory_id", name=op.f("pk_boundaries")),
    )
    op.create_index(op.f("ix_boundaries_level"), "boundaries", ["level"], unique=False)


def downgrade() -> None:
    op.drop_table("boundaries")
