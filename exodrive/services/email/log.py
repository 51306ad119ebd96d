"""Reading the mail log."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from exodrive.services.email.contracts import MailState
from exodrive.services.email.models import MailMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """A line of the mail log."""

    id: UUID
    kind: str
    state: MailState
    recipient: str
    subject: str
    failure: str | None
    created_at: datetime
    sent_at: datetime | None


class MailLog:
    """What was promised by mail, and what became of it."""

    def of_booking(self, connection: Connection, booking_id: UUID) -> tuple[SentMail, ...]:
        """The mails about a booking, newest first."""
        found = (
            select(
                MailMessage.id,
                MailMessage.kind,
                MailMessage.state,
                MailMessage.recipient,
                MailMessage.subject,
                MailMessage.failure,
                MailMessage.created_at,
                MailMessage.sent_at,
            )
            .where(MailMessage.booking_id == booking_id)
            .order_by(MailMessage.created_at.desc(), MailMessage.id.desc())
        )
        return tuple(SentMail(**row) for row in connection.execute(found).mappings())
