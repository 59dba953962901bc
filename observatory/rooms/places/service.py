"""Writing places and sites. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_, slugify
from observatory.records import Contradiction, Fact, RecordPlace, note
from observatory.records.models import DRAFT, PUBLISHED
from observatory.records.queries import records
from observatory.rooms.places import events, policy
from observatory.rooms.places.models import (
    COUNTRY,
    ROLES,
    Site,
    SiteDistrict,
    SiteOperator,
    Territory,
    check_share,
    level_of,
)


class TerritoryValues(TypedDict, total=False):
    """What a steward may correct of a territory; a field left out stays as it is."""

    title: str
    capital: str
    reniec: str | None
    population: int | None
    population_source_id: int | None


class SiteValues(TypedDict, total=False):
    """What can be said of a site; a field left out stays as it is."""

    title: str
    summary: str
    language: str
    stage: str
    minerals: Sequence[str]


@verb(policy.ADD_TERRITORY)
def add_territory(
    actor: Actor, subject: None, *, code: str, parent: Territory | None = None, position: dict[str, Any] | None = None,
    source_id: int | None = None, is_demo: bool = False, **values: Unpack[TerritoryValues],
) -> Territory:  # fmt: skip
    """Add a country or a part of one, by its own code.

    `position` may hold latitude, longitude, altitude, short, tile_row, tile_column, valid_from, valid_to and
    predecessor_id. `parent` must be saved already.
    """
    level = level_of(code)
    if level is None:
        raise Invalid(lazy_("A code is two small letters, or 2, 4 or 6 digits."), field="code")
    if (parent is None) != (level == COUNTRY):
        raise Invalid(lazy_("Every place but a country lies within another."), field="parent")
    path = f"{parent.path}/{code}" if parent else code
    territory = Territory(
        slug=code, level=level, inei=None if level == COUNTRY else code, path=path, capital="",
        parent_id=parent.id if parent else None, source_id=source_id, is_demo=is_demo, state=PUBLISHED,
        **{"short": "", **(position or {})},
    )  # fmt: skip
    territory.describe({"title": "", **values})
    db.session.add(territory)
    note(actor, territory, events.TerritoryAdded())
    return territory


def current_territory(territory: Territory) -> dict[str, object]:
    """The stored values by field name, to set beside what somebody else entered."""
    return {name: getattr(territory, name) for name in TerritoryValues.__annotations__}


@verb(policy.CORRECT_TERRITORY)
def correct_territory(
    actor: Actor, territory: Territory, *, version: int | None = None, **values: Unpack[TerritoryValues]
) -> Territory:
    """Correct what is recorded of a territory."""
    db.session.refresh(territory, with_for_update=True)
    territory.expect(version, current_territory(territory))
    if values.get("reniec"):
        taken = select(Territory.id).where(Territory.reniec == values["reniec"], Territory.id != territory.id)
        if db.session.scalar(taken) is not None:
            raise Invalid(lazy_("Another place has this RENIEC code."), field="reniec")
    territory.describe(dict(values))
    if db.session.is_modified(territory):
        note(actor, territory, events.TerritoryCorrected())
    return territory


@verb(policy.CREATE_SITE)
def create_site(
    actor: Actor, subject: None, *, slug: str | None = None, keeper_id: int | None = None, publish: bool = False,
    is_demo: bool = False, source_id: int | None = None, **values: Unpack[SiteValues],
) -> Site:  # fmt: skip
    """Add a site, as a draft unless it is published at once."""
    site = Site(
        keeper_id=keeper_id, is_demo=is_demo, source_id=source_id, state=PUBLISHED if publish else DRAFT, minerals=[]
    )
    site.describe({"title": "", "stage": "", **values})
    site.slug = _free_slug(slug or slugify(site.title))
    db.session.add(site)
    db.session.flush()
    note(actor, site, events.SiteCreated())
    return site


def current_site(site: Site) -> dict[str, object]:
    """The stored values by field name, to set beside what somebody else entered."""
    return {name: getattr(site, name) for name in SiteValues.__annotations__}


@verb(policy.EDIT_SITE)
def edit_site(actor: Actor, site: Site, *, version: int | None = None, **values: Unpack[SiteValues]) -> Site:
    """Change what is said of a site."""
    db.session.refresh(site, with_for_update=True)
    site.expect(version, current_site(site))
    site.describe(dict(values))
    if db.session.is_modified(site):
        note(actor, site, events.SiteEdited())
    return site


@verb(policy.PUBLISH_SITE)
def publish_site(actor: Actor, site: Site, *, version: int | None = None) -> None:
    """Show a site to everyone."""
    site.expect(version, {})
    site.publish()
    note(actor, site, events.SitePublished())


@verb(policy.WITHDRAW_SITE)
def withdraw_site(actor: Actor, site: Site, *, reason: str, version: int | None = None) -> None:
    """Take a site out of the lists; its page stays, with the reason."""
    site.expect(version, {})
    reason = " ".join(reason.split())
    if len(reason) < 5:
        raise Invalid(lazy_("Say why: everyone will read it."), field="reason")
    site.withdraw()
    note(actor, site, events.SiteWithdrawn(reason=reason[:500]))


@verb(policy.RECORD_REFERENCE)
def record_operator(
    actor: Actor, site: Site, *, organisation_id: int, role: str, share: Decimal | None = None,
    from_on: dt.date | None = None, to_on: dt.date | None = None, source_id: int | None = None,
    version: int | None = None,
) -> SiteOperator:  # fmt: skip
    """Record who operates a site or owns a part, between which dates; the same beginning again corrects the rest."""
    check_share(share)
    if role not in ROLES:
        raise Invalid(lazy_("Choose one from the list."), field="role")
    if from_on is not None and to_on is not None and to_on < from_on:
        raise Invalid(lazy_("The end can't be before the beginning."), field="to_on")
    name = _organisation(organisation_id)
    part = db.session.scalar(
        select(SiteOperator).where(
            SiteOperator.site_id == site.id, SiteOperator.organisation_id == organisation_id,
            SiteOperator.role == role, SiteOperator.from_on == from_on,
        )
    )  # fmt: skip
    before = [name, role, _plain(part.share), _plain(from_on), _plain(part.to_on)] if part else None
    part = part or SiteOperator(site_id=site.id, organisation_id=organisation_id, role=role, from_on=from_on)
    part.share, part.to_on, part.source_id = share, to_on, source_id
    db.session.add(part)
    after = [name, role, _plain(share), _plain(from_on), _plain(to_on)]
    fact = events.OperatorRecorded(organisation=name, share=_plain(share), since=_plain(from_on), until=_plain(to_on))
    note(actor, site, fact, operator=(before, after))
    return part


@verb(policy.RECORD_REFERENCE)
def record_district(
    actor: Actor, site: Site, *, code: str, share: Decimal | None = None, basis_es: str = "",
    basis_en: str = "", contradiction_id: int | None = None, source_id: int | None = None,
    version: int | None = None,
) -> SiteDistrict:  # fmt: skip
    """Record a district (by its INEI code) where a site is said to produce, with the document that says so."""
    check_share(share)
    basis_es, basis_en = basis_es.strip(), basis_en.strip()
    if not basis_es and source_id is None:
        raise Invalid(lazy_("Name the document or the source that says so."), field="basis_es")
    found = select(records.c.id, records.c.title).where(records.c.kind == "territory", records.c.slug == code.strip())
    territory = db.session.execute(found).one_or_none()
    if territory is None:
        raise Invalid(_("No place has the code %(code)s.", code=code), field="code")
    row = SiteDistrict(
        site_id=site.id, territory_id=territory.id, share=share, basis_es=basis_es, basis_en=basis_en,
        contradiction_id=contradiction_id, source_id=source_id,
    )  # fmt: skip
    db.session.add(row)
    if db.session.get(RecordPlace, (site.id, territory.id)) is None:
        db.session.add(RecordPlace(record_id=site.id, territory_id=territory.id))
    db.session.flush()
    fact = events.DistrictRecorded(district=territory.title, share=_plain(share), basis=basis_es)
    note(actor, site, fact, district=(None, [territory.title, _plain(share), basis_es]))
    return row


@verb(policy.RECORD_REFERENCE)
def record_fact(
    actor: Actor, site: Site, *, text_es: str, text_en: str = "", value: str = "", as_of: str = "",
    source_id: int | None = None, contradiction_id: int | None = None,
) -> Fact:  # fmt: skip
    """Record a sourced sentence about a site."""
    if not text_es.strip():
        raise Invalid(lazy_("Write the fact."), field="text_es")
    if source_id is None:
        raise Invalid(lazy_("A fact needs its source."), field="source_id")
    fact = Fact(
        record_id=site.id, text_es=text_es.strip(), text_en=text_en.strip(), value=value, as_of=as_of,
        source_id=source_id, contradiction_id=contradiction_id,
    )  # fmt: skip
    db.session.add(fact)
    note(actor, site, events.SiteFactRecorded(), fact=(None, ": ".join(part for part in (fact.text_es, value) if part)))
    return fact


@verb(policy.RECORD_REFERENCE)
def record_contradiction(
    actor: Actor, site: Site, *, key: str, question_es: str, question_en: str = "", consequence_es: str = "",
    consequence_en: str = "", source_id: int | None = None,
) -> Contradiction:  # fmt: skip
    """Record a question on which sources disagree; the claims then name it by its id."""
    row = Contradiction(
        record_id=site.id, key=key, question_es=question_es, question_en=question_en, consequence_es=consequence_es,
        consequence_en=consequence_en, source_id=source_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    note(actor, site, events.SiteContradictionRecorded(question=question_es), contradiction=(None, question_es))
    return row


def _organisation(id: int) -> str:
    statement = select(records.c.title, records.c.state).where(records.c.id == id, records.c.kind == "organisation")
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise Invalid(lazy_("Choose one from the list."), field="organisation_id")
    if found.state == DRAFT:
        raise Invalid(lazy_("Publish that organisation first: its name would be read here."), field="organisation_id")
    return str(found.title)


def _free_slug(wanted: str) -> str:
    statement = select(records.c.slug).where(records.c.kind == "site", records.c.slug.startswith(wanted))
    taken = set(db.session.scalars(statement))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, dt.date) else ""
