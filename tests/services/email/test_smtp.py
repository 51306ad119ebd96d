"""The mail server, and the message that it is given."""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from exodrive.services.email.contracts import Mail
from exodrive.services.email.gateway import MailRefused, MailUnavailable
from exodrive.services.email.gateways.smtp import SmtpMailer
from exodrive.services.email.message import build, message_id, sender_address
from exodrive.settings import Settings
from tests.services.email.mails import mail
from tests.smtp import FreePortController, Inbox

_AT = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
_ROW = UUID("019a0000-0000-7000-8000-000000000003")


def send(settings: Settings, content: Mail, mail_from: str = "ExoDrive <bookings@exodrive.example>") -> None:
    sender = sender_address(mail_from)
    message = build(content, sender=sender, identity=message_id(_ROW, sender.domain), at=_AT)
    SmtpMailer(settings).send(message)


def test_headers(settings: Settings, smtp: Inbox) -> None:
    send(settings, mail(recipient_name="Maya Lindqvist", reply_to="hello@exodrive.example", locale="en-GB"))
    [message] = smtp.messages
    assert message["From"] == "ExoDrive <bookings@exodrive.example>"
    assert message["To"] == "Maya Lindqvist <maya@example.com>"
    assert message["Reply-To"] == "hello@exodrive.example"
    assert message["Date"].datetime == _AT
    assert message["Message-ID"] == f"<{_ROW.hex}@exodrive.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en-GB"
    assert message["MIME-Version"] == "1.0"


def test_parts(settings: Settings, smtp: Inbox) -> None:
    send(settings, mail())
    [message] = smtp.messages
    assert message.get_content_type() == "multipart/mixed"
    alternative, calendar = message.iter_parts()
    assert [part.get_content_type() for part in alternative.iter_parts()] == ["text/plain", "text/html"]
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == "Grüße & more\n"
    assert "<p>Grüße &amp; more</p>" in html.get_content()
    assert calendar.get_filename() == "booking.ics"
    assert calendar.get_content_type() == "text/calendar"
    assert calendar["Content-Type"].params["method"] == "PUBLISH"
    assert calendar.get_payload(decode=True) == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Åström-Ñúñez",
        "山田太郎",
        'Eve" <eve@example.com>, "x',
        "<script>alert(1)</script>",
        "a@b.example, c@d.example",
        "very " * 60 + "long",
    ],
)
def test_a_name_stays_a_name(settings: Settings, smtp: Inbox, name: str) -> None:
    send(
        settings, mail(recipient_name=name, reply_to="visitor@example.com", reply_to_name=name, subject=name)
    )
    [message] = smtp.messages
    for header, address in (("To", "maya@example.com"), ("Reply-To", "visitor@example.com")):
        [only] = message[header].addresses
        assert only.addr_spec == address
        assert only.display_name == name.strip()
    assert str(message["Subject"]) == name
    assert message.get_all("Bcc") is None


def test_an_international_domain_travels_in_ascii(settings: Settings, smtp: Inbox) -> None:
    send(settings, mail(recipient="maya@bücher.example"))
    assert smtp.messages[0]["To"] == "maya@xn--bcher-kva.example"


def test_an_international_address_needs_a_server_that_takes_it(settings: Settings, smtp: Inbox) -> None:
    with pytest.raises(MailRefused):
        send(settings, mail(recipient="jörg@example.com"))
    assert not smtp.messages


@pytest.mark.parametrize(
    "address", ["", "maya", "maya@", "@example.com", "a@b@c", "maya@" + "x" * 70 + ".example"]
)
def test_what_is_no_address_is_refused(settings: Settings, smtp: Inbox, address: str) -> None:
    with pytest.raises(MailRefused):
        send(settings, mail(recipient=address))
    assert not smtp.messages


@pytest.mark.parametrize(
    ("code", "error"), [(421, MailUnavailable), (452, MailUnavailable), (554, MailRefused)]
)
def test_answers_to_the_content(settings: Settings, smtp: Inbox, code: int, error: type[Exception]) -> None:
    smtp.fail_next(code)
    with pytest.raises(error, match=str(code)):
        send(settings, mail())


