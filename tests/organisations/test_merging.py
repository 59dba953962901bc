"""Organisations that are merged, split or were entered twice: what goes along, and what nobody gets by it."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from observatory.kernel import clock
from observatory.kernel.outbox import Outgoing
from observatory.people.models import Mandate
from observatory.records import derived
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.rooms.organisations.models import Control, Succession
from tests.app import OTHER, OWN, OWN_SITE, Demo, address_of

MERGER = f"/organisations/{OWN}/merger"
THIRD = "talleres-apachetayoq"
WHY = "Fusión por absorción inscrita en Registros Públicos."


def ids(demo: Demo) -> dict[str, str]:
    with demo.database.reading() as unit:
        found = unit.execute(select(Record.slug, Record.id).where(Record.kind == "organisation"))
        return {slug: str(id) for slug, id in found}


def merge(demo: Demo, visitor: Any, path: str = MERGER, **said: Any) -> Any:
    values = {"how": "merged", "successor_id": ids(demo)[OTHER], "on": clock.today().isoformat(), "reason": WHY}
    return visitor.send(path, **(values | said))


def live(demo: Demo, slug: str) -> list[Mandate]:
    with demo.database.reading() as unit:
        joined = select(Mandate).join(Record, Record.id == Mandate.organisation_id)
        return list(unit.scalars(joined.where(Record.slug == slug, Mandate.is_live(clock.today()))))


def test_what_goes_along_is_told_before_and_done_after(demo: Demo) -> None:
    steward, guest = demo.client_as("steward"), demo.guest()
    before = live(demo, OWN)
    page = steward.text(MERGER)
    assert f"{len(before)} mandates end." in page and "Manager Prueba" in page and "it keeps go" in page
    carried = next(m for m in before if m.role == "manager")
    answer = merge(demo, steward, carried=[str(carried.id)])
    assert answer.status_code == 303 and answer.location.endswith(OTHER)
    assert live(demo, OWN) == []
    old = guest.text(f"/organisations/{OWN}")
    assert WHY in old and "Became" in old and OTHER in old
    assert "Formerly" in guest.text(f"/organisations/{OTHER}")
    assert (
        f'href="/organisations/{OWN}"' not in guest.text("/organisations?sector=company&demo=yes").partition("<main")[2]
    )
    with demo.database.reading() as unit:
        keeper = unit.scalar(select(Record.keeper_id).where(Record.slug == OWN_SITE))
        assert str(keeper) == ids(demo)[OTHER]
        request = unit.scalars(
            select(Mandate).where(Mandate.person_id == carried.person_id, Mandate.organisation_id == keeper)
        ).one()
        told = unit.scalars(select(Outgoing.recipient).where(Outgoing.subject.contains("Minera"))).all()
        assert address_of("manager") in told, "whoever's mandate ended is told"
        assert request.state() == "requested", "the successor's manager answers it: a steward gives nobody this right"
        told = (
            select(HistoryEntry.event).join(Record, Record.id == HistoryEntry.record_id).where(Record.slug == OWN_SITE)
        )
        assert "KeeperChanged" in unit.scalars(told).all()
    while derived.drain(demo.database, demo.app.extensions["observatory.shelf"]):
        pass
    found = {row["url"] for row in guest.get("/search.json?q=minera puna alta&kind=organisation").json["results"]}
    assert {f"/organisations/{OWN}", f"/organisations/{OTHER}"} <= found


def test_the_people_of_the_old_one_may_do_nothing_more_for_it(demo: Demo) -> None:
    manager = demo.client_as("manager")
    merge(demo, demo.client_as("steward"))
    assert manager.get(f"/organisations/{OWN}/edit").status_code == 403
    assert manager.get(f"/sites/{OWN_SITE}/edit").status_code == 403
    assert demo.client_as("stranger").get(f"/sites/{OWN_SITE}/edit").status_code == 200


def test_a_split_has_several_and_the_first_gets_the_pages(demo: Demo) -> None:
    steward, numbers = demo.client_as("steward"), ids(demo)
    assert merge(demo, steward, how="split").status_code == 422
    assert merge(demo, steward, second_id=numbers[THIRD]).status_code == 422, "only a split has several"
    assert merge(demo, steward, how="split", second_id=numbers[THIRD]).status_code == 303
    with demo.database.reading() as unit:
        found = unit.scalars(select(Succession.how).where(Succession.predecessor_id == int(numbers[OWN]))).all()
    assert list(found) == ["split", "split"]


def test_a_page_entered_twice_leads_to_the_right_one(demo: Demo) -> None:
    steward = demo.client_as("steward")
    steward.send("/organisations/new", title="Minera Puna Alta (bis)", sector="company", language="es", places="18")
    slug = str(demo.scalar(select(Record.slug).where(Record.title == "Minera Puna Alta (bis)")))
    steward.send(f"/organisations/{slug}/publication")
    answer = merge(
        demo, steward, f"/organisations/{slug}/merger", how="duplicate", on="", successor_id=ids(demo)[OWN],
        reason="Se registró dos veces.",
    )  # fmt: skip
    assert answer.status_code == 303
    assert "Entered twice" in demo.guest().text(f"/organisations/{slug}")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"on": ""}, "Say on which day"),
        ({"on": (clock.today() + dt.timedelta(days=3)).isoformat()}, "when the day has come"),
        ({"reason": "no"}, "between 5"),
        ({"successor_id": ""}, "This field is required"),
        ({"how": "vanished"}, "Not a valid choice"),
    ],
)
def test_what_is_missing_or_wrong_is_told(shared_demo: Demo, said: dict[str, str], words: str) -> None:
    answer = merge(shared_demo, shared_demo.once_as("steward"), **said)
    assert answer.status_code == 422 and words in answer.text
    assert live(shared_demo, OWN)


def test_no_circles_and_no_end_of_those_who_run_the_instance(demo: Demo) -> None:
    steward, numbers = demo.client_as("steward"), ids(demo)
    assert merge(demo, steward).status_code == 303
    answer = merge(demo, steward, f"/organisations/{OTHER}/merger", successor_id=numbers[OWN])
    assert answer.status_code == 422 and "must be published" in answer.text
    answer = merge(demo, steward, "/organisations/equipo-del-observatorio/merger")
    assert answer.status_code == 422 and "run the Observatory" in answer.text
    assert steward.get(MERGER).status_code == 403, "it is not published any more"


def test_control_goes_to_the_successor_from_that_day(demo: Demo) -> None:
    steward, numbers = demo.client_as("steward"), ids(demo)
    steward.send(f"/organisations/{THIRD}/control", parent_id=numbers[OWN], from_on="2020-01-01")
    merge(demo, steward)
    with demo.database.reading() as unit:
        rows = unit.execute(
            select(Control.parent_id, Control.from_on, Control.to_on).where(
                Control.organisation_id == int(numbers[THIRD])
            )
        ).all()
    assert (int(numbers[OWN]), dt.date(2020, 1, 1), clock.today()) in [tuple(row) for row in rows]
    assert (int(numbers[OTHER]), clock.today(), None) in [tuple(row) for row in rows]


def test_only_a_steward_and_one_of_two_at_once(demo: Demo) -> None:
    for role in ("guest", "citizen", "manager", "moderator", "administrator"):
        visitor = demo.guest() if role == "guest" else demo.client_as(role)
        assert visitor.get(MERGER).status_code in {303, 403}
    one, two = demo.client_as("steward"), demo.client_as("steward")
    values = {"how": "merged", "successor_id": ids(demo)[OTHER], "on": clock.today().isoformat(), "reason": WHY}
    forms = [(one, one.form(MERGER) | values), (two, two.form(MERGER) | values)]
    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(lambda pair: pair[0].post(MERGER, pair[1]).status_code, forms))
    assert answers[0] == 303 and answers[1] in {403, 409}
    assert (
        demo.scalar(
            select(func.count()).select_from(Succession).where(Succession.predecessor_id == int(ids(demo)[OWN]))
        )
        == 1
    )
