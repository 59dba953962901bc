"""Line charts: values in time, up to five lines, targets, names at the ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from observatory.kernel.charts import words
from observatory.kernel.charts.ink import Ink, styled
from observatory.kernel.charts.lettering import safe
from observatory.kernel.charts.plan import HEIGHT, Ending, Label, Plan
from observatory.kernel.charts.series import Line, Mark, Number, values
from observatory.kernel.charts.strokes import path, short, trace

WIDE, NARROW = 720, 380


def chart(
    lines: Sequence[Line],
    *,
    title: str,
    description: str = "",
    unit: str = "",
    marks: Sequence[Mark] = (),
    key: str = "c",
    number: Number = words.exact,
    zero: bool | None = None,
) -> Markup:
    """The same chart twice, for wide places and for narrow ones, of which the style sheet shows one."""
    wide, narrow = (
        line_chart(
            lines,
            title=title,
            description=description,
            unit=unit,
            marks=marks,
            narrow=narrow,
            key=key,
            number=number,
            zero=zero,
        )
        for narrow in (False, True)
    )
    return Markup('<div class="chart">{}{}</div>').format(wide, narrow) if wide else wide


def line_chart(
    lines: Sequence[Line],
    *,
    title: str,
    description: str = "",
    unit: str = "",
    marks: Sequence[Mark] = (),
    narrow: bool = False,
    key: str = "c",
    number: Number = words.exact,
    zero: bool | None = None,
) -> Markup:
    """One drawing of `lines`; empty if there is not a single value.

    `key` sets its ids apart from those of other charts of the page. `zero` forces the axis to begin there or forbids it.
    """
    if not values(point for line in lines for point in line.points):
        return Markup()
    across = NARROW if narrow else WIDE
    plan = Plan(lines, marks, unit=unit, number=number, zero=zero, across=across, narrow=narrow)
    kind = "n" if narrow else "w"
    ids = [f"{safe(key)}-{kind}{part}" for part in "td"]
    return Markup(  # noqa: S704 - every name and value went through `safe`
        f'<svg class="{kind}" viewBox="0 0 {across} {HEIGHT}" role="img" aria-labelledby="{" ".join(ids)}">'
        f'<title id="{ids[0]}">{safe(title)}</title>'
        f'<desc id="{ids[1]}">{safe(description or words.described(lines, number))}</desc>'
        f"{drawing(plan, styled)}</svg>"
    )


def drawing(plan: Plan, ink: Ink) -> str:
    """What is inside the frame of a chart: axes, marks, lines, names."""
    marks = "".join(_marks(plan, ink))
    names = "".join(_text(label, ink("on")) for label in plan.mark_names())
    return "".join((*_axes(plan, ink), marks, names, *_lines(plan, ink)))  # no word ever hides a value


def _axes(plan: Plan, ink: Ink) -> Iterator[str]:
    if plan.unit:
        yield _text(Label((0, plan.size - 1), plan.unit), ink("note"))
    zero = next((y for tick, (y, _name) in zip(plan.axis.ticks, plan.values, strict=True) if tick == 0), None)
    across = f"H{short(plan.right)}"
    grid = "".join(f"M{short(plan.left)} {short(y)}{across}" for y, _name in plan.values if y != zero)
    yield f'<path{ink("grid")} d="{grid}"/>'
    if zero is not None:
        yield f'<path{ink("axis")} d="M{short(plan.left)} {short(zero)}{across}"/>'
    for anchor, labels in (("end", [name for _y, name in plan.values]), ("middle", list(plan.periods()))):
        texts = "".join(_text(Label(label.at, label.text)) for label in labels)
        yield f'<g text-anchor="{anchor}"{ink("note")}>{texts}</g>'


def _marks(plan: Plan, ink: Ink) -> Iterator[str]:
    for mark in plan.marks:
        y = plan.y(mark.value)
        former = " former" if mark.former else ""
        drawn = ""
        end = plan.right if mark.x is None else plan.x(mark.x)
        start = plan.left if mark.x is None else end if mark.since is None else plan.x(mark.since)
        if start < end:
            drawn = f'<path{ink("ref" + former)} d="M{short(start)} {short(y)}H{short(end)}"/>'
        if mark.x is not None:
            drawn += f'<path{ink("goal" + former)} d="M{short(end)} {short(y - 6)}l6 6-6 6-6-6z"/>'
        yield f"<g><title>{safe(mark.label)}</title>{drawn}</g>"


def _lines(plan: Plan, ink: Ink) -> Iterator[str]:
    for index, (line, ending) in enumerate(zip(plan.lines, plan.endings(), strict=True), 1):
        strokes = trace(line.points, plan.x, plan.y)
        drawn = [
            f'<path{ink(kind)} d="{d}"/>'
            for kind, d in (
                ("settled", strokes.settled),
                ("unsettled", strokes.unsettled),
                ("break", strokes.breaks),
                ("leader", path(ending.leader) if ending.leader else ""),
            )
            if d
        ]
        for dot in strokes.dots:
            x, y = map(short, dot.spot)
            tip = safe(words.tip(dot.point, plan.number))
            kind = ink("hollow" if dot.hollow else "dot")
            drawn.append(f'<circle{kind} cx="{x}" cy="{y}" r="4"><title>{tip}</title></circle>')
        yield f"<g{ink(f'c{index}')}><title>{safe(line.name)}</title>{''.join(drawn)}{_end(plan, ending, ink)}</g>"


def _end(plan: Plan, ending: Ending, ink: Ink) -> str:
    if not plan.narrow:
        return _text(Label(ending.name.at, f"{ending.name.text} {ending.value.text}"), ink("name"))
    return _text(ending.name, ink("name")) + (_text(ending.value, ink("note")) if ending.value.text else "")


def _text(label: Label, looks: str = "") -> str:
    anchor = f' text-anchor="{label.anchor}"' if label.anchor else ""
    return f'<text{looks} x="{short(label.at[0])}" y="{short(label.at[1])}"{anchor}>{safe(label.text)}</text>'
