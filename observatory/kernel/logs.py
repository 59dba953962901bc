"""Structured logs, one JSON object a line, without personal data: no names, addresses, contents or tokens."""

import ipaddress
import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

log = structlog.get_logger("observatory")


def configure(*, level: int = logging.INFO) -> None:
    """Send logs to standard error as JSON."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _where(logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """In place of a traceback the lines it passed through: its messages may hold what somebody wrote."""
    if event.pop("exc_info", None):
        frames = traceback.extract_tb(sys.exc_info()[2])
        event["where"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    return event


def network_of(address: str | None) -> str:
    """`address` cut to its network (IPv4 /24, IPv6 /48): enough to see abuse, too little to see a person."""
    found = _parsed(address)
    return "" if found is None else str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def client_of(address: str | None) -> str:
    """Who counts as one visitor by `address`: an IPv4 address, or the /64 of an IPv6 one, since whoever has one has
    at least as many as that holds."""
    found = _parsed(address)
    if found is None:
        return address or ""
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def _parsed(address: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found
