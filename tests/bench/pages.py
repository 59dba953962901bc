"""What a page costs, beside an empty Flask view and a bare WSGI app, in one instance of 20,000 records.

    python tests/bench/pages.py [--records 20000] [--rounds 7] [--requests 20] [--opened 2000]

First table: CPU of this process around the WSGI call alone, one request after the other, all sides in every round.
Second: CPU of a server (waitress, four threads) for each request over HTTP; there reading the request and writing the
answer is part of every side, so "bare WSGI" is the least that a page can cost. The answers of both are checked for
their status and size. Then the memory of a worker that has opened many records, and its cold start.

The ratios count, not the milliseconds: other programs on the same machine slow every side alike.
"""

import argparse
import http.client
import itertools
import json
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

from _instance import RICH, build, settings_of, slug_of
from flask import Flask
from werkzeug.test import create_environ

from observatory.app import create_app

LEAST_DETAIL = 15_000
SERVED = ("empty Flask view", "bare WSGI app", "cache hit", "304", "detail, cold", "list of 25, cold")
TARGETS = {"cache hit": 2.0, "304": 0.5, "detail, cold": 0.25, "list of 25, cold": 0.12}
"""At least so many times the empty Flask view's speed."""
_GZIP = {"Accept-Encoding": "gzip"}
_FIRST = f"/organisations/{slug_of(0)}"
_PATHS = {"empty Flask view": "/", "list of 25, cold": "/organisations"}
_CALLS = 10
"""So many calls are one sample: a single one of the quick sides is shorter than the clock can tell."""


@dataclass
class Side:
    """One thing to measure: an app, and the requests it is asked one after the other."""

    name: str
    app: Any
    environs: Iterator[dict[str, Any]]
    status: str = "200"
    rounds: list[list[float]] = field(default_factory=list)
    size: int = 0

    def ask(self) -> float:
        """CPU milliseconds of one call, the mean of a sample."""
        environs = [dict(next(self.environs)) for _ in range(_CALLS)]
        begin = process_time()
        for environ in environs:
            status, body = call(self.app, environ)
        spent = (process_time() - begin) * 1000 / _CALLS
        if not status.startswith(self.status):
            raise SystemExit(f"{self.name} answered {status}")
        self.size = len(body)
        return spent


def call(app: Any, environ: dict[str, Any]) -> tuple[str, bytes]:
    """The status and body that `app` answers, taken as a server takes them."""
    told: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        told[:] = [status]
        return lambda data: None

    parts = app(environ, start)
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return told[0], body


def asking(*paths: str, **headers: str) -> Iterator[dict[str, Any]]:
    """Requests for `paths`, again and again."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return itertools.cycle(
        [create_environ(path, "http://127.0.0.1:8000", headers={"Accept-Language": "es", **named}) for path in paths]
    )


def empty_flask() -> Flask:
    """What the framework costs when nothing is done."""
    app = Flask("empty")
    app.add_url_rule("/", view_func=lambda: "ok")
    return app


def bare(body: bytes) -> Any:
    """The least that a WSGI app can do: hand out what is stored."""
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", headers)
        return [body]

    return app


def etag_of(app: Any) -> tuple[str, bytes]:
    """The mark and the stored body of the page that is asked from the cache."""
    found: dict[str, str] = {}

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        found.update(headers)
        return lambda data: None

    body = b"".join(app(next(asking(_FIRST, Accept_Encoding="gzip")), start))
    return found["ETag"], body


def sides(folder: Path) -> list[Side]:
    """All that is measured around the WSGI call."""
    cold = create_app(settings_of(folder, page_cache=False)).wsgi_app
    kept = create_app(settings_of(folder)).wsgi_app
    etag, body = etag_of(kept)
    rich = [f"/organisations/{slug_of(number)}" for number in range(RICH)]
    words = ("agua", "canal de riego", "comunidad", "municipalidad", "minera", "regalías", "pasto", "San Juan")
    return [
        Side("empty Flask view", empty_flask().wsgi_app, asking("/")),
        Side("bare WSGI app", bare(body), asking("/")),
        Side("cache hit", kept, asking(_FIRST, Accept_Encoding="gzip")),
        Side("304", kept, asking(_FIRST, Accept_Encoding="gzip", If_None_Match=etag), "304"),
        Side("detail, cold", cold, asking(*rich)),
        Side("detail, cold, gzip", cold, asking(*rich, Accept_Encoding="gzip")),
        Side("list of 25, cold", cold, asking("/organisations", "/organisations?sector=company")),
        Side("home, cold", cold, asking("/")),
        Side("search page", cold, asking(*(f"/search?q={word.replace(' ', '+')}" for word in words))),
    ]


def measure(found: list[Side], rounds: int, requests: int) -> None:
    """Ask every side in every round, so that what else the machine does falls on all alike."""
    for side in found:
        side.ask()
    for _ in range(rounds):
        for side in found:
            side.rounds.append([side.ask() for _ in range(max(1, requests // _CALLS))])


def against(side: Side, other: Side) -> float:
    """How many times as fast as `other`: the median of the rounds' ratios."""
    pairs = zip(other.rounds, side.rounds, strict=True)
    return statistics.median(statistics.median(theirs) / statistics.median(ours) for theirs, ours in pairs)


