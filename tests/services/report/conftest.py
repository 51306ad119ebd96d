"""A business with rentals in two zones and two currencies, and managers who ask."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import wireup

from exodrive.core.actor import Actor
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.ids import new_secret
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.booking.models import Booking, CancellationPolicy
from exodrive.services.car.models import Car, Location
from exodrive.services.payment.contracts import Move, MoveState
from exodrive.services.payment.models import Payment
from tests.factories import add, make_booking, make_car, make_location, make_policy, make_quote
from tests.services.booking.post import open_post
from tests.smtp import Inbox
from tests.staff import actor_of, make_staff


def at(text: str) -> datetime:
    """An instant in UTC: `at("2026-03-08 10:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def policy(database: Database) -> CancellationPolicy:
    return make_policy(database)


@pytest.fixture
def west(database: Database) -> Car:
    return make_car(database, make_location(database), plate="WEST 1")


@pytest.fixture
def east(database: Database) -> Car:
    place: Location = make_location(
        database, slug="london", name="London", zone="Europe/London", currency="GBP", country="GB"
    )
    return make_car(database, place, make="Bentley", plate="EAST 1")


@pytest.fixture
def rent(database: Database, policy: CancellationPolicy) -> Callable[..., Booking]:
    """`rent(car, "2026-05-01 10:00", "2026-05-03 10:00")`: a completed rental."""

    def make(car: Car, start: str, end: str, **over: Any) -> Booking:
        quote = make_quote(database, car, starts_at=at(start), ends_at=at(end))
        return make_booking(database, car, policy, quote, **{"state": "completed"} | over)

    return make


@pytest.fixture
def settle(database: Database) -> Callable[..., Payment]:
    """`settle(booking, Move.CAPTURE, 1000, "2026-05-01 10:00")`: a move that succeeded then."""

    def make(booking: Booking, move: Move, amount: int, when: str, **over: Any) -> Payment:
        values = {
            "booking_id": booking.id,
            "gateway": "sandbox",
            "move": Move.AUTHORISE,
            "state": MoveState.SUCCEEDED,
            "amount": amount,
            "currency": booking.currency,
            "idempotency_key": new_secret(),
            "created_at": at(when),
            "settled_at": at(when),
        }
        parent = add(database, Payment(**values | {"gateway_reference": new_secret()}))
        moved = {"move": move, "parent_id": parent.id, "idempotency_key": new_secret()}
        return add(database, Payment(**values | moved | over))

    return make


@pytest.fixture
def manager(database: Database, get: Any) -> Actor:
    return actor_of(make_staff(database, get(StaffKeys), StaffRole.MANAGER))


@pytest.fixture
def work(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox
) -> Iterator[Any]:
    """The worker that runs what was promised."""
    with open_post(container, database, clock, smtp) as made:
        yield made
