"""Words: translation, folding, slugs and Markdown."""

import re
import unicodedata
from html import unescape

import markdown
import nh3
from flask_babel import gettext, lazy_gettext, lazy_pgettext, ngettext, pgettext

_ = gettext
_n = ngettext
_p = pgettext
lazy_ = lazy_gettext
lazy_p = lazy_pgettext

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4", "h5", "h6", "hr"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
MAX_MARKDOWN = 20_000
_MAX_BRACKETS = 200
_MARK = r"(?:>[ \t]{0,4}|(?:[*+-]|\d{1,9}\.)[ \t]{1,4})"
_NESTED = re.compile(f"({_MARK}{{6}}){_MARK}+")
"""More than six marks of lists and quotations in a row: nobody writes that to be read."""
_SLUG = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """`text` for comparing and sorting: lower case, accents gone, ñ kept (año is not ano), spaces single."""
    folded = []
    for char in unicodedata.normalize("NFC", text).casefold():
        folded.append(char if char == "ñ" else unicodedata.normalize("NFD", char)[0])
    return " ".join("".join(folded).split())


def sort_key(text: str) -> str:
    """`fold` with ñ placed after n, so that both databases sort names alike and as a Spanish reader expects."""
    return fold(text).replace("ñ", "n~")[:200]


def slugify(text: str) -> str:
    """`text` as the last part of an address: a–z, 0–9 and hyphens; at most 80 characters; never empty."""
    return _SLUG.sub("-", fold(text).replace("ñ", "n")).strip("-")[:80].strip("-") or "record"


def excerpt(text: str, length: int = 160) -> str:
    """The beginning of `text`, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def render_markdown(text: str) -> str:
    """`text` as clean HTML; called once when it is saved.

    Length, brackets and nesting are capped first: Python-Markdown takes quadratic time on runs of `[`, and begins anew
    at every step of a list in a list.
    """
    text = _NESTED.sub(r"\1", text[:MAX_MARKDOWN])
    if text.count("[") + text.count("(") > _MAX_BRACKETS:
        text = text.replace("[", "&#91;")
    html = markdown.markdown(text, extensions=["tables", "sane_lists"], output_format="html")
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )


def plain_text(html: str) -> str:
    """The words of clean HTML, for feeds and messages."""
    return " ".join(unescape(nh3.clean(html.replace("<", " <"), tags=set())).split())
