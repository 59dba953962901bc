"""The moment in which the database is replaced: every process answers 503, lets go of its connections, and goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from observatory.kernel.db import Database

FLAG = "maintenance"
"""The file in the instance's folder that closes the site while it is there."""
_WORDS = "El sitio se está restaurando: vuelva a intentar en un minuto.\nThe site is being restored: try again in a minute.\n"


class Maintenance:
    """A WSGI layer around everything else."""

    def __init__(self, app: Any, instance: Path, database: Database, reopened: Callable[[], None]) -> None:
        self.app = app
        self.flag = str(instance / FLAG)
        self.database = database
        self.reopened = reopened
        self.closed = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if os.path.exists(self.flag):
            self.let_go()
            body = _WORDS.encode()
            headers = [
                ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), ("Retry-After", "30"),
                ("Cache-Control", "no-store"),
            ]  # fmt: skip
            start_response("503 Service Unavailable", headers)
            return [body]
        if self.closed:
            self.closed = False
            self.reopened()
        return self.app(environ, start_response)  # type: ignore[no-any-return]

    def let_go(self) -> None:
        """Close the connections: the file or the tables behind them are about to be others."""
        if not self.closed:
            self.database.close()
            self.closed = True
