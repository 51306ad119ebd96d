"""Answers about the fleet, kept in the process for as long as nothing that they tell of has changed.

They are kept under a version in Valkey, which whoever writes replaces once the transaction is committed. The version is
read before the database is, and an answer is good under that version alone: after a change has been made known, no
process gives an answer from before it. A change of which nothing could be made known is seen after `KEPT` at the
latest, as is what the passing of time alone changes. Answers are advice: what is booked is decided by the database.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

import redis

from exodrive.core import observe
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.deadline import seconds_left
from exodrive.core.uow import UnitOfWork

KEPT = timedelta(seconds=4)
"""The longest that an answer is given again, from before it was read."""
MOST_BYTES = 32 * 1024 * 1024
"""Of answers and their keys; what was asked for longest ago goes first."""

_VERSION = "fleet:version"
_LEFT_ALONE = 2.0  # seconds; a Valkey that hangs must not make everybody wait
_WAITED = 2.0  # seconds, for another thread that is finding the same answer

log = observe.logger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    version: bytes
    read_at: datetime
    answer: bytes


class AnswerCache:
    """One object a process. Without Valkey nothing is kept, and every answer is found anew."""

    def __init__(self, client: redis.Redis, clock: Clock, database: Database) -> None:
        self._client = client
        self._clock = clock
        self._database = database
        self._lock = Lock()
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._bytes = 0
        self._underway: dict[tuple[bytes, bytes], Future[bytes]] = {}
        self._left_alone_until = 0.0

    def answer(self, key: bytes, find: Callable[[], bytes]) -> tuple[bytes, bool]:
        """What `find` gives, and whether it was not asked: of many threads that want the same one asks, the others
        wait. What it raises is raised, and not kept. Inside `Database.together` and `snapshot` it is always asked:
        what is seen there is not what others see."""
        now = self._clock.now()
        version = None if self._database.apart else self._version()
        if version is None:
            return find(), False
        with self._lock:
            entry = self._entries.get(key)
            if entry and entry.version == version and timedelta(0) <= now - entry.read_at < KEPT:
                self._entries.move_to_end(key)
                return entry.answer, True
            other = self._underway.get((version, key))
            own: Future[bytes] = Future()
            if other is None:
                self._underway[version, key] = own
        if other is None:
            return self._find(key, version, now, find, own), False
        try:
            return other.result(seconds_left(_WAITED)), True
        except (CancelledError, TimeoutError):
            return find(), False

    def outdate(self, uow: UnitOfWork) -> None:
        """The fleet, what it costs or when it is free is another once this transaction is committed."""
        uow.after_commit(self.make_known)

    def make_known(self) -> None:
        """Give no answer again that was found until now, in any process. Never raises: what was committed stands."""
        try:
            self._client.set(_VERSION, secrets.token_bytes(12))
        except redis.RedisError as error:
            log.warning("cache.not_made_known", problem=type(error).__name__)

    def _version(self) -> bytes | None:
        """Random, so that none returns when Valkey has lost its memory."""
        if monotonic() < self._left_alone_until:
            return None
        try:
            found = self._client.get(_VERSION)
            if found is None:
                self._client.set(_VERSION, secrets.token_bytes(12), nx=True)
                found = self._client.get(_VERSION)
        except redis.RedisError as error:
            self._left_alone_until = monotonic() + _LEFT_ALONE
            log.warning("cache.unreachable", problem=type(error).__name__)
            return None
        return found if isinstance(found, bytes) else None

    def _find(
        self, key: bytes, version: bytes, now: datetime, find: Callable[[], bytes], own: Future[bytes]
    ) -> bytes:
        try:
            answer = find()
        except BaseException:
            with self._lock:
                del self._underway[version, key]
            own.cancel()
            raise
        with self._lock:
            del self._underway[version, key]
            self._keep(key, _Entry(version, now, answer))
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
