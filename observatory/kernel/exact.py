"""Decimal numbers kept exactly: a published figure comes out as it went in, to the last digit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, String, TypeDecorator


class Exact(TypeDecorator[Decimal]):
    """A decimal of any length: text on SQLite, whose numbers are floating; `numeric` on PostgreSQL.

    To be read and written, not to be added up by the database.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        kind = Numeric() if dialect.name == "postgresql" else String(60)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return plain(value)

    def process_result_value(self, value: Any, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value)


def plain(value: Decimal) -> str:
    """`value` as plain digits: no exponent, and no zero at the end that says nothing."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def decimals(value: Decimal) -> int:
    """How many digits `value` has after its point, noughts at the end left out; exact for any length."""
    return len(plain(value).partition(".")[2])
