"""Reading indicators: the catalogue and one of them. Pages and lists read column rows, never whole entities."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from observatory.kernel import db, paging
from observatory.kernel.policy import Actor
from observatory.kernel.search import Document
from observatory.kernel.text import fold
from observatory.records.derived import labels_of
from observatory.records.models import DRAFT, PUBLISHED, Record
from observatory.records.queries import find_by_slug, one_or_404, records, visible
from observatory.rooms.indicators.models import Definition, Indicator, Series, SeriesPeriod
from observatory.rooms.indicators.models.words import DEPRECATED, IN_FORCE, PROPOSED, STATES, SUPERSEDED

FILTERS = ("q", "level", "kind", "state", "keeper", "demo")
indicators, definitions = Indicator.__table__, Definition.__table__
keeper = aliased(Record.__table__, name="keeper")
producer = aliased(Record.__table__, name="producer")

ROW = (
    records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.sort_title, records.c.summary,
    records.c.language, records.c.state, records.c.is_demo, records.c.created_at, records.c.updated_at,
    records.c.keeper_id, indicators.c.code, indicators.c.level, indicators.c.phrase_es, indicators.c.phrase_en,
    indicators.c.definition_id, definitions.c.number, definitions.c.lineage, definitions.c.unit,
    definitions.c.kind.label("measure"), definitions.c.currency, definitions.c.decimals, definitions.c.direction,
    definitions.c.tolerance, definitions.c.frequency, definitions.c.release_days, definitions.c.over_places,
    definitions.c.over_periods, definitions.c.weight_id, definitions.c.per_head_id, definitions.c.definition,
    keeper.c.title.label("keeper"), keeper.c.slug.label("keeper_slug"), keeper.c.language.label("keeper_language"),
)  # fmt: skip
SHEET = (
    definitions.c.state.label("definition_state"), definitions.c.method, definitions.c.limitations,
    definitions.c.disaggregations, definitions.c.producer_id, definitions.c.producer_name, definitions.c.licence,
    definitions.c.reason, definitions.c.proposed_on, definitions.c.approved_on, definitions.c.approved_by_id,
    indicators.c.successor_id, records.c.version, records.c.source_id, producer.c.title.label("producer"),
    producer.c.slug.label("producer_slug"), producer.c.language.label("producer_language"),
)  # fmt: skip


def of_version(number: int) -> Any:
    """The condition that a definition of `indicators` has this number, and was approved."""
    approved = definitions.c.state.in_((IN_FORCE, SUPERSEDED))
    return and_(definitions.c.indicator_id == indicators.c.id, definitions.c.number == number, approved)


def asked_version(text: str) -> Any:
    """The same for what an address says; None where that is no number."""
    return of_version(int(text)) if text.isdecimal() and len(text) < 10 else None


def of_lineage(lineage: Any) -> Any:
    """The condition that a definition of `indicators` is the last approved one of a lineage: a number, or a column."""
    own = definitions.alias()
    latest = select(func.max(own.c.number)).where(
        own.c.indicator_id == indicators.c.id, own.c.lineage == lineage, own.c.state.in_((IN_FORCE, SUPERSEDED))
    )
    return and_(definitions.c.indicator_id == indicators.c.id, definitions.c.number == latest.scalar_subquery())


def of_lineages(pairs: Collection[tuple[int, int]]) -> Any:
    """The same for several (indicator, lineage)."""
    return or_(*(and_(indicators.c.id == id, of_lineage(lineage)) for id, lineage in pairs))


def newest() -> Any:
    """The definition that a page shows: the one in force, or before any was approved the latest."""
    own = definitions.alias()
    latest = select(func.max(own.c.number)).where(own.c.indicator_id == indicators.c.id).scalar_subquery()
    return or_(
        definitions.c.id == indicators.c.definition_id,
        and_(
            indicators.c.definition_id.is_(None),
            definitions.c.indicator_id == indicators.c.id,
            definitions.c.number == latest,
        ),
    )


def rows(actor: Actor, *columns: Any, meaning: Any = None) -> Select[Any]:
    """The indicators that the actor may see, as rows with the definition in force, or the one that `meaning` says."""
    joined = records.join(indicators, indicators.c.id == records.c.id)
    joined = joined.join(definitions, newest() if meaning is None else meaning)
    joined = joined.outerjoin(keeper, and_(keeper.c.id == records.c.keeper_id, keeper.c.state != DRAFT))
    joined = joined.outerjoin(producer, and_(producer.c.id == definitions.c.producer_id, producer.c.state != DRAFT))
    return select(*ROW, *columns).select_from(joined).where(visible(actor))


def find(actor: Actor, slug: str) -> Indicator:
    """The indicator at an address, as an entity: for forms and writes."""
    return find_by_slug(actor, Indicator, slug)


def row(actor: Actor, slug: str, meaning: Any = None) -> Any:
    """The indicator at an address, as a row with its fact sheet: for its page. As the definition that `meaning` says; as the
    one in force where there is no such definition."""
    at = (records.c.kind == "indicator", records.c.slug == slug)
    if meaning is not None:
        former = db.session.execute(rows(actor, *SHEET, meaning=meaning).where(*at)).one_or_none()
        if former is not None:
            return former
    return one_or_404(rows(actor, *SHEET).where(*at))


def with_sheets(actor: Actor, ids: Sequence[int]) -> list[Any]:
    """Those of these indicators that the actor may see, as rows with their fact sheets."""
    statement = rows(actor, *SHEET).where(records.c.kind == "indicator", records.c.id.in_(list(ids)))
    return list(db.session.execute(statement)) if ids else []


def definition_row(actor: Actor, indicator_id: int, number: int) -> Any:
    """One version of an indicator's definition, as a row."""
    joined = definitions.outerjoin(
        producer, and_(producer.c.id == definitions.c.producer_id, producer.c.state != DRAFT)
    )
    statement = select(
        *definitions.c, producer.c.title.label("producer"), producer.c.slug.label("producer_slug"),
        producer.c.language.label("producer_language"),
    ).select_from(joined)  # fmt: skip
    statement = statement.where(definitions.c.indicator_id == indicator_id, definitions.c.number == number)
    return one_or_404(statement.where(visible(actor, definitions.c.indicator_id)))


