"""Skipping that nobody overlooks: what a machine can't run is said in one line at the very end of the run."""

import os
from collections import Counter
from collections.abc import Iterable
from typing import Any, NoReturn

import pytest

MARK = "not run here: "


def skip_loudly(what: str, reason: str) -> NoReturn:
    """Skip the test because `what` ("postgresql", "browser", "real data") is not to be had on this machine.

    Where `make test` has promised it in OBSERVATORY_REQUIRE, its absence is a failure instead.
    """
    if what in os.environ.get("OBSERVATORY_REQUIRE", "").split():
        pytest.fail(f"{what} is required here, but {reason}", pytrace=False)
    pytest.skip(f"{MARK}{reason}")


def loud_lines(skipped: Iterable[Any]) -> list[str]:
    """One line per reason from the reports of skipped tests, with the number of tests it cost."""
    reasons = Counter[str]()
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _, found, said = reason.partition(MARK)
        if found:
            reasons[said] += 1
    return [f"{count} test{'s' if count > 1 else ''} NOT RUN: {reason}" for reason, count in sorted(reasons.items())]
