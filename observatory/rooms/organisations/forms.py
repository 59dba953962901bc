"""What people enter about organisations, and how it is asked. Choices are set by the views."""

from __future__ import annotations

import re
from typing import Any

from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from observatory.kernel.forms import Form, id_or_none, options
from observatory.kernel.text import lazy_
from observatory.records.models import LANGUAGES
from observatory.rooms.organisations.models import HOW, LEVELS, SECTORS

_NOTHING = ""


def or_none(value: str | None) -> str | None:
    """A choice as text; the empty one is None."""
    return value or None


class CodesField(StringField):
    """Codes of places, separated by spaces or commas; its data is a list."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: Any = re.split(r"[\s,;]+", valuelist[0].strip()) if valuelist and valuelist[0].strip() else []

    def _value(self) -> str:
        return ", ".join(self.data or ())


class OrganisationForm(Form):
    """Everything an organisation says of itself."""

    title = StringField(lazy_("Name"), [InputRequired(), Length(max=300)])
    acronym = StringField(lazy_("Acronym"), [Length(max=40)])
    sector = SelectField(lazy_("Sector"), choices=options(SECTORS.items()))
    level = SelectField(
        lazy_("Level of government"),
        choices=options([(_NOTHING, lazy_("Not a public body")), *LEVELS.items()]),
        coerce=or_none,
        validators=[Optional()],
    )
    summary = TextAreaField(lazy_("What it is and does"), [Length(max=4000)])
    language = SelectField(lazy_("Language of the name and text"), choices=options(LANGUAGES.items()))
    ruc = StringField(lazy_("RUC"), [Length(max=20)], description=lazy_("Taxpayer number of 11 digits."))
    website = StringField(lazy_("Website"), [Length(max=300)])
    places = CodesField(
        lazy_("Places where it belongs"),
        description=lazy_("INEI codes separated by commas, such as 18, 1801 or 180106; pe is the whole country."),
    )


class PublicationForm(Form):
    """Nothing to enter: only the decision."""


class WithdrawalForm(Form):
    """A withdrawal and its reason."""

    reason = TextAreaField(
        lazy_("Why is it withdrawn?"),
        [InputRequired(), Length(min=5, max=500)],
        description=lazy_("Everyone will read this on the page."),
    )


class ControlForm(Form):
    """Who controls it, between which dates, according to whom."""

    parent_id = SelectField(lazy_("Controlled by"), coerce=id_or_none, validators=[InputRequired()])
    from_on = DateField(lazy_("Since"), [Optional()], description=lazy_("Leave empty where it is not known."))
    to_on = DateField(lazy_("Until"), [Optional()], description=lazy_("The last day; leave empty while it lasts."))
    source_id = SelectField(lazy_("Source"), coerce=id_or_none, validators=[Optional()])


class SuccessionForm(Form):
    """What it became, when and how."""

    successor_id = SelectField(lazy_("It became"), coerce=id_or_none, validators=[InputRequired()])
    how = SelectField(lazy_("How"), choices=options((key, label) for key, label in HOW.items() if key != "duplicate"))
    on = DateField(lazy_("On"), [Optional()], description=lazy_("Leave empty where it is not known."))
    source_id = SelectField(lazy_("Source"), coerce=id_or_none, validators=[Optional()])


class MergerForm(Form):
    """Into which organisation one goes over, when and why, and whose mandates are asked for there."""

    how = RadioField(
        lazy_("What happened?"),
        [InputRequired()],
        choices=options(
            [
                ("merged", lazy_("It was merged into another")),
                ("split", lazy_("It was split into several")),
                ("duplicate", lazy_("It was entered twice by mistake: the other page is the right one")),
            ]
        ),
    )
    successor_id = SelectField(
        lazy_("It became"),
        coerce=id_or_none,
        validators=[InputRequired()],
        description=lazy_("It gets the pages kept here."),
    )
    second_id = SelectField(lazy_("and, after a split"), coerce=id_or_none, validators=[Optional()])
    third_id = SelectField(lazy_("and"), coerce=id_or_none, validators=[Optional()])
    on = DateField(lazy_("On"), [Optional()], description=lazy_("Of a page entered twice, leave it empty."))
    reason = TextAreaField(
        lazy_("Reason"),
        [InputRequired(), Length(min=5, max=500)],
        description=lazy_("The law, agreement or mistake behind it. Everyone will read it."),
    )
    source_id = SelectField(lazy_("Source"), coerce=id_or_none, validators=[Optional()])
    carried = SelectMultipleField(
        lazy_("Which mandates are asked for at the successor?"),
        [Optional()],
        coerce=int,
        description=lazy_(
            "All mandates end here today. Those you choose become requests, which the successor's manager answers."
        ),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
