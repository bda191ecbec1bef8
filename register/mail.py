"""Sending mail through the operator's mail server. Knows no people and no records."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid
from urllib.parse import unquote, urlsplit

from register.config import Settings
from register.errors import MailFailed

PATIENCE = 10  # seconds for each answer of the mail server
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True)
class Message:
    """A message to one address, as plain text. `headers` are set besides the usual ones."""

    to: str
    subject: str
    body: str
    language: str = "nl"
    headers: dict[str, str] = field(default_factory=dict)


class Mailer:
    """Hands messages to the mail server of SMTP_URL."""

    def __init__(self, settings: Settings) -> None:
        self._url = urlsplit(settings.smtp_url)
        self._sender = settings.mail_from
        self._host = urlsplit(settings.base_url).hostname or "localhost"

    @property
    def configured(self) -> bool:
        """Whether there is a mail server to hand messages to."""
        return bool(self._url.hostname)

    def send(self, message: Message) -> None:
        """Send one message. Raises MailFailed when there is no server, or it does not take the message."""
        if not self.configured:
            raise MailFailed("no SMTP_URL is set")
        try:
            with self._connect() as server:
                if self._url.username:
                    server.login(unquote(self._url.username), unquote(self._url.password or ""))
                server.send_message(self._made(message))
        except (smtplib.SMTPException, MessageError, OSError, ValueError) as error:
            # The name of the error only: what the server says may repeat the address.
            raise MailFailed(f"{type(error).__name__} from {self._url.hostname}") from error

    def _connect(self) -> smtplib.SMTP:
        host, port = str(self._url.hostname), self._url.port or _PORTS[self._url.scheme]
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
        if self._url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        return server

    def _made(self, message: Message) -> EmailMessage:
        made = EmailMessage()  # refuses a line break in a header
        made["From"], made["To"], made["Subject"] = self._sender, message.to, message.subject
        made["Date"], made["Message-ID"] = format_datetime(localtime()), make_msgid(domain=self._host)
        made["Auto-Submitted"], made["Content-Language"] = "auto-generated", message.language
        for name, value in message.headers.items():
            made[name] = value
        made.set_content(message.body)
        return made
