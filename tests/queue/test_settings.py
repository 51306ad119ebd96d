"""What the settings of the queue mean."""

from collections.abc import Callable, Iterator

import pytest

from tests.queue.conftest import RELAY, WORKER, Farm, until
from tests.queue.jobs import Note, Slow

pytestmark = pytest.mark.slow
Promise = Callable[..., None]
States = Callable[[], dict[str, int]]


@pytest.fixture(autouse=True)
def apart(farm: Farm) -> Iterator[None]:
    farm.redis.flushall()
    yield
    farm.kill_all("worker", "relay")


def test_so_many_jobs_are_handed_out_at_once(farm: Farm, promise: Promise, states: States):
    farm.start("relay", RELAY, QUEUE_MAX_JOBS="10")
    promise(*(Note(text=str(number)) for number in range(50)))
    until(lambda: states() == {"waiting": 10, "scheduled": 40})
    farm.worker()
    until(lambda: states() == {"completed": 50})


@pytest.mark.parametrize("threads", [1, 3])
def test_so_many_jobs_run_at_once(farm: Farm, promise: Promise, states: States, threads: int):
    farm.relay()
    farm.start("worker", WORKER, QUEUE_CONCURRENCY=str(threads))
    promise(*(Slow(text=str(number), seconds=0.5) for number in range(9)))
    until(lambda: states() == {"completed": 9})
    running, most = 0, 0
    for note in farm.notes():
        running += 1 if note.endswith("begins") else -1
        most = max(most, running)
    assert most == threads
