"""Figures in words: as a sentence, as a change. Written by rule from the data; each rule once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import get_locale

from observatory.kernel.formats import number
from observatory.kernel.text import _, _n
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.models.words import BREAK, FORECAST, MONEY, PERCENT, PROVISIONAL, STATUSES, SUM
from observatory.rooms.indicators.queries.figure import Figure, Strand
from observatory.rooms.indicators.views.amounts import digits, exact, figure, money, period, plain, short
from observatory.rooms.places.models import COUNTRY

__all__ = [
    "STATUSES", "against", "aim_words", "change", "coverage", "described", "differing", "digits", "doubt", "exact", "figure", "gap",
    "money", "period", "plain", "reading", "short", "since", "target_label", "was",
]  # fmt: skip


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


def against(row: Any, distance: Decimal, until: str = "") -> str:
    """How far a figure is from its target, as a part of a sentence; `until` is the target's period, where it is another."""
    points = round(abs(distance), 1) if row.measure == PERCENT else abs(distance)
    when = {"period": period(until)} if until else {}
    if not points:
        if until:
            return _("at the target for %(period)s", **when)
        return _("exactly at the target") if not distance else _("at the target")
    told = number(points, 1 if points % 1 else 0) if row.measure == PERCENT else figure(row, points)
    if until:
        return (
            _("%(amount)s below the target for %(period)s", amount=told, **when)
            if distance < 0
            else _("%(amount)s above the target for %(period)s", amount=told, **when)
        )
    return (
        _("%(amount)s below the target", amount=told) if distance < 0 else _("%(amount)s above the target", amount=told)
    )


def reading(row: Any, strand: Strand | None, target: Any = None, *, part: str = "") -> str:
    """The line with which the page opens: the last figure, what it is against the one before, and against its target.

    `part` names what the strand is of, where that is not the whole.
    """
    last = strand.last if strand is not None else None
    if strand is None or last is None:
        return _("No figure is published yet.")
    name, found = last
    assert found.value is not None
    sentence = _beginning(row, strand, name, found.value, part)
    if found.of_some:
        sentence += f" {coverage(found)}"
    if found.status in ("P", "E", "F", "I"):
        sentence += f" ({str(STATUSES[found.status]).lower()})"
    parts = [since(row, strand.figures, name)]
    if target is not None and not (found.of_some and row.over_places == SUM):
        aim = against(row, found.value - target.value, target.period if target.period != name else "")
        parts.insert(0 if _is_beside(strand.figures, name) else 1, aim)
    told = ", ".join(each for each in parts if each)
    sentence += f": {told}" if told else ""
    scope = strand.series.scope
    if scope:
        sentence += f" – {(_language() == 'en' and strand.series.scope_en) or scope}"
    return sentence + "."


def _language() -> str:
    return str(get_locale() or "es")[:2]


def _beginning(row: Any, strand: Strand, name: str, value: Decimal, part: str) -> str:
    """The figure with where and when; in the words of the indicator where it is of the whole."""
    language, country = _language(), strand.place.level == COUNTRY
    told, when, where = figure(row, value), period(name), strand.place.title
    phrase = (row.phrase_en if language == "en" else row.phrase_es) or ""
    if part:
        if country:
            return _("%(part)s: %(value)s in %(period)s", part=part, value=told, period=when)
        return _("%(part)s, %(place)s: %(value)s in %(period)s", part=part, place=where, value=told, period=when)
    if not phrase:
        if country:
            return _("%(value)s in %(period)s", value=told, period=when)
        return _("%(place)s: %(value)s in %(period)s", place=where, value=told, period=when)
    if _says_unit(row, phrase, language):
        told = number(value, digits(row, value))
    said = phrase.replace("{value}", told)
    if country:
        return _("In %(period)s %(phrase)s", period=when, phrase=said)
    return _("In %(place)s, in %(period)s %(phrase)s", place=where, period=when, phrase=said)


def since(row: Any, figures: Mapping[str, Figure], name: str) -> str:
    """What a figure is against the one with which it is compared; empty where there is none. What is provisional may be of
    a part of its period, and a sum may be of other places than before: then both are set side by side, and not subtracted."""
    earlier = _earlier(figures, name)
    if earlier is None or earlier[1].value is None:
        return ""
    value = figures[name].value
    assert value is not None
    if _is_beside(figures, name):
        return was(row, *earlier)
    return change(row, value, earlier[1].value, earlier[0])


def _is_beside(figures: Mapping[str, Figure], name: str) -> bool:
    """Whether a figure and the one with which it is compared can't be subtracted."""
    earlier, found = _earlier(figures, name), figures[name]
    if earlier is None:
        return False
    return PROVISIONAL in (found.status, earlier[1].status) or found.of_some or earlier[1].of_some


def was(row: Any, name: str, found: Figure) -> str:
    """An earlier figure beside the last one, where the two can't be subtracted."""
    told = _("in %(period)s it was %(value)s", period=period(name), value=figure(row, found.value))
    return f"{told} {coverage(found)}" if found.of_some else told


def coverage(found: Figure) -> str:
    """From how many of its places a figure was computed."""
    return _("(from %(parts)s of %(whole)s places)", parts=number(found.parts), whole=number(found.whole))


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


def _earlier(figures: Mapping[str, Figure], name: str) -> tuple[str, Figure] | None:
    """The figure with which one is compared: that of the same time a year before, else the one before; none across a
    break, and no forecast."""
    end = formulas.order(name)
    known = {p: each for p, each in figures.items() if each.value is not None and each.status != FORECAST}
    since = max(
        (p for p in figures if figures[p].status == BREAK and formulas.order(p) <= end),
        key=formulas.order,
        default=None,
    )
    start = formulas.order(since) if since is not None else None
    before = [p for p in known if formulas.order(p) < end and (start is None or formulas.order(p) >= start)]
    year_before = f"{int(name[:4]) - 1:04}{name[4:]}"
    found = year_before if year_before in before else max(before, key=formulas.order, default=None)
    return None if found is None else (found, known[found])


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


def target_label(row: Any, target: Any, *, former: bool) -> str:
    """What stands beside a target on a chart."""
    told = {"value": figure(row, target.value), "period": period(target.period)}
    return _("Former target %(value)s", **told) if former else _("Target %(value)s, %(period)s", **told)


def doubt(facts: Mapping[str, Any]) -> str:
    """What a check found doubtful in a figure."""
    if facts.get("doubt") == "jump":
        return _("It is far from the figure before it, %(last)s.", last=facts.get("last", ""))
    if facts.get("doubt") == "parts":
        return _("Its parts add up to %(sum)s.", sum=facts.get("sum", ""))
    if facts.get("doubt") == "suppressed":
        return _("Fewer than five people: the figure was suppressed.")
    return ""
