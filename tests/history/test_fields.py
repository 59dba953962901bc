"""Every column that can change has a name that people read."""

import pytest

from observatory.app import registry
from observatory.aspects.history.diff import BASE
from observatory.records.history import told_columns

KINDS = registry().kinds


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_names_all_its_columns(kind: str) -> None:
    assert set(told_columns(KINDS[kind].cls)) - set(KINDS[kind].fields) - set(BASE) == set()
