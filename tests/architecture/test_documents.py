"""What is documented is so: links lead somewhere, settings exist, the page of permissions is as the rules are."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from observatory.kernel.config import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
SETTING = re.compile(r"OBSERVATORY_([A-Z0-9_]+)")
OF_THE_TESTS = {"real_data", "require"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_settings_that_are_named_exist(page: Path) -> None:
    named = {name.lower() for name in SETTING.findall(page.read_text(encoding="utf-8"))}
    assert named <= set(Settings.__dataclass_fields__) | OF_THE_TESTS


def test_defaults_are_those_of_the_operators_guide() -> None:
    guide = (ROOT / "docs" / "guide" / "operate.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `OBSERVATORY_(\w+)` \| `([^`]+)` \|", guide, re.MULTILINE))
    spec = Settings.__dataclass_fields__
    real = {name: spec[name.lower()].default for name in told if name not in {"INSTANCE", "PUBLIC_URL"}}
    shown = {name: str(int(value) if isinstance(value, bool) else value) for name, value in real.items()}
    assert {name: told[name] for name in shown} == shown
    assert len(shown) > 8


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in folder.glob("0*.md") if page.name not in listed] == []


def test_the_page_of_permissions_is_as_the_rules_are() -> None:
    # In a process of its own: tests may have declared verbs of theirs in this one.
    command = [sys.executable, "-m", "observatory.cli", "permissions", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
