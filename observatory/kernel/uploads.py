"""How much may be sent where, and that what is sent stays in memory until it was looked at."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any

from flask import Flask, Request, request


class InMemory(Request):
    """A request whose files are never written to temporary ones: what is taken out of a photograph was on no disk."""

    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:  # fmt: skip
        return io.BytesIO()


def install(app: Flask, bodies: Mapping[str, int]) -> None:
    """Let these endpoints take larger bodies than the rest. To be installed before whatever reads a form."""

    @app.before_request
    def _allow() -> Any:
        most = bodies.get(request.endpoint or "")
        if most is not None:
            request.max_content_length = most
