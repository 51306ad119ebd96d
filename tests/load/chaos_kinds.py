"""What is done while everything is being killed: each job leaves one mark, however often it runs."""

import time

import wireup
from sqlalchemy import text

from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.errors import Unavailable
from exodrive.core.ledger import Policy, job
from exodrive.queue.registry import handles
from exodrive.services.job.context import JobContext

TABLES = (
    "CREATE TABLE chaos_promise (number bigint PRIMARY KEY)",
    "CREATE TABLE chaos_run (number bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())",
    "CREATE TABLE chaos_effect (number bigint PRIMARY KEY)",
)
_MARK = text("""
WITH run AS (INSERT INTO chaos_run (number) VALUES (:number))
INSERT INTO chaos_effect (number) VALUES (:number) ON CONFLICT DO NOTHING
""")


@job("chaos.light", Policy(queue="email", max_attempts=20, first_retry=0.2, longest_retry=2))
@contract
class Light:
    """For a thread. Each twentieth fails at first."""

    number: int


@job("chaos.heavy", Policy(queue="report", max_attempts=20, first_retry=0.2, longest_retry=2))
@contract
class Heavy:
    """For a process."""

    number: int


@job("chaos.probe", Policy(queue="payment", priority=0, max_attempts=20, first_retry=0.2, longest_retry=2))
@contract
class Probe:
    """Before all others."""

    number: int


@job("chaos.tick", Policy(queue="upkeep", max_attempts=20, first_retry=0.2, longest_retry=2))
@contract
class Tick:
    """What recurs."""


def _mark(container: wireup.SyncContainer, number: int) -> None:
    with container.get(Database).read() as connection:
        connection.execute(_MARK, {"number": number})


@handles(Light)
def light(payload: Light, container: wireup.SyncContainer, own: JobContext) -> None:
    time.sleep(payload.number % 5 / 1000)
    if payload.number % 20 == 0 and own.attempt.attempts == 0:
        raise Unavailable("Not at once.")
    _mark(container, payload.number)


@handles(Heavy)
def heavy(payload: Heavy, container: wireup.SyncContainer) -> None:
    time.sleep(0.02)
    _mark(container, payload.number)


@handles(Probe)
def probe(payload: Probe, container: wireup.SyncContainer) -> None:
    _mark(container, payload.number)


@handles(Tick)
def tick(_payload: Tick, _container: wireup.SyncContainer) -> None:
    time.sleep(0.01)
