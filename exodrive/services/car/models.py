"""Tables of the fleet: where cars live, what they are, and every claim on their time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, TSVECTOR, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EncryptedText, EnumText, one_of
from exodrive.services.car.contracts import (
    MAX_CLAIM_DAYS,
    Body,
    Category,
    ClaimKind,
    Drive,
    Transmission,
)


class Location(Keyed, Base):
    """A place where cars are picked up and returned. `opening_hours` has seven entries from Monday, each
    `["09:00", "18:00"]` in `zone` or null for closed. Tax in basis points of the taxable lines."""

    __tablename__ = "location"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    street: Mapped[str]
    city: Mapped[str]
    region: Mapped[str]
    postal_code: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))
    phone: Mapped[str]
    zone: Mapped[str]
    opening_hours: Mapped[list[Any]]
    lead_time_minutes: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    tax_label: Mapped[str]
    tax_basis_points: Mapped[int]
    active: Mapped[bool] = mapped_column(server_default=text("true"))

    __table_args__ = (
        CheckConstraint("jsonb_array_length(opening_hours) = 7", name="opening_hours"),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 5000", name="tax"),
        CheckConstraint("lead_time_minutes >= 0", name="lead_time"),
    )


class Car(Keyed, Base):
    """A car. Money in minor units of `currency`; `zero_to_hundred` in tenths of a second to 100 km/h; `version`
    counts its changes by staff."""

    __tablename__ = "car"

    slug: Mapped[str] = mapped_column(unique=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    make: Mapped[str]
    model: Mapped[str]
    year: Mapped[int] = mapped_column(SmallInteger)
    category: Mapped[Category] = mapped_column(EnumText(Category))
    body: Mapped[Body] = mapped_column(EnumText(Body))
    seats: Mapped[int] = mapped_column(SmallInteger)
    power_hp: Mapped[int] = mapped_column(SmallInteger)
    top_speed_kmh: Mapped[int] = mapped_column(SmallInteger)
    zero_to_hundred: Mapped[int] = mapped_column(SmallInteger)
    transmission: Mapped[Transmission] = mapped_column(EnumText(Transmission))
    drive: Mapped[Drive] = mapped_column(EnumText(Drive))
    engine: Mapped[str]
    colour: Mapped[str]
    plate: Mapped[str] = mapped_column(unique=True)
    vin: Mapped[str] = mapped_column(unique=True)
    features: Mapped[list[str]]
    description: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    daily_rate: Mapped[int]
    weekend_rate: Mapped[int]
    deposit: Mapped[int]
    included_miles: Mapped[int]
    overage_per_mile: Mapped[int]
    minimum_days: Mapped[int] = mapped_column(SmallInteger)
    minimum_age: Mapped[int] = mapped_column(SmallInteger)
    turnaround_minutes: Mapped[int]
    featured: Mapped[int | None] = mapped_column(SmallInteger)
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    words: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "to_tsvector('simple', make || ' ' || model || ' ' || year::text || ' ' || colour || ' ' || engine"
            " || ' ' || body || ' ' || replace(category, '_', ' '))",
            persisted=True,
        ),
        deferred=True,
    )

    __table_args__ = (
        CheckConstraint(one_of("category", Category), name="category"),
        CheckConstraint(one_of("body", Body), name="body"),
        CheckConstraint(one_of("transmission", Transmission), name="transmission"),
        CheckConstraint(one_of("drive", Drive), name="drive"),
        CheckConstraint("daily_rate > 0 AND weekend_rate > 0 AND deposit >= 0", name="rates"),
        CheckConstraint("minimum_days BETWEEN 1 AND 30 AND minimum_age BETWEEN 18 AND 40", name="minimums"),
        CheckConstraint("turnaround_minutes BETWEEN 0 AND 2880", name="turnaround"),
        Index("ix_car_daily_rate", "daily_rate", "id", postgresql_where=text("active")),
        Index(
            "ix_car_location_id_daily_rate",
            "location_id",
            "daily_rate",
            "id",
            postgresql_where=text("active"),
        ),
        Index("ix_car_words", "words", postgresql_using="gin"),
        Index("ix_car_featured", "featured", postgresql_where=text("active AND featured IS NOT NULL")),
    )


class CarImage(Keyed, Base):
    """A photograph. The files are `<path>-<width>.avif` and `.webp` for each of `widths`; `width` × `height` is
    the largest."""

    __tablename__ = "car_image"

    car_id: Mapped[UUID] = mapped_column(ForeignKey("car.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    path: Mapped[str]
    widths: Mapped[list[int]]
    width: Mapped[int]
    height: Mapped[int]
    alt_text: Mapped[str]

    __table_args__ = (Index("uq_car_image_position", "car_id", "position", unique=True),)


class Claim(Keyed, Base):
    """A claim on a car's time: the one place that says whether a car is taken.

    [`starts_at`, `ends_at`) includes the car's turnaround after the return. The exclusion constraint decides; a claim
    that no longer counts is deleted (its story is in the booking and the audit)."""

    __tablename__ = "claim"

    car_id: Mapped[UUID] = mapped_column(ForeignKey("car.id", ondelete="RESTRICT"))
    kind: Mapped[ClaimKind] = mapped_column(EnumText(ClaimKind))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    during: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE, Computed("tstzrange(starts_at, ends_at, '[)')", persisted=True), deferred=True
    )
    booking_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("booking.id", ondelete="RESTRICT"), unique=True
    )
    expires_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint(one_of("kind", ClaimKind), name="kind"),
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint(f"ends_at <= starts_at + interval '{MAX_CLAIM_DAYS} days'", name="length"),
        CheckConstraint("(kind IN ('hold', 'booking')) = (booking_id IS NOT NULL)", name="booking"),
        CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name="expiry"),
        ExcludeConstraint(("car_id", "="), ("during", "&&"), name="ex_claim_car_id_during", using="gist"),
        Index(
            "ix_claim_car_id_starts_at", "car_id", "starts_at", postgresql_include=["ends_at", "expires_at"]
        ),
        Index("ix_claim_starts_at", "starts_at", postgresql_include=["car_id", "ends_at", "expires_at"]),
        Index("ix_claim_expires_at", "expires_at", postgresql_where=text("kind = 'hold'")),
    )
