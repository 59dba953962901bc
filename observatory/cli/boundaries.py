"""Boundaries of places in at the command line."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from click import ClickException
from flask_babel import force_locale

from observatory.app import create_app
from observatory.cli.exchanging import acting, complain, language
from observatory.kernel import outlines
from observatory.kernel.config import Settings
from observatory.kernel.desk import CHANGED, NEW, REFUSED, counts
from observatory.kernel.errors import Problem
from observatory.kernel.policy import require
from observatory.rooms.places.queries import boundaries
from observatory.rooms.places.service import drawing


def bring(
    settings: Settings, file: Path, *, code: str | None, source: str | None, skip_refused: bool, dry_run: bool,
    email: str | None, organisation: str | None,
) -> int:  # fmt: skip
    """Draw the places of a GeoJSON file; prints JSON, and the refused features as CSV on standard error. Answers the
    exit code."""
    app = create_app(settings)
    database = app.extensions["observatory.database"]
    with app.test_request_context("/"), force_locale(language()), closing(database):
        try:
            with database.reading():
                actor = acting(email, organisation)
                require(actor, "places.draw_boundaries")
                features = outlines.features(file)
                outcomes = boundaries.plan(actor, features, file, named=code, source=source)
            refused = [outcome for outcome in outcomes if outcome.kind == REFUSED]
            drawn = [outcome.plan for outcome in outcomes if outcome.kind in (NEW, CHANGED)]
            if drawn and not dry_run and (not refused or skip_refused):
                with database.unit_of_work():
                    drawing.draw_boundaries(actor, None, drawn=drawn, source=source)
                database.analyse()
        except Problem as problem:
            raise ClickException(str(problem)) from None
    told: dict[str, Any] = {**counts(outcomes), "batch": None}
    print(json.dumps(told))
    complain(refused)
    return 1 if refused else 0
