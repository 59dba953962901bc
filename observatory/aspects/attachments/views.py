"""The panel of files on every record, and the pages for sending, publishing, reading and taking them back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_login import login_required

from observatory.aspects.attachments import forms, queries, service
from observatory.aspects.attachments.models import Attachment, AttachmentDraft
from observatory.kernel import intake, photographs
from observatory.kernel.errors import Invalid, NotFound, Refused, Stale
from observatory.kernel.files import Files, Sealed, spoken_of
from observatory.kernel.forms import Form, form_page
from observatory.kernel.intake import Content
from observatory.kernel.media import MEDIA
from observatory.kernel.pages import Pages, address, database, registry
from observatory.kernel.policy import Actor, may, require
from observatory.kernel.text import _
from observatory.records import Record
from observatory.records.queries import find_record

pages = Pages("attachments", __name__, url_prefix="/files")
MOST_AT_ONCE = 10
_SAFE = "default-src 'none'; sandbox"
_SHOWN_OF_TEXT = 20_000


def stored() -> Files:
    """The files of the current app."""
    found: Files = current_app.extensions["observatory.files"]
    return found


def sealed() -> Sealed:
    """What was sent and waits to be published."""
    found: Sealed = current_app.extensions["observatory.sealed"]
    return found


def _secret() -> str:
    """What seals an upload: the token of the visitor's session, which is stored nowhere."""
    token: str | None = getattr(session, "token", None)
    if token is None:
        raise Refused(_("you are signed in"))
    return token


def panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """The newest files of a record, and the way to add one for those who may."""
    found = queries.of(actor, row.id)
    can_attach = actor.acts and may(actor, "attachments.attach", row)
    waiting = queries.drafts(actor, row.id) if can_attach else []
    if not found and not can_attach:
        return None
    total = queries.count(actor, row.id) if len(found) == queries.PANEL else len(found)
    return {"found": found, "total": total, "can_attach": can_attach, "waiting": waiting, "media": MEDIA}


@pages.get("/of/<kind>/<slug>")
def index(kind: str, slug: str) -> str:
    record = find_record(g.actor, kind, slug)
    page = queries.page(g.actor, record.id, request.args.get("after"))
    return render_template("attachments/index.html", record=record, page=page, media=MEDIA)


@pages.route("/of/<kind>/<slug>/new", methods=["GET", "POST"])
@login_required
def new(kind: str, slug: str) -> Any:
    record = find_record(g.actor, kind, slug)
    require(g.actor, "attachments.attach", record)
    form = forms.SendForm()
    if form.carries_out(_send, g.actor, record):
        return redirect(url_for(".describe", id=form.result[0].id), 303)
    return render_template(
        "attachments/new.html", form=form, record=record
    ), form.status if form.is_submitted() else 200


def _send(actor: Actor, record: Record, *, files: list[Any] | None) -> list[AttachmentDraft]:
    """Everything that was sent, or nothing: where one file can't be taken, none is."""
    sent = [each for each in files or () if getattr(each, "filename", "")]
    if not sent:
        raise Invalid(_("Choose at least one file."), field="files")
    if len(sent) > MOST_AT_ONCE:
        raise Invalid(_("Send at most %(number)s files at once.", number=MOST_AT_ONCE), field="files")
    contents = [intake.receive(each.read(), each.filename) for each in sent]
    return [service.send(actor, record, content=each, secret=_secret(), sealed=sealed()) for each in contents]


