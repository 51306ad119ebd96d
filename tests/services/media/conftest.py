"""A car, a manager who sends photographs of it, and the worker that prepares them."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import wireup

from exodrive.core.actor import Actor
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.car.models import Car
from exodrive.services.media.contracts import AddPhoto
from exodrive.services.media.service import PhotoService
from tests.factories import make_car, make_location, make_policy
from tests.services.booking.post import open_post
from tests.smtp import Inbox
from tests.staff import actor_of, make_staff

Send = Callable[..., UUID]


@pytest.fixture
def car(database: Database) -> Car:
    make_policy(database)
    return make_car(database, make_location(database))


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


@pytest.fixture
def send(get: Any, car: Car, manager: Actor, work: Any) -> Send:
    """`send(contents, "What it shows")`: a photograph, and its job done."""

    def make(contents: bytes, alt_text: str = "The car from the front") -> UUID:
        photo_id: UUID = get(PhotoService).add(car.id, AddPhoto(alt_text=alt_text), contents, manager)
        work.run("image")
        assert work.failed() == []
        return photo_id

    return make


@pytest.fixture
def take_off(get: Any, car: Car, manager: Actor) -> Callable[[UUID], None]:
    """Take a photograph off the car's page."""
    return lambda photo_id: get(PhotoService).remove(car.id, photo_id, manager)
