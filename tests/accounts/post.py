"""What the register mails to people, as it arrives; a small ledger to choose organisations and topics from."""

import re
import threading
from urllib.parse import urlsplit

from register.db import Database
from register.guards.serving import LETTERS
from tests import mailbox
from tests.factories import body, publish
from tests.mailbox import Mailbox

ORGANISATIONS = {
    "ministerie": ("Ministerie", "nl"),
    "departement": ("Departement", "vl"),
    "commissie": ("Commissie", "joint"),
}
TOPICS = {"water": "Waterkwaliteit", "energie": "Energie"}


class Letter:
    """A message as its reader sees it. `text` runs on: lines are broken on their way."""

    def __init__(self, arrived: mailbox.Letter) -> None:
        (self.to,) = arrived.to
        self.subject, self.language = arrived["Subject"], arrived["Content-Language"]
        self.text = " ".join(arrived.text.split())

    @property
    def path(self) -> str:
        """Where the one link in it leads, without the host."""
        (link,) = re.findall(r"https?://\S+", self.text)
        return urlsplit(link).path


def _settle() -> None:
    """Wait for the letters that are on their way in their own time (register/guards/serving.py)."""
    for thread in threading.enumerate():
        if thread.name == LETTERS:
            thread.join(20)


class Post:
    """The letters of one test, in the order in which they came. One that is sent in its own time must be taken."""

    def __init__(self, server: Mailbox) -> None:
        self._server, self.url = server, server.url
        _settle()  # of the test before
        while not self.empty:
            server.take()

    def one(self) -> Letter:
        """The next letter; waits for it."""
        return Letter(self._server.take())

    @property
    def empty(self) -> bool:
        """Whether every letter that has come was taken."""
        _settle()
        return self._server.empty


def stock(database: Database) -> None:
    """Publish two topics and an organisation of each side."""
    with database.write() as session:
        connection = session.connection()
        for record, title in TOPICS.items():
            publish(connection, record, body("topic", title))
        for record, (title, side) in ORGANISATIONS.items():
            publish(connection, record, body("organisation", title, side=side))