@pages.route("/drafts/<id>", methods=["GET", "POST"])
@login_required
def describe(id: str) -> Any:
    draft = queries.draft(g.actor, id)
    content = _opened(draft)
    form = forms.PublishForm()
    if not form.is_submitted():
        form.title.data = draft.file_name.rpartition(".")[0].replace("_", " ")
    keep = partial(service.publish, cells=_cells(), secret=_secret(), sealed=sealed(), files=stored())
    if form.carries_out(keep, g.actor, draft):
        flash(_("Published: %(name)s", name=form.result.title))
        return redirect(_after(draft), 303)
    columns, rows = photographs.grid(draft.width, draft.height) if content.preview else (0, 0)
    page = render_template(
        "attachments/describe.html", form=form, draft=draft, record=draft.record, media=MEDIA, columns=columns,
        rows=rows, covered=_cells(), left=[each for each in queries.drafts(g.actor, draft.record_id) if each.id != id],
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


def _after(draft: AttachmentDraft) -> str:
    """Where to go on: the next file that was sent with it, or else the record's page."""
    left = [each for each in queries.drafts(g.actor, draft.record_id) if each.id != draft.id]
    return (
        url_for(".describe", id=left[0].id) if left else address(draft.record.kind, draft.record.slug) + "#panel-files"
    )


def _cells() -> set[int]:
    return {int(cell) for cell in request.form.getlist("cell")[:4_000] if cell.isascii() and cell.isdigit()}


def _opened(draft: AttachmentDraft) -> Content:
    kept = sealed().opened(draft.id, _secret())
    if kept is None:
        raise Stale(service.GONE)
    return Content.unsealed(kept)


@pages.get("/drafts/<id>/picture")
@login_required
def draft_picture(id: str) -> Response:
    content = _opened(queries.draft(g.actor, id))
    if not content.preview:
        raise NotFound
    return _bytes([content.body], content.media.type)


@pages.post("/drafts/<id>/discard")
@login_required
def discard(id: str) -> Any:
    draft = queries.draft(g.actor, id)
    onwards = _after(draft)
    service.discard(g.actor, draft, sealed=sealed())
    flash(_("Discarded: %(name)s", name=draft.file_name))
    return redirect(onwards, 303)


@pages.get("/<int:id>")
def show(id: int) -> str:
    attachment = queries.find(g.actor, id)
    text = queries.text_of(g.actor, attachment) if attachment.is_open else ""
    return render_template(
        "attachments/show.html", file=attachment, record=attachment.record, media=MEDIA, text=text[:_SHOWN_OF_TEXT],
        cut=len(text) > _SHOWN_OF_TEXT, added_by=queries.added_by(g.actor, attachment),
    )  # fmt: skip


@pages.get("/<int:id>/content/<name>")
def content(id: int, name: str) -> Any:
    attachment = _readable(id)
    if name != attachment.file_name:
        return redirect(url_for(".content", id=id, name=attachment.file_name), 302)
    kind = MEDIA[attachment.media_type]
    return _file(attachment.sha256, kind.served_as, size=attachment.size, download=attachment.file_name)


@pages.get("/<int:id>/preview")
def preview(id: int) -> Any:
    return _picture(id, small=True)


@pages.get("/<int:id>/picture")
def picture(id: int) -> Any:
    return _picture(id, small=False)


def _picture(id: int, *, small: bool) -> Any:
    """A picture to be seen in a page: drawn anew by us, so that it can be nothing else."""
    attachment = _readable(id)
    if attachment.preview_sha256 is None:
        raise NotFound
    if small:
        return _file(attachment.preview_sha256, "image/jpeg")
    return _file(attachment.sha256, attachment.media_type, size=attachment.size)


def _readable(id: int) -> Attachment:
    attachment = queries.find(g.actor, id)
    if not attachment.is_open:
        raise NotFound
    return attachment


def _file(sha256: str, kind: str, *, size: int | None = None, download: str | None = None) -> Response:
    if request.if_none_match.contains(sha256):
        return _headers(Response(status=304), sha256)
    pieces = stored().read(sha256)
    if pieces is None:
        raise NotFound
    response = _headers(_bytes(pieces, kind), sha256)
    if size is not None:
        response.content_length = size
    if download is not None:
        response.headers.set("Content-Disposition", "attachment", filename=download)
    return response


def _headers(response: Response, sha256: str) -> Response:
    response.set_etag(sha256)
    return response


def _bytes(pieces: Any, kind: str) -> Response:
    response = Response(pieces, content_type=f"{kind}; charset=utf-8" if kind == "text/plain" else kind)
    response.headers["Content-Security-Policy"] = _SAFE
    return response


@pages.route("/<int:id>/withdrawal", methods=["GET", "POST"])
@login_required
def withdraw(id: int) -> Any:
    return _act(id, "withdraw", service.withdraw, _("Withdraw this file"), _("Withdraw"))


@pages.route("/<int:id>/return", methods=["GET", "POST"])
@login_required
def bring_back(id: int) -> Any:
    return _act(id, "bring_back", service.bring_back, _("Publish this file again"), _("Publish"), forms=Form)


@pages.route("/<int:id>/erasure", methods=["GET", "POST"])
@login_required
def erase(id: int) -> Any:
    intro = _(
        "Its content is deleted for good and nobody can bring it back. The reason, its date and its SHA-256 stay."
    )
    act = partial(service.erase, drop=_drop)
    return _act(id, "erase", act, _("Erase this file"), _("Erase for good"), intro=intro)


def _drop(hashes: list[str]) -> None:
    """Delete these contents, but those that another row speaks of."""
    kept = spoken_of(database(), registry().contents)
    for sha256 in hashes:
        if sha256 not in kept:
            stored().delete(sha256)


def _act(
    id: int, verb: str, act: Any, title: str, button: str, *, forms: type[Form] = forms.ReasonForm, intro: str = ""
) -> Any:
    attachment = queries.find(g.actor, id)
    require(g.actor, f"attachments.{verb}", attachment)
    form = forms(versioned=attachment)
    if form.carries_out(act, g.actor, attachment):
        return redirect(url_for(".show", id=id), 303)
    return form_page(form, title, button, url_for(".show", id=id), intro)
