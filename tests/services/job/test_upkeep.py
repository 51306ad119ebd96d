"""What ended long ago goes; what is limited waits its turn; what is unique for a time is promised once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import redis
from sqlalchemy import text

from exodrive.core.clock import ManualClock
from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState, Policy, job
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.job.contracts import Attempt
from exodrive.services.job.rates import JobRates
from exodrive.services.job.rules import OverRate, judge
from exodrive.services.job.upkeep import JobUpkeepService
from exodrive.settings import Settings

DAY = timedelta(days=1)


@job("test.upkeep", Policy(queue="email"))
@contract
class Kept:
    """For a while."""


def promise(get, **options) -> None:
    with get(UnitOfWorkFactory)() as uow:
        uow.enqueue(Kept(), **options)
        uow.commit()


def end(database: Database, state: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(
            text("UPDATE job SET state = :state, finished_at = created_at WHERE state = 'scheduled'"),
            {"state": state},
        )


@pytest.mark.parametrize("case", [("completed", 7), ("cancelled", 30), ("dead", 90)])
def test_what_ended_is_kept_for_its_time(get, clock: ManualClock, database: Database, case: tuple[str, int]):
    state, days = case
    promise(get)
    end(database, state)
    clock.move(DAY * days)
    assert sum(get(JobUpkeepService).prune().values()) == 0
    clock.move(timedelta(seconds=1))
    promise(get)
    assert get(JobUpkeepService).prune()[JobState(state)] == 1
    with database.read() as connection:
        assert connection.execute(text("SELECT state FROM job")).scalar_one() == "scheduled"


def test_a_key_is_unique_for_a_time_though_its_job_has_ended(get, clock: ManualClock, database: Database):
    def number() -> int:
        with database.read() as connection:
            return int(connection.execute(text("SELECT count(*) FROM job")).scalar_one())

    def once(_: object = None) -> None:
        promise(get, unique_key="one", unique_for=DAY)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(once, range(8)))
    assert number() == 1
    end(database, "completed")
    clock.move(DAY - timedelta(seconds=1))
    once()
    assert number() == 1
    clock.move(timedelta(seconds=1))
    once()
    assert number() == 2


def test_a_limit_is_kept_by_all_workers_together(settings: Settings, redis_client: redis.Redis):
    workers = [JobRates(settings) for _ in range(2)]
    for number in range(10):
        workers[number % 2].take("mail:example.org", 10)
    for worker in workers:
        with pytest.raises(OverRate) as caught:
            worker.take("mail:example.org", 10)
        assert caught.value.retry_after == 6
        worker.take("mail:example.com", 10)


def test_who_waits_for_a_limit_burns_no_attempt(clock: ManualClock):
    attempt = Attempt(
        id=new_id(),
        job_id=new_id(),
        kind="test.upkeep",
        sealed=b"",
        attempts=7,
        max_attempts=8,
        request_id=None,
        worker="w",
        due_at=clock.now(),
    )
    verdict = judge(OverRate("enough", retry_after=6), attempt, Policy(queue="email"), clock.now())
    assert (verdict.state, verdict.counts, verdict.error_code) == (JobState.RETRYING, False, "over_rate")
    assert verdict.run_at is not None
    assert timedelta(seconds=6) <= verdict.run_at - clock.now() <= timedelta(seconds=12)


def test_without_redis_nothing_is_held_back(settings: Settings):
    away = settings.model_copy(update={"redis_url": type(settings.redis_url)("redis://127.0.0.1:1/0")})
    rates = JobRates(away)
    for _ in range(3):
        rates.take("mail:example.org", 1)
