"""Codes, shares, periods and who may do what: no database."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, may
from observatory.rooms.places import service
from observatory.rooms.places.models import SiteOperator, check_share, level_of
from observatory.rooms.places.queries.sites import by_date, sum_of_shares
from observatory.rooms.places.queries.territories import Tile
from observatory.rooms.places.service import bringing, drawing

TODAY = dt.date(2026, 11, 24)
KEEPER = 7


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("pe", "country"), ("18", "department"), ("1801", "province"), ("180106", "district"), ("1", None), ("", None),
        ("18010", None), ("PE", None), ("p1", None), ("١٢", None), ("ñu", None), ("180 06", None),
    ],
)  # fmt: skip
def test_a_code_says_its_level(code: str, level: str | None) -> None:
    assert level_of(code) == level


@pytest.mark.parametrize("share", ["-0.0001", "100.0001", "NaN", "Infinity", "-Infinity"])
def test_a_share_is_between_nought_and_a_hundred(share: str) -> None:
    with pytest.raises(Invalid):
        check_share(Decimal(share))


@pytest.mark.parametrize("share", [None, "0", "100", "33.7500"])
def test_an_unknown_share_is_accepted_and_is_not_nought(share: str | None) -> None:
    check_share(Decimal(share) if share is not None else None)


def a_part(share: str | None, since: dt.date | None = None, until: dt.date | None = None) -> SimpleNamespace:
    return SimpleNamespace(share=Decimal(share) if share else None, from_on=since, to_on=until)


def test_shares_are_summed_exactly_and_what_is_missing_is_said() -> None:
    assert sum_of_shares([a_part("33.75"), a_part("33.75"), a_part("22.5"), a_part("10")]) == (Decimal(100), False)
    assert sum_of_shares([a_part("60"), a_part(None)]) == (Decimal(60), True)
    assert sum_of_shares([a_part(None)]) == (None, True)
    assert sum_of_shares([]) == (None, False)


def test_both_days_of_a_period_belong_to_it() -> None:
    day = dt.timedelta(days=1)
    ends_today, began_today = a_part("1", None, TODAY), a_part("2", TODAY)
    ended, begins = a_part("3", None, TODAY - day), a_part("4", TODAY + day)
    current, coming, past = by_date([ends_today, began_today, ended, begins], TODAY)
    assert current == [ends_today, began_today]
    assert coming == [begins]
    assert past == [ended]
    assert SiteOperator.is_current(None, None, TODAY)


@pytest.mark.parametrize(
    ("population", "klass"), [(None, "k0"), (0, "k1"), (250_000, "k1"), (250_001, "k2"), (12_000_000, "k5")]
)
def test_a_tile_has_its_colour_by_population(population: int | None, klass: str) -> None:
    assert Tile(1, 1, "MOQ", "Moquegua", "18", population).klass == klass


def acting(role: str, organisation: int = KEEPER) -> Actor:
    return Actor(person_id=1, mandate_id=1, organisation_id=organisation, role=role)


ACTORS = {
    "guest": Actor.guest(),
    "citizen": Actor(person_id=1),
    "keeper's representative": acting("representative"),
    "keeper's manager": acting("manager"),
    "keeper's verifier": acting("verifier"),
    "another's manager": acting("manager", 8),
    "steward": acting("steward", 8),
    "administrator": acting("administrator", 8),
}
SPEAKS = {"keeper's representative", "keeper's manager", "steward"}
MANAGES = {"keeper's manager", "steward"}
STEWARD = {"steward"}
TABLE = {
    ("add_territory", None): STEWARD,
    ("correct_territory", "published"): STEWARD,
    ("draw_boundaries", None): STEWARD,
    ("create_site", None): STEWARD,
    ("edit_site", "draft"): SPEAKS,
    ("edit_site", "published"): SPEAKS,
    ("edit_site", "withdrawn"): set(),
    ("publish_site", "draft"): MANAGES,
    ("publish_site", "published"): set(),
    ("withdraw_site", "draft"): set(),
    ("withdraw_site", "published"): MANAGES,
    ("record_operator", "published"): STEWARD,
    ("record_district", "published"): STEWARD,
    ("record_contradiction", "published"): STEWARD,
    ("bring", None): STEWARD,
    ("give_back", "published"): STEWARD,
    ("take_back_operator", "published"): STEWARD,
    ("take_back_district", "published"): STEWARD,
    ("take_back_contradiction", "published"): STEWARD,
}


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("what", TABLE, ids=lambda what: f"{what[0]}-{what[1]}")
def test_each_may_do_what_the_table_says(who: str, what: tuple[str, str | None]) -> None:
    name, state = what
    subject = SimpleNamespace(id=1, keeper_id=KEEPER, state=state) if state else None
    assert may(ACTORS[who], f"places.{name}", subject) == (who in TABLE[what])


def test_every_verb_stands_in_the_table() -> None:
    public = {
        name
        for name, value in {**vars(service), **vars(service.parts), **vars(bringing), **vars(drawing)}.items()
        if callable(value) and hasattr(value, "verb")
    }
    assert public == {name for name, _ in TABLE}
