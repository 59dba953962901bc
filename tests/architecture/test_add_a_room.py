"""The guide's example room is taken from the guide, put into a copy of the tree, and lives there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide" / "add-a-room.md"
BLOCK = re.compile(r"^\*\*`(?P<path>[^`]+)`\*\*\n\n```[a-z+]+\n(?P<code>.*?\n)```$", re.MULTILINE | re.DOTALL)
ROOM = "notices"

UNMIGRATED = """
import sys
from pathlib import Path
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from observatory.app import registry
from observatory.cli.running import upgrade
from observatory.kernel.config import Settings
from observatory.kernel.db import Base

registry()
settings = Settings.load({}, instance=Path(sys.argv[1]))
upgrade(settings)
with create_engine(settings.database_url).connect() as connection:
    found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
sys.exit(f"the migrations lack {found}" if found else 0)
"""


def blocks() -> dict[str, str]:
    """The files that the guide shows, by path."""
    return {found["path"]: found["code"] for found in BLOCK.finditer(GUIDE.read_text(encoding="utf-8"))}


def insert(path: Path, before: str, what: str) -> None:
    """Put `what` where the pattern `before` ends."""
    text, count = re.subn(before, lambda found: found[0] + what, path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert count == 1, f"{path.name}: {before} was found {count} times"
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the guide's room, as steps 1 to 12 say."""
    copy = tmp_path_factory.mktemp("tree")
    for name in ("observatory", "templates", "migrations", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "_bundled"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    latest = max(path.stem[:4] for path in (copy / "migrations" / "versions").glob("[0-9]*.py"))
    for name, code in blocks().items():
        if name.startswith("migrations/"):  # the guide's numbers are those of its day
            code = re.sub(r'^down_revision = ".*"', f'down_revision = "{latest}"', code, flags=re.MULTILINE)
            code = re.sub(r'^revision = ".*"', f'revision = "{int(latest) + 1:04}"', code, flags=re.MULTILINE)
            name = f"migrations/versions/{int(latest) + 1:04}_{ROOM}.py"
        path = copy / name
        assert not path.exists(), f"{name} is there already: the guide needs another example"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    insert(copy / "observatory" / "app.py", r"\nROOMS = \(", f'\n    "observatory.rooms.{ROOM}",')
    insert(copy / "pyproject.toml", r'\nid = "rooms"\n.*?layers = \[', f'"{ROOM}", ')
    insert(copy / "pyproject.toml", r'\nid = "room"\n.*?containers = \[', f'"observatory.rooms.{ROOM}", ')
    return copy


def run(tree: Path, *arguments: str) -> None:
    """A program of this Python's, in the copy and about the copy."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OBSERVATORY_", "PYTEST_"))}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={**kept, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_guide_shows_every_file_of_a_room() -> None:
    names = ("__init__", "models", "events", "policy", "queries", "service", "forms", "views", "room")
    assert {f"observatory/rooms/{ROOM}/{name}.py" for name in names} <= set(blocks())


@pytest.mark.slow
def test_the_room_of_the_guide_is_written_as_rooms_are(tree: Path) -> None:
    written = sorted(name for name in blocks() if name.endswith(".py") and not name.startswith("migrations/"))
    run(tree, "-m", "ruff", "check", "--no-cache", *written)
    run(tree, "-m", "ruff", "format", "--no-cache", "--check", *written)
    run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/architecture/test_contracts.py")


@pytest.mark.slow
def test_the_room_of_the_guide_lives(tree: Path, tmp_path: Path) -> None:
    run(tree, "-c", UNMIGRATED, str(tmp_path / "instance"))
    tests = (f"tests/{ROOM}", "tests/history/test_fields.py")
    run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not postgresql", *tests)
