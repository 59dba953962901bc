"""The head of a file: where its header stands, what its columns are called, and the first texts in each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from observatory.kernel.sheets import Line
from observatory.kernel.text import fold
from observatory.rooms.indicators.tables import periods
from observatory.rooms.indicators.tables.mapping import JOINT, distinct, joined
from observatory.rooms.indicators.tables.numbers import is_missing, number
from observatory.rooms.indicators.tables.periods import Period
from observatory.rooms.indicators.tables.unreadable import Ambiguous, Unreadable

_LOOKED_AT = 40
_FEW = 60
_WORDS = re.compile(r"[^a-z0-9ñ]+")
_NAMES = {
    "place": "place|lugar|ubigeo|cod ubigeo|codigo ubigeo|codigo de ubigeo|ubigeo inei|ubigeo reniec|cod ubigeo inei|"
    "cod ubigeo reniec|ubi dist|ubi prov|ubi dpto|ubi dep|iddist|idprov|iddpto|geocode|geo code|ref area|country code|"
    "iso3|iso 3|iso3 code|iso2|iso code|code|codigo pais|cod pais|codigo distrito|cod distrito",
    "name": "place name|entity|country|country name|pais|name|nombre|territorio|ambito geografico|reference area|"
    "territory|lugar nombre|ambito",
    "department": "departamento|departamentos|region|regiones|dpto|depto|department|nombdep|nom dep|nombre departamento|"
    "desc dep inei|gobierno regional",
    "province": "provincia|provincias|province|nombprov|nom prov|nombre provincia|desc prov inei",
    "district": "distrito|distritos|district|nombdist|nom dist|nombre distrito|desc ubigeo inei|municipalidad|municipio",
    "period": "period|periodo|año|anio|ano|year|anho|ejercicio|ano eje|año eje|time period|time|fecha|date|dia|day|años|"
    "ejercicio fiscal|año fiscal",
    "month": "mes|month|mes eje",
    "quarter": "trimestre|quarter|trim",
    "half": "semestre|half",
    "value": "value|valor|obs value|dato|monto|importe|cifra|valor observado|valores|observacion|resultado",
    "indicator": "indicator|indicador|indicator name|indicator code|nombre del indicador|codigo del indicador",
    "status": "status|obs status|estado del dato|flag|flags|observation status|condicion del dato",
    "source": "source|fuente|fuente del dato",
    "as_of": "as of|fecha corte|fecha de corte|corte|actualizado al|vintage|fecha de actualizacion|last update",
    "unit": "unit|units|unidad|unidades|unidad de medida|unit measure|unit of measure|medida",
    "scope": "scope|alcance",
}
ROLE_OF = {name: role for role, names in _NAMES.items() for name in names.split("|")}
DIMENSIONS = {
    name: key
    for key, names in {
        "sexo": "sexo|sex|genero|gender", "ambito": "area|ambito|area de residencia|urbano rural|zona", "edad": "edad|age|"
        "grupo de edad|grupo etario|rango de edad", "estacion": "estacion|nombre estacion|nombre estacion val|station",
        "educacion": "educacion|nivel educativo|nivel de educacion", "etnia": "etnia|autoidentificacion etnica",
        "lengua": "lengua|lengua materna", "quintil": "quintil", "discapacidad": "discapacidad", "rubro": "rubro",
        "fuente-financiamiento": "fuente de financiamiento|fuente financiamiento", "funcion": "funcion", "mineral": "mineral",
    }.items()
    for name in names.split("|")
}  # fmt: skip
"""Headers of columns that divide what is counted, as files in the Andes call them."""


def words(name: str) -> str:
    """A header's words alone, for comparing."""
    return _WORDS.sub(" ", fold(name)).strip()


def role_of(name: str) -> str:
    """What a column of this name usually says, or ""."""
    return ROLE_OF.get(words(name), "")


def header_period(name: str) -> Period | None:
    """The period that a header is, or None: "2019.0", "2005 (p)", "mar-24"."""
    try:
        return periods.period(name) if any(char.isdigit() for char in name) and len(name) <= 30 else None
    except Ambiguous:
        return None
    except Unreadable:
        return None


