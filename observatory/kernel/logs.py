"""Structured logs, one JSON object a line, without personal data: no names, addresses, contents or tokens."""

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
    if not address:
        return ""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::/48"
    return ".".join(address.split(".")[:3]) + ".0/24"
