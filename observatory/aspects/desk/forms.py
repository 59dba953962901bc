"""Sending a file, saying how it is read, and taking a batch back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from observatory.kernel.desk import Option, Register
from observatory.kernel.forms import Form, options
from observatory.kernel.sheets import Sheet, missing
from observatory.kernel.text import _, excerpt, lazy_

COLUMN, OPTION = "column_", "option_"
_SAMPLES = 3
_CHOICES = 60


class SendForm(Form):
    register = RadioField(lazy_("What is in the file?"), [InputRequired()])
    file = FileField(
        lazy_("File"),
        description=lazy_(
            "CSV, Excel, OpenDocument or JSON, up to 60 MB, as you have it: any separator, any encoding, header in any row."
        ),
        render_kw={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods,.json"},
    )


class ReasonForm(Form):
    reason = StringField(
        lazy_("Why?"), [InputRequired(), Length(min=5, max=500)], description=lazy_("Everyone will read this.")
    )


class MappingForm(Form):
    """How a file is read. The fields for columns and options are added for each register."""

    sheet = SelectField(lazy_("Which sheet?"), coerce=int, validate_choice=False)
    header_row = IntegerField(
        lazy_("In which row is the header?"),
        [InputRequired(), NumberRange(1, 2_000_000)],
        description=lazy_("As the spreadsheet program numbers it."),
    )
    skip_refused = BooleanField(
        lazy_("Leave out the rows that can't be taken, and write the others"),
        description=lazy_(
            "Otherwise nothing is written while one row is wrong. You get the rows left out as a workbook, to mend and send again."
        ),
    )


def mapping_form(register: Register, sheet: Sheet, header_row: int) -> type[MappingForm]:
    """The form for one file: for each column of the register, which column of the file it is."""
    header = next((cells for number, cells in sheet.rows if number == header_row), [])
    heads = [("", _("— not in the file —")), *_heads(sheet, header, header_row)]
    fields: dict[str, Any] = {}
    for column in register.columns:
        fields[COLUMN + column.key] = SelectField(column.label, choices=options(heads), validate_choice=False)
    for option in register.options:
        fields[OPTION + option.key] = _field(option)
    return type("MappingForm", (MappingForm,), fields)


def _heads(sheet: Sheet, header: Sequence[str], header_row: int) -> list[tuple[str, str]]:
    """The file's columns, each with its first values, by which people know them."""
    below = [cells for number, cells in sheet.rows if number > header_row][:40]
    found = []
    for at, name in enumerate(header):
        if name and name not in [each for each, _label in found]:
            values = [cells[at] for cells in below if at < len(cells) and not missing(cells[at])]
            told = ", ".join(excerpt(value, 18) for value in dict.fromkeys(values[:_SAMPLES]))
            found.append((name, excerpt(f"{name}: {told}" if told else name, _CHOICES)))
    return found


def _field(option: Option) -> Any:
    if option.choices is None:
        return BooleanField(option.label, description=option.help, default=option.standard)
    if not option.choices:
        return StringField(option.label, [Length(max=300)], description=option.help)
    choices = [("", _("The file says it in each column")), *option.choices.items()]
    return SelectField(option.label, [Optional()], choices=options(choices), description=option.help)


def filled(form: MappingForm, mapping: Mapping[str, Any], register: Register, sheet: Sheet) -> None:
    """Show a mapping in the form."""
    form.sheet.choices = options(enumerate(sheet.names))
    form.sheet.data = sheet.number
    form.header_row.data = mapping["header_row"]
    form.skip_refused.data = bool(mapping.get("skip_refused"))
    for column in register.columns:
        form[COLUMN + column.key].data = mapping["columns"].get(column.key, "")
    for option in register.options:
        form[OPTION + option.key].data = mapping.get(option.key, option.standard or "")


def said(form: MappingForm, register: Register) -> dict[str, Any]:
    """The mapping that the form says."""
    columns = {column.key: form[COLUMN + column.key].data for column in register.columns}
    mapping: dict[str, Any] = {
        "sheet": form.sheet.data or 0,
        "header_row": form.header_row.data,
        "skip_refused": bool(form.skip_refused.data),
        "columns": {key: name for key, name in columns.items() if name},
    }
    for option in register.options:
        value = form[OPTION + option.key].data
        if value not in (None, ""):
            mapping[option.key] = value
    return mapping
