"""Tables of bookings, of their notes, and of the one cancellation policy."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EncryptedText, EnumText, one_of
from exodrive.services.booking.contracts import BookingState


class CancellationPolicy(Keyed, Base):
    """What comes back on cancelling. `tiers` as `[{"hours": 168, "refund": 10000}, …]`, dearest first: at least so
    many hours before pick-up, so many basis points of what was paid. The newest version counts for new bookings."""

    __tablename__ = "cancellation_policy"

    version: Mapped[int] = mapped_column(SmallInteger, unique=True)
    grace_minutes: Mapped[int]
    tiers: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Booking(Keyed, Base):
    """A booking. The driver's particulars that could be abused are encrypted; the link to it is a signed token of
    which only the hash is here; `link_version` revokes it. `partner_id` is the partner who made it, if one did. Balance
    is never stored: payments are its ledger."""

    __tablename__ = "booking"

    reference: Mapped[str] = mapped_column(String(8), unique=True)
    state: Mapped[BookingState] = mapped_column(EnumText(BookingState))
    car_id: Mapped[UUID] = mapped_column(ForeignKey("car.id", ondelete="RESTRICT"))
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quote.id", ondelete="RESTRICT"), unique=True)
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("cancellation_policy.id", ondelete="RESTRICT"))
    pick_up_location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    return_location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int]
    deposit: Mapped[int]
    customer_name: Mapped[str] = mapped_column(EncryptedText)
    customer_email: Mapped[str] = mapped_column(EncryptedText)
    customer_email_hash: Mapped[bytes]
    customer_phone: Mapped[str] = mapped_column(EncryptedText)
    birth_date: Mapped[str] = mapped_column(EncryptedText)
    licence_number: Mapped[str] = mapped_column(EncryptedText)
    licence_country: Mapped[str] = mapped_column(EncryptedText)
    delivery_address: Mapped[str | None] = mapped_column(EncryptedText)
    consent_at: Mapped[datetime]
    locale: Mapped[str] = mapped_column(server_default="en")
    link_hash: Mapped[bytes] = mapped_column(unique=True)
    link_version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner.id", ondelete="RESTRICT"))
    hold_expires_at: Mapped[datetime | None]
    hold_extensions: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]

    __table_args__ = (
        CheckConstraint(one_of("state", BookingState), name="state"),
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("total >= 0 AND deposit >= 0", name="amounts"),
        CheckConstraint("(state = 'held') = (hold_expires_at IS NOT NULL)", name="hold"),
        Index("ix_booking_car_id_starts_at", "car_id", "starts_at"),
        Index("ix_booking_state_starts_at", "state", "starts_at"),
        Index("ix_booking_starts_at", "starts_at", "id"),
        Index("ix_booking_ends_at", "ends_at", "id"),
        Index("ix_booking_created_at", "created_at", "id"),
        Index("ix_booking_pick_up_location_id_starts_at", "pick_up_location_id", "starts_at", "id"),
        Index("ix_booking_customer_email_hash", "customer_email_hash"),
        Index("ix_booking_partner_id", "partner_id", "id", postgresql_where=text("partner_id IS NOT NULL")),
        Index("ix_booking_hold_expires_at", "hold_expires_at", postgresql_where=text("state = 'held'")),
    )


class BookingNote(Keyed, Base):
    """What a member of staff wrote down about a booking. Append-only: a trigger refuses update and delete."""

    __tablename__ = "booking_note"

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id", ondelete="RESTRICT"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    text: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_booking_note_booking_id", "booking_id", "created_at"),)
