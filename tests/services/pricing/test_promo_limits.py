"""Promo codes in use: limits hold when bookings come at once, and a code comes back with its hold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from exodrive.core.crypto import digest
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.models import Booking
from exodrive.services.car.models import Car
from exodrive.services.pricing.contracts import Adjustment, QuoteView
from exodrive.services.pricing.errors import PromoExhausted
from exodrive.services.pricing.models import PromoCode
from exodrive.services.pricing.service import QuoteService
from tests.factories import NOW, add, make_booking, make_policy, make_quote
from tests.services.pricing.data import asked

RIVALS = 8
ADA, BOB = digest("ada@example.com"), digest("bob@example.com")


@pytest.fixture
def booked(database: Database, car: Car) -> Callable[[], Booking]:
    """Another booking of the car each time, on dates of its own."""
    policy = make_policy(database)
    taken = iter(range(1, 100))

    def make() -> Booking:
        start = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=5 * next(taken))
        quote = make_quote(database, car, starts_at=start, ends_at=start + timedelta(days=2))
        return make_booking(database, car, policy, quote, state=BookingState.HELD)

    return make


def make_promo(database: Database, **limits: int) -> None:
    values: dict[str, Any] = {"limit_total": None, "limit_per_customer": None}
    add(
        database,
        PromoCode(
            code="TENTH",
            adjustment=Adjustment.PERCENT,
            value=1_000,
            starts_at=NOW - timedelta(days=1),
            ends_at=NOW + timedelta(days=1),
            **values | limits,
        ),
    )


def quoted(quotes: QuoteService) -> QuoteView:
    return quotes.quote(asked(promo_code="TENTH"))


def redemptions(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM promo_redemption")).scalar_one())


def test_of_many_bookings_at_once_one_gets_the_last_use_of_a_code(
    database: Database, quotes: QuoteService, uow: UnitOfWorkFactory, booked: Callable[[], Booking], car: Car
) -> None:
    make_promo(database, limit_total=1)
    quote = quoted(quotes)
    bookings = [booked() for _ in range(RIVALS)]
    together = Barrier(RIVALS)

    def book(booking: Booking) -> bool:
        with uow() as work:
            work.session.connection()
            together.wait(10)
            try:
                quotes.redeem(work, quote, booking.id, digest(booking.reference))
            except PromoExhausted:
                return False
            work.commit()
            return True

    with ThreadPoolExecutor(RIVALS) as pool:
        outcomes = list(pool.map(book, bookings))
    assert sorted(outcomes) == [False] * (RIVALS - 1) + [True]
    assert redemptions(database) == 1
    assert quotes.estimate(asked(promo_code="TENTH")).promo_problem == "This code has been used up."


def test_a_code_comes_back_with_its_hold(
    database: Database, quotes: QuoteService, uow: UnitOfWorkFactory, booked: Callable[[], Booking]
) -> None:
    make_promo(database, limit_total=1)
    quote, first, second = quoted(quotes), booked(), booked()
    with uow() as work:
        quotes.redeem(work, quote, first.id, ADA)
        quotes.redeem(work, quote, first.id, ADA)
        with pytest.raises(PromoExhausted) as error:
            quotes.redeem(work, quote, second.id, BOB)
        work.commit()
    assert error.value.fields == {"promo_code": ["The code TENTH has been used up."]}
    with uow() as work:
        quotes.unredeem(work, first.id, second.id)
        quotes.redeem(work, quote, second.id, BOB)
        work.commit()
    assert redemptions(database) == 1


def test_a_customer_has_a_limit_of_their_own(
    database: Database, quotes: QuoteService, uow: UnitOfWorkFactory, booked: Callable[[], Booking]
) -> None:
    make_promo(database, limit_per_customer=1)
    quote = quoted(quotes)
    with uow() as work:
        quotes.redeem(work, quote, booked().id, ADA)
        quotes.redeem(work, quote, booked().id, BOB)
        with pytest.raises(PromoExhausted):
            quotes.redeem(work, quote, booked().id, ADA)


def test_a_code_without_limits_makes_nobody_wait(
    database: Database, quotes: QuoteService, uow: UnitOfWorkFactory, booked: Callable[[], Booking]
) -> None:
    make_promo(database)
    quote, first, second = quoted(quotes), booked(), booked()
    with uow() as one, uow() as other:
        quotes.redeem(one, quote, first.id, ADA)
        quotes.redeem(other, quote, second.id, ADA)
        one.commit()
        other.commit()
    assert redemptions(database) == 2


def test_a_quote_without_a_code_redeems_nothing(
    database: Database, quotes: QuoteService, uow: UnitOfWorkFactory, booked: Callable[[], Booking]
) -> None:
    make_promo(database)
    with uow() as work:
        quotes.redeem(work, replace(quoted(quotes), promo_code=None), booked().id, ADA)
        work.commit()
    assert redemptions(database) == 0
