"""The mail log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EncryptedText, EnumText, one_of
from exodrive.services.email.contracts import MailState


class MailMessage(Keyed, Base):
    """One mail that was promised. `once` is unique: the same promise is one mail, whatever is retried; the same row
    keeps the same Message-ID, by which a receiver drops a copy."""

    __tablename__ = "mail_message"

    once: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("booking.id", ondelete="RESTRICT"))
    recipient: Mapped[str] = mapped_column(EncryptedText)
    subject: Mapped[str] = mapped_column(EncryptedText)
    message_id: Mapped[str]
    state: Mapped[MailState] = mapped_column(EnumText(MailState))
    failure: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("state", MailState), name="state"),
        Index("ix_mail_message_booking_id", "booking_id"),
    )
