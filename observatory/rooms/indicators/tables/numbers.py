"""Numbers as people write them: thousands, currency signs, footnote marks, minus signs and gaps of all kinds."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import NamedTuple

from observatory.kernel.sheets import missing
from observatory.kernel.tables import unguarded
from observatory.kernel.text import _, fold
from observatory.rooms.indicators.models.words import ABSENT, MISSING
from observatory.rooms.indicators.tables.statuses import letter_of
from observatory.rooms.indicators.tables.unreadable import Ambiguous, Unreadable

EXACT = Context(prec=80)
"""Decimals are multiplied and added without losing a digit, whatever the thread's own context says."""
LIMIT = Decimal(10) ** 15
MOST_DECIMALS = 20
_LONGEST = 60
_MISSING_TOO = frozenset(
    {"sin valor", "…", "...", "..", ":", "n.d", "s.d.", "s.d", "s/i", "sin informacion", "no disponible", "nd.", "--", "---"}
)  # fmt: skip

_DRESS = str.maketrans({"−": "-", "–": "-", "—": "-", "\u202f": " ", "\u2009": " ", "’": "'", "´": "'", "`": "'"})
_MONEY = r"(?:S/\.?|US\$|USD|PEN|EUR|Bs\.?|[$€£])"
_SHAPE = re.compile(
    rf"(?P<open>\()? ?(?P<sign>[-+])? ?(?:{_MONEY} ?)?(?P<late>-)? ?"
    r"(?P<digits>[0-9][0-9.,' ]*|[.,][0-9]+)(?P<power>[eE][+-]?[0-9]{1,3})? ?(?P<close>\))?"
    rf" ?(?:{_MONEY})? ?(?P<percent>%)? ?(?P<note>{_MONEY}|\*+|\([0-9a-z]{{1,2}}\)|\[[0-9a-z]{{1,2}}\]|[a-z]{{1,2}}/"
    r"|(?<= )[0-9]{1,2}/|[¹²³⁰-⁹ᵃ-ᶻ]+|[pe])?",
    re.IGNORECASE,
)
_GROUPED = {
    ".": re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:[,' ][0-9]{3})+)?(?:\.[0-9]*)?"),
    ",": re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:[.' ][0-9]{3})+)?(?:,[0-9]*)?"),
}
_FAST = {
    ".": re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,20})?"),
    ",": re.compile(r"[0-9]{1,15}"),
    "": re.compile(r"[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,20}))?"),
}
_USUAL = {
    ".": (re.compile(r"-?(?:[0-9]{1,15}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,20})?"), ","),
    ",": (re.compile(r"-?(?:[0-9]{1,15}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,4})(?:,[0-9]{1,20})?"), "."),
    "": (re.compile(r"-?[0-9]{1,15}"), ","),
}
_ERROR = re.compile(r"#(?:[a-zñáéíóú0-9/¡!¿?]+|#*)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{1,2}-[a-z]{3}")
_WORDS = re.compile(r"\d[\d.,' ]*[^\W\d_]{2,}")


class Number(NamedTuple):
    """A value, None where the text says that there is none; the status that it says, or ""; whether it bears a %."""

    value: Decimal | None
    status: str = ""
    percent: bool = False


NOTHING = Number(None, MISSING)


def is_missing(text: str) -> bool:
    """Whether a text says that there is no value."""
    return missing(text) or fold(text) in _MISSING_TOO


def plain(decimal: str) -> re.Pattern[str]:
    """What `Decimal` may read as it stands in a file with this decimal mark: most numbers of most files."""
    return _FAST[decimal]


def number(text: str, decimal: str = "") -> Number:
    """A number of a file whose decimal mark is `decimal`; where that is not said, each number must show it by itself.

    Raises Ambiguous for what can be read in two ways, Unreadable for what is no number or none that anybody counts.
    """
    usual, thousands = _USUAL[decimal]
    if usual.fullmatch(text):
        return Number(Decimal(text.replace(thousands, "").replace(",", ".")) or Decimal(0))
    text = " ".join(unguarded(text.strip()).translate(_DRESS).split())
    if is_missing(text):
        return NOTHING
    shape = _SHAPE.fullmatch(text) if len(text) <= _LONGEST else None
    if shape is None or (shape["close"] and not shape["open"]) or (shape["open"] and not shape["close"]):
        return _odd(text)
    digits, _mark = _divided(shape["digits"].strip(), decimal)
    negative = shape["open"] is not None or "-" in (shape["sign"], shape["late"])
    value = Decimal(("-" if negative else "") + digits + (shape["power"] or ""))
    note = (shape["note"] or "").strip("()[]/").lower()
    status = {"p": "P", "e": "E"}.get(note, "")
    return Number(checked(value), status, shape["percent"] is not None)


