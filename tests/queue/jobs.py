"""Kinds of job that exist only in tests; what they did is written in Redis, where any process can look."""

import os
import signal
import time
from typing import Any

import redis
import wireup

from exodrive.core.contract import contract
from exodrive.core.errors import Missing, Unavailable
from exodrive.core.ledger import Policy, job
from exodrive.queue.context import current_actor
from exodrive.queue.registry import handles
from exodrive.services.job.context import JobContext

QUICK = Policy(queue="email", max_attempts=3, first_retry=0.1, longest_retry=0.2, time_limit=30)


@job("test.note", QUICK)
@contract
class Note:
    """Appends `text` to the list `notes`."""

    text: str


@job("test.slow", QUICK)
@contract
class Slow:
    """Notes its beginning, takes `seconds`, notes its end."""

    text: str
    seconds: float


@job("test.endless", Policy(queue="booking", max_attempts=1, time_limit=0.5))
@contract
class Endless:
    """Takes longer than it may."""

    text: str


@job("test.failing", QUICK)
@contract
class Failing:
    """Fails as it is told, `times` times: unavailable, missing or unexpected."""

    text: str
    how: str
    times: int = 1000


@job("test.told", QUICK)
@contract
class Told:
    """Says how far it is until it is cancelled, or has done `steps`."""

    steps: int


@job("test.limited", Policy(queue="email", per_minute=2))
@contract
class Limited:
    """May run twice a minute."""

    text: str


@job("test.stranger", QUICK)
@contract
class Stranger:
    """A kind that no worker of these tests knows."""

    text: str


HEAVY = Policy(queue="report", max_attempts=1, time_limit=30)


@job("test.heavy", HEAVY)
@contract
class Heavy:
    """Like `Slow`, in a process of its own, whose id it notes."""

    text: str
    seconds: float = 0


@job("test.poison", HEAVY)
@contract
class Poison:
    """Kills the process that runs it."""

    text: str


@job("test.stuck", Policy(queue="report", max_attempts=1, time_limit=0.5))
@contract
class Stuck:
    """Never returns; where it is `stubborn`, not even when it is interrupted."""

    stubborn: bool


@job("test.greedy", HEAVY)
@contract
class Greedy:
    """Eats more memory than its process may keep."""

    text: str


def _note(container: wireup.SyncContainer, text: str) -> None:
    container.get(redis.Redis).rpush("notes", text)


def _count(container: wireup.SyncContainer, text: str) -> int:
    tries: Any = container.get(redis.Redis).incr(f"tries:{text}")
    return int(tries)


@handles(Note)
def note(payload: Note, container: wireup.SyncContainer) -> None:
    _note(container, f"{payload.text} {current_actor().request_id}")


@handles(Limited)
def limited(payload: Limited, container: wireup.SyncContainer) -> None:
    _note(container, payload.text)


@handles(Slow)
def slow(payload: Slow, container: wireup.SyncContainer) -> None:
    _note(container, f"{payload.text} begins")
    time.sleep(payload.seconds)
    _note(container, f"{payload.text} ends")


@handles(Heavy)
def heavy(payload: Heavy, container: wireup.SyncContainer) -> None:
    _note(container, f"{payload.text} begins")
    time.sleep(payload.seconds)
    _note(container, f"{payload.text} ends in {os.getpid()}")


@handles(Poison)
def poison(payload: Poison, container: wireup.SyncContainer) -> None:
    _note(container, payload.text)
    os.kill(os.getpid(), signal.SIGKILL)


@handles(Stuck)
def stuck(payload: Stuck, container: wireup.SyncContainer) -> None:
    _note(container, "stuck")
    while True:
        try:
            time.sleep(60)
        except Exception:
            if not payload.stubborn:
                raise


@handles(Greedy)
def greedy(payload: Greedy, container: wireup.SyncContainer) -> None:
    eaten = b"x" * 450_000_000
    _note(container, f"{payload.text} ate {len(eaten)} in {os.getpid()}")


@handles(Told)
def told(payload: Told, container: wireup.SyncContainer, own: JobContext) -> None:
    for step in range(payload.steps):
        own.progress(100 * step // payload.steps, f"{step} done")
        time.sleep(0.05)
    own.log("all done")
    own.progress(100)
    own.result({"steps": payload.steps})


@handles(Endless)
def endless(payload: Endless, container: wireup.SyncContainer) -> None:
    _note(container, f"{payload.text} begins")
    time.sleep(2)
    _note(container, f"{payload.text} ends")


@handles(Failing)
def failing(payload: Failing, container: wireup.SyncContainer) -> None:
    tries = _count(container, payload.text)
    if tries > payload.times:
        _note(container, f"{payload.text} at {tries}")
        return
    if payload.how == "unavailable":
        raise Unavailable("The mail server is down.")
    if payload.how == "missing":
        raise Missing("There is no such booking.")
    raise RuntimeError(f"secret of {payload.text}")