def versions(indicator_id: int) -> list[Any]:
    """The versions of the definition of an indicator already shown, newest first, with whoever approved each."""
    approver = aliased(Record.__table__)
    statement = (
        select(
            definitions.c.number, definitions.c.lineage, definitions.c.state, definitions.c.reason, definitions.c.approved_on,
            definitions.c.proposed_on, approver.c.title.label("approver"), approver.c.slug.label("approver_slug"),
            approver.c.language.label("approver_language"),
        )
        .select_from(definitions.outerjoin(approver, approver.c.id == definitions.c.approved_by_id))
        .where(definitions.c.indicator_id == indicator_id)
        .order_by(definitions.c.number.desc())
    )  # fmt: skip
    return list(db.session.execute(statement))


def pending(indicator_id: int) -> Definition | None:
    """The version that is drafted or proposed, as an entity; there is at most one."""
    statement = select(Definition).where(
        Definition.indicator_id == indicator_id, Definition.state.in_((DRAFT, PROPOSED))
    )
    return db.session.scalars(statement.order_by(Definition.number.desc()).limit(1)).one_or_none()


def filtered(statement: Select[Any], filters: Mapping[str, str]) -> Select[Any]:
    """`statement` over rows of indicators under the filters of an address; unknown values find nothing."""
    state = filters.get("state")
    if state is not None:
        statement = statement.where(records.c.state == state if state in STATES else records.c.id.is_(None))
    else:
        statement = statement.where(records.c.state.in_((PUBLISHED, PROPOSED)))
    for name, column in (("level", indicators.c.level), ("kind", definitions.c.kind)):
        if name in filters:
            statement = statement.where(column == filters[name])
    if "keeper" in filters:
        statement = statement.where(keeper.c.slug == filters["keeper"])
    for word in fold(filters.get("q", "")).split()[:8]:
        plain = word.replace("\\", "").replace("%", "").replace("_", " ")
        statement = statement.where(indicators.c.words.like(f"%{plain}%"))
    if "demo" in filters:
        statement = statement.where(records.c.is_demo == (filters["demo"] == "yes"))
    return statement


def listing(actor: Actor, filters: Mapping[str, str], after: str | None = None) -> paging.Page[Any]:
    """One page of indicators by name."""
    keys = [(records.c.sort_title, "sort_title", str), (records.c.id, "id", int)]
    return paging.page_of(filtered(rows(actor), filters), keys, after)


