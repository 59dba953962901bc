"""Breakdowns in their canonical form: by which two files mean the same series."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from observatory.kernel.text import fold

MOST = 200


def breakdown_of(parts: Iterable[tuple[str, str]]) -> str:
    """(key, value as written) of each dimension as one text: `ambito=area_rural;edad=<5`; empty for the total.

    Accents, case and spaces tell nothing apart, nor whether a decimal mark is a point; every other sign does.
    """
    whole = ";".join(sorted(f"{key}={_value(value)}" for key, value in parts))
    if len(whole) <= MOST:
        return whole
    return f"{whole[: MOST - 17]}~{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _value(text: str) -> str:
    told = re.sub(r"(?<=\d),(?=\d)", ".", fold(text))
    told = re.sub(r" ?([^\w ]) ?", r"\1", told).replace(" ", "_")  # "5 - 9" is "5-9"
    return told.replace(";", "%3b").replace("=", "%3d")
