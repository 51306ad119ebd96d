"""Who does which kind of job: filled by the modules of `exodrive.queue.workers` when they are imported."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import wireup

from exodrive.core import ledger
from exodrive.services.job.context import JobContext

H = TypeVar("H", bound=Callable[..., None])
Handler = Callable[[Any, wireup.SyncContainer, JobContext], None]
_handlers: dict[str, Handler] = {}


def handles(payload: type[Any]) -> Callable[[H], H]:
    """`@handles(SendBookingConfirmation)`: this function does that kind of job, by one service method. It is called
    with the payload and the container, and where it has a third parameter, with the `JobContext`. It may run more
    than once for one promise (a worker was killed after the deed), so the method has the same effect twice."""
    kind = ledger.kind_for(payload)

    def register(handler: H) -> H:
        if kind.name in _handlers:
            raise RuntimeError(f"two handlers for {kind.name}")
        handled.cache_clear()
        queues.cache_clear()
        _handlers[kind.name] = handler if _takes_context(handler) else _without_context(handler)
        return handler

    return register


def _takes_context(handler: Callable[..., None]) -> bool:
    return len(inspect.signature(handler).parameters) > 2


def _without_context(handler: Callable[..., None]) -> Handler:
    @functools.wraps(handler)
    def call(payload: Any, container: wireup.SyncContainer, _own: JobContext) -> None:
        handler(payload, container)

    return call


def handler_of(kind: str) -> Handler:
    """Raises KeyError for a kind that this process does not know."""
    return _handlers[kind]


@functools.cache
def handled() -> tuple[str, ...]:
    """The kinds that this process can do; all others are left for one that can."""
    return tuple(sorted(_handlers))


@functools.cache
def queues() -> tuple[str, ...]:
    """The queues of those kinds."""
    kinds = ledger.kinds()
    return tuple(sorted({kinds[name].policy.queue for name in _handlers}))
