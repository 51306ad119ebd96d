"""Versions, in Valkey, of what answers tell of: whoever changes something replaces those of the subjects it touches."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from threading import Lock
from time import monotonic
from typing import cast

import redis

from exodrive.core import observe

EVERYTHING = "everything"
"""What every answer tells of, and what a change concerns that cannot say which answers it makes others."""

_LEFT_ALONE = 2.0  # seconds; a Valkey that hangs must not make everybody wait
_ASKED_FOR = 3600  # seconds; anybody can ask for a subject that nothing is ever written of
_PAUSE = 1.0  # seconds between two times that counts go along with a question
_COUNTED = "fleet:counted"

log = observe.logger(__name__)


class Versions:
    """They are random, so that none returns when Valkey has lost its memory. Counts go along with questions that are
    asked anyhow."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._left_alone_until = 0.0
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._counts_due = 0.0

    def read(self, subjects: Sequence[str] = ()) -> tuple[bytes, ...] | None:
        """That of everything, then of each subject, in one round trip; None while Valkey does not answer."""
        if monotonic() < self._left_alone_until:
            return None
        names = [_name(EVERYTHING), *map(_name, subjects)]
        try:
            found = self._ask(names)
            if None in found:
                found = self._begin(names, found)
        except redis.RedisError as error:
            self._left_alone_until = monotonic() + _LEFT_ALONE
            log.warning("cache.unreachable", problem=type(error).__name__)
            return None
        known = tuple(one for one in found if one is not None)
        return known if len(known) == len(names) else None

    def replace(self, subjects: Iterable[str]) -> None:
        """In one round trip, all at once. Never raises: what was committed stands."""
        fresh = secrets.token_bytes(12)
        try:
            self._client.mset({_name(subject): fresh for subject in subjects})
        except redis.RedisError as error:
            log.warning("cache.not_made_known", problem=type(error).__name__)

    def count(self, what: str) -> None:
        """One more of these. Valkey hears of it with a later question, a second or so after."""
        with self._lock:
            self._counts[what] += 1

    def counted(self) -> dict[str, int]:
        """Of all processes; nothing while Valkey does not answer. What another process has not told yet is missing."""
        try:
            self._ask([_name(EVERYTHING)], at_once=True)
            found = cast(dict[bytes, bytes], self._client.hgetall(_COUNTED))
        except redis.RedisError:
            return {}
        return {what.decode(): int(number) for what, number in found.items()}

    def _ask(self, names: list[str], *, at_once: bool = False) -> list[bytes | None]:
        counts = self._take_counts(at_once=at_once)
        if not counts:
            return cast(list[bytes | None], self._client.mget(names))
        try:
            with self._client.pipeline(transaction=False) as pipeline:
                pipeline.mget(names)
                for what, number in counts.items():
                    pipeline.hincrby(_COUNTED, what, number)
                return cast(list[bytes | None], pipeline.execute()[0])
        except redis.RedisError:
            with self._lock:
                self._counts.update(counts)
            raise

    def _take_counts(self, *, at_once: bool) -> Counter[str]:
        now = monotonic()
        if not self._counts or (now < self._counts_due and not at_once):
            return Counter()
        with self._lock:
            taken, self._counts, self._counts_due = self._counts, Counter(), now + _PAUSE
        return taken

    def _begin(self, names: list[str], found: list[bytes | None]) -> list[bytes | None]:
        """For those that are not there: whoever comes first decides."""
        with self._client.pipeline(transaction=False) as pipeline:
            for name, version in zip(names, found, strict=True):
                if version is None:
                    pipeline.set(name, secrets.token_bytes(12), nx=True, ex=_ASKED_FOR)
            pipeline.mget(names)
            return cast(list[bytes | None], pipeline.execute()[-1])


def _name(subject: str) -> str:
    return f"fleet:{subject}"
