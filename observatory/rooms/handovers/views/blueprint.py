"""The blueprint that the modules of these views share, and what they all need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import g, redirect, url_for

from observatory.kernel.forms import Form, form_page
from observatory.kernel.offers import Holdings
from observatory.kernel.pages import Pages, registry
from observatory.kernel.policy import require
from observatory.kernel.text import _
from observatory.rooms.handovers.models import CUSTODY

pages = Pages("handovers", __name__, url_prefix="/handovers")


def page_of(slug: str, part: str = "") -> str:
    """The address of a handover's page, or of a part of it."""
    return url_for("handovers.show", slug=slug) + (f"#{part}" if part else "")


def sources() -> Mapping[str, Holdings]:
    """Who knows what an office hands over."""
    return registry().holdings


def label_of(source: str) -> object:
    """What a group of items is called."""
    known = sources().get(source)
    if source == CUSTODY:
        return _("In custody: accounts, seals, keys, archives")
    return known.label if known is not None else source


def act(
    case: Any, verb: str, carry_out: Callable[..., Any], form: Form, title: str, button: str, back: str, intro: str = ""
) -> Any:
    """A page with one form: refused before anybody fills it in, and back to the page afterwards."""
    require(g.actor, f"handovers.{verb}", case)
    if form.carries_out(carry_out, g.actor, case):
        return redirect(back, 303)
    return form_page(form, title, button, back, intro)
