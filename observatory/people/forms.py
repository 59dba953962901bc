"""The forms of accounts and mandates. Field names are the verbs' keyword arguments."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, EmailField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from observatory.kernel import clock
from observatory.kernel.forms import Form, options
from observatory.kernel.language import NAMES
from observatory.kernel.text import lazy_
from observatory.people.models import OPERATOR_ROLES, ROLES

_email = [InputRequired(), Email(message=lazy_("This is not an e-mail address.")), Length(max=320)]
_new = {"autocomplete": "new-password"}
_present = {"autocomplete": "current-password"}


class SignInForm(Form):
    email = EmailField(lazy_("E-mail"), _email, render_kw={"autocomplete": "username"})
    password = PasswordField(lazy_("Password"), [InputRequired(), Length(max=200)], render_kw=_present)
    remember = BooleanField(lazy_("Keep me signed in on this device for 30 days"))


class SignUpForm(Form):
    name = StringField(lazy_("Your name"), [InputRequired(), Length(max=120)], render_kw={"autocomplete": "name"})
    email = EmailField(lazy_("E-mail"), _email, render_kw={"autocomplete": "email"})
    password = PasswordField(lazy_("Password"), [InputRequired()], render_kw=_new)
    language = SelectField(lazy_("Language of messages"), choices=options(NAMES.items()))


class ForgottenForm(Form):
    email = EmailField(lazy_("E-mail"), _email, render_kw={"autocomplete": "username"})


class ResetForm(Form):
    password = PasswordField(lazy_("New password"), [InputRequired()], render_kw=_new)


class ButtonForm(Form):
    """A form that is only a button: the link or the confirmation is the message."""


class ProfileForm(Form):
    name = StringField(lazy_("Your name"), [InputRequired(), Length(max=120)], render_kw={"autocomplete": "name"})
    alias = StringField(
        lazy_("Public alias"),
        [Optional(), Length(max=60)],
        description=lazy_("Shown instead of your name when you take part as a citizen."),
    )
    language = SelectField(lazy_("Language of messages"), choices=options(NAMES.items()))
    reminders = BooleanField(
        lazy_("Reminders of due dates"),
        description=lazy_("By mail, before and after the dates of what your organisation owes."),
    )


class PasswordForm(Form):
    current = PasswordField(lazy_("Current password"), [InputRequired(), Length(max=200)], render_kw=_present)
    password = PasswordField(lazy_("New password"), [InputRequired()], render_kw=_new)


class AddressForm(Form):
    email = EmailField(lazy_("New e-mail"), _email, render_kw={"autocomplete": "email"})
    current = PasswordField(lazy_("Current password"), [InputRequired(), Length(max=200)], render_kw=_present)


_code = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class CodeForm(Form):
    """A code of the app, or a recovery code."""

    code = StringField(lazy_("Code"), [InputRequired(), Length(max=20)], render_kw={"autocomplete": "one-time-code"})


class FactorForm(Form):
    current = PasswordField(lazy_("Current password"), [InputRequired(), Length(max=200)], render_kw=_present)
    code = StringField(lazy_("Six digits from the app"), [InputRequired(), Length(max=8)], render_kw=_code)


class FactorOffForm(Form):
    current = PasswordField(lazy_("Current password"), [InputRequired(), Length(max=200)], render_kw=_present)
    code = StringField(lazy_("Code from the app, or a recovery code"), [InputRequired(), Length(max=20)])


class CloseForm(Form):
    current = PasswordField(lazy_("Current password"), [InputRequired(), Length(max=200)], render_kw=_present)


class ReasonForm(Form):
    reason = TextAreaField(
        lazy_("Reason"), [InputRequired(), Length(max=500)], description=lazy_("It is shown to the person concerned.")
    )


class PublicReasonForm(Form):
    reason = TextAreaField(
        lazy_("Reason"), [InputRequired(), Length(max=500)], description=lazy_("Everyone will read this.")
    )


class _MandateForm(Form):
    role = SelectField(lazy_("Role"))
    title = StringField(
        lazy_("Function"), [Optional(), Length(max=160)], description=lazy_("As the organisation calls it.")
    )
    from_on = DateField(lazy_("From"), [InputRequired()])
    to_on = DateField(
        lazy_("Until"), [Optional()], description=lazy_("The last day of the mandate. Empty: until it is ended.")
    )
    appointing_act = StringField(
        lazy_("Appointing act"),
        [Optional(), Length(max=300)],
        description=lazy_("Resolution, minutes or letter that appoints the person."),
    )

    def __init__(self, *args: Any, operator: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = options(
            (key, label) for key, label in ROLES.items() if operator or key not in OPERATOR_ROLES
        )
        if not self.is_submitted() and self.from_on.data is None:
            self.from_on.data = clock.today()


class MandateRequestForm(_MandateForm):
    message = TextAreaField(
        lazy_("Message to the organisation"),
        [Optional(), Length(max=1000)],
        description=lazy_("How they know you, whom they can ask."),
    )


class AppointmentForm(_MandateForm):
    email = EmailField(lazy_("E-mail of the person"), _email, description=lazy_("They have an account already."))


class InvitationForm(_MandateForm):
    email = EmailField(lazy_("E-mail of the person"), _email)


class SetupForm(Form):
    organisation = StringField(lazy_("Organisation that runs this Observatory"), [InputRequired(), Length(max=200)])
    name = StringField(lazy_("Your name"), [InputRequired(), Length(max=120)], render_kw={"autocomplete": "name"})
    email = EmailField(lazy_("E-mail"), _email, render_kw={"autocomplete": "email"})
    password = PasswordField(lazy_("Password"), [InputRequired()], render_kw=_new)
