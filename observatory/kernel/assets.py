"""Style sheets, scripts and fonts: one style sheet put together at the start, addresses that change with the content."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from pathlib import Path

from flask import Flask, Response, abort, send_file

OFFLINE = (
    "site.css", "favicon.svg", "fonts/alegreya-600.woff2", "js/search.js", "js/language.js", "js/menus.js", "js/notes.js", "js/session.js",
)  # fmt: skip
"""What the pages of sessions need without a connection."""
FOREVER = "public, max-age=31536000, immutable"


class Assets:
    """`address("site.css")` is where a file of `folder` is served; `site.css` is css/ put together by its order.txt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        parts = (folder / "css" / "order.txt").read_text().split()
        self.css = "\n".join((folder / "css" / name).read_text() for name in parts)
        self.marks: dict[str, str] = {"site.css": _mark(self.css.encode())}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in {".js", ".woff2", ".svg", ".png", ".ico"}:
                self.marks[path.relative_to(folder).as_posix()] = _mark(path.read_bytes())
        for name, mark in self.marks.items():
            if name.endswith(".woff2"):
                self.css = self.css.replace(f"../{name}", f"{name}?v={mark}").replace(
                    f"/static/{name}", f"{name}?v={mark}"
                )
        self.marks["site.css"] = _mark(self.css.encode())

    @property
    def worker(self) -> str:
        """The service worker: which files it keeps, and their version, before its own text."""
        addresses = [self.address(name) for name in OFFLINE]
        parts = [(self.folder / name).read_text() for name in ("js/notes.js", "worker/service-worker.js")]
        version = _mark("\n".join([*addresses, *parts]).encode())
        return "\n".join([f'const VERSION = "{version}";', f"const ASSETS = {json.dumps(addresses)};", *parts])

    def address(self, name: str) -> str:
        return f"/static/{name}?v={self.marks[name]}"

    def install(self, app: Flask) -> None:
        """Serve them, and only them."""

        worker = self.worker

        @app.get("/service-worker.js")
        def service_worker() -> Response:
            response = Response(worker, mimetype="text/javascript")
            response.headers["Cache-Control"] = "no-cache"
            return response

        @app.get("/static/<path:name>", endpoint="static")
        def static(name: str) -> Response:
            if name not in self.marks:
                abort(404)
            if name == "site.css":
                response = Response(self.css, mimetype="text/css")
            else:
                kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
                kind = "font/woff2" if name.endswith(".woff2") else kind
                response = send_file(self.folder / name, mimetype=kind)
                response.direct_passthrough = False
            response.headers["Cache-Control"] = FOREVER
            return response


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]
