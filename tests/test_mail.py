"""Sending mail, to a real mail server: what arrives, and what is said when nothing does."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from register.config import Settings
from register.errors import MailFailed
from register.mail import Mailer, Message
from tests.mailbox import REFUSED, Mailbox

SENDER = "Schakel – registratie <register@schakel.example>"
TO = "janneke@waterschap.example"
LINK = "https://schakel.example/nl/uitnodiging/" + "k" * 120
BODY = f"Beste Janneke,\n\nJe bent uitgenodigd: financiën, coördinatie, €.\n\n{LINK}\n.\nFrom hier verder\n"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """One mail server for the whole file."""
    with Mailbox() as started:
        yield started


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """The server's side of TLS on 127.0.0.1, and the file with its certificate, which nobody trusts by itself."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    return context, str(certificate_file)


def mailer(url: str, base_url: str = "https://schakel.example") -> Mailer:
    """A mailer of a register whose mail server is at `url`."""
    return Mailer(Settings(data=Path("unused"), base_url=base_url, smtp_url=url, mail_from=SENDER))


def test_a_message_arrives_as_it_was_written(mailbox: Mailbox) -> None:
    headers = {"List-Unsubscribe": f"<https://schakel.example/nl/werk/{'x' * 90}>"}  # longer than a line
    before = datetime.now(UTC).replace(microsecond=0)
    mailer(mailbox.url).send(Message(TO, "Je bent uitgenodigd – coördinatie", BODY, "nl", headers))
    letter = mailbox.take()
    assert (letter.sender, letter.to) == ("register@schakel.example", [TO])
    assert (letter["From"], letter["To"]) == (SENDER, TO)
    assert letter["Subject"] == "Je bent uitgenodigd – coördinatie"
    assert letter.text == BODY
    assert letter["Content-Type"] == 'text/plain; charset="utf-8"'
    assert (letter["Content-Language"], letter["Auto-Submitted"]) == ("nl", "auto-generated")
    assert f"\r\nList-Unsubscribe: {headers['List-Unsubscribe']}\r\n".encode() in letter.raw  # as programs look for it
    assert letter["Message-ID"].endswith("@schakel.example>")
    assert before <= parsedate_to_datetime(letter["Date"]) <= datetime.now(UTC)
    assert letter.greeted == "schakel.example"


@pytest.mark.parametrize("body", [BODY, "Coördinatie\n", "x" * 2000 + "\n"])
def test_a_message_passes_servers_that_know_ascii_only(mailbox: Mailbox, body: str) -> None:
    mailer(mailbox.url).send(Message(TO, "Coördinatie", body))
    letter = mailbox.take()
    assert letter.text == body
    assert letter.raw.isascii()
    assert max(map(len, letter.raw.splitlines())) <= 998  # RFC 5322, 2.1.1


def test_two_messages_have_names_of_their_own(mailbox: Mailbox) -> None:
    for _ in range(2):
        mailer(mailbox.url, base_url="").send(Message(TO, "Same", "Same\n"))
    first, second = mailbox.take(), mailbox.take()
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"].endswith("@localhost>")


def test_a_refused_recipient_is_a_failure_that_does_not_repeat_the_address(mailbox: Mailbox) -> None:
    with pytest.raises(MailFailed, match=r"^SMTPRecipientsRefused from 127\.0\.0\.1$") as found:
        mailer(mailbox.url).send(Message(REFUSED, "Hello", "Hello\n"))
    assert REFUSED not in str(found.value)


