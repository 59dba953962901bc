"""Batches: which file went in, when, for whom; files that wait to be looked through; and how files were read before."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.db import Base

WAITS = dt.timedelta(days=7)
"""How long a file that was sent waits to be written."""


class ImportBatch(Base):
    """A file that was taken in whole, or the taking back of one. Append-only; the history says what it changed."""

    __tablename__ = "import_batches"
    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"), unique=True)
    """The batch that this one took back; one can be taken back only once."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    refused_sha256: Mapped[str | None] = mapped_column(String(64))
    """The workbook of the rows that were left out, in the store of files."""


class ImportUpload(Base):
    """A file that somebody sent and has not written yet. Its content lies beside the database until then."""

    __tablename__ = "import_uploads"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandates.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(default=clock.now, index=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    counts: Mapped[dict[str, int] | None] = mapped_column(JSON)
    """Of the last check; null before the first."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    """Of what the last check would do: what is written is what was looked at."""


class ImportMapping(Base):
    """How an organisation had a file with this header read: proposed again for the next one like it."""

    __tablename__ = "import_mappings"
    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    signature: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of the header's cells, folded."""
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    __table_args__ = (UniqueConstraint("register", "organisation_id", "signature"),)
