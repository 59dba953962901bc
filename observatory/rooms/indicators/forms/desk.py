"""How a file of figures is read, as a form: what was understood of it, for a person to correct, and what no program may
guess, for them to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from observatory.kernel.forms import Form, options
from observatory.kernel.policy import Actor
from observatory.kernel.sheets import Sheet, missing
from observatory.kernel.text import _, excerpt, lazy_, slugify
from observatory.records.queries import source_choices
from observatory.rooms.indicators.models.words import STATUSES
from observatory.rooms.indicators.queries import stored
from observatory.rooms.indicators.tables import showing
from observatory.rooms.indicators.tables.mapping import distinct, joined
from observatory.rooms.places.models import LEVELS

ROLES = {
    "place": lazy_("Place"),
    "department": lazy_("Department, where names stand in several columns"),
    "province": lazy_("Province, likewise"),
    "district": lazy_("District, likewise"),
    "period": lazy_("Period or year"),
    "month": lazy_("Month, where it stands apart"),
    "value": lazy_("Figure"),
    "indicator": lazy_("Indicator, where the file has several"),
    "status": lazy_("Status of the figure"),
    "source": lazy_("Source, where it differs by row"),
    "as_of": lazy_("As of, where it differs by row"),
    "scope": lazy_("Scope"),
}
_LARGER = ("department", "province", "district")
CODES = {
    "inei": lazy_("INEI codes"),
    "reniec": lazy_("RENIEC codes"),
    "iso2": lazy_("Countries by two letters (ISO)"),
    "iso3": lazy_("Countries by three letters (ISO)"),
    "name": lazy_("Names"),
}
_MOST, _SAMPLES = 60, 3


class _Boxes(SelectMultipleField):  # type: ignore[misc]
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ReadingForm(Form):
    """The questions that every file is asked; the columns are added for each."""

    sheet = SelectField(lazy_("Which sheet?"), coerce=int, validate_choice=False)
    header_row = IntegerField(
        lazy_("In which row is the header?"),
        [InputRequired(), NumberRange(1, 2_000_000)],
        description=lazy_("As the spreadsheet program numbers it; the last one, where it has two lines."),
    )
    two = BooleanField(lazy_("The header has two lines"))
    indicator = SelectField(lazy_("Which indicator are the figures of?"), validate_choice=False)
    by_columns = StringField(
        lazy_("Or of several, by column"),
        [Length(max=2000)],
        description=lazy_("Written as: column = address of the indicator; another column = another indicator."),
    )
    place = StringField(
        lazy_("All of one place"), [Length(max=6)], description=lazy_("INEI code, or pe; empty where each row says it.")
    )
    one_period = StringField(
        lazy_("All of one period"), [Length(max=10)], description=lazy_("Such as 2024; empty where the file says it.")
    )
    codes = SelectField(lazy_("Which codes of places?"), validate_choice=False)
    level = SelectField(lazy_("Level of the places"), validate_choice=False)
    decimal = SelectField(lazy_("Mark before the decimals"), validate_choice=False)
    percent = SelectField(lazy_("How is 45 percent written?"), validate_choice=False)
    multiplier = StringField(
        lazy_("Multiply every figure by"),
        [Length(max=20)],
        description=lazy_("Such as 1000000, where they are in millions."),
    )
    dates = SelectField(lazy_("Order of dates"), validate_choice=False)
    obs_status = SelectField(lazy_("What kind of figures are they?"), validate_choice=False)
    source = SelectField(lazy_("Where do they come from?"), validate_choice=False)
    as_of = StringField(
        lazy_("As of"), [Length(max=40)], description=lazy_("The date, or the edition, that the source states.")
    )
    scope = StringField(
        lazy_("Scope"),
        [Length(max=200)],
        description=lazy_("Only where another value of the same thing stands beside it: what exactly these count."),
    )
    same = SelectField(lazy_("Several rows of one place and period"), validate_choice=False)
    totals = SelectField(lazy_("Rows that are called a total"), validate_choice=False)
    only = StringField(
        lazy_("Only rows with"),
        [Length(max=500)],
        description=lazy_("Written as: column = text; another column = text."),
    )
    remark = StringField(lazy_("Remark for whoever validates them"), [Length(max=500)])
    skip_refused = BooleanField(
        lazy_("Leave out the figures that can't be taken, and write the others"),
        description=lazy_("You get them back in a workbook, each with its reason."),
    )


class PublishingForm(ReadingForm):
    """The same for a steward."""

    publish = BooleanField(
        lazy_("Publish at once"),
        description=lazy_("As a steward of reference data: nobody else will have looked through them."),
    )


OPTIONS = (
    "indicator", "by_columns", "place", "one_period", "codes", "level", "decimal", "percent", "multiplier", "dates", "obs_status",
    "source", "as_of", "scope", "same", "totals", "only", "remark",
)  # fmt: skip


_FIELDS = {"period": "one_period", "value": "column_value"}
"""Which field answers a question, where it is called otherwise."""


class Reading:
    """The form of one file."""

    def __init__(self, actor: Actor, sheet: Sheet, mapping: Mapping[str, Any], *, formdata: Any = ...) -> None:
        self._mapping, self._sheet = dict(mapping), sheet
        row = int(mapping.get("header_row") or 1)
        heads = self._heads(row)
        fields: dict[str, Any] = {}
        for role, label in ROLES.items():
            fields[f"column_{role}"] = SelectField(
                label, choices=options([("", _("— not in the file —")), *heads]), validate_choice=False
            )
        fields["breakdowns"] = _Boxes(
            lazy_("Breakdowns"), choices=options(heads), validate_choice=False,
            description=lazy_("Columns such as sex or area, each of whose values is a series of its own."),
        )  # fmt: skip
        base = PublishingForm if actor.holds("steward") else ReadingForm
        cls = type("FileForm", (base,), fields)
        self.form = cls() if formdata is ... else cls(formdata=formdata)
        self.columns = [f"column_{role}" for role in ROLES] + ["breakdowns"]
        self.options = [*OPTIONS, *(["publish"] if base is PublishingForm else [])]
        self._offer(actor)
        if not self.form.is_submitted() or formdata is None:
            self._fill()
        asked = showing.asked(actor, self.said())
        self.questions = [each.text for each in asked]
        named = (_FIELDS.get(each.key, each.key) for each in asked)
        self.first = [name for name in dict.fromkeys(named) if name in self.form]
        """The fields that answer what is open: asked before all others."""
        self.columns = [name for name in self.columns if name not in self.first]
        self.options = [name for name in self.options if name not in self.first]

    def _heads(self, row: int) -> list[tuple[str, str]]:
        """The file's columns, each with its first values, by which people know them."""
        header = next((cells for number, cells in self._sheet.rows if number == row), [])
        above = next((cells for number, cells in reversed(self._sheet.rows) if number < row), [])
        names = distinct(joined(above, header) if self._mapping.get("header_rows") == 2 else header)
        below = [cells for number, cells in self._sheet.rows if number > row][:40]
        found = []
        for at, name in enumerate(names):
            if name:
                values = [cells[at] for cells in below if at < len(cells) and not missing(cells[at])]
                told = ", ".join(excerpt(value, 18) for value in dict.fromkeys(values[:_SAMPLES]))
                found.append((name, excerpt(f"{name}: {told}" if told else name, _MOST)))
        return found

    def _offer(self, actor: Actor) -> None:
        form = self.form
        form.sheet.choices = options(enumerate(self._sheet.names))
        wide = self._mapping.get("periods") or {}
        form.indicator.choices = options(
            [("", _("— each row or column says it —")), *((row.slug, row.title) for row in stored.defined(actor))]
        )
        form.codes.choices = options([("", "—"), *CODES.items()])
        form.level.choices = options([("", "—"), *LEVELS.items()])
        form.decimal.choices = options([("", _("as each number shows")), (".", _("point")), (",", _("comma"))])
        form.percent.choices = options([("", "—"), ("as_is", "45"), ("share", "0.45")])
        form.dates.choices = options(
            [("", "—"), ("dmy", _("day, month, year")), ("mdy", _("month, day, year")), ("iso", _("year, month, day"))]
        )
        form.obs_status.choices = options([("", _("normal, unless the file says otherwise")), *STATUSES.items()])
        sources = stored.source_ids()
        by_id = {id: key for key, id in sources.items()}
        form.source.choices = options(
            [("", "—"), *((by_id[id], title) for id, title in source_choices() if id in by_id)]
        )
        form.same.choices = options(
            [
                ("", "—"),
                ("refuse", _("refuse all but the first")),
                ("add", _("add them up")),
                ("mean", _("average them")),
            ]
        )
        form.totals.choices = options(
            [
                ("", _("leave out totals of places")),
                ("leave_out", _("leave them out")),
                ("keep", _("take them as they are")),
            ]
        )
        self.wide = list(wide)

    def _fill(self) -> None:
        form, mapping = self.form, self._mapping
        columns = {**(mapping.get("columns") or {}), **(mapping.get("place_columns") or {})}
        form.sheet.data = self._sheet.number
        form.header_row.data = int(mapping.get("header_row") or 1)
        form.two.data = mapping.get("header_rows") == 2
        for role in ROLES:
            form[f"column_{role}"].data = columns.get(role, "")
        form.breakdowns.data = list(mapping.get("breakdowns") or {})
        for name in ("indicator", "place", "codes", "level", "decimal", "percent", "dates", "source", "as_of", "scope",
                     "same", "totals", "remark"):  # fmt: skip
            form[name].data = str(mapping.get(name) or "")
        form.obs_status.data = str(mapping.get("status") or "")
        form.multiplier.data = str(mapping.get("multiplier") or "")
        form.one_period.data = str(mapping.get("period") or "")
        form.by_columns.data = _pairs_text(mapping.get("values") or {})
        form.only.data = _pairs_text(mapping.get("only") or {})
        form.skip_refused.data = bool(mapping.get("skip_refused"))
        if "publish" in form:
            form.publish.data = bool(mapping.get("publish"))

    def said(self) -> dict[str, Any]:
        """The mapping that the form says; what it does not ask stays as it was understood."""
        form, mapping = self.form, dict(self._mapping)
        chosen = {role: form[f"column_{role}"].data for role in ROLES if form[f"column_{role}"].data}
        kept = {role: name for role, name in (mapping.get("columns") or {}).items() if role not in ROLES}
        mapping["columns"] = {**kept, **{role: name for role, name in chosen.items() if role not in _LARGER}}
        mapping["place_columns"] = {role: chosen[role] for role in _LARGER if role in chosen}
        sheet = form.sheet.data or 0
        mapping["sheet"] = sheet if 0 <= sheet < len(self._sheet.names) else 0
        mapping["header_row"] = form.header_row.data
        mapping["header_rows"] = 2 if form.two.data else 1
        known = mapping.get("breakdowns") or {}
        mapping["breakdowns"] = {name: known.get(name) or slugify(name) for name in form.breakdowns.data or ()}
        for name in ("indicator", "place", "codes", "level", "decimal", "percent", "dates", "source", "as_of", "scope",
                     "same", "totals", "remark", "multiplier"):  # fmt: skip
            mapping[name] = (form[name].data or "").strip()
        mapping["status"] = form.obs_status.data or ""
        mapping["period"] = (form.one_period.data or "").strip()
        mapping["values"] = _pairs(form.by_columns.data or "")
        mapping["only"] = {**_lists(mapping.get("only")), **_pairs(form.only.data or "")}
        mapping["skip_refused"] = bool(form.skip_refused.data)
        mapping["publish"] = "publish" in form and bool(form.publish.data)
        return {key: value for key, value in mapping.items() if value not in ("", None, {}, [])}


def _pairs(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(";"):
        name, mark, value = part.partition("=")
        if mark and name.strip() and value.strip():
            found[name.strip()] = value.strip()
    return found


def _pairs_text(pairs: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} = {value}" for name, value in pairs.items() if isinstance(value, str) and value)


def _lists(pairs: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a line of text can't say, and the form therefore keeps."""
    return {
        name: value
        for name, value in (pairs or {}).items()
        if isinstance(value, Sequence) and not isinstance(value, str)
    }
