"""Figures on the pages of others: the key figures of a place beside the country's, and some on the home page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from observatory.kernel.policy import Actor
from observatory.rooms.indicators.queries import keyfigures
from observatory.rooms.indicators.queries.figure import Figure
from observatory.rooms.indicators.views import pictures, sentences


def of_place(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """The key figures of a place, each with its change, a small line, and the country's beside it."""
    found = keyfigures.of_place(actor, row.id)
    if not found:
        return None
    return {
        "keys": [
            {
                "row": each.row,
                "value": sentences.figure(each.row, each.last[1].value),
                "period": sentences.period(each.last[0]),
                "status": each.last[1].status,
                "coverage": _coverage(each.last[1]),
                "country": sentences.figure(each.row, each.country[1].value) if each.country else None,
                "country_period": sentences.period(each.country[0]) if each.country else "",
                "spark": pictures.spark(each.row, dict(each.figures), each.row.title) if len(each.figures) > 2 else "",
            }
            for each in found
        ],
        "statuses": sentences.STATUSES,
    }


def on_home(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """Four figures of the country with small lines."""
    found = keyfigures.of_country(Actor.guest())
    if not found:
        return None
    return {
        "keys": [
            {
                "row": each.row,
                "value": sentences.figure(each.row, each.last[1].value),
                "period": sentences.period(each.last[0]),
                "coverage": _coverage(each.last[1]),
                "line": sentences.since(each.row, each.figures, each.last[0]),
                "spark": pictures.spark(each.row, dict(each.figures), each.row.title) if len(each.figures) > 2 else "",
            }
            for each in found
        ]
    }


def _coverage(found: Figure) -> str:
    return sentences.coverage(found) if found.computed else ""