def every(actor: Actor, filters: Mapping[str, str]) -> Iterator[Any]:
    """All indicators under these filters by name, with fact sheet and how far their series reach: for the CSV."""
    statement = filtered(rows(actor, *SHEET), filters).order_by(records.c.sort_title, records.c.id)
    found = list(db.session.execute(statement))
    reach = extents([each.id for each in found])
    for each in found:
        yield {**each._mapping, **reach.get(each.id, {"first": None, "last": None, "figures": 0})}


def recent(actor: Actor, filters: Mapping[str, str], limit: int) -> Sequence[Any]:
    """The indicators changed last, newest first: for the feed."""
    statement = filtered(rows(actor), filters).order_by(records.c.updated_at.desc(), records.c.id.desc())
    return db.session.execute(statement.limit(limit)).all()


def extents(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The first and the last period with figures, and how many figures are published, by indicator."""
    table, series = SeriesPeriod.__table__, Series.__table__
    statement = (
        select(
            series.c.indicator_id, func.min(table.c.period).label("first"), func.max(table.c.period).label("last"),
            func.sum(table.c.figures).label("figures"),
        )
        .join(series, series.c.id == table.c.series_id)
        .where(series.c.indicator_id.in_(ids), table.c.figures > 0)
        .group_by(series.c.indicator_id)
    )  # fmt: skip
    return {
        row.indicator_id: {"first": row.first, "last": row.last, "figures": row.figures}
        for row in (db.session.execute(statement) if ids else ())
    }


def count(actor: Actor) -> int:
    """How many approved indicators that are not fictitious the actor may see."""
    statement = select(func.count()).where(
        records.c.kind == "indicator", records.c.state == PUBLISHED, records.c.is_demo.is_(False), visible(actor)
    )
    return db.session.scalar(statement) or 0


def choices(
    actor: Actor, *, besides: int | None = None, measure: str | None = None, demo: bool | None = None
) -> list[tuple[int, str]]:
    """(id, title) of the approved indicators that the actor may see, by name: for the choices of a form."""
    statement = select(records.c.id, records.c.title).select_from(
        records.join(indicators, indicators.c.id == records.c.id).join(
            definitions, definitions.c.id == indicators.c.definition_id
        )
    )
    statement = statement.where(visible(actor), records.c.state == PUBLISHED)
    if besides is not None:
        statement = statement.where(records.c.id != besides)
    if demo is not None:
        statement = statement.where(records.c.is_demo == demo)
    if measure is not None:
        statement = statement.where(definitions.c.kind == measure)
    return [(row.id, row.title) for row in db.session.execute(statement.order_by(records.c.sort_title))]


def named(actor: Actor, ids: Sequence[int | None]) -> dict[int, Any]:
    """Indicators as links, by id, as far as the actor may see them."""
    wanted = [id for id in ids if id is not None]
    statement = select(records.c.id, records.c.slug, records.c.title, records.c.language)
    statement = statement.where(records.c.id.in_(wanted), visible(actor))
    return {row.id: row for row in (db.session.execute(statement) if wanted else ())}


def documents(ids: Sequence[int]) -> Iterator[Document]:
    """The search documents of these indicators, in two statements: found by the words of the fact sheet."""
    joined = records.join(indicators, indicators.c.id == records.c.id).join(definitions, newest())
    joined = joined.outerjoin(keeper, keeper.c.id == records.c.keeper_id)
    joined = joined.outerjoin(producer, producer.c.id == definitions.c.producer_id)
    statement = select(*ROW, *SHEET).select_from(joined).where(records.c.id.in_(ids))
    found = db.session.execute(statement).all()
    labels = labels_of(ids)
    for each in found:
        told = (
            each.summary, each.definition, each.method, each.limitations, each.disaggregations,
            each.producer or each.producer_name,
        )  # fmt: skip
        yield Document(
            id=each.id, kind="indicator", title=each.title, body="\n".join(part for part in told if part),
            summary=each.summary, language=each.language, labels=labels[each.id], places=(), state=each.state,
            year=each.updated_at.year, url=f"/indicators/{each.slug}", also=tuple(n for n in (each.code, each.slug) if n),
            weight=1.4,
        )  # fmt: skip


def is_kept(state: str) -> bool:
    """Whether an indicator in this state is one to be delivered to."""
    return state in (PUBLISHED, PROPOSED)


def may_be_read(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that an indicator's state shows its figures."""
    return column.in_((PUBLISHED, DEPRECATED))
