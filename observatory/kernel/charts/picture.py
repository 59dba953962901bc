"""A chart as an image on its own: for other people's pages, for reports, for whoever saves it."""

from __future__ import annotations

from collections.abc import Sequence

from observatory.kernel.charts import words
from observatory.kernel.charts.ink import PALETTE, written_out
from observatory.kernel.charts.lettering import safe, wrapped
from observatory.kernel.charts.lines import NARROW, WIDE, drawing
from observatory.kernel.charts.plan import HEIGHT, Plan
from observatory.kernel.charts.series import Line, Mark, Number, values
from observatory.kernel.charts.strokes import short

MARGIN = 12
CAPTION = 13


def picture(
    lines: Sequence[Line],
    *,
    title: str,
    description: str = "",
    unit: str = "",
    caption: Sequence[str] = (),
    marks: Sequence[Mark] = (),
    narrow: bool = False,
    number: Number = words.exact,
    zero: bool | None = None,
) -> str:
    """A complete image/svg+xml document, with the title above and lines like source and date below.

    It holds no script, no style sheet and nothing from elsewhere, so it may be shown where none is allowed. Without any
    value it says so, since an image that is embedded somewhere cannot simply be empty.
    """
    across = NARROW if narrow else WIDE
    inner = across - 2 * MARGIN
    large = 16 if narrow else 18
    heading = wrapped(title, inner, large, bold=True)
    top = MARGIN + len(heading) * large * 1.25 + 6
    if values(point for line in lines for point in line.points):
        plan = Plan(lines, marks, unit=unit, number=number, zero=zero, across=inner, narrow=narrow)
        size, height, body = plan.size, HEIGHT, drawing(plan, written_out)
    else:
        size, height = 15, 40
        body = f'<text y="24"{written_out("note")}>{safe(words.missing(""))}</text>'
    below = [part for line in caption for part in wrapped(line, inner, CAPTION)]
    whole = top + height + len(below) * CAPTION * 1.4 + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{short(whole)}"'
        f' viewBox="0 0 {across} {short(whole)}" font-family="system-ui, sans-serif" font-size="{size}"'
        ' role="img" aria-labelledby="t d">'
        f'<title id="t">{safe(title)}</title>'
        f'<desc id="d">{safe(description or words.described(lines, number))}</desc>'
        f'<rect width="{across}" height="{short(whole)}" fill="{PALETTE["paper"]}"/>'
        f"{_paragraph(heading, MARGIN + large, large, 1.25, 'name')}"
        f'<g transform="translate({MARGIN} {short(top)})">{body}</g>'
        f"{_paragraph(below, top + height + CAPTION * 1.4, CAPTION, 1.4, 'note')}</svg>"
    )


def _paragraph(texts: Sequence[str], first: float, size: int, leading: float, kind: str) -> str:
    rows = "".join(
        f'<text x="{MARGIN}" y="{short(first + row * size * leading)}">{safe(text)}</text>'
        for row, text in enumerate(texts)
    )
    return f'<g font-size="{size}"{written_out(kind)}>{rows}</g>' if rows else ""
