"""What every test stands on.

Fixtures from `tests.services`: `engine_name`, `engine_url`, `home`, `homes`, `postgres_url`, `smtp_server` and
`real_data`; from `tests.browsing`: `browser`, `page`, `new_page` and `live_server`; from `tests.app`: `demo` and
`shared_demo`, the whole program over a copy of the filled demonstration; `tests.network` closes
the network. Here: the folder of the run, and the loud lines at its end.
"""

import fcntl
import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any

import hypothesis
import pytest

from tests import postgres
from tests.loud import loud_lines

pytest_plugins = ["tests.network", "tests.services", "tests.browsing", "tests.app"]

hypothesis.settings.register_profile("suite", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("suite")

# What the program and its libraries hold stays for the whole run: looking through it less often saves a tenth of its time.
gc.set_threshold(100_000, 50, 100)

# Sockets of a database lie in this folder, and their paths may not be long: so always below /tmp.
_BASE = Path("/tmp")
_PREFIX = "observatory-tests-"
_KEPT = {"OBSERVATORY_CRASH_ROUNDS", "OBSERVATORY_REQUIRE", "OBSERVATORY_REAL_DATA", postgres.RUN_FOLDER}
_held = pytest.StashKey[IO[str]]()
_folder = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Make one folder for the whole run, shared by all workers; remove those of runs that were killed."""
    for name in [name for name in os.environ if name.startswith("OBSERVATORY_") and name not in _KEPT]:
        del os.environ[name]  # what somebody set for an instance of theirs is none of the tests' business
    if hasattr(config, "workerinput"):
        return
    for stale in _BASE.glob(f"{_PREFIX}*"):
        _remove_if_abandoned(stale)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_BASE))
    folder.chmod(0o711)  # another account runs the database, and must reach its part
    held = (folder / "lock").open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    config.stash[_held] = held
    config.stash[_folder] = folder
    os.environ[postgres.RUN_FOLDER] = str(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controller ends last: it stops the database and clears the folder."""
    if _folder in config.stash:
        _remove(config.stash[_folder])
        config.stash[_held].close()


def _remove_if_abandoned(folder: Path) -> None:
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its run goes on
            _remove(folder)
    except (OSError, postgres.ClusterError):
        return  # what another run left is no reason to stop this one


def _remove(folder: Path) -> None:
    postgres.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say last, and loudly, what this machine could not run."""
    for line in loud_lines(terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(f"!! {line}", red=True, bold=True)
