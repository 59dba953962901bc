"""A ranking: names, bars and values as a list that reads well without any drawing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from observatory.kernel.charts import scales, words
from observatory.kernel.charts.lettering import safe
from observatory.kernel.charts.series import Bar, Number
from observatory.kernel.charts.strokes import short


def bar_list(rows: Sequence[Bar], *, title: str, number: Number = words.exact) -> Markup:
    """`rows` in the order given; bars begin at zero, and negative ones go left. A missing value has words and no bar."""
    known = [row.value for row in rows if row.value is not None and row.value.is_finite()]
    low, high = scales.reach(known, zero=True) if known else (Decimal(0), Decimal(1))
    items = "".join(_row(row, low, high, number) for row in rows)
    # The role is said anew: some browsers forget that a list without bullets is one.
    return Markup('<ol class="bars" role="list" aria-label="{}">{}</ol>').format(safe(title), Markup(items))  # noqa: S704


def _row(row: Bar, low: Decimal, high: Decimal, number: Number) -> str:
    name = f'<a href="{safe(row.url)}">{safe(row.name)}</a>' if row.url else f"<span>{safe(row.name)}</span>"
    here = ' class="here"' if row.here else ""
    if row.value is None or not row.value.is_finite():
        return f"<li{here}>{name} <i>{safe(words.missing(row.reason))}</i></li>"
    zero, end = (100 * scales.share(value, low, high) for value in (Decimal(0), row.value))
    start, long = min(zero, end), abs(end - zero)
    bar = f'<rect x="{short(start)}%" width="{short(long)}%" height="100%"/>' if long else ""
    return (
        f"<li{here}>{name} <b>{safe(row.text or number(row.value))}</b>"
        f'<svg aria-hidden="true">{bar}<line class="axis" x1="{short(zero)}%" x2="{short(zero)}%" y2="100%"/></svg></li>'
    )
