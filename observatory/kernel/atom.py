"""Atom feeds (RFC 4287)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One entry of a feed. `url` is whole; `id` is too, and stays the same for good."""

    id: str
    url: str
    title: str
    updated: dt.datetime
    summary: str = ""
    published: dt.datetime | None = None
    author: str = ""
    language: str = ""
    category: str = ""


def feed(
    *,
    title: str,
    address: str,
    page: str,
    author: str,
    entries: Sequence[Entry],
    language: str,
    rights: str = "",
    licence_url: str = "",
    next_address: str = "",
) -> bytes:
    """The feed at `address` about the list at `page`. An empty one is as old as the epoch: it has never changed."""
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": language})
    _text(root, "id", address)
    _text(root, "title", title)
    _text(root, "updated", _moment(max((entry.updated for entry in entries), default=_EPOCH)))
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": _clean(address)})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": _clean(page)})
    if next_address:
        ET.SubElement(root, "link", {"rel": "next", "type": "application/atom+xml", "href": _clean(next_address)})
    if licence_url:
        ET.SubElement(root, "link", {"rel": "license", "href": licence_url})
    _text(ET.SubElement(root, "author"), "name", author)
    if rights:
        _text(root, "rights", rights)
    for entry in entries:
        _entry(root, entry)
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _entry(root: ET.Element, entry: Entry) -> None:
    element = ET.SubElement(root, "entry", {"xml:lang": entry.language} if entry.language else {})
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    ET.SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": _clean(entry.url)})
    _text(element, "updated", _moment(entry.updated))
    if entry.published is not None:
        _text(element, "published", _moment(entry.published))
    if entry.author:
        _text(ET.SubElement(element, "author"), "name", entry.author)
    if entry.category:
        ET.SubElement(element, "category", {"term": entry.category})
    if entry.summary:
        _text(element, "summary", entry.summary)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """`text` without the characters that XML can't hold."""
    return _NOT_XML.sub("", text)


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
