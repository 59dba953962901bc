"""Passwords: hashed with argon2id, judged by length and by what is easily guessed here."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from observatory.kernel.errors import Invalid
from observatory.kernel.text import _, fold

SHORTEST, LONGEST = 15, 200
_gate = threading.BoundedSemaphore(2)
_CONTEXT = (
    "observatorio",
    "observatory",
    "contrasena",
    "contraseña",
    "password",
    "compromiso",
    "mineria",
    "canon",
    "peru",
)
_SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "0987654321")


class Passwords:
    """Hashes and checks. At most two hashes are computed at once, so that sign-ins can't starve readers."""

    def __init__(self, *, memory_kib: int, time_cost: int, breach_list: Path | None = None) -> None:
        self.hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._absent = self.hasher.hash("nobody has this password")
        self.breach_list = breach_list

    def hash(self, password: str) -> str:
        with _gate:
            return self.hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one; an unknown account costs the same time."""
        try:
            with _gate:
                found = self.hasher.verify(stored or self._absent, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return bool(found) and stored is not None

    def outdated(self, stored: str) -> bool:
        return self.hasher.check_needs_rehash(stored)

    def judge(self, password: str, *, words: tuple[str, ...] = ()) -> None:
        """Raise Invalid, saying what to do, unless `password` is fit. `words` are the person's own: name, address."""
        if len(password) < SHORTEST:
            raise Invalid(
                _(
                    "Use at least %(count)s characters. Four words that nobody would expect together are easy to remember.",
                    count=SHORTEST,
                ),
                field="password",
            )
        if len(password) > LONGEST:
            raise Invalid(_("Use at most %(count)s characters.", count=LONGEST), field="password")
        if is_guessable(password, words) or fold(password) in breached(self.breach_list):
            raise Invalid(
                _("This is easy to guess: it repeats itself or is made of a name or word used here. Choose another."),
                field="password",
            )


def is_guessable(password: str, words: tuple[str, ...] = ()) -> bool:
    """Whether what is left of `password` without known words, sequences and repetitions is too little."""
    rest = fold(password).replace(" ", "")
    if len(set(rest)) < 6:
        return True
    for size in range(1, len(rest) // 2 + 1):
        if rest == (rest[:size] * (len(rest) // size + 1))[: len(rest)]:
            return True
    parts = sorted(
        {fold(part) for word in (*words, *_CONTEXT) for part in word.replace("@", " ").replace(".", " ").split()}
    )
    for part in sorted((part for part in parts if len(part) > 3), key=len, reverse=True):
        rest = rest.replace(part, "")
    for sequence in _SEQUENCES:
        for size in range(len(sequence), 3, -1):
            for start in range(len(sequence) - size + 1):
                rest = rest.replace(sequence[start : start + size], "")
    return len(rest.strip("0123456789!.-_ ")) < 6


@lru_cache(maxsize=2)
def breached(path: Path | None) -> frozenset[str]:
    """The operator's list of leaked passwords (one a line), if there is one."""
    if path is None or not path.is_file():
        return frozenset()
    with path.open(encoding="utf-8", errors="replace") as lines:
        return frozenset(fold(line.strip()) for line in lines if len(line) > SHORTEST)
