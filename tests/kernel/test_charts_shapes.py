"""Charts hold together whatever is drawn; pictures on their own, rankings, little charts."""

import re
from decimal import Decimal as D
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from observatory.kernel.charts import Bar, Line, Mark, Point, bar_list, line_chart, picture, small_multiples, sparkline
from observatory.kernel.charts.ink import DASHES, PALETTE
from observatory.kernel.charts.lettering import shorten, width, wrapped

CSS = Path(__file__).resolve().parents[2] / "observatory" / "static" / "css"
SVG = "{http://www.w3.org/2000/svg}"

marks = st.sampled_from(["", "", "", "provisional", "estimated", "forecast", "break", "low"])
values = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
extreme = st.sampled_from([D("1e12"), D("-1e12"), D("1e-9"), D("12345678901234567890"), D("98765432109876543211.5"), D(0), D("NaN")])  # fmt: skip
names = st.text(max_size=40) | st.sampled_from(["Perú", "Madre de Dios", "W" * 40, "日本語" * 8])


@st.composite
def some_lines(draw: st.DrawFn) -> list[Line]:
    step = draw(st.sampled_from([1.0, 0.25, 1 / 12]))
    first = draw(st.integers(min_value=1950, max_value=2030))
    label = draw(st.sampled_from(["{:.0f}", "{:.2f}", "campaign of {:.1f}"]))
    return [
        Line(
            draw(names),
            [
                Point(first + index * step, label.format(first + index * step), value, mark=draw(marks))
                for index, value in enumerate(draw(st.lists(values | extreme, min_size=1, max_size=18)))
            ],
        )
        for _number in range(draw(st.integers(min_value=1, max_value=5)))
    ]


some_marks = st.lists(
    st.builds(
        Mark,
        names,
        st.decimals(min_value=-1000, max_value=10**6, places=1),
        x=st.none() | st.integers(2000, 2040),
        since=st.none() | st.integers(2000, 2030),
        former=st.booleans(),
    ),
    max_size=7,
)


def boxes(svg: etree._Element) -> list[tuple[str, float, float, float, float]]:
    """Every text with the left, top, right and bottom of what it covers."""
    size = 15 if svg.get("class") == "n" else 14
    found = []
    for text in svg.iterfind(".//text"):
        wide = width(text.text or "", size, bold=text.get("class") == "name")
        anchor = text.get("text-anchor") or text.getparent().get("text-anchor")
        x, y = float(text.get("x")), float(text.get("y"))
        left = x - wide if anchor == "end" else x - wide / 2 if anchor == "middle" else x
        found.append((text.text, left, y - size * 0.74, left + wide, y + size * 0.22))
    return found


@settings(max_examples=150)
@given(lines=some_lines(), marked=some_marks, narrow=st.booleans(), zero=st.sampled_from([None, True, False]))
def test_words_never_overlap_nor_leave_the_drawing(
    lines: list[Line], marked: list[Mark], narrow: bool, zero: bool | None
) -> None:
    made = line_chart(lines, title="x", unit="S/", marks=marked, narrow=narrow, zero=zero)
    if not made:
        assert all(point.known is None for line in lines for point in line.points)
        return
    svg = etree.fromstring(str(made))
    across = float(svg.get("viewBox").split()[2])
    found = boxes(svg)
    for text, left, top, right, bottom in found:
        assert left > -0.6 and right < across + 0.6 and top > 0 and bottom < 300, (text, left, right, top, bottom)
    for index, (text, left, top, right, bottom) in enumerate(found):
        for other, left2, top2, right2, bottom2 in found[index + 1 :]:
            apart = right <= left2 + 0.3 or right2 <= left + 0.3 or bottom <= top2 + 0.3 or bottom2 <= top + 0.3
            assert apart, (text, other)


@settings(max_examples=60)
@given(lines=some_lines(), marked=some_marks, narrow=st.booleans(), text=names)
def test_a_picture_is_a_document_of_its_own(lines: list[Line], marked: list[Mark], narrow: bool, text: str) -> None:
    made = picture(lines, title=text, unit=text, caption=[text, "4 Nov 2026"], marks=marked, narrow=narrow)
    svg = etree.fromstring(made.encode())
    assert svg.tag == f"{SVG}svg" and (svg.get("width"), "4 Nov 2026") == ("380" if narrow else "720", svg[-1][-1].text)
    kinds = {etree.QName(element).localname for element in svg.iter()}
    assert kinds <= {"svg", "title", "desc", "rect", "g", "path", "circle", "text"}
    attributes = {name for element in svg.iter() for name in element.attrib}
    assert not attributes & {"style", "class", "href", "src"} and not any(name.startswith("on") for name in attributes)
    assert "url(" not in "".join(value for element in svg.iter() for value in element.attrib.values())
    low = max(float(text.get("y")) for text in svg[-1])
    assert low < float(svg.get("height"))


def test_a_picture_without_values_says_so() -> None:
    assert "no value" in picture([], title="Canon", caption=["Source: MEF"])


