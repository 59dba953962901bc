"""Charts drawn by the server as small SVG: no script, colours and dark mode from the page's style sheet."""

from observatory.kernel.charts.bars import bar_list
from observatory.kernel.charts.lines import chart, line_chart
from observatory.kernel.charts.multiples import small_multiples, sparkline
from observatory.kernel.charts.picture import picture
from observatory.kernel.charts.series import Bar, Line, Mark, Point
from observatory.kernel.charts.words import described

__all__ = [
    "Bar",
    "Line",
    "Mark",
    "Point",
    "bar_list",
    "chart",
    "described",
    "line_chart",
    "picture",
    "small_multiples",
    "sparkline",
]
