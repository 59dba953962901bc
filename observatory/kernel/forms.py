"""The base of every form: what it was opened under, what it showed, and one submission only."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import g, render_template
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import DecimalField, FieldList, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from observatory.kernel.errors import Invalid, Stale
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, lazy_

_CARRIED = {"csrf_token", "mandate", "version", "submission"}


class Form(FlaskForm):  # type: ignore[misc]
    """A form that knows the mandate it was opened under and the version of the record it showed.

    Its Python field names are the keyword arguments of the verb that it carries out.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            return super().render_field(field, {key: value for key, value in render_kw.items() if value is not None})

        @property
        def locales(self) -> list[str]:  # WTForms' own messages in the language of the page
            return [str(get_locale() or "es").split("_")[0]]

    mandate = HiddenField()
    version = HiddenField()
    submission = HiddenField()

    def __init__(self, *args: Any, versioned: Any = None, **kwargs: Any) -> None:
        """`obj` fills the fields. The version shown is that of `versioned`, or else of `obj`."""
        super().__init__(*args, **kwargs)
        subject = versioned if versioned is not None else kwargs.get("obj")
        self.showing = subject if hasattr(subject, "version") else None
        actor: Actor = g.get("actor") or Actor.guest()
        self.result: Any = None
        self.stale: Stale | None = None
        self.conflicts: list[tuple[str, object, object]] = []
        self.status = 422
        if not self.is_submitted():
            self.mandate.data = str(actor.mandate_id or "")
            self.submission.data = secrets.token_urlsafe(16)
            if self.showing is not None:
                self.version.data = str(self.showing.version)

    def renew(self) -> None:
        """Let the form be sent once more: what was sent so far carried nothing out."""
        self.submission.data = secrets.token_urlsafe(16)

    @property
    def filled(self) -> bool:
        """Whether somebody entered something: what they would lose."""
        return any(value not in (None, "", False, []) for value in self.values().values())

    def values(self) -> dict[str, Any]:
        """What the person entered, by field name. NUL goes: PostgreSQL can't keep it; a text left out is empty."""
        entered = {
            name: "" if field.data is None and isinstance(field, StringField) else field.data
            for name, field in self._fields.items()
            if name not in _CARRIED
        }
        return {name: _without_nul(v) for name, v in entered.items()}

    def carries_out(self, verb: Callable[..., Any], actor: Actor, subject: Any, **more: Any) -> bool:
        """Validate, then do `verb(actor, subject, **values, **more)`; its answer is in `result`.

        False when the values can't be accepted: errors are on the fields, and `status` is the page's (422, or 409
        when somebody else changed the record meanwhile; both texts are then in `conflicts`).
        """
        if not self.validate_on_submit():
            return False
        try:
            if self.mandate.data != str(actor.mandate_id or ""):
                raise Stale(
                    lazy_("You now act for another organisation than when you opened this form. Check and send again.")
                )
            values = self.values()
            if self.showing is not None:
                sent = self.version.raw_data  # `data` would be the current one where nothing was sent
                more["version"] = _number(str(sent[0])) if sent else -1
            self.result = verb(actor, subject, **values, **more)
        except Invalid as error:
            target = self._fields.get(error.field or "")
            (target.errors if target is not None else self.form_errors).append(error.message)
            return False
        except Stale as error:
            self._show_conflict(error, actor)
            return False
        return True

    def _show_conflict(self, error: Stale, actor: Actor) -> None:
        self.stale, self.status = error, 409
        self.form_errors.append(error.message)
        self.mandate.data = self.mandate.raw_data = str(actor.mandate_id or "")
        self.renew()
        if error.version is not None:
            self.version.data = str(error.version)
        self.conflicts = _differences(self, error.current)


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(each) for each in value]
    return {name: _without_nul(each) for name, each in value.items()} if isinstance(value, dict) else value


class Several(FieldList):  # type: ignore[misc]
    """Several fields alike, numbered in what is sent; numbers that no form of ours has are passed over."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Any:
        start = len(prefix) + 1
        found = set()
        for name in formdata:
            if name.startswith(f"{prefix}-"):
                number = name[start:].partition("-")[0]
                if number.isascii() and number.isdigit() and len(number) < 3:
                    found.add(int(number))
        yield from sorted(found)


class FiniteField(DecimalField):  # type: ignore[misc]
    """A decimal number that is one."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError(_("This is not a number."))


class TakeBackForm(Form):
    """Taking back what was recorded by mistake, and why."""

    reason = TextAreaField(
        lazy_("What is wrong with it?"),
        [InputRequired(), Length(min=5, max=500)],
        description=lazy_("Everyone will read this in the history, where what you take back stays."),
    )


def id_or_none(value: str | int | None) -> int | None:
    """A choice as a number; the empty one is None."""
    return int(value) if value not in (None, "", "None") else None


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """(value, label) pairs as the choices of a field."""
    return [SelectChoice(value, label) for value, label in pairs]


def form_page(form: Form, title: str, button: str, back: str, intro: str = "", kicker: str = "") -> tuple[str, int]:
    """A page with one form on it: its title, the words of its button and the address to go back to; `kicker` says above
    the title what it is about."""
    page = render_template(
        "records/form.html", form=form, title=title, button=button, back=back, intro=intro, kicker=kicker
    )
    return page, form.status if form.is_submitted() else 200


def _differences(form: Form, current: Mapping[str, object]) -> list[tuple[str, object, object]]:
    """(label, yours, theirs) of each field whose stored value now differs from what was entered."""
    found = []
    for name, theirs in current.items():
        field = form._fields.get(name)
        if field is not None and (field.data or "") != (theirs or ""):
            found.append((str(field.label.text), _words(field, field.data), _words(field, theirs)))
    return found


def _words(field: Any, value: object) -> object:
    choices = getattr(field, "choices", None)
    if choices and not isinstance(choices, dict):
        named = {str(choice.value): choice.label for choice in choices}
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(str(named.get(str(item), item)) for item in value)
        return named.get(str(value), value)
    return value


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
