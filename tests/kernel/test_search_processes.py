"""One process writes, others read, and any may be killed."""

import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from observatory.kernel.search import Busy, Document, Query, WhooshShelf, storing

PUBLIC = frozenset({"public"})
ROOT = Path(__file__).parents[2]

_WRITER = """
import sys
from pathlib import Path
from observatory.kernel.search import Document, WhooshShelf
shelf = WhooshShelf(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    labels = frozenset({"public"})
    shelf.update([Document(number, "site", f"Mina {number}", "agua y canon " * 20, labels=labels, also=(f"{number:05}",))])
    print(number, flush=True)
"""

_REBUILDER = """
import sys
from pathlib import Path
from observatory.kernel.search import Document, WhooshShelf
def documents():
    for number in range(100_000):
        if number == 50:
            print("half-way", flush=True)
        yield Document(number, "site", f"Otra {number}", "agua y canon " * 20, labels=frozenset({"public"}))
WhooshShelf(Path(sys.argv[1])).rebuild(documents())
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def kill(process: subprocess.Popen[str]) -> list[str]:
    """Kill at once, and say what it had printed by then."""
    process.send_signal(signal.SIGKILL)
    output, _ = process.communicate()
    return [line for line in output.splitlines(keepends=True) if line.endswith("\n")]


def found(shelf: WhooshShelf, text: str) -> int:
    return shelf.search(Query(text, labels=PUBLIC)).total


def test_reading_while_another_process_writes(tmp_path: Path) -> None:
    shelf = WhooshShelf(tmp_path / "index")
    with start(_WRITER, tmp_path / "index", 0, 40) as process:
        assert process.stdout is not None
        for line in process.stdout:
            number = int(line)
            assert found(shelf, f"{number:05}") == 1  # acknowledged, so found at once
            assert found(shelf, "canon") >= number + 1
    assert process.returncode == 0 and shelf.count() == 40 and shelf.check() is None


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    rng = random.Random(11)
    shelf = WhooshShelf(tmp_path / "index")
    acknowledged = 0
    for _ in range(6):
        process = start(_WRITER, tmp_path / "index", acknowledged, 10_000)
        assert process.stdout is not None
        acknowledged = int(process.stdout.readline()) + 1
        sleep(rng.uniform(0, 0.4))
        acknowledged += len(kill(process))
        assert shelf.check() is None
        assert acknowledged <= shelf.count() <= acknowledged + 1
        assert all(found(shelf, f"{number:05}") == 1 for number in range(acknowledged))
    shelf.update([Document(20_000, "site", "Después", labels=PUBLIC)])
    assert found(shelf, "después") == 1
    leftovers = [
        path.name for path in (tmp_path / "index").glob("v*/*") if ".toc." in path.name or path.name.endswith(".tmp")
    ]
    assert leftovers == []


def test_a_killed_rebuild_leaves_the_old_index_in_use(tmp_path: Path) -> None:
    shelf = WhooshShelf(tmp_path / "index")
    shelf.update([Document(1, "site", "Vieja mina", labels=PUBLIC)])
    generation = shelf.generation()
    for pause in (0.0, 0.2):
        process = start(_REBUILDER, tmp_path / "index")
        assert process.stdout is not None and process.stdout.readline() == "half-way\n"
        sleep(pause)
        assert found(shelf, "vieja") == 1
        kill(process)
        assert shelf.generation() == generation and found(shelf, "vieja") == 1 and shelf.check() is None
    assert len(list((tmp_path / "index").glob("v*"))) == 2
    shelf.update([Document(2, "site", "Nueva mina", labels=PUBLIC)])
    assert found(shelf, "mina") == 2
    assert shelf.rebuild([Document(3, "site", "Única", labels=PUBLIC)]) == 1
    assert len(list((tmp_path / "index").glob("v*"))) == 1 and found(shelf, "única") == 1


def test_a_writer_waits_for_another_and_says_when_it_gives_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = WhooshShelf(tmp_path / "index")
    began, done = threading.Event(), threading.Event()

    def documents() -> Iterator[Document]:
        began.set()
        assert done.wait(30)
        yield Document(1, "site", "Lenta", labels=PUBLIC)

    monkeypatch.setattr(storing, "LOCK_SECONDS", 0.1)
    other = WhooshShelf(tmp_path / "index")
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(shelf.rebuild, documents())
        assert began.wait(30)
        with pytest.raises(Busy):
            other.update([Document(2, "site", "Otra", labels=PUBLIC)])
        done.set()
        assert slow.result() == 1
    other.update([Document(2, "site", "Otra", labels=PUBLIC)])
    assert found(shelf, "lenta") == found(shelf, "otra") == 1


def test_many_threads_ask_while_one_writes(tmp_path: Path) -> None:
    shelf = WhooshShelf(tmp_path / "index")
    shelf.update(
        [Document(number, "site", f"Mina {number}", "agua del canon " * 9, labels=PUBLIC) for number in range(200)]
    )
    stop = threading.Event()

    def ask() -> int:
        asked = 0
        while not stop.is_set() or not asked:
            results = shelf.search(Query('"agua del canon" mina', labels=PUBLIC))
            assert results.total >= 200 and len(results.hits) == 20
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        for number in range(200, 215):
            shelf.update([Document(number, "site", f"Mina {number}", "agua del canon", labels=PUBLIC)])
        stop.set()
        assert all(future.result() for future in asking)
    assert found(shelf, "mina") == 215


def test_files_removed_while_they_are_opened_are_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, writer = WhooshShelf(tmp_path), WhooshShelf(tmp_path)
    writer.update([Document(1, "site", "Mina 1", labels=PUBLIC)])
    opened = WhooshShelf._opened

    def overtaken(self: WhooshShelf, generation: str, before: object) -> object:
        monkeypatch.setattr(WhooshShelf, "_opened", opened)
        writer.update([Document(2, "site", "Mina 2", labels=PUBLIC)])
        raise ValueError("a column of nothing")

    monkeypatch.setattr(WhooshShelf, "_opened", overtaken)
    assert found(shelf, "mina") == 2
