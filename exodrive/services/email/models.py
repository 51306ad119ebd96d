"""The mail log, what mail servers told of it, and the addresses that take no mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EncryptedText, EnumText, one_of
from exodrive.services.email.contracts import MailState
from exodrive.services.email.events_contracts import SuppressionReason


class MailMessage(Keyed, Base):
    """One mail that was promised. `once` is unique: the same promise is one mail, whatever is retried; the same row
    keeps the same Message-ID, by which a receiver drops a copy. `particulars` are ids and codes that, with the booking,
    it can be made of again; `again_of` is the mail that it repeats."""

    __tablename__ = "mail_message"

    once: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("booking.id", ondelete="RESTRICT"))
    again_of: Mapped[UUID | None] = mapped_column(ForeignKey("mail_message.id", ondelete="RESTRICT"))
    particulars: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    recipient: Mapped[str] = mapped_column(EncryptedText)
    recipient_hash: Mapped[bytes | None]
    subject: Mapped[str] = mapped_column(EncryptedText)
    message_id: Mapped[str]
    state: Mapped[MailState] = mapped_column(EnumText(MailState))
    failure: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("state", MailState), name="state"),
        UniqueConstraint("message_id", name="uq_mail_message_message_id"),
        Index("ix_mail_message_booking_id", "booking_id"),
        Index("ix_mail_message_again_of", "again_of", postgresql_where=text("again_of IS NOT NULL")),
        Index("ix_mail_message_created_at", "created_at", "id"),
        Index("ix_mail_message_kind", "kind", "created_at", "id"),
        Index("ix_mail_message_state", "state", "created_at", "id"),
        Index("ix_mail_message_recipient_hash", "recipient_hash", "created_at"),
    )


class MailEvent(Keyed, Base):
    """What a mail provider told, stored raw, once by its id. Its signature covers `token` and not the body, so that a
    token counts for one event only."""

    __tablename__ = "mail_event"

    source: Mapped[str]
    event_id: Mapped[str]
    token: Mapped[str]
    body: Mapped[str] = mapped_column(EncryptedText)
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
    mail_id: Mapped[UUID | None] = mapped_column(ForeignKey("mail_message.id", ondelete="RESTRICT"))
    outcome: Mapped[str | None]
    detail: Mapped[str | None]
    occurred_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("source", "event_id", name="uq_mail_event_event_id"),
        UniqueConstraint("source", "token", name="uq_mail_event_token"),
        Index("ix_mail_event_mail_id", "mail_id", "occurred_at"),
    )


class MailSuppression(Keyed, Base):
    """An address that takes no mail from us until it is lifted. One open row an address."""

    __tablename__ = "mail_suppression"

    recipient_hash: Mapped[bytes]
    recipient: Mapped[str] = mapped_column(EncryptedText)
    reason: Mapped[SuppressionReason] = mapped_column(EnumText(SuppressionReason))
    detail: Mapped[str | None]
    mail_id: Mapped[UUID | None] = mapped_column(ForeignKey("mail_message.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("reason", SuppressionReason), name="reason"),
        Index(
            "uq_mail_suppression_recipient_hash",
            "recipient_hash",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index("ix_mail_suppression_created_at", "created_at", "id"),
    )


class MarketingConsent(Keyed, Base):
    """Somebody asked for news: when, and under which version of the words. One open row an address; asking again after
    stopping is a row of its own."""

    __tablename__ = "marketing_consent"

    recipient_hash: Mapped[bytes]
    recipient: Mapped[str] = mapped_column(EncryptedText)
    wording: Mapped[int] = mapped_column(SmallInteger)
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_marketing_consent_recipient_hash",
            "recipient_hash",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )
