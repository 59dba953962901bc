"""Which place a code or a name means: two systems of codes that are never mixed up, and names that many places share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from observatory.kernel.text import _, fold
from observatory.rooms.indicators.tables import countries
from observatory.rooms.indicators.tables.unreadable import Ambiguous, Unreadable

COUNTRY, DEPARTMENT, PROVINCE, DISTRICT = "country", "department", "province", "district"
LEVELS = (COUNTRY, DEPARTMENT, PROVINCE, DISTRICT)
DIGITS = {DEPARTMENT: 2, PROVINCE: 4, DISTRICT: 6}
INEI, RENIEC, ISO2, ISO3, NAME = "inei", "reniec", "iso2", "iso3", "name"
_GLUED = re.compile(r"([0-9]{1,6})(?:\.0)?(?:\s*[-–:|/ ]\s*(.*))?", re.DOTALL)
_PREFIX = re.compile(
    r"(?:(?P<department>departamento|dpto|depto|dep|region|gobierno regional|gore)"
    r"|(?P<province>provincia constitucional|prov\.? const|provincia|prov)|(?P<district>distrito|dist)"
    r"|(?P<municipality>municipalidad(?: provincial| distrital| metropolitana)?|m\.? ?[pd]))\.? +(?:(?:de|del) )?(?P<name>.+)"
)
_FOOTNOTE = re.compile(r"\s*(?:\*+|\b[0-9a-z]{1,2}/|\([0-9a-z]{1,2}/?\)|[¹²³])$")
_KINDS = {"provincia constitucional", "departamento", "provincia", "distrito", "region"}
_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_METROPOLIS = {"lima metropolitana": "1501", "area metropolitana de lima": "1501"}
_REST_OF_LIMA = {"lima provincias", "lima region", "resto de lima"}
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the reader knows it; `path` leads from the country down, such as pe/18/1801/180106."""

    id: int
    slug: str
    title: str
    level: str
    path: str
    inei: str | None = None
    reniec: str | None = None


Within = tuple[str, "str | Place"]
"""Where a place lies: the level, or "", and the name of a larger place, or that place."""


