"""Each location's evening mail: who comes and goes tomorrow."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.mails_staff import ManifestService
from exodrive.services.booking.models import Booking
from exodrive.services.car.models import Location
from tests.factories import make_booking, make_car, make_location, make_policy, make_quote
from tests.queue.ticks import promise_all
from tests.services.booking.post import Post, words

EVENING = datetime(2026, 6, 9, 1, 0, tzinfo=UTC)  # June 8, 18:00 in Los Angeles
Book = Callable[..., Booking]


@pytest.fixture
def book(database: Database, home: Location) -> Book:
    """`book(starts, ends, state=…)`: a booking of its own car, by instants."""
    policy = make_policy(database, version=2)

    def make(starts: datetime, ends: datetime, **over: Any) -> Booking:
        asked = over.pop("asked", {})
        lines = over.pop("lines", [])
        car = make_car(database, home)
        quote = make_quote(
            database, car, starts_at=starts, ends_at=ends, asked={"car": car.slug, **asked}, lines=lines
        )
        return make_booking(database, car, policy, quote, **over)

    return make


def at(day: int, hour: int) -> datetime:
    """An hour of June 2026 in Los Angeles."""
    return datetime(2026, 6, day, hour, tzinfo=UTC) + timedelta(hours=7)


def test_tomorrow_is_told_in_the_evening_and_once(
    home: Location, book: Book, get: Any, post: Post, clock: ManualClock
) -> None:
    extra = {"code": "extra:seat", "label": "Child seat"}
    second = book(
        at(9, 14),
        at(12, 14),
        asked={"delivery_band": "near"},
        delivery_address="1 Ocean Drive",
        lines=[{"code": "day", "label": "Daily rate"}, extra],
    )
    first = book(at(9, 0), at(11, 10))
    back = book(at(5, 9), at(9, 23), state=BookingState.ACTIVE)
    left_out = [
        book(at(8, 23), at(10, 0)),
        book(at(9, 12), at(11, 12), state=BookingState.HELD),
        book(at(9, 12), at(11, 12), state=BookingState.CANCELLED),
        book(at(5, 12), at(9, 12), state=BookingState.RETURNED),
    ]
    clock.set(EVENING - timedelta(minutes=1))
    promise_all(get, "email.manifest")
    assert post.promised("email.manifest") == []
    for _ in range(4):
        clock.move(timedelta(minutes=1))
        promise_all(get, "email.manifest")
        post.run()
    assert len(post.promised("email.manifest")) == 1
    manifest = post.mail("Los Angeles, Tuesday, June 9, 2026: 2 pick-ups, 1 return")
    assert manifest["To"].addresses[0].addr_spec == "hello@exodrive.example"
    told = words(manifest)
    assert told.index(first.reference) < told.index(second.reference) < told.index(back.reference)
    assert "Child seat Bring to: 1 Ocean Drive" in told
    assert "+1 310 555 0100" in told
    assert not [one.reference for one in left_out if one.reference in told]


def test_a_quiet_day_is_told_too(home: Location, get: Any, post: Post, clock: ManualClock) -> None:
    clock.set(EVENING)
    promise_all(get, "email.manifest")
    post.run()
    assert post.subjects() == ["Los Angeles, Tuesday, June 9, 2026: 0 pick-ups, 0 returns"]


def test_each_location_by_its_own_clock_every_day(
    home: Location, database: Database, get: Any, post: Post, clock: ManualClock
) -> None:
    """Three days across the autumn change in London, looked at every quarter of an hour."""
    make_location(database, slug="london", name="London", zone="Europe/London", currency="GBP")
    clock.set(datetime(2026, 10, 24, 12, tzinfo=UTC))
    for _ in range(4 * 72):
        promise_all(get, "email.manifest")
        clock.move(timedelta(minutes=15))
    post.run()
    due = {(job.run_at.isoformat(timespec="minutes")) for job in post.promised("email.manifest")}
    assert due == {
        "2026-10-24T12:00+00:00",  # the night of Los Angeles is not over yet
        "2026-10-24T17:00+00:00",
        "2026-10-25T01:00+00:00",
        "2026-10-25T18:00+00:00",
        "2026-10-26T01:00+00:00",
        "2026-10-26T18:00+00:00",
        "2026-10-27T01:00+00:00",
    }


def test_a_closed_location_and_a_day_that_is_over_are_not_told(
    home: Location, database: Database, get: Any, post: Post, clock: ManualClock
) -> None:
    closed = make_location(database, slug="closed", active=False)
    service: ManifestService = get(ManifestService)
    clock.set(EVENING)
    service.send(closed.id, date(2026, 6, 9))
    service.send(home.id, date(2026, 6, 7))
    assert post.subjects() == []
