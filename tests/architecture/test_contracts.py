"""The house keeps its shape: who imports whom, what a room consists of, how long a file may be, what a template holds."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "observatory"
ROOMS = sorted(path for path in (PACKAGE / "rooms").iterdir() if (path / "__init__.py").exists())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}

MOST_LINES = 320
WRITTEN_BY_HAND = {".py", ".html", ".css", ".js", ".xml", ".txt"}
VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common|stuff)($|_)")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def written(*folders: str) -> Iterator[Path]:
    """Every file below these folders of the project that a person wrote, vendored ones left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in WRITTEN_BY_HAND and "__pycache__" not in path.parts and "_bundled" not in path.parts:
                yield path


def broken(paths: Iterator[Path], pattern: re.Pattern[str]) -> list[str]:
    """Where `pattern` occurs, as `file:line: what was found`."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {found.group(0)}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for found in pattern.finditer(line)
    ]


@pytest.mark.slow
def test_everyone_imports_downwards() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_stands_under_the_contracts() -> None:
    names = {room.name for room in ROOMS}
    in_order = {name.strip() for layer in CONTRACTS["rooms"]["layers"] for name in layer.split("|")}
    inside = {container.removeprefix("observatory.rooms.") for container in CONTRACTS["room"]["containers"]}
    assert in_order == names
    assert inside == names


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_holds_only_files_that_rooms_have(room: Path) -> None:
    allowed = {layer.strip("()") for layer in CONTRACTS["room"]["layers"]}
    found = {path.stem for path in room.iterdir() if path.name not in {"__init__.py", "__pycache__"}}
    assert found <= allowed  # a layer that grows may become a folder of the same name
    assert {"room", "models"} <= found


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_says_what_it_is_for(room: Path) -> None:
    first = (room / "__init__.py").read_text(encoding="utf-8").lstrip()
    assert first.startswith('"""'), f"{room.name}/__init__.py begins with one paragraph: what the room is for"


def test_every_policy_is_checked_by_mypy() -> None:
    strict = PROJECT["tool"]["mypy"]["files"]
    checked = {path for pattern in strict for found in ROOT.glob(pattern) for path in (found, *found.rglob("*.py"))}
    assert set(PACKAGE.rglob("policy.py")) <= checked


def test_files_stay_short() -> None:
    lengths = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in written("observatory")
    }
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_modules_have_telling_names() -> None:
    assert [path for path in PACKAGE.rglob("*.py") if VAGUE.search(path.stem)] == []
    assert [path for path in PACKAGE.rglob("*/") if VAGUE.search(path.name)] == []


def test_nothing_is_left_for_later() -> None:
    assert broken(written("observatory", "templates", "migrations"), UNFINISHED) == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an inline style sheet", r"<style\b"),
        ("a style attribute", r"(?<![\w-])style\s*="),
        ("an inline script", r"<script\b(?![^>]*\bsrc=)"),
        ("a handler in an attribute", r"<[^>]*\son[a-z]+\s*="),
        ("a script in an address", r"javascript:"),
        ("something from another host", r"""(?:src|srcset|action|formaction|data)=["'](?:https?:)?//"""),
        ("a style sheet from another host", r"""<link\b[^>]*rel=["']?stylesheet[^>]*href=["'](?:https?:)?//"""),
        ("an address of another host", r"""https?://(?!www\.w3\.org/|[\w.-]+\.example\b)[a-z0-9]"""),
    ],
    ids=lambda value: value if " " in value else "",
)
def test_no_template_holds(what: str, pattern: str) -> None:
    assert broken(written("templates"), re.compile(pattern, re.IGNORECASE)) == []
