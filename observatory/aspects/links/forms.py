"""To what a record is linked, and how."""

from __future__ import annotations

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from observatory.aspects.links.models import RELATIONS
from observatory.kernel.forms import Form, options
from observatory.kernel.text import lazy_


class LinkForm(Form):
    """The other page is named by its title or its address; where several are meant, they are offered to choose from."""

    relation = SelectField(
        lazy_("This page"),
        [InputRequired()],
        choices=options([("", lazy_("Choose")), *((key, words[0]) for key, words in RELATIONS.items())]),
    )
    target = StringField(
        lazy_("Which page?"),
        [InputRequired(), Length(max=300)],
        description=lazy_("Its name, or its address in this Observatory."),
    )
    meant = RadioField(lazy_("Which of these?"), validators=[Optional()], validate_choice=False, choices=[])
    why = StringField(lazy_("Why, in a sentence"), [Length(max=300)])
