"""Who does which kind of job: filled by the modules of `exodrive.queue.workers` when they are imported."""

from collections.abc import Callable
from typing import Any, TypeVar

import wireup

from exodrive.core import ledger

P = TypeVar("P")
Handler = Callable[[Any, wireup.SyncContainer], None]
_handlers: dict[str, Handler] = {}


def handles(
    payload: type[P],
) -> Callable[[Callable[[P, wireup.SyncContainer], None]], Callable[[P, wireup.SyncContainer], None]]:
    """`@handles(SendBookingConfirmation)`: this function does that kind of job, by one service method. It may run
    more than once for one promise (a worker was killed after the deed), so the method has the same effect twice."""
    kind = ledger.kind_for(payload)

    def register(
        handler: Callable[[P, wireup.SyncContainer], None],
    ) -> Callable[[P, wireup.SyncContainer], None]:
        if kind.name in _handlers:
            raise RuntimeError(f"two handlers for {kind.name}")
        _handlers[kind.name] = handler
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """Raises KeyError for a kind that this process does not know."""
    return _handlers[kind]


def handled() -> tuple[str, ...]:
    """The kinds that this process can do; all others are left for one that can."""
    return tuple(sorted(_handlers))


def queues() -> tuple[str, ...]:
    """The queues of those kinds."""
    kinds = ledger.kinds()
    return tuple(sorted({kinds[name].policy.queue for name in _handlers}))
