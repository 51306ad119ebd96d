"""A relay and a worker, as in production but for shorter times."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import Celery
from sqlalchemy import text

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.db import Database
from exodrive.queue.broker import Broker
from tests.queue.conftest import Farm, until
from tests.queue.jobs import Endless, Failing, Limited, Note, Slow, Stranger, Told

pytestmark = pytest.mark.slow
Promise = Callable[..., None]
States = Callable[[], dict[str, int]]


@pytest.fixture(scope="module", autouse=True)
def processes(farm: Farm) -> Iterator[None]:
    relay, worker = farm.relay(), farm.worker()
    yield
    for process in (relay, worker):
        process.terminate()
    assert [process.wait(60) for process in (relay, worker)] == [0, 0], "both stop when asked to"


@pytest.fixture(autouse=True)
def forgotten(farm: Farm, database: Database) -> None:
    farm.redis.delete("notes")


def one(database: Database) -> Any:
    with database.read() as connection:
        return connection.execute(text("SELECT * FROM job")).one()


def test_a_job_runs_once_on_behalf_of_its_request(farm: Farm, promise: Promise, states: States, database):
    promise(Note(text="first"), actor=Actor(kind=ActorKind.CUSTOMER, request_id="r-1"))
    until(lambda: states() == {"completed": 1})
    assert farm.notes() == ["first r-1"]
    assert (one(database).attempts, one(database).lost) == (1, 0)


def test_a_backlog_runs_once_each(farm: Farm, promise: Promise, states: States):
    promise(*(Note(text=str(number)) for number in range(300)))
    until(lambda: states() == {"completed": 300})
    assert sorted(farm.notes()) == sorted(f"{number} None" for number in range(300))


def test_a_message_that_comes_often_runs_the_job_once(farm: Farm, promise: Promise, states: States, database):
    promise(Slow(text="once", seconds=0.3))
    app = Celery(broker=farm.url, set_as_current=False)
    broker = Broker(app)
    try:
        for _ in range(10):
            broker.send("email", [one(database).id])
    finally:
        broker.close()
    until(lambda: states() == {"completed": 1})
    until(lambda: farm.redis.llen("email") == 0)
    time.sleep(0.5)
    assert farm.notes() == ["once begins", "once ends"]


def test_a_job_waits_for_its_time(farm: Farm, promise: Promise, states: States):
    due = datetime.now(UTC) + timedelta(seconds=1)
    promise(Note(text="later"), run_at=due)
    time.sleep(0.5)
    assert states() == {"scheduled": 1}
    until(lambda: states() == {"completed": 1})
    assert datetime.now(UTC) >= due


def test_what_fails_for_a_while_succeeds_in_the_end(farm: Farm, promise: Promise, states: States, database):
    promise(Failing(text="third", how="unavailable", times=2))
    until(lambda: states() == {"completed": 1})
    assert farm.notes() == ["third at 3"]
    assert one(database).attempts == 3


@pytest.mark.parametrize(
    "case", [("unavailable", 3, "unavailable"), ("missing", 1, "not_found"), ("?", 3, "unexpected")]
)
def test_what_cannot_succeed_is_dead(promise: Promise, states: States, database, case: tuple[str, int, str]):
    how, tries, code = case
    promise(Failing(text=f"never {how}", how=how))
    until(lambda: states() == {"dead": 1})
    row = one(database)
    assert (row.attempts, row.error_code) == (tries, code)
    assert "secret" not in row.error_text
    assert ("tests/queue/jobs.py" in row.error_text) == (code == "unexpected")


def test_a_job_that_takes_too_long_is_ended_and_its_result_refused(
    farm: Farm, promise: Promise, states: States, database
):
    promise(Endless(text="long"))
    until(lambda: states() == {"dead": 1})
    assert farm.notes() == ["long begins"]
    until(lambda: "long ends" in farm.notes())
    time.sleep(0.2)
    assert (one(database).state, one(database).error_code) == ("dead", "time_limit")


def test_a_kind_that_nobody_knows_waits(farm: Farm, promise: Promise, states: States):
    promise(Stranger(text="?"), Note(text="known"))
    until(lambda: states() == {"completed": 1, "scheduled": 1})


def test_a_lease_is_renewed_while_the_job_runs(farm: Farm, promise: Promise, states: States, database):
    promise(Slow(text="patient", seconds=4))
    until(lambda: states() == {"completed": 1})
    assert farm.notes() == ["patient begins", "patient ends"]
    assert one(database).lost == 0


def test_a_job_tells_how_far_it_is(promise: Promise, states: States, database):
    promise(Told(steps=2))
    until(lambda: states() == {"completed": 1})
    row = one(database)
    assert (row.progress, row.result is not None) == (100, True)
    with database.read() as connection:
        log = connection.execute(text("SELECT log FROM job_attempt")).scalar_one()
    assert [words for _, words in log] == ["all done"]


def test_a_running_job_stops_when_it_is_cancelled(promise: Promise, states: States, database):
    promise(Told(steps=1000))
    until(lambda: one(database).progress is not None)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET cancel_asked_at = now()"))
    until(lambda: states() == {"cancelled": 1})


def test_a_kind_runs_no_more_often_than_its_policy_allows(
    farm: Farm, promise: Promise, states: States, database
):
    promise(*(Limited(text=str(number)) for number in range(3)))
    until(lambda: states() == {"completed": 2, "retrying": 1})
    with database.read() as connection:
        waiting = connection.execute(
            text("SELECT error_code, attempts FROM job WHERE state = 'retrying'")
        ).one()
    assert waiting == ("over_rate", 0)
    assert len(farm.notes()) == 2
