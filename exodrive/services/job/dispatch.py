"""The relay's side of the ledger: what is due, what has to be sent again, whose worker vanished."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import psycopg

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.services.job import sending
from exodrive.services.job.breakers import BreakerService
from exodrive.services.job.contracts import DueJob, LostJob
from exodrive.services.job.repository import JobRepository

_MANY = 1000


class DispatchService:
    """Each method is one statement in a transaction of its own; any number of relays may call them at once."""

    def __init__(self, database: Database, clock: Clock, breakers: BreakerService) -> None:
        self._database = database
        self._clock = clock
        self._breakers = breakers

    def now(self) -> datetime:
        """What time it is in the ledger."""
        return self._clock.now()

    def publish(
        self, *, queues: Sequence[str], kinds: Sequence[str], bound: int, believed: float = 0.0
    ) -> list[DueJob]:
        """Take due jobs for sending, by priority, then by age. A queue gets no more than fill it up to `bound`
        waiting ones: behind that, what is more important can still come first. Kinds that are not named stay due; so
        do those whose outside system is left alone, but for the one job that tries it again; `believed` is how old
        the news may be, in seconds, that none is."""
        standing = self._breakers.standing(kinds, believed=believed)
        now = self._clock.now()
        free = [kind for kind in kinds if kind not in standing.held]
        with self._database.wire() as wire:
            sent = sending.publish(wire, queues=queues, kinds=free, bound=bound, now=now)
        if standing.trials:
            with self._database.read() as connection:
                for trial in standing.trials:
                    sent += JobRepository(connection).publish_one(queues=queues, kinds=trial, now=now)
        return sent

    def publish_again(
        self, *, queues: Sequence[str], kinds: Sequence[str], bound: int, after: timedelta
    ) -> list[DueJob]:
        """Jobs that were sent `after` ago or longer and that nobody claimed: the broker may have lost them."""
        now = self._clock.now()
        with self._database.read() as connection:
            return JobRepository(connection).publish_again(
                queues=queues, kinds=kinds, bound=bound, before=now - after, now=now
            )

    def give_back(self, ids: Sequence[UUID]) -> None:
        """Jobs that could not be sent, or were sent and not begun, are due again."""
        with self._database.read() as connection:
            JobRepository(connection).give_back(ids)

    def sweep(self) -> list[LostJob]:
        """Jobs whose worker stopped renewing their lease are tried again, and dead when that happens too often."""
        with self._database.read() as connection:
            return JobRepository(connection).sweep(now=self._clock.now())

    def expire(self) -> list[tuple[UUID, str]]:
        """Jobs whose time is over before they began are dead; a thousand at most, their ids and kinds."""
        with self._database.read() as connection:
            return JobRepository(connection).expire(now=self._clock.now(), size=_MANY)


class DueSignal:
    """Told by PostgreSQL when a transaction that promised due jobs commits. Signals may be missed (a connection
    breaks): they save waiting, nothing depends on them."""

    def __init__(self, database: Database) -> None:
        self._connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        JobRepository(self._connection).listen()
        self._wire = cast(psycopg.Connection, self._connection.connection.driver_connection)

    def fileno(self) -> int:
        """Readable when there is something to `drain`."""
        return self._wire.fileno()

    def drain(self) -> int:
        """Take the signals that have arrived. Raises when the connection is gone."""
        return sum(1 for _ in self._wire.notifies(timeout=0))

    def close(self) -> None:
        """Give the connection up; it is not fit for anything else."""
        self._connection.invalidate()
        self._connection.close()
