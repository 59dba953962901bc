"""The unit of work: one commit, no write while reading, no change without a fact."""

# ruff: noqa: PT012 - what must raise is a whole unit of work, with all that is in it

import datetime as dt

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import StatementError

from observatory.kernel import clock, db
from observatory.kernel.db import Database, WriteWhileReading
from observatory.kernel.errors import Stale
from observatory.kernel.outbox import Outgoing
from observatory.kernel.pagecache import ContentVersion
from observatory.kernel.policy import Actor
from observatory.kernel.throttle import ThrottleCounter
from observatory.people.models import Person
from observatory.records.history import HistoryEntry, UnnotedChange, note
from observatory.records.models import Record
from observatory.rooms.organisations.events import OrganisationCreated, OrganisationEdited
from observatory.rooms.organisations.models import Organisation

NOW = dt.datetime(2026, 5, 1, 15, tzinfo=dt.UTC)


def a_person(name: str = "rosa") -> Person:
    return Person(email=f"{name}@prueba.example", name=name, created_at=NOW)


def people(database: Database) -> int:
    return int(database.scalar(select(func.count()).select_from(Person)))


def an_organisation(database: Database) -> int:
    with database.unit_of_work() as unit:
        made = Organisation(slug="una", title="Una", sector="company", state="published")
        unit.add(made)
        unit.flush()
        note(Actor.operator(), made, OrganisationCreated())
        return int(made.id)


