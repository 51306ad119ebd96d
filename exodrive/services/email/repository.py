"""All SQL of the mail log."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, case, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from exodrive.core.ids import new_id
from exodrive.services.email.contracts import Mail, MailState
from exodrive.services.email.events_contracts import MailOutcome
from exodrive.services.email.message import message_id
from exodrive.services.email.models import MailMessage

# What was told of a mail stands against what is told later of it, unless that goes further.
_FURTHER = {
    MailOutcome.DELIVERED: (MailState.QUEUED, MailState.SENT),
    MailOutcome.BOUNCED: (MailState.QUEUED, MailState.SENT, MailState.DELIVERED),
    MailOutcome.COMPLAINED: (MailState.QUEUED, MailState.SENT, MailState.DELIVERED, MailState.BOUNCED),
}
_TOLD = (MailState.DELIVERED, MailState.BOUNCED, MailState.COMPLAINED)


@dataclass(frozen=True, slots=True)
class Promise:
    """The row of a mail."""

    id: UUID
    message_id: str
    state: MailState


class MailRepository:
    """Rows of `mail_message`, and the lock under which one of them is sent."""

    @contextmanager
    def sending(self, connection: Connection, once: str) -> Iterator[bool]:
        """Whether this connection now is the only one that sends `once`. It waits for nobody, and holds across
        transactions until the block ends; if the process dies, PostgreSQL lets go."""
        key = {"key": _lock_key(once)}
        mine = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key))
        try:
            yield mine
        finally:
            if mine:
                self._let_go(connection, key)

    def _let_go(self, connection: Connection, key: dict[str, int]) -> None:
        released = False
        try:
            released = bool(connection.scalar(text("SELECT pg_advisory_unlock(:key)"), key))
        finally:
            if not released:
                connection.invalidate()  # else the pool would keep the lock alive

    def promise(
        self, session: Session, mail: Mail, recipient_hash: bytes, *, domain: str, now: datetime
    ) -> Promise:
        """The row of `mail.once`: a new one, or the one that is there."""
        row_id = new_id()
        columns = (MailMessage.id, MailMessage.message_id, MailMessage.state)
        written = session.execute(
            insert(MailMessage)
            .values(
                id=row_id,
                once=mail.once,
                kind=mail.kind,
                booking_id=mail.booking_id,
                again_of=mail.again_of,
                particulars=dict(mail.particulars),
                recipient=mail.recipient,
                recipient_hash=recipient_hash,
                subject=mail.subject,
                message_id=message_id(row_id, domain),
                state=MailState.QUEUED,
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=["once"])
            .returning(*columns)
        ).one_or_none()
        row = written or session.execute(select(*columns).where(MailMessage.once == mail.once)).one()
        return Promise(row.id, row.message_id, row.state)

    def find(self, session: Session, message_id: str) -> UUID | None:
        """The mail that travelled under this Message-ID."""
        return session.scalar(select(MailMessage.id).where(MailMessage.message_id == message_id))

    def mark_sent(
        self, session: Session, row_id: UUID, mail: Mail, recipient_hash: bytes, now: datetime
    ) -> None:
        """It is out. A retry may have gone to a corrected address: the log says where it went. What its server has told
        meanwhile stands."""
        self._write(
            session,
            row_id,
            state=case((MailMessage.state.in_(_TOLD), MailMessage.state), else_=MailState.SENT),
            sent_at=now,
            failure=case((MailMessage.state.in_(_TOLD), MailMessage.failure), else_=None),
            recipient=mail.recipient,
            recipient_hash=recipient_hash,
            subject=mail.subject,
        )

    def mark_told(self, session: Session, row_id: UUID, outcome: MailOutcome, detail: str | None) -> None:
        """What became of it after it was sent; a delay changes nothing yet."""
        if outcome in _FURTHER:
            session.execute(
                update(MailMessage)
                .where(MailMessage.id == row_id, MailMessage.state.in_(_FURTHER[outcome]))
                .values(
                    state=MailState(outcome.value),
                    failure=None if outcome is MailOutcome.DELIVERED else detail,
                )
            )

    def mark_suppressed(self, session: Session, row_id: UUID, reason: str) -> None:
        """Its address takes no mail: it was not sent."""
        self._write(session, row_id, state=MailState.SUPPRESSED, failure=reason)

    def mark_failed(self, session: Session, row_id: UUID, failure: str) -> None:
        """It will never go out as it is."""
        self._write(session, row_id, state=MailState.FAILED, failure=failure)

    def note_failure(self, session: Session, row_id: UUID, failure: str) -> None:
        """This attempt failed; the row stays queued for the next."""
        self._write(session, row_id, state=MailState.QUEUED, failure=failure)

    def _write(self, session: Session, row_id: UUID, **values: object) -> None:
        session.execute(update(MailMessage).where(MailMessage.id == row_id).values(**values))


def _lock_key(once: str) -> int:
    """A signed 64-bit key of PostgreSQL's advisory locks, in a space of this table's own."""
    return int.from_bytes(hashlib.sha256(b"mail_message:" + once.encode()).digest()[:8], signed=True)
