"""The panel of translations, and the pages for making one and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import g, redirect, url_for
from flask_babel import get_locale

from observatory.aspects.translations import forms, queries, service
from observatory.aspects.translations.models import mark_of
from observatory.kernel.errors import NotFound
from observatory.kernel.forms import TakeBackForm, form_page
from observatory.kernel.pages import Pages, address
from observatory.kernel.policy import Actor, may, require
from observatory.kernel.text import _
from observatory.records.models import LANGUAGES
from observatory.records.queries import find_record

pages = Pages("translations", __name__, url_prefix="/translations")


def panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """What a record is called in other languages, the page's own first; and the way to translate, for those who may."""
    found = queries.of(actor, row.id)
    can_translate = actor.acts and may(actor, "translations.translate", row)
    if not found and not can_translate:
        return None
    reads = str(get_locale() or "es").split("_")[0]
    mark = mark_of(row.title, row.summary)
    shown = [{"row": each, "name": LANGUAGES.get(each.language), "old": each.original != mark} for each in found]
    shown.sort(key=lambda item: item["row"].language != reads)
    missing = [(key, name) for key, name in LANGUAGES.items() if key != row.language]
    return {"translations": shown, "missing": missing if can_translate else []}


@pages.route("/of/<kind>/<slug>/<language>", methods=["GET", "POST"])
def translate(kind: str, slug: str, language: str) -> Any:
    record = find_record(g.actor, kind, slug)
    require(g.actor, "translations.translate", record)
    if language not in LANGUAGES or language == record.language:
        raise NotFound
    form = forms.TranslationForm(obj=queries.find(g.actor, record.id, language), versioned=record)
    form.title.render_kw = form.summary.render_kw = {"lang": language}
    if form.carries_out(partial(service.translate, language=language), g.actor, record):
        return redirect(address(kind, slug), 303)
    title = _("%(name)s, in another language: %(language)s", name=record.title, language=str(LANGUAGES[language]))
    return form_page(form, title, _("Save"), address(kind, slug), record.summary)


@pages.route("/of/<kind>/<slug>/<language>/removal", methods=["GET", "POST"])
def remove(kind: str, slug: str, language: str) -> Any:
    record = find_record(g.actor, kind, slug)
    require(g.actor, "translations.take_back", record)
    if queries.find(g.actor, record.id, language) is None:
        raise NotFound
    form = TakeBackForm(versioned=record)
    if form.carries_out(partial(service.take_back, language=language), g.actor, record):
        return redirect(address(kind, slug), 303)
    title = _("Take back a translation of %(name)s", name=record.title)
    return form_page(form, title, _("Take back"), url_for(".translate", kind=kind, slug=slug, language=language))
