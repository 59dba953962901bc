"""Quicker templates: what Jinja, Flask and Flask-Babel work out again for every word and link of a page, kept.

A page of 20 KB holds some eighty translated words and forty addresses. Looking each of them up anew was more than a
third of what the page costs.
"""

from __future__ import annotations

import functools
from typing import Any

from flask import Flask, has_request_context, request
from flask_babel import force_locale, get_locale, get_translations, gettext
from jinja2 import Template
from markupsafe import Markup

_WORDS, _ADDRESSES = 8192, 8192


class PageTemplate(Template):
    """A template whose macros, once imported, are imported for good.

    Jinja compares all globals at each import, in case a template was loaded with some of its own; ours never are.
    """

    def _get_default_module(self, ctx: Any = None) -> Any:
        if self._module is None:
            self._module = self.make_module()
        return self._module


def _locale() -> str:
    locale = get_locale()
    return f"{locale.language}_{locale.territory}" if locale else ""


@functools.lru_cache(maxsize=_WORDS)
def _pattern(locale: str, message: str) -> Markup:
    with force_locale(locale):
        return Markup(gettext(message))  # noqa: S704 - our own catalogue, no person's text


@functools.lru_cache(maxsize=_WORDS)
def _words(locale: str, message: str) -> Markup:
    return _pattern(locale, message) % {}


def _translated(message: str, /, **variables: Any) -> Markup:
    """`_()` of templates: markup; what is put into it is escaped, and "%%" stands for "%"."""
    return _pattern(_locale(), message) % variables if variables else _words(_locale(), message)


def _translated_number(singular: str, plural: str, num: int, /, **variables: Any) -> Markup:
    found = get_translations().ungettext(singular, plural, num)  # Flask-Babel's own would fill in the number, unescaped
    return Markup(found) % {"num": num, **variables}  # noqa: S704 - as above


class Site(Flask):
    """Flask that works out the address of an endpoint once for the same values and language."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._kept_address = functools.lru_cache(maxsize=_ADDRESSES)(self._address)

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        if not has_request_context() or "_external" in values:
            return super().url_for(endpoint, **values)
        near = request.blueprint if endpoint.startswith(".") else None
        try:
            return self._kept_address(endpoint, near, request.args.get("lang"), request.script_root, *values.items())
        except TypeError:  # a list among the values
            return super().url_for(endpoint, **values)

    def _address(self, endpoint: str, near: str | None, language: str | None, root: str, *values: Any) -> str:
        return super().url_for(endpoint, **dict(values))


def install(app: Flask) -> None:
    """Give them to the templates of `app`."""
    app.jinja_env.template_class = PageTemplate
    app.jinja_env.globals.update({"_": _translated, "gettext": _translated, "ngettext": _translated_number})
