"""What charts say: units with their power of ten, tips, and a description for those who hear the page."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext

from observatory.kernel import formats
from observatory.kernel.charts.scales import PRECISION
from observatory.kernel.charts.series import Line, Number, Point, last_known
from observatory.kernel.text import _

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST_GAPS = 6


def exact(value: Decimal) -> str:
    """`value` with all its digits, as the reader's language separates them."""
    exponent = value.as_tuple().exponent
    return formats.number(value, max(0, -exponent) if isinstance(exponent, int) else None)


def in_power(unit: str, power: int) -> str:
    """The unit of an axis that was divided by a power of ten: "millions of S/"."""
    if power == 3:
        return str(_("thousands of %(unit)s", unit=unit) if unit else _("thousands"))
    if power == 6:
        return str(_("millions of %(unit)s", unit=unit) if unit else _("millions"))
    if power == 9:
        return str(_("billions of %(unit)s", unit=unit) if unit else _("billions"))
    return f"× 10{str(power).translate(_RAISED)} {unit}".strip() if power else unit


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """`value` as exact as an end label needs on an axis of this `step`: two digits finer than the step's first."""
    with localcontext() as context:
        context.prec = PRECISION
        return plain(round(value, max(0, 2 - step.adjusted())))


def plain(value: Decimal) -> Decimal:
    """`value` without zeros at its end, without an exponent, and no zero below zero."""
    with localcontext() as context:
        context.prec = PRECISION
        return value.normalize() + 0


def written(point: Point, number: Number) -> str:
    """The value of a point that has one."""
    return point.text or number(point.value or Decimal(0))


def marked(mark: str) -> str:
    """A point's mark in words; one that is not known stays as it is."""
    words = {
        "provisional": _("provisional"),
        "estimated": _("estimated"),
        "forecast": _("forecast"),
        "break": _("not comparable with earlier values"),
        "low": _("little reliable"),
    }
    return str(words.get(mark, mark))


def tip(point: Point, number: Number) -> str:
    """What a dot says: "2025: 71 % (provisional)"."""
    said = f"{point.label}: {written(point, number)}"
    return f"{said} ({marked(point.mark)})" if point.mark else said


def _dated(point: Point, number: Number) -> str:
    """A value with its period: "71 % (2025, provisional)"."""
    details = [point.label, marked(point.mark)] if point.mark else [point.label]
    return f"{written(point, number)} ({', '.join(details)})"


def missing(reason: str) -> str:
    """What stands in the place of a value."""
    return str(_("no value: %(reason)s", reason=reason) if reason else _("no value"))


def described(lines: Sequence[Line], number: Number = exact) -> str:
    """A chart in sentences: where each line begins and ends, what is not settled, where it is interrupted and why."""
    return " ".join(_sentence(line, number) for line in lines)


def _sentence(line: Line, number: Number) -> str:
    first = next((point for point in line.points if point.known is not None), None)
    last = last_known(line.points)
    if first is None or last is None:
        reason = next((point.reason for point in line.points if point.reason), "")
        return f"{line.name}: {missing(reason)}."
    if first is last:
        said = f"{line.name}: {_dated(last, number)}."
    else:
        ends = {"first": _dated(first, number), "last": _dated(last, number)}
        said = str(_("%(name)s: from %(first)s to %(last)s.", name=line.name, **ends))
    gaps = [point for point in line.points if point.known is None]
    if gaps:
        names = [f"{point.label} ({point.reason})" if point.reason else point.label for point in gaps[:_MOST_GAPS]]
        listed = ", ".join([*names, "…"] if len(gaps) > _MOST_GAPS else names)
        said += " " + str(_("No value: %(periods)s.", periods=listed))
    return said
