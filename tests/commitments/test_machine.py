"""Whatever people try with a commitment, in whatever order: what was claimed is not verified, and nothing is rewritten.

A walk by chance: somebody tries something, each time in a unit of work of its own. Only the errors that pages explain
may come of it, and after each of them everything stands as before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import func, select

from observatory.aspects.attachments import service as attachments
from observatory.aspects.attachments.models import Attachment
from observatory.kernel.errors import Invalid, NotFound, Refused, Stale
from observatory.kernel.policy import Actor
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.rooms.commitments import service
from observatory.rooms.commitments.models import (
    FINDINGS,
    Commitment,
    CommitmentParty,
    Contribution,
    Decision,
    Dispute,
    Evidence,
    Finding,
    Milestone,
    ProgressUpdate,
)
from observatory.rooms.commitments.queries import page
from observatory.rooms.commitments.service import asking, checking, deciding, reporting
from observatory.rooms.organisations.models import Organisation
from tests.commitments.conftest import DUE, PAGE, PEOPLE, PROMISED, STEPS, TODAY, World, decide_in_session

EXPLAINED = (Refused, Invalid, Stale, NotFound)
KEPT = ("title", "verbatim", "accountable_id", "nature", "keeper_id", "promised_on", "due_original", "expected_result")
"""What a proposal fixes."""
COUNTED = {"version", "updated_at"}
PARTS = (ProgressUpdate, Finding, Decision, Evidence, Dispute, Contribution, CommitmentParty, Milestone)
APPENDED = (ProgressUpdate, Finding, Decision)
WORDS = st.sampled_from(["Se hizo como dice el acta.", "Nadie ha visto el agua todavía.", "no", ""])
DAYS = st.sampled_from([TODAY, TODAY, PROMISED, PROMISED - dt.timedelta(days=1), DUE, DUE + dt.timedelta(days=90)])
PERCENT = st.sampled_from([0, 30, 99, 100, 100, 100, -1, 101, None])
EVIDENCE = st.sampled_from(["page", "page", "file", "none", "nonsense"])
VERSIONS = st.sampled_from([0, 0, 0, 0, None, -1])
"""What the form showed, counted from the version that stands; None where it showed none."""


def mostly(*names: str) -> st.SearchStrategy[str]:
    """Those who may, more often than chance would have it, and anybody else."""
    return st.sampled_from([*names * (12 // len(names)), *PEOPLE, "guest"])


@dataclass(frozen=True)
class Seen:
    """All that is stored of a commitment at one moment."""

    record: dict[str, Any]
    parts: dict[str, dict[int, dict[str, Any]]]
    entries: int

    @property
    def state(self) -> str:
        return str(self.record["state"])

    def of(self, cls: Any) -> dict[int, dict[str, Any]]:
        return self.parts[cls.__tablename__]


class Walk(RuleBasedStateMachine):
    """One commitment, and everybody."""

    world: World

    @initialize(
        begin=st.sampled_from(["draft", "proposed", "accepted", "claimed", "claimed", "verified"]),
        with_steps=st.booleans(), due=st.sampled_from([DUE, DUE, None]),
    )  # fmt: skip
    def begins(self, begin: str, with_steps: bool, due: dt.date | None) -> None:
        self.world.today = TODAY
        values = {"milestones": STEPS if with_steps else [], "due_on": due}
        self.slug: str = getattr(self.world, begin)(**values)
        self.now = self.look()
        self.check(self.now, self.now)

    # --- What is tried ----------------------------------------------------------------------------------------------

    @rule(who=mostly("comunera"), title=WORDS, due=DAYS, version=VERSIONS)
    def edits(self, who: str, title: str, due: dt.date, version: int | None) -> None:
        self.attempt(who, service.edit, version, title=f"Promesa nueva {title}", due_on=due)

    @rule(who=mostly("comunera"), version=VERSIONS)
    def proposes(self, who: str, version: int | None) -> None:
        self.attempt(who, service.propose, version)

    @rule(who=mostly("alcaldesa"), version=VERSIONS)
    def accepts(self, who: str, version: int | None) -> None:
        self.attempt(who, service.accept, version)

    @rule(who=mostly("alcaldesa", "comunera"), verb=st.sampled_from([service.send_back, service.withdraw]), why=WORDS)
    def refuses(self, who: str, verb: Any, why: str) -> None:
        self.attempt(who, verb, 0, reason=why)

    @rule(
        who=mostly("alcaldesa"), narrative=WORDS, as_of=DAYS, percent=PERCENT, complete=st.booleans(), shown=EVIDENCE,
        version=VERSIONS,
    )  # fmt: skip
    def reports(self, who: str, version: int | None, shown: str, **values: Any) -> None:
        self.attempt(who, reporting.report, version, **self.report(shown, **values))

    @rule(who=mostly("alcaldesa"), which=st.integers(1, 3), why=WORDS, percent=PERCENT, shown=EVIDENCE)
    def supersedes(self, who: str, which: int, why: str, percent: int | None, shown: str) -> None:
        update = self.one_of(ProgressUpdate, which)
        told = self.report(shown, narrative="Corregimos el reporte.", as_of=TODAY, percent=percent)
        self.attempt(who, reporting.supersede, 0, update=update, reason=why, **told)

    @rule(
        who=mostly("profesor", "veedora", "doble"), finding=st.sampled_from([*FINDINGS, "confirmed", "perhaps"]),
        narrative=WORDS, looked_on=DAYS, accepts=st.sampled_from(["all", "all", "none", "first", "another"]),
        rejects=st.sampled_from(["none", "none", "none", "rest", "all"]), version=VERSIONS,
    )  # fmt: skip
    def verifies(self, who: str, accepts: str, rejects: str, version: int | None, **values: Any) -> None:
        standing = self.world.evidence(self.slug)
        accepted = {"all": standing, "none": [], "first": standing[:1], "another": [987_654]}[accepts]
        rejected = {"none": [], "rest": [id for id in standing if id not in accepted], "all": standing}[rejects]
        told = {"method": "Visita", "accepted": accepted, "rejected": rejected}
        self.attempt(who, checking.verify, version, **told, **values)

    @rule(who=mostly("ciudadana", "comunera"), words=WORDS)
    def disputes(self, who: str, words: str) -> None:
        self.attempt(who, checking.dispute, words=words)

    @rule(who=mostly("alcaldesa", "ciudadana"), which=st.integers(1, 2), words=WORDS, settle=st.booleans())
    def answers(self, who: str, which: int, words: str, settle: bool) -> None:
        dispute = self.one_of(Dispute, which)
        if settle:
            self.attempt(who, checking.settle, 0, dispute=dispute)
        else:
            self.attempt(who, checking.answer, 0, dispute=dispute, words=words)

    @rule(
        who=mostly("secretaria"), due_on=DAYS, reason=WORDS, held_on=DAYS, version=VERSIONS,
        kind=st.sampled_from(["due_date"] * 3 + ["suspension", "resumption"] * 2 + ["cancellation", "party"]),
    )  # fmt: skip
    def decides(self, who: str, version: int | None, **values: Any) -> None:
        self.attempt(who, decide_in_session, version, **values)

    @rule(who=mostly("vocera de la ong", "minero"), form=st.sampled_from(["cash", "gold"]), amount=st.integers(-1, 3))
    def pledges(self, who: str, form: str, amount: int) -> None:
        self.attempt(who, deciding.pledge, 0, form=form, what="Tuberías", amount=Decimal(amount) or None)

    @rule(
        who=mostly("vocera de la ong", "profesor"), which=st.integers(1, 2),
        verb=st.sampled_from([deciding.deliver, deciding.confirm_contribution, deciding.lapse]),
    )  # fmt: skip
    def hands_over(self, who: str, which: int, verb: Any) -> None:
        more = {"reason": "No llegó nunca."} if verb is deciding.lapse else {}
        self.attempt(who, verb, 0, contribution=self.one_of(Contribution, which), **more)

    @rule(who=mostly("secretaria"), verifier=st.sampled_from(["ong", "universidad", "municipalidad", "comite"]))
    def asks(self, who: str, verifier: str) -> None:
        self.attempt(who, asking.ask_verifier, 0, organisation_id=self.world.organisations[verifier])

    @rule(who=mostly("alcaldesa"), which=st.integers(1, 2), back=st.booleans())
    def takes_a_file_away(self, who: str, which: int, back: bool) -> None:
        def act() -> None:
            with self.world.unit() as unit:
                mine = select(Attachment.id).where(Attachment.record_id == self.now.record["id"])
                ids = unit.scalars(mine.order_by(Attachment.id.desc())).all()
                if len(ids) < which:
                    raise NotFound
                file = unit.get_one(Attachment, ids[which - 1])
                unit.refresh(file, ["record"])
                actor = self.world.actor(who)
                if back:
                    attachments.bring_back(actor, file)
                else:
                    attachments.withdraw(actor, file, reason="Contenía nombres de personas.")

        self.carry_out(act)

    @rule(days=st.integers(1, 120))
    def time_passes(self, days: int) -> None:
        self.world.today += dt.timedelta(days=days)

    # --- How it is tried --------------------------------------------------------------------------------------------

    def report(self, shown: str, percent: int | None, **values: Any) -> dict[str, Any]:
        pieces = {"page": [PAGE], "file": [self.world.file()], "none": [], "nonsense": [{"url": "javascript:1"}]}
        steps = len(self.now.of(Milestone))
        told = {"percents": [percent] * steps} if steps and percent is not None else {"percent": percent}
        return {"evidence": pieces[shown], "files": self.world.files, **told, **values}

    def one_of(self, cls: Any, which: int) -> int:
        """The last but so many of what there is, or none that exists."""
        ids = sorted(self.now.of(cls), reverse=True)
        return ids[which - 1] if len(ids) >= which else 987_654

    def attempt(self, who: str, verb: Any, shown: int | None = None, **values: Any) -> None:
        if shown is not None:
            values["version"] = self.now.record["version"] + shown
        self.carry_out(lambda: self.world.do(who, verb, self.slug, **values))

    def carry_out(self, act: Callable[[], Any]) -> None:
        before = self.now
        try:
            act()
        except EXPLAINED:
            assert self.look() == before, "what is refused leaves nothing behind"
            return
        self.now = self.look()
        self.check(before, self.now)

    # --- What must hold ---------------------------------------------------------------------------------------------

    def look(self) -> Seen:
        with self.world.reading() as unit:
            table = Record.__table__.join(Commitment.__table__, Commitment.id == Record.id)
            columns = {c.key: c for c in (*Record.__table__.c, *Commitment.__table__.c)}
            row = unit.execute(select(*columns.values()).select_from(table).where(Record.slug == self.slug)).one()
            record = dict(zip(columns, row, strict=True))
            parts = {}
            for cls in PARTS:
                rows = unit.execute(select(cls.__table__).where(cls.commitment_id == record["id"]))
                parts[cls.__tablename__] = {each.id: dict(each._mapping) for each in rows}
            entries = select(func.count()).where(HistoryEntry.record_id == record["id"])
            return Seen(record, parts, unit.scalar(entries) or 0)

    def check(self, before: Seen, after: Seen) -> None:
        said = {name: value for name, value in after.record.items() if name not in COUNTED}
        if said != {name: value for name, value in before.record.items() if name not in COUNTED}:
            assert after.entries > before.entries, "every change is told"
        if after.parts != before.parts:
            assert after.entries > before.entries, "also of what stands beside it"
            assert after.record["version"] > before.record["version"]
        for cls in APPENDED:
            assert before.of(cls).items() <= after.of(cls).items(), f"{cls.__tablename__} only grow"
        if before.state != "draft":
            assert {name: after.record[name] for name in KEPT} == {name: before.record[name] for name in KEPT}
            steps = [
                [(s["title"], s["weight"], s["due_on"]) for s in seen.of(Milestone).values()]
                for seen in (before, after)
            ]
            assert steps[0] == steps[1]
        moved = [each for each in after.of(Decision).values() if each["kind"] == "due_date"]
        if after.record["due_current"] != after.record["due_original"]:
            assert moved, "only a decision moves a date"
        assert (after.state == "reported_complete") <= (after.record["claimed_on"] is not None)
        assert (after.state == "verified") == (after.record["verified_on"] is not None)
        assert 0 <= after.record["progress"] <= 10_000
        unsettled = [each for each in after.of(Dispute).values() if each["state"] != "settled"]
        assert after.record["open_disputes"] == len(unsettled)
        if after.state == "verified":
            self.check_verified(after, anew=len(after.of(Finding)) > len(before.of(Finding)))

    def check_verified(self, seen: Seen, *, anew: bool) -> None:
        with self.world.reading() as unit:
            sector = {row.id: row.sector for row in unit.execute(select(Organisation.id, Organisation.sector))}
            standing = page.standing_evidence(Actor.guest(), seen.record["id"])
        given = [each["organisation_id"] for each in seen.of(Contribution).values()]
        named = [each["organisation_id"] for each in seen.of(CommitmentParty).values()]
        seen_given = [each["organisation_id"] for each in seen.of(Contribution).values() if each["state"] == "verified"]
        parties = {seen.record["accountable_id"], *named, *seen_given}
        decisive = [each for _id, each in sorted(seen.of(Finding).items()) if "confirmed" in each["finding"]]
        assert decisive and decisive[-1]["finding"] == "confirmed", "somebody looked and confirmed it last"
        verifier = decisive[-1]["organisation_id"]
        assert seen.record["verifier_id"] in {each["organisation_id"] for each in decisive}
        if anew:  # what is handed over later changes no sector afterwards
            assert sector[verifier] not in {sector[id] for id in parties}
            assert verifier not in {*parties, *given, seen.record["keeper_id"]}
        assert any(row.state == "accepted" for row in standing), "it rests on evidence that is there"


def test_whatever_is_tried_nothing_is_verified_without_evidence_and_nothing_is_rewritten(world: World) -> None:
    machine = type("WalkHere", (Walk,), {"world": world})
    chosen = settings(
        max_examples=20, stateful_step_count=40, suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
        phases=[Phase.generate],  # shortening a walk that failed takes minutes: add Phase.shrink while you look for it
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)
