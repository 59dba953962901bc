"""What people enter about indicators, and how it is asked. Choices are set by the views."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from observatory.kernel.forms import FiniteField, Form, id_or_none, options
from observatory.kernel.text import lazy_
from observatory.records.models import LANGUAGES
from observatory.rooms.indicators.models.words import (
    CURRENCIES,
    DIRECTIONS,
    FREQUENCIES,
    KINDS,
    LEVELS,
    OVER_PERIODS,
    OVER_PLACES,
    STATUSES,
)

_CURRENCIES = options([("", "—"), *((each, each) for each in CURRENCIES)])
_PERIOD = lazy_("Such as 2026, 2026-S1, 2026-Q2 or 2026-03.")
_PHRASE = lazy_("What is said of a figure, with {value} in its place, such as “{value} of the canon was spent”.")


class WordsForm(Form):
    """The words about an indicator, which may change without touching what it means."""

    title = StringField(lazy_("Name"), [InputRequired(), Length(min=3, max=200)])
    summary = TextAreaField(lazy_("In one sentence"), [Length(max=600)], render_kw={"rows": 2})
    phrase_es = StringField(lazy_("How it is read out, in Spanish"), [Length(max=200)], description=_PHRASE)
    phrase_en = StringField(lazy_("How it is read out, in English"), [Length(max=200)], description=_PHRASE)
    code = StringField(
        lazy_("Number in a plan"), [Length(max=60)], description=lazy_("As its producer or a plan numbers it.")
    )
    level = SelectField(lazy_("Level in the results chain"), choices=options(LEVELS.items()))
    language = SelectField(lazy_("Language of its texts"), choices=options(LANGUAGES.items()))


class IndicatorForm(WordsForm):
    """A draft: only its name must be there; the page then says what else is needed."""

    definition = TextAreaField(
        lazy_("What is measured?"),
        [Length(max=6000)],
        description=lazy_("So precisely that two people would measure the same."),
        render_kw={"rows": 4},
    )
    unit = StringField(lazy_("Unit"), [Length(max=40)], description=lazy_("As it stands beside a figure: %, S/, km."))
    kind = SelectField(lazy_("Kind of measure"), choices=options(KINDS.items()))
    currency = SelectField(lazy_("Currency"), choices=_CURRENCIES, validators=[Optional()])
    decimals = IntegerField(lazy_("Decimals on screen"), [Optional(), NumberRange(0, 6)], default=1)
    direction = RadioField(lazy_("Which way is better?"), choices=options(DIRECTIONS.items()), default="none")
    tolerance = FiniteField(
        lazy_("Tolerance"),
        [Optional(), NumberRange(0)],
        places=None,
        description=lazy_("For what should stay as it is: how far from the target is still on it, in the unit."),
    )
    frequency = SelectField(lazy_("How often"), choices=options(FREQUENCIES.items()))
    release_days = IntegerField(
        lazy_("Days until its figures are expected"),
        [Optional(), NumberRange(0, 3650)],
        description=lazy_("After the end of each period. Left empty, nothing is ever overdue."),
    )
    over_places = SelectField(
        lazy_("For a larger place"),
        choices=options(OVER_PLACES.items()),
        description=lazy_("What the figures of its parts give. Percentages are never a sum."),
    )
    weight_id = SelectField(lazy_("Weighted by"), coerce=id_or_none, validators=[Optional()])
    over_periods = SelectField(lazy_("For a longer period"), choices=options(OVER_PERIODS.items()))
    per_head_id = SelectField(
        lazy_("Per inhabitant, by the population in"),
        coerce=id_or_none,
        validators=[Optional()],
        description=lazy_("Leave it empty where dividing by the population makes no sense."),
    )
    method = TextAreaField(lazy_("How it is measured"), [Length(max=6000)], render_kw={"rows": 3})
    limitations = TextAreaField(
        lazy_("What it does not say"),
        [Length(max=6000)],
        description=lazy_("What a reader could wrongly conclude from it."),
        render_kw={"rows": 3},
    )
    disaggregations = StringField(lazy_("Breakdowns"), [Length(max=500)], description=lazy_("Such as: sex, age, area."))
    producer_id = SelectField(lazy_("Produced by"), coerce=id_or_none, validators=[Optional()])
    producer_name = StringField(
        lazy_("Or, where it is not in the list"),
        [Length(max=200)],
        description=lazy_("The name of whoever produces it."),
    )
    licence = StringField(lazy_("Licence of the figures"), [Length(max=200)])


class RedefineForm(Form):
    reason = TextAreaField(
        lazy_("Why does what it means change?"),
        [InputRequired(), Length(min=5, max=500)],
        description=lazy_("Everyone will read this beside both versions."),
        render_kw={"rows": 3},
    )


class ProposeForm(Form):
    """Whether the figures so far go on: asked from the second version on."""

    comparable = RadioField(
        lazy_("Can the former figures be compared with the new ones?"),
        choices=options([
            ("yes", lazy_("Yes: its series carry on")), ("no", lazy_("No: new series begin, and the former ones stay as they are")),
        ]),
        validators=[InputRequired()],
    )  # fmt: skip


class ReasonForm(Form):
    reason = TextAreaField(
        lazy_("Why?"),
        [InputRequired(), Length(min=5, max=500)],
        description=lazy_("Everyone will read this."),
        render_kw={"rows": 3},
    )


class GiveUpForm(ReasonForm):
    successor_id = SelectField(lazy_("Kept instead"), coerce=id_or_none, validators=[Optional()])


class TargetForm(Form):
    place = StringField(
        lazy_("Place"),
        [InputRequired(), Length(max=6)],
        description=lazy_("INEI code, such as 18 or 180106; pe is the country."),
    )
    period = StringField(lazy_("By when"), [InputRequired(), Length(max=10)], description=_PERIOD)
    value = FiniteField(lazy_("Target"), [InputRequired()], places=None)
    baseline_period = StringField(lazy_("Period of the baseline"), [Length(max=10)], description=_PERIOD)
    baseline_value = FiniteField(lazy_("Baseline"), [Optional()], places=None)
    document = StringField(
        lazy_("Which plan or agreement sets it?"), [Length(max=300)], description=lazy_("With its article or page.")
    )
    source_id = SelectField(lazy_("Source"), coerce=id_or_none, validators=[Optional()])


class MeasureForm(Form):
    """By which indicator something is measured."""

    indicator_id = SelectField(lazy_("Indicator"), coerce=id_or_none, validators=[InputRequired()])
    place = StringField(
        lazy_("Place"),
        [InputRequired(), Length(max=6)],
        description=lazy_("INEI code, such as 18 or 180106; pe is the country."),
    )
    baseline_period = StringField(lazy_("Period of the baseline"), [Length(max=10)], description=_PERIOD)
    baseline_value = FiniteField(lazy_("Baseline"), [Optional()], places=None)
    period = StringField(lazy_("By when"), [Length(max=10)], description=_PERIOD)
    value = FiniteField(lazy_("Target"), [Optional()], places=None)


class RevisionForm(Form):
    period = StringField(lazy_("By when"), [InputRequired(), Length(max=10)], description=_PERIOD)
    value = FiniteField(lazy_("New target"), [InputRequired()], places=None)
    document = StringField(lazy_("Which plan or agreement sets it?"), [InputRequired(), Length(min=3, max=300)])
    reason = TextAreaField(
        lazy_("Why is it revised?"),
        [InputRequired(), Length(min=5, max=500)],
        description=lazy_("The former target stays visible beside the new one, with this reason."),
        render_kw={"rows": 3},
    )


class FigureForm(Form):
    """A single figure, or a gap with its reason."""

    place = StringField(
        lazy_("Place"),
        [InputRequired(), Length(max=6)],
        description=lazy_("INEI code, such as 18 or 180106; pe is the country."),
    )
    period = StringField(lazy_("Period"), [InputRequired(), Length(max=10)], description=_PERIOD)
    value = FiniteField(
        lazy_("Figure"), [Optional()], places=None, description=lazy_("Left empty where there is none; then say why.")
    )
    obs_status = SelectField(lazy_("What kind of figure is it?"), choices=options(STATUSES.items()))
    source_id = SelectField(lazy_("Source"), coerce=id_or_none, validators=[InputRequired()])
    as_of = StringField(
        lazy_("As of"),
        [InputRequired(), Length(max=40)],
        description=lazy_("The date or the vintage that the source states."),
    )
    scope = StringField(
        lazy_("Scope"),
        [Length(max=200)],
        description=lazy_("Only where another value of the same thing stands beside it: what exactly this one counts."),
    )
    note = StringField(lazy_("Remark"), [Length(max=300)])


class ValidateForm(Form):
    reason = TextAreaField(
        lazy_("What did you check?"),
        [Length(max=500)],
        description=lazy_("Everyone will read this."),
        render_kw={"rows": 3},
    )
    publish = BooleanField(lazy_("Publish it at once"), default=True)
