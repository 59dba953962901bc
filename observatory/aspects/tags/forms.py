"""Choosing a record's tags."""

from __future__ import annotations

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from observatory.kernel.forms import Form
from observatory.kernel.text import lazy_


class TagsForm(Form):
    """The tags of one record; the view sets the choices."""

    keys = SelectMultipleField(
        lazy_("Tags"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=True
    )
