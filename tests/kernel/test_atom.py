"""Atom feeds hold what RFC 4287 asks for, whatever is in the texts."""

import datetime as dt
from xml.etree import ElementTree as ET

from observatory.kernel import atom

NAMESPACE = "{http://www.w3.org/2005/Atom}"
MOMENT = dt.datetime(2026, 11, 23, 21, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))


def a_feed(*entries: atom.Entry) -> ET.Element:
    body = atom.feed(
        title="Lugares & «ñ»",
        address="https://x.pe/places.atom?place=02&state=draft",
        page="https://x.pe/places",
        author="Observatorio",
        entries=entries,
        language="es",
        rights="CC BY 4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
    )
    return ET.fromstring(body)  # noqa: S314 - our own text


def test_a_feed_has_id_title_author_and_a_moment_in_utc() -> None:
    entry = atom.Entry("https://x.pe/a", "https://x.pe/a", "San Marcos", MOMENT, summary="<b>", language="es")
    root = a_feed(entry)
    assert root.findtext(f"{NAMESPACE}id") == "https://x.pe/places.atom?place=02&state=draft"
    assert root.findtext(f"{NAMESPACE}updated") == "2026-11-24T02:30:00Z"
    assert root.findtext(f"{NAMESPACE}author/{NAMESPACE}name") == "Observatorio"
    assert {link.get("rel") for link in root.findall(f"{NAMESPACE}link")} == {"self", "alternate", "license"}
    assert root.findtext(f"{NAMESPACE}entry/{NAMESPACE}summary") == "<b>"


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    root = a_feed(atom.Entry("https://x.pe/a", "https://x.pe/a", "a\x00b\x1bc\ufffe", MOMENT))
    assert root.findtext(f"{NAMESPACE}entry/{NAMESPACE}title") == "abc"


def test_an_empty_feed_is_valid() -> None:
    assert a_feed().findtext(f"{NAMESPACE}updated") == "1970-01-01T00:00:00Z"