def show(found: list[Side], unit: str) -> None:
    """Print the table of one kind of measuring."""
    empty, stored = found[0], found[1]
    print(f"\n{unit:22}{'median':>9}{'p95':>9}{'bytes':>8}{'x empty view':>14}{'x bare WSGI':>13}  target")
    for side in found:
        times = sorted(itertools.chain(*side.rounds))
        high = times[min(len(times) - 1, int(len(times) * 0.95))]
        ratio = against(side, empty)
        line = f"{side.name:22}{statistics.median(times):9.3f}{high:9.3f}{side.size:8}{ratio:14.3f}"
        line += f"{against(side, stored):13.3f}"
        if side.name in TARGETS:
            target = TARGETS[side.name]
            line += f"  >= {target} x empty view: {'reached' if ratio >= target else 'MISSED'}"
        print(line)


def serve(name: str, folder: Path) -> None:
    """Be the server of one side, at a port that is printed, until stopped."""
    import waitress

    app: Any
    if name == "empty Flask view":
        app = empty_flask().wsgi_app
    elif name == "bare WSGI app":
        app = bare((folder / "stored-page").read_bytes())
    else:
        app = create_app(settings_of(folder, page_cache="cold" not in name)).wsgi_app
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    waitress.serve(app, sockets=[listener], threads=4, ident=None, _quiet=True)


def cpu_of(pid: int) -> float:
    """CPU seconds of a process of ours, to the microsecond: its clock, as clock_getcpuclockid(3) numbers it."""
    return time.clock_gettime((~pid << 3) | 2)


