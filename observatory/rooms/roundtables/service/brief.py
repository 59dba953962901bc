"""The brief: what is known of an agenda when the session is convened, frozen; and the documents of its items. Verbs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flask_babel import force_locale
from sqlalchemy import delete, select

from observatory.aspects.attachments.models import SHOWN, Attachment
from observatory.aspects.history import queries as histories
from observatory.aspects.history import story
from observatory.kernel import clock, db, printing
from observatory.kernel.config import LOCALES
from observatory.kernel.errors import Invalid
from observatory.kernel.offers import Dossier
from observatory.kernel.pages import address, registry
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_
from observatory.records import note
from observatory.rooms.roundtables import events, policy
from observatory.rooms.roundtables.models import (
    AgendaDocument,
    AgendaItem,
    Roundtable,
    RoundtableSession,
    SessionBrief,
)
from observatory.rooms.roundtables.queries import brief as reading
from observatory.rooms.roundtables.service import hold

FORMAT = 1
"""Of the content: what each part of it is called. A brief of an older format stays as it is."""
MOST_TOLD = 12
MOST_DOCUMENTS = 20


@verb(policy.PREPARE)
def choose_documents(
    actor: Actor, session: RoundtableSession, *, item: AgendaItem, attachments: Sequence[int] = (),
    version: int | None = None,
) -> None:  # fmt: skip
    """Say which files of the session's page belong to an item of its agenda."""
    hold(session, version)
    if item.session_id != session.id:
        raise Invalid(lazy_("Choose one from the list."), field="attachments")
    wanted = sorted(set(attachments))
    if len(wanted) > MOST_DOCUMENTS:
        raise Invalid(lazy_("An item can have at most %(most)s documents.", most=MOST_DOCUMENTS), field="attachments")
    own = select(Attachment.id, Attachment.title).where(
        Attachment.record_id == session.id, Attachment.state == SHOWN, Attachment.id.in_(wanted)
    )
    known = {row.id: row.title for row in db.session.execute(own)}
    if set(known) != set(wanted):
        raise Invalid(lazy_("Choose from the files on this page."), field="attachments")
    before = sorted(db.session.scalars(select(AgendaDocument.attachment_id).where(AgendaDocument.item_id == item.id)))
    if before == wanted:
        return
    db.session.execute(delete(AgendaDocument).where(AgendaDocument.item_id == item.id))
    db.session.add_all(AgendaDocument(item_id=item.id, attachment_id=id) for id in wanted)
    told = [known[id] for id in wanted]
    note(actor, session, events.AgendaDocumentsChosen(item=item.title), documents=(None, told))


def freeze(session: RoundtableSession) -> SessionBrief:
    """Keep what everyone may know at this moment of what is on the agenda, in the words of the body's language, and have
    it printed. Part of convening."""
    with force_locale(LOCALES.get(session.language, LOCALES["es"])):
        content = canonical(_content(session))
    digest = hashlib.sha256(content.encode()).hexdigest()
    made = SessionBrief(session_id=session.id, content=content, digest=digest, made_at=clock.now())
    db.session.add(made)
    db.session.flush()
    printing.want(session.id, reading.NAME, digest)
    return made


def canonical(content: Mapping[str, Any]) -> str:
    """One way of writing it down, so that equal contents have equal digests: keys in order, no spaces, UTF-8 as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _content(session: RoundtableSession) -> dict[str, Any]:
    everyone = Actor.guest()
    roundtable = db.session.get_one(Roundtable, session.roundtable_id)
    items = reading.agenda_now(everyone, session)
    files = reading.documents_now(session)
    said = _dossiers(everyone, items)
    return {
        "format": FORMAT,
        "convened_at": clock.now().isoformat(timespec="seconds"),
        "language": session.language,
        "fictitious": session.is_demo,
        "roundtable": {"title": roundtable.title, "address": _address("roundtable", roundtable.slug)},
        "session": {
            "number": session.number,
            "title": session.title,
            "address": _address("session", session.slug),
            "starts_at": session.starts_at.astimezone(clock.LIMA).isoformat(timespec="minutes"),
            "time_zone": clock.LIMA.key,
            "venue": session.venue,
            "online_url": session.online_url,
        },
        "agenda": [_item(number, item, said, files.get(item.id, ())) for number, item in enumerate(items, 1)],
    }


def _item(number: int, item: Any, said: Mapping[int, Dossier], files: Sequence[Any]) -> dict[str, Any]:
    source = registry().matters.get(item.matter)
    told: dict[str, Any] = {
        "number": number,
        "title": item.title,
        "note": item.note,
        "came_up": str(source.label) if source else "",
        "about": None,
        "documents": [
            {
                "number": file.id, "title": file.title, "name": file.file_name, "type": file.media_type, "size": file.size,
                "sha256": file.sha256, "address": f"/files/{file.id}",
            }
            for file in files
        ],
    }  # fmt: skip
    if item.about_id is not None:
        dossier = said.get(item.about_id, Dossier())
        told["about"] = {
            "kind": item.about_kind,
            "kind_in_words": str(registry().kinds[item.about_kind].label),
            "title": item.about_title,
            "language": item.about_language,
            "fictitious": item.about_is_demo,
            "address": _address(item.about_kind, item.about_slug),
            "facts": [list(fact) for fact in dossier.facts],
            "figures": [asdict(figure) for figure in dossier.figures],
            "history": [list(entry) for entry in dossier.history],
        }
    return told


def _dossiers(everyone: Actor, items: Sequence[Any]) -> dict[int, Dossier]:
    """What rooms say of the records on the agenda; of a kind of which none says anything, what happened to it."""
    by_kind: dict[str, list[int]] = {}
    for item in items:
        if item.about_id is not None:
            by_kind.setdefault(item.about_kind, []).append(item.about_id)
    found: dict[int, Dossier] = {}
    left: list[int] = []
    for kind, ids in sorted(by_kind.items()):
        offered = registry().dossiers.get(kind)
        if offered is not None:
            found.update(offered(everyone, ids))
        else:
            left += ids
    entries = histories.of_records(everyone, left, MOST_TOLD)
    for id, told in story.plainly(everyone, entries, _("this page")).items():
        found[id] = Dossier(history=[(at.astimezone(clock.LIMA).date().isoformat(), words) for at, words in told])
    return found


def _address(kind: str, slug: str) -> str:
    """The address of a page without the language that whoever convenes asked for."""
    return address(kind, slug).partition("?")[0]
