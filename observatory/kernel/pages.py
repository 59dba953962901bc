"""The path of a request: one unit of work around each view, one commit, and errors as pages."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import BadRequest, HTTPException, SecurityError
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

from observatory.kernel import clock, db
from observatory.kernel.db import Base, Database
from observatory.kernel.errors import Problem, Refused, Stale, TooMany
from observatory.kernel.headers import from_elsewhere
from observatory.kernel.logs import log
from observatory.kernel.policy import Actor
from observatory.kernel.text import _

if TYPE_CHECKING:
    from observatory.kernel.config import Settings
    from observatory.kernel.registry import Registry

SAFE = {"GET", "HEAD", "OPTIONS"}
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Submission(Base):
    """A form that was carried out, by the random key it was opened with: sent twice, it is done once."""

    __tablename__ = "submissions"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    location: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[Any] = mapped_column(db.UtcDateTime, index=True)


def database() -> Database:
    """The database of the current app."""
    found: Database = current_app.extensions["observatory.database"]
    return found


def registry() -> Registry:
    """All manifests of the current app."""
    found: Registry = current_app.extensions["observatory.registry"]
    return found


def settings() -> Settings:
    """The settings of the current app, with what its administrators set."""
    found: Settings = current_app.extensions["observatory.preferences"].current()
    return found


def address(kind: str, slug: str) -> str:
    """The address of a record's page, from the endpoint its room declared; empty for a kind nobody declares."""
    declared = registry().kinds.get(kind)
    return url_for(declared.endpoint, slug=slug) if declared else ""


def absolute(path: str) -> str:
    """`path` with scheme and host: what is read outside this site (feeds, exports, mail) needs whole addresses."""
    root = settings().public_url or request.host_url
    return root.rstrip("/") + path


def removable(endpoint: str, filters: Mapping[str, str], named: Mapping[str, Any]) -> list[tuple[object, str]]:
    """The filters in force as chips: what each is called and the address of the list without it."""
    found = []
    for name, value in filters.items():
        others = {other: filters[other] for other in filters if other != name}
        found.append((named.get(name) or value, url_for(endpoint, **others)))  # type: ignore[arg-type]
    return found


def panels_for(kind: str, row: Any) -> list[dict[str, Any]]:
    """What other rooms show on the page of `row`: {"template", "order", "values"} each, for `records/_panels.html` and,
    where a page shows the first ones earlier, `records/_first_panels.html`.

    Its template sees all that the page sees, and over it the panel's values and the row as `record`.
    """
    found = []
    for panel in registry().panels(kind):
        values = panel.content(g.actor, row)
        if values is not None:
            found.append({"template": panel.template, "order": panel.order, "values": {"record": row, **values}})
    return found


@pass_context
def show_panel(context: Context, panel: dict[str, Any]) -> Markup:
    """A panel of `panels_for`, rendered; a template global."""
    template = context.environment.get_template(panel["template"])
    return Markup(template.render({**context.get_all(), **panel["values"]}))  # noqa: S704 - its template escaped


class Number(IntegerConverter):
    """Numbers in addresses: no larger than the databases' integers, else there is no such page."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int = 2**31 - 1) -> None:
        super().__init__(map, fixed_digits, min, max)


class Pages(Blueprint):
    """A blueprint whose views run inside one unit of work.

    A reading method can't write. A writing one commits once, after the view returned below 400; a returned 422 or
    anything raised rolls back.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.add_app_template_global(address)
        self.add_app_template_global(show_panel)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        if view_func is not None:
            endpoint = endpoint or view_func.__name__
            view_func = _in_unit_of_work(view_func)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


def _in_unit_of_work(view: Callable[..., Any]) -> Callable[..., BaseResponse]:
    @functools.wraps(view)
    def run(**arguments: Any) -> BaseResponse:
        writes = request.method not in SAFE
        if "\0" in request.path or b"%00" in request.query_string:  # PostgreSQL can't even be asked about it
            raise BadRequest
        if writes and from_elsewhere():
            text = _("The form was sent from another site's page. Open the page here and send it again.")
            return problem_page(403, _("You may not do this"), text)
        key = request.form.get("submission", "") if writes else ""
        key = key if _KEY.fullmatch(key) else ""
        try:
            return _carried_out(view, arguments, key)
        except IntegrityError:
            if key and _was_sent(key):  # twice at the same moment: the other one was carried out
                return _carried_out(view, arguments, key)
            raise

    return run


