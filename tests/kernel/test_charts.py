"""Line charts: gaps, marks, axes, words, size."""

import gzip
import re
from collections.abc import Sequence
from decimal import Decimal as D

import pytest
from lxml import etree

from observatory.kernel.charts import Line, Mark, Point, chart, described, line_chart, picture
from observatory.kernel.charts.scales import axis, periods, spread

HOSTILE = '</title><script>alert(1)</script>" onload="x\x00\x1b & \'<b>'
DISTRICTS = {"Cajamarca": 48, "Áncash": 61, "Perú": 64}


def a_line(name: str, values: Sequence[object], first: int = 2012, **marks: str) -> Line:
    """Yearly values; `y2014="provisional"` marks one of them."""
    return Line(
        name,
        [
            Point(float(year), str(year), None if value is None else D(str(value)), mark=marks.get(f"y{year}", ""))
            for year, value in enumerate(values, first)
        ],
    )


def drawn(lines: Sequence[Line], **options: object) -> etree._Element:
    options = {"title": "Canon", "unit": "%", "number": str} | options
    return etree.fromstring(str(line_chart(lines, **options)))  # type: ignore[arg-type]


def paths(tree: etree._Element, kind: str) -> list[str]:
    return [path.get("d") for path in tree.iterfind(f".//path[@class='{kind}']")]


def texts(tree: etree._Element) -> list[str]:
    return [text.text for text in tree.iterfind(".//text")]


def heights(d: str) -> list[float]:
    """The y of every point of a path with relative strokes."""
    found: list[float] = []
    for stroke in re.findall(r"M[^M]+", d):
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", stroke)]
        y = 0.0
        for step in numbers[1::2]:
            y += step
            found.append(round(y, 1))
    return found


def test_a_gap_breaks_the_path() -> None:
    (d,) = paths(drawn([a_line("Puno", [4, 5, None, 6, 7])]), "settled")
    assert d.count("M") == 2 and len(heights(d)) == 4


def test_no_value_is_never_drawn_at_zero() -> None:
    tree = drawn([a_line("Puno", [4, 5, None, 6, D("NaN"), 7])], zero=True)
    ground = float(re.search(r" ([\d.]+)H", paths(tree, "axis")[0]).group(1))  # type: ignore[union-attr]
    ys = [y for d in paths(tree, "settled") for y in heights(d)]
    ys += [float(dot.get("cy")) for dot in tree.iterfind(".//circle")]
    assert ys and max(ys) < ground - 20


def test_a_point_between_gaps_is_a_dot() -> None:
    tree = drawn([a_line("Puno", [4, None, 6, None, 7, 8])])
    tips = [title.text for title in tree.iterfind(".//circle/title")]
    assert tips == ["2012: 4", "2014: 6", "2017: 8"]


def test_only_the_last_of_normal_points_has_a_dot() -> None:
    assert len(drawn([a_line("Puno", range(1, 30))]).findall(".//circle")) == 1


@pytest.mark.parametrize("mark", ["provisional", "estimated", "forecast"])
def test_what_may_still_change_is_dotted_and_hollow(mark: str) -> None:
    tree = drawn([a_line("Puno", [4, 5, 6, 7], y2014=mark, y2015=mark)])
    assert [len(heights(d)) for kind in ("settled", "unsettled") for d in paths(tree, kind)] == [2, 3]
    assert [title.text for title in tree.iterfind(".//circle[@class='hollow']/title")] == [f"2014: 6 ({mark})", f"2015: 7 ({mark})"]  # fmt: skip


def test_a_break_interrupts_the_line_with_a_double_tick() -> None:
    tree = drawn([a_line("Puno", [4, 5, 6, 7], y2014="break")])
    assert paths(tree, "settled")[0].count("M") == 2
    assert paths(tree, "break")[0].count("M") == 2


def test_a_little_reliable_value_is_hollow_on_a_whole_line() -> None:
    tree = drawn([a_line("Puno", [4, 5, 6], y2013="low")])
    assert len(heights(paths(tree, "settled")[0])) == 3
    assert len(tree.findall(".//circle[@class='hollow']")) == 1


