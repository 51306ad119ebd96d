"""A worker that forks: jobs that kill it, never return or eat its memory, and its end."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from exodrive.core.db import Database
from tests.queue.conftest import Farm, until
from tests.queue.jobs import Greedy, Heavy, Note, Poison, Stuck

pytestmark = pytest.mark.slow
Promise = Callable[..., None]
States = Callable[[], dict[str, int]]


@pytest.fixture(autouse=True)
def apart(farm: Farm, database: Database) -> None:
    farm.redis.flushall()
    for start in (farm.relay, farm.heavy):
        start()


def test_a_job_that_kills_its_process_is_dead_in_the_end_and_the_queue_lives(
    farm: Farm, promise: Promise, states: States, database: Database
):
    promise(Poison(text="poison"), *(Heavy(text=str(number)) for number in range(20)))
    until(lambda: states() == {"dead": 1, "completed": 20})
    assert farm.notes().count("poison") == 3
    with database.read() as connection:
        dead = connection.execute(text("SELECT kind, lost, error_code FROM job WHERE state = 'dead'")).one()
        story = connection.execute(text("SELECT outcome FROM job_attempt WHERE kind = 'test.poison'"))
        assert (dead, list(story.scalars())) == (("test.poison", 3, "lost"), ["lost"] * 3)


@pytest.mark.parametrize("stubborn", [False, True])
def test_a_job_that_never_returns_is_stopped(
    farm: Farm, promise: Promise, states: States, database: Database, stubborn: bool
):
    promise(*(Stuck(stubborn=stubborn) for _ in range(3 * (os.cpu_count() or 1))))
    promise(Heavy(text="after"))
    until(lambda: set(states()) == {"dead", "completed"})
    with database.read() as connection:
        codes = connection.execute(text("SELECT DISTINCT error_code FROM job WHERE state = 'dead'")).scalars()
        assert list(codes) == ["time_limit"]


def test_a_process_that_has_grown_is_replaced(farm: Farm, promise: Promise, states: States):
    promise(Greedy(text="one"))
    until(lambda: states() == {"completed": 1})
    eater = int(farm.notes()[0].rpartition(" ")[2])
    until(lambda: not Path(f"/proc/{eater}").exists())
    promise(Heavy(text="after"))
    until(lambda: states() == {"completed": 2})


def test_threads_do_not_take_what_is_for_processes(farm: Farm, promise: Promise, states: States):
    farm.worker()
    promise(Note(text="light"), Heavy(text="heavy"))
    until(lambda: states() == {"completed": 2})
    (pid,) = (note.rpartition(" ")[2] for note in farm.notes() if note.startswith("heavy ends"))
    assert int(pid) != farm.worker().pid


def test_a_heavy_worker_that_is_stopped_finishes_what_it_can_and_returns_the_rest(
    farm: Farm, promise: Promise, states: States, database: Database
):
    promise(Heavy(text="short", seconds=1))
    promise(Heavy(text="long", seconds=60))
    until(lambda: {"short begins", "long begins"} <= set(farm.notes()))
    worker = farm.heavy()
    worker.terminate()
    assert worker.wait(30) == 0
    assert states() == {"completed": 1, "scheduled": 1} or states() == {"completed": 1, "waiting": 1}
    with database.read() as connection:
        assert connection.execute(text("SELECT sum(lost), sum(attempts) FROM job")).one() == (0, 1)
