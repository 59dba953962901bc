"""Reading what strangers sent, or printing what they wrote, in a process of its own that may use little and can write nothing.

A file made to exhaust its reader, or to exploit a fault of one, then harms a process that ends a moment later. The bytes
travel through pipes and are never written to disk: not by the child, which may create no file and leave no core dump.
"""

from __future__ import annotations

import importlib
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from typing import BinaryIO

from observatory.kernel.errors import Invalid
from observatory.kernel.logs import log
from observatory.kernel.text import _, lazy_

SECONDS = 20
"""Of processor time; twice as many on the clock."""
MEMORY = 768 * 2**20
_TASKS = {
    "photograph": "observatory.kernel.photographs:encode",
    "text": "observatory.kernel.reading:text_of",
    "table": "observatory.kernel.sheets:lines_of",
    "features": "observatory.kernel.outlines:properties_of",
    "outlines": "observatory.kernel.outlines:outlines_of",
    "print": "observatory.kernel.paper:pdf_of",
}
_UNREADABLE, _TOLD = 3, 4
_LARGEST_ANSWER = 600_000_000
_slots = threading.BoundedSemaphore(2)
"""No more at once in one process: each may take the memory above."""

Task = Callable[[bytes, list[str]], bytes | Iterable[bytes]]


class Unreadable(Exception):
    """The file is not what it says it is, or too much of it. For tasks to raise; the asker gets an Invalid."""


def run(task: str, data: bytes, *arguments: str, seconds: int = SECONDS, out: BinaryIO | None = None) -> bytes:
    """The answer of a task about `data`; with `out`, an open file, it is written there instead.

    Raises Invalid where the task says what is wrong with the file, or can't read it within the limits.
    """
    command = [sys.executable, "-I", "-m", __name__, task, str(seconds), *arguments]
    environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    with _slots:
        try:
            done = subprocess.run(  # noqa: S603 - our own program; what strangers sent is its input alone
                command,
                input=data,
                stdout=out or subprocess.PIPE,
                stderr=subprocess.PIPE,
                timeout=seconds * 2,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Invalid(_TOO_MUCH) from None
    if done.returncode == 0:
        return done.stdout or b""
    if done.returncode == _TOLD:
        raise Invalid(_(done.stderr.decode()))
    if done.returncode == _UNREADABLE:
        raise Invalid(lazy_("This file is damaged, or is not what its name says: open it, save it anew and send that."))
    log.warning("confined_ended", task=task, code=done.returncode, said=done.stderr[-300:].decode(errors="replace"))
    raise Invalid(_TOO_MUCH)


_TOO_MUCH = lazy_("Reading this file takes more than is sensible: send it smaller, or in parts.")


def main(arguments: list[str]) -> int:
    """Be the child: read the standard input, write the answer to the standard output."""
    task, seconds, *rest = arguments
    module, _, name = _TASKS[task].partition(":")
    function: Task = getattr(importlib.import_module(module), name)
    for limit, value in (
        (resource.RLIMIT_CPU, int(seconds)), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, _LARGEST_ANSWER if os.path.isfile("/dev/stdout") else 0),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, 0),
    ):  # fmt: skip
        resource.setrlimit(limit, (value, value))
    try:
        answer = function(sys.stdin.buffer.read(), rest)
        for piece in [answer] if isinstance(answer, bytes) else answer:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except Unreadable:
        return _UNREADABLE
    except Invalid as problem:  # its source string: there is no language here
        sys.stderr.write(str(getattr(problem.message, "_args", (problem.message,))[0]))
        return _TOLD
    return 0


if __name__ == "__main__":
    # Another copy of this module is imported by the tasks: its Unreadable is the one they raise.
    sys.exit(importlib.import_module("observatory.kernel.confined").main(sys.argv[1:]))
