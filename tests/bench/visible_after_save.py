"""How soon what was saved is found, with four workers of which one is killed again and again; and whether any is lost.

    python tests/bench/visible_after_save.py [--seconds 45] [--savers 4] [--records 20000] [--quiet-workers]

Four processes of `observatory serve` answer for one instance. Savers, signed in as the demo's steward, change an
organisation's name to one with a word that nothing else has, each time through any worker; from the moment the answer
has come they search for that word, again through any worker. Meanwhile one worker is killed with SIGKILL every few
seconds, every other time the one that writes the index, and started anew. A save whose worker died before it answered
was never acknowledged: it is counted apart and sent again. Whatever is not found within twenty seconds is lost.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from _instance import RICH, build, slug_of
from lxml import html

WORKERS = 4
PATIENCE = 20.0
_LOOK_EVERY = 0.02
_BROKEN = (OSError, http.client.HTTPException)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Worker:
    """One process that serves the instance, at a port it keeps when it is started anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.up = False
        self.start()

    def start(self) -> None:
        """Start the process; `wait` says when it answers."""
        environ = {**os.environ, "OBSERVATORY_INSTANCE": str(self.folder), "OBSERVATORY_DEMO": "1"}
        command = [sys.executable, "-m", "observatory.cli", "serve", "--port", str(self.port)]
        with (self.folder / f"worker-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)

    def wait(self) -> None:
        """Return once it answers."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                if ask(self.port, "GET", "/about")[0] == 200:
                    self.up = True
                    return
            except _BROKEN:
                time.sleep(0.1)
        raise SystemExit(f"a worker did not start: see {self.folder}")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.up = False
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def ask(port: int, method: str, path: str, cookie: str = "", values: Any = None) -> tuple[int, Any, str]:
    """Status, headers and text of one request, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Cookie": cookie} if cookie else {}
        body = None
        if values is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(values)
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def form_of(page: str, marker: str) -> dict[str, Any]:
    """What a browser would send of the form on `page` that has a field named `marker`."""
    found = next(form for form in html.fromstring(page).forms if marker in form.fields and form.method == "POST")
    return dict(found.form_values())


@dataclass
class Tally:
    """What has happened so far, told by all savers."""

    delays: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unacknowledged: int = 0
    refused: list[int] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    kills: int = 0
    writers_killed: int = 0


class Trial:
    """The workers, the savers and the one who kills."""

    def __init__(self, folder: Path, seconds: float, savers: int, seed: int) -> None:
        self.folder = folder
        self.rng = random.Random(seed)
        self.tally = Tally()
        self.workers = [Worker(folder) for _ in range(WORKERS)]
        for worker in self.workers:
            worker.wait()
        self.cookies = [self.sign_in() for _ in range(savers)]
        self.until = time.monotonic() + seconds

    def port(self) -> int:
        """The port of any worker that is up."""
        return self.rng.choice([worker for worker in self.workers if worker.up]).port

    def sign_in(self) -> str:
        """The cookie of a session of the demo's steward, which every worker knows."""
        accounts = json.loads((self.folder / "demo-accounts.json").read_text())
        address = next(account["email"] for account in accounts if account["role"] == "steward")
        port = self.port()
        _, headers, page = ask(port, "GET", "/sign-in")
        cookie = headers["Set-Cookie"].partition(";")[0]
        values = {"csrf_token": form_of(page, "csrf_token")["csrf_token"], "email": address}
        status, headers, _ = ask(port, "POST", "/demo/sign-in", cookie, values)
        if status != 303:
            raise SystemExit(f"the steward could not sign in: {status}")
        return str(headers["Set-Cookie"] or cookie).partition(";")[0]

    def save(self, number: int) -> None:
        """Change one organisation again and again, and look for each change, until time is up."""
        cookie, path, count = self.cookies[number], f"/organisations/{slug_of(RICH * 20 + number)}/edit", 0
        while time.monotonic() < self.until:
            count += 1
            word = f"marca{number}x{count:05}"
            try:
                status, _, page = ask(self.port(), "GET", path, cookie)
                if status != 200:
                    raise SystemExit(f"{path} answered {status}")
                values = form_of(page, "title")
                status, _, _ = ask(self.port(), "POST", path, cookie, values | {"title": f"Asociación {word}"})
            except _BROKEN:
                self.tally.unacknowledged += 1
                continue
            if status != 303:
                self.tally.refused.append(status)
                continue
            self.look_for(word)

    def look_for(self, word: str) -> None:
        """Search for `word` until it is found, or patience ends."""
        begin = time.monotonic()
        while time.monotonic() - begin < PATIENCE:
            try:
                status, _, text = ask(self.port(), "GET", f"/search.json?q={word}")
            except _BROKEN:
                continue
            if status == 200 and json.loads(text)["total"]:
                self.tally.delays.append(time.monotonic() - begin)
                return
            time.sleep(_LOOK_EVERY)
        self.tally.lost.append(word)

    def kill_now_and_then(self) -> None:
        """Kill one worker, start it anew, wait until it answers; every other time the one that writes the index."""
        while time.monotonic() < self.until:
            time.sleep(self.rng.uniform(0.5, 2.5))
            writer = self.writer() if self.tally.kills % 2 else None
            worker = writer or self.rng.choice(self.workers)
            worker.kill()
            self.tally.kills += 1
            self.tally.writers_killed += writer is not None
            begin = time.monotonic()
            worker.start()
            worker.wait()
            self.tally.restarts.append(time.monotonic() - begin)

    def writer(self) -> Worker | None:
        """The worker that holds the drainer's lock, as the kernel lists it."""
        inode = str((self.folder / "drainer.lock").stat().st_ino)
        for line in Path("/proc/locks").read_text().splitlines():
            parts = line.split()
            if parts[1] == "FLOCK" and parts[5].endswith(f":{inode}"):
                return next((worker for worker in self.workers if worker.process.pid == int(parts[4])), None)
        return None

    def run(self, kills: bool) -> Tally:
        """Everything at once until time is up."""
        threads = [
            threading.Thread(target=self.save, args=(number,), daemon=True) for number in range(len(self.cookies))
        ]
        if kills:
            threads.append(threading.Thread(target=self.kill_now_and_then, daemon=True))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.tally

    def close(self) -> None:
        """Stop the workers."""
        for worker in self.workers:
            worker.kill()


def show(tally: Tally) -> None:
    """Print what came of it."""
    times = sorted(tally.delays)
    if not times:
        raise SystemExit("nothing was saved: no figures")
    high = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(f"{len(times)} saves found")
    print(f"workers killed: {tally.kills}, of them while it wrote the index: {tally.writers_killed}")
    if tally.restarts:
        print(f"a killed worker answered again after {statistics.median(tally.restarts):.1f} s (median)")
    print(f"not acknowledged, sent again: {tally.unacknowledged}")
    print(f"answered otherwise than saved: {len(tally.refused)} {sorted(set(tally.refused))}")
    print(
        f"found after: p50 {statistics.median(times):.2f} s, p95 {high:.2f} s (target 2 s), at most {times[-1]:.2f} s"
    )
    print(f"lost: {len(tally.lost)} (target 0) {' '.join(tally.lost[:5])}")


def main() -> None:
    """Build the instance, start the workers, save and kill, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=45, help="of saving; building and starting come before")
    parser.add_argument("--savers", type=int, default=4)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--quiet-workers", action="store_true", help="kill nobody")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--folder", type=Path, help="an instance built before; it is kept, with the changes made")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="visible-"))
    try:
        build(folder, options.records)
        trial = Trial(folder, options.seconds, options.savers, options.seed)
        try:
            show(trial.run(not options.quiet_workers))
        finally:
            trial.close()
    finally:
        if not options.folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
