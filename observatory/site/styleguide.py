"""The living style page: every component with plausible content, in demo mode only."""

from __future__ import annotations

from flask import render_template

from observatory.kernel.errors import NotFound
from observatory.kernel.pages import settings
from observatory.site.blueprint import pages


@pages.get("/styleguide")
def styleguide() -> str:
    """Each component as it really is."""
    if not settings().demo:
        raise NotFound
    return render_template("styleguide.html")
