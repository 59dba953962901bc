"""Verifiers that an agreement names."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("verifiers_asked", sa.Column("agreed", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("verifiers_asked") as batch:
        batch.drop_column("agreed")
