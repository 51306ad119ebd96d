"""What keys call: counted in Redis with each call, brought into the table every minute."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import cast
from uuid import UUID

import redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import RowMapping

from exodrive.core import observe
from exodrive.core.actor import Actor
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.partner import rules, usage_repository
from exodrive.services.partner.contracts import DayOfUse, KeyUse, Outcome, UseOfProcedure

_COUNTED = "api:usage"
_TAKEN = "api:usage:taken"
_PAUSE = timedelta(seconds=30)
"""After Redis did not answer, calls are not counted for so long: none of them waits for it."""

log = observe.logger(__name__)


class UsageService:
    """One command to Redis for a call, and no write to the database. What can be lost: the counts of the minute that is
    not in the table yet, where Redis loses its memory; calls while Redis is away. They are figures to look at: nothing
    is charged or refused by them."""

    def __init__(
        self, *, uow: UnitOfWorkFactory, database: Database, clock: Clock, client: redis.Redis
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._client = client
        self._resume_at: datetime | None = None

    def count(self, key_id: UUID, procedure: str, status: int) -> None:
        """A call of `procedure` ended with this HTTP status. Never raises: a call is not refused for it."""
        now = self._clock.now()
        if self._resume_at is not None and now < self._resume_at:
            return
        field = f"{now.date().isoformat()} {key_id} {procedure} {rules.outcome_of(status).value}"
        try:
            self._client.hincrby(_COUNTED, field, 1)
            self._resume_at = None
        except RedisError as error:
            self._resume_at = now + _PAUSE
            log.warning("api_usage.not_counted", problem=type(error).__name__)

    def store(self) -> int:
        """Bring what was counted into the table; how many rows. What is taken is put aside under another name first,
        and deleted when it is committed: a run that was killed is made up for by the next. Killed in the instant
        between the two, its minute counts twice."""
        stored = self._store_taken()
        try:
            ours = self._client.renamenx(_COUNTED, _TAKEN)
        except ResponseError:  # nothing was counted
            return stored
        return stored + (self._store_taken() if ours else 0)

    def forget(self) -> int:
        """Delete what is older than thirteen months; how many rows."""
        before = (self._clock.now() - rules.USAGE_KEPT).date()
        with self._database.read() as connection:
            return usage_repository.forget_usage(connection, before)

    def of_keys(self, key_ids: Collection[UUID], actor: Actor, *, days: int = 30) -> dict[UUID, KeyUse]:
        """The last days of each key, up to today, UTC; the minute that runs is not in it. For managers and owners."""
        require(actor, StaffRole.MANAGER)
        today = self._clock.now().astimezone(UTC).date()
        since = today - timedelta(days=days - 1)
        with self._database.read() as connection:
            used = usage_repository.use_by_day(connection, key_ids, since)
            called = usage_repository.use_by_procedure(connection, key_ids, since)
        all_days = [since + timedelta(days=number) for number in range(days)]
        return {key_id: _use(key_id, all_days, used, called) for key_id in key_ids}

    def _store_taken(self) -> int:
        taken = cast(dict[bytes, bytes], self._client.hgetall(_TAKEN))
        if not taken:
            return 0
        sums: dict[tuple[UUID, date, str], dict[Outcome, int]] = defaultdict(dict)
        for field, number in taken.items():
            day, key_id, procedure, outcome = field.decode().split(" ")
            sums[UUID(key_id), date.fromisoformat(day), procedure][Outcome(outcome)] = int(number)
        rows = [
            {
                "key_id": key_id,
                "day": day,
                "procedure": procedure,
                "calls": sum(counted.values()),
                "refused": counted.get(Outcome.REFUSED, 0),
                "failed": counted.get(Outcome.FAILED, 0),
            }
            for (key_id, day, procedure), counted in sorted(sums.items())
        ]
        with self._uow() as uow:
            usage_repository.add_usage(uow.session, rows)
            uow.commit()
        self._client.delete(_TAKEN)
        return len(rows)


def _use(
    key_id: UUID, days: Sequence[date], used: Sequence[RowMapping], called: Sequence[RowMapping]
) -> KeyUse:
    by_day = {row["day"]: _figures(row) for row in used if row["key_id"] == key_id}
    none = {"calls": 0, "refused": 0, "failed": 0}
    return KeyUse(
        days=tuple(DayOfUse(day=day, **by_day.get(day, none)) for day in days),
        procedures=tuple(
            UseOfProcedure(procedure=row["procedure"], **_figures(row))
            for row in called
            if row["key_id"] == key_id
        ),
    )


def _figures(row: RowMapping) -> dict[str, int]:
    return {name: row[name] for name in ("calls", "refused", "failed")}
