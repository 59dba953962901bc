"""Who may do what: rules with reasons, composed with `& | ~`, and the verbs they guard."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from observatory.kernel.errors import NotFound, Refused
from observatory.kernel.text import _

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"


@dataclass(frozen=True)
class Actor:
    """Who asks: a person, the mandate they act under now, and everything their live mandates let them see.

    *Seeing* (`labels`, `organisation_ids`, `roles`) comes from all live mandates; *acting* (`mandate_id`,
    `organisation_id`, `role`) from the active one.
    """

    person_id: int | None = None
    name: str = ""
    language: str | None = None
    mandate_id: int | None = None
    organisation_id: int | None = None
    organisation_name: str = ""
    sector: str | None = None
    role: str | None = None
    organisation_ids: frozenset[int] = frozenset()
    roles: frozenset[tuple[int, str]] = frozenset()
    labels: frozenset[str] = frozenset({PUBLIC})
    session_id: int | None = None
    via: str = "web"
    is_operator: bool = False
    batch_id: int | None = None
    """The batch of rows from a file in which this is done, if it is."""

    @classmethod
    def guest(cls) -> Actor:
        """Somebody who has not signed in."""
        return cls()

    @property
    def is_guest(self) -> bool:
        return self.person_id is None

    @property
    def acts(self) -> bool:
        """Whether a live mandate is active: every write but a citizen's needs one. The operator at the command
        line of the instance acts without."""
        return self.mandate_id is not None or self.is_operator

    def holds(self, *roles: str) -> bool:
        """Whether the active mandate has one of `roles`. The operator at the command line has them all."""
        return self.is_operator or (self.acts and self.role in roles)

    @classmethod
    def operator(cls, via: str = "cli", labels: frozenset[str] = frozenset({PUBLIC, "stewards"})) -> Actor:
        """Whoever runs the instance, at its command line; shown as such in history."""
        return cls(via=via, is_operator=True, labels=labels)


@dataclass(frozen=True)
class Rule:
    """A predicate over (actor, subject) that can say why it refuses. It never queries: it receives values."""

    test: Callable[[Actor, Any], object | None]
    """Answers None when it holds, else the reason it does not, as text to be translated."""
    words: str
    """The rule in words, for the generated page of permissions."""

    def reason(self, actor: Actor, subject: Any = None) -> object | None:
        """Why `actor` may not, or None if they may."""
        return self.test(actor, subject)

    def holds(self, actor: Actor, subject: Any = None) -> bool:
        return self.test(actor, subject) is None

    def __and__(self, other: Rule) -> Rule:
        def both(actor: Actor, subject: Any) -> object | None:
            first = self.test(actor, subject)
            return first if first is not None else other.test(actor, subject)

        return Rule(both, f"{self.words}; and {other.words}")

    def __or__(self, other: Rule) -> Rule:
        def either(actor: Actor, subject: Any) -> object | None:
            first = self.test(actor, subject)
            if first is None:
                return None
            second = other.test(actor, subject)
            return None if second is None else _("%(first)s, or %(second)s", first=str(first), second=str(second))

        return Rule(either, f"({self.words}, or {other.words})")

    def __invert__(self) -> Rule:
        def inverse(actor: Actor, subject: Any) -> object | None:
            return _("this does not hold: %(rule)s", rule=_(self.words)) if self.holds(actor, subject) else None

        return Rule(inverse, f"not: {self.words}")


def rule(reason: object) -> Callable[[Callable[[Actor, Any], bool]], Rule]:
    """Make a Rule of a predicate. `reason` (lazily translated) completes "You can do this when …"."""

    def decorate(predicate: Callable[[Actor, Any], bool]) -> Rule:
        words = getattr(reason, "_args", (str(reason),))[0]  # the source string of a lazy one: no translation here
        return Rule(lambda actor, subject: None if predicate(actor, subject) else reason, str(words))

    return decorate


@dataclass(frozen=True)
class Verb:
    """Something that can be done: its name (`room.function`), its rule and what it is for."""

    name: str
    rule: Rule
    purpose: str
    function: Callable[..., Any]
    conceals: bool


VERBS: dict[str, Verb] = {}


def verb(
    guard: Rule, *, conceals: bool = False
) -> Callable[[Callable[Concatenate[Actor, Any, P], R]], Callable[Concatenate[Actor, Any, P], R]]:
    """Guard a service function `f(actor, subject, …)`: it raises Refused before anything runs.

    With `conceals` a refusal looks like absence: for what only its owner may know of.
    """

    def decorate(function: Callable[Concatenate[Actor, Any, P], R]) -> Callable[Concatenate[Actor, Any, P], R]:
        room = function.__module__.partition(".service")[0].rsplit(".", 1)[-1]
        name = f"{room}.{function.__name__}"

        @functools.wraps(function)
        def guarded(actor: Actor, subject: Any, *args: P.args, **kwargs: P.kwargs) -> R:
            reason = guard.reason(actor, subject)
            if reason is not None:
                if conceals:
                    raise NotFound
                raise Refused(reason)
            return function(actor, subject, *args, **kwargs)

        purpose = (function.__doc__ or "").strip().split("\n")[0]
        if name in VERBS and VERBS[name].function.__module__ != function.__module__:
            raise ValueError(f"two verbs are called {name}")
        guarded.verb = name  # type: ignore[attr-defined]
        VERBS[name] = Verb(name, guard, purpose, guarded, conceals)
        return cast(Callable[Concatenate[Actor, Any, P], R], guarded)

    return decorate


def may(actor: Actor, name: str, subject: Any = None) -> bool:
    """Whether `actor` may do verb `name` to `subject`; the same answer as the verb itself gives."""
    return VERBS[name].rule.holds(actor, subject)


def why_not(actor: Actor, name: str, subject: Any = None) -> object | None:
    """The reason why not, or None."""
    return VERBS[name].rule.reason(actor, subject)


def require(actor: Actor, name: str, subject: Any = None) -> None:
    """Refuse what could not be carried out, before anybody fills in its form."""
    found = VERBS[name]
    reason = found.rule.reason(actor, subject)
    if reason is not None:
        raise NotFound if found.conceals else Refused(reason)
