"""Whatever is held, whenever and with whatever turnaround: no kept search tells anything else than the database does.
The clock stands still, so that nothing is found anew because of its age."""

from datetime import date, time, timedelta
from ipaddress import ip_address
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exodrive.core.cache import AnswerCache
from exodrive.core.db import Database
from exodrive.services.booking.contracts import SearchCars
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.search import SearchService
from exodrive.services.car.models import Car
from exodrive.services.pricing.service import QuoteService
from tests.api.conftest import Fleet
from tests.api.test_cached import search
from tests.factories import make_car
from tests.services.booking.conftest import CUSTOMER, asked, driver

hours = st.integers(8, 20).map(time)


@st.composite
def stays(draw: st.DrawFn) -> dict[str, Any]:
    """In a few weeks of summer, while the place is open."""
    first = date(2026, 6, 4) + timedelta(days=draw(st.integers(0, 24)))
    last = first + timedelta(days=draw(st.integers(1, 9)))
    times = {"pick_up_time": draw(hours), "return_time": draw(hours)}
    return {"pick_up_date": first, "return_date": last, **times}


class Rental:
    """Kept searches, and holds that may be in their way."""

    def __init__(self, get: Any, client: FlaskClient, database: Database, fleet: Fleet) -> None:
        self._addresses = count()
        self._get, self._client, self._database, self._fleet = get, client, database, fleet

    def car(self, turnaround: int) -> Car:
        """A new one."""
        made = make_car(self._database, self._fleet.location, turnaround_minutes=turnaround)
        self._get(AnswerCache).make_known()
        return made

    def hold(self, car: Car, stay: dict[str, Any]) -> None:
        quote = self._get(QuoteService).quote(asked(car, **stay))
        self._get(HoldService).hold(driver(quote), CUSTOMER)

    def told(self, stay: dict[str, Any]) -> list[str]:
        """The cars, as programs are told, each by another address: the limit is not what is looked at."""
        self._client.environ_base["REMOTE_ADDR"] = str(ip_address("192.0.2.0") + next(self._addresses))
        plain = {
            name: str(value)[:10] if "date" in name else f"{value:%H:%M}" for name, value in stay.items()
        }
        return search(self._client, **plain, limit=50)[1]

    def found(self, stay: dict[str, Any]) -> list[str]:
        """The cars, as the database has them."""
        return [one.card.slug for one in self._get(SearchService).search(SearchCars(**stay), size=50).offers]


@pytest.fixture
def rental(get: Any, client: FlaskClient, database: Database, fleet: Fleet) -> Rental:
    return Rental(get, client, database, fleet)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    wanted=st.lists(stays(), min_size=4, max_size=4),
    held=stays(),
    turnaround=st.sampled_from([0, 120, 900, 2880]),
)
def test_what_is_kept_is_what_the_database_has(
    rental: Rental, wanted: list[dict[str, Any]], held: dict[str, Any], turnaround: int
) -> None:
    car = rental.car(turnaround)
    for stay in wanted:
        rental.told(stay)
    rental.hold(car, held)
    assert [rental.told(stay) for stay in wanted] == [rental.found(stay) for stay in wanted]
