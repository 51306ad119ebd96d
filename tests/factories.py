"""Rows with sensible values, committed; a test names only what matters to it."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from exodrive.core.crypto import digest
from exodrive.core.db import Base, Database
from exodrive.core.ids import new_id, new_reference, new_secret
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.models import Booking, CancellationPolicy
from exodrive.services.car.contracts import Body, Category, ClaimKind, Drive, Transmission
from exodrive.services.car.models import Car, Claim, Location
from exodrive.services.partner.contracts import PartnerState
from exodrive.services.partner.models import Partner
from exodrive.services.pricing.models import Quote

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
Row = TypeVar("Row", bound=Base)


def add(database: Database, row: Row) -> Row:
    """Commit one row; it stays readable."""
    with database.sessions() as session:
        session.add(row)
        session.commit()
        session.expunge(row)
    return row


def make_location(database: Database, **over: Any) -> Location:
    """Los Angeles, open 08:00 to 20:00 all week, 120 minutes of lead time, 9.5 % tax. A second one needs a slug."""
    values: dict[str, Any] = {
        "slug": "los-angeles",
        "name": "Los Angeles",
        "street": "8500 Wilshire Boulevard",
        "city": "Beverly Hills",
        "region": "CA",
        "postal_code": "90211",
        "country": "US",
        "phone": "+1 310 555 0142",
        "zone": "America/Los_Angeles",
        "opening_hours": [["08:00", "20:00"]] * 7,
        "lead_time_minutes": 120,
        "currency": "USD",
        "tax_label": "Sales tax",
        "tax_basis_points": 950,
        "active": True,
    }
    return add(database, Location(**values | over))


def make_car(database: Database, location: Location, **over: Any) -> Car:
    """A car at the location: 890 a day, 990 on weekend days, 5,000 deposit, from 25 years, 120 minutes turnaround."""
    mark = new_reference()
    values: dict[str, Any] = {
        "slug": f"ferrari-roma-{mark.lower()}",
        "location_id": location.id,
        "make": "Ferrari",
        "model": "Roma",
        "year": 2024,
        "category": Category.GRAND_TOURER,
        "body": Body.COUPE,
        "seats": 4,
        "power_hp": 612,
        "top_speed_kmh": 320,
        "zero_to_hundred": 34,
        "transmission": Transmission.AUTOMATIC,
        "drive": Drive.REAR,
        "engine": "3.9 V8",
        "colour": "Rosso Corsa",
        "plate": mark,
        "vin": f"ZFF98RNA{mark}0"[:17],
        "features": ["Apple CarPlay"],
        "description": "A grand tourer for the coast road.",
        "currency": location.currency,
        "daily_rate": 89_000,
        "weekend_rate": 99_000,
        "deposit": 500_000,
        "included_miles": 100,
        "overage_per_mile": 350,
        "minimum_days": 1,
        "minimum_age": 25,
        "turnaround_minutes": 120,
        "featured": None,
        "active": True,
    }
    return add(database, Car(**values | over))


def make_policy(database: Database, **over: Any) -> CancellationPolicy:
    """Whole refund until 168 h before pick-up, half until 48 h, then none; 60 minutes of grace."""
    values: dict[str, Any] = {
        "version": 1,
        "grace_minutes": 60,
        "tiers": [{"hours": 168, "refund": 10_000}, {"hours": 48, "refund": 5_000}],
    }
    return add(database, CancellationPolicy(**values | over))


def make_quote(database: Database, car: Car, **over: Any) -> Quote:
    """Three days from ten days after `NOW`, one line and no tax."""
    starts_at = over.get("starts_at", NOW + timedelta(days=10))
    total = over.get("total", 3 * car.daily_rate)
    line = {
        "code": "rental",
        "label": "Rental",
        "quantity": 3,
        "unit": "day",
        "unit_amount": total // 3,
        "amount": total,
        "taxable": True,
    }
    values: dict[str, Any] = {
        "car_id": car.id,
        "pick_up_location_id": car.location_id,
        "return_location_id": car.location_id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(days=3),
        "days": 3,
        "young_driver": False,
        "currency": car.currency,
        "lines": [line],
        "total": total,
        "deposit": car.deposit,
        "included_miles": 3 * car.included_miles,
        "overage_per_mile": car.overage_per_mile,
        "asked": {"car": car.slug},
        "created_at": NOW,
        "expires_at": NOW + timedelta(minutes=30),
    }
    return add(database, Quote(**values | over))


def make_partner(database: Database, **over: Any) -> Partner:
    """An active partner."""
    values: dict[str, Any] = {
        "name": "Palm Hotel",
        "email": "desk@palm.example",
        "state": PartnerState.ACTIVE,
        "created_at": NOW,
    }
    return add(database, Partner(**values | over))


def make_booking(
    database: Database, car: Car, policy: CancellationPolicy, quote: Quote | None = None, **over: Any
) -> Booking:
    """A confirmed booking of its quote's period with its claim; `state=BookingState.HELD` makes a hold. Bookings in
    an ended state have no claim."""
    quote = quote or make_quote(database, car)
    held = over.get("state") == BookingState.HELD
    values: dict[str, Any] = {
        "reference": new_reference(),
        "state": BookingState.CONFIRMED,
        "car_id": car.id,
        "quote_id": quote.id,
        "policy_id": policy.id,
        "pick_up_location_id": quote.pick_up_location_id,
        "return_location_id": quote.return_location_id,
        "starts_at": quote.starts_at,
        "ends_at": quote.ends_at,
        "currency": quote.currency,
        "total": quote.total,
        "deposit": quote.deposit,
        "customer_name": "Ada Lovelace",
        "customer_email": "ada@example.com",
        "customer_email_hash": digest("ada@example.com"),
        "customer_phone": "+1 310 555 0100",
        "birth_date": "1985-12-10",
        "licence_number": "D1234567",
        "licence_country": "US",
        "consent_at": NOW,
        "link_hash": digest(new_secret()),
        "hold_expires_at": NOW + timedelta(minutes=15) if held else None,
        "created_at": NOW,
        "confirmed_at": None if held else NOW,
    }
    booking = add(database, Booking(**values | over))
    if booking.state in (BookingState.HELD, BookingState.CONFIRMED, BookingState.ACTIVE):
        make_claim(database, car, booking)
    return booking


def make_claim(database: Database, car: Car, booking: Booking, **over: Any) -> Claim:
    """The claim of a booking on its car, with the turnaround."""
    held = booking.state == BookingState.HELD
    values: dict[str, Any] = {
        "id": new_id(),
        "car_id": car.id,
        "kind": ClaimKind.HOLD if held else ClaimKind.BOOKING,
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at + timedelta(minutes=car.turnaround_minutes),
        "booking_id": booking.id,
        "expires_at": booking.hold_expires_at,
    }
    return add(database, Claim(**values | over))
