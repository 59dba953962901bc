"""SDMX-CSV 2.0 (SDMX 3.0): how a table of figures is headed so that statistical software reads it.

https://github.com/sdmx-twg/sdmx-csv/blob/v2.0.0/data-message/docs/sdmx-csv-field-guide.md
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from observatory.kernel.text import fold
from observatory.rooms.indicators.formulas import frequency_of
from observatory.rooms.indicators.queries.exporting import figure

_FREQUENCY = {"year": "A", "half": "S", "quarter": "Q", "month": "M", "day": "D", "irregular": "_U"}
_CODE = re.compile(r"[^A-Z0-9_]+")


def columns(row: Any, dimensions: Sequence[str], agency: str) -> list[tuple[str, Any]]:
    """(name, value of a row) of each column: the dataflow, its dimensions, the figure, its attributes."""
    flow = f"{code(agency)}:{code(row.slug)}({row.number}.0.0)"
    shown: list[tuple[str, Any]] = [
        ("STRUCTURE", lambda each: "dataflow"),
        ("STRUCTURE_ID", lambda each: flow),
        ("ACTION", lambda each: "I"),
        ("FREQ", lambda each: _FREQUENCY[frequency_of(each["period"])]),
        ("REF_AREA", lambda each: each["place"].upper()),
    ]
    shown += [(code(key), _dimension(key)) for key in dimensions]
    return [
        *shown,
        ("SCOPE", lambda each: code(each["scope"]) if each["scope"] else "_T"),
        ("TIME_PERIOD", lambda each: each["period"]),
        ("OBS_VALUE", lambda each: figure(each["value"]) if each["value"] is not None else "NaN"),
        ("OBS_STATUS", lambda each: each["status"]),
        ("UNIT_MEASURE", lambda each: each["unit"]),
        ("DATA_SOURCE", lambda each: each["source"]),
        ("AS_OF", lambda each: each["as_of"]),
        ("COMMENT_OBS", lambda each: each["note"]),
    ]


def code(text: str) -> str:
    """A text as an SDMX identifier: capitals, digits and underscores."""
    return _CODE.sub("_", fold(text).replace("ñ", "n").upper()).strip("_") or "X"


def _dimension(key: str) -> Any:
    return lambda each: code(each["breakdown"][key]) if each["breakdown"].get(key) else "_T"
