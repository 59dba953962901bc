"""Documents and photographs on a page: sent, covered, published, read, found, withdrawn, hidden and erased."""

from __future__ import annotations

import io
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from observatory.aspects.attachments import models, texts
from observatory.aspects.attachments.models import Attachment, AttachmentDraft, AttachmentText
from observatory.kernel import clock
from observatory.kernel.files import StoreDown, spoken_of, sweep
from observatory.kernel.photographs import grid
from observatory.records import derived
from tests.app import OTHER_DRAFT, OWN_DRAFT, OWN_SITE, Demo, Visitor
from tests.attachments.conftest import Photograph

NEW = f"/files/of/site/{OWN_SITE}/new"
PAGE = f"/sites/{OWN_SITE}"
WORDS = b"Los vecinos de Qorihuayrachina midieron la turbidez."


def send(visitor: Visitor, *files: tuple[bytes, str], path: str = NEW) -> Any:
    values = visitor.form(path)
    values["files"] = [FileStorage(io.BytesIO(body), name) for body, name in files]
    boundary, body = encode_multipart(values)
    return visitor.client.post(path, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def publish(visitor: Visitor, *files: tuple[bytes, str], title: str = "Acta", path: str = NEW, **more: Any) -> int:
    answer = send(visitor, *files, path=path)
    assert answer.status_code == 303, answer.text
    answer = visitor.send(answer.location, title=title, **more)
    assert answer.status_code == 303, answer.text
    return newest(visitor)


def newest(visitor: Visitor) -> int:
    database = visitor.app.extensions["observatory.database"]
    return int(database.scalar(select(func.max(Attachment.id))) or 0)


def read_words(demo: Demo) -> None:
    reader = texts.Reader(demo.database, demo.app.extensions["observatory.files"])
    while reader():
        pass
    derived.drain(demo.database, demo.app.extensions["observatory.shelf"])


def on_disk(demo: Demo) -> bytes:
    """Everything that the instance's folder holds, all files in a row."""
    return b"".join(path.read_bytes() for path in sorted(demo.home.folder.rglob("*")) if path.is_file())


def test_a_document_is_published_served_safely_and_found_by_its_words(demo: Demo) -> None:
    manager, guest = demo.client_as("manager"), demo.guest()
    number = publish(manager, (WORDS, "acta 2026.txt"), title="Acta del monitoreo", words="La midieron en mayo.")
    page = guest.text(PAGE)
    assert "Acta del monitoreo" in page and "La midieron en mayo." in page, "in the list and in the discussion"
    own = guest.text(f"/files/{number}")
    assert re.search(r"[0-9a-f]{64}", own) and "Add documents" not in own
    answer = guest.get(f"/files/{number}/content/acta 2026.txt")
    assert answer.data == WORDS
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = guest.get(f"/files/{number}/content/acta 2026.txt", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    read_words(demo)
    assert f"/sites/{OWN_SITE}" in guest.text("/search?q=qorihuayrachina")
    assert "turbidez" in guest.text(f"/files/{number}")
    assert "FileAttached" in [row.event for row in _history(demo)]


def _history(demo: Demo) -> list[Any]:
    from observatory.records.history import HistoryEntry
    from observatory.records.models import Record

    with demo.database.reading() as unit:
        found = select(HistoryEntry).join(Record, Record.id == HistoryEntry.record_id).where(Record.slug == OWN_SITE)
        return list(unit.scalars(found.order_by(HistoryEntry.id)))


def test_what_is_covered_in_a_photograph_is_nowhere_on_disk(demo: Demo, photograph: Photograph) -> None:
    manager = demo.client_as("manager")
    sent = photograph()
    answer = send(manager, (sent, "foto.jpg"))
    seen = manager.get(f"{answer.location.partition('?')[0]}/picture").data
    for secret in (sent[2000:2064], seen[2000:2064], b"SECRET-CAMERA", b"SECRET-COMMENT", b"SECRET-TAIL"):
        assert secret not in on_disk(demo), "while it waits it is sealed"
    columns, rows = grid(600, 400)
    covered = [0, 1, columns * rows - 1]
    answer = manager.send(answer.location, title="La asamblea", cell=[str(cell) for cell in covered])
    assert answer.status_code == 303
    stored = on_disk(demo)
    for secret in (sent[2000:2064], seen[2000:2064], b"SECRET-CAMERA", b"SECRET-COMMENT", b"SECRET-TAIL"):
        assert secret not in stored
    assert not list((demo.home.folder / "uploads").iterdir())
    number = newest(manager)
    for part in ("picture", "preview", f"content/{'foto.jpg'}"):
        body = demo.guest().get(f"/files/{number}/{part}").data
        with Image.open(io.BytesIO(body)) as picture:
            assert not picture.getexif() and "comment" not in picture.info
            corner = picture.convert("L").crop((4, 4, picture.width // columns, picture.height // rows))
            open_ = picture.convert("L").crop((picture.width // 2, picture.height // 2, picture.width, picture.height))
        assert corner.getextrema()[1] < 90 < open_.getextrema()[1]


def test_several_files_are_described_one_after_the_other(demo: Demo, photograph: Photograph) -> None:
    manager = demo.client_as("manager")
    answer = send(manager, (WORDS, "uno.txt"), (photograph(), "dos.jpg"))
    answer = manager.send(answer.location, title="Primero")
    assert "/files/drafts/" in answer.location
    path = answer.location.partition("?")[0]
    assert "Cover faces" in manager.text(path)
    assert "dos.jpg" in manager.text(PAGE) and "dos.jpg" not in demo.guest().text(PAGE)
    assert manager.post(f"{path}/discard", manager.form(path)).status_code == 303
    assert manager.get(path).status_code == 404
    assert demo.scalar(select(func.count()).select_from(AttachmentDraft)) == 0


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"MZ\x90\x00 This program", "acta.pdf", "This is a program"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "mapa.svg", "SVG may hold"),
        (b"%PDF-1.4 ...", "acta.docx", "its name should then end in .pdf"),
        (b"\xff\xd8\xff\xe0 broken", "foto.jpg", "This file is damaged"),
        (b"", "vacio.txt", "This file is empty"),
        (b"x" * 10_000_001, "grande.txt", "larger than 10 MB"),
        (b"a\0b", "datos.bin", "This kind of file is not taken"),
        (b"GIF89a/*\0*/=1;alert(1)", "foto.jpg", "This kind of file is not taken"),
    ],
)
def test_what_can_not_be_taken_is_refused_with_what_to_do(
    shared_demo: Demo, body: bytes, name: str, words: str
) -> None:
    answer = send(shared_demo.once_as("manager"), (WORDS, "buena.txt"), (body, name))
    assert answer.status_code == 422 and words in answer.text and name in answer.text
    assert shared_demo.scalar(select(func.count()).select_from(AttachmentDraft)) == 0, "all or nothing"


def test_too_much_at_once_is_refused_as_a_page(shared_demo: Demo) -> None:
    visitor = shared_demo.once_as("manager")
    answer = send(visitor, *[(b"x" * 9_900_000, f"{n}.txt") for n in range(4)])
    assert answer.status_code == 413 and "<html" in answer.text
    assert visitor.post("/sign-in", {"email": "x" * 2_000_000}).status_code == 413, "elsewhere a million is enough"


def test_who_may_attach_and_to_what(shared_demo: Demo) -> None:
    assert shared_demo.once_as("guest").get(NEW).status_code == 303
    assert shared_demo.once_as("citizen").get(NEW).status_code == 403
    assert shared_demo.once_as("stranger").get(NEW).status_code == 200, "any organisation may, and says who it is"
    draft = f"/files/of/site/{OTHER_DRAFT}/new"
    assert shared_demo.once_as("manager").get(draft).status_code == 404, "a draft of others does not exist"


def test_a_draft_s_files_are_seen_by_nobody_else(demo: Demo) -> None:
    manager = demo.client_as("manager")
    number = publish(manager, (WORDS, "acta.txt"), path=f"/files/of/site/{OWN_DRAFT}/new")
    for visitor in (demo.guest(), demo.client_as("stranger")):
        for part in ("", "/content/acta.txt", "/preview", "/picture", "/withdrawal", "/erasure"):
            assert visitor.get(f"/files/{number}{part}").status_code in {303, 404}
    assert manager.get(f"/files/{number}/content/acta.txt").status_code == 200
    read_words(demo)
    assert OWN_DRAFT not in demo.guest().text("/search?q=qorihuayrachina")


def test_what_waits_is_its_sender_s_and_their_session_s_alone(demo: Demo) -> None:
    manager = demo.client_as("manager")
    path = send(manager, (WORDS, "acta.txt")).location.partition("?")[0]
    colleague, elsewhere = demo.client_as("representative"), demo.client_as("manager")
    for part in ("", "/picture"):
        assert colleague.get(path + part).status_code == 404
    assert elsewhere.get(path).status_code == 409, "the same person, signed in elsewhere, has not the key"
    assert colleague.post(f"{path}/discard", {"csrf_token": colleague.token()}).status_code == 404
    assert manager.get(path).status_code == 200


def test_withdrawn_it_is_gone_with_its_reason_and_can_come_back(demo: Demo) -> None:
    manager, stranger, guest = demo.client_as("manager"), demo.client_as("stranger"), demo.guest()
    number = publish(manager, (WORDS, "acta.txt"), title="Acta retirada")
    assert stranger.get(f"/files/{number}/withdrawal").status_code == 403
    assert manager.send(f"/files/{number}/withdrawal", reason="no").status_code == 422
    assert manager.send(f"/files/{number}/withdrawal", reason="Era el acta de otro mes.").status_code == 303
    assert "Era el acta de otro mes." in guest.text(f"/files/{number}")
    assert guest.get(f"/files/{number}/content/acta.txt").status_code == 404
    read_words(demo)
    assert OWN_SITE not in guest.text("/search?q=qorihuayrachina")
    assert manager.send(f"/files/{number}/return").status_code == 303
    assert guest.get(f"/files/{number}/content/acta.txt").data == WORDS


def test_hidden_by_a_moderator_with_its_comment_it_is_neither_read_nor_found(demo: Demo) -> None:
    manager, moderator, guest = demo.client_as("manager"), demo.client_as("moderator"), demo.guest()
    number = publish(manager, (WORDS, "acta.txt"), title="Acta con nombres")
    read_words(demo)
    comment = demo.scalar(select(Attachment.comment_id).where(Attachment.id == number))
    told = moderator.send(f"/comments/{comment}/hiding", reason="private", words="Muestra nombres de menores.")
    assert told.status_code == 303
    page = guest.text(f"/files/{number}")
    assert "A moderator hides this file" in page and "Acta con nombres" not in page and "acta.txt" not in page
    assert guest.get(f"/files/{number}/content/acta.txt").status_code == 404
    assert "Acta con nombres" not in guest.text(PAGE)
    read_words(demo)
    assert OWN_SITE not in guest.text("/search?q=qorihuayrachina")


def test_erased_its_content_is_nowhere_and_its_fingerprint_stays(demo: Demo) -> None:
    manager, stranger = demo.client_as("manager"), demo.client_as("stranger")
    number = publish(manager, (WORDS, "dni-de-maria.txt"), title="DNI de María")
    read_words(demo)
    assert stranger.get(f"/files/{number}/erasure").status_code == 403
    assert demo.client_as("moderator").get(f"/files/{number}/erasure").status_code == 200
    assert manager.send(f"/files/{number}/erasure", reason="Mostraba un documento personal.").status_code == 303
    page = demo.guest().text(f"/files/{number}")
    assert "Mostraba un documento personal." in page and "dni-de-maria" not in page and re.search("[0-9a-f]{64}", page)
    assert (
        demo.scalar(select(func.count()).select_from(AttachmentText).where(AttachmentText.attachment_id == number)) == 0
    )
    kept = [path for path in (demo.home.folder / "files").rglob("*") if path.is_file()]
    assert all(WORDS not in path.read_bytes() for path in kept)
    assert manager.get(f"/files/{number}/return").status_code == 403


def test_erasing_one_leaves_the_same_content_elsewhere(demo: Demo) -> None:
    manager = demo.client_as("manager")
    first, second = publish(manager, (WORDS, "a.txt")), publish(manager, (WORDS, "b.txt"))
    manager.send(f"/files/{first}/erasure", reason="Estaba dos veces.")
    assert demo.guest().get(f"/files/{second}/content/b.txt").data == WORDS


def test_a_quota_is_kept(demo: Demo) -> None:
    demo.client_as("administrator").send("/administration/settings", quota_mb="10")
    manager = demo.client_as("manager")
    publish(manager, (WORDS, "a.txt"))
    publish(manager, (b"x" * 6_000_000, "x.txt"))
    answer = send(manager, (b"y" * 5_000_000, "b.txt"))
    assert answer.status_code == 422 and "MB it may use" in answer.text
    assert send(demo.client_as("stranger"), (b"y" * 5_000_000, "b.txt")).status_code == 303


def test_while_the_store_is_down_nothing_is_saved_and_pages_go_on(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = demo.client_as("manager")
    path = send(manager, (WORDS, "acta.txt")).location

    def down(*_: object) -> str:
        raise StoreDown

    with monkeypatch.context() as patched:
        patched.setattr(type(demo.app.extensions["observatory.files"]), "put", down)
        before = demo.scalar(select(func.count()).select_from(Attachment))
        answer = manager.send(path, title="Acta")
        assert answer.status_code == 503 and "try again" in answer.text
        assert demo.scalar(select(func.count()).select_from(Attachment)) == before
        assert demo.guest().get(PAGE).status_code == 200
    assert manager.send(path, title="Acta").status_code == 303, "what was sent still waits"


def test_a_full_disk_loses_nothing(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = demo.client_as("manager")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("observatory.kernel.files.os.open", full)
        assert send(manager, (WORDS, "acta.txt")).status_code == 503
    assert demo.scalar(select(func.count()).select_from(AttachmentDraft)) == 0
    assert send(manager, (WORDS, "acta.txt")).status_code == 303


def test_what_waits_too_long_and_what_nobody_speaks_of_goes(demo: Demo) -> None:
    manager = demo.client_as("manager")
    number = publish(manager, (WORDS, "acta.txt"))
    send(manager, (WORDS, "otra.txt"))
    files, sealed = demo.app.extensions["observatory.files"], demo.app.extensions["observatory.sealed"]
    orphan = files.put(b"nobody speaks of this")
    with demo.database.unit_of_work() as unit:
        unit.execute(update(AttachmentDraft).values(at=clock.now() - models.WAITS * 2))
    texts.sweep(demo.database, sealed)
    spoken = partial(spoken_of, demo.database, demo.app.extensions["observatory.registry"].contents)
    sweep(files, spoken)
    assert b"".join(files.read(orphan)), "it may belong to a row that is just being written"
    sweep(files, spoken, older=-1)
    assert files.read(orphan) is None
    assert demo.scalar(select(func.count()).select_from(AttachmentDraft)) == 0
    assert demo.guest().get(f"/files/{number}/content/acta.txt").data == WORDS


def test_a_page_of_the_web_is_sent_as_bytes(demo: Demo) -> None:
    manager = demo.client_as("manager")
    page = b"<!doctype html><html><body><script>alert(document.cookie)</script><p>Cotejador</p></body></html>"
    number = publish(manager, (page, "pagina.html"), title="Una página")
    answer = demo.guest().get(f"/files/{number}/content/pagina.html")
    assert answer.headers["Content-Type"] == "application/octet-stream" and answer.data == page
    read_words(demo)
    shown = demo.guest().text(f"/files/{number}")
    assert "Cotejador" in shown and "alert(document.cookie)" not in shown


def test_the_same_form_twice_attaches_once(demo: Demo) -> None:
    manager = demo.client_as("manager")
    path = send(manager, (WORDS, "acta.txt")).location
    values = manager.form(path) | {"title": "Acta"}
    before = newest(manager)
    assert [manager.post(path, values).status_code for _ in range(2)] == [303, 303]
    assert newest(manager) == before + 1


def test_two_versions_of_a_decision_do_not_pass_each_other(demo: Demo) -> None:
    manager = demo.client_as("manager")
    number = publish(manager, (WORDS, "acta.txt"))
    path = f"/files/{number}/withdrawal"
    values = manager.form(path) | {"reason": "Era de otro mes."}
    assert manager.send(path, reason="Por otra razón.").status_code == 303
    assert manager.post(path, values).status_code == 403, "it is not published any more"


def test_the_samples_of_the_demonstration_are_there(shared_demo: Demo) -> None:
    page = shared_demo.once_as("guest").text(PAGE)
    assert "Acta de la asamblea" in page and 'class="file-preview"' in page
    assert Path("seeds/files").is_dir()
