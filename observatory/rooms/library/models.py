"""Documents and their parts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_, render_markdown
from observatory.records import Record

PART = 16_000
"""Characters of a part, about: a page that an old phone loads at once."""
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")


class Document(Record):
    """A text. Its words lie in parts, so that a page of it stays light; `title` and `summary` are the record's."""

    __tablename__ = "documents"
    id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    collection: Mapped[str] = mapped_column(String(200), default="")
    """The work or the set of which it is a part, such as a constitution; empty where it stands alone."""
    position: Mapped[int] = mapped_column(default=0)
    author: Mapped[str] = mapped_column(String(300), default="")
    issued: Mapped[str] = mapped_column(String(40), default="")
    """When it was published, as precisely as is known."""
    url: Mapped[str] = mapped_column(String(500), default="")
    about_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    """The organisation that it is about; its place is the record's."""
    file_name: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")

    parts: Mapped[list[DocumentPart]] = relationship(
        lazy="raise_on_sql", order_by="DocumentPart.number", cascade="all, delete-orphan", passive_deletes=True
    )
    __mapper_args__: ClassVar[dict[str, Any]] = {
        "polymorphic_identity": "document", "inherit_condition": id == Record.id,
    }  # fmt: skip
    __table_args__ = (Index("ix_documents_collection_position", "collection", "position", "id"),)

    def describe(self, values: dict[str, Any]) -> None:
        """Take new values, checked; raises Invalid naming the field."""
        title = " ".join(str(values.pop("title", self.title)).split())
        if not 2 <= len(title) <= 300:
            raise Invalid(lazy_("Give the title in 2 to 300 characters."), field="title")
        self.title = title
        for name, value in values.items():
            setattr(self, name, value)


class DocumentPart(Base):
    """Some pages of a document, as clean HTML and as words."""

    __tablename__ = "document_parts"
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    number: Mapped[int]
    heading: Mapped[str] = mapped_column(String(200), default="")
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    __table_args__ = (UniqueConstraint("document_id", "number"),)


@dataclass(frozen=True)
class Written:
    """A text as it was read from a file: its title, and its parts as (heading, html, words)."""

    title: str
    parts: list[tuple[str, str, str]]


def written(text: str, *, markdown: bool, title: str) -> Written:
    """A text cut into parts, at headings where there are some. `title` is what it is called if it does not say it."""
    text = text.replace("\r\n", "\n").replace("\0", "")
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    heading = _HEADING.match(first) if markdown else None
    if heading is not None:
        title, text = heading[2], text.partition(first)[2]
    parts = []
    for number, piece in enumerate(_pieces(text), 1):
        named = next((found[2] for line in piece.split("\n") if (found := _HEADING.match(line.strip()))), "")
        body = _rendered(piece) if markdown else _paragraphs(piece)
        words = re.sub(r"^#{1,6}\s+", "", piece, flags=re.MULTILINE) if markdown else piece
        parts.append((named[:200] if markdown else str(number), body, words.strip()))
    if not parts:
        raise Invalid(lazy_("There are no words in this text."))
    return Written(title[:300], parts)


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces of about PART characters: at the next heading or paragraph, else wherever it is too long."""
    piece: list[str] = []
    length = 0
    for block in re.split(r"\n(?=#{1,6}\s)|\n\s*\n", text):
        for start in range(0, len(block), PART):
            part = block[start : start + PART].strip("\n")
            if not part.strip():
                continue
            if length + len(part) > PART and piece:
                yield "\n\n".join(piece)
                piece, length = [], 0
            piece.append(part)
            length += len(part)
    if piece:
        yield "\n\n".join(piece)


def _rendered(piece: str) -> str:
    """Markdown as clean HTML, its headings below the page's own; a line of its own stays one."""
    lines, before = [], 2
    for line in piece.split("\n"):
        found = _HEADING.match(line.strip())
        if found is not None:  # never more than one level deeper than the last: readers of screens count them
            before = min(max(len(found[1]) + 1, 3), before + 1, 6)
            line = f"{'#' * before} {found[2]}"
        lines.append(line)
    lowered = "\n".join(lines)
    return render_markdown(re.sub(r"(?<=[^\s#|]) ?\n(?=[^\s#|>*+-])", "\n\n", lowered))


def _paragraphs(piece: str) -> str:
    return "".join(f"<p>{html.escape(line.strip())}</p>" for line in piece.split("\n") if line.strip())
