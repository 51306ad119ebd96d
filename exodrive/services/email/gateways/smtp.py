"""Mail over SMTP."""

import contextlib
import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage

from exodrive.services.email.gateway import MailRefused, MailUnavailable
from exodrive.settings import Settings

# Refusals of *us* (log in, encrypt first): a person mends the settings, and the mail still goes out.
_OURS = frozenset({530, 534, 535, 538})
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class SmtpMailer:
    """One connection a message: mails are rare, and a connection kept open is one that has died unnoticed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def send(self, message: EmailMessage) -> None:
        """As the port says. A reply of 5xx to sender, recipient or content is permanent; everything else, a lost
        connection after the content included, is worth another attempt."""
        sender, recipient = _envelope(message, "From"), _envelope(message, "To")
        connection = self._connect()
        try:
            connection.send_message(message, sender, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            raise _verdict(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPResponseException as error:
            raise _verdict(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused("The mail server does not take addresses beyond ASCII.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable(f"The mail server went away: {type(error).__name__}.") from error
        finally:
            _leave(connection)

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        connection: smtplib.SMTP | None = None
        try:
            connection = smtplib.SMTP(
                settings.smtp_host, settings.smtp_port, timeout=settings.service_timeout
            )
            if settings.smtp_starttls:
                connection.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                connection.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        except (OSError, smtplib.SMTPException) as error:
            if connection is not None:
                connection.close()
            raise MailUnavailable(f"The mail server did not let us in: {_words(error)}.") from error
        return connection


def _leave(connection: smtplib.SMTP) -> None:
    """Say goodbye. By now the message is theirs or it is not: an error here must not look like a failed sending."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        connection.quit()
    connection.close()


def _verdict(code: int, reply: bytes | str) -> MailRefused | MailUnavailable:
    words = _reply(code, reply)
    if 500 <= code < 600 and code not in _OURS:
        return MailRefused(f"The mail server refused the mail: {words}.")
    return MailUnavailable(f"The mail server did not take the mail: {words}.")


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return type(error).__name__


def _reply(code: int, reply: bytes | str) -> str:
    """Codes only: the words of a reply often repeat the address."""
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    enhanced = _ENHANCED.search(text)
    return f"{code} {enhanced.group()}" if enhanced else str(code)


def _envelope(message: EmailMessage, header: str) -> str:
    address: Address = message[header].addresses[0]
    return address.addr_spec
