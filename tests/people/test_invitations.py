"""What became of an invitation, and who may know and change that."""

import datetime as dt

from sqlalchemy import func, select, update

from observatory.kernel import clock
from observatory.people import invitations
from observatory.people.models import Invitation, Mandate
from observatory.records.history import HistoryEntry
from tests.app import OTHER, OWN, Demo, Visitor, address_of
from tests.people.conftest import Post

LIST = f"/organisations/{OWN}/invitations"
VALUES = {"email": address_of("citizen"), "role": "representative", "from_on": "2026-01-01"}


def invite(visitor: Visitor) -> None:
    assert visitor.send(f"{LIST}/new", LIST, **VALUES).status_code == 303


def newest(demo: Demo) -> int:
    return int(demo.scalar(select(func.max(Invitation.id))))


def press(visitor: Visitor, number: int, what: str) -> int:
    return visitor.post(f"/invitations/{number}/{what}", {"csrf_token": visitor.token()}).status_code


def test_a_manager_sees_withdraws_and_sends_again(post: Post) -> None:
    manager, citizen = post.demo.client_as("manager"), post.demo.client_as("citizen")
    invite(manager)
    first, number = post.link(address_of("citizen")), newest(post.demo)
    page = manager.text(LIST)
    assert address_of("citizen") in page and "Waiting" in page
    assert press(manager, number, "withdrawal") == 303
    assert "Not valid any more" in manager.text(LIST)
    assert citizen.get(first).status_code == 422, "its link opens nothing"
    assert press(manager, number, "withdrawal") == 422
    assert press(manager, number, "again") == 303
    second = post.link(address_of("citizen"))
    assert second != first and citizen.get(first).status_code == 422
    assert citizen.send(second).status_code == 303
    assert "Accepted" in manager.text(LIST)
    assert press(manager, number, "again") == 422, "it was accepted"


def test_its_history_tells_of_invitations_without_the_address(demo: Demo) -> None:
    manager = demo.client_as("manager")
    invite(manager)
    press(manager, newest(demo), "withdrawal")
    page = demo.guest().text(f"/history/organisation/{OWN}")
    assert "invited somebody to act for" in page and "withdrew an invitation" in page
    assert address_of("citizen") not in page
    with demo.database.reading() as unit:
        assert address_of("citizen") not in str(unit.scalars(select(HistoryEntry.facts)).all())


def test_nobody_else_sees_or_touches_them(demo: Demo) -> None:
    invite(demo.client_as("manager"))
    number = newest(demo)
    for who in ("stranger", "representative", "citizen"):
        visitor = demo.client_as(who)
        assert visitor.get(LIST).status_code == 404
        assert press(visitor, number, "withdrawal") == press(visitor, number, "again") == 404
    assert demo.client_as("stranger").get(f"/organisations/{OTHER}/invitations").status_code == 200


def test_one_whose_sender_may_no_longer_invite_is_shown_as_void(demo: Demo) -> None:
    invite(demo.client_as("manager"))
    sender = demo.scalar(select(Invitation.invited_by_id).order_by(Invitation.id.desc()).limit(1))
    with demo.database.unit_of_work() as unit:
        unit.execute(update(Mandate).where(Mandate.person_id == sender).values(revoked_at=clock.now()))
    assert "Void" in demo.client_as("administrator").text(LIST)


def test_an_old_one_is_forgotten_with_its_address(demo: Demo) -> None:
    invite(demo.client_as("manager"))
    before = int(demo.scalar(select(func.count()).select_from(Invitation)))
    with clock.frozen(clock.now() + dt.timedelta(days=20)):
        invitations.sweep(demo.database)
    assert demo.scalar(select(func.count()).select_from(Invitation)) == before
    with clock.frozen(clock.now() + dt.timedelta(days=40)):
        invitations.sweep(demo.database)
    assert demo.scalar(select(func.count()).select_from(Invitation)) == 0
