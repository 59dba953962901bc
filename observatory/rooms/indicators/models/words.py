"""The words of indicators: states, levels, directions, frequencies, rules of adding up, and the status of an observation."""

from __future__ import annotations

from observatory.kernel.text import lazy_, lazy_p
from observatory.records.models import DRAFT, PUBLISHED, WITHDRAWN

PROPOSED, DEPRECATED = "proposed", "deprecated"
STATES = {
    DRAFT: lazy_("Draft"),
    PROPOSED: lazy_("Proposed, not approved"),
    PUBLISHED: lazy_("Approved"),
    DEPRECATED: lazy_("No longer kept"),
    WITHDRAWN: lazy_("Withdrawn"),
}
IN_FORCE, SUPERSEDED = "in_force", "superseded"
DEFINITION_STATES = {
    DRAFT: lazy_("Draft"),
    PROPOSED: lazy_("Proposed, not approved"),
    IN_FORCE: lazy_("In force"),
    SUPERSEDED: lazy_("Replaced"),
}

LEVELS = {
    "input": lazy_p("results chain", "Input"),
    "activity": lazy_p("results chain", "Activity"),
    "output": lazy_p("results chain", "Output"),
    "outcome": lazy_p("results chain", "Outcome"),
    "impact": lazy_p("results chain", "Impact"),
    "context": lazy_p("results chain", "Context"),
}
PERCENT, MONEY, PEOPLE = "percent", "money", "people"
KINDS = {
    PERCENT: lazy_("Percentage"),
    MONEY: lazy_("Money"),
    PEOPLE: lazy_("Number of people"),
    "count": lazy_("Number of things"),
    "ratio": lazy_("Ratio or rate"),
    "index": lazy_("Index"),
    "other": lazy_("Another measure"),
}
INCREASE, DECREASE, MAINTAIN, NO_DIRECTION = "increase", "decrease", "maintain", "none"
DIRECTIONS = {
    INCREASE: lazy_("More is better"),
    DECREASE: lazy_("Less is better"),
    MAINTAIN: lazy_("It should stay as it is"),
    NO_DIRECTION: lazy_("Neither is better"),
}
FREQUENCIES = {
    "year": lazy_("Every year"),
    "half": lazy_("Every half year"),
    "quarter": lazy_("Every quarter"),
    "month": lazy_("Every month"),
    "day": lazy_("Every day"),
    "irregular": lazy_("Irregularly"),
}
SUM, WEIGHTED, MEAN, LAST, NO_RULE = "sum", "weighted", "mean", "last", "none"
OVER_PLACES = {
    NO_RULE: lazy_("Never added up"),
    SUM: lazy_("The sum of its parts"),
    WEIGHTED: lazy_("The mean of its parts, weighted by another indicator"),
}
OVER_PERIODS = {
    NO_RULE: lazy_("Never added up"),
    SUM: lazy_("The sum of its periods"),
    MEAN: lazy_("The mean of its periods"),
    LAST: lazy_("The last of its periods"),
}
CURRENCIES = ("PEN", "USD", "EUR")

NORMAL, BREAK, ESTIMATED, FORECAST, IMPUTED, PROVISIONAL, UNRELIABLE = "A", "B", "E", "F", "I", "P", "U"
NOT_COLLECTED, CANNOT_EXIST, MISSING, SUPPRESSED = "L", "M", "O", "Q"
STATUSES = {
    NORMAL: lazy_p("status of a figure", "Normal"),
    BREAK: lazy_p("status of a figure", "Break in the series"),
    ESTIMATED: lazy_p("status of a figure", "Estimated"),
    FORECAST: lazy_p("status of a figure", "Forecast"),
    IMPUTED: lazy_p("status of a figure", "Imputed"),
    PROVISIONAL: lazy_p("status of a figure", "Provisional"),
    UNRELIABLE: lazy_p("status of a figure", "Of low reliability"),
    NOT_COLLECTED: lazy_p("status of a figure", "Not collected"),
    CANNOT_EXIST: lazy_p("status of a figure", "Can't exist"),
    MISSING: lazy_p("status of a figure", "Missing"),
    SUPPRESSED: lazy_p("status of a figure", "Suppressed: too few people"),
}
"""SDMX CL_OBS_STATUS."""
ABSENT = frozenset({NOT_COLLECTED, CANNOT_EXIST, MISSING, SUPPRESSED})
"""What only a figure that is not there may be; and one that is not there is one of these."""

SUBMITTED, VALIDATED, DELIVERED = "submitted", "validated", "published"
RETURNED, WITHDRAWN, TAKEN_BACK = "returned", "withdrawn", "taken_back"
DELIVERY_STATES = {
    SUBMITTED: lazy_("Waits for somebody of another organisation to validate it"),
    VALIDATED: lazy_("Validated, not published"),
    DELIVERED: lazy_("Published"),
    RETURNED: lazy_("Returned"),
    WITHDRAWN: lazy_("Withdrawn before it was published"),
    TAKEN_BACK: lazy_("Taken back"),
}
