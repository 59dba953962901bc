"""Every route and what each visitor gets there: the table that test_routes.py walks.

`own` things belong to the organisation of the representative and the manager (the ended mandate was for it too),
`other` ones to the stranger's organisation, or to nobody's here. Placeholders in paths and values are filled by the walk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests import figures, promises, tables
from tests.app import (
    DRAFT_ORGANISATION,
    INVITATION,
    OTHER,
    OTHER_DRAFT,
    OTHER_SITE,
    OWN,
    OWN_DRAFT,
    OWN_SITE,
)

VISITORS = (
    "guest", "citizen", "ended", "representative", "manager", "stranger", "steward", "moderator", "administrator", "verifier",
    "secretary",
)  # fmt: skip
SIGN_IN = "sign-in"
"""Sent to the sign-in page."""

Answer = int | str


@dataclass(frozen=True)
class Row:
    """One route with one method on one object: the answers by visitor, and what is sent."""

    endpoint: str
    method: str
    path: str
    answers: dict[str, Answer]
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.endpoint} {self.method} {self.path}"


def everyone(answer: int) -> dict[str, Answer]:
    """The same for all."""
    return dict.fromkeys(VISITORS, answer)


def persons(answer: int, **others: Answer) -> dict[str, Answer]:
    """Whoever has signed in."""
    return {**everyone(answer), "guest": SIGN_IN, **others}


def only(*visitors: str, then: int = 200, refused: int = 403, **others: Answer) -> dict[str, Answer]:
    """Those named; the rest are refused, or told that there is no such page."""
    guest = SIGN_IN if refused == 403 else refused
    return {**everyone(refused), "guest": guest, **dict.fromkeys(visitors, then), **others}


def reading(endpoint: str, path: str, answers: dict[str, Answer] | None = None) -> Row:
    return Row(endpoint, "GET", path, answers or everyone(200))


def sending(endpoint: str, path: str, answers: dict[str, Answer], **values: Any) -> Row:
    return Row(endpoint, "POST", path, answers, values)


def form(
    endpoint: str, path: str, *visitors: str, refused: int = 403, values: Any = None, **others: Answer
) -> list[Row]:
    """A page with a form that is sent to its own address: who may open it may send it."""
    opened = only(*visitors, refused=refused, **others)
    sent = only(*visitors, then=303, refused=refused, **others)
    return [reading(endpoint, path, opened), sending(endpoint, path, sent, **(values or {}))]


_SPEAKERS = ("representative", "manager", "steward")
_INSIDERS = only("representative", "manager", "steward", "administrator", refused=404)
_STEWARDS = only("steward", "administrator", refused=404)
_ORGANISATION = {"title": "Otro nombre", "sector": "company", "language": "es"}
_SITE = {"title": "Otro nombre", "stage": "operation", "minerals": ["gold"], "language": "es"}
_TERRITORY = {"title": "Torata", "capital": "Torata"}
_MANDATE = {"role": "secretary", "from_on": "2026-01-01"}
_REASON = {"reason": "Because a test says so."}
_NEW_PASSWORD = "otra mula azul vuela lejos"

PUBLIC = [
    reading("site.home", "/"),
    *(
        reading(f"site.{name.replace('-', '_')}", f"/{name}")
        for name in ("about", "privacy", "accessibility", "contact")
    ),
    reading("site.data_licence", "/data-licence"),
    reading("site.robots", "/robots.txt"),
    reading("site.styleguide", "/styleguide"),
    reading("site.activity", "/activity"),
    reading("site.activity_feed", "/activity.atom"),
    reading("site.feed", "/organisations.atom"),
    reading("site.feed", "/nothing.atom", everyone(404)),
    reading("site.export", "/exports/sites.csv"),
    reading("site.export", "/exports/nothing.csv", everyone(404)),
    reading("site.export_description", "/exports/sites.json"),
    reading("site.search", "/search?q=agua"),
    reading("site.search_json", "/search.json?q=agua"),
    reading("site.search_feed", "/search.atom?q=agua"),
    reading("site.search_csv", "/search.csv?q=agua"),
    reading("site.suggest", "/search/suggest.json?q=pun"),
    reading("health.healthz", "/healthz"),
    reading("static", "/static/site.css"),
    reading("static", "/static/nothing.css", everyone(404)),
    reading("organisations.index", "/organisations"),
    reading("places.index", "/places"),
    reading("places.show", "/places/180106"),
    reading("places.show", "/places/999999", everyone(404)),
    reading("places.find", "/places/find?name=san"),
    reading("places.by_reniec", "/places/reniec/{reniec}", everyone(302)),
    reading("sites.index", "/sites"),
    reading("tags.index", "/tags"),
    reading("tags.show", "/tags/agua"),
    reading("tags.show", "/tags/nothing", everyone(404)),
]

RECORDS = [
    reading("organisations.show", f"/organisations/{OWN}"),
    reading("organisations.show", f"/organisations/{OTHER}"),
    reading("organisations.show", f"/organisations/{DRAFT_ORGANISATION}", _STEWARDS),
    reading("organisations.kept", f"/organisations/{OWN}/records"),
    reading("organisations.kept", f"/organisations/{DRAFT_ORGANISATION}/records", _STEWARDS),
    reading("sites.show", f"/sites/{OWN_SITE}"),
    reading("sites.show", f"/sites/{OWN_DRAFT}", _INSIDERS),
    reading("sites.show", f"/sites/{OTHER_DRAFT}", _STEWARDS),
    reading("history.show", f"/history/site/{OWN_SITE}"),
    reading("history.show", f"/history/site/{OWN_DRAFT}", _INSIDERS),
    reading("history.show", f"/history/site/{OTHER_DRAFT}", _STEWARDS),
    reading("history.feed", f"/history/site/{OWN_SITE}.atom"),
    reading("history.feed", f"/history/site/{OTHER_DRAFT}.atom", _STEWARDS),
]

WRITING = [
    *form("organisations.new", "/organisations/new", "steward", values=_ORGANISATION),
    *form("organisations.edit", f"/organisations/{OWN}/edit", *_SPEAKERS, values=_ORGANISATION),
    *form("organisations.edit", f"/organisations/{OTHER}/edit", "stranger", "steward", values=_ORGANISATION),
    *form(
        "organisations.edit", f"/organisations/{DRAFT_ORGANISATION}/edit", "steward", refused=404, administrator=403,
        values=_ORGANISATION,
    ),
    *form("organisations.publication", f"/organisations/{OWN}/publication"),
    *form(
        "organisations.publication", f"/organisations/{DRAFT_ORGANISATION}/publication", "steward", refused=404,
        administrator=403,
    ),
    *form("organisations.withdrawal", f"/organisations/{OWN}/withdrawal", "manager", "steward", values=_REASON),
    *form("organisations.withdrawal", f"/organisations/{OTHER}/withdrawal", "stranger", "steward", values=_REASON),
    *form("organisations.control", f"/organisations/{OWN}/control", "steward", values={"parent_id": "{other_id}"}),
    *form(
        "organisations.succession", f"/organisations/{OWN}/succession", "steward",
        values={"successor_id": "{other_id}", "how": "merged"},
    ),
    *form("sites.new", "/sites/new", "steward", values=_SITE),
    *form("sites.edit", f"/sites/{OWN_SITE}/edit", *_SPEAKERS, values=_SITE),
    *form("sites.edit", f"/sites/{OTHER_SITE}/edit", "steward", values=_SITE),
    *form("sites.edit", f"/sites/{OWN_DRAFT}/edit", *_SPEAKERS, refused=404, administrator=403, values=_SITE),
    *form("sites.publication", f"/sites/{OWN_SITE}/publication"),
    *form(
        "sites.publication", f"/sites/{OWN_DRAFT}/publication", "manager", "steward", refused=404, representative=403,
        administrator=403,
    ),
    *form("sites.publication", f"/sites/{OTHER_DRAFT}/publication", "steward", refused=404, administrator=403),
    *form("sites.withdrawal", f"/sites/{OWN_SITE}/withdrawal", "manager", "steward", values=_REASON),
    *form("sites.withdrawal", f"/sites/{OTHER_SITE}/withdrawal", "steward", values=_REASON),
    *form(
        "sites.operator", f"/sites/{OWN_SITE}/operator", "steward",
        values={"organisation_id": "{other_id}", "role": "owner"},
    ),
    *form("sites.district", f"/sites/{OWN_SITE}/district", "steward", values={"code": "180106", "basis_es": "Acta 1"}),
    *form("places.edit", "/places/180106/edit", "steward", values=_TERRITORY),
    *form("tags.choose", f"/tags/of/site/{OWN_SITE}", *_SPEAKERS, values={"keys": ["agua"]}),
    *form("tags.choose", f"/tags/of/site/{OTHER_SITE}", "steward", values={"keys": ["agua"]}),
    *form("tags.choose", "/tags/of/territory/180106", "steward", values={"keys": ["agua"]}),
]  # fmt: skip

REFERENCE = [
    reading("reference.index", "/sources?q=inei"),
    reading("reference.show", "/sources/{source}"),
    reading("reference.show", "/sources/99999", everyone(404)),
    *form("reference.new_source", "/sources/new", "steward", values={"title": "Acta de la mesa"}),
    *form("reference.edit_source", "/sources/{source}/edit", "steward", values={"title": "Otro título"}),
    *form(
        "reference.new_fact", f"/reference/site/{OWN_SITE}/facts/new", "steward",
        values={"text_es": "Produce cobre.", "source_id": "{source}"},
    ),
    *form("reference.keeper", f"/reference/site/{OWN_SITE}/keeper", "steward", values={"keeper_id": "{other_id}"}),
    *form(
        "reference.keeper", f"/reference/site/{OTHER_DRAFT}/keeper", "steward", refused=404, administrator=403,
        values={"keeper_id": "{other_id}"},
    ),
    *form(
        "reference.edit_fact", "/reference/facts/{fact}/edit", "steward",
        values={"text_es": "Produce oro.", "source_id": "{source}"},
    ),
    *form("reference.take_back_fact", "/reference/facts/{fact}/removal", "steward", values=_REASON),
    *form("sites.contradiction", f"/sites/{OWN_SITE}/contradiction", "steward", values={"question_es": "¿Dónde?"}),
    *form("sites.operator_removal", "/sites/{part_site}/operators/{part}/removal", "steward", values=_REASON),
    *form("sites.district_removal", "/sites/{district_site}/districts/{district}/removal", "steward", values=_REASON),
    *form(
        "sites.contradiction_removal", "/sites/{question_site}/contradictions/{question}/removal", "steward",
        values=_REASON,
    ),
    *form(
        "organisations.control_removal", "/organisations/{controlled}/controls/{control}/removal", "steward",
        values=_REASON,
    ),
    *form(
        "organisations.succession_removal", "/organisations/{preceding}/successions/{succession}/removal", "steward",
        values=_REASON,
    ),
]  # fmt: skip
"""What stewards record beside a record, and take back."""

LINKS = [
    *form("links.new", f"/links/of/site/{OWN_SITE}/new", *_SPEAKERS, values={"relation": "cites", "target": "Torata"}),
    *form(
        "links.new", f"/links/of/site/{OTHER_DRAFT}/new", "steward", refused=404, administrator=403,
        values={"relation": "cites", "target": "Torata"},
    ),
    *form("translations.translate", f"/translations/of/site/{OWN_SITE}/en", *_SPEAKERS, values={"title": "High Puna"}),
    *form("translations.remove", f"/translations/of/site/{OWN_SITE}/qu/removal", *_SPEAKERS, values=_REASON),
    *form("links.remove", "/links/{link}/removal", *_SPEAKERS, values=_REASON),
]  # fmt: skip
"""How records stand to each other."""

_SAID = {"body": "Lo digo también."}
COMMENTS = [
    reading("comments.index", f"/comments/of/site/{OWN_SITE}"),
    reading("comments.index", f"/comments/of/site/{OTHER_DRAFT}", _STEWARDS),
    sending("comments.say", f"/comments/of/site/{OWN_SITE}", persons(303), **_SAID),
    sending("comments.say", f"/comments/of/site/{OTHER_DRAFT}", {**_STEWARDS, "steward": 303, "administrator": 303, "guest": SIGN_IN}, **_SAID),
    reading("comments.report_error", f"/comments/of/site/{OWN_SITE}/error", persons(200)),
    sending("comments.report_error", f"/comments/of/site/{OWN_SITE}/error", persons(303), **_SAID),
    reading("comments.show", "/comments/{comment}"),
    reading("comments.show", "/comments/{hidden}"),
    reading("comments.show", "/comments/999999", everyone(404)),
    reading("comments.reply", "/comments/{comment}/reply", persons(200)),
    sending("comments.reply", "/comments/{comment}/reply", persons(303), **_SAID),
    *form("comments.edit", "/comments/{comment}/edit", "manager", values=_SAID),
    reading("comments.report", "/comments/{comment}/report", persons(200, manager=403)),
    sending("comments.report", "/comments/{comment}/report", persons(303, manager=403), reason="spam"),
    *form("comments.hide", "/comments/{comment}/hiding", "moderator", values={"reason": "spam", "words": "Es publicidad."}),
    *form("comments.dismiss", "/comments/{comment}/dismissal", "moderator"),
    *form("comments.appeal", "/comments/{hidden}/appeal", "stranger", values={"words": "No era publicidad."}),
    *form(
        "comments.decide", "/comments/{hidden}/decision", "moderator",
        values={"decision": "restore", "words": "No era publicidad."},
    ),
    *form(
        "comments.settle", "/comments/{error}/outcome", "representative", "manager", "steward",
        values={"outcome": "corrected", "words": "Ya está corregido."},
    ),
    reading("comments.mentions", "/comments/mentions", persons(200)),
    reading("comments.errors", "/comments/errors", persons(200)),
    reading("comments.log", "/moderation"),
    reading("comments.queue", "/moderation/queue", only("moderator")),
    reading("comments.feed", "/comments.atom"),
    reading("comments.record_feed", f"/comments/of/site/{OWN_SITE}.atom"),
    reading("comments.record_feed", f"/comments/of/site/{OTHER_DRAFT}.atom", _STEWARDS),
]  # fmt: skip
"""What is said about records, and what moderators do."""

_MAY_ATTACH = ("representative", "manager", "stranger", "steward", "verifier", "secretary")
FILES = [
    reading("attachments.index", f"/files/of/site/{OWN_SITE}"),
    reading("attachments.index", f"/files/of/site/{OTHER_DRAFT}", _STEWARDS),
    reading("attachments.new", f"/files/of/site/{OWN_SITE}/new", only(*_MAY_ATTACH)),
    sending("attachments.new", f"/files/of/site/{OWN_SITE}/new", only(*_MAY_ATTACH, then=422)),
    reading(
        "attachments.new", f"/files/of/site/{OTHER_DRAFT}/new", only("steward", refused=404, administrator=403, guest=SIGN_IN)
    ),
    reading("attachments.describe", "/files/drafts/nobody-has-sent-this-one", persons(404)),
    sending("attachments.describe", "/files/drafts/nobody-has-sent-this-one", persons(404)),
    reading("attachments.draft_picture", "/files/drafts/nobody-has-sent-this-one/picture", persons(404)),
    sending("attachments.discard", "/files/drafts/nobody-has-sent-this-one/discard", persons(404)),
    reading("attachments.show", "/files/{file}"),
    reading("attachments.show", "/files/999999", everyone(404)),
    reading("attachments.content", "/files/{file}/content/prueba.txt"),
    reading("attachments.content", "/files/{file}/content/otro.txt", everyone(302)),
    reading("attachments.content", "/files/{withdrawn_file}/content/retirado.txt", everyone(404)),
    reading("attachments.preview", "/files/{file}/preview", everyone(404)),
    reading("attachments.preview", "/files/{picture}/preview"),
    reading("attachments.picture", "/files/{picture}/picture"),
    *form("attachments.withdraw", "/files/{file}/withdrawal", "representative", "manager", values=_REASON),
    *form("attachments.bring_back", "/files/{withdrawn_file}/return", "representative", "manager"),
    *form("attachments.erase", "/files/{file}/erasure", "representative", "manager", "moderator", values=_REASON),
]  # fmt: skip
"""What is attached to records."""

LIBRARY = [
    reading("library.index", "/library"),
    reading("library.index", "/library?place=18"),
    reading("library.show", "/library/palabras-del-observatorio-01-dinero-publico"),
    reading("library.show", "/library/nothing", everyone(404)),
    *form(
        "library.withdrawal",
        "/library/palabras-del-observatorio-01-dinero-publico/withdrawal",
        "steward",
        values=_REASON,
    ),
]

STEERING = [
    *form("steering.settings", "/administration/settings", "administrator", values={"contact": "hola@prueba.example"}),
    reading("steering.mail", "/administration/mail", only("administrator")),
    sending("steering.send_again", "/administration/mail/again", only("administrator", then=303)),
    reading("steering.drop", "/administration/mail/999999/giving-up", persons(404)),
    sending("steering.drop", "/administration/mail/999999/giving-up", persons(404)),
    reading("steering.log", "/administration/log"),
]
"""What administrators do to the instance."""

MERGERS = form(
    "organisations.merger", f"/organisations/{OWN}/merger", "steward",
    values={"how": "duplicate", "successor_id": "{other_id}", **_REASON},
)  # fmt: skip

_NO_UPLOAD = "/desk/uploads/nobody-has-sent-this-file"
DESK = [
    reading("desk.index", "/desk", persons(200)),
    sending("desk.send", "/desk", persons(422), register="organisations"),
    reading("desk.read", _NO_UPLOAD, persons(404)),
    sending("desk.read", _NO_UPLOAD, persons(404)),
    reading("desk.preview", f"{_NO_UPLOAD}/preview", persons(404)),
    reading("desk.refused", f"{_NO_UPLOAD}/refused.xlsx", persons(404)),
    *(
        sending(f"desk.{name}", f"{_NO_UPLOAD}/{last}", persons(404))
        for name, last in (("write", "batch"), ("check_again", "check"), ("discard", "discard"))
    ),
    reading("desk.batch", "/desk/batches/{batch}"),
    reading("desk.batch", "/desk/batches/999999", everyone(404)),
    reading("desk.batch_refused", "/desk/batches/{batch}/refused.xlsx", {**everyone(403), "steward": 404, "guest": SIGN_IN}),
    *form("desk.take_back", "/desk/batches/{batch}/reversal", "steward", values=_REASON),
]  # fmt: skip
"""Files of rows that go in, and what they did."""

MANDATES = [
    reading("mandates.ask", f"/organisations/{OWN}/mandate-requests/new", persons(200)),
    reading("mandates.ask", f"/organisations/{DRAFT_ORGANISATION}/mandate-requests/new", {**_STEWARDS, "guest": SIGN_IN}),
    sending("mandates.request_mandate", f"/organisations/{OTHER}/mandate-requests", persons(303), **_MANDATE),
    reading("invitations.new", f"/organisations/{OWN}/invitations/new", only("manager", "administrator")),
    reading("invitations.new", f"/organisations/{OTHER}/invitations/new", only("stranger", "administrator")),
    sending(
        "invitations.create", f"/organisations/{OWN}/invitations", only("manager", "administrator", then=303),
        email="nueva@prueba.example", **_MANDATE,
    ),
    sending(
        "invitations.create", f"/organisations/{OTHER}/invitations", only("stranger", "administrator", then=303),
        email="nueva@prueba.example", **_MANDATE,
    ),
    reading("invitations.show", f"/invitations/{INVITATION}", persons(200)),
    reading("invitations.show", "/invitations/nothing", persons(422)),
    sending("invitations.accept", f"/invitations/{INVITATION}", persons(422, citizen=303)),
    reading(
        "mandates.show", "/mandates/{own_request}", only("manager", "administrator", refused=404, guest=SIGN_IN)
    ),
    reading(
        "mandates.show", "/mandates/{other_request}", only("stranger", "administrator", refused=404, guest=SIGN_IN)
    ),
    sending(
        "mandates.approve", "/mandates/{own_request}/approval",
        only("manager", "administrator", then=303, refused=404, guest=SIGN_IN),
    ),
    sending(
        "mandates.approve", "/mandates/{other_request}/approval",
        only("stranger", "administrator", then=303, refused=404, guest=SIGN_IN),
    ),
    sending(
        "mandates.decline", "/mandates/{own_request}/refusal",
        only("manager", "administrator", then=303, refused=404, guest=SIGN_IN), **_REASON,
    ),
    sending(
        "mandates.revoke", "/mandates/{own_mandate}/revocation",
        only("representative", "manager", "administrator", then=303, refused=404, guest=SIGN_IN), **_REASON,
    ),
    sending(
        "mandates.revoke", "/mandates/{other_mandate}/revocation",
        only("stranger", "administrator", then=303, refused=404, guest=SIGN_IN), **_REASON,
    ),
    reading("invitations.index", f"/organisations/{OWN}/invitations", only("manager", "administrator", refused=404, guest=SIGN_IN)),
    reading("invitations.index", f"/organisations/{OTHER}/invitations", only("stranger", "administrator", refused=404, guest=SIGN_IN)),
    *(
        sending(
            f"invitations.{verb}", f"/invitations/{{own_invitation}}/{path}",
            only("manager", "administrator", then=303, refused=404, guest=SIGN_IN),
        )
        for verb, path in (("withdraw", "withdrawal"), ("again", "again"))
    ),
    *form(
        "mandates.appointment", f"/organisations/{OWN}/mandates/new", "administrator",
        values={"email": "citizen@prueba.example", "role": "manager", "from_on": "2026-01-01"},
    ),
    reading("administration.overview", "/administration", only("administrator")),
    reading("administration.people", "/administration/people", only("administrator")),
    reading("administration.person", "/administration/people/{other_person}", only("administrator")),
    *form("administration.end_sessions", "/administration/people/{other_person}/sessions", "administrator", values=_REASON),
    *form("administration.close", "/administration/people/{other_person}/closing", "administrator", values=_REASON),
    *form(
        "administration.reset_factor", "/administration/people/{other_person}/second-factor", "administrator",
        values=_REASON,
    ),
    reading("administration.mandates", "/administration/mandates", only("administrator")),
    reading("administration.security", "/administration/security", only("administrator")),
    reading("mandates.setup", "/setup/nothing", everyone(404)),
    sending(
        "mandates.begin", "/setup/nothing", everyone(422), organisation="Otra", name="Otra", email="otra@prueba.example",
        password=_NEW_PASSWORD,
    ),
]  # fmt: skip

ACCOUNTS = [
    reading("people.sign_in", "/sign-in"),
    sending("people.authenticate", "/sign-in", everyone(422), email="nobody@prueba.example", password="wrong"),
    sending("people.sign_out", "/sign-out", everyone(303)),
    reading("people.sign_up", "/sign-up"),
    sending(
        "people.open_account", "/sign-up", everyone(200), name="Nueva", email="nueva@prueba.example",
        password=_NEW_PASSWORD, language="es",
    ),
    reading("people.verify", "/verify/nothing"),
    sending("people.confirm", "/verify/nothing", everyone(422)),
    reading("people.confirm_address", "/account/address/nothing"),
    sending("people.take_address", "/account/address/nothing", everyone(422)),
    reading("people.forgotten", "/password/forgotten"),
    sending("people.send_reset", "/password/forgotten", everyone(200), email="nobody@prueba.example"),
    reading("people.reset", "/password/nothing"),
    sending("people.set_password", "/password/nothing", everyone(422), password=_NEW_PASSWORD),
    reading("people.demo_mail", "/demo/mail"),
    sending("people.demo_sign_in", "/demo/sign-in", everyone(303), email="{demo_email}"),
    sending("people.demo_sign_in", "/demo/sign-in", everyone(404), email="manager@prueba.example"),
    reading("account.show", "/account", persons(200)),
    reading("factor.check", "/sign-in/second-factor", everyone(SIGN_IN)),
    sending("factor.check", "/sign-in/second-factor", everyone(SIGN_IN), code="000000"),
    reading("factor.show", "/account/second-factor", persons(200)),
    sending("factor.show", "/account/second-factor", persons(422), current="{password}", code="000000"),
    sending("factor.remove", "/account/second-factor/removal", persons(422), current="{password}", code="000000"),
    sending("factor.renew", "/account/second-factor/codes", persons(422), current="{password}"),
    reading("account.data", "/account/data.json", persons(200, guest=401)),
    sending("account.profile", "/account/profile", persons(303), name="Otro nombre", language="es"),
    sending("account.password", "/account/password", persons(303), current="{password}", password=_NEW_PASSWORD),
    sending("account.request_address", "/account/address", persons(303), current="{password}", email="x@prueba.example"),
    sending("account.end_session", "/account/sessions/{session}/end", persons(303)),
    sending("account.end_session", "/account/sessions/{other_session}/end", persons(404)),
    sending("account.end_others", "/account/sessions/end-others", persons(303)),
    sending("account.act_under", "/account/act-for", persons(303, citizen=404, ended=404), mandate="{mandate}"),
    sending("account.act_under", "/account/act-for", persons(404, ended=422), mandate="{ended_mandate}"),
    sending("account.act_under", "/account/act-for", persons(404, stranger=303), mandate="{other_mandate}"),
    sending("account.close", "/account/closing", persons(303, administrator=422), current="{password}"),
]  # fmt: skip

_TOLD = {"narrative": "Llegaron dos bombas más.", "as_of": "{today}", "percent": "50"}
_WHY = {"reason": "Porque así lo pide una prueba."}
_OWN_PEOPLE = ("representative", "manager")


def _of(slug: str, *rest: object) -> str:
    return "/".join(("/commitments", slug, *map(str, rest)))


COMMITMENTS = [
    reading("commitments.index", "/commitments"),
    reading("commitments.index", "/commitments?view=groups&late=1&organisation=" + OWN),
    reading("commitments.index", "/commitments?view=timeline&place=06&status=contested&q=agua"),
    reading("commitments.calendar", "/commitments.ics"),
    reading("site.short_export", "/commitments.csv"),
    reading("site.short_export", "/nothing.csv", everyone(404)),
    reading("site.workbook", "/exports/commitments.xlsx"),
    reading("site.workbook", "/exports/nothing.xlsx", everyone(404)),
    reading("commitments.show", _of(promises.RUNNING)),
    reading("commitments.show", _of(promises.PROPOSED)),
    reading("commitments.show", _of("nothing"), everyone(404)),
    reading("commitments.show", _of(promises.DRAFT), only(*_OWN_PEOPLE, refused=404)),
    reading("commitments.mine", "/commitments/mine", persons(200)),
    reading("commitments.advice", "/commitments/advice?title=Promover+el+desarrollo", persons(200)),
    *form(
        "commitments.new", "/commitments/new", *_OWN_PEOPLE, "stranger", "steward", "secretary",
        values={"title": "Entregar cuarenta cocinas mejoradas"},
    ),
    *form(
        "commitments.edit", _of(promises.DRAFT, "edit"), *_OWN_PEOPLE, refused=404, guest=SIGN_IN,
        values={"title": "Entregar catorce bombas de agua"},
    ),
    *form("commitments.proposal", _of(promises.DRAFT, "proposal"), *_OWN_PEOPLE, refused=404, guest=SIGN_IN),
    *form(
        "commitments.record", _of(promises.STEWARDS, "record"), "steward", refused=404, guest=SIGN_IN, moderator=403,
        administrator=403, values={"state": "accepted", "since": "{today}"},
    ),
    *form("commitments.acceptance", _of(promises.PROPOSED, "acceptance"), "stranger"),
    *form("commitments.send_back", _of(promises.PROPOSED, "return"), "stranger", values=_WHY),
    *form("commitments.withdrawal", _of(promises.PROPOSED, "withdrawal"), *_OWN_PEOPLE, values=_WHY),
    *form("commitments.report", _of(promises.RUNNING, "updates/new"), *_OWN_PEOPLE, values=_TOLD),
    *form(
        "commitments.replacement", _of(promises.RUNNING, "updates/{update}/replacement"), *_OWN_PEOPLE,
        values={**_TOLD, **_WHY},
    ),
    *form("commitments.ask", _of(promises.CLAIMED, "verifiers/new"), "secretary", values={"organisation_id": "{verifiers}"}),
    *form("commitments.finding", _of(promises.CLAIMED, "findings/new"), "verifier", values={
        "finding": "partly", "method": "Visita", "narrative": "Se vieron siete de las doce bombas.", "looked_on": "{today}",
    }),
    *form("commitments.pledge", _of(promises.RUNNING, "contributions/new"), "stranger", "secretary", values={
        "form": "in_kind", "what": "Transporte de las bombas", "currency": "PEN",
    }),
    *form("commitments.delivery", _of(promises.RUNNING, "contributions/{contribution}/delivery"), "stranger"),
    *form(
        "commitments.lapse", _of(promises.RUNNING, "contributions/{contribution}/lapse"), "stranger", "secretary", values=_WHY
    ),
    reading(
        "commitments.contribution_verification", _of(promises.RUNNING, "contributions/{contribution}/verification"),
        only("verifier"),
    ),
    sending(
        "commitments.contribution_verification", _of(promises.RUNNING, "contributions/{contribution}/verification"),
        only("verifier", then=422),
    ),
    reading("commitments.dispute", _of(promises.CLAIMED, "disputes/new"), persons(200, representative=403, manager=403)),
    sending(
        "commitments.dispute", _of(promises.CLAIMED, "disputes/new"), persons(303, representative=403, manager=403),
        words="Ninguna bomba llegó a mi caserío.",
    ),
    *form(
        "commitments.answer", _of(promises.RUNNING, "disputes/{dispute}/answer"), *_OWN_PEOPLE,
        values={"words": "La bomba llega el lunes."},
    ),
    *form("commitments.settlement", _of(promises.RUNNING, "disputes/{dispute}/settlement"), "citizen"),
]  # fmt: skip


def _indicator(slug: str, *rest: object) -> str:
    return "/".join(("/indicators", slug, *map(str, rest)))


def _delivery(which: str, *rest: str) -> str:
    return _indicator("deliveries", f"{{{which}_delivery}}", *rest)


_OWN_DRAFT = only(*_OWN_PEOPLE, refused=404)
_DELIVER = (*_OWN_PEOPLE, "stranger", "steward", "secretary")
_CHECK = ("stranger", "steward", "verifier", "secretary")
"""Who may look through what the representative's organisation delivered: any other one's people, and a steward."""
_MACHINE = (
    ("machine", ".csv"), ("machine", ".json"), ("machine", ".xlsx"), ("machine", ".svg"), ("everything", "/all.csv"),
    ("sdmx_csv", "/sdmx.csv"), ("datapackage", "/datapackage.json"), ("metadata", "/metadata.json"),
)  # fmt: skip
INDICATORS = [
    reading("indicators.index", "/indicators"),
    reading("indicators.index", "/indicators?level=output&kind=count&state=proposed&demo=yes&q=bombas"),
    reading("indicators.show", _indicator(figures.APPROVED)),
    reading("indicators.show", _indicator(f"{figures.APPROVED}?place=18,02,06&from=2021&edition=1")),
    reading("indicators.show", _indicator(f"{figures.APPROVED}?by=sexo&place=18")),
    reading("indicators.show", _indicator(f"{figures.APPROVED}?by=scope&step=year&per=head&place=nowhere")),
    reading("indicators.show", _indicator(figures.PROPOSED)),
    reading("indicators.show", _indicator("nothing"), everyone(404)),
    reading("indicators.show", _indicator(figures.DRAFT), _OWN_DRAFT),
    *(reading(f"indicators.{name}", _indicator(f"{figures.APPROVED}{last}")) for name, last in _MACHINE),
    *(reading(f"indicators.{name}", _indicator(f"{figures.DRAFT}{last}"), _OWN_DRAFT) for name, last in _MACHINE),
    reading("indicators.version", _indicator(figures.APPROVED, "versions/1")),
    reading("indicators.version", _indicator(figures.APPROVED, "versions/2"), everyone(404)),
    reading("indicators.version", _indicator(figures.REDEFINED, "versions/2"), only("secretary", refused=404)),
    reading("indicators.version", _indicator(figures.DRAFT, "versions/1"), _OWN_DRAFT),
    reading("indicators.figure", _indicator(figures.APPROVED, "figures/{series}/18/2024")),
    reading("indicators.figure", _indicator(figures.APPROVED, "figures/{series}/18/2024-13"), everyone(404)),
    reading("indicators.figure", _indicator(figures.DRAFT, "figures/{series}/18/2024"), everyone(404)),
    reading("indicators.gaps", "/indicators/coverage"),
    reading("indicators.waiting", "/indicators/deliveries"),
    *(reading("indicators.delivery", _delivery(which)) for which in ("waiting", "checked", "published")),
    reading("indicators.delivery", _indicator("deliveries/999999"), everyone(404)),
    *form("indicators.new", "/indicators/new", "steward", "secretary", values={
        "title": "Pozos limpios", "level": "output", "language": "es", "kind": "count", "direction": "increase",
        "frequency": "year", "over_places": "sum", "over_periods": "none",
    }),
    *form("indicators.edit", _indicator(figures.DRAFT, "edit"), *_OWN_PEOPLE, refused=404, guest=SIGN_IN, values={
        "title": "Bombas que dan agua", "level": "output", "language": "es", "kind": "count", "direction": "increase",
        "frequency": "year", "over_places": "sum", "over_periods": "none",
    }),
    *form("indicators.edit", _indicator(figures.APPROVED, "edit")),
    *form("indicators.words", _indicator(figures.APPROVED, "words"), "secretary", values={
        "title": "Bombas que dan agua", "level": "output", "language": "es",
    }),
    *form("indicators.proposal", _indicator(figures.DRAFT, "proposal"), *_OWN_PEOPLE, refused=404, guest=SIGN_IN),
    *form("indicators.proposal", _indicator(figures.REDEFINED, "proposal"), "secretary", values={"comparable": "no"}),
    *form("indicators.approval", _indicator(figures.PROPOSED, "approval"), "steward", "secretary"),
    *form("indicators.approval", _indicator(figures.DRAFT, "approval"), refused=404, guest=SIGN_IN, representative=403, manager=403),
    *form("indicators.send_back", _indicator(figures.PROPOSED, "return"), "steward", "secretary", values=_WHY),
    *form("indicators.redefine", _indicator(figures.APPROVED, "new-version"), "secretary", values=_WHY),
    *form("indicators.redefine", _indicator(figures.REDEFINED, "new-version"), values=_WHY),
    *form("indicators.drop", _indicator(figures.REDEFINED, "drop"), "secretary"),
    *form("indicators.give_up", _indicator(figures.APPROVED, "end"), "steward", "secretary", values=_WHY),
    *form("indicators.new_target", _indicator(figures.APPROVED, "targets/new"), "steward", "secretary", values={
        "place": "02", "period": "2030", "value": "90", "document": "Plan de prueba, página 5",
    }),
    *form(
        "indicators.revise_target", _indicator(figures.APPROVED, "targets/{target}/revision"), "steward", "secretary",
        values={"period": "2031", "value": "110", "document": "Plan de prueba, página 6", **_WHY},
    ),
    *form("indicators.new_figure", _indicator(figures.APPROVED, "figures/new"), *_DELIVER, values={
        "place": "180106", "period": "2024", "value": "3", "obs_status": "A", "source_id": "{source}", "as_of": "2025-03-31",
    }),
    *form("indicators.validation", _delivery("waiting", "validation"), *_CHECK, values={"publish": "y"}),
    *form("indicators.validation", _delivery("published", "validation")),
    *form("indicators.publication", _delivery("checked", "publication"), *_OWN_PEOPLE, "steward", "secretary"),
    *form("indicators.publication", _delivery("waiting", "publication")),
    *form("indicators.return_delivery", _delivery("waiting", "return"), *_CHECK, values=_WHY),
    *form("indicators.withdrawal", _delivery("checked", "withdrawal"), *_OWN_PEOPLE, values=_WHY),
    *form("indicators.withdrawal", _delivery("published", "withdrawal")),
    *form("indicators.reversal", _delivery("published", "reversal"), *_OWN_PEOPLE, "steward", values=_WHY),
    *form("indicators.new_measure", f"/measures/site/{OWN_SITE}/new", *_OWN_PEOPLE, "steward", values={
        "indicator_id": "{approved}", "place": "1801",
    }),
    *form(
        "indicators.end_measure", f"/measures/site/{OWN_SITE}/{{measure}}/end", *_OWN_PEOPLE, "steward", values=_WHY
    ),
]  # fmt: skip


def _table(slug: str, *rest: object) -> str:
    return "/".join(("/roundtables", slug, *map(str, rest)))


_RUN = ("secretary", "steward")
_WHEN = {"starts_at": "2099-03-20T09:30", "venue": "Coliseo"}
_PLANNED: dict[str, Answer] = {"guest": SIGN_IN, "steward": 403, "administrator": 403}
"""Whoever sees a session that is prepared, and does not prepare it."""
_SEATED = ("representative", "manager")
"""Whose organisation took a seat in the sessions of tables.RUN."""
_FOLLOWING = ("secretary", "steward", *_SEATED)
_TABLE = {"title": "Mesa con otro nombre", "form": "development", "language": "es"}
ROUNDTABLES = [
    reading("roundtables.index", "/roundtables"),
    reading("roundtables.health", "/roundtables/health"),
    reading("roundtables.show", _table(tables.RUN)),
    reading("roundtables.show", _table(tables.DRAFT), _STEWARDS),
    reading("roundtables.new", "/roundtables/new", only(*_RUN)),
    sending("roundtables.new", "/roundtables/new", only("steward", then=303, secretary=422), **_TABLE, keeper_id="{free_body}"),
    *form("roundtables.edit", _table(tables.RUN, "edit"), *_RUN, values=_TABLE),
    *form("roundtables.installation", _table(tables.DRAFT, "installation"), "steward", refused=404, guest=SIGN_IN, administrator=403),
    *form("roundtables.installation", _table(tables.RUN, "installation")),
    *form("roundtables.extension", _table(tables.RUN, "extension"), *_RUN, values={"until": "2099-12-31", "act": "Acta 9"}),
    *form("roundtables.end", _table(tables.RUN, "end"), *_RUN, values=_WHY),
    *form("roundtables.new_constituency", _table(tables.RUN, "constituencies/new"), *_RUN, values={"name": "Jóvenes", "needed": "0"}),
    *form("roundtables.constituency", _table(tables.RUN, "constituencies/{constituency}"), *_RUN, values={"name": "Comunas", "needed": "2"}),
    *form("roundtables.new_seat", _table(tables.RUN, "seats/new"), *_RUN, values={
        "organisation_id": "{seatless}", "constituency_id": "{constituency}",
    }),
    *form("roundtables.end_seat", _table(tables.RUN, "seats/{seat}/end"), *_RUN, values=_WHY),
    *form("roundtables.new_commission", _table(tables.RUN, "commissions/new"), *_RUN, values={"name": "Cierre"}),
    *form("roundtables.end_commission", _table(tables.RUN, "commissions/{commission}/end"), *_RUN),
    reading("roundtables.calendar", f"/roundtables/{tables.RUN}.ics"),
    reading("roundtables.session", "/sessions/{convened_session}"),
    reading("roundtables.session_calendar", "/sessions/{convened_session}.ics"),
    reading("roundtables.session", "/sessions/{planned_session}", only("secretary", "steward", "administrator", refused=404)),
    reading("roundtables.session_calendar", "/sessions/{planned_session}.ics", everyone(404)),
    *form("roundtables.new_session", _table(tables.RUN, "sessions/new"), "secretary", values=_WHEN),
    *form("roundtables.session_time", "/sessions/{convened_session}/time", "secretary", values=_WHEN),
    *form("roundtables.new_item", "/sessions/{convened_session}/items/new", values={"title": "Otro punto"}),
    *form("roundtables.new_item", "/sessions/{planned_session}/items/new", "secretary", refused=404, values={"title": "Otro punto"}, **_PLANNED),
    reading("roundtables.matters", "/sessions/{planned_session}/matters", only("secretary", refused=404, **_PLANNED)),
    sending("roundtables.matters", "/sessions/{planned_session}/matters", only("secretary", then=422, refused=404, **_PLANNED)),
    reading("roundtables.order", "/sessions/{planned_session}/order", only("secretary", refused=404, **_PLANNED)),
    sending("roundtables.order", "/sessions/{planned_session}/order", only("secretary", then=422, refused=404, **_PLANNED)),
    *form("roundtables.convening", "/sessions/{planned_session}/convening", "secretary", refused=404, **_PLANNED),
    *form("roundtables.cancellation", "/sessions/{convened_session}/cancellation", "secretary", values=_WHY),
]  # fmt: skip

_BODY = ("secretary",)
_STATEMENT = {"statement": "Algo que alguien dijo."}


def _sat(name: str, *rest: str) -> str:
    """An address of a session in one of its states, with its parts."""
    return "/".join((f"/sessions/{{{name}_session}}", *rest))


MEETINGS = [
    reading("roundtables.sessions", "/sessions"),
    reading("roundtables.sessions", "/sessions?roundtable=" + tables.RUN + "&state=held&year=2026"),
    reading("roundtables.past_session", _table(tables.RUN, "sessions/past"), only(*_RUN)),
    sending("roundtables.past_session", _table(tables.RUN, "sessions/past"), only(*_RUN, then=303), held_on="2025-05-05",
            document="Libro de actas, folio 3", items="Canal de riego", quorum=""),
    *form("roundtables.session_withdrawal", _sat("published", "withdrawal"), values=_WHY),
    *form("roundtables.session_withdrawal", _sat("recorded", "withdrawal"), "steward", values=_WHY),
    reading("roundtables.session", _sat("recorded")),
    reading("roundtables.session_calendar", "/sessions/{recorded_session}.ics", everyone(404)),
    reading("roundtables.minutes", _sat("recorded", "minutes"), everyone(404)),
    reading("roundtables.follow_up", _table(tables.RUN, "follow-up")),
    reading("roundtables.session", _sat("published")),
    reading("roundtables.session", _sat("voided")),
    *form("roundtables.opening", _sat("published", "opening")),
    *form("roundtables.attendance", _sat("live", "attendance"), *_BODY),
    *form("roundtables.attendance", _sat("written", "attendance")),
    *form("roundtables.new_guest", _sat("live", "guests/new"), *_BODY, values={"as_written": "Prensa"}),
    *form("roundtables.ending", _sat("live", "ending"), *_BODY),
    *form("roundtables.outcome", _sat("live", "items/{live_item}/information"), *_BODY, values=_STATEMENT),
    *form("roundtables.outcome", _sat("live", "items/{live_item}/deferral"), *_BODY, values=_STATEMENT),
    *form("roundtables.agreement", _sat("live", "items/{live_item}/agreement"), *_BODY, values={**_STATEMENT, "becomes": "commitment"}),
    *form("roundtables.agreement", _sat("written", "items/{written_item}/agreement")),
    reading("roundtables.change", _sat("live", "items/{live_item}/change"), only(*_BODY)),
    sending("roundtables.change", _sat("live", "items/{live_item}/change"), only(*_BODY, then=422), number="0", kind="suspension"),
    *form("roundtables.completion", _sat("written", "outcomes/{written_outcome}/completion"), *_BODY),
    *form("roundtables.completion", _sat("published", "outcomes/{published_outcome}/completion")),
    reading("roundtables.outcome_commitment", _sat("written", "outcomes/{written_outcome}/commitment"), only(*_BODY)),
    sending("roundtables.outcome_commitment", _sat("written", "outcomes/{written_outcome}/commitment"), only(*_BODY, then=422)),
    *form("roundtables.outcome_withdrawal", _sat("written", "outcomes/{written_outcome}/withdrawal"), values=_WHY),
    sending("roundtables.new_note", _sat("live", "items/{live_item}/notes"), only(*_BODY, then=303), key="ruta-123456", text="Algo."),
    reading("roundtables.live", _sat("live", "live"), only(*_FOLLOWING)),
    reading("roundtables.live", _sat("convened", "live"), only(*_FOLLOWING, then=302)),
    reading("roundtables.minutes", _sat("published", "minutes")),
    reading("roundtables.minutes", _sat("circulating", "minutes"), only(*_FOLLOWING, refused=404)),
    reading("roundtables.minutes", _sat("written", "minutes"), only("secretary", refused=404)),
    reading("roundtables.minutes", _sat("convened", "minutes"), everyone(404)),
    reading("roundtables.minutes_json", _sat("published", "minutes.json")),
    reading("roundtables.minutes_json", _sat("written", "minutes.json"), everyone(404)),
    *form("roundtables.discussion", _sat("written", "minutes/items/{written_item}/discussion"), *_BODY, values={"discussion": "Se dijo."}),
    *form("roundtables.discussion", _sat("published", "minutes/items/{published_item}/discussion")),
    reading("roundtables.circulation", _sat("written", "minutes/circulation"), only(*_BODY)),
    sending("roundtables.circulation", _sat("written", "minutes/circulation"), only(*_BODY, then=422), amend_until="{today}"),
    *form("roundtables.new_amendment", _sat("circulating", "minutes/items/{circulating_item}/amendments/new"), *_SEATED, values=_STATEMENT),
    *form("roundtables.amendment", _sat("circulating", "minutes/amendments/{circulating_amendment}"), *_BODY, values={
        "taken_in": "no", "answer": "No fue así.",
    }),
    reading("roundtables.signature", _sat("circulating", "minutes/signature"), only(*_BODY, *_SEATED, then=302)),
    reading("roundtables.signature", _sat("circulating", "minutes/signature?digest={circulating_digest}"), only(*_BODY, *_SEATED)),
    reading("roundtables.minutes_pdf", _sat("written", "minutes.pdf"), everyone(404)),
    reading("roundtables.minutes_record", _sat("published", "minutes/record.json")),
    reading("roundtables.minutes_record", _sat("written", "minutes/record.json"), everyone(404)),
    *form("roundtables.guest_removal", _sat("live", "guests/{live_guest}/removal"), *_BODY),
    sending(
        "roundtables.signature", _sat("circulating", "minutes/signature"), only(*_SEATED, then=303, secretary=422), read="y",
        digest="{circulating_digest}",
    ),
    reading("roundtables.publication", _sat("circulating", "minutes/publication"), only(*_BODY)),
    sending("roundtables.publication", _sat("circulating", "minutes/publication"), only(*_BODY, then=422)),
    *form("roundtables.addendum", _sat("published", "minutes/addenda/new"), *_BODY, values=_STATEMENT),
    *form("roundtables.addendum", _sat("circulating", "minutes/addenda/new")),
]  # fmt: skip

OWING = [
    reading("commitments.owed", f"/organisations/{OWN}/owed"),
    reading("commitments.owed", f"/organisations/{OTHER}/owed?part=owes"),
    reading("commitments.owed", "/organisations/nothing/owed", everyone(404)),
    reading("commitments.owed_calendar", f"/organisations/{OWN}/owed.ics"),
    reading("commitments.owed_calendar", "/organisations/nothing/owed.ics", everyone(404)),
    reading("commitments.calendar", "/commitments.ics?keeper=" + OWN),
    reading("commitments.index", "/commitments?keeper=" + OWN),
    reading("commitments.owed_by_us", "/owed", persons(302, citizen=200, ended=200)),
]  # fmt: skip


def _handover(*rest: object, which: str = "running") -> str:
    return "/".join((f"/handovers/{{{which}_handover}}", *map(str, rest)))


_TERM = {"term_ends_on": "{after_next}", "act": "Resolución 9", "proclaimed_by": "JNE"}
_GO = ("representative", "manager")
"""Whose mandates began before the term ends that is running; of the two, the manager came after the past one."""
_KEY = {"kind": "seal", "title": "Sello redondo"}
HANDOVERS = [
    reading("handovers.index", "/handovers"),
    reading("handovers.index", "/handovers?stage=transfer&orphaned=1&place=06&after=x"),
    reading("handovers.show", _handover()),
    reading("handovers.show", _handover(which="past")),
    reading("handovers.show", "/handovers/999999", everyone(404)),
    reading("handovers.new", "/handovers/new", only(*_GO, "stranger", "secretary")),
    sending(  # of two at once the second is refused
        "handovers.new", "/handovers/new", only("stranger", "secretary", then=303, representative=422, manager=422), **_TERM
    ),
    *form("handovers.edit", _handover("edit"), *_GO, values=_TERM),
    *form("handovers.edit", _handover("edit", which="past"), values=_TERM),
    *form("handovers.refreshment", _handover("refreshment"), *_GO),
    *form("handovers.refreshment", _handover("refreshment", which="past")),
    *form("handovers.new_custody", _handover("custody/new"), *_GO, values=_KEY),
    *form("handovers.new_custody", _handover("custody/new", which="past"), values=_KEY),
    *form("handovers.confirmation", _handover("items/{running_item}/confirmation"), *_GO, values={"confirmed": "y"}),
    *form("handovers.confirmation", _handover("items/{past_item}/confirmation", which="past"), "representative", values={"confirmed": "y"}),
    *form("handovers.group_confirmation", _handover("groups/custody/confirmation"), *_GO),
    *form("handovers.group_confirmation", _handover("groups/custody/confirmation", which="past"), "representative"),
    *form("handovers.answer", _handover("items/{running_item}/answer"), values={"answer": "received"}),
    *form("handovers.answer", _handover("items/{past_item}/answer", which="past"), "manager", values={"answer": "received"}),
    *form("handovers.group_answer", _handover("groups/custody/answer"), values={"answer": "received"}),
    *form("handovers.group_answer", _handover("groups/custody/answer", which="past"), "manager", values={"answer": "received"}),
    *(  # of what is in custody nothing was said yet
        row
        for which in ("running", "past")
        for row in (
            reading("handovers.signature", _handover("signature", which=which), only(*_GO)),
            sending("handovers.signature", _handover("signature", which=which), only(*_GO, then=422)),
        )
    ),
]  # fmt: skip

BRIEFS = [
    reading("service_worker", "/service-worker.js"),
    reading("roundtables.brief", "/sessions/{convened_session}/brief"),
    reading("roundtables.brief", "/sessions/{planned_session}/brief", everyone(404)),
    reading("roundtables.brief_json", "/sessions/{convened_session}/brief.json"),
    reading("roundtables.brief_json", "/sessions/{planned_session}/brief.json", everyone(404)),
    reading("roundtables.brief_pdf", "/sessions/{convened_session}/brief.pdf", everyone(404)),  # the worker made none yet
    reading("roundtables.item_documents", "/sessions/{planned_session}/items/{planned_item}/documents", only("secretary", refused=404, **_PLANNED)),
    sending("roundtables.item_documents", "/sessions/{planned_session}/items/{planned_item}/documents", only("secretary", then=409, refused=404, **_PLANNED)),  # no file, no form
    reading("roundtables.item_documents", "/sessions/{convened_session}/items/999999/documents", only()),
]  # fmt: skip

ROWS = [
    *BRIEFS,
    *MEETINGS,
    *OWING,
    *HANDOVERS,
    *ROUNDTABLES,
    *COMMITMENTS,
    *INDICATORS,
    *PUBLIC,
    *RECORDS,
    *WRITING,
    *REFERENCE,
    *COMMENTS,
    *FILES,
    *STEERING,
    *MERGERS,
    *DESK,
    *LIBRARY,
    *LINKS,
    *MANDATES,
    *ACCOUNTS,
]
