"""What people enter while a session lasts, and about its minutes. Choices are set by the views."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import (
    BooleanField,
    DataList,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from observatory.kernel.forms import Form, id_or_none, options
from observatory.kernel.text import lazy_
from observatory.rooms.commitments.models import DECISIONS, MONEY
from observatory.rooms.roundtables.models.words import SEXES

_MONEY = options([("", lazy_("Not said")), *MONEY.items()])


class GuestForm(Form):
    """Somebody who is there without a seat."""

    as_written = StringField(
        lazy_("Where do they come from?"),
        [InputRequired(), Length(min=2, max=200)],
        description=lazy_("Everyone will read it in the minutes."),
    )
    name = StringField(
        lazy_("Name"), [Length(max=120)], description=lazy_("Only those who sit there see it. It may stay empty.")
    )
    sex = SelectField(lazy_("Sex"), choices=options([("", lazy_("Not said")), *SEXES.items()]), validators=[Optional()])
    remote = BooleanField(lazy_("Takes part from a distance"))


class NoteForm(Form):
    """A note on an item; its key is made where it is written."""

    key = HiddenField()
    text = TextAreaField(lazy_("Note"), [InputRequired(), Length(max=20_000)])


class StatementForm(Form):
    """Some text."""

    statement = TextAreaField(lazy_("Text"), [InputRequired(), Length(min=5, max=6000)])


def _reserved() -> SelectMultipleField:
    return SelectMultipleField(
        lazy_("Who has a reservation?"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def _reservation() -> TextAreaField:
    return TextAreaField(lazy_("Which?"), [Length(max=1000)], render_kw={"rows": 2})


class AgreementForm(Form):
    """What was agreed and, as far as it is known by now, who answers for it, until when, who verifies it, whose money."""

    statement = TextAreaField(
        lazy_("What was agreed?"), [InputRequired(), Length(min=5, max=6000)],
        description=lazy_("Word for word as it should stand in the minutes: one duty of one organisation. Split a joint promise."),
    )  # fmt: skip
    becomes = RadioField(
        lazy_("What does it become?"), default="commitment",
        choices=options(
            [
                ("commitment", lazy_("A draft commitment, with this session as its source")),
                ("nothing", lazy_("No commitment: nobody owes anything by it")),
            ]
        ),
    )  # fmt: skip
    reason = StringField(
        lazy_("If it becomes none: why?"), [Length(max=500)], description=lazy_("Everyone will read it in the minutes.")
    )
    accountable_id = SelectField(lazy_("Who answers for it?"), coerce=id_or_none, validators=[Optional()])
    due_on = DateField(lazy_("By when?"), [Optional()])
    verifier_id = SelectField(
        lazy_("Who verifies it?"), coerce=id_or_none, validators=[Optional()],
        description=lazy_("Of another sector than who answers for it."),
    )  # fmt: skip
    money = SelectField(lazy_("Where does the money come from?"), choices=_MONEY, validators=[Optional()])
    expected_result = TextAreaField(
        lazy_("What can be seen or measured once it is kept?"), [Length(max=6000)], render_kw={"rows": 2}
    )
    reserved, reservation = _reserved(), _reservation()


_STANDING = DataList(lambda form, field: form.offered)


class ChangeForm(Form):
    """What the session decided about a commitment that stands."""

    offered: Mapping[str, str] = {}

    number = StringField(
        lazy_("Number of the commitment"), [InputRequired(), Length(max=20)], datalist=_STANDING,
        description=lazy_("Begin to write its number or a word of it: those that this body posted are offered."),
    )  # fmt: skip
    kind = RadioField(lazy_("What was decided?"), [InputRequired()], choices=options(DECISIONS.items()))
    due_on = DateField(lazy_("New due date"), [Optional()], description=lazy_("Only for a new due date."))
    successor = StringField(
        lazy_("Number of the commitment that takes its place"), [Length(max=20)], datalist=_STANDING,
        description=lazy_("Only where it is superseded."),
    )  # fmt: skip
    reason = TextAreaField(
        lazy_("Why?"), [InputRequired(), Length(min=5, max=500)], description=lazy_("Everyone will read this.")
    )
    reserved, reservation = _reserved(), _reservation()


class CompletionForm(Form):
    """What the scorecard asks of an agreement; or why it is missing."""

    accountable_id = SelectField(lazy_("Who answers for it?"), coerce=id_or_none, validators=[Optional()])
    no_accountable = StringField(lazy_("If nobody: why?"), [Length(max=500)])
    due_on = DateField(lazy_("By when?"), [Optional()])
    no_deadline = StringField(lazy_("If there is no date: why?"), [Length(max=500)])
    verifier_id = SelectField(
        lazy_("Who verifies it?"), coerce=id_or_none, validators=[Optional()],
        description=lazy_("Of another sector than who answers for it."),
    )  # fmt: skip
    no_verifier = StringField(lazy_("If nobody: why?"), [Length(max=500)])
    money = SelectField(lazy_("Where does the money come from?"), choices=_MONEY, validators=[Optional()])
    no_money = StringField(lazy_("If that is not known: why?"), [Length(max=500)])
    oversight_id = SelectField(
        lazy_("Which public body oversees it?"), coerce=id_or_none, validators=[Optional()],
        description=lazy_("Needed for the obligation of a company: this body accepts it."),
    )  # fmt: skip
    expected_result = TextAreaField(
        lazy_("What can be seen or measured once it is kept?"), [Length(max=6000)], render_kw={"rows": 2}
    )
    planned_evidence = TextAreaField(
        lazy_("What will show it?"), [Length(max=6000)], render_kw={"rows": 2},
        description=lazy_("Without these three it can't be proposed when the minutes are published."),
    )  # fmt: skip


class DiscussionForm(Form):
    """What the minutes say of what was said."""

    before = HiddenField()
    discussion = TextAreaField(
        lazy_("What was said"), [Length(max=20_000)], render_kw={"rows": 14},
        description=lazy_("As the minutes should have it. The notes that were taken stay as they are."),
    )  # fmt: skip


class CirculateForm(Form):
    """Until when amendments may be proposed."""

    amend_until = DateField(lazy_("Until when may amendments be proposed?"), [InputRequired()])


class AmendmentAnswerForm(Form):
    """What becomes of an amendment."""

    taken_in = RadioField(
        lazy_("Take it in?"), [InputRequired()], choices=options([("yes", lazy_("Yes")), ("no", lazy_("No"))])
    )
    discussion = TextAreaField(
        lazy_("What the minutes then say on this item"), [Length(max=20_000)], render_kw={"rows": 10},
        description=lazy_("Whoever has signed signs again."),
    )  # fmt: skip
    answer = TextAreaField(lazy_("Why?"), [InputRequired(), Length(min=5, max=1000)], render_kw={"rows": 2})


class SignForm(Form):
    """Having read the minutes."""

    digest = HiddenField()
    read = BooleanField(lazy_("I have read these minutes and approve them for my organisation."), [InputRequired()])


class PublishForm(Form):
    """Why somebody has not signed, where that is so."""

    unsigned = StringField(
        lazy_("Why have they not signed?"),
        [Length(max=500)],
        description=lazy_("Everyone will read it in the minutes."),
    )
