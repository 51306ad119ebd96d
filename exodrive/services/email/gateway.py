"""The port to the outside world of mail."""

from email.message import EmailMessage
from typing import Protocol

from exodrive.core.errors import ExodriveError, Kind, Unavailable


class MailUnavailable(Unavailable):
    """The mail could not be handed over now; a later attempt may succeed."""

    code = "mail_unavailable"


class MailRefused(ExodriveError):
    """The mail server will never take this mail."""

    kind = Kind.INVALID
    code = "mail_refused"


class AddressSuppressed(MailRefused):
    """The address takes no mail from us, until a person lifts that."""

    code = "address_suppressed"


class Mailer(Protocol):
    """Hands one message to a mail server."""

    def send(self, message: EmailMessage) -> None:
        """From the address of `From` to the one of `To`. Raises `MailUnavailable` or `MailRefused`; their messages hold
        reply codes and never an address."""
        ...
