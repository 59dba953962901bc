"""The columns of a file of past sessions, and how their cells are read."""

from __future__ import annotations

import datetime as dt
import re

from observatory.kernel.desk import Column, Option, Row, one_of
from observatory.kernel.text import _, fold, lazy_
from observatory.rooms.commitments.tables.columns import OPTIONS as OF_COMMITMENTS
from observatory.rooms.commitments.tables.columns import date_of, day
from observatory.rooms.roundtables.models.words import (
    AGREEMENT,
    DEFERRAL,
    INFORMATION,
    MOST_NUMBER,
    OUTCOMES,
    SESSION_STATES,
)

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_TYPES = {
    AGREEMENT: ("acuerdo", "acuerdos", "compromiso", "aprobado"),
    INFORMATION: ("informacion", "informativo", "informe", "informado"),
    DEFERRAL: ("pendiente", "postergado", "diferido", "queda pendiente", "left for later"),
}
_YES, _NO = {"yes", "si", "true", "x", "1", "con quorum"}, {"no", "false", "0", "sin quorum"}
_TOTAL = re.compile(r"(?:sub)?total(?:es)?(?: (?:general|de acuerdos|acuerdos|de sesiones))?[:\s]*[\d.,]*")


def session_number(text: str) -> int | str:
    """The number of a session as minutes have it: 5, N° 5, Sesión 05, III Sesión; as a text where they begin anew each year:
    N.º 005-2025."""
    yearly = re.search(r"(?<![\w-])(\d{1,4}|[ivxlc]{1,8})\s*[-/]\s*((?:19|20|21)\d\d)(?![\w-])", fold(text))
    if yearly:
        return f"{yearly[1].upper()}-{yearly[2]}"
    plain = re.sub(r"\.0+$", "", fold(text))
    digits = re.findall(r"\d+", plain)
    if len(digits) == 1 and 1 <= int(digits[0]) <= MOST_NUMBER:
        return int(digits[0])
    roman = [word for word in re.findall(r"[a-z]+", plain) if re.fullmatch(r"c?(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})", word)]
    if not digits and len(roman) == 1:
        values = [_ROMAN[letter] for letter in roman[0]]
        pairs = zip(values, [*values[1:], 0], strict=True)
        return sum(-value if value < following else value for value, following in pairs)
    raise ValueError(_("Write the number alone, such as 5 or 005-2025; or leave it empty where the document has none."))


def outcome_type(text: str) -> str:
    """What came of an item, in the words of files."""
    plain = fold(text)
    for type, words in _TYPES.items():
        if plain in words:
            return type
    return one_of(OUTCOMES)(text)


def yes_or_no(text: str) -> bool:
    """Whether there was a quorum."""
    plain = fold(text)
    if plain not in _YES | _NO:
        raise ValueError(_("Write yes or no; leave it empty where the document does not say."))
    return plain in _YES


def told(text: str) -> str:
    """Some text, with the line breaks of one system."""
    return text.replace("\r\n", "\n").strip()


def one_line(text: str) -> str:
    """Some text with single spaces."""
    return " ".join(text.split())


def day_of(text: str, order: str) -> dt.date | None:
    """The day of a session; None for a month or a year, which is none."""
    first = date_of(text, order, last=False)
    return first if first == date_of(text, order, last=True) else None


def is_total(row: Row) -> bool:
    """Whether a row adds up what stands above it, as the last ones of a spreadsheet do."""
    texts = [fold(text) for text in row.texts.values() if text.strip()]
    named = [text for text in texts if not re.fullmatch(r"[\d.,\s]+", text)]
    return len(named) == 1 and _TOTAL.fullmatch(named[0]) is not None


COLUMNS = (
    Column("roundtable", lazy_("Roundtable"), one_line, (
        "mesa", "mesa de dialogo", "comite", "espacio", "espacio de dialogo", "instancia",
    )),
    Column("session", lazy_("Number of the session"), session_number, (
        "sesion", "numero de sesion", "numero de la sesion", "n de sesion", "no de sesion", "nro de sesion", "n sesion",
        "nro sesion", "sesion n", "sesion nro", "number of the session", "session number",
    )),
    Column("date", lazy_("Day of the session"), day, (
        "fecha", "fecha de sesion", "fecha de la sesion", "fecha sesion", "dia", "session date", "day",
    )),
    Column("state", lazy_("State of the session"), one_of(SESSION_STATES)),
    Column("quorum", lazy_("Was there a quorum?"), yes_or_no, ("hubo quorum", "con quorum")),
    Column("venue", lazy_("Where?"), one_line, ("lugar", "sede", "lugar de la sesion")),
    Column("item", lazy_("Item of the agenda"), one_line, (
        "punto", "punto de agenda", "punto de la agenda", "agenda", "tema", "asunto", "agenda item",
    )),
    Column("note", lazy_("What was known of the item"), told, ("nota", "detalle del punto")),
    Column("outcome", lazy_("What came of it"), outcome_type, (
        "resultado", "tipo", "tipo de resultado", "tipo de acuerdo", "outcome type", "type",
    )),
    Column("agreement", lazy_("Its words"), told, (
        "acuerdo", "acuerdos", "texto", "texto del acuerdo", "descripcion del acuerdo", "compromiso", "acuerdo compromiso",
        "agreement text", "text",
    )),
    Column("organisation", lazy_("Who answers for it"), one_line, (
        "organizacion", "responsable", "responsables", "entidad responsable", "entidad", "institucion",
        "institucion responsable", "organization", "responsible",
    )),
    Column("due", lazy_("Due date"), day, (
        "plazo", "fecha limite", "vence", "vencimiento", "fecha de vencimiento", "fecha de cumplimiento", "due date",
        "deadline",
    )),
    Column("commitment", lazy_("Number of the commitment"), one_line, ("numero del compromiso", "numero de compromiso")),
    Column("document", lazy_("Document"), one_line, ("documento", "acta", "fuente", "minutes", "source")),
    Column("document_url", lazy_("Address of the document"), str, ("url", "enlace", "link", "direccion del documento")),
)  # fmt: skip
"""Of each row: a session, an item of it, and what came of that."""

OPTIONS = (
    OF_COMMITMENTS[0],
    Option(
        "roundtable", lazy_("Which roundtable is it, where no column says it?"), {},
        help=lazy_("Its name or the last part of its address. Without either, that of the body you act for."),
    ),
    Option(
        "document", lazy_("In which document do these sessions stand, where no column says it?"), {},
        help=lazy_("Such as “Book of minutes 2025”."),
    ),
    Option(
        "drafts", lazy_("Make a draft commitment of each agreement"), None, standard=True,
        help=lazy_("Whoever answers for it and is not here stays as the file has it."),
    ),
)  # fmt: skip
