"""What people say about a file, and why it goes."""

from __future__ import annotations

from flask_wtf.file import MultipleFileField
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from observatory.kernel.forms import Form
from observatory.kernel.media import ENDINGS
from observatory.kernel.text import lazy_


class SendForm(Form):
    files = MultipleFileField(
        lazy_("Files"),
        description=lazy_(
            "PDF, Word, Excel, OpenDocument, text, web pages and photographs; up to 10 MB each, 30 MB together."
        ),
        render_kw={"accept": ",".join(ENDINGS)},
    )


class PublishForm(Form):
    title = StringField(
        lazy_("What is it?"),
        [InputRequired(), Length(min=3, max=200)],
        description=lazy_("Of a photograph, say what it shows: whoever can't see it will hear this."),
    )
    words = TextAreaField(
        lazy_("Why does it matter here?"),
        [Length(max=2_000)],
        description=lazy_(
            "Where it comes from, and its date. It opens the discussion of this file; may be left empty."
        ),
    )


class ReasonForm(Form):
    reason = StringField(
        lazy_("Why?"), [InputRequired(), Length(min=5, max=500)], description=lazy_("Everyone will read this.")
    )
