"""Periods as people write them, as 2024, 2024-S1, 2024-Q2, 2024-03 or 2024-03-15."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from typing import NamedTuple

from observatory.kernel.text import _, fold
from observatory.rooms.indicators.formulas import FIRST_YEAR, LAST_YEAR
from observatory.rooms.indicators.tables.statuses import letter_of
from observatory.rooms.indicators.tables.unreadable import Ambiguous, Unreadable

YEAR, HALF, QUARTER, MONTH, DAY = "year", "half", "quarter", "month", "day"
_SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
_ENGLISH = "january february march april may june july august september october november december"
_MONTHS = {name: at for names in (_SPANISH, _ENGLISH) for at, name in enumerate(names.split(), 1)}
_MONTHS |= {name[:3]: at for name, at in _MONTHS.items()} | {"setiembre": 9, "set": 9, "sept": 9}
_ORDINALS = {
    word: number
    for number, words in enumerate(
        ("i 1 primer primero primera first", "ii 2 segundo segunda second", "iii 3 tercer tercero third", "iv 4 cuarto fourth"), 1
    )
    for word in words.split()
}  # fmt: skip
_QUARTERS = {"t", "q", "trim", "trimestre", "tri", "quarter", "qtr"}
_HALVES = {"s", "h", "sem", "semestre", "semester", "half"}
_NOISE = {"de", "del", "er", "do", "da", "ro", "ra", "to", "st", "nd", "rd", "th", "año", "year", "of", "the"}
_GLUED = re.compile(r"(i{1,3}|iv)([tqs])")  # IIT 2024
_TOKENS = re.compile(r"[a-zñ]+|\d+")
_MARKED = re.compile(
    r"(?P<body>.*\d) ?(?:(?P<stars>\*+)|\(?(?P<word>p|e|f|r|prel|preliminar|prov|provisional|est|estimado|proy|proyectado)\.?"
    r"(?:[/)]|$)|\(?[0-9a-d](?:/|\)))"
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/ ]|[-/ ]?m)(\d{1,2})")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/](\d{4})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ].*)?")
_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?: .*)?")
_RANGE = re.compile(r"(?:del? )?(\d{4}) ?(?:[-/–]|al?|y) ?(\d{4}|\d{2})")
_EPOCH = dt.date(1899, 12, 30)


class Period(NamedTuple):
    """A period in its canonical form, what it is of, and the status that a mark beside it says, or ""."""

    text: str
    kind: str
    status: str = ""


def period(text: str, *, dates: str = "", frequency: str = "", serials: bool = False) -> Period:
    """The period that a cell or a header names. Of `frequency`, where that is known: a monthly figure of 2024-03-01 is
    March's. `serials`: the column is known to hold days as Excel counts them. Raises Unreadable."""
    body = " ".join(fold(text).split())
    status = ""
    marked = _MARKED.fullmatch(body)
    if marked:
        body = marked["body"].strip()
        status = (
            "P" if marked["stars"] else {"r": ""}.get(marked["word"] or "r", letter_of(marked["word"] or "", "") or "")
        )
    found = _numeric(body, dates, serials) or _worded(body, frequency)
    if found is None:
        raise Unreadable(
            _("This is no period that is known here."),
            _("Write 2024, 2024-S1, 2024-Q2, 2024-03 or 2024-03-15."),
        )
    return fitted(found, frequency)._replace(status=status)


def of_parts(year: str, part: str, kind: str, frequency: str = "") -> Period:
    """The period of a year and, in another column, its half, quarter or month."""
    whole = period(year)
    if whole.kind != YEAR:
        raise Unreadable(_("This is no year."), _("Write the year with four digits."))
    plain = fold(part).removesuffix(".0")
    words = [word for word in _TOKENS.findall(plain) if word not in _NOISE | _QUARTERS | _HALVES]
    word = words[0] if len(words) == 1 else ""
    number = (_MONTHS.get(word) if kind == MONTH else _ORDINALS.get(word)) or (int(word) if word.isdigit() else 0)
    if not 1 <= number <= {HALF: 2, QUARTER: 4, MONTH: 12}[kind]:
        raise Unreadable(_("This is no part of a year that is known here."), _("Write its number, such as 1."))
    return fitted(Period(_canonical(int(whole.text), kind, number), kind, whole.status), frequency)


def order_of(text: str) -> str:
    """What a date with slashes says of the order of all: dmy or mdy, "?" where it can be either, "" where it is none."""
    found = _DATE.fullmatch(" ".join(fold(text).split()))
    if found is None:
        return ""
    one, other = int(found[1]), int(found[2])
    return "dmy" if one > 12 else "mdy" if other > 12 else "?" if one != other else ""


def serial_day(text: str) -> dt.date | None:
    """The day that Excel counts by a number, for days from 1954 to 2064; None for what is no such number."""
    digits = text.removesuffix(".0")
    if len(digits) == 5 and digits.isascii() and digits.isdigit() and 20_000 <= int(digits) <= 60_000:
        return _EPOCH + dt.timedelta(days=int(digits))
    return None


