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
        "UPDATE measures SET lineage = COALESCE("
        "(SELECT d.lineage FROM indicator_definitions d WHERE d.indicator_id = measures.indicator_id "
        "AND d.approved_on <= measures.set_on ORDER BY d.number DESC LIMIT 1), "
        "(SELECT d.lineage FROM indicator_definitions d WHERE d.indicator_id = measures.indicator_id "
        "AND d.approved_on IS NOT NULL ORDER BY d.number LIMIT 1), 1)"
    )
    # What was published at once said of whoever brought it that they had validated it.
    op.execute(
        "UPDATE deliveries SET validated_at = NULL, validated_by_id = NULL, validated_for_id = NULL "
        "WHERE validated_at IS NOT NULL AND COALESCE(validated_for_id, 0) = COALESCE(organisation_id, 0)"
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


def _breakdown(parts: list[tuple[str, str]]) -> str:
    whole = ";".join(sorted(f"{key}={_value(value)}" for key, value in parts))
    return whole if len(whole) <= 200 else f"{whole[:183]}~{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _value(text: str) -> str:
    told = re.sub(r"(?<=\d),(?=\d)", ".", _fold(text))
    told = re.sub(r" ?([^\w ]) ?", r"\1", told).replace(" ", "_")
    return told.replace(";", "%3b").replace("=", "%3d")


def _fold(text: str) -> str:
    folded = [
        char if char == "ñ" else unicodedata.normalize("NFD", char)[0]
        for char in unicodedata.normalize("NFC", text).casefold()
    ]
    return " ".join("".join(folded).split())
