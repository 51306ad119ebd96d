"""SQL of the mail log as the staff read it: each a single statement however long the log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, select, tuple_

from exodrive.services.booking.mail_desk_contracts import FindMails, MailLine
from exodrive.services.booking.models import Booking
from exodrive.services.email.models import MailMessage

_LINE = (
    MailMessage.id,
    MailMessage.kind,
    MailMessage.state,
    MailMessage.recipient,
    MailMessage.subject,
    MailMessage.failure,
    MailMessage.created_at,
    MailMessage.sent_at,
    MailMessage.booking_id,
    Booking.reference,
)


def _lines(*more: Any) -> Select[*tuple[Any, ...]]:
    return select(*_LINE, *more).join(Booking, Booking.id == MailMessage.booking_id, isouter=True)


def find(
    connection: Connection,
    wanted: FindMails,
    *,
    recipient_hash: bytes | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[MailLine]:
    """A page of the log, newest first, from behind `after`."""
    found = _lines().where(*_conditions(wanted, recipient_hash))
    if after is not None:
        found = found.where(tuple_(MailMessage.created_at, MailMessage.id) < tuple_(*after))
    ordered = found.order_by(MailMessage.created_at.desc(), MailMessage.id.desc()).limit(limit)
    return [MailLine(**row) for row in connection.execute(ordered).mappings()]


def _conditions(wanted: FindMails, recipient_hash: bytes | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if recipient_hash is not None:
        found.append(MailMessage.recipient_hash == recipient_hash)
    if wanted.booking:
        booking = select(Booking.id).where(Booking.reference == wanted.booking.strip().upper())
        found.append(MailMessage.booking_id == booking.scalar_subquery())
    if wanted.kind is not None:
        found.append(MailMessage.kind == wanted.kind)
    if wanted.state is not None:
        found.append(MailMessage.state == wanted.state)
    return found


def get(connection: Connection, mail_id: UUID) -> RowMapping | None:
    """One mail with all that the log knows of it."""
    more = (
        MailMessage.once,
        MailMessage.message_id,
        MailMessage.again_of,
        MailMessage.particulars,
        MailMessage.recipient_hash,
    )
    return connection.execute(_lines(*more).where(MailMessage.id == mail_id)).mappings().one_or_none()


def line(row: RowMapping) -> MailLine:
    """The line of a mail that `get` found."""
    return MailLine(**{column.key: row[column.key] for column in _LINE})


def repeats(connection: Connection, mail_id: UUID) -> Sequence[MailLine]:
    """The mails that repeat one, newest first."""
    found = (
        _lines()
        .where(MailMessage.again_of == mail_id)
        .order_by(MailMessage.created_at.desc(), MailMessage.id.desc())
    )
    return [MailLine(**row) for row in connection.execute(found).mappings()]
