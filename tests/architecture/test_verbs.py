"""Everything that writes is a verb with a rule, everything that reads asks for whom, and the docs say the same."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import observatory
from observatory.app import registry
from observatory.cli import documents
from observatory.kernel.errors import NotFound, Refused
from observatory.kernel.policy import VERBS, Actor

ROOT = Path(__file__).resolve().parents[2]

READERS = {
    "observatory.rooms.organisations.service.current": "the stored values, to set beside what somebody else entered",
    "observatory.rooms.places.service.current_site": "the same for a site",
    "observatory.rooms.places.service.current_territory": "the same for a place",
    "observatory.rooms.commitments.service.current": "the same for a commitment",
    "observatory.rooms.commitments.service.as_told": "the same, as history has it",
    "observatory.rooms.commitments.service.parts.steps_told": "the same of milestones",
    "observatory.rooms.commitments.service.checking.recount": "part of the verbs about disputes",
    "observatory.rooms.commitments.service.reactions.comment_hidden": "a reaction: its event was a verb's",
    "observatory.rooms.commitments.service.reactions.comment_shown": "the same",
    "observatory.rooms.commitments.service.check": "what a commitment lacks, asked by verbs",
    "observatory.rooms.commitments.service.locked": "holds a commitment for a verb",
    "observatory.rooms.commitments.service.parts.milestones_of": "rows for a verb",
    "observatory.rooms.commitments.service.parts.settle": "part of the verbs that write drafts",
    "observatory.rooms.commitments.service.checking.settle_all": "part of the verbs that close disputes",
    "observatory.rooms.commitments.service.asking.name_verifier": "part of the verb that publishes minutes",
    "observatory.rooms.commitments.service.asking.tell_asked": "part of the verbs that report completion",
    "observatory.rooms.commitments.service.checking.lose": "a reaction: its event was a verb's",
    "observatory.rooms.commitments.service.reactions.file_gone": "the same",
    "observatory.rooms.commitments.service.reactions.file_back": "the same",
    "observatory.rooms.commitments.service.reactions.went_over": "the same",
    "observatory.rooms.commitments.service.reporting.evidence_of": "part of the verbs that take evidence",
    "observatory.rooms.commitments.service.parts.settle_place": "part of the verbs that write drafts",
    "observatory.rooms.commitments.service.reminding.remind": "a job of the drainer: no person asks for it",
    "observatory.rooms.roundtables.service.current": "the same for a roundtable",
    "observatory.rooms.handovers.service.begun": "part of what opens a handover",
    "observatory.rooms.handovers.service.opening.open_due": "a job of the drainer: no person asks for it",
    "observatory.rooms.roundtables.service.hold": "holds a session for a verb",
    "observatory.rooms.roundtables.service.bringing.as_told": "what a session holds now, as history has it",
    "observatory.rooms.roundtables.service.outcomes.draft_of": "part of the verbs about agreements",
    "observatory.rooms.roundtables.service.outcomes.cited": "a text",
    "observatory.rooms.roundtables.service.meeting.held": "the same, with its minutes",
    "observatory.rooms.roundtables.service.meeting.met": "part of the verbs that end or record a session",
    "observatory.rooms.roundtables.service.meeting.settle_quorum": "part of the verbs about attendance",
    "observatory.rooms.roundtables.service.locked": "holds a roundtable for a verb",
    "observatory.rooms.roundtables.service.brief.freeze": "part of the verb that convenes a session",
    "observatory.rooms.roundtables.service.brief.canonical": "how content is written down, reads nothing",
    "observatory.rooms.handovers.service.locked": "holds a handover for a verb",
    "observatory.rooms.handovers.service.settle": "part of the verbs that change an inventory",
    "observatory.rooms.handovers.service.digests": "what a signature is about, for these verbs",
    "observatory.rooms.handovers.service.without_secret": "checks a text",
    "observatory.rooms.indicators.service.current": "the same for an indicator",
    "observatory.rooms.indicators.service.targets.check_way": "part of the verbs that set targets",
    "observatory.rooms.indicators.service.targets.period_of": "reads a text",
    "observatory.rooms.indicators.service.delivering.check_status": "part of the verbs that take figures in",
    "observatory.rooms.indicators.service.delivering.series_for": "the same",
    "observatory.rooms.indicators.service.bringing.may_take_back": "what the rules say of a batch",
    "observatory.rooms.indicators.service.writing.write": "part of the verbs about deliveries, which say what they did",
    "observatory.rooms.indicators.service.writing.publish": "the same",
    "observatory.rooms.indicators.service.writing.supersede": "the same",
    "observatory.rooms.indicators.service.writing.withdraw": "the same",
    "observatory.rooms.indicators.service.writing.take_turns": "the same",
    "observatory.rooms.indicators.service.writing.pairs_of": "what a delivery touches, for these verbs",
    "observatory.rooms.indicators.service.writing.all_of": "the same of an indicator",
    "observatory.rooms.indicators.service.writing.refresh": "makes anew what follows from published figures",
    "observatory.people.service.record_security": "the log of an account, written by verbs and by the sign-in page",
    "observatory.people.invitations.opened_by": "an invitation by its secret token",
    "observatory.people.service.confirm": "asks for the password before a verb goes on",
    "observatory.people.factors.new_secret": "a random text",
    "observatory.people.factors.address": "the words of a picture",
    "observatory.people.factors.has_factor": "for signing in, never shown to others",
    "observatory.people.factors.codes_left": "asks for whom",
    "observatory.people.invitations.find": "asks for whom",
    "observatory.people.invitations.sent": "asks for whom",
    "observatory.aspects.desk.service.sweep": "a job of the drainer: no person asks for it",
    "observatory.people.leaving.live": "asks for whom",
    "observatory.people.leaving.runs_the_instance": "a condition",
    "observatory.people.steering.acts": "public",
    "observatory.people.steering.public": "public",
    "observatory.people.steering.masked": "shortens an address",
    "observatory.people.steering.times_set": "a number, for the form",
    "observatory.people.steering.message": "asks for whom",
    "observatory.people.invitations.sweep": "a job of the drainer: no person asks for it",
}
"""Public functions beside the verbs, and why each needs no rule."""

FOR_ANYONE = {
    "administration.create_first_administrator": "guarded by the one-time link",
    "people.sign_up": "a newcomer is nobody yet",
    "people.verify": "guarded by the link",
    "people.sign_in": "guarded by the password",
    "people.open_session": "follows a password or a link",
    "people.keep_login": "follows open_session, with its token",
    "people.forget_password": "answers the same to all",
    "people.reset_password": "guarded by the link",
    "people.confirm_address": "guarded by the link",
    "factors.check": "follows the password, and is guarded by the code",
}
"""Verbs that a guest may do, and what guards them instead."""

SEEN_ALREADY = {
    "observatory.records.queries.one_or_404": "runs a statement that is made elsewhere",
    "observatory.records.queries.titles": "names of records already shown",
    "observatory.records.queries.facts_of": "of a record already shown",
    "observatory.records.queries.contradictions_of": "of a record already shown",
    "observatory.records.queries.source_choices": "sources are public",
    "observatory.records.queries.last_reason": "of a record already shown",
    "observatory.records.queries.filters_of": "reads an address, no record",
    "observatory.rooms.commitments.queries.filtering.filtered": "adds conditions to a statement that asks for whom",
    "observatory.rooms.commitments.queries.filtering.conditions": "the same",
    "observatory.rooms.commitments.queries.filtering.party_of": "a condition",
    "observatory.rooms.commitments.queries.source": "sources are public",
    "observatory.rooms.commitments.queries.waiting_steps": "of commitments already shown",
    "observatory.rooms.commitments.queries.words_of": "of a commitment already shown; hidden words left out",
    "observatory.rooms.commitments.queries.documents": "for the index, which filters by label",
    "observatory.rooms.commitments.queries.advice.parties_of": "about values already shown",
    "observatory.rooms.commitments.queries.advice.advise": "about values already shown",
    "observatory.rooms.commitments.queries.page.timeline": "sorts rows already read",
    "observatory.rooms.commitments.queries.sums.at_place": "a condition",
    "observatory.rooms.commitments.queries.sums.at_site": "a condition",
    "observatory.rooms.commitments.queries.sums.of_organisation": "a condition",
    "observatory.rooms.commitments.queries.sums.kept_by": "a condition",
    "observatory.rooms.commitments.queries.filtering.part_sql": "an expression",
    "observatory.rooms.commitments.queries.reminding.told_today": "of the job that reminds",
    "observatory.rooms.roundtables.queries.filtered": "adds conditions to a statement that asks for whom",
    "observatory.rooms.roundtables.queries.sessions.documents": "for the index, which filters by label",
    "observatory.rooms.roundtables.queries.sessions.sitting": "ids, for writing to them",
    "observatory.rooms.roundtables.queries.brief.documents_now": "of a session that is just being convened",
    "observatory.rooms.indicators.queries.page.targets_of": "of indicators already shown",
    "observatory.rooms.handovers.queries.filtered": "adds conditions to a statement that asks for whom",
    "observatory.rooms.handovers.queries.counts": "of handovers already shown: only numbers",
    "observatory.rooms.handovers.queries.documents": "for the index, which filters by label",
    "observatory.rooms.handovers.queries.inventory.all_of": "to be counted and signed, never shown",
    "observatory.rooms.handovers.queries.inventory.entities": "rows for a verb",
    "observatory.rooms.roundtables.queries.following.attendance": "of a roundtable already shown",
    "observatory.rooms.roundtables.queries.following.carried": "the same",
    "observatory.rooms.roundtables.queries.following.lima_day": "a day",
    "observatory.rooms.roundtables.queries.following.last_held": "of roundtables already shown",
    "observatory.rooms.roundtables.queries.meeting.case_of": "what the rules ask about a session already found",
    "observatory.rooms.roundtables.queries.meeting.guests": "of a session already shown",
    "observatory.rooms.roundtables.queries.meeting.lacking": "of a row already read",
    "observatory.rooms.roundtables.queries.meeting.notes_of": "of a session already shown, to those who follow it",
    "observatory.rooms.roundtables.queries.meeting.people_of": "for the choices of whoever records attendance",
    "observatory.rooms.roundtables.queries.meeting.pulse": "a text that tells whether anything changed",
    "observatory.rooms.roundtables.queries.meeting.reservations_of": "of a session already shown",
    "observatory.rooms.roundtables.queries.meeting.seats": "the same",
    "observatory.rooms.roundtables.queries.minutes.addenda": "of minutes already shown",
    "observatory.rooms.roundtables.queries.minutes.amendments": "the same, to those who follow the session",
    "observatory.rooms.roundtables.queries.minutes.signatures": "of minutes already shown",
    "observatory.rooms.roundtables.queries.minutes.signers": "of a session already shown",
    "observatory.rooms.roundtables.queries.minutes.unsigned": "the same",
    "observatory.rooms.roundtables.queries.minutes.moment": "a text",
    "observatory.rooms.roundtables.queries.minutes.last_digest": "of minutes already shown",
    "observatory.rooms.roundtables.queries.past.filtered": "adds conditions to a statement that asks for whom",
    "observatory.rooms.handovers.queries.terms.ending": "for a job: days of public offices",
    "observatory.rooms.roundtables.queries.quorum.first_quorum": "the same",
    "observatory.rooms.roundtables.queries.quorum.groups": "of a roundtable already shown",
    "observatory.rooms.roundtables.queries.quorum.quorum_of": "of a session already shown",
    "observatory.rooms.roundtables.queries.sessions.mark_of": "a name",
    "observatory.rooms.roundtables.queries.sessions.taken_up": "of a session already found",
    "observatory.rooms.roundtables.queries.documents": "for the index, which filters by label",
    "observatory.rooms.roundtables.queries.constituencies": "of a roundtable already shown",
    "observatory.rooms.roundtables.queries.seats": "the same",
    "observatory.rooms.roundtables.queries.commissions": "the same",
    "observatory.rooms.indicators.queries.documents": "for the index, which filters by label",
    "observatory.rooms.indicators.queries.filtered": "adds conditions to a statement that asks for whom",
    "observatory.rooms.indicators.queries.newest": "a condition",
    "observatory.rooms.indicators.queries.may_be_read": "a condition",
    "observatory.rooms.indicators.queries.of_version": "a condition",
    "observatory.rooms.indicators.queries.asked_version": "a condition",
    "observatory.rooms.indicators.queries.of_lineage": "a condition",
    "observatory.rooms.indicators.queries.of_lineages": "a condition",
    "observatory.rooms.indicators.queries.is_kept": "a condition",
    "observatory.rooms.indicators.queries.figure.ever_published": "a condition",
    "observatory.rooms.indicators.queries.figure.standing": "a condition",
    "observatory.rooms.indicators.queries.extents": "of indicators already shown",
    "observatory.rooms.indicators.queries.versions": "of an indicator already shown, which leaves drafts out",
    "observatory.rooms.indicators.queries.pending": "of an indicator already shown; for its rules",
    "observatory.rooms.indicators.queries.cases.parts_of": "of a delivery already found, for its verbs",
    "observatory.rooms.indicators.queries.delivered.about": "of a delivery already shown",
    "observatory.rooms.indicators.queries.delivered.doubts": "the same",
    "observatory.rooms.indicators.queries.delivered.parts": "the same",
    "observatory.rooms.indicators.queries.delivered.rows": "the same",
    "observatory.rooms.indicators.queries.delivered.totals": "the same",
    "observatory.rooms.indicators.queries.page.aims": "of an indicator already shown",
    "observatory.rooms.indicators.queries.page.editions": "the same",
    "observatory.rooms.indicators.queries.page.side_by_side": "the same",
    "observatory.rooms.indicators.queries.page.targets": "the same",
    "observatory.rooms.indicators.queries.page.validators": "the same; drafts left out",
    "observatory.rooms.indicators.queries.series.all_sources": "sources are public",
    "observatory.rooms.indicators.queries.series.sources_of": "sources are public",
    "observatory.rooms.indicators.queries.series.territories_of": "places are public",
    "observatory.rooms.indicators.queries.series.tops": "places are public",
    "observatory.rooms.indicators.queries.series.line": "of figures already read",
    "observatory.rooms.indicators.queries.progress.progress": "the same",
    "observatory.rooms.indicators.queries.series.figures": "of series of indicators already shown",
    "observatory.rooms.indicators.queries.series.former": "the same",
    "observatory.rooms.indicators.queries.series.last_edition": "the same",
    "observatory.rooms.indicators.queries.series.latest": "chooses among figures already read",
    "observatory.rooms.indicators.queries.series.of_level": "of series of indicators already shown",
    "observatory.rooms.indicators.queries.series.outlines": "the same",
    "observatory.rooms.indicators.queries.series.periods_of": "the same",
    "observatory.rooms.indicators.queries.series.plain_of": "the same",
    "observatory.rooms.indicators.queries.series.places_with": "the same",
    "observatory.rooms.indicators.queries.series.series_of": "the same",
    "observatory.rooms.indicators.queries.exporting.columns": "names columns, reads nothing",
    "observatory.rooms.indicators.queries.exporting.figure": "turns a text into a number",
    "observatory.rooms.indicators.queries.exporting.dimensions_of": "of an indicator already shown",
    "observatory.rooms.indicators.queries.exporting.selected": "the same",
    "observatory.rooms.indicators.queries.exporting.whole": "the same",
    "observatory.rooms.indicators.queries.adding.tree": "places are public",
    "observatory.rooms.indicators.queries.adding.upwards": "adds up what was read",
    "observatory.rooms.indicators.queries.adding.rules": "for sums, which are made of what is published",
    "observatory.rooms.indicators.queries.adding.of_its_lineage": "a condition",
    "observatory.rooms.indicators.queries.adding.weights_of": "the same",
    "observatory.rooms.indicators.queries.adding.groups": "the same",
    "observatory.rooms.indicators.queries.adding.computed": "the same",
    "observatory.rooms.indicators.queries.adding.as_of": "of series of indicators already shown",
    "observatory.rooms.indicators.queries.stored.places": "places are public",
    "observatory.rooms.indicators.queries.stored.sources": "sources are public",
    "observatory.rooms.indicators.queries.stored.source_ids": "sources are public",
    "observatory.rooms.indicators.queries.stored.series": "of indicators that the actor was found to see",
    "observatory.rooms.indicators.queries.stored.published_pairs": "the same",
    "observatory.rooms.indicators.queries.stored.published": "the same",
    "observatory.rooms.indicators.queries.stored.history": "the same",
    "observatory.rooms.organisations.queries.below": "a condition",
    "observatory.rooms.organisations.queries.inside": "a condition",
    "observatory.rooms.organisations.queries.belongs": "a condition",
    "observatory.rooms.organisations.queries.path_of": "places are public",
    "observatory.rooms.organisations.queries.at_or_below": "a condition",
    "observatory.rooms.organisations.queries.state_is": "a condition",
    "observatory.rooms.organisations.queries.places": "places are public; of records already shown",
    "observatory.rooms.organisations.queries.territory_ids": "places are public",
    "observatory.rooms.organisations.queries.chain_of_control": "ids for a rule, never shown",
    "observatory.rooms.library.queries.documents": "for the index, which filters by label",
    "observatory.rooms.organisations.queries.succession.former_names": "for the index; drafts left out",
    "observatory.rooms.organisations.queries.succession.chain_of_succession": "a condition of a rule",
    "observatory.rooms.organisations.queries.succession.allies": "ids for a rule, never shown",
    "observatory.rooms.organisations.queries.succession.same_world": "a condition of a rule",
    "observatory.rooms.organisations.queries.documents": "for the index, which filters by label",
    "observatory.rooms.organisations.queries.place_title": "places are public",
    "observatory.rooms.places.queries.sites.by_date": "sorts rows already read",
    "observatory.rooms.places.queries.sites.sum_of_shares": "adds rows already read",
    "observatory.rooms.places.queries.sites.documents": "for the index, which filters by label",
    "observatory.rooms.places.queries.territories.ancestors": "places are public",
    "observatory.rooms.places.queries.territories.documents": "for the index, which filters by label",
    "observatory.rooms.places.queries.territories.names": "places are public",
    "observatory.aspects.attachments.queries.contents": "for backups and the sweep: only hashes",
    "observatory.aspects.desk.queries.contents": "the same",
    "observatory.aspects.desk.queries.signature": "a hash of what it is given",
    "observatory.aspects.attachments.queries.texts": "for the index, which filters by label",
    "observatory.aspects.history.queries.varied": "chooses among rows already read",
    "observatory.aspects.history.queries.people": "who acted in public, of entries already shown",
    "observatory.aspects.history.queries.sources": "sources are public",
    "observatory.people.queries.live_mandates": "builds the actor",
    "observatory.people.queries.actor_of_session": "builds the actor",
    "observatory.people.queries.actor_of": "builds the actor",
    "observatory.people.queries.person_signing_in": "for the second step of signing in, never shown",
    "observatory.people.queries.person_by_email": "for signing in, never shown",
}
"""Queries that take no actor, and why they may."""


def modules(*endings: str) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(observatory.__path__, "observatory."):
        parts = found.name.split(".")
        if parts[-1] in endings or (len(parts) > 2 and parts[-2] in endings):
            yield importlib.import_module(found.name)


def public_functions(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, function in vars(module).items():
        if inspect.isfunction(function) and not name.startswith("_") and function.__module__ == module.__name__:
            yield f"{module.__name__}.{name}", function


SERVICES = [
    *modules("service"),
    *(
        importlib.import_module(f"observatory.people.{name}")
        for name in ("factors", "invitations", "leaving", "mandates", "steering")
    ),
]
QUERIES = list(modules("queries"))


def test_the_modules_are_found() -> None:
    assert {module.__name__ for module in SERVICES} >= {
        "observatory.people.service", "observatory.rooms.organisations.service", "observatory.rooms.places.service",
        "observatory.aspects.tags.service",
    }  # fmt: skip
    assert {module.__name__ for module in QUERIES} >= {
        "observatory.records.queries", "observatory.rooms.organisations.queries",
        "observatory.rooms.places.queries.sites", "observatory.rooms.places.queries.territories",
    }  # fmt: skip


def test_everything_public_in_a_service_is_a_verb() -> None:
    plain = {
        name
        for module in SERVICES
        for name, function in public_functions(module)
        if not hasattr(inspect.unwrap(function), "verb") and not hasattr(function, "verb")
    }
    assert plain == set(READERS)


def test_every_verb_says_what_it_is_for() -> None:
    registry()
    assert [name for name, verb in VERBS.items() if not verb.purpose.endswith((".", ";"))] == []


class Anything:
    """A subject with every attribute; none of them is the guest's."""

    id = person_id = organisation_id = keeper_id = validated_for_id = 7
    kind = "commitment"
    state = "published"
    role = "representative"
    accountable_id = oversight_id = 7
    parties: dict[int, str] = {}  # noqa: RUF012
    responsible = allied = held = bound = frozenset()
    drafted = keeps = same_world = False

    @property
    def commitment(self) -> "Anything":
        return self

    @property
    def subject(self) -> "Anything":
        return self

    @property
    def indicator(self) -> "Anything":
        return self

    @property
    def draft(self) -> "Anything":
        return self

    @property
    def delivery(self) -> "Anything":
        return self

    def accepting_id(self) -> int:
        return 7


