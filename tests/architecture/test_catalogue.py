"""The Spanish catalogue says everything the source says, and every page speaks it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from lxml import html

from tests.app import Demo, Visitor, a_demo
from tests.services import ROOT, Homes
from tests.site.route_table import ROWS

CATALOGUE = ROOT / "observatory/translations/es/LC_MESSAGES/messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
NOT_TEXT = {"script", "style", "code", "pre"}
SPOKEN = ("placeholder", "aria-label", "title", "alt")
ENGLISH = re.compile(
    r"(?<![-/])\b(?:the|this|that|these|you|your|with|not|was|were|has|have|when|which|who)\b(?!-)", re.IGNORECASE
)
"""Words that hardly an English sentence does without, and no Spanish one has; parts of addresses are no words."""
WALKERS = ("guest", "manager", "steward", "administrator")
READ = [row.path for row in ROWS if row.method == "GET" and "{" not in row.path]


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="es")


def _forms(text: object) -> tuple[str, ...]:
    """The singular and the plural, or the one text there is."""
    return tuple(text) if isinstance(text, list | tuple) else (str(text),)


def _by_source(catalogue: Catalog) -> dict[tuple[str | None, tuple[str, ...]], Message]:
    return {(message.context, _forms(message.id)): message for message in catalogue if message.id}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every source string of the program and its templates, taken out afresh as `make catalogue` does."""
    target = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    keywords = re.findall(r"-k (\S+)", (ROOT / "Makefile").read_text())
    assert {"_", "lazy_", "ngettext:1,2"} <= set(keywords)
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml"]
    command += [part for keyword in keywords for part in ("-k", keyword)]
    subprocess.run([*command, "-o", str(target), "."], cwd=ROOT, check=True, capture_output=True)
    return _read(target)


@pytest.fixture(scope="module")
def translated() -> Catalog:
    return _read(CATALOGUE)


@pytest.fixture(scope="module")
def spanish_demo(homes: Homes) -> Iterator[Demo]:
    """The demonstration on SQLite: the language of a page has nothing to do with its database."""
    with a_demo(homes, "sqlite") as made:
        yield made


def _spanish(visitor: Visitor) -> Visitor:
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es-PE,es;q=0.9"
    return visitor


def test_no_text_stands_where_it_is_not_found_for_translation() -> None:
    """Inside an f-string nothing is extracted: such a text would stay English without anybody noticing."""
    hidden = []
    for path in sorted((ROOT / "observatory").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            inside = ast.walk(node) if isinstance(node, ast.JoinedStr) else ()
            called = [each.func.id for each in inside if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)]
            if {"_", "_n", "_p", "lazy_", "lazy_p"} & set(called):
                hidden.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert hidden == []


def test_the_catalogue_holds_every_source_string_and_no_other(said: Catalog, translated: Catalog) -> None:
    source, here = set(_by_source(said)), set(_by_source(translated))
    assert not source - here, "run `make catalogue` and translate these"
    assert not here - source, "run `make catalogue`: nothing says these any more"


def test_every_entry_is_translated_and_none_is_a_guess(translated: Catalog) -> None:
    unfinished = [m.id for m in _by_source(translated).values() if m.fuzzy or not all(_forms(m.string))]
    assert unfinished == []


def test_a_translation_keeps_the_placeholders(translated: Catalog) -> None:
    for (_, sources), message in _by_source(translated).items():
        for source, text in zip(sources, _forms(message.string), strict=True):
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(source)), source


def test_a_translation_is_written_as_spanish_is(translated: Catalog) -> None:
    """Angular quotes, opening marks, the ends of the source, nothing left in English."""
    for (_, sources), message in _by_source(translated).items():
        for source, text in zip(sources, _forms(message.string), strict=True):
            assert not set(text) & {"“", "”", '"'}, text
            assert text.count("«") == text.count("»"), text
            assert "¿" in text or not re.search(r"\?(?!\w)", text), text
            assert text.endswith(".") or not source.endswith("."), text
            assert text.strip() == text or source.strip() != source, text
            assert not ENGLISH.search(PLACEHOLDER.sub("", text)), text


def test_the_catalogue_names_no_person_and_no_foreign_address() -> None:
    text = CATALOGUE.read_text()
    assert "EMAIL@ADDRESS" not in text
    assert "FULL NAME" not in text


@pytest.mark.parametrize("walker", WALKERS)
def test_no_page_speaks_english_to_a_spanish_reader(spanish_demo: Demo, translated: Catalog, walker: str) -> None:
    visitor = _spanish(spanish_demo.once_as(walker))
    left = _left_over(translated)
    found, pages = {}, 0
    for path in READ:
        answer = visitor.get(path)
        if answer.mimetype != "text/html" or 300 <= answer.status_code < 400:
            continue
        pages += 1
        english = [text for text in _texts(answer.text) if ENGLISH.search(text) or left.search(text)]
        if english:
            found[path] = english
    assert pages > 40
    assert found == {}


@pytest.mark.parametrize(
    ("walker", "path"),
    [("guest", "/sign-in"), ("guest", "/sign-up"), ("steward", "/organisations/new"), ("steward", "/sites/new")],
)
def test_a_form_refuses_in_spanish(spanish_demo: Demo, walker: str, path: str) -> None:
    visitor = _spanish(spanish_demo.once_as(walker))
    filled = visitor.form(path, path if walker == "guest" else "")
    kept = {name: value for name, value in filled.items() if name in {"csrf_token", "mandate", "submission"}}
    answer = visitor.post(path, kept)
    assert answer.status_code == 422
    assert "Este campo es obligatorio." in answer.text
    assert [text for text in _texts(answer.text) if ENGLISH.search(text)] == []


def test_numbers_and_dates_are_written_as_in_peru(spanish_demo: Demo) -> None:
    visitor = _spanish(spanish_demo.guest())
    assert "1,205,639" in visitor.text("/places")
    assert re.search(
        r"\b\d{1,2} (?:ene|feb|mar|abr|may|jun|jul|ago|set|oct|nov|dic)\. 20\d\d\b", visitor.text("/commitments")
    )


def _left_over(catalogue: Catalog) -> re.Pattern[str]:
    """Finds any source text of three words or more, or such a part of one between placeholders."""
    parts = {
        part.strip()
        for (_, sources), message in _by_source(catalogue).items()
        if sources != _forms(message.string)
        for source in sources
        for part in PLACEHOLDER.split(source)
        if len(part.split()) >= 3
    }
    return re.compile("|".join(re.escape(part) for part in sorted(parts)))


def _texts(page: str) -> Iterator[str]:
    """What a page says to its reader, but for what is marked as being in another language."""
    tree = html.fromstring(page)
    assert tree.get("lang") == "es"
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name in SPOKEN:
            if element.get(name) and _language(element) == "es":
                yield element.get(name)
        if element.tag not in NOT_TEXT and element.text and _language(element) == "es":
            yield element.text.strip()
        parent = element.getparent()
        if element.tail and parent is not None and _language(parent) == "es":
            yield element.tail.strip()


def _language(element: html.HtmlElement) -> str:
    return str(element.xpath("string(ancestor-or-self::*[@lang][1]/@lang)"))