def served(folder: Path, rounds: int, requests: int) -> list[Side]:
    """The quick sides again, each in a server of its own."""
    _, body = etag_of(create_app(settings_of(folder)).wsgi_app)
    (folder / "stored-page").write_bytes(body)
    etag = ""  # the mark is another one for another host and port, so the server tells its own
    found, running = [], []
    try:
        for name in SERVED:
            command = [sys.executable, __file__, "--folder", str(folder), "--serve", name]
            server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert server.stdout is not None
            port = int(server.stdout.readline())
            running.append((server, http.client.HTTPConnection("127.0.0.1", port, timeout=60)))
            found.append(Side(name, None, iter(()), "304" if name == "304" else "200"))
        connection = running[SERVED.index("304")][1]
        connection.request("GET", _FIRST, headers={**_GZIP, "Accept-Language": "es"})
        with connection.getresponse() as answer:
            etag = answer.headers["ETag"]
            answer.read()
        for number in range(rounds + 1):
            for side, (server, connection) in zip(found, running, strict=True):
                headers = {**_GZIP, "Accept-Language": "es"} | ({"If-None-Match": etag} if side.name == "304" else {})
                count = max(1, requests // 10) if "cold" in side.name else requests
                begin = cpu_of(server.pid)
                for _ in range(count):
                    connection.request("GET", _PATHS.get(side.name, _FIRST), headers=headers)
                    answer = connection.getresponse()
                    side.size = len(answer.read())
                    if str(answer.status) != side.status:
                        raise SystemExit(f"{side.name} answered {answer.status}")
                if number:  # the first round fills the cache
                    side.rounds.append([(cpu_of(server.pid) - begin) * 1000 / count])
    finally:
        for server, connection in running:
            connection.close()
            server.kill()
            server.wait()
    return found


def open_records(folder: Path, count: int) -> None:
    """Be a worker: answer a first page, then open `count` records with lists and searches between; tell as JSON."""
    began = time.perf_counter()
    app = create_app(settings_of(folder)).wsgi_app
    imported = process_time()
    status, _ = call(app, next(asking("/")))
    told: dict[str, Any] = {
        "status": status,
        "cpu": process_time(),
        "app": imported,
        "wall": time.perf_counter() - began,
    }
    for number in range(count):
        call(app, next(asking(f"/organisations/{slug_of(number)}", Accept_Encoding="gzip")))
        if number % 50 == 0:
            call(app, next(asking(f"/organisations?after={number}", Accept_Encoding="gzip")))
            call(app, next(asking("/search?q=agua+comunidad", Accept_Encoding="gzip")))
    now = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    told["rss"] = int(now.split()[1]) // 1024
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told))


def worker(folder: Path, count: int) -> dict[str, Any]:
    """What a fresh process tells that opened `count` records; with its whole life on the wall in `seconds`."""
    command = [sys.executable, __file__, "--folder", str(folder), "--open", str(count)]
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {**json.loads(done.stdout.splitlines()[-1]), "seconds": time.perf_counter() - begin}


def main() -> None:
    """Build the instance, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=20, help="of each side in each round")
    parser.add_argument("--opened", type=int, default=2_000, help="records that the worker opens before it is weighed")
    parser.add_argument("--folder", type=Path, help="an instance built before; it is kept")
    parser.add_argument("--serve", choices=SERVED, help=argparse.SUPPRESS)
    parser.add_argument("--open", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(options.serve, options.folder)
    if options.open is not None:
        return open_records(options.folder, options.open)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="pages-"))
    try:
        began = process_time()
        made = build(folder, options.records)
        print(f"{options.records} records, {made} of them made up now, in {process_time() - began:.0f} CPU seconds")
        found = sides(folder)
        measure(found, options.rounds, options.requests)
        show(found, "CPU ms, WSGI call")
        detail = next(side for side in found if side.name == "detail, cold")
        if detail.size < LEAST_DETAIL:
            print(f"NOT AS MEANT: the detail page has {detail.size} bytes, fewer than {LEAST_DETAIL}")
        over_http = served(folder, options.rounds, options.requests * 10)
        show(over_http, "CPU ms, served")
        print(f"target of the hit, served: >= 0.8 x bare WSGI: {against(over_http[2], over_http[1]):.2f}")
        starts = [worker(folder, 0) for _ in range(3)]
        cpu, wall = (statistics.median(start[name] for start in starts) for name in ("cpu", "seconds"))
        print(f"\ncold start to the first page: {wall:.2f} s on the wall, {cpu:.2f} s CPU (target 3 s)")
        weighed = worker(folder, options.opened)
        print(
            f"memory of a worker after {options.opened} records, with lists and searches: "
            f"{weighed['rss']} MB, at most {weighed['peak']} MB (target 210 MB)"
        )
    finally:
        if not options.folder:
            shutil.rmtree(folder)
    return None


if __name__ == "__main__":
    main()
