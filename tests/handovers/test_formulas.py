"""Stages and orphans by the day, what is signed, and what looks like a password."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from observatory.rooms.handovers import formulas
from tests.handovers.world import AFTER, BEFORE, LAST


@pytest.mark.parametrize(
    ("state", "signed", "today", "stage"),
    [
        ("open", False, BEFORE, "preparing"), ("open", False, LAST, "preparing"), ("open", True, BEFORE, "transfer"),
        ("open", False, LAST + dt.timedelta(1), "transfer"), ("open", True, AFTER, "transfer"),
        ("closed", True, BEFORE, "closed"), ("closed", True, AFTER, "closed"),
    ],
)  # fmt: skip
def test_how_far_it_has_come(state: str, signed: bool, today: dt.date, stage: str) -> None:
    row = SimpleNamespace(state=state, outgoing_signed=signed, term_ends_on=LAST)
    assert formulas.stage(row, today) == stage


@pytest.mark.parametrize(
    ("answer", "today", "orphaned"),
    [("", LAST, False), ("", LAST + dt.timedelta(1), True), ("received", AFTER, False), ("observed", AFTER, False)],
)
def test_what_nobody_answered_is_orphaned_after_the_last_day(answer: str, today: dt.date, orphaned: bool) -> None:
    row, item = SimpleNamespace(term_ends_on=LAST), SimpleNamespace(answer=answer)
    assert formulas.is_orphaned(item, row, today) is orphaned


def an_item(number: int = 1, **values: Any) -> Any:
    told = {
        "number": number, "source": "owed", "key": f"owed-{number}", "title": "Canal", "why": "", "kind": "", "detail": "",
        "note": "", "confirmed_at": None, "answer": "", "reason": "",
    }  # fmt: skip
    return SimpleNamespace(**(told | values))


HANDOVER = SimpleNamespace(id=4, term_ends_on=LAST, act="Resolución 1", proclaimed_by="JNE")


def digest(side: str, *items: Any, handover: Any = HANDOVER) -> str:
    return formulas.digest(formulas.content(handover, items, side))


@pytest.mark.parametrize("change", [
    {"title": "Otro canal"}, {"note": "Incompleto"}, {"confirmed_at": dt.datetime(2026, 12, 1, tzinfo=dt.UTC)},
    {"detail": "En la caja"}, {"number": 3},
])  # fmt: skip
@pytest.mark.parametrize("side", ["outgoing", "incoming"])
def test_any_change_is_another_digest(side: str, change: dict[str, Any]) -> None:
    assert digest(side, an_item()) == digest(side, an_item())
    assert digest(side, an_item()) != digest(side, an_item(**change))
    assert digest(side, an_item()) != digest(side, an_item(), an_item(2))
    other = SimpleNamespace(**(vars(HANDOVER) | {"act": "Resolución 2"}))
    assert digest(side, an_item()) != digest(side, an_item(), handover=other)


def test_an_answer_is_signed_by_those_who_come_alone() -> None:
    for change in ({"answer": "received"}, {"answer": "observed", "reason": "Falta."}):
        assert digest("outgoing", an_item()) == digest("outgoing", an_item(**change))
        assert digest("incoming", an_item()) != digest("incoming", an_item(**change))


def test_the_order_in_which_items_are_read_changes_nothing() -> None:
    assert digest("outgoing", an_item(1), an_item(2)) == digest("outgoing", an_item(2), an_item(1))


@pytest.mark.parametrize("text", [
    "contraseña: xyz", "Contraseña: xyz", "CONTRASEÑA = Xyz123", "contrasena:xyz", "password=abc", "Password : abc",
    "passwd=abc", "pwd: abc", "PIN: 4321", "clave: 4321", "Clave SOL: abc123", "clave de acceso = z",
    "la contraseña del sistema SIAF: xyz", "Usuario jperez\ncontraseña: hunter2", "la contraseña es Perro2024",
    "the password is Hunter2!", "la clave es \"abc123\"", "token=eyJhbGciOi", "api_key: 9f8e", "api key=9f8e",
    "contraseñas: a, b", "usuario: jperez / clave: mina2026",
])  # fmt: skip
def test_a_password_is_known(text: str) -> None:
    assert formulas.looks_secret(text)


@pytest.mark.parametrize("text", [
    "", "La contraseña está en un sobre lacrado, en la caja fuerte.", "Las claves las tiene la tesorera.",
    "Llaves: en la secretaría", "Sello redondo: cajón 2", "Expediente 123: completo", "Pinturas: 12 galones",
    "Se cambió la contraseña y la conoce la jefa de informática.", "Palabras clave del archivo",
    "La contraseña es conocida por dos personas.", "Pasaje: 40 soles", "Compás y regla: en el depósito",
])  # fmt: skip
def test_where_a_password_is_kept_may_be_said(text: str) -> None:
    assert not formulas.looks_secret(text)
