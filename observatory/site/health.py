"""Whether this instance works, for monitors: no names, addresses, paths or secrets."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify

from observatory.kernel import db, outbox
from observatory.kernel.logs import log
from observatory.kernel.pages import database
from observatory.records import derived

OK, DOWN = "ok", "down"
unguarded = Blueprint("health", __name__)
"""Outside the unit of work that wraps every other page: this one must answer when there is no database."""


@unguarded.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 when the database and the index answer, else 503; with what waits in the queues."""
    parts = {"database": _database(), "index": _index()}
    works = all(part["status"] == OK for part in parts.values())
    response = jsonify({"status": OK if works else DOWN, **parts, "queues": _queues()})
    response.headers["Cache-Control"] = "no-store"
    return response, 200 if works else 503


def _database() -> dict[str, Any]:
    kind = "sqlite" if database().is_sqlite else "postgresql"
    try:
        db.check(database())
    except Exception as error:  # whatever is wrong with it, the answer is that it is down
        log.error("database_down", error=type(error).__name__)
        return {"status": DOWN, "kind": kind}
    return {"status": OK, "kind": kind}


def _index() -> dict[str, Any]:
    """Down as well when it lacks records and nothing waits to be written: no search would ever find those."""
    shelf = current_app.extensions["observatory.shelf"]
    try:
        found = derived.compared(database(), shelf)
    except Exception as error:  # as above
        log.error("index_unknown", error=type(error).__name__)
        return {"status": DOWN}
    if found.problem is not None:
        log.error("index_down", problem=found.problem)
    status = OK if found.problem is None else DOWN
    return {"status": status, "documents": found.held, "records": found.records}


def _queues() -> dict[str, Any] | None:
    """What waits; None while the database does not answer."""
    try:
        with database().reading():
            return {"search": {"waiting": derived.queued()}, "mail": outbox.state()}
    except Exception as error:  # told above by the database's own part
        log.warning("queues_unknown", error=type(error).__name__)
        return None