def _carried_out(view: Callable[..., Any], arguments: dict[str, Any], key: str) -> BaseResponse:
    """The answer of `view`. A form whose `key` was carried out before leads where it led then; where it led nowhere,
    its page is shown again and nothing is kept."""
    writes = request.method not in SAFE
    with database().unit_of_work(write=writes) as unit:
        g.actor = current_app.extensions["observatory.actor"]()
        submission = unit.get(Submission, key) if key else None
        repeated = submission is not None
        if submission is not None:
            if submission.person_id != g.actor.person_id:
                raise Stale(_("This form was sent already. Open it again and look."))
            if submission.location:
                return redirect(submission.location, 303)
        elif key:
            submission = Submission(key=key, person_id=g.actor.person_id, at=clock.now())
            unit.add(submission)
            unit.flush()
        response = make_response(view(**arguments))
        if writes and (repeated or response.status_code >= 400):
            db.abandon()
        elif submission is not None:
            submission.location = response.location
        return response


def _was_sent(key: str) -> bool:
    with database().reading() as unit:
        return unit.get(Submission, key) is not None


def sweep(database: Database) -> None:
    """Forget submissions after a day: nobody sends a form again that late."""
    with database.side_transaction() as unit:
        unit.execute(delete(Submission).where(Submission.at < clock.now() - dt.timedelta(days=1)))


def wants_json() -> bool:
    """Whether the address asked for is a machine's."""
    return request.path.endswith(".json") or request.path.startswith("/api/")


def problem_page(status: int, title: str, text: str, *, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """An error as a page, or as problem+json (RFC 9457) for machines."""
    response: Response
    if wants_json():
        response = jsonify({"type": "about:blank", "title": title, "status": status, "detail": text})
        response.content_type = "application/problem+json"
    else:
        try:
            response = make_response(
                render_template("errors/problem.html", title=title, text=text, status=status, **more)
            )
        except db.UNAVAILABLE:
            response = make_response(f"{title}\n\n{text}\n")
            response.content_type = "text/plain; charset=utf-8"
    response.status_code = status
    response.headers.update(headers or {})
    return response


def install_errors(app: Any, *, sign_in: Callable[[], BaseResponse]) -> None:
    """Turn problems into pages. A signed-out visitor who is refused is sent to sign in."""

    def actor() -> Actor:
        return g.get("actor") or Actor.guest()

    @app.errorhandler(Problem)  # type: ignore[untyped-decorator]
    def _problem(problem: Problem) -> BaseResponse:
        if isinstance(problem, Refused):
            if actor().is_guest and not wants_json():
                return sign_in()
            text = _("You can do this when: %(reason)s.", reason=str(problem.reason))
            return problem_page(403, _("You may not do this"), text)
        if isinstance(problem, TooMany):
            minutes = max(1, round(problem.retry_after / 60))
            text = _("Too many tries from here. Wait %(minutes)s min and try again.", minutes=minutes)
            return problem_page(429, _("Please wait a little"), text, headers={"Retry-After": str(problem.retry_after)})
        if problem.status == 404:
            return _not_found()
        if problem.status == 409:
            return problem_page(409, _("This changed meanwhile"), str(problem))
        return problem_page(problem.status, _("This can't be saved"), str(problem))

    @app.errorhandler(HTTPException)  # type: ignore[untyped-decorator]
    def _http(error: HTTPException) -> BaseResponse:
        if isinstance(error, SecurityError):  # asked for under a name that is not ours: no page of ours answers
            return Response("Bad request\n", 400, content_type="text/plain; charset=utf-8")
        if error.code == 404:
            return _not_found()
        if error.code is None or error.code < 400:
            return error.get_response()
        words = {
            400: (_("This could not be understood"), _("Go back, reload the page and send the form again.")),
            405: (_("Not possible here"), _("This address can't be used that way.")),
            413: (_("Too large"), _("What was sent is larger than this site accepts.")),
        }
        title, text = words.get(error.code, (_("This did not work"), error.name))
        return problem_page(error.code, title, text)

    def _unavailable(error: DBAPIError) -> BaseResponse:
        log.error("database_unavailable", path=request.url_rule.rule if request.url_rule else "")
        if request.method in SAFE:
            text = _("The database does not answer just now. Try again in a minute.")
        else:
            text = _(
                "Nothing was saved: the database can't be written just now. Go back, keep your text and try again."
            )
        return problem_page(503, _("Not available just now"), text, headers={"Retry-After": "60"})

    for unavailable in db.UNAVAILABLE:
        app.register_error_handler(unavailable, _unavailable)

    @app.errorhandler(Exception)  # type: ignore[untyped-decorator]
    def _fault(error: Exception) -> BaseResponse:
        if app.config.get("TESTING") and app.config.get("PROPAGATE"):
            raise error
        log.error(
            "fault", error=type(error).__name__, path=request.url_rule.rule if request.url_rule else "", exc_info=True
        )
        return problem_page(
            500, _("Something went wrong on our side"), _("Nothing was saved. The fault was written down.")
        )


def _not_found() -> Response:
    text = _("It may have been moved or withdrawn, or it is not public. Search for it, or start from the home page.")
    return problem_page(404, _("There is no such page"), text)