def test_a_unit_of_work_commits_once_when_it_ends_well(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.add(a_person())
        unit.flush()
        with database.engine.connect().execution_options(observatory_write=False) as other:
            assert other.scalar(select(func.count()).select_from(Person)) == 0
            other.rollback()
    assert people(database) == 1


def test_what_raises_or_is_abandoned_leaves_nothing(database: Database) -> None:
    with pytest.raises(LookupError), database.unit_of_work() as unit:
        unit.add(a_person())
        unit.flush()
        raise LookupError
    with database.unit_of_work() as unit:
        unit.add(a_person())
        unit.flush()
        db.abandon()
    assert people(database) == 0
    assert not db.in_unit()


def test_whoever_only_reads_cannot_write_in_any_way(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.add(a_person())
    with pytest.raises(WriteWhileReading), database.reading() as unit:
        unit.add(a_person("ana"))
        unit.flush()
    with pytest.raises(WriteWhileReading), database.reading() as unit:
        unit.scalars(select(Person)).one().name = "otra"
        unit.flush()
    for statement in (delete(Person), update(Person).values(name="x"), insert(Person).values(name="x")):
        with pytest.raises(WriteWhileReading), database.reading() as unit:
            unit.execute(statement)
    assert database.scalar(select(Person.name)) == "rosa"


def test_a_change_that_nobody_explains_is_refused(database: Database) -> None:
    id = an_organisation(database)
    with pytest.raises(UnnotedChange, match="organisation una"), database.unit_of_work() as unit:
        unit.get_one(Organisation, id).title = "Otra"
    with pytest.raises(UnnotedChange), database.unit_of_work() as unit:
        unit.add(Organisation(slug="dos", title="Dos", sector="company"))
    assert database.scalar(select(Record.title)) == "Una"


def test_an_explained_change_is_told_field_by_field(database: Database) -> None:
    id = an_organisation(database)
    with database.unit_of_work() as unit:
        made = unit.get_one(Organisation, id)
        made.title, made.acronym = "Otra", "O"
        unit.flush()
        made.title = "Aún otra"
        note(Actor(person_id=None, via="cli"), made, OrganisationEdited())
    with database.reading() as unit:
        entry = unit.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
        assert entry is not None
        assert entry.changes == {"title": ["Una", "Aún otra"], "acronym": ["", "O"]}
        assert entry.version == unit.get_one(Organisation, id).version


@pytest.mark.parametrize("flushed", [True, False])
def test_each_of_several_events_tells_the_changes_that_led_to_it(database: Database, flushed: bool) -> None:
    id = an_organisation(database)
    with database.unit_of_work() as unit:
        made = unit.get_one(Organisation, id)
        for title, acronym in (("Dos", "O"), ("Tres", "O"), ("Tres", "P")):
            made.title, made.acronym = title, acronym
            note(Actor(person_id=None, via="cli"), made, OrganisationEdited())
            if flushed:
                unit.flush()
        made.website = "https://a.example"  # after the last word: told with it, never left out
    with database.reading() as unit:
        entries = unit.scalars(select(HistoryEntry).order_by(HistoryEntry.id)).all()[-3:]
        assert [entry.changes for entry in entries] == [
            {"title": ["Una", "Dos"], "acronym": ["", "O"]},
            {"title": ["Dos", "Tres"]},
            {"acronym": ["O", "P"], "website": ["", "https://a.example"]},
        ]


def test_each_commit_counts_and_reading_does_not(database: Database) -> None:
    number = select(ContentVersion.number)
    before = database.scalar(number)
    with database.reading() as unit:
        unit.scalars(select(Person)).all()
    with database.unit_of_work() as unit:
        unit.scalars(select(Person)).all()
    assert database.scalar(number) == before
    with database.unit_of_work() as unit:
        unit.add(a_person())
    assert database.scalar(number) == before + 1
    with database.unit_of_work() as unit:
        unit.execute(update(Person).values(name="x"))
    assert database.scalar(number) == before + 2


def test_effects_run_after_the_commit_and_cannot_break_it(database: Database) -> None:
    seen: list[int] = []

    def break_down() -> None:
        raise ValueError("the mail server is away")

    with database.unit_of_work() as unit:
        unit.add(a_person())
        db.after_commit(break_down)
        db.after_commit(lambda: seen.append(people(database)))
    assert seen == [1]
    with database.unit_of_work():
        db.after_commit(lambda: seen.append(99))
        db.abandon()
    assert seen == [1]


def test_a_side_transaction_is_kept_whatever_becomes_of_the_rest(database: Database) -> None:
    row = ThrottleCounter(key="k", count=1, ends_at=NOW)
    with pytest.raises(LookupError), database.reading():
        with database.side_transaction() as side:
            side.add(row)
        raise LookupError
    assert database.scalar(select(ThrottleCounter.count)) == 1


def test_a_side_transaction_never_waits_for_the_work_around_it(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.add(a_person())
        unit.flush()
        if database.is_sqlite:
            with pytest.raises(RuntimeError, match="wait for itself"), database.side_transaction():
                pass
        else:
            with database.side_transaction() as side:
                side.add(ThrottleCounter(key="k", count=1, ends_at=NOW))
    assert people(database) == 1


def test_two_who_change_the_same_thing_at_once_do_not_overwrite_each_other(database: Database) -> None:
    id = an_organisation(database)
    if database.is_sqlite:
        pytest.skip("writers stand in line there")
    with pytest.raises(Stale), database.unit_of_work() as first:
        mine = first.get_one(Organisation, id)
        with database.unit_of_work() as second:
            theirs = second.get_one(Organisation, id)
            theirs.title = "La de ellos"
            note(Actor.operator(), theirs, OrganisationEdited())
        mine.title = "La mía"
        note(Actor.operator(), mine, OrganisationEdited())
    assert database.scalar(select(Record.title)) == "La de ellos"


def test_a_moment_needs_its_time_zone_and_comes_back_in_utc(database: Database) -> None:
    lima = dt.datetime(2026, 5, 1, 10, tzinfo=clock.LIMA)
    with database.unit_of_work() as unit:
        unit.add(Outgoing(recipient="a@b.example", subject="s", body="b", created_at=lima, next_try_at=NOW))
    with database.reading() as unit:
        stored = unit.scalar(select(Outgoing.created_at))
    assert stored == NOW and stored is not None and stored.utcoffset() == dt.timedelta(0)
    with pytest.raises(StatementError, match="time zone"), database.unit_of_work() as unit:
        unit.execute(select(Outgoing).where(Outgoing.created_at == dt.datetime(2026, 5, 1)))


def test_outside_a_unit_of_work_there_is_no_session(database: Database) -> None:
    with pytest.raises(RuntimeError, match="no unit of work"):
        db.session.execute(select(1))
