"""Killing parts of the queue: nothing is lost, and what runs twice has one effect in the ledger."""

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from exodrive.core.db import Database
from tests.queue.conftest import Farm, until
from tests.queue.jobs import Note, Slow

pytestmark = pytest.mark.slow
Promise = Callable[..., None]
States = Callable[[], dict[str, int]]


@pytest.fixture(autouse=True)
def apart(farm: Farm, database: Database) -> Iterator[None]:
    """Each test begins with a broker that knows nothing. Relay and worker go on from test to test."""
    farm.redis.flushall()
    yield
    farm.kill_all("beat")


def test_a_job_whose_worker_is_killed_runs_again(
    farm: Farm, promise: Promise, states: States, database: Database
):
    worker, _ = farm.worker(), farm.relay()
    promise(Slow(text="killed", seconds=3))
    until(lambda: farm.notes() == ["killed begins"])
    farm.kill(worker)
    farm.worker()
    until(lambda: states() == {"completed": 1})
    assert farm.notes() == ["killed begins", "killed begins", "killed ends"]
    with database.read() as connection:
        assert connection.execute(text("SELECT lost, attempts FROM job")).one() == (1, 1)


def test_a_broker_that_loses_everything_loses_no_job(farm: Farm, promise: Promise, states: States):
    farm.kill_all("worker")
    farm.relay()
    promise(*(Note(text=str(number)) for number in range(120)))
    until(lambda: states() == {"waiting": 120})
    farm.stop_valkey()
    promise(*(Note(text=str(number)) for number in range(120, 130)))  # the business goes on
    time.sleep(0.5)
    farm.start_valkey()
    assert farm.redis.dbsize() == 0, "it has forgotten everything"
    farm.worker()
    until(lambda: states() == {"completed": 130})
    assert sorted(farm.notes()) == sorted(f"{number} None" for number in range(130))


def test_a_worker_outlives_its_broker(farm: Farm, promise: Promise, states: States):
    for start in (farm.relay, farm.worker):
        start()
    promise(Note(text="before"))
    until(lambda: states() == {"completed": 1})
    farm.stop_valkey()
    promise(Note(text="meanwhile"))
    time.sleep(0.3)
    farm.start_valkey()
    until(lambda: states() == {"completed": 2})
    assert farm.notes() == ["meanwhile None"]


def test_a_worker_that_is_stopped_finishes_what_it_began_and_returns_the_rest(
    farm: Farm, promise: Promise, states: States
):
    relay, worker = farm.relay(), farm.worker()
    promise(*(Slow(text=str(number), seconds=0.6) for number in range(64)))
    until(lambda: len(farm.notes()) >= 4)
    farm.kill(relay)
    worker.terminate()
    assert worker.wait(60) == 0
    assert "active" not in states()
    notes = farm.notes()
    assert sum(note.endswith("begins") for note in notes) == sum(note.endswith("ends") for note in notes)
    assert sum(states().values()) == 64


def test_two_clocks_promise_each_slot_once(farm: Farm, promise: Promise, database: Database):
    for start in (farm.beat, farm.beat, farm.relay, farm.worker):
        start()
    until(lambda: len(farm.notes()) >= 2)
    farm.redis.flushall()
    until(lambda: len(farm.notes()) >= 2)
    with database.read() as connection:
        slots = "SELECT floor(extract(epoch FROM created_at) / 2), count(*) FROM job GROUP BY 1"
        assert {number for _, number in connection.execute(text(slots))} == {1}