@dataclass(frozen=True)
class Head:
    """A file's header and what stands below it, as far as one looks."""

    number: int
    lines: int
    names: list[str]
    rows: list[list[str]]
    preamble: list[list[str]]

    @cached_property
    def _columns(self) -> dict[str, list[str]]:
        return {
            name: [row[at].strip() if at < len(row) else "" for row in self.rows]
            for at, name in enumerate(self.names)
            if name
        }

    def column(self, name: str) -> list[str]:
        """Its texts, one for each row."""
        return self._columns[name]

    def texts(self, name: str) -> list[str]:
        """Its texts that say something, each once, in order."""
        return list(dict.fromkeys(text for text in self._columns[name] if text and not is_missing(text)))

    def named(self, role: str) -> list[str]:
        """The columns whose name says that role, as people call them most often first."""
        found = [name for name in self.names if role_of(name) == role]
        order = list(ROLE_OF)
        return sorted(found, key=lambda name: order.index(words(name)))

    def is_numeric(self, name: str) -> bool:
        """Whether a column holds numbers and little else."""
        return name in self._numeric

    @cached_property
    def _numeric(self) -> set[str]:
        few = {name: self.texts(name)[:_FEW] for name in self._columns}
        return {name for name, texts in few.items() if texts and sum(map(_is_number, texts)) >= 0.8 * len(texts)}

    def all_of(self, name: str, what: Callable[[str], object], share: float = 1.0) -> bool:
        texts = self.texts(name)
        return bool(texts) and sum(bool(what(text)) for text in texts) >= share * len(texts)


def head_of(lines: Sequence[Line]) -> Head | None:
    """The header of a table and the rows below it; None where nothing looks like one."""
    best, score = None, 1.5
    for at, (_number, cells) in enumerate(lines[:_LOOKED_AT]):
        found = _score(cells)
        if found > score + 0.01:
            best, score = at, found
    if best is None:
        return None
    number, cells = lines[best]
    two = best > 0 and _doubled(lines[best - 1], lines[best])
    if not two and best + 1 < len(lines) and _doubled(lines[best], lines[best + 1]):
        best, two = best + 1, True
        number, cells = lines[best]
    names = distinct(joined(lines[best - 1][1], cells) if two else cells)
    preamble = [each for _number, each in lines[: best - 1 if two else best]]
    return Head(number, 2 if two else 1, names, [each for _number, each in lines[best + 1 :]], preamble)


def _score(cells: Sequence[str]) -> float:
    """How much a row looks like a header: known names, periods, other words; numbers that are none speak against it."""
    found = 0.0
    years: list[str] = []
    for cell in cells:
        text = cell.strip()
        if not text:
            continue
        if role_of(text) or words(text) in DIMENSIONS or text.startswith("by:"):
            found += 3
        elif text.isdigit() and header_period(text):
            years.append(text)
        elif header_period(text):
            found += 1
        elif _is_number(text):
            found -= 1
        elif len(text) <= 80:
            found += 0.5
    each = list(dict.fromkeys(years))  # they may come again under the next name of the line above
    in_order = len(each) > 1 and each in (sorted(each), sorted(each, reverse=True))
    found += len(years) if in_order else -len(years) if len(years) > 1 else 0  # else they are figures of that size
    known = bool(years) or any(role_of(cell) or header_period(cell) for cell in cells)
    return found if known or sum(map(bool, cells)) > 1 else 0


def _doubled(upper: Line, lower: Line) -> bool:
    """Whether two lines are one header: next to each other, the lower one repeating names below different upper ones."""
    if lower[0] != upper[0] + 1:
        return False
    above, below = upper[1], [cell.strip() for cell in lower[1]]
    named = [cell for cell in below if cell]
    if len(named) < 2 or any(_is_number(cell) and not header_period(cell) for cell in named):
        return False
    groups = len({cell.strip() for cell in above if cell.strip()} - set(below))
    return groups >= 2 and len(set(named)) < len(named) and len(set(joined(above, below))) > len(set(below))


def _is_number(text: str) -> bool:
    try:
        return number(text).value is not None
    except Ambiguous:
        return True
    except Unreadable:
        return False


def parts(name: str) -> list[str]:
    """The lines of a header's name."""
    return name.split(JOINT)
