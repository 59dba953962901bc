"""Two people at the very same moment: each in a transaction of their own, on either database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from observatory.kernel.errors import Invalid, Stale
from observatory.rooms.handovers.models import Handover
from observatory.rooms.handovers.service import transferring
from tests.handovers.world import AFTER, World


def both(one: Callable[[], object], other: Callable[[], object]) -> list[str]:
    """What became of two acts that begin together: "done", or the kind of refusal."""
    together = Barrier(2)

    def run(act: Callable[[], object]) -> str:
        together.wait(10)
        try:
            act()
        except (Invalid, Stale) as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, (one, other)))


def test_two_open_the_handover_of_one_term(own_world: World) -> None:
    world = own_world
    assert both(lambda: world.opened("saliente"), lambda: world.opened("permanente")) == ["Invalid", "done"]
    with world.reading() as unit:
        assert unit.scalar(select(func.count()).select_from(Handover)) == 1


def test_two_who_come_answer_one_group(own_world: World) -> None:
    world = own_world
    world.a_commitment()
    number = world.opened()
    world.today = AFTER

    def answer(who: str) -> Callable[[], object]:
        return lambda: world.do(who, transferring.answer_all, number, source="owed", answer="received")

    assert both(answer("entrante"), answer("entrante2")) in (["Invalid", "done"], ["Stale", "done"])
    assert world.events(number).count("ItemsReceived") == 1


def test_a_signature_and_a_change_of_what_is_signed(own_world: World) -> None:
    """Whichever comes first: no signature stands under which something else does."""
    world = own_world
    number = world.opened()
    world.confirm_everything(number)
    both(
        lambda: world.do("saliente", transferring.sign, number),
        lambda: world.do("saliente2", transferring.confirm_item, number, item=1, note_="Otra nota."),
    )
    world.act_as("guest")
    told = world.text(f"/handovers/{number}")
    stands = any(valid for _side, _role, valid in world.signatures(number))
    assert ("no longer stands" in told) == (bool(world.signatures(number)) and not stands)
    assert world.events(number)[-1] in ("SignedByOutgoing", "ItemConfirmed", "ItemsConfirmed")
