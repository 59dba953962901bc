"""What the invented people of the demonstration said, replayed through the services at its own time."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from observatory.aspects.attachments import service as attachments
from observatory.aspects.comments import queries, service
from observatory.aspects.comments.models import ERROR, Comment
from observatory.aspects.links import service as links
from observatory.aspects.translations import service as translations
from observatory.cli.reading import entries_of, moment
from observatory.cli.story import acting
from observatory.kernel import clock, db, intake
from observatory.kernel.db import Database
from observatory.kernel.files import Files
from observatory.kernel.policy import Actor
from observatory.records.queries import find_record


def replay(database: Database, seeds: Path, files: Files) -> None:
    """The comments of seeds/comments with what moderators and keepers did; each commits by itself."""
    people = {entry["key"]: entry["email"] for entry in entries_of(seeds / "people" / "people.yaml")}
    said: dict[str, int] = {}
    for entry in entries_of(seeds / "comments" / "discussion.yaml"):
        with clock.frozen(moment(-float(entry["days_ago"]))), database.unit_of_work():
            actor = acting(people[entry["by"]], entry.get("organisation"))
            comment = _do(actor, entry, said, seeds, files)
            if "key" in entry:
                db.session.flush()
                said[entry["key"]] = comment.id


def _do(actor: Actor, entry: dict[str, Any], said: dict[str, int], seeds: Path, files: Files) -> Any:
    def about(name: str) -> Comment:
        return queries.find(actor, said[entry[name]])

    words = entry.get("say") or entry.get("error") or ""
    if "settles" in entry:
        return service.settle(actor, about("settles"), outcome=entry["outcome"], words=words)
    for name, act in (("reports", service.report), ("hides", service.hide)):
        if name in entry:
            return act(actor, about(name), reason=entry["reason"], words=words)
    if "appeals" in entry:
        return service.appeal(actor, about("appeals"), words=words)
    record = find_record(actor, entry["kind"], entry["slug"])
    if "attaches" in entry:
        path = seeds / "files" / entry["attaches"]
        content = intake.cover(intake.receive(path.read_bytes(), path.name), entry.get("covers", ()))
        return attachments.attach(
            actor, record, content=content, title=entry["title"], words=words, files=files, covered="covers" in entry
        )
    if "links" in entry:
        target = find_record(actor, entry["to"]["kind"], entry["to"]["slug"])
        return links.link(actor, record, target_id=target.id, relation=entry["links"], why=words)
    if "translates" in entry:
        language, title = entry["translates"], entry["title"]
        return translations.translate(actor, record, language=language, title=title, summary=words)
    say = partial(service.say, kind=ERROR) if "error" in entry else service.say
    thread = about("in") if "in" in entry else None
    return say(actor, record, body=words, thread=thread)
