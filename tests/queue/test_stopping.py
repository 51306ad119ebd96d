"""Stopping a worker and putting another in its place: nothing is lost, nothing runs twice."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import redis
from sqlalchemy import text

from exodrive.core.db import Database
from exodrive.queue.config import IO_QUEUES
from exodrive.services.job.workers import PoolKind, WorkerBook
from tests.queue.conftest import WORKER, Farm, until
from tests.queue.jobs import Slow

pytestmark = pytest.mark.slow
Promise = Callable[..., None]
States = Callable[[], dict[str, int]]


@pytest.fixture(autouse=True)
def apart(farm: Farm, database: Database) -> Iterator[None]:
    farm.redis.flushall()
    farm.relay()
    yield
    farm.kill_all("worker", "new")


def test_a_new_version_takes_over_and_nothing_is_lost_or_doubled(
    farm: Farm, promise: Promise, states: States, database: Database
):
    old = farm.worker()
    promise(*(Slow(text=str(number), seconds=0.05) for number in range(200)))
    until(lambda: len(farm.notes()) > 40)
    farm.start("new", (*WORKER, "-n", "new@%h"))
    old.terminate()
    assert old.wait(30) == 0
    until(lambda: states() == {"completed": 200})
    assert set(Counter(farm.notes()).values()) == {1}
    with database.read() as connection:
        assert connection.execute(text("SELECT sum(lost), sum(attempts) FROM job")).one() == (0, 200)


def test_a_worker_says_that_it_is_there_until_it_stops(farm: Farm):
    with redis.Redis.from_url(farm.url) as client:
        book = WorkerBook(client)
        worker = farm.worker()
        until(book.present)
        (there,) = book.present() or ()
        assert (there.pool, there.slots, there.queues) == (PoolKind.THREADS, 4, IO_QUEUES)
        worker.terminate()
        assert worker.wait(20) == 0
        assert book.present() == ()


def test_what_does_not_end_in_time_is_given_back(
    farm: Farm, promise: Promise, states: States, database: Database
):
    worker = farm.worker()
    promise(Slow(text="long", seconds=25))
    until(lambda: farm.notes() == ["long begins"])
    worker.terminate()
    assert worker.wait(20) == 0, "it does not wait for the end of what takes so long"
    with database.read() as connection:
        left = connection.execute(text("SELECT attempts, lost, attempt_id FROM job")).one()
        assert left == (0, 0, None)
    farm.worker()
    until(lambda: farm.notes() == ["long begins", "long begins"])
