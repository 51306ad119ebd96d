"""What recurs: by the wall of each place, once by any number of clocks, every run on record."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import wireup
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from exodrive.core.clock import ManualClock
from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState, Policy, job
from exodrive.queue.beat import LedgerScheduler
from exodrive.queue.celery_app import create_celery
from exodrive.services.job.rhythm import AtEachPlace, Entry, Place, Recurring, Slot, current_slot, on_wall
from exodrive.services.job.schedule import ScheduleService
from exodrive.services.job.upkeep import JobUpkeepService
from exodrive.settings import Settings
from tests.factories import make_location

Get = Callable[[type[Any]], Any]
MINUTE = timedelta(minutes=1)
ZONES = ["America/Los_Angeles", "Europe/London", "Asia/Dubai", "Australia/Lord_Howe", "America/Havana"]


@job("test.schedule.plain", Policy(queue="email"))
@contract
class Plain:
    """Recurs."""


@job("test.schedule.local", Policy(queue="email"))
@contract
class Evening:
    """Of a place, on a day."""

    place: UUID
    day: date


EVERY = Recurring(Plain(), MINUTE)
DAILY = AtEachPlace(contract=Evening, at=time(18), make=lambda place, day: Evening(place=place, day=day))


def place(zone: str) -> Place:
    return Place(id=new_id(), name="here", zone=zone)


def slot(entry: Entry, now: datetime, *places: Place) -> Slot:
    (found,) = entry.slots(now, places)
    return found


def promise(get: Get, entry: Entry) -> bool:
    service: ScheduleService = get(ScheduleService)
    (found,) = service.slots([entry], service.places())
    return service.promise(found)


def jobs(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(text("SELECT id, state, unique_key FROM job ORDER BY created_at")))


@given(st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC)), st.integers(1, 86_400))
def test_a_moment_is_in_one_slot(now: datetime, seconds: int):
    every = timedelta(seconds=seconds)
    found = current_slot(now, every)
    assert found <= now < found + every
    assert current_slot(found, every) == found
    assert current_slot(found + every, every) == found + every


@given(
    st.integers(0, 3 * 365 * 96).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * n)),
    st.sampled_from(ZONES),
    st.integers(0, 24 * 4 - 1).map(lambda n: time(n // 4, n % 4 * 15)),
)
def test_every_day_of_every_place_has_one_slot(now: datetime, zone: str, at: time):
    entry = AtEachPlace(contract=Evening, at=at, make=lambda place, day: Evening(place=place, day=day))
    here = place(zone)
    found = slot(entry, now, here)
    assert found.at <= now < found.following
    assert timedelta(hours=22) < found.following - found.at < timedelta(hours=26)
    following = slot(entry, found.following, here)
    assert following.at == found.following
    assert isinstance(found.job, Evening)
    assert isinstance(following.job, Evening)
    assert following.job.day - found.job.day == timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2026, 6, 1), time(18), "2026-06-02T01:00"),
        (date(2026, 12, 1), time(18), "2026-12-02T02:00"),
        (date(2026, 3, 8), time(2, 30), "2026-03-08T10:30"),  # skipped: as if the clock had not changed
        (date(2026, 11, 1), time(1, 30), "2026-11-01T08:30"),  # shown twice: the first time
    ],
)
def test_the_wall_decides(day: date, at: time, expected: str):
    assert on_wall(day, at, "America/Los_Angeles") == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_six_in_the_evening_stays_so_when_the_clock_changes():
    zone = ZoneInfo("America/Los_Angeles")
    here = place("America/Los_Angeles")
    seen, now = [], datetime(2026, 10, 30, tzinfo=UTC)
    while now < datetime(2026, 11, 4, tzinfo=UTC):
        now = slot(DAILY, now, here).following
        seen.append(now.astimezone(zone))
    assert {one.time() for one in seen} == {time(18)}
    assert [(b - a).days for a, b in pairwise(seen)] == [1] * (len(seen) - 1)


def test_a_slot_is_promised_once_by_any_number_of_clocks(get: Get, clock: ManualClock, database: Database):
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: promise(get, EVERY), range(8)))
    assert taken.count(True) == 1
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET state = 'completed'"))
    assert not promise(get, EVERY)
    clock.move(MINUTE)
    assert promise(get, EVERY)
    assert len(jobs(database)) == 2
    clock.move(MINUTE)
    assert promise(get, EVERY), "the slot is taken"
    assert len(jobs(database)) == 2, "while the last one is open, the new one is the same"


def test_every_run_is_recorded_with_the_job_that_did_it(get: Get, clock: ManualClock, database: Database):
    begun = current_slot(clock.now(), MINUTE)
    for _ in range(3):
        promise(get, EVERY)
        clock.move(MINUTE)
    (only,) = jobs(database)
    runs = get(ScheduleService).runs("test.schedule.plain")
    assert [run.slot for run in runs] == [begun + 2 * MINUTE, begun + MINUTE, begun]
    assert {run.job_id for run in runs} == {only.id}
    assert {run.state for run in runs} == {JobState.SCHEDULED}


def test_each_place_has_its_own_evening(get: Get, clock: ManualClock, database: Database):
    make_location(database, slug="west", zone="America/Los_Angeles")
    make_location(database, slug="east", zone="America/New_York")
    service: ScheduleService = get(ScheduleService)
    clock.set(datetime(2026, 6, 1, 22, 0, tzinfo=UTC))  # 15:00 and 18:00
    for found in service.slots([DAILY], service.places()):
        service.promise(found)
    assert [row.unique_key for row in jobs(database)] == ["schedule:test.schedule.local@east:2026-06-01"]
    assert service.runs("test.schedule.local@west")[0].job_id is None, (
        "missed by 21 hours: left out, on record"
    )
    clock.move(timedelta(hours=3))
    for found in service.slots([DAILY], service.places()):
        service.promise(found)
    assert [row.unique_key for row in jobs(database)][1:] == ["schedule:test.schedule.local@west:2026-06-01"]


def test_what_was_missed_is_made_up_for_within_its_time(get: Get, clock: ManualClock, database: Database):
    make_location(database, slug="west", zone="America/Los_Angeles")
    clock.set(
        datetime(2026, 6, 2, 12, 59, tzinfo=UTC)
    )  # eleven hours and 59 minutes after six in the evening
    promise(get, DAILY)
    assert len(jobs(database)) == 1


def test_runs_and_what_recurs_no_more_are_forgotten_in_time(get: Get, clock: ManualClock, database: Database):
    promise(get, EVERY)
    clock.move(timedelta(days=30))
    get(JobUpkeepService).prune()
    assert len(get(ScheduleService).runs("test.schedule.plain")) == 1
    clock.move(2 * MINUTE)
    get(JobUpkeepService).prune()
    assert get(ScheduleService).runs("test.schedule.plain") == ()
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM schedule_slot")).scalar_one() == 0


def test_beat_promises_each_slot_once_and_learns_of_new_places(
    settings: Settings, container: wireup.SyncContainer, clock: ManualClock, database: Database
):
    app = create_celery(settings, lambda _: container, schedule=(EVERY, DAILY))
    beat = LedgerScheduler(app)
    for _ in range(3):
        assert beat.tick() == 1
    assert [row.unique_key for row in jobs(database)] == ["schedule:test.schedule.plain"]
    make_location(database, slug="dubai", zone="Asia/Dubai")
    clock.set(datetime(2026, 6, 1, 14, 0, tzinfo=UTC))
    beat.tick()
    assert len(jobs(database)) == 1, "places are looked at now and then"
    beat._asked = None
    beat.tick()
    assert [row.unique_key for row in jobs(database)][1:] == ["schedule:test.schedule.local@dubai:2026-06-01"]


def test_beat_goes_on_when_one_promise_fails(
    settings: Settings, container: wireup.SyncContainer, database: Database
):
    make_location(database, slug="dubai", zone="Asia/Dubai")

    def fail(place: UUID, day: date) -> object:
        return Evening(place=place, day=day) if broken == [] else object()

    broken = [1]
    bad = AtEachPlace(contract=Evening, at=time(0), make=fail, catch_up=timedelta(days=1))
    beat = LedgerScheduler(create_celery(settings, lambda _: container, schedule=(bad, EVERY)))
    beat.tick()
    assert len(jobs(database)) == 1
    broken.clear()
    beat.tick()
    assert len(jobs(database)) == 2, "it is tried again at the next look"
