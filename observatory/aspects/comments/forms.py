"""What people write and choose when they comment, report, moderate and answer."""

from __future__ import annotations

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from observatory.aspects.comments.models import LONGEST, OUTCOMES, REASONS, RESTORE, UPHOLD
from observatory.kernel.forms import Form, options
from observatory.kernel.text import lazy_

_PUBLIC = lazy_("Everyone will read this.")


class CommentForm(Form):
    """A text; Markdown is understood and not needed."""

    body = TextAreaField(
        lazy_("Your comment"),
        [InputRequired(), Length(max=LONGEST)],
        description=lazy_("Name an organisation with @ and the last part of its address, and its people are told."),
    )


class ErrorForm(Form):
    """What is wrong on a page."""

    body = TextAreaField(
        lazy_("What is wrong, and how do you know?"),
        [InputRequired(), Length(max=LONGEST)],
        description=lazy_("Whoever keeps this page is told and must answer. Your report and the answer are public."),
    )


class ReportForm(Form):
    reason = RadioField(lazy_("Why should it be hidden?"), [InputRequired()], choices=options(REASONS.items()))
    words = StringField(lazy_("Anything the moderators should know"), [Length(max=500)])


class HideForm(Form):
    reason = RadioField(lazy_("Reason"), [InputRequired()], choices=options(REASONS.items()))
    words = TextAreaField(lazy_("In your words"), [InputRequired(), Length(max=500)], description=_PUBLIC)


class DismissForm(Form):
    """Nothing to enter: only the decision."""


class AppealForm(Form):
    words = TextAreaField(
        lazy_("Why should it be shown?"),
        [InputRequired(), Length(max=500)],
        description=lazy_("Another moderator decides. You can appeal once. Everyone will read this."),
    )


class DecisionForm(Form):
    decision = RadioField(
        lazy_("Decision"),
        [InputRequired()],
        choices=options([(RESTORE, lazy_("Show it again")), (UPHOLD, lazy_("It stays hidden"))]),
    )
    words = TextAreaField(lazy_("In your words"), [InputRequired(), Length(max=500)], description=_PUBLIC)


class OutcomeForm(Form):
    outcome = RadioField(lazy_("What did you find?"), [InputRequired()], choices=options(OUTCOMES.items()))
    words = TextAreaField(lazy_("Your answer"), [InputRequired(), Length(max=LONGEST)], description=_PUBLIC)