@pytest.mark.parametrize("state", ["draft", "published", "withdrawn"])
def test_every_verb_refuses_a_guest_unless_it_is_for_anyone(state: str, app_context: None) -> None:
    registry()
    subject = Anything()
    subject.state = state
    open_to_all = set()
    for name, verb in VERBS.items():
        if verb.rule.holds(Actor.guest(), subject):
            open_to_all.add(name)
            continue
        with pytest.raises((Refused, NotFound)):
            verb.function(Actor.guest(), subject)
    assert open_to_all == set(FOR_ANYONE)


def test_a_person_without_a_mandate_writes_only_about_themself(app_context: None) -> None:
    registry()
    citizen = Actor(person_id=3, name="Vecina", labels=frozenset({"public", "person:3"}))
    allowed = {name for name, verb in VERBS.items() if verb.rule.holds(citizen, Anything())}
    assert allowed == set(FOR_ANYONE) | {"mandates.request", "invitations.accept", "comments.say"}


def test_every_query_asks_for_whom() -> None:
    without = {
        name
        for module in QUERIES
        for name, function in public_functions(module)
        if next(iter(inspect.signature(function).parameters), "") != "actor"
        and "actor" not in inspect.signature(function).parameters
    }
    assert without == set(SEEN_ALREADY)


def test_the_page_of_permissions_says_what_the_rules_say() -> None:
    page = ROOT / "docs" / "permissions.md"
    assert page.is_file(), "run `observatory permissions`"
    assert page.read_text(encoding="utf-8") == documents.permissions(), "run `observatory permissions`"
