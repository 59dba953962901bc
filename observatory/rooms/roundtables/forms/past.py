"""What people enter about a session that was not run here."""

from __future__ import annotations

from wtforms import BooleanField, DateField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from observatory.kernel.forms import Form, options
from observatory.kernel.text import lazy_

YES, NO = "yes", "no"


class PastForm(Form):
    """A past session, as a document has it."""

    held_on = DateField(lazy_("On which day was it?"), [InputRequired()])
    number = StringField(
        lazy_("Number of the session"), [Length(max=40)],
        description=lazy_("As the document has it, such as 5 or 005-2025. Leave it empty where it has none."),
    )  # fmt: skip
    venue = StringField(lazy_("Where?"), [Length(max=300)])
    quorum = RadioField(
        lazy_("Was there a quorum?"), default="",
        choices=options([("", lazy_("The document does not say")), (YES, lazy_("Yes")), (NO, lazy_("No"))]),
    )  # fmt: skip
    document = StringField(
        lazy_("Which document tells of it?"), [InputRequired(), Length(min=4, max=400)],
        description=lazy_("Such as “Minutes of the session of 15 December 2025”."),
    )  # fmt: skip
    document_url = StringField(lazy_("Address of the document"), [Length(max=500)])
    items = TextAreaField(
        lazy_("What was dealt with, and what came of it?"), [Length(max=100_000)],
        description=lazy_(
            "Each item in a line of its own. Below it, each agreement in a line that begins with a dash. Begin with “information:” or "
            "“left for later:” where it was no agreement."
        ),
        render_kw={"rows": 12},
    )  # fmt: skip
    drafts = BooleanField(
        lazy_("Make a draft commitment of each agreement"), default=True,
        description=lazy_("Who answers for it and until when is then said in the draft."),
    )  # fmt: skip
