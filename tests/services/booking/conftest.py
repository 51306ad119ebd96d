"""A small business: one location, one policy, one car, a driver who wants it, and a partner who sends drivers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
import wireup

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.booking.contracts import HeldView, HoldCar
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.holder import Booker, ByLink, ByPartner
from exodrive.services.car.models import Car, Location
from exodrive.services.pricing.contracts import QuoteCar, QuoteView
from exodrive.services.pricing.service import QuoteService
from tests.factories import make_car, make_location, make_partner, make_policy
from tests.smtp import Inbox

CUSTOMER = Actor(kind=ActorKind.CUSTOMER, request_id="test-request")
PARTNER_ID = UUID("0197293a-0000-7000-8000-0000000000aa")
PARTNER = Actor(kind=ActorKind.PARTNER, id=str(PARTNER_ID), request_id="test-request")


@dataclass(frozen=True)
class Way:
    """A way to book: who holds the car, and what opens the booking from then on."""

    actor: Actor

    def holder(self, held: HeldView) -> Booker:
        if self.actor.kind is ActorKind.PARTNER:
            return ByPartner(UUID(self.actor.id), held.booking_id)
        return ByLink(held.token)


WAYS = (pytest.param(Way(CUSTOMER), id="by link"), pytest.param(Way(PARTNER), id="by partner"))


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
    make_partner(database, id=PARTNER_ID)
    return make_location(database)


@pytest.fixture
def car(database: Database, home: Location) -> Car:
    return make_car(database, home)


@pytest.fixture
def quote(get: Any, car: Car) -> Callable[..., QuoteView]:
    """`quote(pick_up_date=…)`: a stored price of the car."""

    def make(**over: Any) -> QuoteView:
        made: QuoteView = get(QuoteService).quote(asked(over.pop("of", car), **over))
        return made

    return make


@pytest.fixture
def way() -> Way:
    """Over the web; a module that shows what holds for partners, too, has a fixture of this name for all `WAYS`."""
    return Way(CUSTOMER)


@pytest.fixture
def hold(get: Any, quote: Callable[..., QuoteView], way: Way) -> Callable[..., HeldView]:
    """`hold(pick_up_date=…)`: a hold of the car."""

    def make(**over: Any) -> HeldView:
        made: HeldView = get(HoldService).hold(driver(quote(**over)), way.actor)
        return made

    return make


@pytest.fixture
def desk(get: Any, database: Database, clock: ManualClock, way: Way) -> Any:
    """The holder after the hold."""
    from tests.services.booking.desk import Desk

    return Desk(get, database, clock, way)


@pytest.fixture
def post(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox
) -> Iterator[Any]:
    """The worker that runs what was promised."""
    from tests.services.booking.post import open_post

    with open_post(container, database, clock, smtp) as made:
        yield made
