"""The built wheel carries all it needs and works far from the checkout."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.services import ROOT, free_port

pytestmark = pytest.mark.slow

BUILD = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return folder / run(sys.executable, "-c", BUILD, folder, cwd=ROOT).splitlines()[-1]


@pytest.fixture(scope="module")
def away(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed wheel in `lib`; libraries it needs come from this interpreter."""
    folder = tmp_path_factory.mktemp("away")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", folder / "lib")
    run(*pip, wheel, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def outside(away: Path) -> dict[str, str]:
    """The environment in which the installed wheel comes before the checkout."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": str(away / "lib"), "OBSERVATORY_INSTANCE": str(away / "instance")}


def observatory(away: Path, outside: dict[str, str], *words: str) -> str:
    return run(sys.executable, away / "lib" / "bin" / "observatory", *words, cwd=away, env=outside)


def test_the_wheel_carries_what_the_program_reads(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "migrations", "seeds"):
        ours = {
            f"observatory/_bundled/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert ours, folder
        assert ours <= held
    static = {path.relative_to(ROOT).as_posix() for path in (ROOT / "observatory/static").rglob("*") if path.is_file()}
    assert static <= held
    catalogues = {path.parent.parent.name for path in (ROOT / "observatory/translations").rglob("*.po")}
    assert catalogues
    assert {f"observatory/translations/{language}/LC_MESSAGES/messages.mo" for language in catalogues} <= held
    assert not [name for name in held if name.startswith(("tests/", "instance/")) or "__pycache__" in name]
    assert any(name.endswith("/licenses/LICENSE") for name in held)


def test_the_installed_program_is_the_wheels(away: Path, outside: dict[str, str]) -> None:
    place = run(sys.executable, "-c", "import observatory; print(observatory.__file__)", cwd=away, env=outside).strip()
    assert Path(place).is_relative_to(away)
    assert "demo" in observatory(away, outside, "--help")


def test_the_demo_loads_and_answers_far_from_the_checkout(away: Path, outside: dict[str, str]) -> None:
    observatory(away, outside, "demo", "--load-only")
    observatory(away, outside, "doctor")
    port = free_port()
    command = [sys.executable, str(away / "lib" / "bin" / "observatory"), "demo", "--port", str(port)]
    log = (away / "server.log").open("w")
    with log, subprocess.Popen(command, cwd=away, env=outside, stdout=log, stderr=log) as server:
        try:
            base = f"http://127.0.0.1:{port}"
            answer = first_answer(f"{base}/healthz", server, away / "server.log")
            assert '"' in answer
            assert "<main" in first_answer(f"{base}/", server, away / "server.log")
            assert "Moquegua" in first_answer(f"{base}/places/18", server, away / "server.log")
        finally:
            server.terminate()


def first_answer(url: str, server: "subprocess.Popen[bytes]", log: Path) -> str:
    """What `url` answers, as soon as somebody listens there."""
    until = monotonic() + 60
    while monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=30) as response:
                return str(response.read().decode())
        except urllib.error.HTTPError as error:
            pytest.fail(f"{url} answered {error.code}: {error.read()[:500]!r}")
        except OSError:
            sleep(0.2)
    pytest.fail(f"no answer from {url}:\n{log.read_text()[-3000:]}")
