"""What people enter about commitments, and how it is asked. Choices are set by the views."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from observatory.kernel.formats import date
from observatory.kernel.forms import FiniteField, Form, Several, id_or_none, options
from observatory.kernel.media import ENDINGS
from observatory.kernel.text import lazy_
from observatory.records.models import LANGUAGES
from observatory.rooms.commitments.models import CURRENCIES, FINDINGS, FORMS, MONEY, NATURES, PHASES, STATES

STEPS = 5
"""So many milestones have their fields on the form of a draft; a file may bring more."""
_CURRENCIES = options((each, each) for each in CURRENCIES)


class StepForm(PlainForm):
    """One milestone."""

    title = StringField(lazy_("What it is"), [Length(max=300)])
    weight = FiniteField(lazy_("Part of the whole, in %"), [Optional(), NumberRange(0, 100)])
    due_on = DateField(lazy_("Due on"), [Optional()])


class StepsField(Several):  # type: ignore[misc]
    """Milestones; those left empty are not in its data."""

    @property
    def data(self) -> list[Any]:
        rows = [entry.data for entry in self.entries]
        return [row for row in rows if row.get("title") or row.get("weight") is not None or row.get("due_on")]

    def words(self, rows: Any) -> str:
        """Milestones as people read them, where two editors' texts stand side by side."""
        return "; ".join(
            f"{row['title']} ({row['weight']} %{', ' + date(row['due_on']) if row['due_on'] else ''})"
            for row in rows or ()
        )


