"""What people enter about places and sites, and how it is asked. Some choices are set by the views."""

from __future__ import annotations

from wtforms import DateField, DecimalField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from observatory.kernel.forms import Form, id_or_none, options
from observatory.kernel.text import lazy_
from observatory.records.models import LANGUAGES
from observatory.rooms.places.models import MINERALS, ROLES, STAGES


class TerritoryForm(Form):
    """What a steward may correct of a territory."""

    title = StringField(lazy_("Name"), [InputRequired(), Length(max=300)])
    capital = StringField(lazy_("Capital"), [Length(max=120)])
    reniec = StringField(
        lazy_("RENIEC code"),
        [Length(max=6)],
        description=lazy_("Leave empty where no pair is recorded. Never copy the INEI code: the two differ."),
    )
    population = IntegerField(
        lazy_("Population"), [Optional()], description=lazy_("A whole number; empty where it is not known.")
    )
    population_source_id = SelectField(lazy_("Source of the population"), coerce=id_or_none, validators=[Optional()])


class SiteForm(Form):
    """What is said of a site."""

    title = StringField(lazy_("Name"), [InputRequired(), Length(max=300)])
    stage = SelectField(lazy_("Stage"), choices=options(STAGES.items()))
    minerals = SelectMultipleField(
        lazy_("Minerals"),
        choices=options(MINERALS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    summary = TextAreaField(lazy_("What it is"), [Length(max=4000)])
    language = SelectField(lazy_("Language of the name and text"), choices=options(LANGUAGES.items()))


class NewSiteForm(SiteForm):
    """A site and the organisation that keeps its page."""

    keeper_id = SelectField(
        lazy_("Kept by"),
        coerce=id_or_none,
        validators=[Optional()],
        description=lazy_("Its people may edit the page; usually the operator."),
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


class OperatorForm(Form):
    """Who operates the site or owns a part of it, between which dates, according to whom."""

    organisation_id = SelectField(lazy_("Organisation"), coerce=id_or_none, validators=[InputRequired()])
    role = SelectField(lazy_("Part"), choices=options(ROLES.items()))
    share = DecimalField(
        lazy_("Share, in percent"), [Optional()], description=lazy_("Leave empty where it is not known.")
    )
    from_on = DateField(lazy_("Since"), [Optional()], description=lazy_("Leave empty where it is not known."))
    to_on = DateField(lazy_("Until"), [Optional()], description=lazy_("The last day; leave empty while it lasts."))
    source_id = SelectField(lazy_("Source"), coerce=id_or_none, validators=[Optional()])


class DistrictForm(Form):
    """A district where the site is said to produce, and the document that says so."""

    code = StringField(
        lazy_("District"), [InputRequired(), Length(max=6)], description=lazy_("Its INEI code of six digits.")
    )
    share = DecimalField(
        lazy_("Share, in percent"), [Optional()], description=lazy_("Leave empty where it is not known.")
    )
    basis_es = TextAreaField(lazy_("Document, in Spanish"), [Length(max=1000)])
    basis_en = TextAreaField(lazy_("Document, in English"), [Length(max=1000)])
    contradiction_id = SelectField(
        lazy_("Question on which sources disagree"), coerce=id_or_none, validators=[Optional()]
    )
    source_id = SelectField(lazy_("Source"), coerce=id_or_none, validators=[Optional()])


class ContradictionForm(Form):
    """A question that sources answer differently, and what depends on the answer."""

    question_es = StringField(lazy_("Question, in Spanish"), [InputRequired(), Length(max=300)])
    question_en = StringField(lazy_("Question, in English"), [Length(max=300)])
    consequence_es = TextAreaField(lazy_("What depends on the answer, in Spanish"), [Length(max=2000)])
    consequence_en = TextAreaField(lazy_("What depends on the answer, in English"), [Length(max=2000)])
    source_id = SelectField(lazy_("Source"), coerce=id_or_none, validators=[Optional()])
