"""The breaker round the mail server."""

from email.message import EmailMessage

from exodrive.core.resilience import Guard
from exodrive.services.email.gateway import Mailer


class GuardedMailer:
    """Asks a mail server that is down only now and then. Never repeats a call: that is the job's business."""

    def __init__(self, mailer: Mailer, guard: Guard) -> None:
        self._mailer = mailer
        self._guard = guard

    def send(self, message: EmailMessage) -> None:
        """As the port says."""
        self._guard.once(lambda: self._mailer.send(message))
