"""How strokes and letters get their looks: from the page's style sheet, or written out where there is none."""

from __future__ import annotations

from collections.abc import Callable

Ink = Callable[[str], str]
"""Turns the names of classes into attributes, beginning with a space."""

PALETTE = {
    "paper": "#fbf8f3",
    "ink": "#1c2430",
    "ink2": "#4a5361",
    "line": "#ded6c8",
    "edge": "#877b6b",
    "c1": "#3c599a",
    "c2": "#944c30",
    "c3": "#439c9d",
    "c4": "#462a3f",
    "c5": "#ac8c00",
}
"""The light colours of tokens.css, for images that leave the site and cannot take its style sheet along."""
DASHES = {"c1": "none", "c2": "9 4", "c3": "4 2", "c4": "14 3 3 3", "c5": "7 2 2 2 2 2"}
"""How the five lines differ without colour; charts.css says the same."""

_HALO = f'stroke="{PALETTE["paper"]}" stroke-width="3" paint-order="stroke"'
_WRITTEN_OUT = {
    "grid": f'fill="none" stroke="{PALETTE["line"]}"',
    "axis": f'fill="none" stroke="{PALETTE["edge"]}"',
    "settled": 'fill="none" stroke="currentColor" stroke-width="2.5" stroke-linejoin="round"',
    "unsettled": 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-dasharray="0.1 5"',
    "break": 'fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="none"',
    "leader": 'fill="none" stroke="currentColor" stroke-dasharray="1 2"',
    "dot": 'fill="currentColor"',
    "hollow": f'fill="{PALETTE["paper"]}" stroke="currentColor" stroke-width="2" stroke-dasharray="none"',
    "ref": f'fill="none" stroke="{PALETTE["ink2"]}" stroke-width="1.5" stroke-dasharray="2 4"',
    "goal": f'fill="{PALETTE["ink2"]}"',
    "former": 'opacity="0.5"',
    "name": f'fill="{PALETTE["ink"]}" font-weight="600"',
    "on": f'fill="{PALETTE["ink2"]}" {_HALO}',
    "note": f'fill="{PALETTE["ink2"]}"',
    **{name: f'color="{PALETTE[name]}" stroke-dasharray="{dash}"' for name, dash in DASHES.items()},
}


def styled(classes: str) -> str:
    """Classes, for the page's style sheet to dress."""
    return f' class="{classes}"'


def written_out(classes: str) -> str:
    """Every attribute, for an image on its own."""
    return "".join(f" {_WRITTEN_OUT[name]}" for name in classes.split())
