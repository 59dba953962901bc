"""Figures in words: with their unit, as a sentence, as a change. Written by rule from the data; each rule once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import get_locale

from observatory.kernel.exact import decimals
from observatory.kernel.formats import date, number
from observatory.kernel.text import _, _n
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.models.words import (
    DECREASE,
    INCREASE,
    MONEY,
    PERCENT,
    PROVISIONAL,
    STATUSES,
)
from observatory.rooms.indicators.queries.figure import Figure, Strand
from observatory.rooms.places.models import COUNTRY

_SYMBOLS = {"PEN": "S/", "USD": "US$", "EUR": "€"}
_MILLION, _BILLION = Decimal(10) ** 6, Decimal(10) ** 9


def period(name: str) -> str:
    """A period as people write it."""
    year, rest = name[:4], name[5:]
    if not rest:
        return year
    kind = formulas.frequency_of(name)
    if kind == "half":
        return _("half %(number)s of %(year)s", number=rest[1:], year=year)
    if kind == "quarter":
        return _("quarter %(number)s of %(year)s", number=rest[1:], year=year)
    return date(name)


def digits(row: Any, value: Decimal) -> int:
    """How many decimals a figure is shown with: those of its indicator, fewer where they are noughts."""
    most = int(row.decimals)
    rounded = round(value, most)
    while most and rounded == round(rounded, most - 1):
        most -= 1
    return most


def plain(row: Any, value: Decimal | None) -> str:
    """A figure without its unit, for tables."""
    return "—" if value is None else number(value, int(row.decimals))


def figure(row: Any, value: Decimal | None) -> str:
    """A figure with its unit, as short as people say it: 71 %, S/ 7,844 millions."""
    if value is None:
        return "—"
    if row.measure == MONEY:
        return money(value, _SYMBOLS.get(row.currency, row.currency), int(row.decimals))
    if row.measure == PERCENT:
        return f"{number(value, digits(row, value))} %"
    return f"{number(value, digits(row, value))} {row.unit}".strip()


def money(value: Decimal, symbol: str, decimals: int = 0) -> str:
    """An amount of money with its currency; millions where it has many."""
    if abs(value) >= 10 * _MILLION:
        millions = round(value / _MILLION, 1)
        return f"{symbol} {number(millions, 1 if millions % 1 else 0)} {_('million')}"
    return f"{symbol} {number(value, 0 if abs(value) >= 1000 else decimals)}"


def change(row: Any, now: Decimal, then: Decimal, since: str) -> str:
    """What a figure is against an earlier one, as a part of a sentence."""
    step = now - then
    when = period(since)
    if row.measure == PERCENT:
        points = round(abs(step), 1)
        told = number(points, 1 if points % 1 else 0)
        if not points:
            return _("the same as in %(period)s", period=when)
        if step > 0:
            return _n(
                "%(told)s point more than in %(period)s",
                "%(told)s points more than in %(period)s",
                1 if points == 1 else 2,
                told=told,
                period=when,
            )
        return _n(
            "%(told)s point less than in %(period)s",
            "%(told)s points less than in %(period)s",
            1 if points == 1 else 2,
            told=told,
            period=when,
        )
    if not step:
        return _("the same as in %(period)s", period=when)
    if then > 0 and now >= 0:
        share = round(abs(step) / then * 100, 1)
        if share >= 300:
            return _("%(times)s times what it was in %(period)s", times=number(round(now / then, 1), 1), period=when)
        told = number(share, 1 if share % 1 else 0)
        if step > 0:
            return _("%(share)s %% more than in %(period)s", share=told, period=when)
        return _("%(share)s %% less than in %(period)s", share=told, period=when)
    told = figure(row, abs(step))
    if step > 0:
        return _("%(amount)s more than in %(period)s", amount=told, period=when)
    return _("%(amount)s less than in %(period)s", amount=told, period=when)


def against(row: Any, distance: Decimal) -> str:
    """How far a figure is from its target, as a part of a sentence."""
    if not distance:
        return _("exactly at the target")
    if row.measure == PERCENT:
        points = round(abs(distance), 1)
        told = number(points, 1 if points % 1 else 0)
        if not points:
            return _("at the target")
        return (
            _("%(points)s below the target", points=told)
            if distance < 0
            else _("%(points)s above the target", points=told)
        )
    told = figure(row, abs(distance))
    return (
        _("%(amount)s below the target", amount=told) if distance < 0 else _("%(amount)s above the target", amount=told)
    )


def reading(row: Any, strand: Strand | None, target: Any = None) -> str:
    """The line with which the page opens: the last figure, what it is against the one before, and against its target."""
    last = strand.last if strand is not None else None
    if strand is None or last is None:
        return _("No figure is published yet.")
    name, found = last
    assert found.value is not None
    told = figure(row, found.value)
    language = str(get_locale() or "es")[:2]
    phrase = (row.phrase_en if language == "en" else row.phrase_es) or ""
    country = strand.place.level == COUNTRY
    if phrase:
        if _says_unit(row, phrase, language):
            told = number(found.value, digits(row, found.value))
        said = phrase.replace("{value}", told)
        if country:
            start = _("In %(period)s %(phrase)s", period=period(name), phrase=said)
        else:
            start = _(
                "In %(place)s, in %(period)s %(phrase)s", place=strand.place.title, period=period(name), phrase=said
            )
    elif country:
        start = _("%(value)s in %(period)s", value=told, period=period(name))
    else:
        start = _("%(place)s: %(value)s in %(period)s", place=strand.place.title, value=told, period=period(name))
    parts = []
    earlier = _earlier(strand, name)
    if earlier is not None and earlier[1].value is not None:
        if found.status == PROVISIONAL:  # it may be of a part of the period only: set beside, and not subtracted
            parts.append(was(row, earlier[0], earlier[1].value))
        else:
            parts.append(change(row, found.value, earlier[1].value, earlier[0]))
    if target is not None:
        parts.append(against(row, found.value - target.value))
    sentence = start + (": " + ", ".join(parts) if parts else "")
    if found.computed and found.parts < found.whole:
        sentence += " " + _(
            "(from %(parts)s of %(whole)s places)", parts=number(found.parts), whole=number(found.whole)
        )
    if found.status in ("P", "E", "F", "I"):
        sentence += f" ({str(STATUSES[found.status]).lower()})"
    scope = strand.series.scope
    if scope:
        sentence += f" – {(language == 'en' and strand.series.scope_en) or scope}"
    return sentence + "."


def was(row: Any, name: str, value: Decimal | None) -> str:
    """An earlier figure beside the last one, where the two can't be subtracted."""
    return _("in %(period)s it was %(value)s", period=period(name), value=figure(row, value))


