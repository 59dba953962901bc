"""What a discussion costs, and whether hostile comments can do harm.

    python tests/bench/discussion.py [--records 20000] [--comments 60000] [--hostile 1000]

First: a page with 200 comments beside the same page without any, in one instance, CPU of the WSGI call in turns, and the
statements of each. Then: hostile texts of 3 KB, each rendered once; the slowest, and how many kept anything that runs.
"""

import argparse
import random
import re
import shutil
import statistics
import tempfile
from contextlib import closing
from pathlib import Path
from time import process_time
from typing import Any
from urllib.parse import urlsplit

from _instance import RICH, build, settings_of, slug_of
from keeping import add_comments
from lxml import html
from pages import asking, call
from sqlalchemy import event, insert, select

from observatory.app import create_app, open_database
from observatory.aspects.comments.models import Comment
from observatory.kernel import clock, db
from observatory.kernel.text import _TAGS, render_markdown
from observatory.people.models import Person
from observatory.records.models import Record

LIVELY, QUIET = slug_of(RICH * 20 + 1), slug_of(RICH * 20 + 2)
_PARTS = (
    "[", "](", "![x](", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "> ", "* ",
    "`", "|-|-|\n", "**", "__", "<b", "&#x6a;avascript:", "\n\n    ", "1. ", "<svg/onload=alert(1)>", "\\", "(((", "]]]",
    "[a]: javascript:alert(1)\n", "<a href='data:text/html,x'>", "a" * 50, "\t", "<!--", "]]>",
)  # fmt: skip


def fill(folder: Path, count: int) -> None:
    """Comments everywhere, and 200 on one page."""
    settings = settings_of(folder)
    add_comments(settings, count)
    with closing(open_database(settings)) as database, database.unit_of_work():
        ids = dict(db.session.execute(select(Record.__table__.c.slug, Record.__table__.c.id)).all())
        person = db.session.scalar(select(Person.id))
        db.session.execute(Comment.__table__.delete().where(Comment.record_id.in_((ids[LIVELY], ids[QUIET]))))
        db.session.execute(
            insert(Comment),
            [
                {
                    "record_id": ids[LIVELY], "person_id": person, "kind": "comment", "state": "visible", "version": 1,
                    "body": "x", "html": f"<p>Comentario {number}</p>", "at": clock.now(),
                }
                for number in range(200)
            ],
        )  # fmt: skip


def compare(folder: Path) -> None:
    """Both pages in turns."""
    app = create_app(settings_of(folder, page_cache=False))
    seen: list[Any] = []
    event.listen(app.extensions["observatory.database"].engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    times: dict[str, list[float]] = {LIVELY: [], QUIET: []}
    counted = {}
    for number in range(41):
        for slug, spent in times.items():
            environ = next(asking(f"/organisations/{slug}"))
            seen.clear()
            begin = process_time()
            status, _body = call(app.wsgi_app, environ)
            if number:
                spent.append((process_time() - begin) * 1000)
            counted[slug] = len(seen)
            assert status.startswith("200")
    lively, quiet = (statistics.median(times[slug]) for slug in (LIVELY, QUIET))
    print(f"page with 200 comments {lively:.2f} ms CPU, without {quiet:.2f} ms: {lively / quiet:.2f} x")
    print(f"statements: {counted[LIVELY]} and {counted[QUIET]}")


def is_safe(page: str) -> bool:
    """Whether a browser finds nothing in `page` but text, plain marks and links that lead to pages."""
    for element in html.fromstring(f"<div>{page}</div>").iter():
        if not isinstance(element.tag, str) or element.tag not in _TAGS | {"div"}:
            return False
        for name, value in element.attrib.items():
            scheme = urlsplit(re.sub(r"[\x00-\x20]", "", value)).scheme if name == "href" else ""
            if name not in {"href", "rel"} or scheme not in {"", "http", "https", "mailto"}:
                return False
    return True


def attack(count: int) -> None:
    """Hostile texts, each rendered as a comment is."""
    rng, worst, unsafe = random.Random(3), 0.0, 0
    for _number in range(count):
        text = ""
        while len(text) < 3_000:
            text += rng.choice(_PARTS) * rng.choice((1, 1, 3, 40, 400))
        begin = process_time()
        page = render_markdown(text[:3_000])
        worst = max(worst, (process_time() - begin) * 1000)
        unsafe += not is_safe(page)
    print(f"{count} hostile comments of 3 KB: slowest {worst:.1f} ms CPU (target 50), unsafe {unsafe} (target 0)")


def main() -> None:
    """Build, compare, attack, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--comments", type=int, default=60_000)
    parser.add_argument("--hostile", type=int, default=1_000)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="discussion-"))
    try:
        build(folder, options.records)
        fill(folder, options.comments)
        compare(folder)
    finally:
        shutil.rmtree(folder)
    attack(options.hostile)


if __name__ == "__main__":
    main()
