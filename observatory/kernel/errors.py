"""The errors that mean something to a person; `pages` turns each into one page with one status."""

from collections.abc import Mapping


class Problem(Exception):
    """Something went wrong that the person should be told in plain words."""

    status = 500


class NotFound(Problem):
    """It does not exist, or this actor may not know that it does: the answer is the same."""

    status = 404


class Refused(Problem):
    """A rule says no. `reason` completes the sentence "You can do this when …"."""

    status = 403

    def __init__(self, reason: object) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Invalid(Problem):
    """The values can't be accepted. `message` says what to do; `field` names the form field, if one is to blame."""

    status = 422

    def __init__(self, message: object, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class Stale(Problem):
    """The record, or the mandate acted under, is no longer the one the form was opened with.

    `current` holds the values stored meanwhile by field name, so that both texts can be shown; `version` is theirs.
    """

    status = 409

    def __init__(
        self, message: object, current: Mapping[str, object] | None = None, version: int | None = None
    ) -> None:
        super().__init__(str(message))
        self.message = message
        self.current = dict(current or {})
        self.version = version


class TooMany(Problem):
    """Too many tries in a short time. `retry_after` is in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many requests")
        self.retry_after = retry_after
