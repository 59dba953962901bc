"""Breakdowns in their canonical form: by which two files mean the same series."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from observatory.kernel.text import fold

MOST = 200
_SIGNS = {"<": "lt", ">": "gt", "≤": "le", "≥": "ge", "+": "plus", "&": "and", "%": "pct"}
_LETTERS = re.compile(r"[^\w.]+")
_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")
"""A point that is no decimal one."""


def breakdown_of(parts: Iterable[tuple[str, str]]) -> str:
    """(key, value as written) of each dimension as one text: `ambito=rural;edad=lt-5`; empty for the total.

    Accents, case and spaces tell nothing apart; signs do, so that under five and over five are two, and letters of any
    script.
    """
    whole = ";".join(sorted(f"{key}={_value(value)}" for key, value in parts))
    if len(whole) <= MOST:
        return whole
    return f"{whole[: MOST - 17]}~{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _value(text: str) -> str:
    told = "".join(
        f" {_SIGNS[char]} " if char in _SIGNS else char for char in re.sub(r"(?<=\d),(?=\d)", ".", fold(text))
    )
    return _LETTERS.sub("-", _POINT.sub(" ", told).replace("_", "-")).strip("-") or "-"
