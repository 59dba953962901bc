"""What can happen to a record's files. Told on the record, by number: the name of one that is hidden or erased must not
stay in the history, which is never changed."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class FileAttached:
    number: int
    sha256: str
    sentence = lazy_("{actor} attached file {number} to {record}")


@dataclass(frozen=True)
class FileWithdrawn:
    number: int
    reason: str
    sentence = lazy_("{actor} withdrew file {number} from {record}: {reason}")


@dataclass(frozen=True)
class FileBroughtBack:
    number: int
    sentence = lazy_("{actor} published the withdrawn file {number} of {record} again")


@dataclass(frozen=True)
class FileErased:
    number: int
    sha256: str
    reason: str
    sentence = lazy_("{actor} erased file {number} of {record}: {reason}")
