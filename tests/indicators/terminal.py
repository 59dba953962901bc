"""What `observatory import observations` does, over the app of a world that is there already."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask_babel import force_locale

from observatory.app import registry
from observatory.cli import exchanging, streaming
from tests.indicators.world import World


class Terminal:
    """The command, and what it says."""

    def __init__(self, world: World, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.world, self.folder, self._capsys = world, folder, capsys

    def file(self, content: str | bytes | Sequence[Mapping[str, Any]], name: str = "cifras.csv") -> Path:
        path = self.folder / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            with path.open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, list(dict.fromkeys(key for row in content for key in row)))
                writer.writeheader()
                writer.writerows(content)
        return path

    def propose(self, file: Path, **who: str) -> dict[str, Any]:
        """What `--propose` says."""
        self.run(file, only_propose=True, **who)
        found: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return found

    def bring(self, file: Path, mapping: Mapping[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """Its JSON, `code`, and the rows of `refusals`; with a mapping, what `--propose` said and this beside."""
        chosen = None
        if mapping is not None:
            who = {name: options[name] for name in ("email", "organisation") if name in options}
            chosen = file.with_suffix(".mapping.json")
            chosen.write_text(json.dumps({**self.propose(file, **who), **mapping}))
        code = self.run(file, mapping_file=chosen, **options)
        said = self._capsys.readouterr()
        return {**json.loads(said.out), "code": code, "refusals": list(csv.DictReader(io.StringIO(said.err)))}

    def run(self, file: Path, **options: Any) -> int:
        told: dict[str, Any] = {
            "only_propose": False,
            "mapping_file": None,
            "dry_run": False,
            "publish": False,
            **options,
        }
        who = told.pop("email", None), told.pop("organisation", None)
        land = self.world.land
        with land.app.test_request_context("/"), force_locale("en"):
            return streaming.bring(
                land.database, registry().registers["observations"], file, acting=lambda: exchanging.acting(*who),
                folder=self.folder, **told,
            )  # fmt: skip


COUNTS = ("new", "changed", "unchanged", "refused")


def counts(said: Mapping[str, Any]) -> tuple[int, ...]:
    """(new, changed, unchanged, refused)"""
    return tuple(said[name] for name in COUNTS)
