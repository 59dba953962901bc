"""What people enter about roundtables. Choices are set by the views."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from observatory.kernel.forms import Form, id_or_none, options
from observatory.kernel.text import lazy_
from observatory.records.models import LANGUAGES
from observatory.rooms.roundtables.models.words import DECISIONS, FORMS, MOST_SEATS


class RoundtableForm(Form):
    """What a roundtable says of itself."""

    keeper_id = SelectField(lazy_("Which body is it?"), coerce=id_or_none, validators=[Optional()])
    title = StringField(lazy_("Name"), [InputRequired(), Length(min=4, max=200)])
    form = SelectField(lazy_("What kind of body is it?"), choices=options(FORMS.items()))
    summary = TextAreaField(
        lazy_("What is it for?"), [Length(max=2000)], description=lazy_("In a few sentences."), render_kw={"rows": 4}
    )
    language = SelectField(lazy_("Language of these words"), choices=options(LANGUAGES.items()))
    founding_act = StringField(
        lazy_("By which act was it founded?"),
        [Length(max=400)],
        description=lazy_("Such as “Ministerial Resolution 012-2025-PCM”."),
    )
    founding_url = StringField(lazy_("Address of the act"), [Length(max=500)])
    founded_on = DateField(lazy_("Founded on"), [Optional()])
    expires_on = DateField(
        lazy_("Last day of its term"), [Optional()], description=lazy_("Leave it empty where the act sets none.")
    )
    place = StringField(
        lazy_("Place"), [Length(max=120)], description=lazy_("Name or INEI code of the district, province or region.")
    )
    site_id = SelectField(lazy_("Mine or site"), coerce=id_or_none, validators=[Optional()])
    quorum_percent = IntegerField(
        lazy_("Quorum: which part of the seats, in %?"),
        [Optional(), NumberRange(1, 100)],
        description=lazy_(
            "50 with “more than” is half plus one. Each group may need seats of its own besides. Leave it empty where it is not known."
        ),
    )
    quorum_strict = BooleanField(lazy_("More than that part, not just as much"))
    decision_rule = SelectField(
        lazy_("How does it decide?"),
        choices=options([("", lazy_("Not known")), *DECISIONS.items()]),
        validators=[Optional()],
    )
    rhythm_days = IntegerField(
        lazy_("After how many days should it meet again?"),
        [Optional(), NumberRange(1, 3650)],
        description=lazy_("After twice as many without a session it is shown as dormant. Without a number, 90 count."),
    )


class ExtendForm(Form):
    """A later end of its term."""

    until = DateField(lazy_("Until"), [InputRequired()])
    act = StringField(lazy_("Which act says so?"), [InputRequired(), Length(min=4, max=400)])


class ReasonForm(Form):
    """Why, for everyone to read."""

    reason = TextAreaField(lazy_("Why? Everyone will read it."), [InputRequired(), Length(min=5, max=500)])


class EndForm(ReasonForm):
    """The end of a roundtable."""

    on = DateField(lazy_("Since when?"), [Optional()])


class ConstituencyForm(Form):
    """Those who sit for one sector or group."""

    name = StringField(
        lazy_("Who are they?"),
        [InputRequired(), Length(min=2, max=120)],
        description=lazy_("Such as “Communities”, “Public bodies”, “Company”."),
    )
    needed = IntegerField(
        lazy_("How many of their seats does a quorum need?"), [InputRequired(), NumberRange(0, MOST_SEATS)]
    )


class SeatForm(Form):
    """An organisation and where it sits."""

    organisation_id = SelectField(lazy_("Which organisation?"), coerce=id_or_none)
    constituency_id = SelectField(lazy_("For whom does it sit?"), coerce=id_or_none)
    alternate_id = SelectField(
        lazy_("Which organisation may sit for it?"),
        coerce=id_or_none,
        validators=[Optional()],
        description=lazy_("Its own people sit for it anyway: under their mandates."),
    )
    from_on = DateField(lazy_("Since"), [Optional()])
    act = StringField(lazy_("By which act or minutes?"), [Length(max=300)])


class EndSeatForm(ReasonForm):
    """The end of a seat."""

    to_on = DateField(lazy_("Last day"), [Optional()])


class CommissionForm(Form):
    """A commission, its task, and who works in it."""

    name = StringField(lazy_("Name"), [InputRequired(), Length(min=3, max=200)])
    task = TextAreaField(lazy_("What is its task?"), [Length(max=2000)], render_kw={"rows": 3})
    members = SelectMultipleField(
        lazy_("Who works in it?"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class SessionForm(Form):
    """When and where a session is."""

    starts_at = DateTimeLocalField(
        lazy_("When does it begin?"), [InputRequired()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        description=lazy_("The time of Lima."),
    )  # fmt: skip
    venue = StringField(lazy_("Where?"), [Length(max=300)])
    online_url = StringField(
        lazy_("Or at which address?"), [Length(max=500)], description=lazy_("Everyone will see it once it is convened.")
    )


class ItemForm(Form):
    """Something of one's own on the agenda."""

    title = StringField(lazy_("What is it about?"), [InputRequired(), Length(min=4, max=300)])
    known = TextAreaField(lazy_("What should be known beforehand?"), [Length(max=4000)], render_kw={"rows": 3})


class TakeUpForm(Form):
    """Matters arising, each with its box."""

    chosen = SelectMultipleField(
        lazy_("What else should be dealt with?"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class DocumentsForm(Form):
    """Which files of the session's page belong to an item of its agenda."""

    attachments = SelectMultipleField(
        lazy_("Files on the page of the session"), coerce=int, widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip
