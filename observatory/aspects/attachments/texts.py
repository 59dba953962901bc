"""Jobs of the drainer: reading the words of documents, and forgetting what was never published."""

from __future__ import annotations

import time

from sqlalchemy import delete, insert, select, update

from observatory.aspects.attachments.models import ERASED, WAITS, Attachment, AttachmentDraft, AttachmentText
from observatory.kernel import clock, confined
from observatory.kernel.db import Database
from observatory.kernel.errors import Invalid
from observatory.kernel.files import Files, Sealed, StoreDown
from observatory.kernel.logs import log
from observatory.records import derived

_AT_ONCE = 5
_PATIENCE = 30.0


class Reader:
    """Reads documents one by one, each in a process of its own. What can't be read stays without words."""

    def __init__(self, database: Database, files: Files) -> None:
        self.database = database
        self.files = files
        self._not_before = 0.0

    def __call__(self) -> int:
        """Read a few documents that wait; answers how many."""
        if time.monotonic() < self._not_before:
            return 0
        with self.database.reading() as unit:
            columns = (Attachment.id, Attachment.record_id, Attachment.sha256, Attachment.media_type)
            waiting = unit.execute(
                select(*columns).where(Attachment.read_at.is_(None)).order_by(Attachment.id).limit(_AT_ONCE)
            ).all()
        for row in waiting:
            try:
                text = self._read(row)
            except StoreDown:
                self._not_before = time.monotonic() + _PATIENCE
                return 0
            with self.database.unit_of_work() as unit:
                unit.execute(delete(AttachmentText).where(AttachmentText.attachment_id == row.id))
                state = unit.scalar(select(Attachment.state).where(Attachment.id == row.id).with_for_update())
                if text and state != ERASED:
                    unit.execute(insert(AttachmentText).values(attachment_id=row.id, text=text))
                unit.execute(update(Attachment).where(Attachment.id == row.id).values(read_at=clock.now()))
                derived.queue([row.record_id])
        return len(waiting)

    def _read(self, row: object) -> str:
        pieces = self.files.read(row.sha256)  # type: ignore[attr-defined]
        if pieces is None:
            return ""
        try:
            return confined.run("text", b"".join(pieces), row.media_type).decode()  # type: ignore[attr-defined]
        except Invalid as problem:
            log.info("document_not_read", attachment=row.id, why=str(problem.message))  # type: ignore[attr-defined]
            return ""


def sweep(database: Database, sealed: Sealed) -> None:
    """Forget what waited too long to be published."""
    with database.unit_of_work() as unit:
        unit.execute(delete(AttachmentDraft).where(AttachmentDraft.at <= clock.now() - WAITS))
    sealed.sweep(WAITS.total_seconds())
