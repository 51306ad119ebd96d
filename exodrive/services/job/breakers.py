"""Which outside systems are left alone, and the jobs that wait for them meanwhile."""

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import redis

from exodrive.core import ledger, observe
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.resilience import Breaker, BreakerState, System, read_breakers, take_trial
from exodrive.services.job.contracts import BreakerView
from exodrive.services.job.repository import JobRepository

log = observe.logger(__name__)

_TRIAL = 5.0  # seconds that the job on trial gets before another is sent
_SYSTEMS = tuple(System)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`held` kinds are not sent to the workers; of `trials`, each a system's kinds, one job may go."""

    held: frozenset[str] = frozenset()
    trials: tuple[tuple[str, ...], ...] = ()


class BreakerService:
    """A breaker is closed where Redis is away or was wiped: calls find out anew."""

    def __init__(self, database: Database, clock: Clock, client: redis.Redis) -> None:
        self._database = database
        self._clock = clock
        self._client = client
        self._all_well_at = -math.inf  # monotonic: when `standing` last found nothing left alone

    def breakers(self) -> tuple[BreakerView, ...] | None:
        """Every outside system, and how many due jobs wait for it; None where Redis is away."""
        try:
            found = read_breakers(self._client, _SYSTEMS)
        except redis.RedisError:
            return None
        with self._database.read() as connection:
            jobs = JobRepository(connection)
            return tuple(self._view(one, jobs) for one in found)

    def away(self) -> tuple[System, ...]:
        """The outside systems that are left alone, and those that jobs wait to try again; none where Redis is away. One
        that nobody needs at the moment may well be back."""
        try:
            found = read_breakers(self._client, _SYSTEMS)
        except redis.RedisError:
            return ()
        return tuple(System(one.system) for one in found if self._missed(one))

    def _missed(self, breaker: Breaker) -> bool:
        if breaker.state is not BreakerState.HALF_OPEN:
            return breaker.state is BreakerState.OPEN
        kinds = _needing(System(breaker.system), ledger.kinds())
        with self._database.read() as connection:
            return JobRepository(connection).any_waiting(kinds, now=self._clock.now())

    def standing(self, kinds: Sequence[str], *, believed: float = 0.0) -> Standing:
        """What the relay may send of `kinds`. Answering takes the right to the trial it grants. That nothing is left
        alone is believed for so many seconds: a job that is sent meanwhile comes back uncounted."""
        if time.monotonic() - self._all_well_at < believed:
            return Standing()
        needing = {system: _needing(system, kinds) for system in _SYSTEMS}
        asked = [system for system in _SYSTEMS if needing[system]]
        try:
            away = [one for one in read_breakers(self._client, asked) if one.state is not BreakerState.CLOSED]
            trials = [
                one.system
                for one in away
                if one.state is BreakerState.HALF_OPEN and take_trial(self._client, one.system, _TRIAL)
            ]
        except redis.RedisError:
            log.warning("breakers.unread", exc_info=True)
            return Standing()
        if not away:
            self._all_well_at = time.monotonic()
        return Standing(
            held=frozenset(kind for one in away for kind in needing[System(one.system)]),
            trials=tuple(needing[System(system)] for system in trials),
        )

    def _view(self, breaker: Breaker, jobs: JobRepository) -> BreakerView:
        kinds = _needing(System(breaker.system), ledger.kinds())
        return BreakerView(
            system=breaker.system,
            state=breaker.state.value,
            since=breaker.since,
            failures=breaker.failures,
            waiting=jobs.waiting_of(kinds, now=self._clock.now()) if kinds else 0,
        )


def _needing(system: System, kinds: Collection[str]) -> tuple[str, ...]:
    known = ledger.kinds()
    return tuple(kind for kind in kinds if kind in known and known[kind].policy.needs is system)
