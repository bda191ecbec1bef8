"""A real mail server, and what arrived there; a small ledger to choose organisations and topics from."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Condition
from typing import Any

from aiosmtpd.controller import Controller

from register.db import Database
from tests.factories import body, publish

PATIENCE = 20.0  # seconds for a message that is sent in its own time
ORGANISATIONS = {
    "ministerie": ("Ministerie", "nl"),
    "departement": ("Departement", "vl"),
    "commissie": ("Commissie", "joint"),
}
TOPICS = {"water": "Waterkwaliteit", "energie": "Energie"}


class Letter:
    """A message as it arrived."""

    def __init__(self, made: EmailMessage) -> None:
        self.to, self.subject = str(made["To"]), str(made["Subject"])
        self.language = str(made["Content-Language"])
        self.text = str(made.get_content())

    @property
    def path(self) -> str:
        """Where the link in it leads, without the host."""
        links = self.links
        assert len(links) == 1, links
        return links[0].partition("://")[2].partition("/")[1] + links[0].partition("://")[2].partition("/")[2]

    @property
    def links(self) -> list[str]:
        """The links in it."""
        return re.findall(r"https?://\S+", self.text)


class Post:
    """The letters that arrived; an address that begins with `refused` is not taken."""

    def __init__(self) -> None:
        self._arrived: list[Letter] = []
        self._news = Condition()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Take an address, or not."""
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message."""
        made = message_from_bytes(envelope.content, policy=policy.default)
        with self._news:
            self._arrived.append(Letter(made))  # type: ignore[arg-type]
            self._news.notify_all()
        return "250 OK"

    def forget(self) -> None:
        """Empty the box."""
        with self._news:
            self._arrived.clear()

    def letters(self, many: int) -> list[Letter]:
        """The letters, once there are as many; fails when fewer or more have come."""
        with self._news:
            self._news.wait_for(lambda: len(self._arrived) >= many, PATIENCE)
            assert len(self._arrived) == many, [(one.to, one.subject) for one in self._arrived]
            taken, self._arrived = self._arrived, []
        return taken

    def one(self) -> Letter:
        """The one letter that arrived."""
        return self.letters(1)[0]


@contextmanager
def serving() -> Iterator[tuple[str, Post]]:
    """A mail server on a free port: its address, as SMTP_URL has it, and its post."""
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        port = controller.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        yield f"smtp://127.0.0.1:{port}", post
    finally:
        controller.stop()


def stock(database: Database) -> None:
    """Publish two topics and an organisation of each side."""
    with database.write() as session:
        connection = session.connection()
        for record, title in TOPICS.items():
            publish(connection, record, body("topic", title))
        for record, (title, side) in ORGANISATIONS.items():
            publish(connection, record, body("organisation", title, side=side))