def _says_unit(row: Any, phrase: str, language: str) -> bool:
    """Whether the phrase names what is counted itself, so that the figure stands in it without its unit: where the unit's
    word is in it, or where the unit is a word of another language."""
    if row.measure in (MONEY, PERCENT) or not row.unit:
        return False
    word = row.unit.split()[0].lower()
    return word in phrase.lower() or (language != row.language and word.isalpha() and len(word) > 3)


def differing(row: Any, beside: Any) -> str:
    """The line of an indicator whose sources publish different values of one thing: all of them, none chosen."""
    values = sorted((found.value for _place, _each, _period, found in beside if found.value is not None))
    told = ", ".join(figure(row, value) for value in values)
    return _(
        "%(count)s published values of the same thing in %(period)s: %(values)s. None is chosen.",
        count=len(values), period=period(beside[0][2]), values=told,
    )  # fmt: skip


def _earlier(strand: Strand, name: str) -> tuple[str, Figure] | None:
    """The figure with which the last one is compared: that of the same time a year before, else the one before; none
    across a break."""
    if strand.figures[name].status == "B":
        return None
    if len(name) > 4:
        year_before = f"{int(name[:4]) - 1}{name[4:]}"
        if (found := strand.figures.get(year_before)) is not None and found.value is not None:
            return year_before, found
    known = sorted(p for p, each in strand.figures.items() if p < name and each.value is not None)
    return (known[-1], strand.figures[known[-1]]) if known else None


