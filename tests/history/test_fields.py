"""Every column that can change has a name that people read."""

import pytest
from sqlalchemy import inspect

from observatory.app import registry
from observatory.aspects.history.diff import BASE
from observatory.records.history import _UNTOLD

KINDS = registry().kinds


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_names_all_its_columns(kind: str) -> None:
    columns = {column.key for column in inspect(KINDS[kind].cls).column_attrs} - _UNTOLD
    assert columns - set(KINDS[kind].fields) - set(BASE) == set()