class Places:
    """All places that are known, by code and by name. Every way of asking raises Unreadable with the reason."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.by_slug: dict[str, Place] = {}
        self._codes: Mapping[str, dict[str, Place]] = {INEI: {}, RENIEC: {}}
        self._named: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            self.by_slug[place.slug] = place
            if place.inei:
                self._codes[INEI][place.inei] = place
            if place.reniec:
                self._codes[RENIEC][place.reniec] = place
            self._named[_simple(place.title)].append(place)

    def has(self, digits: str, system: str) -> Place | None:
        """The place with a complete code of a system, or None."""
        return self._codes[system].get(digits)

    def is_name(self, text: str, level: str) -> bool:
        """Whether some place of a level is called so."""
        name, _around = _parts(name_beside(text) or text)
        return bool(self._candidates(name, _titled(name)[1], level, ()))

    def by_code(self, text: str, system: str, *, zeros: bool = False, mixed: bool = False, level: str = "") -> Place:
        """The place of an INEI or RENIEC code, alone or before a name; the noughts that fill up a shorter code go.

        `zeros`: the column has lost its leading zeros, of codes of `level` where that is known. `mixed`: it holds codes of
        both systems, so that one which both have means nothing.
        """
        if system == INEI and not text.isdigit() and text in self.by_slug:  # a country in our own files
            return self.by_slug[text]
        digits = code_of(text)
        if digits is None:
            raise Unreadable(_("This is no code of a place."), _("A code has 2, 4 or 6 digits."))
        if len(digits) % 2:
            whole = f"0{digits}"
            if not zeros or DIGITS.get(level, len(whole)) != len(whole):
                there = self._codes[system].get(whole)
                raise Unreadable(
                    _("A code has 2, 4 or 6 digits: the leading zero may be lost."), whole if there else ""
                )
            digits = whole
        codes, other = self._codes[system], self._codes[RENIEC if system == INEI else INEI]
        while digits not in codes and len(digits) > 2 and digits.endswith("00"):
            digits = digits[:-2]
        place, twin = codes.get(digits), other.get(digits)
        if place is None:
            if twin is not None:
                raise Unreadable(
                    _("This is no %(system)s code, but one of the other system: the column mixes both.", system=system.upper()),
                    f"{(twin.inei if system == INEI else twin.reniec) or ''} {twin.title}".strip(),
                )  # fmt: skip
            raise Unreadable(_("No place here has this code."), self._similar_code(digits, system))
        if mixed and twin is not None and twin is not place:
            raise Ambiguous(
                _("This column mixes codes of INEI and RENIEC, and this code is another place in each."),
                f"{place.title} ({system.upper()}), {twin.title}",
            )
        return place

    def by_iso(self, text: str, system: str) -> Place:
        """The place of a country's code of two or three letters."""
        code = text.partition(":")[0].strip()  # SDMX may write PER: Peru
        slug = code.lower() if system == ISO2 else countries.by_alpha3().get(code.upper(), "")
        place = self.by_slug.get(slug)
        if place is None or place.level != COUNTRY:
            raise Unreadable(_("This place is not in the list of places."))
        return place

    def by_name(self, text: str, level: str = "", within: Sequence[Within] = (), *, advice: bool = True) -> Place:
        """The one place of a name, of a level where that is known, in the places that `within` or the text itself names:
        "San Juan, Lucanas". A name that several places share is refused with all of them; an unknown one, with `advice`,
        with the nearest, which takes milliseconds to find."""
        name, around = _parts(text)
        within = [*within, *(("", each) for each in around if _titled(each)[1] in self._named)]
        said, simple = _titled(name)
        metropolis = self.by_slug.get(_METROPOLIS.get(simple, ""))
        if metropolis is not None and level in ("", DEPARTMENT, PROVINCE):
            return metropolis
        if simple in _REST_OF_LIMA:
            raise Unreadable(
                _("The department of Lima without its capital is no place of its own here."),
                _("Leave the row out, or give figures for the department as a whole."),
            )
        found = self._candidates(name, simple, level or said, within)
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            shown = [f"{self._full(place)} ({place.slug})" for place in found[:_SHOWN]]
            raise Ambiguous(
                _("Several places are called so."), "; ".join(shown) + ("; …" if len(found) > _SHOWN else "")
            )
        if level in ("", COUNTRY) and not within:
            slug = countries.by_name().get(fold(text))
            if slug in self.by_slug:
                return self.by_slug[slug]
            if slug is not None:
                raise Unreadable(_("This place is not in the list of places."))
        raise Unreadable(
            _("No place here is called so."), self._similar_name(name, level or said, within) if advice else ""
        )

    def _candidates(self, name: str, simple: str, level: str, within: Sequence[Within]) -> list[Place]:
        """Places of a name; of a municipality, of the district that it also names: "… de Utcubamba - Bagua Grande"."""
        for each in (simple, *_halves(name)):
            found = [place for place in self._named.get(each, ()) if not level or place.level == level]
            found = [place for place in found if all(self._lies_in(place, where) for where in within)]
            if found:
                return found
        return []

    def _lies_in(self, place: Place, where: Within) -> bool:
        level, name = where
        above = [self.by_slug[slug] for slug in place.path.split("/")[:-1] if slug in self.by_slug]
        if isinstance(name, Place):
            return name in above
        simple = _titled(_parts(name)[0])[1]
        slug = _METROPOLIS.get(simple)
        if slug:
            return any(each.slug == slug for each in above)
        return any(_simple(each.title) == simple and level in ("", each.level) for each in above)

    def _full(self, place: Place) -> str:
        above = [self.by_slug.get(slug) for slug in reversed(place.path.split("/")[1:-1])]
        return ", ".join([place.title, *(each.title for each in above if each is not None)])

    def _similar_code(self, digits: str, system: str) -> str:
        place = self._codes[system].get(digits[:-2])
        return _("Its first digits are those of %(place)s.", place=self._full(place)) if place else ""

    def _similar_name(self, name: str, level: str, within: Sequence[Within]) -> str:
        """The nearest name, with its code: in what the row says around it, else anywhere."""
        if len(name) > 100:
            return ""
        simple = _titled(name)[1]
        every = [place for places in self._named.values() for place in places if not level or place.level == level]
        for around in (within, within[:1], ()):
            pool = [place for place in every if all(self._lies_in(place, where) for where in around)]
            titles = {_simple(place.title) for place in pool}
            if level == DISTRICT and around and simple not in titles and (seats := self._seats(simple, pool)):
                return self._shown(seats)
            for each in (simple, *_halves(name)):
                near = get_close_matches(each, titles, n=1, cutoff=0.7)
                if near:
                    return self._shown([place for place in pool if _simple(place.title) == near[0]])
        return ""

    def _seats(self, simple: str, pool: Sequence[Place]) -> list[Place]:
        """The seat of a province whose municipality is named: in INEI's codes, the first of its districts."""
        return [
            place for place in pool
            if place.slug.endswith("01") and place.slug[:-2] in self.by_slug
            and _simple(self.by_slug[place.slug[:-2]].title) == simple
        ]  # fmt: skip

    def _shown(self, places: Sequence[Place]) -> str:
        return "; ".join(f"{self._full(place)} ({place.slug})" for place in places[:3])


