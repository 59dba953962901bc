"""What people enter about handovers."""

from __future__ import annotations

from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from observatory.kernel.forms import Form, options
from observatory.kernel.text import lazy_
from observatory.rooms.handovers.models import KINDS, OBSERVED, RECEIVED


class TermForm(Form):
    """Which term ends, and what proclaims those who come."""

    term_ends_on = DateField(
        lazy_("Last day of the term"),
        [InputRequired()],
        description=lazy_("Mandates end on their own dates, whatever is signed here."),
    )
    act = StringField(
        lazy_("Which act proclaims those who come?"),
        [InputRequired(), Length(min=4, max=400)],
        description=lazy_("Such as “Resolution 1234-2026-JNE”."),
    )
    proclaimed_by = StringField(
        lazy_("Who issued it?"),
        [InputRequired(), Length(min=3, max=200)],
        description=lazy_("Such as “Jurado Nacional de Elecciones”."),
    )


class CustodyForm(Form):
    """Something in somebody's custody."""

    kind = SelectField(lazy_("What is it?"), choices=options(KINDS.items()))
    title = StringField(
        lazy_("Name"),
        [InputRequired(), Length(min=4, max=300)],
        description=lazy_("Everyone will read this, such as “User of the budget system, office of planning”."),
    )
    detail = TextAreaField(
        lazy_("Where is it, and who has it?"),
        [Length(max=2000)],
        description=lazy_(
            "Only your organisation reads this. Never write a password or a code here: say who has it, and in which sealed "
            "envelope or safe it is."
        ),
        render_kw={"rows": 4},
    )


class ConfirmForm(Form):
    """What the outgoing office says of an item."""

    confirmed = BooleanField(lazy_("I confirm that it is so"))
    note_ = TextAreaField(
        lazy_("In what state is it, and where is its file?"),
        [Length(max=2000)],
        description=lazy_("Needed where you can't confirm it. No passwords."),
        render_kw={"rows": 4},
    )


class ConfirmAllForm(Form):
    """The same of a whole group."""

    note_ = TextAreaField(
        lazy_("In what state are they, and where are their files?"),
        [Length(max=2000)],
        description=lazy_("It goes to those of which nothing is said yet. No passwords."),
        render_kw={"rows": 4},
    )


class AnswerForm(Form):
    """What the incoming office says of an item, or of a group."""

    answer = RadioField(
        lazy_("Your answer"),
        [InputRequired()],
        choices=options([
            (RECEIVED, lazy_("Received: it is as they say")),
            (OBSERVED, lazy_("Observed: something is wrong or missing")),
        ]),
    )  # fmt: skip
    reason = TextAreaField(
        lazy_("What is wrong or missing?"),
        [Length(max=500)],
        description=lazy_("Needed for an observation. Everyone will read it."),
        render_kw={"rows": 3},
    )
