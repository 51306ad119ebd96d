"""Whatever is written of claims, the next search knows, also where the car is being moved at the same moment."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import redis
from flask.testing import FlaskClient
from sqlalchemy import text

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.period import Period
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.booking.contracts import HoldCar
from exodrive.services.booking.hold import HoldService
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.car.desk import CarDeskService
from exodrive.services.car.desk_contracts import ChangeCar
from exodrive.services.car.errors import CarTaken
from exodrive.services.car.models import Location
from tests.api.conftest import Fleet, Keys
from tests.api.test_booking import DRIVER
from tests.api.test_cached import HIT, MISS, hold, search
from tests.factories import make_car, make_location
from tests.statements import statements

HERE, THERE = {"pick_up_location": "los-angeles"}, {"pick_up_location": "miami"}


@pytest.fixture
def there(database: Database) -> Location:
    """Another place, without a car."""
    return make_location(database, slug="miami", name="Miami")


Write = Callable[[AvailabilityService, UnitOfWork, UUID], None]


def _extend(availability: AvailabilityService, uow: UnitOfWork, booking: UUID) -> None:
    availability.extend(uow, booking, uow.now + timedelta(minutes=15))


@pytest.mark.parametrize("write", [_extend, AvailabilityService.confirm])
def test_a_hold_that_has_lapsed_counts_again(
    write: Write, get: Any, client: FlaskClient, fleet: Fleet, clock: ManualClock
) -> None:
    """Paid, or extended, in the moment in which it ended."""
    booking = UUID(hold(client, fleet.wish)["id"])
    clock.move(timedelta(hours=1))
    assert [search(client) for _ in range(2)] == [(MISS, [fleet.car.slug]), (HIT, [fleet.car.slug])]
    with get(UnitOfWorkFactory)() as uow:
        write(get(AvailabilityService), uow, booking)
        uow.commit()
    assert search(client) == (MISS, [])


def test_a_car_that_is_claimed_again_is_not_found(
    get: Any, client: FlaskClient, fleet: Fleet, clock: ManualClock
) -> None:
    """As for a payment that comes when the sweep has freed the car."""
    booking = UUID(hold(client, fleet.wish)["id"])
    clock.move(timedelta(hours=1))
    get(HoldService).expire_due()
    assert search(client) == (MISS, [fleet.car.slug])
    start = clock.now() + timedelta(days=9)
    with get(UnitOfWorkFactory)() as uow:
        get(AvailabilityService).reclaim(uow, fleet.car.id, Period(start, start + timedelta(days=1)), booking)
        uow.commit()
    assert search(client) == (MISS, [])


class Sweep:
    """Ends so many holds that have lapsed."""

    def __init__(
        self, get: Any, client: FlaskClient, fleet: Fleet, clock: ManualClock, database: Database
    ) -> None:
        self._get, self._client, self._fleet, self._clock, self._database = (
            get,
            client,
            fleet,
            clock,
            database,
        )

    def of(self, number: int) -> tuple[list[str], int]:
        """The cars that are freed, and how many statements that took."""
        cars = [make_car(self._database, self._fleet.location).slug for _ in range(number)]
        for car in cars:
            hold(self._client, self._fleet.wish | {"car": car})
        self._clock.move(timedelta(hours=1))
        with statements(self._database) as sent:
            assert self._get(HoldService).expire_due() == number
        return cars, len(sent)


@pytest.fixture
def sweep(get: Any, client: FlaskClient, fleet: Fleet, clock: ManualClock, database: Database) -> Sweep:
    return Sweep(get, client, fleet, clock, database)


def test_a_sweep_says_in_one_go_what_it_has_freed(
    sweep: Sweep, client: FlaskClient, redis_client: redis.Redis
) -> None:
    (_, one), (cars, five) = sweep.of(1), sweep.of(5)
    assert one == five
    words: Any = redis_client.mget([f"fleet:car:{car}" for car in cars])
    assert len(set(words)) == 1
    where, shown = search(client)
    assert (where, set(cars) <= set(shown)) == (MISS, True)


class Move:
    """The car goes to Miami, by a manager who takes her time; what is done meanwhile must wait for her."""

    def __init__(self, get: Any, fleet: Fleet, keys: Keys, database: Database) -> None:
        self._get, self._fleet, self._keys, self._database = get, fleet, keys, database

    def meanwhile(self, do: Callable[[], object]) -> Future[object]:
        """What came of it, after the move."""
        with ThreadPoolExecutor(1) as pool, self._get(UnitOfWorkFactory)(self._keys.manager) as uow:
            wish = ChangeCar(version=1, location="miami")
            self._get(CarDeskService).amend(uow, self._fleet.car.id, wish)
            mine = uow.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            begun = pool.submit(do)
            while not begun.done() and not self._waits_for(mine):
                time.sleep(0.01)
            assert not begun.done()
            uow.commit()
        return begun

    def _waits_for(self, pid: int) -> bool:
        waits = text("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE :pid = ANY(pg_blocking_pids(pid)))")
        with self._database.read() as connection:
            return bool(connection.execute(waits, {"pid": pid}).scalar_one())


@pytest.fixture
def move(get: Any, fleet: Fleet, keys: Keys, database: Database, there: Location) -> Move:
    return Move(get, fleet, keys, database)


def test_a_car_that_is_moved_is_not_held_where_it_was(
    move: Move, get: Any, client: FlaskClient, fleet: Fleet, keys: Keys
) -> None:
    quote = client.post("/api/v1/quotes", json=fleet.wish).get_json()["id"]
    who: dict[str, Any] = DRIVER | {"quote_id": UUID(quote), "birth_date": date(1990, 5, 4)}
    wish = HoldCar(**who)
    tried = move.meanwhile(lambda: get(HoldService).hold(wish, keys.manager))
    assert isinstance(tried.exception(), CarTaken)
    assert [search(client, **one)[1] for one in (HERE, THERE)] == [[], [fleet.car.slug]]


def test_a_car_that_is_freed_is_found_where_it_was_moved_to(
    move: Move, get: Any, client: FlaskClient, fleet: Fleet, clock: ManualClock
) -> None:
    hold(client, fleet.wish)
    clock.move(timedelta(hours=1))
    search(client, **THERE)
    assert move.meanwhile(get(HoldService).expire_due).result() == 1
    assert [search(client, **one)[1] for one in (HERE, THERE)] == [[], [fleet.car.slug]]