def evidence(text: str) -> str:
    """What a number says of the decimal mark of its file: "." or ",", "?" where it can be either, "" where nothing."""
    text = " ".join(text.strip().translate(_DRESS).split())
    shape = _SHAPE.fullmatch(text) if len(text) <= _LONGEST else None
    if shape is None:
        return ""
    try:
        return _divided(shape["digits"].strip(), "")[1]
    except Ambiguous:
        return "?"
    except Unreadable:
        return ""


def checked(value: Decimal) -> Decimal:
    """The value; Unreadable where it is larger than anything that is counted, or has more decimals than are kept."""
    if not value:
        return Decimal(0)  # neither minus nothing nor nothing to the four hundredth
    if not -LIMIT < value < LIMIT:
        raise Unreadable(_("This number is out of any range."), _("Look whether two cells were joined."))
    if -int(value.as_tuple().exponent) > MOST_DECIMALS:
        raise Unreadable(
            _("This number has more than %(count)s decimals.", count=MOST_DECIMALS),
            _("Give it with the decimals that were measured."),
        )
    return value


def _divided(digits: str, decimal: str) -> tuple[str, str]:
    """Digits with a point before the decimals and nothing else between them, and the decimal mark they prove."""
    points, commas = digits.count("."), digits.count(",")
    proven = ""
    if points and commas:
        proven = "." if digits.rfind(".") > digits.rfind(",") else ","
    elif points + commas > 1:
        proven = "," if points else "."
    elif points + commas == 1:
        found = "." if points else ","
        whole, _found, part = digits.partition(found)
        groups = len(part) == 3 and whole[:1] not in ("", "0") and re.fullmatch(r"\d{1,3}(?:'\d{3})?", whole)
        whole = whole.replace("'", "")
        if decimal and found != decimal and not groups:
            raise Unreadable(
                _("The decimals of this file are said to follow another mark than those of this number."),
                f"{whole}{decimal}{part}",
            )
        if not groups:
            proven = found
        elif not decimal:
            raise Ambiguous(
                _("This can be read in two ways: as %(one)s or as %(other)s.", one=whole + part, other=f"{whole}.{part}"),
                _("Say which mark stands before the decimals in this file."),
            )  # fmt: skip
    if decimal and proven and proven != decimal:
        raise Unreadable(
            _("The decimals of this file are said to follow another mark than those of this number."),
            _("Correct the number, or say that the file has another decimal mark."),
        )
    mark = decimal or proven or "."
    if not _GROUPED[mark].fullmatch(digits):
        raise Unreadable(
            _("The thousands of this number are not divided regularly."), _("Write it without marks between thousands.")
        )
    for between in " ',." if mark == "." else " '.":
        if between != mark:
            digits = digits.replace(between, "")
    return digits.replace(",", "."), proven


def _odd(text: str) -> Number:
    """What is no number: a word for why there is none, or the reason why it can't be read."""
    letter = letter_of(text, None) if len(text) > 2 else None
    if letter in ABSENT:
        return Number(None, letter)
    if _ERROR.fullmatch(text):
        raise Unreadable(
            _("A spreadsheet could not compute this cell."), _("Correct the formula and save the file anew.")
        )
    if text[0] in "=@" or (text[0] == "+" and not text[1:2].isdigit()):
        raise Unreadable(_("This is a formula, not its result."), _("Save the file with values instead of formulas."))
    if fold(text).strip("+-") in {"nan", "inf", "infinity", "infinito", "∞"}:
        raise Unreadable(_("This is no number that can be counted."), _("Leave the cell empty if there is no value."))
    if _DATE.match(fold(text)):
        raise Unreadable(
            _("This is a date: spreadsheets turn some numbers into dates by themselves."),
            _("Format the column as a number, type the value again and save."),
        )
    if _WORDS.match(text):
        raise Unreadable(
            _("There are words beside the number."),
            _("Leave only the number in the cell; for thousands or millions, give the multiplier of the file."),
        )
    raise Unreadable(_("This is not a number."), _("Leave the cell empty if there is no value."))
