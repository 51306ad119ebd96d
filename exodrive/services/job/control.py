"""For people who step in: retry, cancel, delete, put first, pause. Everything is audited."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Invalid
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.audit.service import AuditService
from exodrive.services.job.console_repository import STATES, ConsoleRepository
from exodrive.services.job.contracts import ChangeJobs, JobFilter, Ordered, PauseScope, Verb

_AT_ONCE = 100  # jobs that a page may change while its reader waits
_BATCH = 500

Report = Callable[[int, str], None]


class JobControlService:
    """A few jobs are changed at once; all that match a filter are changed by a job, `ChangeJobs`. Whatever a person
    asks raises `Forbidden` for anybody below a manager."""

    def __init__(self, uow: UnitOfWorkFactory, database: Database, clock: Clock, audit: AuditService) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._audit = audit

    def retry(
        self, what: JobFilter | Sequence[UUID], actor: Actor, *, run_at: datetime | None = None
    ) -> Ordered:
        """Dead and cancelled jobs anew, with all their attempts; those that wait for their time, now or at `run_at`."""
        return self._change(Verb.RETRY, what, actor, run_at=run_at)

    def cancel(self, what: JobFilter | Sequence[UUID], actor: Actor) -> Ordered:
        """What waits, at once; what runs, when its handler looks or its attempt fails."""
        return self._change(Verb.CANCEL, what, actor)

    def delete(self, what: JobFilter | Sequence[UUID], actor: Actor) -> Ordered:
        """What has ended, with its story."""
        return self._change(Verb.DELETE, what, actor)

    def reprioritise(self, what: JobFilter | Sequence[UUID], priority: int, actor: Actor) -> Ordered:
        """0 is first, 9 last. Raises `Invalid`."""
        if not 0 <= priority <= 9:
            raise Invalid.at("priority", "A priority is a number from 0 (first) to 9 (last).")
        return self._change(Verb.PRIORITISE, what, actor, priority=priority)

    def pause(self, scope: PauseScope, name: str, actor: Actor) -> None:
        """Begin no more jobs of a queue or a kind. Those that run go on."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            ConsoleRepository(uow.session.connection()).pause(scope, name, by=actor.id, now=uow.now)
            self._audit.record(uow, "job.paused", scope.value, new_id(), name=name)
            uow.commit()

    def resume(self, scope: PauseScope, name: str, actor: Actor) -> None:
        """Begin them again, at once."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            console = ConsoleRepository(uow.session.connection())
            console.resume(scope, name)
            console.ring()
            self._audit.record(uow, "job.resumed", scope.value, new_id(), name=name)
            uow.commit()

    def carry_out(self, order: ChangeJobs, own_id: UUID, report: Report) -> int:
        """The job of an order: batch by batch, each in its transaction, never itself. `report` hears per cent and
        words, and may raise to stop. Answers how many jobs were changed."""
        actor = Actor(kind=ActorKind(order.actor_kind), id=order.actor_id)
        with self._database.read() as connection:
            total = ConsoleRepository(connection).count(order.which, STATES[order.verb])
        changed, seen, last = 0, 0, None
        while ids := self._next(order, last):
            last, seen = ids[-1], seen + len(ids)
            with self._uow(actor) as uow:
                changed += self._apply(uow, order, [one for one in ids if one != own_id])
                uow.commit()
            report(min(99, 100 * seen // max(total, 1)), f"{changed} of {total} jobs")
        with self._uow(actor) as uow:
            self._audit.record(
                uow, f"job.bulk_{order.verb.value}_done", "job_order", order.order_id, changed=changed
            )
            uow.commit()
        return changed

    def _change(
        self,
        verb: Verb,
        what: JobFilter | Sequence[UUID],
        actor: Actor,
        *,
        priority: int | None = None,
        run_at: datetime | None = None,
    ) -> Ordered:
        require(actor, StaffRole.MANAGER)
        which = what if isinstance(what, JobFilter) else JobFilter(ids=list(what))
        if not isinstance(what, JobFilter) and not which.ids:
            return Ordered(order_id=None, jobs=0)  # no ids are not all jobs
        order = ChangeJobs(
            order_id=new_id(),
            verb=verb,
            which=which,
            priority=priority,
            run_at=run_at,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
        )
        if not isinstance(what, JobFilter) and len(which.ids) <= _AT_ONCE:
            return self._at_once(order, actor)
        return self._order(order, actor)

    def _at_once(self, order: ChangeJobs, actor: Actor) -> Ordered:
        with self._uow(actor) as uow:
            changed = self._apply(uow, order, order.which.ids)
            for job_id in order.which.ids:
                self._audit.record(uow, f"job.{order.verb.value}", "job", job_id, priority=order.priority)
            uow.commit()
        return Ordered(order_id=None, jobs=changed)

    def _order(self, order: ChangeJobs, actor: Actor) -> Ordered:
        """What is promised after the order is not meant."""
        now = self._clock.now()
        until = min(order.which.until, now) if order.which.until else now
        order = replace(order, which=replace(order.which, until=until))
        with self._uow(actor) as uow:
            jobs = ConsoleRepository(uow.session.connection()).count(order.which, STATES[order.verb])
            uow.enqueue(order)
            asked = {name: str(value) for name, value in _given(order.which).items()}
            self._audit.record(
                uow,
                f"job.bulk_{order.verb.value}",
                "job_order",
                order.order_id,
                jobs=jobs,
                priority=order.priority,
                which=asked,
            )
            uow.commit()
        return Ordered(order_id=order.order_id, jobs=jobs)

    def _next(self, order: ChangeJobs, last: UUID | None) -> list[UUID]:
        with self._database.read() as connection:
            return ConsoleRepository(connection).ids(order.which, order.verb, after=last, size=_BATCH)

    def _apply(self, uow: UnitOfWork, order: ChangeJobs, ids: Sequence[UUID]) -> int:
        console = ConsoleRepository(uow.session.connection())
        changed = console.change(order.verb, ids, now=uow.now, priority=order.priority, run_at=order.run_at)
        if order.verb is Verb.RETRY and changed:
            console.ring()
        return changed


def _given(which: JobFilter) -> dict[str, object]:
    """What a filter asks, for the audit: not the list of ids, whose number says enough, nor words somebody typed."""
    asked = {
        "queue": which.queue,
        "kind": which.kind,
        "states": ", ".join(which.states),
        "error_code": which.error_code,
        "subject_id": which.subject_id,
        "subject_ids": len(which.subject_ids),
        "since": which.since,
        "until": which.until,
        "ids": len(which.ids),
    }
    return {name: value for name, value in asked.items() if value}
