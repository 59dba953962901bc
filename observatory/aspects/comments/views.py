"""The pages of comments and of moderation, and the panel on every record's page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_login import login_required
from markupsafe import Markup

from observatory.aspects.comments import forms, naming, queries, service
from observatory.aspects.comments.models import ACTS, ERROR, OUTCOMES, REASONS, VISIBLE
from observatory.kernel import atom, feeds
from observatory.kernel.forms import Form, form_page
from observatory.kernel.pages import Pages, absolute, address
from observatory.kernel.policy import Actor, require
from observatory.kernel.text import _, excerpt, plain_text, render_markdown
from observatory.people.views import address as mailed
from observatory.records.queries import find_record

pages = Pages("comments", __name__)
FEED = 50
WORDS: dict[str, Any] = {"reasons": REASONS, "acts": ACTS, "outcomes": OUTCOMES}


def panel(actor: Actor, row: Any) -> Mapping[str, Any]:
    """The newest threads about a record, and the form to say something."""
    form = None if actor.is_guest else forms.CommentForm(formdata=None)
    return {
        "found": queries.threads(actor, row.id),
        "total": queries.count(actor, row.id),
        "form": form,
        **WORDS,
    }


@pages.get("/comments/of/<kind>/<slug>")
def index(kind: str, slug: str) -> str:
    record = find_record(g.actor, kind, slug)
    found = queries.threads(g.actor, record.id, request.args.get("after"))
    return render_template("comments/index.html", record=record, found=found, **WORDS)


@pages.post("/comments/of/<kind>/<slug>")
@login_required
def say(kind: str, slug: str) -> Any:
    record = find_record(g.actor, kind, slug)
    form = forms.CommentForm()
    if "preview" in request.form:
        return _preview(form, _("Comment on %(title)s", title=record.title), address(kind, slug))
    if form.carries_out(partial(service.say, address=mailed), g.actor, record):
        return _to(form.result.id)
    return _page(form, _("Comment on %(title)s", title=record.title), address(kind, slug))


@pages.route("/comments/of/<kind>/<slug>/error", methods=["GET", "POST"])
@login_required
def report_error(kind: str, slug: str) -> Any:
    record = find_record(g.actor, kind, slug)
    form = forms.ErrorForm()
    if form.carries_out(partial(service.say, kind=ERROR, address=mailed), g.actor, record):
        return _to(form.result.id)
    title = _("Report an error on “%(title)s”", title=record.title)
    return form_page(form, title, _("Send the report"), address(kind, slug))


@pages.get("/comments/<int:id>")
def show(id: int) -> str:
    comment = queries.find(g.actor, id)
    return render_template(
        "comments/thread.html",
        comment=comment,
        record=comment.record,
        found=queries.thread(g.actor, comment),
        acts_of=queries.acts_of(g.actor, comment),
        versions=queries.versions(g.actor, comment) if comment.edited_at and comment.state == VISIBLE else [],
        reports=queries.reports_of(g.actor, comment),
        **WORDS,
    )


@pages.route("/comments/<int:id>/reply", methods=["GET", "POST"])
@login_required
def reply(id: int) -> Any:
    comment = queries.find(g.actor, id)
    form = forms.CommentForm()
    title = _("Reply in “%(title)s”", title=comment.record.title)
    answered = comment if comment.state == VISIBLE else None
    if "preview" in request.form:
        return _preview(form, title, url_for(".show", id=id), answered)
    if form.carries_out(partial(service.say, thread=comment, address=mailed), g.actor, comment.record):
        return _to(form.result.id)
    return _page(form, title, url_for(".show", id=id), comment=answered)


@pages.route("/comments/<int:id>/edit", methods=["GET", "POST"])
@login_required
def edit(id: int) -> Any:
    return _act(id, "edit", forms.CommentForm, service.edit, _("Edit your comment"), _("Save"), fill=True)


@pages.route("/comments/<int:id>/report", methods=["GET", "POST"])
@login_required
def report(id: int) -> Any:
    told = _("Thank you: a moderator will look at it.")
    return _act(id, "report", forms.ReportForm, service.report, _("Report this comment"), _("Send"), told=told)


@pages.route("/comments/<int:id>/hiding", methods=["GET", "POST"])
@login_required
def hide(id: int) -> Any:
    return _act(id, "hide", forms.HideForm, service.hide, _("Hide this comment"), _("Hide it"))


@pages.route("/comments/<int:id>/dismissal", methods=["GET", "POST"])
@login_required
def dismiss(id: int) -> Any:
    return _act(id, "dismiss", forms.DismissForm, service.dismiss, _("Leave the comment as it is"), _("Leave it"))


@pages.route("/comments/<int:id>/appeal", methods=["GET", "POST"])
@login_required
def appeal(id: int) -> Any:
    return _act(id, "appeal", forms.AppealForm, service.appeal, _("Appeal"), _("Send the appeal"))


@pages.route("/comments/<int:id>/decision", methods=["GET", "POST"])
@login_required
def decide(id: int) -> Any:
    return _act(id, "decide", forms.DecisionForm, service.decide, _("Decide on this comment"), _("Decide"))


@pages.route("/comments/<int:id>/outcome", methods=["GET", "POST"])
@login_required
def settle(id: int) -> Any:
    return _act(id, "settle", forms.OutcomeForm, service.settle, _("Answer this report"), _("Answer"))


@pages.get("/comments/mentions")
@login_required
def mentions() -> str:
    page = queries.naming(g.actor, request.args.get("after"))
    return render_template("comments/list.html", page=page, title=_("Comments that name your organisations"), **WORDS)


@pages.get("/comments/errors")
@login_required
def errors() -> str:
    page = queries.errors(g.actor, request.args.get("after"))
    return render_template("comments/list.html", page=page, title=_("Reports of errors that wait for you"), **WORDS)


@pages.get("/moderation")
def log() -> str:
    page = queries.log(g.actor, request.args.get("after"))
    return render_template("comments/moderation.html", page=page, **WORDS)


@pages.get("/moderation/queue")
@login_required
def queue() -> str:
    page = service.read_queue(g.actor, None, after=request.args.get("after"))
    return render_template("comments/list.html", page=page, title=_("What waits for moderators"), queue=True, **WORDS)


@pages.get("/comments.atom")
def feed() -> Response:
    return _feed(queries.latest(g.actor, FEED), url_for(".feed"), url_for("site.home"), _("Comments"))


@pages.get("/comments/of/<kind>/<slug>.atom")
def record_feed(kind: str, slug: str) -> Response:
    record = find_record(g.actor, kind, slug)
    rows = queries.latest(g.actor, FEED, record.id)
    title = _("Comments on %(title)s", title=record.title)
    return _feed(rows, url_for(".record_feed", kind=kind, slug=slug), url_for(".index", kind=kind, slug=slug), title)


def _act(
    id: int, verb: str, form_class: type[Form], act: Any, title: str, button: str, *, told: str = "", fill: bool = False
) -> Any:
    """One form about one comment: whoever may not carry it out is not shown it."""
    comment = queries.find(g.actor, id)
    require(g.actor, f"comments.{verb}", comment)
    form = form_class(obj=comment) if fill else form_class(versioned=comment if verb in _VERSIONED else None)
    if form.carries_out(act, g.actor, comment):
        if told:
            flash(told)
        return _to(id)
    return _page(form, title, url_for(".show", id=id), button, comment)


_VERSIONED = {"hide", "dismiss", "decide", "settle"}


def _page(form: Form, title: str, back: str, button: str = "", comment: Any = None) -> Any:
    """The form, under the comment that it is about. Without `button`, a comment is being written: sent or previewed."""
    reports = queries.reports_of(g.actor, comment) if comment is not None else []
    page = render_template(
        "comments/form.html", form=form, title=title, back=back, button=button, comment=comment,
        reports=reports, preview=None, **WORDS,
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


def _preview(form: forms.CommentForm, title: str, back: str, answered: Any = None) -> str:
    """The form again with what its text will look like; nothing is kept."""
    body = form.body.data or ""
    named = naming.named_in(g.actor, body)
    form.renew()
    return render_template(
        "comments/form.html", form=form, title=title, back=back, button="", comment=answered, reports=[],
        preview=Markup(render_markdown(naming.linked(body, named))), **WORDS,  # noqa: S704 - it cleans
    )  # fmt: skip


def _to(id: int) -> Any:
    """To where a comment stands in its thread."""
    return redirect(url_for(".show", id=id) + f"#comment-{id}", 303)


def _feed(rows: Any, own: str, page: str, title: str) -> Response:
    entries = [
        atom.Entry(
            id=absolute(url_for(".show", id=row.id, lang=None)),
            url=absolute(url_for(".show", id=row.id)),
            title=_("On “%(title)s”", title=row.title),
            updated=row.edited_at or row.at,
            published=row.at,
            summary=excerpt(plain_text(row.html), 400),
        )
        for row in rows
    ]
    return feeds.response(title=title, address=own, page=page, entries=entries)
