"""Sending mail through the operator's mail server. Knows no people and no records."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
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


class _Whole(UnstructuredHeader, BaseHeader):
    """A header with an address in angle brackets, on one line (RFC 5322 allows 998 signs).

    The library folds what is longer than 78 by encoding it, and mail programs do not look for an address in that.
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Whole)
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_HEADERS)  # it passes servers that know ASCII only


class Mailer:
    """Hands messages to the mail server of SMTP_URL."""

    def __init__(self, settings: Settings) -> None:
        self._url = urlsplit(settings.smtp_url)
        self._sender = settings.mail_from
        self._host = urlsplit(settings.base_url).hostname

    @property
    def configured(self) -> bool:
        """Whether there is a mail server to hand messages to."""
        return bool(self._url.hostname)

    def send(self, message: Message) -> None:
        """Send one message. Raises MailFailed when there is no server, or it does not take the message."""
        if not self.configured:
            raise MailFailed("no SMTP_URL is set")
        try:
            made = self._made(message)
            with self._connected() as server:
                if self._url.scheme == "smtp+starttls":
                    server.starttls(context=ssl.create_default_context())
                if self._url.username:
                    server.login(unquote(self._url.username), unquote(self._url.password or ""))
                # Not send_message, which puts a sign before a line that begins with "From".
                server.sendmail(made["From"].addresses[0].addr_spec, [message.to], made.as_bytes())
        except (smtplib.SMTPException, MessageError, OSError, ValueError, IndexError) as error:
            # The name of the error only: what the server says may repeat the address.
            raise MailFailed(f"{type(error).__name__} from {self._url.hostname}") from error

    def _connected(self) -> smtplib.SMTP:
        host, port = str(self._url.hostname), self._url.port or _PORTS[self._url.scheme]
        if self._url.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, self._host, timeout=PATIENCE, context=context)
        return smtplib.SMTP(host, port, self._host, timeout=PATIENCE)

    def _made(self, message: Message) -> EmailMessage:
        """Raises ValueError for a line break in a header, or when `to` is anything but one address.

        IndexError too: the library's own answer to some addresses that are none.
        """
        made = EmailMessage(_POLICY)
        made["From"], made["To"], made["Subject"] = self._sender, message.to, message.subject
        if [found.addr_spec for found in made["To"].addresses] != [message.to]:
            raise ValueError("not one address")
        made["Date"] = format_datetime(localtime())
        made["Message-ID"] = make_msgid(domain=self._host or "localhost")
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(message.body)  # takes away what was said about another content
        made["Content-Language"] = message.language
        for name, value in message.headers.items():
            made[name] = value
        return made
