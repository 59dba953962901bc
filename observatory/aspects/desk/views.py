"""The desk's pages: send a file, say how it is read, look at what would be done, write it, and take it back."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_login import login_required

from observatory.aspects.desk import forms, queries, service
from observatory.aspects.desk.models import ImportBatch, ImportUpload
from observatory.aspects.desk.waiting import KINDS, Waiting
from observatory.kernel.desk import CHANGED, NEW, REFUSED, SUSPICIOUS, UNCHANGED, Register, Stream, propose
from observatory.kernel.errors import Invalid, NotFound, Stale
from observatory.kernel.files import Files
from observatory.kernel.forms import Form, options
from observatory.kernel.pages import Pages, registry
from observatory.kernel.policy import Actor, require
from observatory.kernel.sheets import Sheet
from observatory.kernel.text import _, lazy_

pages = Pages("desk", __name__, url_prefix="/desk")
PAGE = 50
_SHOWN_STEPS = 200
WORDS = {
    NEW: lazy_("New"), CHANGED: lazy_("Changed"), REFUSED: lazy_("Refused"), UNCHANGED: lazy_("Unchanged"),
    SUSPICIOUS: lazy_("Worth a second look"),
}  # fmt: skip
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def waiting() -> Waiting:
    """The files of the current app that wait to be written."""
    found: Waiting = current_app.extensions["observatory.imports"]
    return found


def _stored() -> Files:
    found: Files = current_app.extensions["observatory.files"]
    return found


def _register(name: str) -> Register:
    found: Register | None = registry().registers.get(name)
    if found is None:
        raise NotFound
    return found


def _allowed() -> list[Register]:
    return [each for each in registry().registers.values() if g.actor.acts and each.rule.holds(g.actor)]


@pages.get("")
@login_required
def index() -> str:
    return _index(_send_form())


def _send_form() -> forms.SendForm:
    form = forms.SendForm()
    allowed = _allowed()
    form.register.choices = options((each.name, each.label) for each in allowed)
    if len(allowed) == 1 and not form.is_submitted():
        form.register.data = allowed[0].name
    return form


def _index(form: forms.SendForm) -> str:
    found = queries.batches(g.actor, request.args.get("after"))
    return render_template(
        "desk/index.html", form=form, allowed=_allowed(), uploads=queries.uploads(g.actor), page=found,
        registers=registry().registers, words=WORDS,
    )  # fmt: skip


@pages.post("")
@login_required
def send() -> Any:
    form = _send_form()
    if form.carries_out(_receive, g.actor, None):
        return redirect(url_for(".read", id=form.result.id), 303)
    return _index(form), form.status


def _receive(actor: Actor, subject: None, *, register: str, file: Any) -> ImportUpload:
    name = getattr(file, "filename", "") or ""
    if not name:
        raise Invalid(_("Choose a file."), field="file")
    try:
        keep = partial(service.receive, data=file.read(), file_name=name, waiting=waiting())
        return keep(actor, _register(register))
    except Invalid as problem:
        raise Invalid(problem.message, field="file") from None


@pages.route("/uploads/<id>", methods=["GET", "POST"])
@login_required
def read(id: str) -> Any:
    """How a file is read: proposed, and for the person to say."""
    upload = queries.upload(g.actor, id)
    register = _register(upload.register)
    require(g.actor, "desk.check", register)
    number = _number(request.form.get("sheet", upload.mapping.get("sheet", 0)))
    sheet = waiting().head(id, number)
    anew = request.method == "GET" or "again" in request.form
    if register.stream is not None:
        return _read_stream(upload, register, register.stream, sheet, anew=anew)
    if anew:
        mapping = _proposed(register, sheet, upload)
        form = forms.mapping_form(register, sheet, mapping["header_row"])(formdata=None)
        forms.filled(form, mapping, register, sheet)
        if "again" in request.form:
            form.submission.data = None
        return _mapping_page(form, upload, register, sheet)
    form = forms.mapping_form(register, sheet, _number(request.form.get("header_row", 1)))()
    form.sheet.choices = options(enumerate(sheet.names))
    if form.carries_out(partial(_check, forms.said(form, register), upload), g.actor, register):
        return redirect(url_for(".preview", id=id), 303)
    return _mapping_page(form, upload, register, sheet), form.status


def _read_stream(upload: ImportUpload, register: Register, stream: Stream, sheet: Sheet, *, anew: bool) -> Any:
    """The same for a register of volumes, whose room asks its own questions."""
    mapping = _proposed(register, sheet, upload)
    if not anew:
        mapping = {**mapping, "header_row": _number(request.form.get("header_row", 1))}
        if "two" in request.form:
            mapping["header_rows"] = 2
    told = stream.form(g.actor, sheet, mapping, **({"formdata": None} if anew else {}))
    if anew:
        if "again" in request.form:
            told.form.submission.data = None
        return _mapping_page(told.form, upload, register, sheet, told)
    if told.form.carries_out(partial(_check, told.said(), upload), g.actor, register):
        return redirect(url_for(".preview", id=upload.id), 303)
    return _mapping_page(told.form, upload, register, sheet, told), told.form.status


def _check(mapping: dict[str, Any], upload: ImportUpload, actor: Actor, register: Register, **_values: Any) -> Any:
    return service.check(actor, register, upload=upload, mapping=mapping, waiting=waiting())


def _proposed(register: Register, sheet: Sheet, upload: ImportUpload) -> dict[str, Any]:
    """The mapping that was last said of this very file; else the one remembered for its header; else what its header
    proposes. Where the person names another row as the header, that row counts."""
    if "again" in request.form:
        row = _number(request.form.get("header_row", 1))
        kept = [each for each in sheet.rows if each[0] >= row] if register.stream else []
        named = kept or [next((each for each in sheet.rows if each[0] == row), sheet.rows[0])]
        sheet = Sheet(named, sheet.names, sheet.number)
    elif upload.mapping:
        return upload.mapping
    try:
        mapping = register.stream.propose(g.actor, sheet.rows) if register.stream else propose(register, sheet)
    except Invalid:
        mapping = {"header_row": sheet.rows[0][0], "columns": {}}
    header = next(cells for number, cells in sheet.rows if number == mapping["header_row"])
    known = queries.remembered(g.actor, register, header)
    if not known:
        return mapping
    once = ("header_row", *(register.stream.once if register.stream else ()))
    anew = {key: mapping[key] for key in once if key in mapping}
    return {**{key: value for key, value in known.items() if key not in once}, **anew, "sheet": sheet.number}


def _mapping_page(form: Any, upload: ImportUpload, register: Register, sheet: Sheet, told: Any = None) -> str:
    row = form.header_row.data
    columns = told.columns if told else [forms.COLUMN + column.key for column in register.columns]
    asked = told.options if told else [forms.OPTION + option.key for option in register.options]
    return render_template(
        "desk/read.html", form=form, upload=upload, register=register, sheet=sheet, wide=told.wide if told else [],
        questions=told.questions if told else [], first=[form[name] for name in told.first] if told else [],
        columns=[form[name] for name in columns], options=[form[name] for name in asked],
        start=[cells for number, cells in sheet.rows if isinstance(row, int) and number > row][:4],
        header=next((cells for number, cells in sheet.rows if number == row), []),
    )  # fmt: skip


@pages.get("/uploads/<id>/preview")
@login_required
def preview(id: str) -> Any:
    upload = queries.upload(g.actor, id)
    register = _register(upload.register)
    require(g.actor, "desk.write", register)
    if upload.counts is None:
        return redirect(url_for(".read", id=id), 303)
    return _preview(upload, register, Form(formdata=None))


def _preview(upload: ImportUpload, register: Register, form: Form) -> str:
    counts = upload.counts or {}
    kind = request.args.get("kind", "")
    kinds = (*KINDS, SUSPICIOUS) if register.stream else KINDS
    if kind not in kinds:
        kind = next((each for each in (REFUSED, CHANGED, NEW) if counts.get(each)), UNCHANGED)
    start = _number(request.args.get("from", 0))
    rows = waiting().rows(upload.id, kind, start, PAGE + 1)
    return render_template(
        "desk/preview.html", upload=upload, register=register, form=form, counts=counts, kinds=kinds, kind=kind,
        rows=rows[:PAGE], start=start, more=start + PAGE if len(rows) > PAGE else None, words=WORDS,
        writes=counts.get(NEW, 0) + counts.get(CHANGED, 0), most=register.stream.most if register.stream else service.MOST_WRITTEN,
        blocked=bool(counts.get(REFUSED)) and not upload.mapping.get("skip_refused"),
    )  # fmt: skip


@pages.post("/uploads/<id>/batch")
@login_required
def write(id: str) -> Any:
    upload = queries.upload(g.actor, id)
    register = _register(upload.register)
    form = Form()
    act = partial(
        service.write, upload=upload, digest=request.form.get("digest", ""), waiting=waiting(), files=_stored()
    )
    if form.carries_out(act, g.actor, register):
        if form.result is None:
            flash(_("There was nothing to write: all of it is here already."))
            return redirect(url_for(".index"), 303)
        return redirect(url_for(".batch", id=form.result.id), 303)
    return _preview(upload, register, form), form.status


@pages.post("/uploads/<id>/check")
@login_required
def check_again(id: str) -> Any:
    """Look once more at what would be done, with the same mapping: what is stored has changed."""
    upload = queries.upload(g.actor, id)
    service.check(g.actor, _register(upload.register), upload=upload, mapping=upload.mapping, waiting=waiting())
    return redirect(url_for(".preview", id=id), 303)


@pages.post("/uploads/<id>/discard")
@login_required
def discard(id: str) -> Any:
    upload = queries.upload(g.actor, id)
    service.discard(g.actor, _register(upload.register), upload=upload, waiting=waiting())
    flash(_("Discarded: %(name)s", name=upload.file_name))
    return redirect(url_for(".index"), 303)


@pages.get("/uploads/<id>/refused.xlsx")
@login_required
def refused(id: str) -> Response:
    upload = queries.upload(g.actor, id)
    if not (upload.counts or {}).get(REFUSED):
        raise NotFound
    return _workbook(waiting().refused(id, _register(upload.register), upload.mapping))


@pages.get("/batches/<int:id>")
def batch(id: int) -> str:
    found = queries.batch(g.actor, id)
    register = registry().registers.get(found.register)
    return render_template(
        "desk/batch.html", batch=found, register=register, words=WORDS, kinds=registry().kinds,
        page=queries.entries(g.actor, id, request.args.get("after")), may_see_refused=_may_see_refused(id),
        may_take_back=_may_take_back(register, id) and not found.superseded_by and not found.supersedes_id,
    )  # fmt: skip


def _may_take_back(register: Register | None, id: int) -> bool:
    if register is None or not g.actor.acts or not register.rule.holds(g.actor):
        return False
    return register.stream.may_take_back(g.actor, id) if register.stream is not None else register.revert is not None


@pages.get("/batches/<int:id>/refused.xlsx")
def batch_refused(id: int) -> Response:
    """The rows that were left out. They may hold what must not be public: whoever brought them sees them, and stewards."""
    found = queries.batch(g.actor, id)
    require(g.actor, "desk.write", _register(found.register))
    if not _may_see_refused(id):
        raise NotFound
    pieces = _stored().read(found.refused_sha256) if found.refused_sha256 else None
    if pieces is None:
        raise NotFound
    return _workbook(b"".join(pieces))


def _may_see_refused(id: int) -> bool:
    own = queries.entity(g.actor, id).organisation_id
    return g.actor.holds("steward") or (own is not None and own == g.actor.organisation_id)


def _workbook(body: bytes) -> Response:
    response = Response(body, content_type=_WORKBOOK)
    response.headers.set("Content-Disposition", "attachment", filename="refused.xlsx")
    return response


@pages.route("/batches/<int:id>/reversal", methods=["GET", "POST"])
@login_required
def take_back(id: int) -> Any:
    found: ImportBatch = queries.entity(g.actor, id)
    register = _register(found.register)
    require(g.actor, "desk.take_back", register)
    row = queries.batch(g.actor, id)
    if row.superseded_by or row.supersedes_id:
        raise Stale(_("This batch was taken back already, or took another back."))
    form = forms.ReasonForm()
    if form.carries_out(partial(service.take_back, batch=found), g.actor, register):
        return redirect(url_for(".batch", id=form.result.id), 303)
    steps = [] if register.stream else queries.steps(g.actor, register, id, service.MOST_WRITTEN + 1)
    page = render_template(
        "desk/take_back.html", form=form, batch=row, steps=steps[:_SHOWN_STEPS], total=len(steps),
        open=sum(step.obstacle is None for step in steps), whole=register.stream is not None,
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


def _number(text: Any) -> int:
    try:
        return max(0, min(int(text), 2**31 - 1))
    except (TypeError, ValueError):
        return 0
