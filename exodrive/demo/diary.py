"""Bookings and service days around today, so that the demo's calendars show life."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import wireup
from sqlalchemy import select

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import ExodriveError
from exodrive.core.ids import new_id, new_reference
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.models import Booking, CancellationPolicy
from exodrive.services.car.contracts import ClaimKind
from exodrive.services.car.models import Car, Claim, Location
from exodrive.services.payment.contracts import Move, MoveState
from exodrive.services.payment.models import Payment
from exodrive.services.pricing.contracts import QuoteCar, QuoteView
from exodrive.services.pricing.service import QuoteService

_HORIZON_DAYS = 75
_FIRST_NAMES = ("Maya", "Theo", "Ines", "Jonah", "Priya", "Luca", "Amara", "Felix", "Noor", "Clara")
_LAST_NAMES = ("Okafor", "Lindqvist", "Marchetti", "Haddad", "Brandt", "Sato", "Reyes", "Whitlock")


class Diary:
    """Writes rentals at the prices of real quotes; dates that a location's rules refuse are left out."""

    def __init__(self, container: wireup.SyncContainer) -> None:
        self._quotes = container.get(QuoteService)
        self._links = container.get(BookingLinks)
        self._database = container.get(Database)
        self._now = container.get(Clock).now()
        self._chance = random.Random(7)  # noqa: S311  the same demo on every machine
        with self._database.sessions() as session:
            self._policy: UUID = session.scalars(select(CancellationPolicy.id)).one()

    def fill(self, car: Car, home: Location) -> None:
        """Two months and a half of a car's days, with gaps between them."""
        zone, chance = ZoneInfo(home.zone), self._chance
        today = self._now.astimezone(zone).date()
        day = today - timedelta(days=chance.randint(1, 9))
        while (day := day + timedelta(days=chance.randint(4, 19))) < today + timedelta(days=_HORIZON_DAYS):
            days = max(car.minimum_days, chance.randint(1, 5))
            if chance.random() < 0.12:
                self._service(car, datetime.combine(day, time(8), zone))
            else:
                self._rental(car, home, day, days)
            day += timedelta(days=days)

    def _service(self, car: Car, opens: datetime) -> None:
        claim = Claim(
            car_id=car.id,
            kind=ClaimKind.MAINTENANCE,
            starts_at=opens,
            ends_at=opens + timedelta(hours=30),
            reason="Yearly service",
        )
        with self._database.sessions() as session:
            session.add(claim)
            session.commit()

    def _rental(self, car: Car, home: Location, day: date, days: int) -> None:
        asked = QuoteCar(
            car=car.slug,
            pick_up_location=home.slug,
            pick_up_date=day,
            pick_up_time=time(self._chance.choice((10, 11, 12, 14))),
            return_date=day + timedelta(days=days),
            return_time=time(10),
        )
        try:
            quote = self._quotes.quote(asked)
        except ExodriveError:
            return
        name = f"{self._chance.choice(_FIRST_NAMES)} {self._chance.choice(_LAST_NAMES)}"
        booking = self._booking(quote, name)
        with self._database.sessions() as session:
            session.add(booking)
            session.flush()
            session.add_all((_claim(car, booking), _payment(booking)))
            session.commit()

    def _booking(self, quote: QuoteView, name: str) -> Booking:
        booking_id, booked_at = new_id(), self._now - timedelta(days=3)
        return Booking(
            id=booking_id,
            reference=new_reference(),
            state=BookingState.CONFIRMED,
            car_id=quote.car_id,
            quote_id=quote.id,
            policy_id=self._policy,
            pick_up_location_id=quote.pick_up_location.id,
            return_location_id=quote.return_location.id,
            starts_at=quote.starts_at,
            ends_at=quote.ends_at,
            currency=quote.currency,
            total=quote.total,
            deposit=quote.deposit,
            consent_at=booked_at,
            created_at=booked_at,
            confirmed_at=booked_at,
            link_hash=self._links.hash(self._links.token(booking_id, 1)),
            **self._person(name),
        )

    def _person(self, name: str) -> dict[str, Any]:
        email = f"{name.lower().replace(' ', '.')}@example.com"
        return {
            "customer_name": name,
            "customer_email": email,
            "customer_email_hash": self._links.customer(email),
            "customer_phone": "+1 310 555 0100",
            "birth_date": "1984-05-17",
            "licence_number": "D0000000",
            "licence_country": "US",
        }


def _claim(car: Car, booking: Booking) -> Claim:
    return Claim(
        car_id=car.id,
        kind=ClaimKind.BOOKING,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at + timedelta(minutes=car.turnaround_minutes),
        booking_id=booking.id,
    )


def _payment(booking: Booking) -> Payment:
    """Paid outside of the sandbox, as at the counter: settled, with nothing left to do for a job."""
    payment_id = new_id()
    return Payment(
        id=payment_id,
        booking_id=booking.id,
        gateway="demo",
        move=Move.AUTHORISE,
        state=MoveState.SUCCEEDED,
        amount=booking.total,
        currency=booking.currency,
        idempotency_key=str(payment_id),
        gateway_reference=str(payment_id),
        created_at=booking.created_at,
        settled_at=booking.created_at,
    )