def test_nobody_listens(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refused at once
        elsewhere = settings.model_copy(update={"smtp_port": taken.getsockname()[1]})
        with pytest.raises(MailUnavailable):
            send(elsewhere, mail())


def test_a_silent_server_is_left_after_the_timeout(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        patient = settings.model_copy(update={"smtp_port": silent.getsockname()[1], "service_timeout": 0.3})
        began = time.monotonic()
        with pytest.raises(MailUnavailable):
            send(patient, mail())
        assert time.monotonic() - began < 3


class _Picky:
    """Refuses some recipients as servers do, repeating the address in its words."""

    def __init__(self) -> None:
        self.received: list[str] = []

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("gone"):
            return f"550 5.1.1 <{address}>: no such user"
        if address.startswith("busy"):
            return f"450 4.2.1 <{address}>: mailbox busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.received += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def picky() -> Iterator[FreePortController]:
    controller = FreePortController(_Picky(), hostname="127.0.0.1", port=0)
    controller.start()
    yield controller
    controller.stop()


@pytest.mark.parametrize(
    ("recipient", "error", "code"),
    [("gone@example.com", MailRefused, "550 5.1.1"), ("busy@example.com", MailUnavailable, "450 4.2.1")],
)
def test_answers_to_the_recipient(
    settings: Settings, picky: FreePortController, recipient: str, error: type[Exception], code: str
) -> None:
    there = settings.model_copy(update={"smtp_port": picky.port})
    with pytest.raises(error, match=code) as caught:
        send(there, mail(recipient=recipient))
    assert recipient not in str(caught.value)


class _ByeBye(_Picky):
    """Takes the mail, and hangs up on QUIT."""

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        return "554 I am not saying goodbye"


def test_a_bad_goodbye_is_not_a_failed_mail(settings: Settings) -> None:
    handler = _ByeBye()
    controller = FreePortController(handler, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        send(settings.model_copy(update={"smtp_port": controller.port}), mail())
    finally:
        controller.stop()
    assert handler.received == ["maya@example.com"]


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "cert.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate_file, key_file


class _Secured(FreePortController):
    """Demands STARTTLS, then a login."""

    def __init__(self, handler: Inbox, certificate: tuple[Path, Path]) -> None:
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(*certificate)
        super().__init__(handler, hostname="127.0.0.1", port=0)

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            loop=self.loop,
            tls_context=self._context,
            require_starttls=True,
            auth_required=True,
            authenticator=self._authenticate,
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, who: object
    ) -> AuthResult:
        good = isinstance(who, LoginPassword) and (who.login, who.password) == (b"house", b"secret")
        return AuthResult(success=good)


@pytest.fixture
def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[_Secured, Inbox]]:
    certificate = _certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    received = Inbox()
    controller = _Secured(received, certificate)
    controller.start()
    yield controller, received
    controller.stop()
    asyncio.set_event_loop(None)


def test_starttls_and_login(settings: Settings, secured: tuple[_Secured, Inbox]) -> None:
    controller, received = secured
    there = {
        "smtp_host": "localhost",
        "smtp_port": controller.port,
        "smtp_starttls": True,
        "smtp_user": "house",
        "smtp_password": SecretStr("secret"),
        "service_timeout": 2.0,
    }
    send(settings.model_copy(update=there), mail())
    assert len(received.messages) == 1
    # Not let in is our own fault: the mail waits until the settings are mended.
    with pytest.raises(MailUnavailable):
        send(settings.model_copy(update=there | {"smtp_password": SecretStr("wrong")}), mail())
    # A certificate of another name is nobody to give a password to.
    with pytest.raises(MailUnavailable):
        send(settings.model_copy(update=there | {"smtp_host": "127.0.0.1"}), mail())
    assert len(received.messages) == 1


@pytest.mark.parametrize("wrong", ["", "ExoDrive", "bookings@"])
def test_a_sender_that_is_no_address_is_a_broken_setting(wrong: str) -> None:
    with pytest.raises(ValueError, match="MAIL_FROM"):
        sender_address(wrong)
