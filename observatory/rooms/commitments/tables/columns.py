"""The columns of the register, and how the cells of a file are read."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from decimal import Decimal
from typing import Any

from observatory.kernel.cleaning import FIRST_YEAR, LAST_YEAR
from observatory.kernel.desk import (
    Column,
    Option,
    number,
    one_of,
)
from observatory.kernel.text import _, fold, lazy_
from observatory.rooms.commitments.models import (
    CURRENCIES,
    MONEY,
    NATURES,
    PHASES,
)

_STEP = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*%\s*(?:(\d{4}-\d{2}-\d{2})\s+)?(.{1,300})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep set", "oct", "nov", "dec dic"), 1
    )
    for name in names.split()
}
_LANGUAGES = {"es": "es", "spanish": "es", "espanol": "es", "español": "es", "castellano": "es", "en": "en", "english": "en",
              "ingles": "en", "qu": "qu", "quechua": "qu", "ay": "ay", "aymara": "ay", "aimara": "ay"}  # fmt: skip
_UNKNOWN = {"na", "nd", "n/a", "s/d", "s/f", "sin fecha", "-", "--"}
_EPOCH = dt.date(1899, 12, 30)
"""From which spreadsheets count days."""


def step_text(step: Any) -> str:
    """A milestone as a line of a cell: part of the whole, date, what it is."""
    due = f" {step.due_on.isoformat()}" if step.due_on else ""
    return f"{format(step.weight.normalize(), 'f')} %{due} {step.title}"


def steps(text: str) -> list[dict[str, Any]]:
    """The milestones of a cell, a line each."""
    found = []
    for line in (each.strip() for each in text.split("\n")):
        if not line:
            continue
        told = _STEP.fullmatch(line)
        if told is None:
            raise ValueError(_("A milestone is written as: 40 % 2026-05-31 What it is. One in each line."))
        due = date_of(told[2], "dmy", last=True) if told[2] else None
        if told[2] and (due is None or not FIRST_YEAR <= due.year <= LAST_YEAR):
            raise ValueError(_("This is not a date: write it as 2026-05-31."))
        found.append({"weight": Decimal(told[1].replace(",", ".")), "due_on": due, "title": told[3].strip()})
    return found


def day(text: str) -> str:
    """A date as it is written; how day and month stand is decided for the whole file."""
    text = fold(text)
    if text in _UNKNOWN:
        return ""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}[t ].*", text):
        text = text[:10]
    if date_of(text, "dmy", last=False) is None and date_of(text, "mdy", last=False) is None:
        raise ValueError(_("This is not a date: write it as 2026-05-31."))
    return text


def date_of(text: str, order: str, *, last: bool) -> dt.date | None:
    """A date of a file, folded; None where it is none. Of a bare year or month its first day, or its `last`.

    `order` is "dmy" or "mdy" and decides only where both readings are dates.
    """
    named = re.fullmatch(
        r"(?:(\d{1,2})[\s/-]+(?:de\s+)?)?([a-z]{3,10})\.?,?(?:[\s/-]+(?:de\s+|del\s+)?(\d{4})|[/-](\d{2}))", text
    )
    if named is not None:
        month, year = _MONTHS.get(named[2][:3]), int(named[3] or 2000 + int(named[4]))
        return _day(year, month, int(named[1]) if named[1] else None, last=last) if month else None
    if re.fullmatch(r"[2-7]\d{4}(?:\.\d+)?", text):  # days as spreadsheets count them, from 1954 to 2119
        return _EPOCH + dt.timedelta(int(text[:5]))
    parts = [int(part) for part in re.findall(r"\d+", text)]
    if re.fullmatch(r"\d{4}", text):
        return _day(parts[0], 12 if last else 1, None, last=last)
    if re.fullmatch(r"\d{4}[-/.]\d{1,2}", text):
        return _day(parts[0], parts[1], None, last=last)
    if re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}", text):
        return _day(*parts, last=last)
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})", text):
        first, second, year = parts
        year += 2000 if year < 80 else 1900 if year < 100 else 0
        readings = [_day(year, second, first, last=last), _day(year, first, second, last=last)]
        if order == "mdy":
            readings.reverse()
        return next((each for each in readings if each is not None), None)
    return None


def _day(year: int, month: int, day: int | None, *, last: bool) -> dt.date | None:
    try:
        return dt.date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))
    except (ValueError, calendar.IllegalMonthError):
        return None


def language(text: str) -> str:
    """A language by its code or its name; of any other, nothing: the text is then taken for Spanish until somebody says."""
    return _LANGUAGES.get(fold(text), "")


def _told(text: str) -> str:
    return "" if text.strip().lower() in _UNKNOWN else text.strip()


def _slugs(text: str) -> list[str]:
    return sorted({part for part in re.split(r"[\s,;]+", text.strip()) if part})


COLUMNS = (
    Column("number", lazy_("Number of the commitment"), str),
    Column("title", lazy_("The promise, in one sentence"), _told, (
        "promesa", "compromiso", "titulo", "commitment title", "node title", "text",
    )),
    Column("verbatim", lazy_("The promise, word for word"), _told, ("texto", "full text", "node description", "source quote")),
    Column("kind", lazy_("Kind"), one_of(NATURES), ("tipo", "tipo de compromiso")),
    Column("state", lazy_("State"), _told, ("estado",)),
    Column("accountable", lazy_("Who owes it: the last part of its address"), str),
    Column("accountable_as_written", lazy_("Who owes it, as the file has it"), _told, (
        "responsable", "entidad responsable", "lead institution", "party", "institucion",
    )),
    Column("responsible", lazy_("Who else carries it out"), _slugs),
    Column("contributing", lazy_("Who contributes"), _slugs),
    Column("oversight", lazy_("Which public body oversees it"), str),
    Column("place", lazy_("Place"), str, ("ubigeo", "ubigeo inei", "lugar")),
    Column("site", lazy_("Mine or site"), str, ("unidad minera",)),
    Column("phase", lazy_("Phase of the mine"), one_of(PHASES), ("fase",)),
    Column("problem", lazy_("Problem"), _told, ("problema",)),
    Column("result", lazy_("What can be measured once it is kept"), _told, ("resultado", "meta")),
    Column("planned_evidence", lazy_("What will show it"), _told, ("evidencia",)),
    Column("document", lazy_("Document"), _told, ("documento", "acta", "original filename", "originalfilename", "fuente")),
    Column("document_url", lazy_("Address of the document"), _told, ("url", "enlace", "encoded abs url", "encodedabsurl")),
    Column("promised_on", lazy_("Date of the document"), day, ("fecha", "start date", "node start", "submissiondate", "submission date")),
    Column("due_original", lazy_("First due date"), day, ("fecha limite", "vence", "plazo", "end date", "node end")),
    Column("due_current", lazy_("Due date now"), day),
    Column("money", lazy_("Where the money comes from"), one_of(MONEY), ("financiamiento",)),
    Column("money_note", lazy_("More on the money"), _told),
    Column("amount", lazy_("Amount"), number, ("monto",)),
    Column("currency", lazy_("Currency"), one_of({each: each for each in CURRENCIES}), ("moneda",)),
    Column("milestones", lazy_("Milestones"), steps, ("hitos",)),
    Column("register", lazy_("Other register"), _told),
    Column("external_id", lazy_("Number in the other register"), _told, (
        "codigo", "commitment unique identifier", "node external id", "id", "numero",
    )),
    Column("language", lazy_("Language"), language, ("idioma",)),
)  # fmt: skip
"""Every other column of the CSV follows from these or from what happened, and is passed over."""

OPTIONS = (
    Option(
        "dates", lazy_("How are dates written?"),
        {"dmy": lazy_("31/12/2026: the day first"), "mdy": lazy_("12/31/2026: the month first")}, standard="dmy",
        help=lazy_("Only where the year does not come first."),
    ),
    Option(
        "register", lazy_("Which register is it?"), {},
        help=lazy_("Its name. With its numbers, the same file taken in again changes drafts and adds nothing twice."),
    ),
    Option("owing", lazy_("Who owes these promises, where no column says it?"), {}),
)  # fmt: skip
