"""What can happen to a handover. Items are told by their number: some are about what not everybody may see."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class HandoverOpened:
    until: str
    items: int
    sentence = lazy_("{actor} opened {record}, for the term that ends on {until}, with {items} items")


@dataclass(frozen=True)
class HandoverEdited:
    sentence = lazy_("{actor} changed what {record} says of the term")


@dataclass(frozen=True)
class InventoryRefreshed:
    items: int
    sentence = lazy_("{actor} added to {record} what came up since: {items} items")


@dataclass(frozen=True)
class CustodyAdded:
    number: int
    sentence = lazy_("{actor} added item {number} to {record}, in custody")


@dataclass(frozen=True)
class ItemConfirmed:
    number: int
    sentence = lazy_("{actor} confirmed item {number} of {record}")


@dataclass(frozen=True)
class ItemRemarked:
    number: int
    sentence = lazy_("{actor} did not confirm item {number} of {record} and says why")


@dataclass(frozen=True)
class ItemsConfirmed:
    items: int
    sentence = lazy_("{actor} confirmed {items} items of {record}")


@dataclass(frozen=True)
class ItemReceived:
    number: int
    sentence = lazy_("{actor} received item {number} of {record}")


@dataclass(frozen=True)
class ItemObserved:
    number: int
    sentence = lazy_("{actor} observed item {number} of {record}")


@dataclass(frozen=True)
class ItemsReceived:
    items: int
    sentence = lazy_("{actor} received {items} items of {record}")


@dataclass(frozen=True)
class ItemsObserved:
    items: int
    sentence = lazy_("{actor} observed {items} items of {record}")


@dataclass(frozen=True)
class SignedByOutgoing:
    digest: str
    sentence = lazy_("{actor} signed {record} for the office that goes; digest {digest}")


@dataclass(frozen=True)
class SignedByIncoming:
    digest: str
    sentence = lazy_("{actor} signed {record} for the office that comes; digest {digest}")


ALL = [
    HandoverOpened,
    HandoverEdited,
    InventoryRefreshed,
    CustodyAdded,
    ItemConfirmed,
    ItemRemarked,
    ItemsConfirmed,
    ItemReceived,
    ItemObserved,
    ItemsReceived,
    ItemsObserved,
    SignedByOutgoing,
    SignedByIncoming,
]
