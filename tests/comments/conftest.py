"""The demonstration with a real mail server behind it."""

from tests.people.conftest import post

__all__ = ["post"]
