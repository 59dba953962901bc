"""Counts by kind without reading every record; places below another by a range of their paths."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INDEX = "ix_records_kind_state_is_demo"


def upgrade() -> None:
    op.create_index(INDEX, "records", ["kind", "state", "is_demo"])
    if op.get_context().dialect.name == "postgresql":  # there, text is otherwise sorted as in a dictionary
        op.alter_column("territories", "path", type_=sa.String(length=40, collation="C"))


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("territories", "path", type_=sa.String(length=40, collation="default"))
    op.drop_index(INDEX, "records")
