"""On whose behalf a job runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from exodrive.core import observe
from exodrive.core.actor import SYSTEM, Actor, ActorKind
from exodrive.services.job.contracts import Attempt

_actor: ContextVar[Actor] = ContextVar("exodrive_job_actor", default=SYSTEM)


def current_actor() -> Actor:
    """The system, with the id of the request that promised the job that runs here."""
    return _actor.get()


def fields(attempt: Attempt) -> dict[str, Any]:
    """What a line in the log says of an attempt."""
    return {
        "job_id": str(attempt.job_id),
        "kind": attempt.kind,
        "attempt": attempt.attempts + 1,
        "request_id": attempt.request_id,
    }


@contextmanager
def running(attempt: Attempt) -> Iterator[None]:
    """Everything said and done inside is said and done by this attempt."""
    token = _actor.set(
        Actor(kind=ActorKind.SYSTEM, id=f"job:{attempt.job_id}", request_id=attempt.request_id)
    )
    with observe.bind(**fields(attempt)):
        try:
            yield
        finally:
            _actor.reset(token)
