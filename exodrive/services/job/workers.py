"""Which workers are there. Each says so itself every few seconds, since one that has nothing to do leaves no other
trace; kept in Redis, where what nobody repeats is forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
import redis

from exodrive.core import observe

log = observe.logger(__name__)

_NAMES = "exodrive:workers"
_ONE = "exodrive:worker:{}"
REPEATED = timedelta(seconds=15)
_FORGOTTEN = 3 * REPEATED


class PoolKind(StrEnum):
    THREADS = "threads"
    PROCESSES = "processes"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPresence:
    """A worker that runs so many jobs of its queues at once, by threads or by processes that it forks: those run jobs
    under names of their own."""

    name: str
    pool: PoolKind
    slots: int
    queues: tuple[str, ...]
    since: datetime


class WorkerBook:
    """What workers say of themselves."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def say(self, worker: WorkerPresence) -> None:
        """It is there, for the next 45 seconds. Where Redis is away nobody learns it."""
        try:
            with self._client.pipeline() as together:
                together.set(_ONE.format(worker.name), orjson.dumps(worker), px=_FORGOTTEN)
                together.sadd(_NAMES, worker.name)
                together.execute()
        except redis.RedisError:
            log.info("worker.not_heard", exc_info=True)

    def leave(self, name: str) -> None:
        """It is there no longer."""
        try:
            self._client.delete(_ONE.format(name))
        except redis.RedisError:
            log.info("worker.not_heard", exc_info=True)

    def present(self) -> tuple[WorkerPresence, ...] | None:
        """Those that are there, by name; None where Redis is away."""
        try:
            known: Any = self._client.smembers(_NAMES)
            names = sorted(name.decode() for name in known)
            told: Any = self._client.mget([_ONE.format(name) for name in names]) if names else []
            gone = [name for name, one in zip(names, told, strict=True) if one is None]
            if gone:
                self._client.srem(_NAMES, *gone)
        except redis.RedisError:
            return None
        return tuple(_read(one) for one in told if one is not None)


def _read(told: bytes) -> WorkerPresence:
    said = orjson.loads(told)
    return WorkerPresence(
        name=said["name"],
        pool=PoolKind(said["pool"]),
        slots=said["slots"],
        queues=tuple(said["queues"]),
        since=datetime.fromisoformat(said["since"]),
    )
