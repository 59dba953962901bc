"""The demonstration with a real mail server behind it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from observatory.kernel import outbox
from tests.app import Demo, a_demo
from tests.services import Homes, Mailbox


@dataclass
class Post:
    """A demo whose messages go out over SMTP, and what arrived."""

    demo: Demo
    mailbox: Mailbox

    def arrived(self, recipient: str) -> list[EmailMessage]:
        """Send what waits; what has arrived for `recipient` so far, oldest first."""
        while outbox.drain(self.demo.database, self.demo.settings):
            pass
        return [message for message in self.mailbox.messages if str(message["To"]) == recipient]

    def text(self, recipient: str) -> str:
        """The words of the newest message for `recipient`."""
        body = self.arrived(recipient)[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def link(self, recipient: str) -> str:
        """The path of the link in the newest message for `recipient`; it must begin with the site's own address."""
        found = re.search(r"(\S+)://([^/\s]+)(/\S+)", self.text(recipient))
        assert found, "the message holds no link"
        assert found.group(1, 2) == ("http", "observatorio.example")
        return found.group(3)


@pytest.fixture
def post(homes: Homes, engine_name: str, smtp_server: Mailbox) -> Iterator[Post]:
    """A demo of this test's own, on each database in turn, with a mail server."""
    smtp = {"smtp_host": smtp_server.host, "smtp_port": smtp_server.port, "mail_from": "obs@observatorio.example"}
    with a_demo(homes, engine_name, public_url="http://observatorio.example", **smtp) as made:
        yield Post(made, smtp_server)
