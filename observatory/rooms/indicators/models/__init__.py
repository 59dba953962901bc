"""What is kept about indicators."""

from observatory.rooms.indicators.models.breakdown import breakdown_of
from observatory.rooms.indicators.models.indicator import Definition, Indicator, Series
from observatory.rooms.indicators.models.measure import Measure
from observatory.rooms.indicators.models.observing import (
    Delivery,
    DeliveryPart,
    Doubt,
    Edition,
    Observation,
    ObservationSum,
    SeriesPeriod,
)
from observatory.rooms.indicators.models.target import Target

__all__ = [
    "Definition",
    "Delivery",
    "DeliveryPart",
    "Doubt",
    "Edition",
    "Indicator",
    "Measure",
    "Observation",
    "ObservationSum",
    "Series",
    "SeriesPeriod",
    "Target",
    "breakdown_of",
]
