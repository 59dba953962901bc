"""What a draft still lacks before it can be proposed, and what would make it easier to check later."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.text import _, fold
from observatory.rooms.commitments.models.words import CIVIL_SOCIETY, COMPANY_OBLIGATION, PUBLIC_BODIES, PUBLIC_SERVICE
from observatory.rooms.organisations.models import Organisation

_VAGUE = (
    "promover", "promocion", "fomentar", "impulsar", "coordinar", "gestionar", "propiciar", "procurar", "esfuerzos",
    "en la medida de lo posible", "oportunamente", "a la brevedad", "fortalecer", "contribuir", "mejorar", "apoyar",
    "promote", "foster", "encourage", "coordinate", "strive", "support", "improve", "strengthen", "as far as possible",
)  # fmt: skip
_JOINT = re.compile(r"\s(?:y|e|and)\s|[;/]")


@dataclass(frozen=True)
class Advice:
    """Something about a draft: the field it is about, what to do, and whether it can't be proposed before that."""

    field: str
    words: str
    needed: bool = True


def advise(values: Any, milestones: Sequence[Any], *, has_place: bool, language: str | None = None) -> list[Advice]:
    """What is missing or vague in `values` (an entity or anything with its attributes), what is needed first."""
    found: list[Advice] = []

    def need(field: str, words: str) -> None:
        found.append(Advice(field, words))

    nature = values.nature
    if not nature:
        need("nature", _("Say what kind of commitment it is."))
    found += parties_of(values)
    for field, words in (
        ("verbatim", _("Copy the promise as the document has it, word for word.")),
        ("expected_result", _("Say what can be measured or seen once it is kept.")),
        ("planned_evidence", _("Say what will show that it was kept.")),
        ("document", _("Name the document in which it was promised.")),
        ("promised_on", _("Give the date of that document.")),
        ("money", _("Say where the money comes from, or that it takes none.")),
    ):
        if not getattr(values, field):
            need(field, words)
    if not has_place and not values.site_id:
        need("place", _("Say at which place, or at which mine or site."))
    found += _steps(values, milestones)
    return found + _vague(values, milestones)


def parties_of(values: Any) -> list[Advice]:
    """What is wrong with who owes it and who oversees it."""
    nature = values.nature
    sectors = _sectors({values.accountable_id, values.oversight_id} - {None})
    owing, overseeing = sectors.get(values.accountable_id), sectors.get(values.oversight_id)
    if values.accountable_id is None:
        words = _("Name the one organisation that owes it.")
        if _JOINT.search(values.accountable_as_written or ""):
            words = _("Exactly one organisation owes a commitment: split a joint promise into one for each party.")
        return [Advice("accountable_id", words)]
    found = []
    if nature == PUBLIC_SERVICE and owing not in PUBLIC_BODIES:
        words = _(
            "A public service is owed by a public body, also where a company pays for it: name that body, and the company "
            "as contributing."
        )
        found.append(Advice("accountable_id", words))
    if nature == COMPANY_OBLIGATION and owing != "company":
        found.append(Advice("accountable_id", _("The obligation of a company is owed by a company.")))
    if nature == CIVIL_SOCIETY and owing in {"company", *PUBLIC_BODIES}:
        words = _("This kind is owed by a community, an NGO, a university or another organisation of society.")
        found.append(Advice("accountable_id", words))
    if nature == COMPANY_OBLIGATION and values.oversight_id is None:
        found.append(Advice("oversight_id", _("Name the public body that oversees this obligation: it accepts it.")))
    elif values.oversight_id is not None and overseeing not in PUBLIC_BODIES:
        found.append(Advice("oversight_id", _("Only a public body oversees a commitment.")))
    return found


def _sectors(ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    statement = select(Organisation.id, Organisation.sector).where(Organisation.id.in_(ids))
    return {row.id: row.sector for row in db.session.execute(statement)}


def _steps(values: Any, milestones: Sequence[Any]) -> list[Advice]:
    found = []
    whole = sum(step.weight for step in milestones)
    if milestones and whole != 100:
        words = _("The weights of the milestones add up to %(sum)s, not to 100.", sum=format(whole.normalize(), "f"))
        found.append(Advice("milestones", words))
    if values.due_original and any(step.due_on and step.due_on > values.due_original for step in milestones):
        found.append(Advice("milestones", _("A milestone is due after the commitment itself.")))
    if values.promised_on and any(step.due_on and step.due_on < values.promised_on for step in milestones):
        found.append(Advice("milestones", _("A milestone is due before the day on which it was promised.")))
    return found


def _vague(values: Any, milestones: Sequence[Any]) -> list[Advice]:
    found = []
    told = fold(f"{values.title or ''} {values.expected_result or ''}")
    vague = next((word for word in _VAGUE if re.search(rf"\b{word}", told)), None)
    if vague and not re.search(r"\d", told):
        words = _("“%(word)s” can mean anything: say how much, how many or what exactly.", word=vague)
        found.append(Advice("title", words, needed=False))
    elif not re.search(r"\d", told) and values.expected_result:
        found.append(
            Advice("expected_result", _("No figure says when it is done: how many, how much, for whom?"), needed=False)
        )
    if values.due_original is None:
        words = _("Without a date it is shown as undated, and never as on time.")
        found.append(Advice("due_on", words, needed=False))
    elif not milestones and values.promised_on and (values.due_original - values.promised_on).days > 365:
        words = _("It runs for more than a year: milestones show on the way whether it is late.")
        found.append(Advice("milestones", words, needed=False))
    return found
