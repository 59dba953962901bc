"""Writing places and sites. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_, slugify
from observatory.records import given_reason, note
from observatory.records.models import DRAFT, PUBLISHED
from observatory.records.queries import records
from observatory.rooms.places import events, policy
from observatory.rooms.places.models import COUNTRY, Site, Territory, level_of


class TerritoryValues(TypedDict, total=False):
    """What a steward may correct of a territory; a field left out stays as it is."""

    title: str
    capital: str
    reniec: str | None
    population: int | None
    population_source_id: int | None
    latitude: Decimal | None
    longitude: Decimal | None
    altitude: Decimal | None


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
    reason = given_reason(reason)
    site.withdraw()
    note(actor, site, events.SiteWithdrawn(reason=reason))


def _free_slug(wanted: str) -> str:
    statement = select(records.c.slug).where(records.c.kind == "site", records.c.slug.startswith(wanted))
    taken = set(db.session.scalars(statement))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
