"""What people say, who sees it under which name, and what moderators may do."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, update

from observatory.aspects.comments import service
from observatory.aspects.comments.models import Comment, CommentMention, CommentVersion, ModerationAct
from observatory.kernel import clock
from observatory.people.models import Mandate, Person
from observatory.records import Record
from observatory.records.queries import find_record
from tests.app import OTHER, OTHER_DRAFT, OWN, OWN_DRAFT, OWN_SITE, Demo, Visitor, address_of
from tests.counting import counted
from tests.people.conftest import Post

SITE = f"/sites/{OWN_SITE}"
HERE = f"/comments/of/site/{OWN_SITE}"


def say(visitor: Visitor, body: str, page: str = SITE, to: str = HERE) -> int:
    answer = visitor.send(page, to, body=body)
    assert answer.status_code == 303, answer.text
    return int(answer.location.partition("#comment-")[2])


def test_a_comment_stands_on_the_page_under_the_name_and_the_organisation(demo: Demo) -> None:
    number = say(demo.client_as("manager"), "El **agua** del canal.\n\n<script>alert(1)</script>")
    page = demo.guest().text(SITE)
    assert f'id="comment-{number}"' in page and "<strong>agua</strong>" in page
    assert "<script>alert" not in page and "Manager Prueba" in page
    assert f"/comments/{number}" in page and "Sign in to take part" in page
    assert demo.guest().get(f"/comments/{number}").status_code == 200


def test_a_reply_stands_in_its_thread_however_deep(demo: Demo) -> None:
    manager, stranger = demo.client_as("manager"), demo.client_as("stranger")
    first = say(manager, "Primero")
    second = say(stranger, "Segundo", f"/comments/{first}/reply", f"/comments/{first}/reply")
    third = say(manager, "Tercero", f"/comments/{second}/reply", f"/comments/{second}/reply")
    with demo.database.reading() as unit:
        assert set(unit.scalars(select(Comment.thread_id).where(Comment.id.in_((second, third))))) == {first}
    page = demo.guest().text(f"/comments/{third}")
    assert page.index("Primero") < page.index("Segundo") < page.index("Tercero")


def test_a_citizen_speaks_under_the_alias_and_the_name_is_nowhere(demo: Demo) -> None:
    with demo.database.unit_of_work() as unit:
        unit.execute(update(Person).where(Person.email == address_of("citizen")).values(alias="Vecina del canal"))
    citizen = demo.client_as("citizen")
    number = say(citizen, "No hay agua desde julio.")
    say(demo.client_as("manager"), "Respondemos.", f"/comments/{number}/reply", f"/comments/{number}/reply")
    for path in (
        SITE,
        HERE,
        f"/comments/{number}",
        f"{HERE}.atom",
        "/comments.atom",
        "/activity",
        f"/history/site/{OWN_SITE}",
    ):
        for reader in (demo.guest(), demo.client_as("administrator"), demo.client_as("moderator")):
            text = reader.text(path)
            assert "Citizen Prueba" not in text and address_of("citizen") not in text, path
    assert "Vecina del canal" in demo.guest().text(SITE)
    assert "No hay agua desde julio." in str(citizen.get("/account/data.json").json["comments"])


def test_nobody_speaks_where_they_may_not_read(demo: Demo) -> None:
    stranger = demo.client_as("stranger")
    path = f"/comments/of/site/{OTHER_DRAFT}"
    assert stranger.get(path).status_code == stranger.get(f"{path}.atom").status_code == 404
    assert stranger.post(path, {"csrf_token": stranger.token(), "body": "Hola"}).status_code == 404
    steward = demo.client_as("steward")
    number = say(steward, "Solo entre nosotros", f"/sites/{OTHER_DRAFT}", path)
    for reader in (demo.guest(), stranger):
        assert reader.get(f"/comments/{number}").status_code == 404
        assert "Solo entre nosotros" not in reader.text("/comments.atom")
    assert demo.guest().post(HERE, {"body": "Hola"}).status_code in {303, 400}


def test_a_preview_shows_and_keeps_nothing_and_the_same_form_is_then_sent(demo: Demo) -> None:
    manager = demo.client_as("manager")
    before = demo.scalar(select(func.count()).select_from(Comment))
    shown = manager.send(SITE, HERE, body="**Fuerte** @" + OTHER, preview="1")
    assert (
        shown.status_code == 200 and "<strong>Fuerte</strong>" in shown.text and f"/organisations/{OTHER}" in shown.text
    )
    assert demo.scalar(select(func.count()).select_from(Comment)) == before
    from tests.app import form_in

    values = {key: value for key, value in form_in(shown.text, HERE).items() if key != "preview"}
    answers = [manager.post(HERE, values) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert demo.scalar(select(func.count()).select_from(Comment)) == before + 1, "sent twice, said once"


def test_an_edit_keeps_what_was_said_before_and_the_quarter_of_an_hour_ends(demo: Demo) -> None:
    manager = demo.client_as("manager")
    number = say(manager, "Con una falta")
    path = f"/comments/{number}/edit"
    late = manager.form(path, "")
    assert manager.send(path, body="Sin la falta").status_code == 303
    assert manager.post(path, late | {"body": "Otra pestaña"}).status_code == 409
    page = demo.guest().text(f"/comments/{number}")
    assert "Sin la falta" in page and "Con una falta" in page and "edited" in page
    assert demo.scalar(select(func.count()).select_from(CommentVersion).where(CommentVersion.comment_id == number)) == 1
    with clock.frozen(clock.now() + dt.timedelta(minutes=16)):
        answer = manager.get(path)
    assert answer.status_code == 403 and "correct it by a reply" in answer.text
    assert demo.client_as("stranger").get(path).status_code == 403


def test_an_organisation_that_is_named_is_told_and_finds_it(post: Post) -> None:
    demo = post.demo
    manager = demo.client_as("manager")
    number = say(manager, f"Que responda @{OTHER}, y no @nadie ni correo@{OTHER}.")
    assert f"/comments/{number}" in post.text(address_of("stranger"))
    assert "Que responda" in demo.client_as("stranger").text("/comments/mentions")
    assert "Que responda" not in demo.client_as("citizen").text("/comments/mentions")
    assert demo.scalar(select(func.count()).select_from(CommentMention).where(CommentMention.comment_id == number)) == 1


def test_naming_an_organisation_on_a_draft_does_not_tell_it_the_title(post: Post) -> None:
    manager = post.demo.client_as("manager")
    draft = f"/sites/{OWN_DRAFT}"
    say(manager, f"Antes de publicar, que no se entere @{OTHER}.", draft, f"/comments/of/site/{OWN_DRAFT}")
    number = say(manager, f"Esto sí lo lee @{OTHER}.")
    inbox = "\n".join(
        message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for message in post.arrived(address_of("stranger"))
    )
    assert f"/comments/{number}" in inbox, "messages went out"
    title = post.demo.scalar(select(Record.title).where(Record.slug == OWN_DRAFT))
    assert title not in inbox and "Antes de publicar" not in post.demo.client_as("stranger").text("/comments/mentions")


def test_an_error_is_reported_to_the_keeper_who_must_answer(post: Post) -> None:
    demo = post.demo
    citizen, manager = demo.client_as("citizen"), demo.client_as("manager")
    answer = citizen.send(f"{HERE}/error", body="La fecha no es esa.")
    number = int(answer.location.partition("#comment-")[2])
    assert f"/comments/{number}" in post.text(address_of("manager"))
    assert "La fecha no es esa." in manager.text("/comments/errors")
    assert "La fecha no es esa." not in demo.client_as("stranger").text("/comments/errors")
    path = f"/comments/{number}/outcome"
    assert demo.client_as("stranger").get(path).status_code == 403
    assert manager.send(path, outcome="corrected", words="Corregida hoy.").status_code == 303
    page = demo.guest().text(f"/comments/{number}")
    assert "Corrected" in page and "Corregida hoy." in page
    assert manager.get(path).status_code == 403, "it was answered"


HIDE = {"reason": "insult", "words": "Amenaza a una persona."}


def test_a_hidden_comment_leaves_its_place_and_its_reason(demo: Demo) -> None:
    stranger, moderator = demo.client_as("stranger"), demo.client_as("moderator")
    number = say(stranger, "Una amenaza secreta")
    assert demo.client_as("manager").send(f"/comments/{number}/report", reason="insult").status_code == 303
    assert "Una amenaza secreta" in moderator.text("/moderation/queue")
    assert moderator.send(f"/comments/{number}/hiding", reason="insult", words="").status_code == 422
    assert moderator.send(f"/comments/{number}/hiding", **HIDE).status_code == 303
    for path in (SITE, f"/comments/{number}", "/comments.atom", "/moderation", f"{HERE}.atom"):
        assert "Una amenaza secreta" not in demo.guest().text(path), path
    assert HIDE["words"] in demo.guest().text(SITE) and HIDE["words"] in demo.guest().text("/moderation")
    assert "Una amenaza secreta" in stranger.text(f"/comments/{number}"), "its author still reads it"
    assert "Una amenaza secreta" not in moderator.text("/moderation/queue")
    assert stranger.get(f"/comments/{number}/edit").status_code == 403


def test_what_waits_for_moderators_says_why_and_only_then_can_be_left_as_it_is(demo: Demo) -> None:
    moderator, manager = demo.client_as("moderator"), demo.client_as("manager")
    stranger = demo.client_as("stranger")
    number = say(stranger, "Una frase dura")
    assert "Leave it as it is" not in moderator.text(f"/comments/{number}"), "nobody reported it"
    assert manager.send(f"/comments/{number}/report", reason="").status_code == 422, "no reason is proposed"
    told = {"reason": "off_topic", "words": "Habla de otro distrito."}
    assert manager.send(f"/comments/{number}/report", **told).status_code == 303
    assert "Reported" in moderator.text("/moderation/queue")
    page = moderator.text(f"/comments/{number}")
    assert told["words"] in page and "Leave it as it is" in page
    for other in (manager, demo.client_as("stranger"), demo.guest()):
        assert told["words"] not in other.text(f"/comments/{number}"), "reports are for moderators"
    assert moderator.send(f"/comments/{number}/hiding", reason="", words="Sin motivo.").status_code == 422
    read = moderator.form(f"/comments/{number}/dismissal")
    stranger.send(f"/comments/{number}/edit", body="Una frase mucho más dura")
    assert moderator.client.post(f"/comments/{number}/dismissal", data=read).status_code == 409, (
        "it says something else"
    )
    assert moderator.send(f"/comments/{number}/dismissal").status_code == 303
    assert "Una frase" not in moderator.text("/moderation/queue")
    assert "Leave it as it is" not in moderator.text(f"/comments/{number}")


def test_a_reply_shows_what_it_answers_unless_that_is_hidden(demo: Demo) -> None:
    stranger, moderator = demo.client_as("stranger"), demo.client_as("moderator")
    number = say(stranger, "Lo que se responde")
    path = f"/comments/{number}/reply"
    assert "Lo que se responde" in demo.client_as("manager").text(path)
    preview = demo.client_as("manager").send(path, body="Mi respuesta", preview="1")
    assert "Lo que se responde" in preview.text and "Mi respuesta" in preview.text
    moderator.send(f"/comments/{number}/hiding", **HIDE)
    assert "Lo que se responde" not in demo.client_as("manager").text(path)


def test_on_a_draft_one_is_told_that_the_words_become_public_with_it(demo: Demo) -> None:
    told = "When it is published, everyone can read what was said here."
    assert told in demo.client_as("steward").text(f"/sites/{OTHER_DRAFT}")
    assert told not in demo.client_as("steward").text(SITE)


def test_a_hidden_report_of_an_error_is_not_read_by_the_keeper(demo: Demo) -> None:
    citizen, manager, moderator = (demo.client_as(who) for who in ("citizen", "manager", "moderator"))
    answer = citizen.send(f"{HERE}/error", body="Un insulto disfrazado de aviso")
    number = int(answer.location.partition("#comment-")[2])
    moderator.send(f"/comments/{number}/hiding", **HIDE)
    assert "disfrazado" not in manager.text("/comments/errors")
    assert manager.get(f"/comments/{number}/outcome").status_code == 403
    assert "disfrazado" not in manager.text(f"/comments/{number}")


def test_an_appeal_is_made_once_and_another_moderator_decides(demo: Demo) -> None:
    stranger, moderator = demo.client_as("stranger"), demo.client_as("moderator")
    number = say(stranger, "Discutible")
    moderator.send(f"/comments/{number}/hiding", **HIDE)
    assert stranger.send(f"/comments/{number}/appeal", words="No amenaza a nadie.").status_code == 303
    assert stranger.send(f"/comments/{number}/appeal", words="Otra vez.").status_code == 422
    decision = {"decision": "restore", "words": "Se puede decir."}
    refused = moderator.send(f"/comments/{number}/decision", **decision)
    assert refused.status_code == 422 and "another moderator" in refused.text
    with demo.database.unit_of_work() as unit:  # the citizen becomes a second moderator
        operator = unit.scalar(select(Mandate.organisation_id).where(Mandate.role == "moderator"))
        person = unit.scalar(select(Person.id).where(Person.email == address_of("citizen")))
        unit.add(
            Mandate(
                person_id=person, organisation_id=operator, role="moderator", from_on=clock.today(),
                approved_at=clock.now(),
            )
        )  # fmt: skip
    second = demo.once_as("citizen")
    assert second.send(f"/comments/{number}/decision", **decision).status_code == 303
    assert "Discutible" in demo.guest().text(SITE)
    acts = [act.act for act in _acts(demo, number)]
    assert acts == ["hide", "appeal", "restore"]


def _acts(demo: Demo, number: int) -> list[Any]:
    with demo.database.reading() as unit:
        return list(
            unit.scalars(select(ModerationAct).where(ModerationAct.comment_id == number).order_by(ModerationAct.id))
        )


def test_no_moderator_decides_about_organisations_of_their_own(demo: Demo) -> None:
    number = say(demo.client_as("manager"), "Lo dice la empresa")
    with demo.database.unit_of_work() as unit:
        moderator = unit.scalar(select(Mandate.person_id).where(Mandate.role == "moderator"))
        company = unit.scalar(select(Record.id).where(Record.slug == OWN))
        unit.add(
            Mandate(
                person_id=moderator, organisation_id=company, role="representative", from_on=clock.today(),
                approved_at=clock.now(),
            )
        )  # fmt: skip
    answer = demo.client_as("moderator").get(f"/comments/{number}/hiding")
    assert answer.status_code == 403 and "none of the one that keeps the page" in answer.text


def test_a_thread_of_another_page_cannot_be_forged(demo: Demo) -> None:
    with demo.database.unit_of_work() as unit:
        person = unit.scalars(select(Person).where(Person.email == address_of("manager"))).one()
        from observatory.people.queries import actor_of

        actor = actor_of(person, mandate_id=unit.scalar(select(Mandate.id).where(Mandate.person_id == person.id)))
        here, there = (find_record(actor, kind, slug) for kind, slug in (("site", OWN_SITE), ("organisation", OTHER)))
        first = service.say(actor, here, body="Aquí")
        with pytest.raises(Exception, match="another page"):
            service.say(actor, there, body="Allá", thread=first)


def test_two_replies_at_the_same_moment_are_both_kept(demo: Demo) -> None:
    if demo.database.is_sqlite:
        pytest.skip("writers queue on SQLite")
    number = say(demo.client_as("manager"), "Empieza")
    path = f"/comments/{number}/reply"
    visitors = [demo.once_as(who) for who in ("stranger", "representative", "citizen")]
    forms = [(visitor, visitor.form(path, path)) for visitor in visitors]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda pair: pair[0].post(path, pair[1] | {"body": "A la vez"}).status_code, forms))
    assert answers == [303, 303, 303]
    assert demo.scalar(select(func.count()).select_from(Comment).where(Comment.thread_id == number)) == 3


def test_the_statements_of_a_page_do_not_grow_with_the_discussion(demo: Demo) -> None:
    def statements() -> int:
        with counted(demo.database.engine) as seen:
            demo.guest().text(SITE)
        return len(seen)

    app_engine = demo.app.extensions["observatory.database"].engine
    demo.database.engine = app_engine
    with demo.database.unit_of_work() as unit:
        record = unit.scalar(select(Record.id).where(Record.slug == OWN_SITE, Record.kind == "site"))
        person = unit.scalar(select(Person.id).where(Person.email == address_of("manager")))

        def add(count: int) -> None:
            for number in range(count):
                first = Comment(record_id=record, person_id=person, body="x", html=f"<p>{number}</p>", version=1)
                unit.add(first)
                unit.flush()
                unit.add(Comment(record_id=record, person_id=person, thread_id=first.id, body="y", html="<p>y</p>"))

        add(2)
    few = statements()
    with demo.database.unit_of_work() as unit:
        record = unit.scalar(select(Record.id).where(Record.slug == OWN_SITE, Record.kind == "site"))
        person = unit.scalar(select(Person.id).where(Person.email == address_of("manager")))
        add(100)
    assert statements() <= few, "fewer where nothing hidden is on the page"
    assert "Older threads" in demo.guest().text(SITE)


@pytest.mark.parametrize(
    "body", ["[" * 3000, "[a](" * 700, "> " * 900 + "x", "*" * 3000, "`" * 3000, "<b" * 1000, "\0x"]
)
def test_hostile_texts_are_harmless(demo: Demo, body: str) -> None:
    manager = demo.client_as("manager")
    answer = manager.send(SITE, HERE, body=body)
    assert answer.status_code in {303, 422}
    assert demo.guest().get(SITE).status_code == 200


def test_somebody_who_writes_too_much_must_wait(demo: Demo) -> None:
    stranger = demo.client_as("stranger")
    answers = [stranger.send(SITE, HERE, body=f"Número {number}").status_code for number in range(31)]
    assert answers[:30] == [303] * 30 and answers[30] == 429