def fitted(found: Period, frequency: str) -> Period:
    """A period as one of a frequency: a day that begins or ends a month, a quarter or a year stands for it."""
    if found.kind == frequency or frequency in ("", "irregular"):
        return found
    if found.kind == DAY:
        day = dt.date.fromisoformat(found.text)
        if _edge(day, frequency):
            number = {YEAR: 0, HALF: (day.month + 5) // 6, QUARTER: (day.month + 2) // 3, MONTH: day.month}[frequency]
            return Period(_canonical(day.year, frequency, number), frequency, found.status)
    reason = _(
        "The indicator is kept by %(frequency)s, and this is a %(kind)s.",
        frequency=_KINDS[frequency](), kind=_KINDS[found.kind](),
    )  # fmt: skip
    larger = "" if _ORDER.index(found.kind) < _ORDER.index(frequency) else found.text[:4]
    raise Unreadable(reason, larger if frequency == YEAR else "")


_ORDER = (YEAR, HALF, QUARTER, MONTH, DAY)
_KINDS: dict[str, Callable[[], str]] = {
    YEAR: lambda: _("year"),
    HALF: lambda: _("half year"),
    QUARTER: lambda: _("quarter"),
    MONTH: lambda: _("month"),
    DAY: lambda: _("day"),
}


def _edge(day: dt.date, frequency: str) -> bool:
    """Whether a day is the first or the last one of a period of that frequency."""
    months = {YEAR: 12, HALF: 6, QUARTER: 3, MONTH: 1}[frequency]
    first = day.day == 1 and (day.month - 1) % months == 0
    return first or (day.day == calendar.monthrange(day.year, day.month)[1] and day.month % months == 0)


def _numeric(body: str, dates: str, serials: bool) -> Period | None:
    """A period written in digits alone, or None."""
    plain = body.removesuffix(".0")
    if plain.isascii() and plain.isdigit() and len(plain) == 4:
        return Period(_canonical(int(plain), YEAR, 0), YEAR)
    day = serial_day(plain)
    if day is not None:
        if serials:
            return Period(day.isoformat(), DAY)
        raise Unreadable(
            _("This is a day as Excel counts them: it would be %(day)s.", day=day.isoformat()),
            _("Format the column as a date and save the file anew."),
        )
    if found := _ISO.fullmatch(body):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DATE.fullmatch(body):
        return _ordered(found, dates)
    if found := _DIGITS.fullmatch(plain):
        return _day(int(found[1]), int(found[2]), int(found[3])) if found[3] else _month(found[1], found[2])
    if found := _MONTH_FIRST.fullmatch(body):
        return _month(found[2], found[1])
    if (found := _RANGE.fullmatch(body)) and (len(found[2]) == 4 or int(found[2]) > max(12, int(found[1]) % 100)):
        raise Unreadable(_("This is a range of years."), _("Give one figure for each year."))
    if found := _YEAR_FIRST.fullmatch(body):
        return _month(found[1], found[2])
    return None


def _worded(body: str, frequency: str) -> Period | None:
    """A period with words in it: marzo 2024, I trim 2024, 1er semestre 2024, 15 de marzo de 2024; or None."""
    words = [word for word in _TOKENS.findall(_GLUED.sub(r"\1 \2", body)) if word not in _NOISE]
    months = [_MONTHS[word] for word in words if word in _MONTHS]
    kinds = [QUARTER if word in _QUARTERS else HALF for word in words if word in _QUARTERS | _HALVES]
    rest = [word for word in words if word not in _MONTHS and word not in _QUARTERS | _HALVES]
    years = [word for word in rest if len(word) == 4 and word.isdigit()]
    years = years or [word for word in rest if len(word) == 2 and word.isdigit() and (months or kinds)][-1:]
    if len(years) != 1 or len(months) + len(kinds) > 1:
        return None
    rest.remove(years[0])
    year = int(years[0])
    year += 0 if len(years[0]) == 4 else 2000 if year < 50 else 1900
    if not months and not kinds and not rest and len(years[0]) == 4:
        return Period(_canonical(year, YEAR, 0), YEAR)  # año 2024
    if months and not rest:
        return Period(_canonical(year, MONTH, months[0]), MONTH)
    if months and len(rest) == 1 and rest[0].isdigit():
        return _day(year, months[0], int(rest[0]))
    if months or len(rest) != 1 or rest[0] not in _ORDINALS:
        return None
    if not kinds and rest[0].isdigit():
        return None
    kind = kinds[0] if kinds else HALF if frequency == HALF else QUARTER
    if kind == HALF and _ORDINALS[rest[0]] > 2:
        return None
    return Period(_canonical(year, kind, _ORDINALS[rest[0]]), kind)


def _ordered(found: re.Match[str], dates: str) -> Period:
    one, other, year = int(found[1]), int(found[2]), int(found[3])
    year += 0 if len(found[3]) == 4 else 2000 if year < 50 else 1900
    order = dates if dates in ("dmy", "mdy") else order_of(found[0])
    if order == "?":
        raise Ambiguous(
            _("This date can be read in two ways: the day or the month may come first."),
            _("Say in which order the dates of this file are written."),
        )
    day, month = (other, one) if order == "mdy" else (one, other)
    return _day(year, month, day)


def _month(year: str, month: str) -> Period:
    if not 1 <= int(month) <= 12:
        raise Unreadable(_("There is no such month."), _("Write the month as 2024-03."))
    return Period(_canonical(int(year), MONTH, int(month)), MONTH)


def _day(year: int, month: int, day: int) -> Period:
    _canonical(year, YEAR, 0)
    try:
        return Period(dt.date(year, month, day).isoformat(), DAY)
    except ValueError:
        raise Unreadable(
            _("There is no such day."), _("Say in which order the dates of this file are written.")
        ) from None


def _canonical(year: int, kind: str, number: int) -> str:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable(_("This is no year between %(first)s and %(last)s.", first=FIRST_YEAR, last=LAST_YEAR))
    return f"{year}" + {YEAR: "", HALF: f"-S{number}", QUARTER: f"-Q{number}", MONTH: f"-{number:02}"}[kind]
