"""The mail server goes away and comes back: with the real sender, worker and relay's look, on a real SMTP server."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import redis
import wireup
from sqlalchemy import text

from exodrive.container import create_container
from exodrive.core import ledger
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.resilience import System
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.queue import registry
from exodrive.queue import workers as all_workers
from exodrive.queue.config import Timing
from exodrive.queue.runner import Runner
from exodrive.services.content.contracts import SendContactMessage
from exodrive.services.job.breakers import BreakerService
from exodrive.services.job.dispatch import DispatchService
from exodrive.settings import Settings
from tests.smtp import Inbox

Get = Callable[[type[Any]], Any]
assert all_workers.__all__  # whose import fills the registry
NEEDS_NOTHING = {"email.campaign_sent", "email.event"}  # read what the provider tells us
MAILS = 15


class Workers:
    """A relay's look at the ledger, and a worker; `settings` say where the mail server is."""

    def __init__(self, container: wireup.SyncContainer) -> None:
        self._dispatch = container.get(DispatchService)
        self._runner = Runner(container, Timing())

    def send(self) -> list[UUID]:
        due = self._dispatch.publish(queues=("email",), kinds=registry.handled(), bound=100)
        return [one.id for one in due]

    def work(self, ids: list[UUID]) -> None:
        self._runner.run(ids)

    def close(self) -> None:
        self._runner.close()


@pytest.fixture
def workers(container: wireup.SyncContainer) -> Iterator[Workers]:
    made = Workers(container)
    yield made
    made.close()


@pytest.fixture
def cut_off(
    settings: Settings, clock: ManualClock, database: Database, container: wireup.SyncContainer
) -> Iterator[Workers]:
    """Those for whom nobody answers at the mail server's address."""
    away = create_container(settings.model_copy(update={"smtp_port": 1}), clock=clock, database=database)
    made = Workers(away)
    yield made
    made.close()
    away.close()


@pytest.fixture
def promised(get: Get) -> None:
    with get(UnitOfWorkFactory)() as uow:
        for number in range(MAILS):
            message = SendContactMessage(
                id=str(number), name="Ada", email="ada@example.org", topic="booking", message="Hello there."
            )
            uow.enqueue(message)
        uow.commit()


def rows(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(text("SELECT state, attempts, error_code FROM job ORDER BY id")))


@pytest.fixture
def pause_over(redis_client: redis.Redis) -> Callable[[], None]:
    """Lets the breaker's pause be over, as if it had opened earlier."""

    def pass_by() -> None:
        redis_client.set("exodrive:breaker:mail:pybreaker:opened_at", int(time.time()) - 60)
        redis_client.delete("exodrive:breaker:mail:sent")

    return pass_by


@pytest.mark.usefixtures("promised")
def test_an_outage_costs_no_mail_its_attempts(
    cut_off: Workers, database: Database, clock: ManualClock, pause_over: Callable[[], None], get: Get
):
    cut_off.work(cut_off.send())
    failed, spared = rows(database)[:10], rows(database)[10:]
    assert {(row.state, row.attempts) for row in failed} == {("retrying", 1)}
    assert {tuple(row) for row in spared} == {("retrying", 0, "breaker_open")}
    clock.move(timedelta(minutes=10))
    for _ in range(5):
        assert cut_off.send() == [], "while it is left alone, none is sent to a worker"
        pause_over()
        trial = cut_off.send()
        assert len(trial) == 1
        cut_off.work(trial)
        clock.move(timedelta(minutes=10))
    (mail, _) = get(BreakerService).breakers()
    assert (mail.state, mail.waiting) == ("open", MAILS)
    assert sum(row.attempts for row in rows(database)) == 10 + 5


@pytest.mark.usefixtures("promised")
def test_when_it_answers_again_one_mail_finds_out_and_all_go(
    cut_off: Workers, workers: Workers, database: Database, pause_over: Callable[[], None], smtp: Inbox
):
    cut_off.work(cut_off.send())
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET run_at = created_at"))  # their pauses are over
    pause_over()
    (trial,) = workers.send()
    assert workers.send() == []
    workers.work([trial])
    assert len(smtp.messages) == 1
    rest = workers.send()
    assert len(rest) == MAILS - 1
    workers.work(rest)
    assert {row.state for row in rows(database)} == {"completed"}
    assert len(smtp.messages) == MAILS


def test_every_mail_waits_for_the_mail_server():
    known = [ledger.kinds()[name] for name in registry.handled()]
    kinds = [kind for kind in known if kind.payload.__module__.startswith("exodrive.")]
    mails = {kind.name for kind in kinds if kind.policy.queue == "email"} - NEEDS_NOTHING
    assert {kind.name for kind in kinds if kind.policy.needs is System.MAIL} == mails