def code_of(text: str) -> str | None:
    """The digits with which a text begins, if they may be a place's code: 021014, 21014.0, 02: ANCASH."""
    found = _GLUED.fullmatch(text.strip())
    return found[1] if found else None


def name_beside(text: str) -> str:
    """The name that follows a code: 021014-300163: MUNICIPALIDAD DISTRITAL DE SAN MARCOS."""
    found = _GLUED.fullmatch(text.strip())
    return re.sub(r"^[0-9]+\s*[:-]\s*", "", found[2] or "") if found else ""


def alike(title: str, name: str) -> bool:
    """Whether a name is that of a place in some spelling, as a municipality's too."""
    own = _simple(title)
    written = {_titled(part)[1] for part in (name, *name.split(" - "))}
    return any(own == each or SequenceMatcher(None, own, each).ratio() >= 0.8 for each in written)


def is_total(text: str) -> bool:
    """Whether a place or a group is said to be all of them together."""
    return _simple(text) in _TOTALS or text == "_T"


_TOTALS = frozenset(
    "total|total general|todos|todas|total nacional|nacional|total pais|ambos sexos|both sexes|all|total peru|gran total|"
    "grand total|suma|total departamental|total regional|total provincial|total distrital|t total|a nivel nacional".split(
        "|"
    )
)


def _simple(name: str) -> str:
    """A name for comparing: files lose the tilde of ñ, or keep it as the ¥ of an old code page."""
    return _PUNCTUATION.sub(" ", fold(name).replace("ñ", "n").replace("¥", "n")).strip()


def _titled(name: str) -> tuple[str, str]:
    """The level that a name says of itself ("Dpto. de Áncash"), or "", and the name without it."""
    found = _PREFIX.fullmatch(fold(name).strip())
    if found is None:
        return "", _simple(name)
    level = next((each for each in (DEPARTMENT, PROVINCE, DISTRICT) if found[each]), "")
    return level, _simple(found["name"])


def _halves(name: str) -> list[str]:
    """What a municipality's name says after its dash, then before it."""
    return [_titled(part)[1] for part in reversed(name.split(" - "))] if " - " in name else []


def _parts(text: str) -> tuple[str, list[str]]:
    """A name and those around it: "San Juan, Lucanas", "San Juan (Lucanas)", "Áncash / Huari / San Marcos"."""
    text = _FOOTNOTE.sub("", name_beside(text) or text)
    if "/" in text or ">" in text:
        *around, name = re.split(r"\s*[/>]\s*", text.strip())
        return name, around
    name, *around = re.split(r"\s*[,(]\s*", text.strip().rstrip(") "))
    return name, [each for each in around if _simple(each) not in _KINDS]
