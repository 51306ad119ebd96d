"""What stands around an outside system: a deadline, another try where that is safe, and a breaker that all
processes share, so that a system that is down is not waited for by everyone."""

import threading
from collections.abc import Callable
from typing import TypeVar

import pybreaker
import redis
import stamina

from exodrive.core import observe
from exodrive.core.errors import Unavailable

T = TypeVar("T")
log = observe.logger(__name__)

_TRIES = 3
_TRIPS_AFTER = 10  # failures in a row, counted over all processes
_CLOSED_FOR = 15  # seconds until one call may try again


class Guard:
    """The guard of one outside system. Only `Unavailable` counts as a failure of that system: a refusal is an
    answer. Where Redis is away, calls go through unguarded."""

    def __init__(
        self, name: str, client: redis.Redis, *, deadline: float, refusal: type[Unavailable]
    ) -> None:
        """`deadline` seconds are the most that all tries of a call may take together, given that one try keeps
        to its own; `refusal` is raised while the breaker is open."""
        self.name = name
        self._client = client
        self._deadline = deadline
        self._refusal = refusal
        self._own = threading.local()

    def once(self, call: Callable[[], T]) -> T:
        """A call that must not be repeated here. Raises what `call` raises, or the refusal."""
        breaker = self._breaker()
        if breaker is None:
            return call()
        try:
            return breaker.call(call)
        except pybreaker.CircuitBreakerError as error:
            raise self._refusal(f"{self.name} is not answering; it is left alone for a moment.") from error

    def retried(self, call: Callable[[], T]) -> T:
        """A call that may be repeated: up to three tries, with growing, jittered pauses, before the deadline."""
        for attempt in stamina.retry_context(
            on=Unavailable,
            attempts=_TRIES,
            timeout=self._deadline,
            wait_initial=0.05,
            wait_max=1,
            wait_jitter=0.1,
        ):
            with attempt:
                return self.once(call)
        raise AssertionError("stamina raises the last failure")

    def _breaker(self) -> pybreaker.CircuitBreaker | None:
        """One a thread, since a breaker holds its lock for as long as the call takes. Their state is one."""
        known: pybreaker.CircuitBreaker | None = getattr(self._own, "breaker", None)
        if known is not None:
            return known
        try:
            storage = pybreaker.CircuitRedisStorage(
                pybreaker.STATE_CLOSED, self._client, namespace=f"exodrive:breaker:{self.name}"
            )
            self._own.breaker = pybreaker.CircuitBreaker(
                fail_max=_TRIPS_AFTER,
                reset_timeout=_CLOSED_FOR,
                exclude=[_is_answer],
                state_storage=storage,
                throw_new_error_on_trip=False,
            )
        except redis.RedisError:
            log.warning("breaker.unshared", system=self.name)
            return None
        return self._own.breaker  # type: ignore[no-any-return]  # made three lines above


def _is_answer(error: BaseException) -> bool:
    return not isinstance(error, Unavailable)
