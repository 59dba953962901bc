"""The Spanish catalogue says everything the source says, and nothing that is no longer said."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.services import ROOT

CATALOGUE = ROOT / "observatory/translations/es/LC_MESSAGES/messages.po"
KEYWORDS = {
    "_": None,
    "lazy_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_n": (1, 2),
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def _said() -> set[str]:
    """Every source string of the program and its templates; of a plural, the singular."""
    found = set()
    for folder, method in (("observatory", "python"), ("templates", "jinja2")):
        pattern = {"python": "**.py", "jinja2": "**.html"}[method]
        options = {pattern: {"trimmed": "true", "silent": "false"}} if method == "jinja2" else {}
        for _, _, message, _, _ in extract_from_dir(
            str(ROOT / folder), [(pattern, method)], options, keywords=KEYWORDS
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def _catalogue() -> dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]]:
    with CATALOGUE.open("rb") as file:
        entries = [entry for entry in read_po(file, locale="es") if entry.id]
    both = lambda text: text if isinstance(text, tuple) else (text,)  # noqa: E731
    return {both(e.id)[0]: (both(e.id), both(e.string), e.fuzzy) for e in entries}


def test_every_source_string_is_in_the_catalogue() -> None:
    missing = sorted(_said() - set(_catalogue()))
    assert not missing, f"run `make catalogue` and translate: {missing[:10]}"


def test_every_entry_is_translated_and_none_is_a_guess() -> None:
    unfinished = [id for id, (_, strings, fuzzy) in _catalogue().items() if fuzzy or not all(strings)]
    assert not unfinished


def test_a_translation_keeps_the_placeholders() -> None:
    for ids, strings, _ in _catalogue().values():
        wanted = set(PLACEHOLDER.findall(ids[-1]))
        for string in strings:
            assert set(PLACEHOLDER.findall(string)) == wanted, ids


def test_the_catalogue_names_no_person_and_no_foreign_address() -> None:
    text = Path(CATALOGUE).read_text()
    assert "EMAIL@ADDRESS" not in text
    assert "FULL NAME" not in text
