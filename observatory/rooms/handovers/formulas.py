"""How far a handover has come, what is orphaned, and what exactly was signed: told when asked, never stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from observatory.kernel.text import fold
from observatory.records.models import Record
from observatory.rooms.handovers.models import (
    CLOSED,
    INCOMING,
    OPEN,
    OUTGOING,
    PREPARING,
    TRANSFER,
    Handover,
    HandoverItem,
    HandoverSignature,
)

_c = Handover.__table__.c
_state = Record.__table__.c.state


def signed_sql(side: str) -> ColumnElement[bool]:
    """Whether a signature of a side stands."""
    own = select(HandoverSignature.id).where(
        HandoverSignature.handover_id == _c.id, HandoverSignature.side == side, HandoverSignature.voided_at.is_(None)
    )
    return own.correlate(Handover.__table__).exists()


def stage_is_sql(stage: str, today: dt.date) -> ColumnElement[bool]:
    """The condition that a handover has come so far; twin of `stage`."""
    begun = or_(_c.term_ends_on < today, signed_sql(OUTGOING))
    if stage == CLOSED:
        return _state == CLOSED
    if stage == TRANSFER:
        return and_(_state == OPEN, begun)
    return and_(_state == OPEN, ~begun) if stage == PREPARING else Record.__table__.c.id.is_(None)


def stage(row: Any, today: dt.date) -> str:
    """Being prepared; being handed over, once the outgoing office signed or its term is over; or closed. `row` has state,
    term_ends_on, outgoing_signed."""
    if row.state == CLOSED:
        return CLOSED
    return TRANSFER if is_over(row, today) or row.outgoing_signed else PREPARING


def is_over(row: Any, today: dt.date) -> bool:
    """Whether the last day of the term is over, in Lima."""
    return bool(row.term_ends_on < today)


def is_orphaned(item: Any, row: Any, today: dt.date) -> bool:
    """Nobody of the new office received or observed it, and the term is over."""
    return not item.answer and is_over(row, today)


def orphaned_sql(today: dt.date) -> ColumnElement[bool]:
    """Whether a handover has an orphaned item."""
    own = select(HandoverItem.id).where(HandoverItem.handover_id == _c.id, HandoverItem.answer == "")
    return and_(_c.term_ends_on < today, own.correlate(Handover.__table__).exists())


def content(handover: Any, items: Iterable[Any], side: str) -> dict[str, Any]:
    """What a side signs: the outgoing one the inventory with what it says of each item, the incoming one its answers
    besides."""
    named = ("number", "source", "key", "title", "why", "kind", "detail", "note")

    def told(item: Any) -> dict[str, Any]:
        own = {name: getattr(item, name) for name in named} | {"confirmed": item.confirmed_at is not None}
        return own | ({"answer": item.answer, "reason": item.reason} if side == INCOMING else {})

    return {
        "handover": handover.id,
        "term_ends_on": handover.term_ends_on.isoformat(),
        "act": handover.act,
        "proclaimed_by": handover.proclaimed_by,
        "side": side,
        "items": [told(item) for item in sorted(items, key=lambda item: item.number)],
    }


def digest(told: dict[str, Any]) -> str:
    """SHA-256 of canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


_NAMES = r"(?:contrase[nñ]as?|claves?(?: (?:de acceso|de usuario|de red|secreta|sol|wifi))?|passwords?|passwd|passphrase|pwd|pass"
_NAMES += r"|pin|token|secret|secreto|api[ _-]?key)"
_SECRET = re.compile(
    rf"(?<![\w]){_NAMES}(?![\w])(?:[^\n:=.;]{{0,40}}?[:=]\s*\S|[^\n:=.;]{{0,30}}?\b(?:es|is)\s+[\"'“«]?\S*[\d!@#$%&*_+]\S*)"
)


def looks_secret(text: str) -> bool:
    """Whether a text seems to give a password away, such as "contraseña: xyz" or "password=xyz"."""
    return _SECRET.search(fold_lines(text)) is not None


def fold_lines(text: str) -> str:
    """`text` folded line by line."""
    return "\n".join(fold(line) for line in text.splitlines())
