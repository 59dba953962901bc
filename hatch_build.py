"""What the build adds to the package: compiled catalogues, and in a wheel what else the program reads at run time.

A checkout reads templates, migrations and seeds from its own folders (`observatory.kernel.config.DATA`); an installed
wheel has no such folders, so it carries a copy of them under `observatory/_bundled`.
"""

import io
import os
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLED = ("templates", "migrations", "seeds")


class ObservatoryBuild(BuildHookInterface[Any]):
    """Runs before every build; `version` is "editable" for `pip install -e` and "standard" for a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        compile_catalogues(root / "observatory" / "translations")
        build_data["artifacts"].append("observatory/translations/**/*.mo")
        if version == "standard":
            for name in BUNDLED:
                build_data["force_include"][str(root / name)] = f"observatory/_bundled/{name}"


def compile_catalogues(folder: Path) -> None:
    """Write the `.mo` beside every `.po` under `folder`; one that is current already is left alone."""
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        target = source.with_suffix(".mo")
        if target.exists() and target.read_bytes() == compiled.getvalue():
            continue
        # A running program may read the old one at this moment, so the new one takes its place in one step.
        aside = target.with_suffix(f".{os.getpid()}.tmp")
        aside.write_bytes(compiled.getvalue())
        aside.replace(target)
