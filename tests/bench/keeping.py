"""Seconds to back up and restore an instance of 20,000 records, and whether both hold the same.

python tests/bench/keeping.py [--records 20000] [--comments 60000] [--files 5000]
"""

import argparse
import random
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path

from _instance import build, settings_of
from sqlalchemy import func, insert, select

from observatory.app import open_database, registry
from observatory.aspects.attachments.models import Attachment
from observatory.aspects.comments.models import Comment
from observatory.cli import keeping
from observatory.kernel import archive, clock, db, files
from observatory.kernel.config import Settings
from observatory.people.models import Person
from observatory.records.models import Record


def say(words: str) -> None:
    """Nothing: only the figures count."""


def add_comments(settings: Settings, count: int) -> None:
    """Let the instance hold `count` comments, three on a record."""
    registry()
    with closing(open_database(settings)) as database, database.unit_of_work():
        have = db.session.scalar(select(func.count()).select_from(Comment)) or 0
        ids = db.session.scalars(select(Record.__table__.c.id).order_by(Record.__table__.c.id)).all()
        person = db.session.scalar(select(Person.id))
        rows = [
            {
                "record_id": ids[number % len(ids)], "person_id": person, "kind": "comment", "state": "visible",
                "body": f"Comentario {number}", "html": f"<p>Comentario {number}</p>", "at": clock.now(), "version": 1,
            }
            for number in range(have, count)
        ]  # fmt: skip
        for start in range(0, len(rows), 5_000):
            db.session.execute(insert(Comment), rows[start : start + 5_000])


def add_files(settings: Settings, count: int) -> None:
    """Let the instance hold `count` files of 4 to 40 kB, that no packing makes smaller."""
    registry()
    store, chance = files.of(settings), random.Random(5)
    with closing(open_database(settings)) as database, database.unit_of_work():
        ids = db.session.scalars(select(Record.__table__.c.id).order_by(Record.__table__.c.id)).all()
        rows = []
        for number in range(count):
            body = chance.randbytes(chance.randrange(4_000, 40_000))
            rows.append(
                {
                    "record_id": ids[number % len(ids)], "title": f"Documento {number}", "file_name": f"d{number}.pdf",
                    "media_type": "application/pdf", "size": len(body), "sha256": store.put(body), "covered": False,
                    "state": "shown", "reason": "", "at": clock.now(), "read_at": clock.now(), "version": 1,
                }
            )  # fmt: skip
        db.session.execute(insert(Attachment), rows)


def contents(settings: Settings) -> dict[str, str]:
    """The fingerprint of the instance's database."""
    with closing(open_database(settings)) as database, closing(archive.snapshot(database)) as connection:
        return archive.fingerprint(connection)


def main() -> None:
    """Build, back up, restore, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--comments", type=int, default=60_000)
    parser.add_argument("--files", type=int, default=5_000)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="keeping-"))
    try:
        build(folder / "instance", options.records)
        settings = settings_of(folder / "instance")
        add_comments(settings, options.comments)
        add_files(settings, options.files)
        before, size = contents(settings), (folder / "instance" / "observatory.db").stat().st_size
        begin = time.perf_counter()
        written = keeping.backup(settings, folder / "copy.tgz", say=say)
        saved = time.perf_counter() - begin
        begin = time.perf_counter()
        keeping.restore(settings, folder / "copy.tgz", say=say)
        back = time.perf_counter() - begin
        after = contents(settings)
        same = {name for name in before if before[name] != after[name]} == {"content_version"}
        print(f"{options.records:,} records, {options.comments:,} comments, {options.files:,} files")
        print(f"database {size / 1e6:.0f} MB, backup {written / 1e6:.1f} MB")
        print(f"backup {saved:.1f} s, restore with its index {back:.1f} s (of it {keeping.GRACE:.0f} s grace)")
        print(f"equal contents before and after: {'yes' if same else 'NO'}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
