"""Which passwords are accepted, and how they are kept."""

from pathlib import Path

import pytest

from observatory.kernel.config import Settings
from observatory.kernel.errors import Invalid
from observatory.people.passwords import Passwords
from tests.app import PASSWORD

CHEAP = Passwords(memory_kib=64, time_cost=1)
GUESSES = """
123456789012345 1234567890123456 111111111111111 123123123123123 qwertyuiopasdfg qwertyuiopasdfghjkl
asdfghjklqwertyuiop abcdefghijklmno abcdefghijklmnopqrstuvwxyz abc123abc123abc123 qwerty123456789 1q1q1q1q1q1q1q1q
passwordpassword password1234567 password123456789 Password12345678 PASSWORDPASSWORD1 passwordpassword1
contraseñacontraseña contrasena12345 Contraseña123456 micontraseña123
observatorio2026 observatorioperu observatorioperu2026 observatoryobservatory Observatorio.Peru.2026 perucanonmineria
compromiso123456 compromisocompromiso mineria123456789 peruperuperuperu perú2026perú2026
aaaaaaaaaaaaaaaaaaaa abababababababab xyzxyzxyzxyzxyzxyz 000000000000000000 ----------------- 987654321098765
zxcvbnmasdfghjkl 1234qwer1234qwer1234 qwerty.qwerty.qwerty
""".split()


@pytest.fixture(autouse=True)
def _in_words(app_context: None) -> None:
    """Refusals are translated sentences."""


@pytest.mark.parametrize("guess", GUESSES)
def test_what_everybody_tries_first_is_refused(guess: str) -> None:
    with pytest.raises(Invalid):
        CHEAP.judge(guess)


@pytest.mark.parametrize(
    "password", ["rosaquisperosaquispe", "Rosa.Quispe.2026", "minerapunaalta2026", "rosa@mineras.example"]
)
def test_ones_own_names_are_no_password(password: str) -> None:
    with pytest.raises(Invalid):
        CHEAP.judge(password, words=("Rosa Quispe", "rosa@mineras.example", "Minera Puna Alta"))


@pytest.mark.parametrize("password", ["", "corta", "a" * 14, "catorce signos"])
def test_less_than_fifteen_characters_are_too_few(password: str) -> None:
    with pytest.raises(Invalid, match="15 characters"):
        CHEAP.judge(password)


@pytest.mark.parametrize("password", [PASSWORD, "ñandú verde sin prisa", "correct horse battery staple", "x7#kQ!2m-Zp9wLr", "日本語のとても長いパスワードです", "palabras " * 3 + "y otras once más"])  # fmt: skip
def test_long_and_unexpected_words_are_accepted_as_they_are(password: str) -> None:
    CHEAP.judge(password, words=("Rosa Quispe", "rosa@mineras.example"))
    stored = CHEAP.hash(password)
    assert CHEAP.matches(stored, password)
    assert not CHEAP.matches(stored, password + " ")
    assert not CHEAP.matches(stored, password.upper() if password.upper() != password else "x")


def test_sixty_four_characters_and_more_are_allowed_and_all_of_them_count() -> None:
    password = "Una frase bastante larga que nadie más escribiría así, con comas y todo."
    CHEAP.judge(password)
    assert not CHEAP.matches(CHEAP.hash(password), password[:-1])
    with pytest.raises(Invalid):
        CHEAP.judge("ab cd ef gh ij " * 20)


def test_the_operators_list_of_leaked_passwords_counts(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("La Mula Verde Cruza\n", encoding="utf-8")
    strict = Passwords(memory_kib=64, time_cost=1, breach_list=tmp_path / "list.txt")
    with pytest.raises(Invalid):
        strict.judge("la mula verde cruza")
    strict.judge("la llama azul no cruza")


def test_passwords_are_hashed_with_the_strength_that_was_decided(tmp_path: Path) -> None:
    settings = Settings.load({}, instance=tmp_path)
    stored = Passwords(memory_kib=settings.argon2_memory_kib, time_cost=settings.argon2_time).hash("x")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_nothing_matches_an_account_without_a_password() -> None:
    assert not CHEAP.matches(None, "nobody has this password")
    assert not CHEAP.matches("", "")
    assert not CHEAP.matches("rubbish", "rubbish")
