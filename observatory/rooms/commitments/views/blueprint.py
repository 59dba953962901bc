"""The blueprint that the modules of these views share, and what they all need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, redirect, url_for

from observatory.kernel.forms import Form, form_page
from observatory.kernel.pages import Pages, absolute
from observatory.kernel.policy import require
from observatory.rooms.commitments.policy import Case
from observatory.rooms.commitments.queries import cases, find

pages = Pages("commitments", __name__)


def case(slug: str) -> Case:
    """The commitment at an address, as it stands for whoever asks."""
    return cases.case_of(g.actor, find(g.actor, slug))


def page_of(slug: str, part: str = "") -> str:
    """The address of a commitment's page, or of a part of it."""
    return url_for("commitments.show", slug=slug) + (f"#{part}" if part else "")


def link_to(slug: str) -> str:
    """The same for a message."""
    return absolute(url_for("commitments.show", slug=slug))


def act(
    asked: Case, verb: str, carry_out: Callable[..., Any], form: Form, title: str, button: str, intro: str = "",
    part: str = "",
) -> Any:  # fmt: skip
    """A page with one form about a commitment: refused before anybody fills it in, and back to the page afterwards."""
    require(g.actor, f"commitments.{verb}", asked)
    back = page_of(asked.commitment.slug, part)
    if form.carries_out(carry_out, g.actor, asked):
        return redirect(back, 303)
    return form_page(form, title, button, back, intro)
