"""Rolling forward and back: rows of an older version, rows of a newer one, payloads that make no sense, other keys."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import wireup
from cryptography.fernet import Fernet
from sqlalchemy import text

from exodrive.core.clock import ManualClock
from exodrive.core.contract import contract
from exodrive.core.crypto import Cipher
from exodrive.core.db import Database
from exodrive.core.ledger import Policy, job
from exodrive.core.types import key_ring
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.queue.config import Timing
from exodrive.queue.registry import handles
from exodrive.queue.runner import Runner

done: list["Greeting"] = []


def _add_manners(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "manners": "polite"}


def _split_name(data: dict[str, Any]) -> dict[str, Any]:
    first, last = data.pop("name").split(" ")
    return {**data, "first": first, "last": last}


@job(
    "test.versions",
    Policy(queue="email", max_attempts=2, first_retry=1),
    version=3,
    upgrades={1: _add_manners, 2: _split_name},
)
@contract
class Greeting:
    """Version 1 had `name` alone, version 2 `manners` beside it."""

    first: str
    last: str
    manners: str


@handles(Greeting)
def greet(payload: Greeting, _container: wireup.SyncContainer) -> None:
    done.append(payload)


@pytest.fixture
def runner(container: wireup.SyncContainer) -> Iterator[Runner]:
    done.clear()
    made = Runner(container, Timing())
    yield made
    made.close()


def promise(get: Callable[[type[Any]], Any]) -> UUID:
    with get(UnitOfWorkFactory)() as uow:
        made: UUID = uow.enqueue(Greeting(first="Ada", last="Lovelace", manners="warm"))
        uow.commit()
    return made


def write(database: Database, job_id: UUID, version: int, payload: Any) -> None:
    """As another version of the product would have written it."""
    raw = payload if isinstance(payload, bytes) else orjson.dumps(payload)
    with database.engine.begin() as connection:
        connection.execute(
            text("UPDATE job SET payload = :payload, payload_version = :version WHERE id = :id"),
            {"payload": key_ring.cipher.encrypt(raw), "version": version, "id": job_id},
        )


def row(database: Database) -> Any:
    with database.read() as connection:
        return connection.execute(text("SELECT * FROM job")).one()


@pytest.mark.parametrize(
    "case",
    [
        (1, {"name": "Ada Lovelace"}, "polite"),
        (2, {"name": "Ada Lovelace", "manners": "cool"}, "cool"),
        (3, {"first": "Ada", "last": "Lovelace", "manners": "warm", "later": "an extra field"}, "warm"),
    ],
)
def test_what_was_promised_before_the_deploy_is_done_after_it(
    runner: Runner, get: Any, database: Database, case: tuple[int, dict[str, str], str]
):
    version, payload, manners = case
    made = promise(get)
    write(database, made, version, payload)
    runner.run([made])
    assert done == [Greeting(first="Ada", last="Lovelace", manners=manners)]
    assert row(database).state == "completed"


def test_after_rolling_back_what_the_newer_version_promised_waits_for_it(
    runner: Runner, get: Any, database: Database, clock: ManualClock
):
    made = promise(get)
    write(database, made, 4, {"whatever": "the future holds"})
    for _ in range(5):
        runner.run([made])
        assert (row(database).state, row(database).error_code) == ("retrying", "newer_version")
        clock.move(timedelta(minutes=1))
    assert row(database).attempts == 0
    write(database, made, 3, {"first": "Ada", "last": "Lovelace", "manners": "warm"})
    runner.run([made])
    assert len(done) == 1


@pytest.mark.parametrize(
    "case",
    [
        (1, {"name": "Ada"}, "cannot be brought from version 1 to 3 (ValueError)"),
        (0, {"name": "Ada Lovelace"}, "cannot be brought from version 0 to 3 (KeyError)"),
        (3, {"first": "Ada"}, "wrong at: last, manners"),
        (3, b"no JSON at all", "is no JSON"),
        (3, b"[1, 2]", "wrong at:"),
    ],
)
def test_a_payload_that_does_not_load_is_dead_with_the_reason(
    runner: Runner, get: Any, database: Database, case: tuple[int, Any, str]
):
    version, payload, told = case
    made = promise(get)
    write(database, made, version, payload)
    runner.run([made])
    found = row(database)
    assert (found.state, found.error_code, found.attempts) == ("dead", "unreadable_payload", 1)
    assert told in found.error_text
    assert "Ada" not in found.error_text
    assert done == []


def test_a_worker_without_the_key_leaves_the_job_to_one_that_has_it(
    runner: Runner, get: Any, database: Database, clock: ManualClock
):
    made = promise(get)
    ours, other = key_ring.cipher, Cipher([Fernet.generate_key().decode()])
    key_ring.fill(other)
    try:
        runner.run([made])
    finally:
        key_ring.fill(ours)
    found = row(database)
    assert (found.state, found.error_code) == ("retrying", "no_key")
    assert found.run_at - clock.now() >= timedelta(minutes=1)
    clock.move(timedelta(minutes=2))
    runner.run([made])
    assert len(done) == 1


@pytest.mark.parametrize("upgrades", [{}, {1: _add_manners}, {2: _split_name, 3: _add_manners}])
def test_upgrades_lead_to_the_version_without_a_gap(upgrades: dict[int, Any]):
    def register() -> object:
        return job("test.versions.gap", Policy(queue="email"), version=3, upgrades=upgrades)

    if not upgrades:
        assert register(), "old rows may be known to be gone"
        return
    with pytest.raises(RuntimeError, match="without a gap"):
        register()
