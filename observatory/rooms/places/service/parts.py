"""Writing what stands beside a site: who has a part in it, where it produces, and on what its sources disagree."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from secrets import token_hex
from typing import Any

from sqlalchemy import delete, select, update

from observatory.kernel import db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_
from observatory.records import Contradiction, Fact, RecordPlace, given_reason, note
from observatory.records.models import DRAFT
from observatory.records.queries import records
from observatory.rooms.places import events, policy
from observatory.rooms.places.models import ROLES, Site, SiteDistrict, SiteOperator, check_share


@verb(policy.RECORD_REFERENCE)
def record_operator(
    actor: Actor, site: Site, *, organisation_id: int, role: str, share: Decimal | None = None,
    from_on: dt.date | None = None, to_on: dt.date | None = None, source_id: int | None = None,
    version: int | None = None,
) -> SiteOperator:  # fmt: skip
    """Record who operates a site or owns a part, between which dates; the same beginning again corrects the rest."""
    site.expect(version, {})
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
    site.expect(version, {})
    check_share(share)
    basis_es, basis_en = basis_es.strip(), basis_en.strip()
    if not basis_es and source_id is None:
        raise Invalid(lazy_("Name the document or the source that says so."), field="basis_es")
    if contradiction_id is not None:
        question = db.session.get(Contradiction, contradiction_id)
        if question is None or question.record_id != site.id:
            raise Invalid(lazy_("Choose one from the list."), field="contradiction_id")
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
def record_contradiction(
    actor: Actor, site: Site, *, question_es: str, question_en: str = "", consequence_es: str = "", key: str | None = None,
    consequence_en: str = "", source_id: int | None = None, version: int | None = None,
) -> Contradiction:  # fmt: skip
    """Record a question on which sources disagree; the claims then name it by its id."""
    site.expect(version, {})
    if not question_es.strip():
        raise Invalid(lazy_("Write the question."), field="question_es")
    row = Contradiction(
        record_id=site.id, key=key or token_hex(8), question_es=question_es, question_en=question_en, consequence_es=consequence_es,
        consequence_en=consequence_en, source_id=source_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    note(actor, site, events.SiteContradictionRecorded(question=question_es), contradiction=(None, question_es))
    return row


@verb(policy.RECORD_REFERENCE)
def take_back_operator(
    actor: Actor, site: Site, *, part: SiteOperator, reason: str, version: int | None = None
) -> None:
    """Take back a part that was recorded by mistake; one that ended is given its end instead."""
    site.expect(version, {})
    name = db.session.scalar(select(records.c.title).where(records.c.id == part.organisation_id)) or ""
    said = [name, part.role, _plain(part.share), _plain(part.from_on), _plain(part.to_on)]
    note(actor, site, events.OperatorTakenBack(organisation=name, reason=given_reason(reason)), operator=(said, None))
    db.session.delete(part)


@verb(policy.RECORD_REFERENCE)
def take_back_district(actor: Actor, site: Site, *, row: SiteDistrict, reason: str, version: int | None = None) -> None:
    """Take back a producing district that was recorded by mistake."""
    site.expect(version, {})
    name = db.session.scalar(select(records.c.title).where(records.c.id == row.territory_id)) or ""
    said = [name, _plain(row.share), row.basis_es]
    note(actor, site, events.DistrictTakenBack(district=name, reason=given_reason(reason)), district=(said, None))
    db.session.delete(row)
    db.session.flush()
    other = select(SiteDistrict.id).where(
        SiteDistrict.site_id == site.id, SiteDistrict.territory_id == row.territory_id
    )
    if db.session.scalar(other.limit(1)) is None:  # no other document says that it belongs there
        db.session.execute(
            delete(RecordPlace).where(RecordPlace.record_id == site.id, RecordPlace.territory_id == row.territory_id)
        )


@verb(policy.RECORD_REFERENCE)
def take_back_contradiction(
    actor: Actor, site: Site, *, question: Contradiction, reason: str, version: int | None = None
) -> None:
    """Take back a question; what the sources say about it stays, as plain facts and districts."""
    site.expect(version, {})
    fact = events.SiteContradictionTakenBack(question=question.question_es, reason=given_reason(reason))
    note(actor, site, fact, contradiction=(question.question_es, None))
    for table in (Fact, SiteDistrict):
        db.session.execute(update(table).where(table.contradiction_id == question.id).values(contradiction_id=None))
    db.session.delete(question)


def _organisation(id: int) -> str:
    statement = select(records.c.title, records.c.state).where(records.c.id == id, records.c.kind == "organisation")
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise Invalid(lazy_("Choose one from the list."), field="organisation_id")
    if found.state == DRAFT:
        raise Invalid(lazy_("Publish that organisation first: its name would be read here."), field="organisation_id")
    return str(found.title)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, dt.date) else ""
