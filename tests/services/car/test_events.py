"""What others are told of cars: by whoever writes them."""

from typing import Any

import pytest

from exodrive.core.actor import Actor
from exodrive.core.contract import load
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.car.desk import CarDeskService
from exodrive.services.car.desk_contracts import ChangeCar, RetireCar
from exodrive.services.webhook.delivery import DeliveryService
from exodrive.services.webhook.event_contracts import CarPayload
from exodrive.services.webhook.feed import EventFeedService
from tests.factories import make_location
from tests.services.car.test_desk import NEW
from tests.staff import actor_of, make_staff


@pytest.fixture
def manager(database: Database, get: Any) -> Actor:
    return actor_of(make_staff(database, get(StaffKeys), StaffRole.MANAGER))


def test_from_its_first_day_to_its_last(database: Database, get: Any, manager: Actor) -> None:
    make_location(database)
    desk = get(CarDeskService)
    car = desk.create(NEW, manager)
    car = desk.change(car.id, ChangeCar(version=car.version, daily_rate=150_000), manager)
    desk.change(car.id, ChangeCar(version=car.version, daily_rate=150_000), manager)  # which is no change
    car = desk.retire(car.id, RetireCar(version=car.version), manager)
    desk.reinstate(car.id, RetireCar(version=car.version), manager)
    get(DeliveryService).fan_out()
    events = get(EventFeedService).after(None, actor=manager).items
    assert [one.type.value for one in events] == [
        "car.published",
        "car.changed",
        "car.retired",
        "car.published",
    ]
    stories = [load(CarPayload, one.data) for one in events]
    assert [story.daily_rate for story in stories] == [149_000, 150_000, 150_000, 150_000]
    assert [story.active for story in stories] == [True, True, False, True]
    assert {(one.subject_id, story.id, story.slug) for one, story in zip(events, stories, strict=True)} == {
        (car.id, car.id, car.slug)
    }
    assert stories[0].location == "los-angeles"