def test_without_any_value_there_is_no_chart() -> None:
    assert chart([], title="x") == ""
    assert chart([a_line("Puno", [None, None])], title="x", marks=[Mark("Target", D(3))]) == ""


def test_a_line_without_values_is_still_named() -> None:
    assert "Puno —" in texts(drawn([a_line("Lima", [3, 4]), a_line("Puno", [None, None])]))


def test_six_lines_cannot_be_told_apart() -> None:
    with pytest.raises(ValueError, match="small multiples"):
        line_chart([a_line(str(number), [1, 2]) for number in range(6)], title="x")


def test_five_lines_have_five_colours_and_names() -> None:
    tree = drawn([a_line(f"Line {number}", [1, 2]) for number in range(5)])
    assert [group.get("class") for group in tree.findall("g[title]")] == ["c1", "c2", "c3", "c4", "c5"]
    assert {f"Line {number} 2" for number in range(5)} <= set(texts(tree))


def test_hostile_words_stay_words() -> None:
    point = Point(2020, HOSTILE, D(1), mark=HOSTILE, text=HOSTILE)
    lines = [Line(HOSTILE, [point, Point(2021, HOSTILE, None, reason=HOSTILE)])]
    marks = [Mark(HOSTILE, D(2)), Mark(HOSTILE, D(2), x=2022)]
    options = {"title": HOSTILE, "description": "", "unit": HOSTILE, "marks": marks, "number": lambda _value: HOSTILE}
    trees = [etree.fromstring(str(chart(lines, key=HOSTILE, **options)))]  # type: ignore[arg-type]
    trees += [etree.fromstring(picture(lines, caption=[HOSTILE], **options).encode())]  # type: ignore[arg-type]
    for tree in trees:
        names = {etree.QName(element).localname for element in tree.iter()}
        assert names <= {"div", "svg", "title", "desc", "text", "g", "path", "circle", "rect"}
        assert not {name for element in tree.iter() for name in element.attrib if name.startswith("on")}


def test_each_chart_has_ids_of_its_own_that_name_it() -> None:
    page = "".join(chart([a_line("Puno", [1, 2])], title="Canon", key=key) for key in ("a", "b"))
    tree = etree.fromstring(f"<main>{page}</main>")
    ids = [element.get("id") for element in tree.iterfind(".//*[@id]")]
    assert len(ids) == len(set(ids)) == 8
    for svg in tree.iterfind(".//svg"):
        assert svg.get("role") == "img"
        title, desc = (tree.find(f".//*[@id='{key}']") for key in svg.get("aria-labelledby").split())
        assert title.text == "Canon" and desc.text == "Puno: from 1 (2012) to 2 (2013)."


def test_a_chart_of_the_page_is_dressed_by_its_style_sheet_alone() -> None:
    made = chart([a_line("Puno", [1, None, 2], y2014="forecast")], title="x", marks=[Mark("Target", D(3), x=2020)])
    assert not re.search(r"<style|<script|\s(style|fill|stroke|color)=|url\(|href", made)
    assert re.findall(r'<svg class="(.)" viewBox="0 0 (\d+) 300"', made) == [("w", "720"), ("n", "380")]


def test_the_pair_of_three_lines_of_fifteen_years_is_small() -> None:
    lines = [a_line(name, [start + year * 7 % 11 + year for year in range(15)]) for name, start in DISTRICTS.items()]
    made = chart(lines, title="Execution of the budget by region, 2012–2026", unit="% of the budget")
    assert len(gzip.compress(made.encode())) < 1_250


def test_a_description_says_ends_marks_gaps_and_reasons() -> None:
    points = [*a_line("Puno", [4, None, 6], y2014="estimated").points, Point(2015, "2015", None, reason="no survey")]
    assert described([Line("Puno", points)]) == "Puno: from 4 (2012) to 6 (2014, estimated). No value: 2013, 2015 (no survey)."  # fmt: skip
    assert described([a_line("Ica", [None])]) == "Ica: no value."


