"""From the number in a cell to the figure of an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from observatory.kernel.errors import Invalid
from observatory.kernel.text import _, fold
from observatory.rooms.indicators.formulas import identifies
from observatory.rooms.indicators.tables.mapping import PEOPLE, PERCENT, Facts
from observatory.rooms.indicators.tables.numbers import EXACT, Number, checked
from observatory.rooms.indicators.tables.unreadable import Unreadable

PERCENT_UNITS = frozenset({"%", "pt", "percent", "percentage", "porcentaje", "por ciento", "pct", "porciento"})


class Scale:
    """What is done to the numbers of an indicator: made percentages or multiplied, and kept back for few people."""

    def __init__(self, facts: Facts, mapping: Mapping[str, Any]) -> None:
        self.percent = facts.kind == PERCENT or fold(facts.unit) in PERCENT_UNITS
        self.people = facts.kind == PEOPLE
        self.share = self.percent and mapping.get("percent") == "share"
        self.factor = Decimal(1)
        told = str(mapping.get("multiplier") or "").strip()
        if told and not self.percent:
            try:
                self.factor = Decimal(told)
            except InvalidOperation:
                self.factor = Decimal(0)
            if not self.factor.is_finite() or self.factor <= 0:
                raise Invalid(_("The multiplier is not a number above zero."), field="multiplier")
        self.plain = not self.share and self.factor == 1

    def of(self, number: Number) -> Decimal:
        """A number as the indicator counts. Raises Unreadable."""
        assert number.value is not None
        if number.percent:
            if not self.percent:
                raise Unreadable(
                    _("This is a percentage, and the indicator is not measured in percent."),
                    _("Look whether the column belongs to this indicator."),
                )
            return number.value
        if self.plain:
            return number.value
        return checked(EXACT.multiply(number.value, Decimal(100) if self.share else self.factor))

    def hides(self, value: Decimal) -> bool:
        """Whether a value speaks of so few people that they could be recognised."""
        return self.people and identifies(value)