@pytest.mark.parametrize(
    "message",
    [
        Message(TO, "Hello\nBcc: everybody@nowhere.example", "Hello\n"),
        Message(TO, "Hello\r\n\r\nanother body", "Hello\n"),
        Message(TO, "Hello", "Hello\n", headers={"X-Of": "this\nBcc: everybody@nowhere.example"}),
        Message(TO, "Hello", "Hello\n", language="nl\r\nBcc: everybody@nowhere.example"),
        Message(f"{TO}\r\nBcc: everybody@nowhere.example", "Hello", "Hello\n"),
        Message(f"{TO}, everybody@nowhere.example", "Hello", "Hello\n"),
        Message(f"everybody: {TO}, everybody@nowhere.example;", "Hello", "Hello\n"),
        Message(f"Somebody <{TO}>", "Hello", "Hello\n"),
        Message("<", "Hello", "Hello\n"),
        Message("@", "Hello", "Hello\n"),
        Message("", "Hello", "Hello\n"),
        Message("jan\ud800@nowhere.example", "Hello", "Hello\n"),
    ],
)
def test_nothing_is_smuggled_into_the_head(mailbox: Mailbox, message: Message) -> None:
    before = len(mailbox.letters)
    with pytest.raises(MailFailed):
        mailer(mailbox.url).send(message)
    assert len(mailbox.letters) == before


def test_nobody_listens() -> None:
    with socket.socket() as taken:  # bound, so that nobody else takes the port; not listening
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(MailFailed, match=r"^ConnectionRefusedError from"):
            mailer(f"smtp://127.0.0.1:{taken.getsockname()[1]}").send(Message(TO, "Hello", "Hello\n"))


def test_a_server_that_says_nothing_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("register.mail.PATIENCE", 0.05)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(MailFailed, match=r"^SMTPServerDisconnected from"),
    ):
        mailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}").send(Message(TO, "Hello", "Hello\n"))


def test_without_a_server_nothing_is_sent() -> None:
    silent = mailer("")
    assert not silent.configured
    with pytest.raises(MailFailed, match="no SMTP_URL is set"):
        silent.send(Message(TO, "Hello", "Hello\n"))
    assert mailer("smtp://127.0.0.1").configured


def _known(_server: object, _session: object, _envelope: object, _mechanism: str, found: object) -> AuthResult:
    right = (getattr(found, "login", b""), getattr(found, "password", b"")) == (b"schakel", b"p@ss:w/rd")
    return AuthResult(success=right, handled=right)


def test_starttls_with_a_name_and_a_password(
    certified: tuple[ssl.SSLContext, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certified
    with Mailbox(tls_context=context, require_starttls=True, authenticator=_known, auth_required=True) as guarded:
        host = f"127.0.0.1:{guarded.port}"
        right, wrong = f"smtp+starttls://schakel:p%40ss%3Aw%2Frd@{host}", f"smtp+starttls://schakel:other@{host}"
        with pytest.raises(MailFailed, match=r"^SSLCertVerificationError"):
            mailer(right).send(Message(TO, "Hello", "Hello\n"))
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        with pytest.raises(MailFailed, match=r"^SMTPAuthenticationError"):
            mailer(wrong).send(Message(TO, "Hello", "Hello\n"))
        with pytest.raises(MailFailed):
            mailer(f"smtp://{host}").send(Message(TO, "Hello", "Hello\n"))
        mailer(right).send(Message(TO, "Hello", "Hello\n"))
        assert [(letter.guarded, letter.known) for letter in guarded.letters] == [(True, True)]


def test_a_server_without_starttls_gets_nothing(mailbox: Mailbox) -> None:
    before = len(mailbox.letters)
    with pytest.raises(MailFailed, match=r"^SMTPNotSupportedError"):
        mailer(f"smtp+starttls://127.0.0.1:{mailbox.port}").send(Message(TO, "Hello", "Hello\n"))
    assert len(mailbox.letters) == before


def test_tls_from_the_start(certified: tuple[ssl.SSLContext, str], monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certified
    with Mailbox(ssl_context=context) as guarded:
        guarding = mailer(f"smtps://127.0.0.1:{guarded.port}")
        with pytest.raises(MailFailed, match=r"^SSLCertVerificationError"):
            guarding.send(Message(TO, "Hello", "Hello\n"))
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        guarding.send(Message(TO, "Hello", BODY))
        assert guarded.take().text == BODY
