"""Taking a register in, all or nothing, and taking a batch back. Every function is a verb."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from observatory.aspects.desk import policy, queries
from observatory.aspects.desk.models import WAITS, ImportBatch, ImportMapping, ImportUpload
from observatory.aspects.desk.waiting import Digest, Waiting, digest_of
from observatory.kernel import clock, db
from observatory.kernel.db import Database
from observatory.kernel.desk import CHANGED, NEW, REFUSED, UNCHANGED, Outcome, Register, Stream, counts, planned
from observatory.kernel.errors import Invalid, NotFound, Stale
from observatory.kernel.files import Files
from observatory.kernel.policy import Actor, verb
from observatory.kernel.sheets import Line
from observatory.kernel.text import _, lazy_
from observatory.records import given_reason
from observatory.records.history import settle

MOST_UPLOADS = 10
SETTLED = 1_000
"""Rows after which what was written leaves the memory; the transaction stays one."""
MOST_WRITTEN = 20_000
"""Rows that one request may write: more take minutes, and go in by the command line."""


@verb(policy.TAKE_IN)
def take_in(
    actor: Actor, register: Register, *, outcomes: Sequence[Outcome], mapping: Mapping[str, Any], file_name: str,
    sha256: str, refused_sha256: str | None = None,
) -> ImportBatch | None:  # fmt: skip
    """Carry out what was planned, in this one unit of work; None where there was nothing to do.

    Raises Invalid if a row is refused, unless the mapping says to leave such rows out.
    """
    told = counts(outcomes)
    if told[REFUSED] and not mapping.get("skip_refused"):
        raise Invalid(lazy_("Some rows are refused, so nothing was written."))
    if not told[NEW] + told[CHANGED]:
        return None
    batch = _batch(actor, register, file_name, sha256, mapping, told, refused_sha256)
    acting, apply = replace(actor, via="import", batch_id=batch.id), register.apply
    assert apply is not None
    for number, outcome in enumerate(outcomes, 1):
        if outcome.kind in {NEW, CHANGED}:
            apply(acting, outcome, mapping=mapping)
        if number % SETTLED == 0:
            settle()
    return batch


@verb(policy.TAKE_IN)
def receive(actor: Actor, register: Register, *, data: bytes, file_name: str, waiting: Waiting) -> ImportUpload:
    """Keep a file that was sent, to be looked through."""
    if actor.person_id is None or actor.mandate_id is None:
        raise NotFound
    if len(queries.uploads(actor)) >= MOST_UPLOADS:
        raise Invalid(lazy_("Write or discard first the files that wait."), field="file")
    upload = ImportUpload(
        id=secrets.token_urlsafe(24), register=register.name, person_id=actor.person_id, mandate_id=actor.mandate_id,
        file_name=file_name[:200], size=len(data), sha256=hashlib.sha256(data).hexdigest(), at=clock.now(), mapping={},
        counts=None,
    )  # fmt: skip
    waiting.keep(upload.id, data)
    db.session.add(upload)
    db.session.flush()
    return upload


@verb(policy.TAKE_IN)
def check(
    actor: Actor, register: Register, *, upload: ImportUpload, mapping: Mapping[str, Any], waiting: Waiting
) -> ImportUpload:
    """Say what would become of each row, and remember how the file is read."""
    _own(actor, upload)
    number = int(mapping.get("sheet") or 0)
    stream = register.stream
    open_ = stream.questions(actor, mapping) if stream else register.questions(mapping)
    if open_:
        raise Invalid(" ".join(open_))
    if stream is not None:
        found = stream.plan(actor, waiting.lines(upload.id, number), mapping)
        outcomes: Iterable[Outcome] = map(stream.shower(actor), found)
    else:
        outcomes = planned(register, actor, waiting.sheet(upload.id, number), mapping)
    upload.counts, upload.digest = waiting.keep_outcomes(upload.id, register, outcomes)
    upload.mapping = dict(mapping)
    header = next((cells for at, cells in waiting.lines(upload.id, number) if at == mapping["header_row"]), [])
    _remember(actor, register, queries.signature(header), mapping)
    return upload


@verb(policy.TAKE_IN)
def write(
    actor: Actor, register: Register, *, upload: ImportUpload, digest: str, waiting: Waiting, files: Files
) -> ImportBatch | None:
    """Write what was looked at, in one batch; None where there was nothing to do.

    Raises Stale where something else would be done now than was looked at.
    """
    _own(actor, upload)
    mapping, told = upload.mapping, upload.counts or {}
    if not digest or upload.digest != digest:
        raise Stale(_CHANGED)
    most = register.stream.most if register.stream else MOST_WRITTEN
    if told.get(NEW, 0) + told.get(CHANGED, 0) > most:
        raise Invalid(
            _("More than %(number)s rows would be written: ask whoever runs the server to take the file in at the command "
              "line, or send it in parts.", number=most)
        )  # fmt: skip
    if register.stream is not None:
        made = _write_stream(actor, register, register.stream, upload, waiting, files)
        discard(actor, register, upload=upload, waiting=waiting)
        return made
    sheet = waiting.sheet(upload.id, int(mapping.get("sheet") or 0))
    outcomes = planned(register, actor, sheet, mapping)
    if digest_of(outcomes) != digest:
        raise Stale(_CHANGED)
    refused = None
    if told.get(REFUSED) and mapping.get("skip_refused"):
        refused = files.put(waiting.refused(upload.id, register, mapping))
    batch = take_in(
        actor, register, outcomes=outcomes, mapping=mapping, file_name=upload.file_name, sha256=upload.sha256,
        refused_sha256=refused,
    )  # fmt: skip
    discard(actor, register, upload=upload, waiting=waiting)
    return batch


def _write_stream(
    actor: Actor, register: Register, stream: Stream, upload: ImportUpload, waiting: Waiting, files: Files
) -> ImportBatch | None:
    mapping, told = upload.mapping, upload.counts or {}
    if told.get(REFUSED) and not mapping.get("skip_refused"):
        raise Invalid(lazy_("Some rows are refused, so nothing was written."))
    if not told.get(NEW, 0) + told.get(CHANGED, 0):
        return None
    refused = files.put(waiting.refused(upload.id, register, mapping)) if told.get(REFUSED) else None
    batch = _batch(actor, register, upload.file_name, upload.sha256, mapping, told, refused)
    mark, show = Digest(), stream.shower(actor)
    lines = waiting.lines(upload.id, int(mapping.get("sheet") or 0))
    stream.write(actor, None, lines=lines, mapping=mapping, batch_id=batch.id, watch=lambda each: mark.take(show(each)))
    if mark.text != upload.digest:
        raise Stale(_CHANGED)
    return batch


def _batch(
    actor: Actor, register: Register, file_name: str, sha256: str, mapping: Mapping[str, Any], told: Mapping[str, int],
    refused_sha256: str | None,
) -> ImportBatch:  # fmt: skip
    batch = ImportBatch(
        register=register.name, file_name=file_name[:200], sha256=sha256, mapping=dict(mapping), counts=dict(told),
        person_id=actor.person_id, organisation_id=actor.organisation_id, refused_sha256=refused_sha256,
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    return batch


@verb(policy.TAKE_IN)
def stream_in(
    actor: Actor, register: Register, *, lines: Iterable[Line], mapping: Mapping[str, Any], file_name: str, sha256: str,
    watch: Callable[[Any], None],
) -> tuple[dict[str, int], ImportBatch | None]:  # fmt: skip
    """Take a file of volumes in, in this one unit of work; answers counts by kind, and the batch if anything was written."""
    assert register.stream is not None
    batch = _batch(actor, register, file_name, sha256, mapping, {}, None)
    told = register.stream.write(actor, None, lines=lines, mapping=mapping, batch_id=batch.id, watch=watch)
    if not told[NEW] + told[CHANGED]:
        db.session.delete(batch)
        return told, None
    batch.counts = told
    return told, batch


@verb(policy.TAKE_IN)
def discard(actor: Actor, register: Register, *, upload: ImportUpload, waiting: Waiting) -> None:
    """Forget a file that was sent."""
    _own(actor, upload)
    db.session.delete(upload)
    db.after_commit(lambda: waiting.drop(upload.id))


@verb(policy.TAKE_IN)
def take_back(actor: Actor, register: Register, *, batch: ImportBatch, reason: str) -> ImportBatch:
    """Give every record that a batch changed its former values, in a batch of its own. What somebody changed since stays."""
    reason = given_reason(reason)
    if batch.supersedes_id is not None:
        raise Invalid(lazy_("This batch took another back: send the file again instead."))
    if register.stream is not None:
        made = _reversal(actor, register, batch, reason, batch.counts)
        register.stream.take_back(actor, batch, reason=reason)
        return made
    steps = queries.steps(actor, register, batch.id, MOST_WRITTEN + 1)
    if len(steps) > MOST_WRITTEN:
        raise Invalid(lazy_("This batch is too large to be taken back here: ask whoever runs the server."))
    open_ = [step for step in steps if step.obstacle is None]
    if not open_:
        raise Invalid(lazy_("Nothing of this batch can be taken back: the reasons stand beside each row."))
    told = {NEW: 0, CHANGED: len(open_), UNCHANGED: 0, REFUSED: len(steps) - len(open_)}
    made = _reversal(actor, register, batch, reason, told)
    assert register.revert is not None
    acting = replace(actor, via="import", batch_id=made.id)
    for step in open_:
        register.revert(acting, step.record, values=step.values, reason=reason)
    return made


def _reversal(
    actor: Actor, register: Register, batch: ImportBatch, reason: str, told: Mapping[str, int]
) -> ImportBatch:
    made = ImportBatch(
        register=register.name, file_name=batch.file_name, sha256=batch.sha256, mapping={}, supersedes_id=batch.id,
        counts=dict(told), reason=reason, person_id=actor.person_id, organisation_id=actor.organisation_id,
    )  # fmt: skip
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError:
        raise Stale(lazy_("Somebody has taken this batch back already.")) from None
    return made


def sweep(database: Database, waiting: Waiting) -> None:
    """Forget the files that waited too long to be written."""
    with database.unit_of_work() as unit:
        unit.execute(delete(ImportUpload).where(ImportUpload.at <= clock.now() - WAITS))
    waiting.sweep(WAITS.total_seconds())


_CHANGED = lazy_("What is stored has changed since you looked at this file. Nothing was written: check it again.")


def _own(actor: Actor, upload: ImportUpload) -> None:
    if upload.person_id != actor.person_id or upload.mandate_id != actor.mandate_id:
        raise NotFound


def _remember(actor: Actor, register: Register, signature: str, mapping: Mapping[str, Any]) -> None:
    if actor.organisation_id is None:
        return
    known = db.session.scalars(
        select(ImportMapping).where(
            ImportMapping.register == register.name, ImportMapping.organisation_id == actor.organisation_id,
            ImportMapping.signature == signature,
        )
    ).one_or_none()  # fmt: skip
    if known is None:
        known = ImportMapping(register=register.name, organisation_id=actor.organisation_id, signature=signature)
        db.session.add(known)
    known.mapping, known.at = dict(mapping), clock.now()
