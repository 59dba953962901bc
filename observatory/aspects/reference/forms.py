"""What stewards enter about facts, sources and keepers. Some choices are set by the views."""

from __future__ import annotations

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from observatory.kernel.forms import Form, id_or_none
from observatory.kernel.text import lazy_

_AS_OF = lazy_("A year, a month or a day as the source states it: 2024, 2024-03 or 2024-03-15.")


class FactForm(Form):
    """A sentence that a source says."""

    text_es = TextAreaField(lazy_("What the source says, in Spanish"), [InputRequired(), Length(max=2000)])
    text_en = TextAreaField(lazy_("The same in English"), [Length(max=2000)])
    value = StringField(
        lazy_("Figure"), [Length(max=120)], description=lazy_("As the source writes it, with its unit; empty if none.")
    )
    as_of = StringField(lazy_("Date it holds for"), [Length(max=40)], description=_AS_OF)
    source_id = SelectField(lazy_("Source"), coerce=id_or_none, validators=[InputRequired()])
    contradiction_id = SelectField(
        lazy_("Question on which sources disagree"), coerce=id_or_none, validators=[Optional()]
    )


class SourceForm(Form):
    """A document, a page or a file that says something."""

    title = StringField(lazy_("Title"), [InputRequired(), Length(max=400)])
    publisher = StringField(lazy_("Published by"), [Length(max=200)])
    url = StringField(lazy_("Address"), [Length(max=500)])
    as_of = StringField(lazy_("Date or edition"), [Length(max=40)], description=_AS_OF)
    licence = StringField(lazy_("Licence"), [Length(max=200)])
    note = TextAreaField(
        lazy_("What to know about it"), [Length(max=2000)], description=lazy_("Its limits, what it leaves out.")
    )


class KeeperForm(Form):
    """Whose people look after the page."""

    keeper_id = SelectField(
        lazy_("Kept by"),
        coerce=id_or_none,
        validators=[Optional()],
        description=lazy_("Its people may edit the page, and see it while it is a draft."),
    )
