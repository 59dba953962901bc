"""A measure belongs to the versions of a definition that can be compared; breakdowns are told apart by their signs too."""

import hashlib
import json
import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("measures", sa.Column("lineage", sa.Integer(), nullable=False, server_default="1"))
    op.execute(
        "UPDATE measures SET lineage = COALESCE((SELECT d.lineage FROM indicator_definitions d JOIN indicators i "
        "ON i.definition_id = d.id WHERE i.id = measures.indicator_id), 1)"
    )
    with op.batch_alter_table("measures") as table:
        table.alter_column("lineage", server_default=None)
    _tell_apart()


def downgrade() -> None:
    with op.batch_alter_table("measures") as table:
        table.drop_column("lineage")


def _tell_apart() -> None:
    series = sa.table(
        "indicator_series",
        sa.column("id", sa.Integer),
        sa.column("breakdown", sa.String),
        sa.column("dimensions", sa.JSON),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(series).where(series.c.breakdown != "")).all():
        dimensions = json.loads(row.dimensions) if isinstance(row.dimensions, str) else row.dimensions
        told = _breakdown([(key, value) for key, _name, value in dimensions])
        if told != row.breakdown:
            connection.execute(series.update().where(series.c.id == row.id).values(breakdown=told))


# As models/breakdown.py said when this was written.
_SIGNS = {"<": "lt", ">": "gt", "≤": "le", "≥": "ge", "+": "plus", "&": "and", "%": "pct"}


def _breakdown(parts: list[tuple[str, str]]) -> str:
    whole = ";".join(sorted(f"{key}={_value(value)}" for key, value in parts))
    return whole if len(whole) <= 200 else f"{whole[:183]}~{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _value(text: str) -> str:
    told = re.sub(r"(?<=\d),(?=\d)", ".", _fold(text))
    told = "".join(f" {_SIGNS[char]} " if char in _SIGNS else char for char in told)
    told = re.sub(r"(?<!\d)\.|\.(?!\d)", " ", told).replace("_", "-")
    return re.sub(r"[^\w.]+", "-", told).strip("-") or "-"


def _fold(text: str) -> str:
    folded = [
        char if char == "ñ" else unicodedata.normalize("NFD", char)[0]
        for char in unicodedata.normalize("NFC", text).casefold()
    ]
    return " ".join("".join(folded).split())
