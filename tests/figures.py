"""Indicators that the walk through all routes needs, beside those of the demonstration: one in every state that matters
there, each at an address that the tests know, with deliveries of figures in theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from observatory.cli.story import acting
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.people.queries import actor_of
from observatory.records.models import Record, Source
from observatory.rooms.indicators import service
from observatory.rooms.indicators.models import Delivery, Indicator, Measure, Series, Target
from observatory.rooms.indicators.queries import cases
from observatory.rooms.indicators.service import delivering, measuring, targets
from observatory.rooms.indicators.service.writing import Ready
from observatory.rooms.places.models import Site

DRAFT, PROPOSED, APPROVED, REDEFINED = (
    f"prueba-{name}" for name in ("borrador", "propuesto", "aprobado", "nueva-version")
)
KEEPER = ("rosalbina.mendo@demo.example", "mesa-de-desarrollo-puna-alta")
"""Keeps what is approved, as the visitor `secretary`; a company may keep an indicator, but not define one."""
CHECKER = ("ivonne.luza@demo.example", "universidad-nacional-cuenca-alta")
WAITS, CHECKED, PUBLISHED = "Espera a quien la valide.", "Validada, sin publicar.", "Publicada."
"""The deliveries, by what was remarked of each."""
PERIODS = ("2020", "2021", "2022", "2023", "2024")
PLACES = ("02", "04", "05", "06", "18", "21")


def add_indicators(database: Database, own: str, own_site: str, address_of: Callable[[str], str]) -> None:
    """A draft and a proposal of the representative's organisation; one approved with figures of several places, scopes
    and sexes and a target, by which their site is measured; one with the draft of a new version; three deliveries of the
    representative's organisation."""

    def manager() -> Actor:
        from observatory.kernel import db

        person = db.session.scalars(select(Person).where(Person.email == address_of("manager"))).one()
        mandate = db.session.scalar(select(Mandate.id).where(Mandate.person_id == person.id).order_by(Mandate.id))
        return actor_of(person, mandate_id=mandate)

    def keeper() -> Actor:
        return acting(*KEEPER)

    def checker() -> Actor:
        return acting(*CHECKER)

    with database.reading() as unit:
        ids = dict(unit.execute(select(Record.slug, Record.id).where(Record.kind == "organisation")).all())
        places = dict(unit.execute(select(Record.slug, Record.id).where(Record.kind == "territory")).all())
        source = unit.scalar(select(func.min(Source.id)))

    def made(slug: str, who: Callable[[], Actor], *verbs: tuple[Callable[[], Actor], Any], **more: Any) -> None:
        """An indicator and what was done to it, one unit of work each."""
        with database.unit_of_work():
            service.create(who(), None, slug=slug, is_demo=True, **whole(**more))
        for by, verb in verbs:
            act(slug, by, verb)

    def act(slug: str, who: Callable[[], Actor], verb: Callable[..., Any], **values: Any) -> None:
        with database.unit_of_work() as unit:
            actor = who()
            verb(actor, cases.case_of(actor, _found(unit, slug)), **values)

    def delivered(remark: str, figures: Sequence[tuple[str, str, list[Ready]]], *verbs: Callable[..., Any]) -> None:
        """Figures of a scope and a sex that the manager brought and somebody else answered."""
        with database.unit_of_work() as unit:
            indicator = _found(unit, APPROVED)
            rows = [
                row._replace(series_id=_series(indicator, scope, sex))
                for scope, sex, each in figures
                for row in each
            ]  # fmt: skip
            number = delivering.deliver(manager(), None, rows=rows, remark=remark).id
        for verb in verbs:
            with database.unit_of_work() as unit:
                actor = checker()
                verb(actor, cases.handed_of(actor, unit.get_one(Delivery, number)))

    def rows(*codes: str, periods: Sequence[str] = PERIODS, least: int = 10) -> list[Ready]:
        """A rising figure for each of these places and periods."""
        return [
            Ready(0, places[code], period, str(least + 7 * at + 3 * step), "A", "2025-03-31", "", source)
            for at, code in enumerate(codes)
            for step, period in enumerate(periods)
        ]

    approved = ((keeper, service.propose), (checker, service.approve))
    made(DRAFT, Actor.operator, keeper_id=ids[own])
    made(PROPOSED, Actor.operator, (Actor.operator, service.propose), keeper_id=ids[own])
    made(APPROVED, keeper, *approved)
    made(REDEFINED, keeper, *approved)
    act(REDEFINED, keeper, service.redefine, reason="Desde ahora se cuentan también las bombas solares.")
    gap = Ready(0, places["15"], PERIODS[-1], None, "O", "2025-03-31", "No se recogió a tiempo.", source)
    delivered(
        PUBLISHED,
        [
            ("", "", [*rows(*PLACES), gap]),
            ("Solo las nuevas", "", rows(*PLACES, least=5)),
            ("", "Mujeres", rows("18", least=4)),
            ("", "Varones", rows("18", least=6)),
        ],
        delivering.validate,
        delivering.publish,
    )
    delivered(CHECKED, [("", "", rows("23", periods=PERIODS[-1:]))], delivering.validate)
    delivered(WAITS, [("", "", rows("02", "20", periods=PERIODS[-1:], least=40))])
    act(
        APPROVED, keeper, targets.set_target, place="18", period="2030", value=Decimal(100), baseline_period="2020",
        baseline_value=Decimal(10), document="Plan de prueba, página 4",
    )  # fmt: skip
    with database.unit_of_work() as unit:
        site = unit.scalars(select(Site).where(Site.slug == own_site)).one()
        measuring.measure(manager(), site, indicator_id=_found(unit, APPROVED).id, place="18")


def whole(**more: Any) -> dict[str, Any]:
    """All that an indicator needs to be proposed."""
    return {
        "title": "Bombas de agua en funcionamiento", "summary": "Cuántas bombas de agua funcionan.", "language": "es",
        "level": "output", "phrase_es": "funcionan {value}", "phrase_en": "{value} are at work", "unit": "bombas",
        "kind": "count", "decimals": 0, "direction": "increase", "frequency": "year", "release_days": 90,
        "over_places": "sum", "definition": "Bombas de agua que dieron agua en el último mes del año.",
        "disaggregations": "sexo de quien la cuida", "producer_name": "Quien cuida las bombas", **more,
    }  # fmt: skip


def numbers(unit: Session) -> dict[str, Any]:
    """What addresses about these indicators need, by the names under which paths of tests ask for it."""
    indicator = _found(unit, APPROVED)
    plain = select(Series.id).where(Series.indicator_id == indicator.id, Series.breakdown == "", Series.scope == "")
    remarked = {name: select(Delivery.id).where(Delivery.note == words) for name, words in _DELIVERIES.items()}
    return {
        "approved": indicator.id,
        "series": unit.scalars(plain).one(),
        "measure": unit.scalars(select(Measure.id).where(Measure.indicator_id == indicator.id)).one(),
        "target": unit.scalars(select(Target.id).where(Target.indicator_id == indicator.id)).one(),
        **{name: unit.scalars(statement).one() for name, statement in remarked.items()},
    }


_DELIVERIES = {"waiting_delivery": WAITS, "checked_delivery": CHECKED, "published_delivery": PUBLISHED}


def _found(unit: Session, slug: str) -> Indicator:
    found: Indicator = unit.scalars(select(Indicator).where(Indicator.slug == slug)).one()
    return found


def _series(indicator: Indicator, scope: str, sex: str) -> int:
    dimensions = [("sexo", "Sexo", sex)] if sex else []
    return delivering.series_for(indicator, 1, dimensions, scope).id
