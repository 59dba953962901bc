"""Reading commitments: lists and one of them. Pages and lists read column rows, never whole entities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from observatory.aspects.comments.models import VISIBLE, Comment
from observatory.kernel import db, paging
from observatory.kernel.policy import Actor
from observatory.kernel.search import Document
from observatory.records.derived import labels_of
from observatory.records.models import DRAFT, PUBLISHED, Record, Source
from observatory.records.queries import find_by_slug, one_or_404, records, visible
from observatory.rooms.commitments.models import Commitment, Milestone
from observatory.rooms.commitments.policy import Case
from observatory.rooms.commitments.queries.filtering import commitments, filtered
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.organisations.queries import places

accountable = aliased(Record.__table__, name="accountable")
verifier = aliased(Record.__table__, name="verifier")
_organisations = Organisation.__table__

ROW = (
    records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.summary, records.c.language,
    records.c.state, records.c.is_demo, records.c.created_at, records.c.updated_at, records.c.keeper_id,
    commitments.c.nature, commitments.c.due_original, commitments.c.due_current, commitments.c.due_key,
    commitments.c.proposed_on, commitments.c.accepted_on, commitments.c.claimed_on, commitments.c.verified_on,
    commitments.c.closed_on, commitments.c.reported_on, commitments.c.progress, commitments.c.next_milestone_on,
    commitments.c.open_disputes, commitments.c.last_finding, commitments.c.covers, commitments.c.recorded, commitments.c.suspended_days, commitments.c.grace_days, commitments.c.resumed_on,
    commitments.c.accountable_id, commitments.c.accountable_as_written,
    accountable.c.title.label("accountable"), accountable.c.slug.label("accountable_slug"),
    accountable.c.language.label("accountable_language"), accountable.c.sort_title.label("accountable_key"),
    accountable.c.state.label("accountable_state"), verifier.c.title.label("verifier"),
    verifier.c.language.label("verifier_language"),
)  # fmt: skip


def rows(actor: Actor, *columns: Any) -> Select[Any]:
    """The commitments that the actor may see, as rows with whoever owes them."""
    joined = records.join(commitments, commitments.c.id == records.c.id)
    joined = joined.outerjoin(
        accountable, and_(accountable.c.id == commitments.c.accountable_id, accountable.c.state != DRAFT)
    ).outerjoin(verifier, and_(verifier.c.id == commitments.c.verifier_id, verifier.c.state != DRAFT))
    return select(*ROW, *columns).select_from(joined).where(visible(actor))


def find(actor: Actor, slug: str) -> Commitment:
    """The commitment at an address, as an entity: for forms and writes."""
    return find_by_slug(actor, Commitment, slug)


def row(actor: Actor, slug: str) -> Any:
    """The commitment at an address, as a row: for its page."""
    more = [column for column in commitments.c if column.name not in {each.name for each in ROW}]
    site = aliased(Record.__table__)
    statement = rows(
        actor, *more, records.c.version, records.c.site_id, records.c.source_id, site.c.title.label("site"),
        site.c.slug.label("site_slug"), site.c.language.label("site_language"),
    )  # fmt: skip
    froms = statement.get_final_froms()[0].outerjoin(site, and_(site.c.id == records.c.site_id, site.c.state != DRAFT))
    return one_or_404(statement.select_from(froms).where(records.c.kind == "commitment", records.c.slug == slug))


_BY_DUE = [(commitments.c.due_key, "due_key", str), (commitments.c.id, "id", int)]
_BY_ORGANISATION = [(func.coalesce(accountable.c.sort_title, "~"), "group_key", str), *_BY_DUE]


def listing(
    actor: Actor,
    filters: Mapping[str, str],
    after: str | None = None,
    *,
    grouped: bool = False,
    size: int = paging.PAGE,
) -> paging.Page[Any]:
    """One page of commitments by due date, undated ones last; `grouped` by whoever owes them."""
    keys: list[Any] = _BY_ORGANISATION if grouped else _BY_DUE
    statement = rows(actor, func.coalesce(accountable.c.sort_title, "~").label("group_key"))
    # Without the kind, which the join implies: the index of due dates then gives the rows in the order of the list.
    return paging.page_of(filtered(statement, filters), keys, after, size=size)


def recent(actor: Actor, filters: Mapping[str, str], limit: int) -> Sequence[Any]:
    """The commitments changed last, newest first: for the feed."""
    statement = filtered(rows(actor), filters).order_by(records.c.updated_at.desc(), records.c.id.desc())
    return db.session.execute(statement.limit(limit)).all()


def documents(ids: Sequence[int]) -> Iterator[Document]:
    """The search documents of these commitments, in four statements."""
    statement = (
        select(
            *ROW, commitments.c.verbatim, commitments.c.expected_result, commitments.c.problem, commitments.c.document,
            commitments.c.external_id, _organisations.c.sector,
        )
        .select_from(
            records.join(commitments, commitments.c.id == records.c.id)
            .outerjoin(accountable, accountable.c.id == commitments.c.accountable_id)
            .outerjoin(verifier, verifier.c.id == commitments.c.verifier_id)
            .outerjoin(_organisations, _organisations.c.id == commitments.c.accountable_id)
        )
        .where(records.c.id.in_(ids))
    )  # fmt: skip
    found = db.session.execute(statement).all()
    labels, belongs, steps = labels_of(ids), places(ids), _steps(ids)
    for each in found:
        told = (each.verbatim, each.expected_result, each.problem, each.document, *steps.get(each.id, ()))
        year = (each.due_current or each.proposed_on or each.updated_at).year
        yield Document(
            id=each.id, kind=each.kind, title=each.title, body="\n".join(part for part in told if part),
            summary=each.verbatim[:300], language=each.language, labels=labels[each.id],
            places=tuple(sorted({part for place in belongs.get(each.id, ()) for part in place.path.split("/")})),
            sector=each.sector, state=each.state, year=year, url=f"/commitments/{each.slug}",
            also=tuple(n for n in (each.accountable or each.accountable_as_written, each.external_id) if n), weight=1.1,
        )  # fmt: skip


def _steps(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for step in db.session.execute(
        select(Milestone.commitment_id, Milestone.title)
        .where(Milestone.commitment_id.in_(ids))
        .order_by(Milestone.position)
    ):
        found.setdefault(step.commitment_id, []).append(step.title)
    return found


def waiting_steps(ids: Sequence[int]) -> dict[int, list[Any]]:
    """The dated milestones of these commitments that are not claimed in full."""
    table = Milestone.__table__
    found: dict[int, list[Any]] = {}
    statement = select(table).where(table.c.commitment_id.in_(ids), table.c.due_on.is_not(None), table.c.claimed < 100)
    for step in db.session.execute(statement.order_by(table.c.due_on, table.c.id)) if ids else ():
        found.setdefault(step.commitment_id, []).append(step)
    return found


def title_of(actor: Actor, kind: str, wanted: str) -> str | None:
    """What the record of a filter is called, as far as the actor may see it."""
    named = records.c.slug == wanted
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        named = or_(named, records.c.id == int(wanted))
    statement = select(records.c.title).where(records.c.kind == kind, named, visible(actor))
    found: str | None = db.session.scalar(statement.limit(1))
    return found


def party(actor: Actor, organisation_id: int | None) -> Any:
    """An organisation as a link: slug, title, language; None where there is none, or the actor may not see it."""
    if organisation_id is None:
        return None
    statement = select(records.c.slug, records.c.title, records.c.language)
    return db.session.execute(statement.where(records.c.id == organisation_id, visible(actor))).one_or_none()


def source(source_id: int | None) -> Source | None:
    """Where a commitment was taken from, if a source is recorded."""
    return db.session.get(Source, source_id) if source_id else None


def organisations_by_sector(actor: Actor) -> dict[str, list[tuple[int, str]]]:
    """(id, title) of the published organisations that the actor may see, by sector, those who owe most often first."""
    order = ("state", "company", "community", "civil_society", "academia", "oversight")
    statement = (
        select(records.c.id, records.c.title, _organisations.c.sector)
        .select_from(records.join(_organisations, _organisations.c.id == records.c.id))
        .where(records.c.kind == "organisation", records.c.state == PUBLISHED, visible(actor))
        .order_by(records.c.sort_title)
    )
    found: dict[str, list[tuple[int, str]]] = {sector: [] for sector in order}
    for row in db.session.execute(statement):
        found.setdefault(row.sector, []).append((row.id, row.title))
    return {sector: rows for sector, rows in found.items() if rows}


def possible_verifiers(actor: Actor, case: Case) -> list[tuple[int, str]]:
    """(id, title) of the organisations that could look at a commitment: of a sector that no party has."""
    never = {*case.parties.values(), "other", "participation_body"}
    by_sector = organisations_by_sector(actor)
    found = [
        pair
        for sector, rows in by_sector.items()
        if sector not in never
        for pair in rows
        if pair[0] not in case.bound | case.keeper
    ]
    return sorted(found, key=lambda pair: pair[1].lower())


def words_of(comment_id: int) -> str:
    """What a comment about a commitment already shown says, as plain words; empty where it is hidden."""
    found = db.session.execute(select(Comment.body, Comment.state).where(Comment.id == comment_id)).one()
    return str(found.body) if found.state == VISIBLE else ""
