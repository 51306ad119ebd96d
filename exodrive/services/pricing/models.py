"""Tables of prices. Money in minor units, percentages in basis points (10,000 = 100 %)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EnumText, one_of
from exodrive.services.pricing.contracts import Adjustment, Charge


class Season(Keyed, Base):
    """Dates (both included) on which a day costs otherwise. The narrowest wins: car, then location, then all;
    among equals the later start."""

    __tablename__ = "season"

    label: Mapped[str]
    car_id: Mapped[UUID | None] = mapped_column(ForeignKey("car.id", ondelete="CASCADE"))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    adjustment: Mapped[Adjustment] = mapped_column(EnumText(Adjustment))
    value: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("adjustment", Adjustment), name="adjustment"),
        CheckConstraint("ends_on >= starts_on AND value > 0", name="range"),
        Index("ix_season_ends_on", "ends_on"),
    )


class LongStayTier(Keyed, Base):
    """From the `from_day`-th day on, each day costs `discount` basis points less (graduated: earlier days keep
    theirs). Days are counted from the dearest down: see `day_rates`."""

    __tablename__ = "long_stay_tier"

    from_day: Mapped[int] = mapped_column(SmallInteger, unique=True)
    discount: Mapped[int]

    __table_args__ = (CheckConstraint("from_day >= 2 AND discount BETWEEN 1 AND 9000", name="range"),)


class Extra(Keyed, Base):
    """Something that can be added. `cap` bounds a per-day extra's amount for one piece."""

    __tablename__ = "extra"

    code: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    description: Mapped[str]
    charge: Mapped[Charge] = mapped_column(EnumText(Charge))
    price: Mapped[int]
    cap: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    taxable: Mapped[bool]
    position: Mapped[int] = mapped_column(SmallInteger)
    active: Mapped[bool] = mapped_column(server_default=text("true"))

    __table_args__ = (
        CheckConstraint(one_of("charge", Charge), name="charge"),
        CheckConstraint("price >= 0 AND (cap IS NULL OR cap >= price)", name="price"),
    )


class DeliveryBand(Keyed, Base):
    """Bringing the car, or fetching it, up to `max_miles` from the location: `fee` each way."""

    __tablename__ = "delivery_band"

    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    code: Mapped[str]
    label: Mapped[str]
    max_miles: Mapped[int] = mapped_column(SmallInteger)
    fee: Mapped[int]

    __table_args__ = (
        CheckConstraint("max_miles > 0 AND fee >= 0", name="range"),
        Index("uq_delivery_band_code", "location_id", "code", unique=True),
    )


class OneWayFee(Keyed, Base):
    """Return at another location. No row: that way is not offered."""

    __tablename__ = "one_way_fee"

    from_location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    to_location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    fee: Mapped[int]

    __table_args__ = (
        CheckConstraint("fee >= 0 AND from_location_id <> to_location_id", name="range"),
        Index("uq_one_way_fee", "from_location_id", "to_location_id", unique=True),
    )


class YoungDriverFee(Keyed, Base):
    """Drivers younger than `below_age` at pick-up pay `per_day` at this location."""

    __tablename__ = "young_driver_fee"

    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), unique=True)
    below_age: Mapped[int] = mapped_column(SmallInteger)
    per_day: Mapped[int]

    __table_args__ = (CheckConstraint("below_age > 18 AND per_day >= 0", name="range"),)


class PromoCode(Keyed, Base):
    """A code off the rental. Valid while the quote is made in [`starts_at`, `ends_at`); null limits are none."""

    __tablename__ = "promo_code"

    code: Mapped[str] = mapped_column(unique=True)
    adjustment: Mapped[Adjustment] = mapped_column(EnumText(Adjustment))
    value: Mapped[int]
    currency: Mapped[str | None] = mapped_column(String(3))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    limit_total: Mapped[int | None]
    limit_per_customer: Mapped[int | None]

    __table_args__ = (
        CheckConstraint(one_of("adjustment", Adjustment), name="adjustment"),
        CheckConstraint("code = upper(code)", name="code"),
        CheckConstraint("value > 0 AND (adjustment = 'fixed' OR value <= 9000)", name="value"),
        CheckConstraint("(adjustment = 'fixed') = (currency IS NOT NULL)", name="currency"),
    )


class PromoRedemption(Keyed, Base):
    """A booking that uses a code; deleted when its hold expires. `customer` is a keyed hash of the e-mail address."""

    __tablename__ = "promo_redemption"

    promo_code_id: Mapped[UUID] = mapped_column(ForeignKey("promo_code.id", ondelete="RESTRICT"))
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id", ondelete="RESTRICT"), unique=True)
    customer: Mapped[bytes]

    __table_args__ = (Index("ix_promo_redemption_code", "promo_code_id", "customer"),)


class Quote(Base, Keyed):
    """An itemised price, immutable. `lines` as `QuoteLine`; `asked` is the command it answers (no personal data)."""

    __tablename__ = "quote"

    car_id: Mapped[UUID] = mapped_column(ForeignKey("car.id", ondelete="RESTRICT"))
    pick_up_location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    return_location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    days: Mapped[int] = mapped_column(SmallInteger)
    young_driver: Mapped[bool]
    promo_code_id: Mapped[UUID | None] = mapped_column(ForeignKey("promo_code.id", ondelete="RESTRICT"))
    currency: Mapped[str] = mapped_column(String(3))
    lines: Mapped[list[Any]]
    total: Mapped[int]
    deposit: Mapped[int]
    included_miles: Mapped[int]
    overage_per_mile: Mapped[int]
    asked: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("ends_at > starts_at AND expires_at > created_at", name="order"),
        CheckConstraint("total >= 0 AND deposit >= 0 AND days >= 1", name="amounts"),
        Index("ix_quote_expires_at", "expires_at"),
    )