def test_pictures_wear_the_light_colours_of_the_site() -> None:
    root = re.search(r":root \{(.*?)\}", (CSS / "tokens.css").read_text(), re.S)
    assert root
    tokens = dict(re.findall(r"--(\w+): (#\w+);", root.group(1)))
    assert {name: tokens[name.replace("c", "d") if name[1:].isdigit() else name] for name in PALETTE} == PALETTE
    charts = (CSS / "charts.css").read_text()
    for name, dash in DASHES.items():
        assert f".{name} {{ color: var(--d{name[1]});" in charts and (dash == "none" or f"dasharray: {dash};" in charts)


def test_the_style_sheet_knows_every_class_and_keeps_to_old_rules() -> None:
    charts = (CSS / "charts.css").read_text()
    lines = [Line(str(mark), [Point(2020, "2020", D(1)), Point(2021, "2021", D(2), mark=mark)]) for mark in ("break", "low", "forecast")]  # fmt: skip
    goals = [Mark("a", D(2), x=2030, since=2021), Mark("b", D(2), former=True)]
    made = line_chart(lines, title="x", unit="y", marks=goals) + bar_list([Bar("a", D(1), here=True)], title="x")
    made += small_multiples(lines, title="x") + sparkline(lines[0].points, title="x")
    classes = {name for group in re.findall(r'class="([^"]+)"', made) for name in group.split()}
    assert {name for name in classes if f".{name}" not in charts} <= {"note", "small", "quiet"}
    assert "light-dark(" not in charts and "@layer" not in charts
    order = (CSS / "order.txt").read_text().split()
    assert order.index("charts.css") < order.index("print.css")


BARS = [Bar("Ica", D(80), url="/ica"), Bar("Puno", D(-20)), Bar("Lima", D(0)), Bar("Loreto", None, reason="no survey")]


def test_bars_begin_at_zero_and_negative_ones_go_left() -> None:
    tree = etree.fromstring(str(bar_list(BARS, title="Ranking", number=str)))
    rects = [(rect.get("x"), rect.get("width")) for rect in tree.iterfind(".//rect")]
    assert rects == [("20%", "80%"), ("0%", "20%")]
    assert {line.get("x1") for line in tree.iterfind(".//line")} == {"20%"}
    assert [b.text for b in tree.iterfind(".//b")] == ["80", "-20", "0"]


def test_a_missing_value_has_a_reason_and_no_bar() -> None:
    missing = etree.fromstring(str(bar_list(BARS, title="Ranking", number=str)))[3]
    assert missing.find("i").text == "no value: no survey" and missing.find("svg") is None
    alone = etree.fromstring(str(bar_list(BARS[3:], title="Ranking")))
    assert alone.find(".//i") is not None


@pytest.mark.parametrize("hostile", ['"><script>x</script>', "\x00<b>", "a\u0301 & b"])
def test_lists_and_little_charts_escape(hostile: str) -> None:
    point = Point(2020, hostile, D(1), text=hostile)
    lines = [Line(hostile, [point], url=hostile), Line(hostile, [Point(2021, "2021", D(2))], url=hostile)]
    made = bar_list([Bar(hostile, D(1), hostile, hostile), Bar(hostile, None, reason=hostile)], title=hostile)
    made += small_multiples(lines, title=hostile, unit=hostile) + sparkline([point], title=hostile)
    tree = etree.fromstring(f"<main>{made}</main>")
    assert not {element.tag for element in tree.iter()} & {"script", "style"}
    assert tree.find(".//svg[@role='img']/title").text.strip() in hostile


def test_little_charts_share_one_scale_and_say_their_last_value() -> None:
    def line(name: str, *given: int | None) -> Line:
        return Line(name, [Point(2020 + at, str(2020 + at), None if v is None else D(v)) for at, v in enumerate(given)])

    tree = etree.fromstring(str(small_multiples([line("Ica", 10, 100), line("Puno", 10, None), line("Lima", None)], title="x", unit="%", number=str)))  # fmt: skip
    ica, puno, lima = tree.iterfind(".//li")
    assert ica.find(".//path[@class='settled']").get("d").startswith("M5 46.4")
    assert puno.find(".//circle").get("cy") == "46.4"
    assert [item.find(".//b").text for item in (ica, puno)] == ["100", "10"]
    assert puno.find(".//small").text == "2020"
    assert lima.find(".//i").text == "no value" and lima.find(".//svg") is None
    assert "0 to 100 %" in tree[0].text


@given(st.lists(values | extreme, max_size=20))
def test_a_sparkline_stays_inside_and_marks_its_end(given: list[D | None]) -> None:
    points = [Point(float(at), str(at), value) for at, value in enumerate(given)]
    made = sparkline(points, title="x")
    if not any(point.known is not None for point in points):
        assert made == ""
        return
    dots = etree.fromstring(str(made)).findall(".//circle")
    assert dots and all(0 < float(dot.get("cx")) < 120 and 0 < float(dot.get("cy")) < 28 for dot in dots)


@given(names, st.integers(min_value=30, max_value=300))
def test_words_are_cut_and_wrapped_to_their_room(text: str, room: int) -> None:
    assert width(shorten(text, room, 14), 14) <= room
    lines = wrapped(text, room, 14)
    assert all(width(line, 14) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
