"""A real mail server of the test run, and what it was handed.

with Mailbox() as mailbox:
    settings = replace(settings, smtp_url=mailbox.url, mail_from="register@schakel.example")
    …
    letter = mailbox.take()        # waits until one has come; `mailbox.letters` holds all of them
    letter.to, letter["Subject"], letter.text
"""

import queue
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

REFUSED = "refused@nowhere.example"
PATIENCE = 10  # seconds until a message that does not come is a failure


class Letter:
    """What the server was handed: from and to whom by the envelope, and the message."""

    def __init__(self, envelope: Envelope, session: Session) -> None:
        self.sender, self.to = envelope.mail_from, envelope.rcpt_tos
        self.raw = cast("bytes", envelope.original_content)
        self.message = cast("EmailMessage", message_from_bytes(self.raw, policy=default))
        self.greeted, self.guarded, self.known = session.host_name, session.ssl is not None, bool(session.authenticated)

    def __getitem__(self, header: str) -> str:
        return str(self.message[header])

    @property
    def text(self) -> str:
        """The body, as its reader sees it."""
        return str(self.message.get_content()).replace("\r\n", "\n")


class _Anywhere(Controller):
    """Listens on a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = cast("Any", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()


class Mailbox:
    """A mail server on this machine. Takes what `Controller` of aiosmtpd takes; refuses mail to `REFUSED`."""

    def __init__(self, **options: Any) -> None:
        self.letters: list[Letter] = []
        self._come: queue.SimpleQueue[Letter] = queue.SimpleQueue()
        self._server = _Anywhere(self, hostname="127.0.0.1", port=0, server_hostname="localhost", **options)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    @property
    def url(self) -> str:
        """What SMTP_URL must be to reach it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def empty(self) -> bool:
        """Whether every letter that has come was taken."""
        return self._come.empty()

    def take(self, patience: float = PATIENCE) -> Letter:
        """The oldest letter that was not taken yet; waits for it. Raises queue.Empty when none comes."""
        return self._come.get(timeout=patience)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd asks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Refuse one address, take all others."""
        if address == REFUSED:
            return "550 5.1.1 nobody here of that name"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 taken"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the letter."""
        letter = Letter(envelope, session)
        self.letters.append(letter)
        self._come.put(letter)
        return "250 2.0.0 taken"
