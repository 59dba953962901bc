"""Words: compared, sorted, cut and shown."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.kernel.text import MAX_MARKDOWN, excerpt, fold, render_markdown, slugify, sort_key

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a handler": '<img src=x onerror="alert(1)">',
    "a script as address": "[x](javascript:alert(1))",
    "the same, disguised": "[x](JaVaScRiPt&#58;alert(1))",
    "with a tab": "[x](java\tscript:alert(1))",
    "data as address": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "a frame": '<iframe src="https://evil.example"></iframe>',
    "a style": '<p style="position:fixed">x</p><style>*{display:none}</style>',
    "a form": '<form action="https://evil.example"><input name=password></form>',
    "an image": "![x](https://evil.example/pixel.png)",
    "a drawing": '<svg onload="alert(1)"><use href="#x"/></svg>',
    "mathematics": '<math><mtext></table><mglyph><style><img src=x onerror="alert(1)">',
    "a quote that breaks out": '[x](https://a.example/"onmouseover="alert(1))',
    "a template": "{{ 7 * 7 }}",
}
LIVE = re.compile(
    r"<(?!/?(?:p|br|strong|em|ul|ol|li|blockquote|code|pre|a|h[3-6]|hr|table|thead|tbody|tr|th|td)\b)", re.I
)
SLOW = {
    "brackets": "[" * MAX_MARKDOWN,
    "brackets and parentheses": "[](" * (MAX_MARKDOWN // 3),
    "closing brackets": "]" * MAX_MARKDOWN,
    "pictures": "![" * (MAX_MARKDOWN // 2),
    "stars": "*" * MAX_MARKDOWN,
    "stars and words": "*a " * (MAX_MARKDOWN // 3),
    "underscores": "_a_ " * (MAX_MARKDOWN // 4),
    "quotes": "> " * (MAX_MARKDOWN // 2),
    "backticks": "`" * MAX_MARKDOWN,
    "opening tags": "<div>" * (MAX_MARKDOWN // 5),
    "angles": "<" * MAX_MARKDOWN,
    "comments": "<!--" * (MAX_MARKDOWN // 4),
    "entities": "&" * MAX_MARKDOWN,
    "lists": "- " * (MAX_MARKDOWN // 2),
    "lists within lists": "".join(" " * i + "- a\n" for i in range(190)),
    "tables": "|" * MAX_MARKDOWN,
    "a table of many columns": "a|" * 4_000 + "\n" + "-|" * 4_000,
    "backslashes": "\\" * MAX_MARKDOWN,
    "lines": "\n" * MAX_MARKDOWN,
    "references": "[a]: b\n" * (MAX_MARKDOWN // 7),
}


@pytest.mark.parametrize(("text", "folded"), [("ÁÉÍÓÚ Ü", "aeiou u"), ("Año", "año"), ("AN\u0303O", "año"), ("Ñuñoa", "ñuñoa"), ("  a \n b ", "a b"), ("STRASSE", "strasse"), ("ﬁn", "fin"), ("", "")])  # fmt: skip
def test_folding_takes_accents_and_keeps_the_letter_of_its_own(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_names_sort_as_a_spanish_reader_expects() -> None:
    names = ["Ñaupa", "Zepita", "Nazca", "Ámbar", "Nuñez", "Oyón", "ambo", "Nz"]
    assert sorted(names, key=sort_key) == ["Ámbar", "ambo", "Nazca", "Nuñez", "Nz", "Ñaupa", "Oyón", "Zepita"]


@given(st.text(max_size=300))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert len(sort_key(text)) <= 200


@given(st.text(max_size=300))
def test_an_address_is_made_of_any_name(text: str) -> None:
    slug = slugify(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 80


@given(st.text(max_size=400), st.integers(min_value=5, max_value=200))
def test_an_excerpt_is_never_longer_than_asked_by_more_than_its_mark(text: str, length: int) -> None:
    assert len(excerpt(text, length)) <= length + 1


@pytest.mark.parametrize("what", HOSTILE)
def test_markdown_lets_nothing_live_through(what: str) -> None:
    html = render_markdown(HOSTILE[what])
    assert not LIVE.search(html), html
    assert not re.search(r"<[^>]*\s(on\w+|style|src|srcset)\s*=", html, re.I), html
    for address in re.findall(r'href="([^"]*)"', html):
        scheme = re.match(r"[a-z][a-z0-9+.-]*:", re.sub(r"[\t\r\n]", "", address.strip()), re.I)
        assert scheme is None or scheme.group().lower() in {"http:", "https:", "mailto:"}, html


@given(st.text(st.sampled_from("<>[]()*_`#!|-&;:/\"'=abjscript \n\t\\"), max_size=200))
def test_no_mixture_of_signs_makes_markdown_live(text: str) -> None:
    html = render_markdown(text)
    assert not LIVE.search(html), html


@pytest.mark.parametrize("what", SLOW)
def test_hostile_markdown_takes_no_time(what: str) -> None:
    began = time.process_time()
    render_markdown(SLOW[what])
    assert time.process_time() - began < 2


def test_markdown_is_what_people_write() -> None:
    html = render_markdown("**Agua** para [todos](https://a.example)\n\n- una\n- dos\n\n|a|b|\n|-|-|\n|1|2|")
    for part in ("<strong>Agua</strong>", 'href="https://a.example"', "nofollow", "<li>una</li>", "<td>1</td>"):
        assert part in html


def test_deep_nesting_is_flattened_and_shallow_lists_stay() -> None:
    assert render_markdown("> " * 400 + "x").count("<blockquote>") == 6
    assert render_markdown("- a\n    - b\n        - c").count("<ul>") == 3
    assert render_markdown("1. " * 300 + "x").count("<ol>") <= 6
    assert "1.2.3.4.5.6.7.8.9" in render_markdown("versión 1.2.3.4.5.6.7.8.9") and "2026-11-27" in render_markdown(
        "2026-11-27"
    )
