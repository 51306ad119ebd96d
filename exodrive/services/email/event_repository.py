"""SQL of what mail providers told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from exodrive.core.ids import new_id
from exodrive.services.email.events_contracts import SignedEvent
from exodrive.services.email.models import MailEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOutcome:
    """A line of a mail's story."""

    outcome: str
    detail: str | None
    occurred_at: datetime


class MailEventRepository:
    """Rows of `mail_event`."""

    def add(self, session: Session, source: str, event: SignedEvent, body: str, now: datetime) -> UUID | None:
        """The id of the new row; None where the event, or its token, is known already."""
        return session.execute(
            insert(MailEvent)
            .values(
                id=new_id(),
                source=source,
                event_id=event.event_id,
                token=event.token,
                body=body,
                received_at=now,
            )
            .on_conflict_do_nothing()
            .returning(MailEvent.id)
        ).scalar_one_or_none()

    def knows(self, session: Session, source: str, event_id: str) -> bool:
        """Whether this very event is stored."""
        found = select(MailEvent.id).where(MailEvent.source == source, MailEvent.event_id == event_id)
        return session.scalar(found) is not None

    def lock(self, session: Session, event_id: UUID) -> MailEvent | None:
        """A stored event, held until the end of the transaction."""
        return session.get(MailEvent, event_id, with_for_update=True)

    def of_mail(self, connection: Connection, mail_id: UUID) -> Sequence[ToldOutcome]:
        """What was told of a mail, newest first."""
        found = (
            select(MailEvent.outcome, MailEvent.detail, MailEvent.occurred_at)
            .where(MailEvent.mail_id == mail_id, MailEvent.outcome.is_not(None))
            .order_by(MailEvent.occurred_at.desc(), MailEvent.id.desc())
        )
        return [ToldOutcome(**row) for row in connection.execute(found).mappings()]
