"""A record's words in another language."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from observatory.kernel.forms import Form
from observatory.kernel.text import lazy_


class TranslationForm(Form):
    title = StringField(lazy_("Name"), [InputRequired(), Length(max=300)])
    summary = TextAreaField(lazy_("Text"), [Length(max=4000)])
