"""What is said for every job costs the same in a burst that the planner knows nothing of."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import redis
from sqlalchemy import text

from exodrive.core.clock import SystemClock
from exodrive.core.contract import contract
from exodrive.core.db import Database, make_engine
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState, Policy, job
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.job.attempt_repository import AttemptRepository
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.breakers import BreakerService
from exodrive.services.job.dispatch import DispatchService
from exodrive.settings import Settings

KINDS = ("test.burst",)
LEASE = timedelta(seconds=15)
BURST = 1000


@job("test.burst", Policy(queue="email"))
@contract
class Burst:
    """One of many."""

    number: int


@pytest.fixture
def single(settings: Settings, database: Database) -> Iterator[Database]:
    """The same database by one connection, so that it is known which one has prepared what."""
    made = make_engine(settings.database_url.get_secret_value(), pool_size=1)
    yield Database(made)
    made.dispose()


def promise(database: Database, number: int) -> None:
    with UnitOfWorkFactory(database, SystemClock())() as uow:
        for one in range(number):
            uow.enqueue(Burst(number=one))
        uow.commit()


def test_it_is_planned_a_few_times_and_not_each_time(single: Database, redis_client: redis.Redis):
    clock = SystemClock()
    dispatch = DispatchService(single, clock, BreakerService(single, clock, redis_client))
    attempts = AttemptService(single, clock)
    for _ in range(30):
        promise(single, 1)
        (due,) = dispatch.publish(queues=("email", "payment"), kinds=KINDS, bound=10)
        (attempt,) = attempts.claim_all([due.id], kinds=KINDS, lease=LEASE)
        assert attempts.end(attempt) is JobState.COMPLETED
    with single.read() as connection:
        prepared = connection.execute(
            text(
                "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%job%'"
            )
        ).all()
    assert len(prepared) == 4, "promised, published, claimed, ended"
    assert all(plans.custom_plans <= 5 < plans.generic_plans for plans in prepared), prepared


def test_a_claim_reads_what_it_asks_for_and_nothing_else(single: Database):
    promise(single, BURST)
    with single.read() as connection:
        asked = list(connection.execute(text("SELECT id FROM job LIMIT 3")).scalars())
    now = SystemClock().now()
    with single.wire() as wire, wire.transaction():
        found = AttemptRepository(wire).claim(
            [*asked, new_id()], kinds=KINDS, worker="w", until=now + LEASE, now=now + LEASE
        )
        (read,) = wire.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'job'"
        )
    assert [one.job_id for one in found] == asked
    assert read[0] < 20, f"of {BURST}"
