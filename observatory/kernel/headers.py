"""The security headers of every answer."""

from __future__ import annotations

from flask import Flask, Response, g, request, session

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "X-Frame-Options": "DENY",
}
HSTS = "max-age=31536000; includeSubDomains"
_FOREIGN = {"cross-site", "same-site"}


def install(app: Flask, *, secure: bool) -> None:
    """Send the headers with every answer, and refuse writes that come from other sites."""

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        response.headers.setdefault("Cache-Control", "no-store" if is_personal() else "no-cache")
        return response


def is_personal() -> bool:
    """Whether the answer may hold something that is this visitor's alone: then no cache keeps it."""
    actor = g.get("actor")
    return request.method not in {"GET", "HEAD"} or (actor is not None and not actor.is_guest) or bool(session)


def from_elsewhere() -> bool:
    """Whether the browser says that this request was made by another site's page."""
    return request.headers.get("Sec-Fetch-Site", "").lower() in _FOREIGN
