"""A small business: one location, one policy, one car, and a driver who wants it."""

from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any

import pytest
import wireup

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.booking.contracts import HeldView, HoldCar
from exodrive.services.booking.hold import HoldService
from exodrive.services.car.models import Car, Location
from exodrive.services.pricing.contracts import QuoteCar, QuoteView
from exodrive.services.pricing.service import QuoteService
from tests.factories import make_car, make_location, make_policy
from tests.smtp import Inbox

CUSTOMER = Actor(kind=ActorKind.CUSTOMER, request_id="test-request")


def asked(car: Car, **over: Any) -> QuoteCar:
    values: dict[str, Any] = {
        "car": car.slug,
        "pick_up_location": "los-angeles",
        "pick_up_date": date(2026, 6, 20),
        "pick_up_time": time(10),
        "return_date": date(2026, 6, 23),
        "return_time": time(10),
    }
    return QuoteCar(**values | over)


def driver(quote: QuoteView, **over: Any) -> HoldCar:
    values: dict[str, Any] = {
        "quote_id": quote.id,
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "phone": "+1 310 555 0100",
        "birth_date": date(1985, 12, 10),
        "licence_number": "D1234567",
        "licence_country": "US",
        "consent": True,
    }
    return HoldCar(**values | over)


@pytest.fixture
def home(database: Database) -> Location:
    make_policy(database)
    return make_location(database)


@pytest.fixture
def car(database: Database, home: Location) -> Car:
    return make_car(database, home)


@pytest.fixture
def quote(get: Any, car: Car) -> Callable[..., QuoteView]:
    """`quote(pick_up_date=…)`: a stored price of the car."""

    def make(**over: Any) -> QuoteView:
        made: QuoteView = get(QuoteService).quote(asked(over.pop("of", car), **over), CUSTOMER)
        return made

    return make


@pytest.fixture
def hold(get: Any, quote: Callable[..., QuoteView]) -> Callable[..., HeldView]:
    """`hold(pick_up_date=…)`: a hold of the car."""

    def make(**over: Any) -> HeldView:
        made: HeldView = get(HoldService).hold(driver(quote(**over)), CUSTOMER)
        return made

    return make


@pytest.fixture
def desk(get: Any, database: Database, clock: ManualClock) -> Any:
    """The customer after the hold."""
    from tests.services.booking.desk import Desk

    return Desk(get, database, clock)


@pytest.fixture
def post(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox
) -> Iterator[Any]:
    """The worker that runs what was promised."""
    from tests.services.booking.post import open_post

    with open_post(container, database, clock, smtp) as made:
        yield made