def gap(found: Figure) -> str:
    """Why a figure is not there."""
    told = str(STATUSES.get(found.status, ""))
    return f"{told}: {found.note}" if found.note else told


def described(row: Any, strands: Any) -> str:
    """A chart in words: from where to where each line goes."""
    told = []
    for strand in strands:
        known = sorted(p for p, each in strand.figures.items() if each.value is not None)
        if known:
            first, last = known[0], known[-1]
            told.append(
                _("%(name)s: from %(first)s in %(from)s to %(last)s in %(to)s.", **{
                    "name": strand.name, "first": figure(row, strand.figures[first].value), "from": period(first),
                    "last": figure(row, strand.figures[last].value), "to": period(last),
                })
            )  # fmt: skip
    return " ".join(told)


def aim_words(row: Any, aim: Any) -> str:
    """How far one has come towards a target, in words."""
    found = aim.achievement
    reasons: Mapping[str, str] = {
        "no_actual": _("no figure yet"),
        "no_baseline": _("no baseline: only the distance is known"),
        "no_way": _("the target equals the baseline"),
        "wrong_way": _("the target contradicts the direction"),
    }
    if found.word == "in_band":
        return _("within its band")
    if found.word == "out_of_band":
        return _("out of its band")
    if found.percent is None:
        return reasons.get(found.reason, "—")
    told = f"{number(round(found.percent, 1), 1)} %"
    if found.word == "regressed":
        return _("%(percent)s: further away than at the start", percent=told)
    if found.word == "exceeded":
        return _("%(percent)s: exceeded", percent=told)
    return told


def better(row: Any, step: Decimal) -> str:
    """good, bad or empty: whether a change goes where the indicator should go."""
    if not step or row.direction not in (INCREASE, DECREASE):
        return ""
    return "good" if (step > 0) == (row.direction == INCREASE) else "bad"


def target_label(row: Any, target: Any, *, former: bool) -> str:
    """What stands beside a target on a chart."""
    told = {"value": figure(row, target.value), "period": period(target.period)}
    return _("Former target %(value)s", **told) if former else _("Target %(value)s, %(period)s", **told)


def per_head_unit(row: Any) -> str:
    """The unit of a figure divided by the population."""
    return _("%(unit)s per inhabitant", unit=row.unit)


def short(row: Any, value: Decimal | None) -> str:
    """A figure in the four or five characters that a tile has room for."""
    if value is None:
        return "–"
    size = abs(value)
    for bound, sign in ((_BILLION * 1000, "B"), (_BILLION, "G"), (_MILLION, "M"), (Decimal(10_000), "k")):
        if size >= bound:
            divided = value / (1000 if sign == "k" else bound)
            return f"{number(round(divided, 1 if abs(divided) < 10 else 0))} {sign}"
    return number(round(value, 0 if size >= 100 else 1 if size >= 1 else 2))


def exact(value: Decimal) -> str:
    """A figure with all its digits, for whoever checks it."""
    return number(value, decimals(value))


def doubt(facts: Mapping[str, Any]) -> str:
    """What a check found doubtful in a figure."""
    if facts.get("doubt") == "jump":
        return _("It is far from the figure before it, %(last)s.", last=facts.get("last", ""))
    if facts.get("doubt") == "parts":
        return _("Its parts add up to %(sum)s.", sum=facts.get("sum", ""))
    if facts.get("doubt") == "suppressed":
        return _("Fewer than five people: the figure was suppressed.")
    return ""