class OrganisationsField(SelectMultipleField):  # type: ignore[misc]
    """Several organisations, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CommitmentForm(Form):
    """A draft: only its sentence must be there; the page then says what else is needed."""

    title = TextAreaField(
        lazy_("The promise, in one sentence"),
        [InputRequired(), Length(min=8, max=300)],
        description=lazy_("Who does what, how much of it, and where. It is the title of the page."),
        render_kw={"rows": 2},
    )
    verbatim = TextAreaField(
        lazy_("The promise, word for word"),
        [Length(max=6000)],
        description=lazy_("As the minutes or the document have it."),
        render_kw={"rows": 4},
    )
    nature = RadioField(
        lazy_("What kind of commitment is it?"), choices=options(NATURES.items()), validators=[Optional()]
    )
    accountable_id = SelectField(
        lazy_("Who owes it?"),
        coerce=id_or_none,
        validators=[Optional()],
        description=lazy_(
            "Exactly one organisation. A public service is owed by a public body, also where a company pays for it."
        ),
    )
    oversight_id = SelectField(
        lazy_("Which public body oversees it?"),
        coerce=id_or_none,
        validators=[Optional()],
        description=lazy_("Needed for the obligation of a company: this body accepts it."),
    )
    document = StringField(
        lazy_("In which document was it promised?"),
        [Length(max=400)],
        description=lazy_("Such as “Minutes 14 of the dialogue table, point 3”."),
    )
    promised_on = DateField(lazy_("Date of the document"), [Optional()])
    document_url = StringField(lazy_("Address of the document"), [Length(max=500)])
    expected_result = TextAreaField(
        lazy_("What can be measured once it is kept?"),
        [Length(max=6000)],
        description=lazy_("A figure with its unit: 12 km of pipe, 340 families with water day and night."),
        render_kw={"rows": 3},
    )
    planned_evidence = TextAreaField(
        lazy_("What will show it?"),
        [Length(max=6000)],
        description=lazy_("Such as the reception of the works, the water analysis, the payroll."),
        render_kw={"rows": 2},
    )
    due_on = DateField(
        lazy_("Due on"), [Optional()], description=lazy_("Once it is proposed, only a decision moves this date.")
    )
    place = StringField(
        lazy_("Place"),
        [Length(max=120)],
        description=lazy_(
            "Name or INEI code of the district, province or region. Add the province where several bear the name."
        ),
    )
    site_id = SelectField(lazy_("Mine or site"), coerce=id_or_none, validators=[Optional()])
    phase = SelectField(
        lazy_("Phase of the mine"),
        choices=options([("", lazy_("None in particular")), *PHASES.items()]),
        validators=[Optional()],
    )
    milestones = StepsField(
        FormField(StepForm),
        lazy_("Milestones"),
        min_entries=STEPS,
        description=lazy_("Steps on the way, each with its part of the whole. The parts add up to 100."),
    )
    money = SelectField(
        lazy_("Where does the money come from?"),
        choices=options([("", lazy_("Choose")), *MONEY.items()]),
        validators=[Optional()],
    )
    amount = FiniteField(lazy_("Amount"), [Optional()], description=lazy_("Leave empty where it is not known."))
    currency = SelectField(lazy_("Currency"), choices=_CURRENCIES)
    money_note = StringField(lazy_("More on the money"), [Length(max=500)])
    responsible = OrganisationsField(
        lazy_("Who else carries it out?"), [Optional()], coerce=int,
        description=lazy_("They may report progress. Whoever owes it answers for it all the same."),
    )  # fmt: skip
    contributing = OrganisationsField(lazy_("Who contributes?"), [Optional()], coerce=int)
    problem = TextAreaField(lazy_("Which problem does it answer to?"), [Length(max=6000)], render_kw={"rows": 3})
    language = SelectField(lazy_("Language of the promise"), choices=options(LANGUAGES.items()))


class DecisionOnlyForm(Form):
    """Nothing to enter: only the decision."""


class RecordForm(Form):
    """What a source says became of it."""

    state = RadioField(
        lazy_("What does the document say?"), [InputRequired()],
        choices=options((key, STATES[key]) for key in ("accepted", "in_progress", "reported_complete")),
    )  # fmt: skip
    since = DateField(lazy_("Since"), [InputRequired()], description=lazy_("The day of the document that says so."))
    progress = IntegerField(
        lazy_("Done, in %"), [Optional(), NumberRange(0, 100)], description=lazy_("Leave empty where it is not known.")
    )


class ReasonForm(Form):
    reason = TextAreaField(
        lazy_("Why?"), [InputRequired(), Length(min=5, max=500)], description=lazy_("Everyone will read this.")
    )


class _WithEvidence(Form):
    """Evidence: new files, files that are on the page already, or an address elsewhere."""

    files = MultipleFileField(
        lazy_("Evidence: photographs or documents"),
        description=lazy_(
            "PDF, Word, Excel, text and photographs; up to 10 MB each. Take a photograph or choose several files."
        ),
        render_kw={"accept": ",".join(ENDINGS)},
    )
    nobody_exposed = BooleanField(
        lazy_("The photographs show nobody who did not agree to it"),
        description=lazy_(
            "If a face or a name must be covered, leave the photograph out here and add it to the page under “Files”, where it "
            "can be covered; then choose it below."
        ),
    )
    attachments = SelectMultipleField(
        lazy_("Files on this page that show it"), [Optional()], coerce=int, widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip
    evidence_url = StringField(lazy_("Evidence elsewhere: its address"), [Length(max=500)])
    evidence_title = StringField(lazy_("What is to be found there?"), [Length(max=200)])


class ReportForm(_WithEvidence):
    """A report, on one screen of a phone."""

    narrative = TextAreaField(
        lazy_("What was done?"), [InputRequired(), Length(min=10, max=8000)], render_kw={"rows": 4},
        description=lazy_("In plain words: what, where, how much of it. It can't be edited later, only replaced in view of all."),
    )  # fmt: skip
    percents = Several(IntegerField(validators=[InputRequired(), NumberRange(0, 100)]))
    percent = IntegerField(lazy_("Done, in %"), [InputRequired(), NumberRange(0, 100)])
    complete = BooleanField(
        lazy_("It is complete"),
        description=lazy_("It then counts as claimed, until a verifier of another sector has looked."),
    )
    as_of = DateField(lazy_("As of"), [InputRequired()])
    place = StringField(
        lazy_("Place"), [Length(max=6)], description=lazy_("INEI code, where it is another than the commitment's.")
    )


class ReplacementForm(ReportForm):
    """A report in the place of a mistaken one."""

    reason = StringField(
        lazy_("What was wrong with the last report?"), [InputRequired(), Length(min=5, max=500)],
        description=lazy_("Everyone will read this. The mistaken report stays to be seen."),
    )  # fmt: skip


class FindingForm(_WithEvidence):
    """What a verifier found."""

    finding = RadioField(lazy_("What did you find?"), [InputRequired()], choices=options(FINDINGS.items()))
    method = StringField(
        lazy_("How did you look?"), [InputRequired(), Length(min=4, max=500)],
        description=lazy_("A visit, a measurement, a review of documents, interviews …"),
    )  # fmt: skip
    looked_on = DateField(lazy_("When?"), [InputRequired()])
    narrative = TextAreaField(
        lazy_("What did you see?"), [InputRequired(), Length(min=10, max=8000)], render_kw={"rows": 5}
    )
    accepted = SelectMultipleField(
        lazy_("Evidence of the parties that holds"), [Optional()], coerce=int, widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(), description=lazy_("To confirm, accept at least one piece."),
    )  # fmt: skip
    rejected = SelectMultipleField(
        lazy_("Evidence that does not hold"), [Optional()], coerce=int, widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip


class DisputeForm(Form):
    words = TextAreaField(
        lazy_("What is not done?"), [InputRequired(), Length(min=10, max=8000)], render_kw={"rows": 5},
        description=lazy_("Say what is missing and where one can see it. Everyone will read it, and whoever owes it must answer."),
    )  # fmt: skip


class AnswerForm(Form):
    words = TextAreaField(
        lazy_("Your answer"), [InputRequired(), Length(min=10, max=8000)], render_kw={"rows": 5},
        description=lazy_("It stays contested until whoever said so accepts your answer, or a verifier has looked."),
    )  # fmt: skip


class AskForm(Form):
    organisation_id = SelectField(
        lazy_("Who should look at it?"), coerce=id_or_none, validators=[InputRequired()],
        description=lazy_("An organisation of another sector than every party."),
    )  # fmt: skip


class PledgeForm(Form):
    """What an organisation gives."""

    form = SelectField(lazy_("In which form?"), choices=options(FORMS.items()))
    what = StringField(lazy_("What?"), [InputRequired(), Length(min=4, max=300)])
    amount = FiniteField(lazy_("Amount"), [Optional()], description=lazy_("Leave empty where it is not known."))
    currency = SelectField(lazy_("Currency"), choices=_CURRENCIES)
