"""Answers about the fleet, kept in the process for as long as nothing that they tell of has changed.

An answer is kept under the versions of what it tells of (`core/versions.py`), which whoever writes replaces once the
transaction is committed. They are read before the database is, and an answer is good under those versions alone: after
a change has been made known, no process gives an answer from before it. A change of which nothing could be made known
is seen after `KEPT` at the latest, as is what the passing of time alone changes. Answers are advice: what is booked is
decided by the database.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar, cast

import redis

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.deadline import seconds_left
from exodrive.core.metrics import Sample
from exodrive.core.uow import UnitOfWork
from exodrive.core.versions import EVERYTHING, Versions

KEPT = timedelta(seconds=4)
"""The longest that an answer is given again, from before the oldest part of it was read."""
REMEMBERED = timedelta(seconds=1)
"""The longest that a part of answers is used again: what is made from it can still be kept for most of `KEPT`."""
MOST_BYTES = 32 * 1024 * 1024
"""Of answers and their keys; what was asked for longest ago goes first."""

_WAITED = 2.0  # seconds, for another thread that is finding the same answer
_HIT, _MISS = "memory", "database"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Entry:
    subjects: tuple[str, ...]
    versions: tuple[bytes, ...]
    read_at: datetime
    answer: bytes


@dataclass(frozen=True, slots=True)
class _Part:
    version: bytes
    read_at: datetime
    value: Any


@dataclass(slots=True)
class _Finding:
    """An answer that is being found, and how old the oldest part of it is."""

    version: bytes
    read_at: datetime


_finding: ContextVar[_Finding | None] = ContextVar("exodrive_finding", default=None)


class AnswerCache:
    """One object a process. Without Valkey nothing is kept, and every answer is found anew."""

    def __init__(self, client: redis.Redis, clock: Clock, database: Database) -> None:
        self._versions = Versions(client)
        self._clock = clock
        self._database = database
        self._lock = Lock()
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._parts: dict[str, _Part] = {}
        self._bytes = 0
        self._underway: dict[tuple[bytes, tuple[bytes, ...]], Future[bytes]] = {}

    def answer(
        self, key: bytes, tells_of: Callable[[], Iterable[str]], find: Callable[[], bytes]
    ) -> tuple[bytes, bool]:
        """What `find` gives, and whether it was not asked: of many threads that want the same one asks, the others
        wait. `tells_of` names the subjects beside everything; it is asked while the key is unknown, and must always
        give the same for it. What either raises is raised, and not kept. Inside `Database.together` and `snapshot` it
        is always found: what is seen there is not what others see."""
        if self._database.apart:
            return find(), False
        now = self._clock.now()
        known = self._entries.get(key)
        subjects = known.subjects if known else tuple(tells_of())
        versions = self._versions.read(subjects)
        if versions is None:
            return find(), False
        with self._lock:
            entry = self._entries.get(key)
            if entry and entry.versions == versions and timedelta(0) <= now - entry.read_at < KEPT:
                self._entries.move_to_end(key)
                return entry.answer, True
            other = self._underway.get((key, versions))
            own: Future[bytes] = Future()
            if other is None:
                self._underway[key, versions] = own
        if other is None:
            return self._find(key, _Entry(subjects, versions, now, b""), find, own), False
        try:
            return other.result(seconds_left(_WAITED)), True
        except (CancelledError, TimeoutError):
            return find(), False

    def part(self, name: str, find: Callable[[], T]) -> T:
        """What `find` gives, for as long as nothing has changed: something small, immutable and the same for everybody
        that many ask for. While an answer is being found, the versions read for it are good for its parts too."""
        if self._database.apart:
            return find()
        finding, now = _finding.get(), self._clock.now()
        versions = (finding.version,) if finding else self._versions.read()
        if versions is None:
            return find()
        part = self._parts.get(name)
        if part is None or part.version != versions[0] or not timedelta(0) <= now - part.read_at < REMEMBERED:
            part = self._parts[name] = _Part(versions[0], now, find())
        if finding:
            finding.read_at = min(finding.read_at, part.read_at)
        return cast(T, part.value)

    def outdate(self, uow: UnitOfWork, *subjects: str) -> None:
        """What answers tell of these subjects (of anything, where none is named) is another once this transaction is
        committed."""
        uow.after_commit(_Word(self, frozenset(subjects or (EVERYTHING,))))

    def make_known(self, subjects: Iterable[str] = (EVERYTHING,)) -> None:
        """Give no answer again that tells of these and was found until now, in any process. Never raises: what was
        committed stands."""
        self._versions.replace(subjects)

    def count(self, what: str, *, again: bool) -> None:
        """An answer about something was given, again or found anew."""
        self._versions.count(f"{what} {_HIT if again else _MISS}")

    def samples(self) -> Iterable[Sample]:
        """How many answers were given, of all processes together."""
        for counted, number in sorted(self._versions.counted().items()):
            what, _, source = counted.partition(" ")
            meaning = "Answers of the API that are the same for everybody, by where they came from."
            labels = {"procedure": what, "source": source}
            yield Sample("exodrive_api_answers_total", meaning, number, labels, kind="counter")

    def _find(self, key: bytes, bare: _Entry, find: Callable[[], bytes], own: Future[bytes]) -> bytes:
        finding = _Finding(bare.versions[0], bare.read_at)
        outer = _finding.set(finding)
        try:
            answer = find()
        except BaseException:
            with self._lock:
                del self._underway[key, bare.versions]
            own.cancel()
            raise
        finally:
            _finding.reset(outer)
        with self._lock:
            del self._underway[key, bare.versions]
            self._keep(key, _Entry(bare.subjects, bare.versions, finding.read_at, answer))
        own.set_result(answer)
        return answer

    def _keep(self, key: bytes, entry: _Entry) -> None:
        before = self._entries.pop(key, None)
        if before is not None:
            self._bytes -= len(key) + len(before.answer)
        self._entries[key] = entry
        self._bytes += len(key) + len(entry.answer)
        while self._bytes > MOST_BYTES:
            oldest, gone = self._entries.popitem(last=False)
            self._bytes -= len(oldest) + len(gone.answer)


@dataclass(frozen=True, slots=True)
class _Word:
    """A step after a commit; the same said twice is said once."""

    cache: AnswerCache
    subjects: frozenset[str]

    def __call__(self) -> None:
        self.cache.make_known(self.subjects)
