"""A write under a key has its effect once: twice sent, sent by many at once, killed in the middle."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from exodrive.core.clock import ManualClock, SystemClock
from exodrive.core.db import Database, make_engine
from exodrive.core.errors import ExodriveError, Missing
from exodrive.core.types import key_ring
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.idempotency.contracts import KeptAnswer
from exodrive.services.idempotency.errors import KeyInFlight, KeyReused
from exodrive.services.idempotency.service import KEPT, IdempotencyService
from exodrive.services.job.contracts import PruneJobs
from exodrive.settings import Settings

SAME = {"client": "key:1", "key": "first", "fingerprint": b"asked"}


@pytest.fixture
def once(get: Any) -> Callable[..., KeptAnswer]:
    return get(IdempotencyService).once  # type: ignore[no-any-return]  # `get` is untyped


def effect(uows: UnitOfWorkFactory) -> Callable[[], KeptAnswer]:
    """A unit of work that promises a job."""

    def have() -> KeptAnswer:
        with uows() as uow:
            job_id = uow.enqueue(PruneJobs())
            uow.commit()
        return KeptAnswer(status=201, body=f'"{job_id}"')

    return have


def effects(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM job")).scalar_one())


def test_the_second_is_told_what_the_first_was(once: Any, get: Any, database: Database) -> None:
    have = effect(get(UnitOfWorkFactory))
    first, second = once(have, **SAME), once(have, **SAME)
    assert (first.replayed, second.replayed) == (False, True)
    assert (first.status, first.body) == (second.status, second.body)
    assert effects(database) == 1


def test_a_key_is_one_clients_and_for_one_wish(once: Any, get: Any, database: Database) -> None:
    have = effect(get(UnitOfWorkFactory))
    once(have, **SAME)
    once(have, **SAME | {"client": "key:2"})
    once(have, **SAME | {"key": "second"})
    with pytest.raises(KeyReused):
        once(have, **SAME | {"fingerprint": b"something else"})
    assert effects(database) == 3


def test_of_many_at_once_one_has_the_effect(once: Any, get: Any, database: Database) -> None:
    have = effect(get(UnitOfWorkFactory))

    def send(_: int) -> KeptAnswer | ExodriveError:
        try:
            return once(have, **SAME)  # type: ignore[no-any-return]  # `once` is untyped
        except KeyInFlight as error:
            return error

    with ThreadPoolExecutor(50) as many:
        told = list(many.map(send, range(50)))
    answers = [one for one in told if isinstance(one, KeptAnswer)]
    assert len({one.body for one in answers}) == 1
    assert sum(not one.replayed for one in answers) == 1
    assert effects(database) == 1


def test_a_refusal_is_not_kept_but_what_it_wrote_is(once: Any, get: Any, database: Database) -> None:
    have = effect(get(UnitOfWorkFactory))

    def refuse() -> KeptAnswer:
        have()
        raise Missing("There is no such thing.")

    for _ in range(2):
        with pytest.raises(Missing):
            once(refuse, **SAME)
    assert effects(database) == 2
    assert not once(have, **SAME).replayed


def test_what_fails_unexpectedly_leaves_nothing(once: Any, get: Any, database: Database) -> None:
    have = effect(get(UnitOfWorkFactory))

    def break_off() -> KeptAnswer:
        have()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once(break_off, **SAME)
    assert effects(database) == 0
    assert not once(have, **SAME).replayed


def test_a_unit_that_is_left_undoes_only_itself(once: Any, get: Any, database: Database) -> None:
    uows: UnitOfWorkFactory = get(UnitOfWorkFactory)
    have = effect(uows)

    def try_first() -> KeptAnswer:
        with uows() as uow:
            uow.session.execute(text("DELETE FROM job"))
            uow.enqueue(PruneJobs())
        return have()

    once(have, **SAME | {"key": "earlier"})
    once(try_first, **SAME)
    assert effects(database) == 2


def test_an_effect_elsewhere_is_outside_the_transaction(once: Any, get: Any, database: Database) -> None:
    have = effect(get(UnitOfWorkFactory))

    def visible() -> KeptAnswer:
        answer = have()
        with database.engine.connect() as other:
            assert other.execute(text("SELECT count(*) FROM job")).scalar_one() == 1
        return answer

    first = once(visible, **SAME, together=False)
    assert once(visible, **SAME, together=False) == KeptAnswer(status=201, body=first.body, replayed=True)


def _killed(settings: Settings, *, after: bool) -> None:
    """In a process of its own: dies by `kill -9` between the effect and its commit, or just after it."""
    from exodrive.core.crypto import Cipher

    key_ring.fill(Cipher([key.get_secret_value() for key in settings.encryption_keys]))
    database = Database(make_engine(settings.database_url.get_secret_value(), pool_size=2))
    have = effect(UnitOfWorkFactory(database, SystemClock()))

    def die() -> KeptAnswer:
        answer = have()
        if not after:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    IdempotencyService(database, SystemClock()).once(die, client="key:1", key="first", fingerprint=b"asked")
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("after", [False, True])
def test_killed_before_or_after_the_commit(
    once: Any, get: Any, settings: Settings, database: Database, after: bool
) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_killed, args=(settings,), kwargs={"after": after}
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert effects(database) == int(after)
    have = effect(get(UnitOfWorkFactory))
    told = _until_free(lambda: once(have, **SAME))
    assert told.replayed is after
    assert effects(database) == 1


def _until_free(send: Callable[[], KeptAnswer]) -> KeptAnswer:
    """PostgreSQL needs a moment to notice that a killed client is gone."""
    for _ in range(1000):
        try:
            return send()
        except KeyInFlight:
            continue
    raise AssertionError("the lock of a killed process is still held")


def test_old_answers_are_forgotten(once: Any, get: Any, clock: ManualClock, database: Database) -> None:
    have = effect(get(UnitOfWorkFactory))
    once(have, **SAME)
    clock.set(clock.now() + KEPT - timedelta(hours=1))
    once(have, **SAME | {"key": "second"})
    service: IdempotencyService = get(IdempotencyService)
    assert service.forget() == 0
    clock.set(clock.now() + timedelta(hours=2))
    assert service.forget() == 1
    assert not once(have, **SAME).replayed


def test_what_is_kept_is_encrypted(once: Any, database: Database) -> None:
    once(lambda: KeptAnswer(status=201, body='{"token": "told only once"}'), **SAME)
    with database.read() as connection:
        kept = connection.execute(text("SELECT body FROM answered_write")).scalar_one()
    assert b"told only once" not in bytes(kept)