@pytest.mark.parametrize(("values", "ticks"), [
    (["42", "71"], "0 20 40 60 80"),
    (["72.1", "75"], "72.0 73.0 74.0 75.0"),
    (["-7.5", "4"], "-7.5 -5.0 -2.5 0.0 2.5 5.0"),
    (["-9", "-1"], "-10 -8 -6 -4 -2 0"),
    (["5", "5"], "0 1 2 3 4 5"),
    (["0"], "0.0 0.2 0.4 0.6 0.8 1.0"),
    (["12345678901234567890", "12345678901234567895"], "12345678901234567890 12345678901234567891 12345678901234567892 12345678901234567893 12345678901234567894 12345678901234567895"),
])  # fmt: skip
def test_axes_have_round_steps(values: list[str], ticks: str) -> None:
    assert " ".join(f"{tick:f}" for tick in axis(map(D, values)).ticks) == ticks


def test_where_an_axis_begins_can_be_forced() -> None:
    assert axis([D(72), D(75)], zero=True).ticks[0] == 0
    assert axis([D(30), D(75)]).ticks[0] == 0
    assert axis([D(30), D(75)], zero=False).ticks[0] == 30
    assert axis([D(5)], zero=False).ticks[0] < 5 < axis([D(5)], zero=False).ticks[-1]


@pytest.mark.parametrize(("largest", "unit", "end"), [
    ("2500", "S/", "Puno 2500"), ("250000", "thousands of S/", "Puno 250"), ("2500000", "millions of S/", "Puno 2.5"),
    ("2500000000", "millions of S/", "Puno 2500"), ("25e11", "billions of S/", "Puno 2500"),
    ("25e18", "× 10¹⁸ S/", "Puno 25"), ("25e-10", "× 10⁻⁹ S/", "Puno 2.5"), ("-2500000", "millions of S/", "Puno -2.5"),
])  # fmt: skip
def test_large_and_tiny_values_are_divided_and_it_is_said(largest: str, unit: str, end: str) -> None:
    tree = drawn([a_line("Puno", [0, largest])], unit=unit.split()[-1])
    assert texts(tree)[0] == unit and end in texts(tree)
    assert max(len(text) for text in texts(tree)[1:-1]) <= 5
    assert drawn([a_line("Puno", [0, 250000])], unit="").find("text").text == "thousands"


def test_without_a_number_of_the_callers_the_axis_keeps_every_digit() -> None:
    tree = etree.fromstring(str(line_chart([a_line("Río", ["0.0021", "0.0099"])], title="Arsenic", unit="mg/L")))
    assert {"0.002", "0.004", "0.01", "Río 0.0099"} <= set(texts(tree))


def test_a_target_reaches_into_the_future() -> None:
    marks = [Mark("Target 90", D(90), x=2030, since=2013), Mark("Former 85", D(85), x=2028, former=True)]
    tree = drawn([a_line("Puno", [50, 60])], marks=[*marks, Mark("Baseline", D(50))])
    assert {"2012", "2030", "100", "Target 90", "Former 85", "Baseline"} <= set(texts(tree))
    assert len(paths(tree, "ref")) == 2 and len(paths(tree, "goal")) == len(paths(tree, "goal former")) == 1


def test_years_are_whole_and_thinned() -> None:
    quarters = {2015 + number / 4: f"{2015 + number // 4}-T{number % 4 + 1}" for number in range(60)}
    assert [name for _x, name in periods(quarters, 2015, 2029.75, 50, 300)] == ["2015", "2020", "2025", "2029"]
    years = {float(year): str(year) for year in range(2012, 2026)}
    assert [name for _x, name in periods(years, 2012, 2025, 45, 560)] == ["2012", "2014", "2016", "2018", "2020", "2022", "2025"]  # fmt: skip
    assert len(periods({1.0: "1", 1e9: "late"}, 1, 1e9, 50, 500)) < 12


def test_within_a_year_the_periods_themselves_are_named() -> None:
    months = {2025 + number / 12: f"month {number + 1}" for number in range(12)}
    found = [name for _x, name in periods(months, 2025, 2025 + 11 / 12, 60, 300)]
    assert found[0] == "month 1" and found[-1] == "month 12" and len(found) == 4
    assert "2024-T3" in texts(drawn([Line("Puno", [Point(2024.5, "2024-T3", D(4))])]))


def test_names_that_want_one_place_share_the_shift() -> None:
    assert spread([50, 50, 10], 16, 0, 100) == [42, 58, 10]
    assert spread([99, 98], 16, 0, 100) == [100, 84]
