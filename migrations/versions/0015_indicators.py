"""Indicators: definitions, series, observations in editions, targets."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db
from observatory.kernel.exact import Exact

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "indicators",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("phrase_es", sa.String(length=200), nullable=False),
        sa.Column("phrase_en", sa.String(length=200), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["indicator_definitions.id"], name="fk_indicators_definition_id", use_alter=True
        ),
        sa.ForeignKeyConstraint(["id"], ["records.id"], name=op.f("fk_indicators_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["successor_id"], ["indicators.id"], name=op.f("fk_indicators_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicators")),
    )
    op.create_table(
        "indicator_definitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lineage", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("tolerance", Exact(), nullable=True),
        sa.Column("frequency", sa.String(length=20), nullable=False),
        sa.Column("release_days", sa.Integer(), nullable=True),
        sa.Column("over_places", sa.String(length=20), nullable=False),
        sa.Column("over_periods", sa.String(length=20), nullable=False),
        sa.Column("weight_id", sa.Integer(), nullable=True),
        sa.Column("per_head_id", sa.Integer(), nullable=True),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("limitations", sa.Text(), nullable=False),
        sa.Column("disaggregations", sa.String(length=500), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("producer_name", sa.String(length=200), nullable=False),
        sa.Column("licence", sa.String(length=200), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["organisations.id"], name=op.f("fk_indicator_definitions_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["people.id"], name=op.f("fk_indicator_definitions_drafted_by_id")),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicators.id"], name=op.f("fk_indicator_definitions_indicator_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["per_head_id"], ["indicators.id"], name=op.f("fk_indicator_definitions_per_head_id")),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["organisations.id"], name=op.f("fk_indicator_definitions_producer_id")
        ),
        sa.ForeignKeyConstraint(["weight_id"], ["indicators.id"], name=op.f("fk_indicator_definitions_weight_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_definitions")),
        sa.UniqueConstraint("indicator_id", "number", name="uq_indicator_definitions_number"),
    )
    op.create_index(
        op.f("ix_indicator_definitions_indicator_id"), "indicator_definitions", ["indicator_id"], unique=False
    )
    op.create_table(
        "indicator_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("lineage", sa.Integer(), nullable=False),
        sa.Column("breakdown", sa.String(length=200), nullable=False),
        sa.Column("dimensions", sa.JSON(), nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("scope_en", sa.String(length=200), nullable=False),
        sa.Column("top_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicators.id"], name=op.f("fk_indicator_series_indicator_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["top_id"], ["territories.id"], name=op.f("fk_indicator_series_top_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_series")),
        sa.UniqueConstraint("indicator_id", "lineage", "breakdown", "scope", name="uq_indicator_series_key"),
    )
    op.create_index(op.f("ix_indicator_series_indicator_id"), "indicator_series", ["indicator_id"], unique=False)
    op.create_table(
        "indicator_targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("lineage", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("value", Exact(), nullable=False),
        sa.Column("baseline_period", sa.String(length=10), nullable=False),
        sa.Column("baseline_value", Exact(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicators.id"], name=op.f("fk_indicator_targets_indicator_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_indicator_targets_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_indicator_targets_person_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_indicator_targets_source_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["indicator_targets.id"], name=op.f("fk_indicator_targets_supersedes_id")
        ),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_indicator_targets_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_targets")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_indicator_targets_supersedes_id")),
    )
    op.create_index("ix_indicator_targets_place", "indicator_targets", ["indicator_id", "territory_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("validated_at", db.UtcDateTime(), nullable=True),
        sa.Column("validated_by_id", sa.Integer(), nullable=True),
        sa.Column("validated_for_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_deliveries_batch_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_deliveries_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deliveries_person_id")),
        sa.ForeignKeyConstraint(["validated_by_id"], ["people.id"], name=op.f("fk_deliveries_validated_by_id")),
        sa.ForeignKeyConstraint(
            ["validated_for_id"], ["organisations.id"], name=op.f("fk_deliveries_validated_for_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_deliveries_batch_id")),
    )
    op.create_index(op.f("ix_deliveries_organisation_id"), "deliveries", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_deliveries_state"), "deliveries", ["state"], unique=False)
    op.create_table(
        "delivery_parts",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_parts_delivery_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicators.id"], name=op.f("fk_delivery_parts_indicator_id")),
        sa.PrimaryKeyConstraint("delivery_id", "indicator_id", name=op.f("pk_delivery_parts")),
    )
    op.create_index(op.f("ix_delivery_parts_indicator_id"), "delivery_parts", ["indicator_id"], unique=False)
    op.create_table(
        "delivery_doubts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_doubts_delivery_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_doubts")),
    )
    op.create_index(op.f("ix_delivery_doubts_delivery_id"), "delivery_doubts", ["delivery_id"], unique=False)
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_editions_delivery_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_editions_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_editions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
    )
    op.create_index(op.f("ix_editions_delivery_id"), "editions", ["delivery_id"], unique=False)
    op.create_table(
        "observations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column(
            "period",
            sa.String(length=10).with_variant(sa.String(length=10, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("value", Exact(), nullable=True),
        sa.Column("status", sa.String(length=1), nullable=False),
        sa.Column("as_of", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("published_id", sa.Integer(), nullable=True),
        sa.Column("superseded_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_observations_delivery_id")),
        sa.ForeignKeyConstraint(["published_id"], ["editions.id"], name=op.f("fk_observations_published_id")),
        sa.ForeignKeyConstraint(["series_id"], ["indicator_series.id"], name=op.f("fk_observations_series_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_observations_source_id")),
        sa.ForeignKeyConstraint(["superseded_id"], ["editions.id"], name=op.f("fk_observations_superseded_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_observations_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
    )
    op.create_index(
        "ix_observations_current",
        "observations",
        ["series_id", "period", "territory_id"],
        unique=True,
        sqlite_where=sa.text("published_id IS NOT NULL AND superseded_id IS NULL"),
        postgresql_where=sa.text("published_id IS NOT NULL AND superseded_id IS NULL"),
    )
    op.create_index(
        "ix_observations_former",
        "observations",
        ["series_id", "period", "territory_id"],
        unique=False,
        sqlite_where=sa.text("superseded_id IS NOT NULL"),
        postgresql_where=sa.text("superseded_id IS NOT NULL"),
    )
    op.create_index(
        "ix_observations_waiting",
        "observations",
        ["delivery_id"],
        unique=False,
        sqlite_where=sa.text("published_id IS NULL"),
        postgresql_where=sa.text("published_id IS NULL"),
    )
    op.create_table(
        "observation_sums",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column(
            "period",
            sa.String(length=10).with_variant(sa.String(length=10, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("value", Exact(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=1), nullable=False),
        sa.Column("as_of", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["series_id"], ["indicator_series.id"], name=op.f("fk_observation_sums_series_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_observation_sums_source_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_observation_sums_territory_id")),
        sa.PrimaryKeyConstraint("series_id", "period", "territory_id", name=op.f("pk_observation_sums")),
    )
    op.create_table(
        "series_periods",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column(
            "period",
            sa.String(length=10).with_variant(sa.String(length=10, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("figures", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["indicator_series.id"], name=op.f("fk_series_periods_series_id")),
        sa.PrimaryKeyConstraint("series_id", "period", "level", name=op.f("pk_series_periods")),
    )
    if op.get_bind().dialect.name == "postgresql":  # SQLite has it in its CREATE TABLE: it can't add it later
        op.create_foreign_key(
            "fk_indicators_definition_id", "indicators", "indicator_definitions", ["definition_id"], ["id"]
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_indicators_definition_id", "indicators")
    op.drop_table("series_periods")
    op.drop_table("observation_sums")
    op.drop_table("observations")
    op.drop_table("editions")
    op.drop_table("delivery_doubts")
    op.drop_table("delivery_parts")
    op.drop_table("deliveries")
    op.drop_table("indicator_targets")
    op.drop_table("indicator_series")
    op.drop_table("indicator_definitions")
    op.drop_table("indicators")
