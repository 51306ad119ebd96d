"""One transaction of the business: opened by a service method, committed by it, otherwise rolled back."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self, cast
from uuid import UUID

from sqlalchemy.orm import Session

from exodrive.core import batch, ledger
from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.ids import new_id


class UnitOfWork:
    """`with uow_factory(actor) as uow: … uow.commit()`. Jobs enqueued in it exist only if it commits."""

    def __init__(self, database: Database, clock: Clock, actor: Actor) -> None:
        self._database = database
        self._rows: list[dict[str, Any]] = []
        self._after: list[Callable[[], None]] = []
        self.now = clock.now()
        self.actor = actor
        self.session: Session

    def __enter__(self) -> Self:
        self.session = self._database.session()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def enqueue(
        self,
        job: object,
        *,
        run_at: datetime | None = None,
        unique_key: str | None = None,
        unique_for: timedelta | None = None,
        expires_at: datetime | None = None,
    ) -> UUID | None:
        """Promise a job, at once or at `run_at`. While a job with the same `unique_key` is open, and for `unique_for`
        after it was promised, a second promise is the same one. What has not begun at `expires_at` is dead rather than
        late. Answers the id that the job has unless it is the same as another."""
        if (
            unique_key
            and unique_for
            and ledger.promised_lately(self.session, unique_key, self.now - unique_for)
        ):
            return None
        row = ledger.job_row(
            job,
            now=self.now,
            run_at=run_at,
            unique_key=unique_key,
            actor=self.actor,
            expires_at=expires_at,
        )
        self._rows.append(row)
        return cast(UUID, row["id"])

    def enqueue_batch(
        self,
        children: Iterable[object],
        *,
        then: object,
        batch_id: UUID | None = None,
        run_at: datetime | None = None,
    ) -> UUID:
        """Promise many jobs, at once or at `run_at`, and one that is due when all of them have ended, however they did:
        it is promised once, in the transaction of the last. Children may come from a generator; they are written as
        they come, and hold no unique keys. Answers the batch's id, which `then` may need to know beforehand."""
        made = batch_id or new_id()
        batch.write_batch(
            self.session, made, children, then=then, now=self.now, run_at=run_at, actor=self.actor
        )
        return made

    def call_off(self, *contracts: type, subject_id: UUID) -> int:
        """Cancel the open jobs of these kinds about a subject, if this commits: those that wait at once, those that run
        when they look. Answers how many were asked."""
        return ledger.call_off(self.session, contracts, subject_id, self.now)

    def after_commit(self, step: Callable[[], None]) -> None:
        """Do this once others can see what is written here, if they ever can; the same thing said twice is done once.
        It may not raise, and is lost when the process ends in that moment."""
        self._after.append(step)

    def commit(self) -> None:
        self.session.flush()
        if self._rows:
            ledger.write(self.session, self._rows)
            self._rows = []
        self.session.commit()
        after, self._after = self._after, []
        self._database.after_commit(after)


class UnitOfWorkFactory:
    """Makes a unit of work for an actor."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def __call__(self, actor: Actor = SYSTEM) -> UnitOfWork:
        return UnitOfWork(self._database, self._clock, actor)
