"""A search that is asked again is answered from memory, and never tells of a car that was held before it was asked."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.booking.hold import HoldService
from exodrive.services.car.desk import CarDeskService
from exodrive.services.car.desk_contracts import ChangeCar, RetireCar
from exodrive.services.car.models import CarImage
from exodrive.services.media.contracts import Direction
from exodrive.services.media.service import PhotoService
from exodrive.services.pricing.contracts import Adjustment
from exodrive.services.pricing.rate_desk import RateDeskService
from exodrive.services.pricing.rate_desk_contracts import AddSeason
from tests.api.conftest import TRIP, Fleet, Keys
from tests.api.test_booking import DRIVER
from tests.factories import add, make_car
from tests.statements import statements

CACHE = "Cache-Status"
HIT, MISS = "exodrive; hit", "exodrive; fwd=miss"


def search(client: FlaskClient, **over: Any) -> tuple[str, list[str]]:
    """Where the answer came from, and the cars in it."""
    told = client.get("/api/v1/cars", query_string=TRIP | over)
    assert told.status_code == 200
    return told.headers[CACHE], [one["slug"] for one in told.get_json()["items"]]


def hold(client: FlaskClient, wish: dict[str, Any]) -> dict[str, Any]:
    quote = client.post("/api/v1/quotes", json=wish).get_json()["id"]
    told = client.post("/api/v1/bookings", json=DRIVER | {"quote_id": quote})
    assert told.status_code == 201
    held: dict[str, Any] = told.get_json()
    return held


def test_asked_again_nothing_is_read(client: FlaskClient, fleet: Fleet, database: Database) -> None:
    first = search(client)
    with statements(database) as sent:
        again = search(client)
    assert (first, again) == ((MISS, [fleet.car.slug]), (HIT, [fleet.car.slug]))
    assert sent == []
    assert search(client, limit=3)[0] == MISS
    assert search(client, fields="slug")[0] == MISS


def test_a_form_that_is_read_otherwise_is_another_question(client: FlaskClient, fleet: Fleet) -> None:
    search(client, limit=3)
    assert client.post("/api/v1/rpc/car.search", json=TRIP | {"limit": "3"}).status_code == 422
    told = client.post("/api/v1/rpc/car.search", json=TRIP | {"limit": 3})
    assert (told.status_code, told.headers[CACHE]) == (200, MISS)


def test_a_refusal_is_not_kept(client: FlaskClient, fleet: Fleet) -> None:
    for _ in range(2):
        told = client.get("/api/v1/cars?limit=0")
        assert (told.status_code, CACHE in told.headers) == (422, False)


def test_in_a_batch_reads_see_one_state(client: FlaskClient, fleet: Fleet) -> None:
    search(client)
    calls = [{"procedure": "car.search", "input": TRIP}] * 2
    results = client.post("/api/v1/batch", json={"calls": calls}).get_json()["results"]
    assert [one["headers"][CACHE] for one in results] == [MISS, MISS]


class Deeds:
    """What changes the fleet, one after the other."""

    def __init__(self, get: Any, client: FlaskClient, fleet: Fleet, keys: Keys, clock: ManualClock) -> None:
        self._get, self._client, self._fleet, self._keys, self._clock = get, client, fleet, keys, clock

    def hold_and_cancel(self) -> list[Callable[[], object]]:
        held: dict[str, Any] = {}

        def cancel() -> None:
            own = {"Authorization": f"Bearer {held['token']}"}
            path = f"/api/v1/bookings/{held['id']}/cancellation"
            assert self._client.post(path, json={"refund": 0, "kept": 0}, headers=own).status_code == 200

        return [lambda: held.update(hold(self._client, self._fleet.wish)), cancel]

    def hold_and_expire(self) -> list[Callable[[], object]]:
        def expire() -> None:
            self._clock.move(timedelta(hours=1))
            assert self._get(HoldService).expire_due() == 1

        return [lambda: hold(self._client, self._fleet.wish), expire]

    def work_on_the_car(self) -> list[Callable[[], object]]:
        desk: CarDeskService = self._get(CarDeskService)
        car, by = UUID(str(self._fleet.car.id)), self._keys.manager
        return [
            lambda: desk.change(car, ChangeCar(version=1, daily_rate=77_700), by),
            lambda: desk.retire(car, RetireCar(version=2), by),
            lambda: desk.reinstate(car, RetireCar(version=3), by),
        ]

    def move_and_take_off_a_photograph(self) -> list[Callable[[], object]]:
        photos: PhotoService = self._get(PhotoService)
        car, by = UUID(str(self._fleet.car.id)), self._keys.manager
        first, second = (
            add(
                self._get(Database),
                CarImage(
                    car_id=car,
                    position=place,
                    path=f"{place}",
                    widths=[480],
                    width=480,
                    height=320,
                    alt_text="A car",
                ),
            ).id
            for place in (1, 2)
        )
        return [
            lambda: photos.move(car, second, Direction.EARLIER, by),
            lambda: photos.remove(car, first, by),
        ]

    def add_and_remove_a_season(self) -> list[Callable[[], object]]:
        desk: RateDeskService = self._get(RateDeskService)
        june = AddSeason(
            label="June",
            starts_on=date(2026, 6, 1),
            ends_on=date(2026, 6, 30),
            adjustment=Adjustment.PERCENT,
            value=15_000,
        )
        made: list[UUID] = []
        return [
            lambda: made.append(desk.add_season(june, self._keys.manager).id),
            lambda: desk.remove_season(made[0], self._keys.manager),
        ]


@pytest.fixture
def deeds(get: Any, client: FlaskClient, fleet: Fleet, keys: Keys, clock: ManualClock) -> Deeds:
    return Deeds(get, client, fleet, keys, clock)


@pytest.mark.parametrize("which", [one for one in vars(Deeds) if not one.startswith("_")])
def test_every_change_is_seen_by_the_next_search(which: str, client: FlaskClient, deeds: Deeds) -> None:
    search(client)
    for deed in getattr(deeds, which)():
        deed()
        assert search(client)[0] == MISS
        assert search(client)[0] == HIT


def test_no_search_shows_a_car_that_was_held_before_it_was_asked(
    app: Flask, fleet: Fleet, database: Database
) -> None:
    """Two who search without a pause while a third holds one car after the other."""
    cars = [fleet.car, *(make_car(database, fleet.location) for _ in range(11))]
    taken: set[str] = set()
    over = threading.Event()

    def someone(address: str) -> FlaskClient:
        client = app.test_client(use_cookies=False)
        client.environ_base["REMOTE_ADDR"] = address
        return client

    def book() -> None:
        client = someone("192.0.2.1")
        try:
            for car in cars:
                hold(client, fleet.wish | {"car": car.slug})
                taken.add(car.slug)
        finally:
            over.set()

    def look(number: int) -> list[tuple[str, set[str]]]:
        seen: list[tuple[str, set[str]]] = []
        client = someone(f"192.0.2.{number}")
        while not over.is_set() and len(seen) < 230:  # of the 240 that one client has in a minute
            known = set(taken)
            where, shown = search(client, limit=50)
            seen.append((where, known.intersection(shown)))
        return seen

    with ThreadPoolExecutor(3) as pool:
        looks = [pool.submit(look, number) for number in (2, 3)]
        pool.submit(book).result()
        seen = [one for each in looks for one in each.result()]
    assert {wrong for _, each in seen for wrong in each} == set()
    assert MISS in {where for where, _ in seen}
    assert search(someone("192.0.2.4"), limit=50)[1] == []
