"""What stands around an outside system: a deadline, another try where that is safe, and a breaker that all
processes share, so that a system that is down is not waited for by everyone."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import pybreaker
import redis
import stamina

from exodrive.core import observe
from exodrive.core.deadline import seconds_left
from exodrive.core.errors import Unavailable

T = TypeVar("T")
log = observe.logger(__name__)

_TRIPS_AFTER = 10  # failures in a row, counted over all processes
_CLOSED_FOR = 15  # seconds until one call may try again
_KEY = "exodrive:breaker:{}"


class System(StrEnum):
    """The outside systems that have a guard; a kind of job names the one it cannot do without."""

    MAIL = "mail"
    GATEWAY = "gateway"


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"  # calls are refused
    HALF_OPEN = "half-open"  # one call may try


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """How a system's breaker stands. `since` is when it opened last, None while it is closed; `failures` in a row."""

    system: str
    state: BreakerState
    since: datetime | None
    failures: int


class Guard:
    """The guard of one outside system. Only `Unavailable` counts as a failure of that system: a refusal is an
    answer. Where Redis is away, calls go through unguarded, and a Redis that forgot everything knows no failure."""

    def __init__(
        self,
        name: str,
        client: redis.Redis,
        *,
        deadline: float,
        refusal: type[Unavailable],
        tries: int = 3,
        breaks: bool = True,
    ) -> None:
        """`deadline` seconds are the most that all tries of a call may take together, given that one try keeps
        to its own; `refusal` is raised while the breaker is open. Without `breaks` there is no breaker."""
        self.name = name
        self._client = client
        self._deadline = deadline
        self._refusal = refusal
        self._tries = tries
        self._breaks = breaks
        self._own = threading.local()

    def once(self, call: Callable[[], T]) -> T:
        """A call that must not be repeated here. Raises what `call` raises, or the refusal."""
        breaker = self._breaker() if self._breaks else None
        if breaker is None:
            return call()
        try:
            with self._turn():
                return breaker.call(call)
        except pybreaker.CircuitBreakerError as error:
            raise self._refusal(f"{self.name} is not answering; it is left alone for a moment.") from error

    def retried(self, call: Callable[[], T]) -> T:
        """A call that may be repeated: some tries, with growing, jittered pauses, before the deadline."""
        for attempt in stamina.retry_context(
            on=Unavailable,
            attempts=self._tries,
            timeout=seconds_left(self._deadline),
            wait_initial=0.05,
            wait_max=1,
            wait_jitter=0.1,
        ):
            with attempt:
                return self.once(call)
        raise AssertionError("stamina raises the last failure")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """While the system is on trial, one call at a time in all processes. Raises `CircuitBreakerError`."""
        key = f"{_KEY.format(self.name)}:trial"
        try:
            state = read_breakers(self._client, [self.name])[0].state
            tries = state is BreakerState.HALF_OPEN
            if tries and not self._client.set(key, 1, nx=True, px=int(self._deadline * 1000)):
                raise pybreaker.CircuitBreakerError("somebody else tries")
        except redis.RedisError:
            tries = False
        try:
            yield
        finally:
            if tries:
                _forget(self._client, key)

    def _breaker(self) -> pybreaker.CircuitBreaker | None:
        """One a thread, since a breaker holds its lock for as long as the call takes. Their state is one."""
        known: pybreaker.CircuitBreaker | None = getattr(self._own, "breaker", None)
        if known is not None:
            return known
        try:
            storage = pybreaker.CircuitRedisStorage(
                pybreaker.STATE_CLOSED, self._client, namespace=_KEY.format(self.name)
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


def read_breakers(client: redis.Redis, systems: Sequence[str]) -> list[Breaker]:
    """How the breakers of these systems stand, in one round trip; one whose pause is over is half open. Raises
    `RedisError`."""
    names = [f"{_KEY.format(one)}:pybreaker:{part}" for one in systems for part in _PARTS]
    found: Any = client.mget(names) if names else []
    return [
        _read(system, *found[place * len(_PARTS) : (place + 1) * len(_PARTS)])
        for place, system in enumerate(systems)
    ]


_PARTS = ("state", "opened_at", "fail_counter")


def _read(system: str, state: bytes | None, opened_at: bytes | None, failures: bytes | None) -> Breaker:
    stands = BreakerState(state.decode()) if state else BreakerState.CLOSED
    if stands is BreakerState.OPEN and time.time() >= int(opened_at or 0) + _CLOSED_FOR:
        stands = BreakerState.HALF_OPEN
    left_alone = stands is not BreakerState.CLOSED and opened_at
    return Breaker(
        system=system,
        state=stands,
        since=datetime.fromtimestamp(int(opened_at), UTC) if left_alone and opened_at else None,
        failures=int(failures or 0),
    )


def take_trial(client: redis.Redis, system: str, seconds: float) -> bool:
    """Whether the caller may send the one job that finds out whether a half-open system answers again; the next may
    after `seconds`. Raises `RedisError`."""
    return bool(client.set(f"{_KEY.format(system)}:sent", 1, nx=True, px=int(seconds * 1000)))


def _forget(client: redis.Redis, key: str) -> None:
    try:
        client.delete(key)
    except redis.RedisError:
        log.warning("breaker.unshared", key=key)


def _is_answer(error: BaseException) -> bool:
    return not isinstance(error, Unavailable)
