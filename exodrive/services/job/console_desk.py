"""The console as staff may see it: for managers; where in the source an unknown error passed, for owners only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from exodrive.core import ledger
from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Invalid, Missing
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.account.service import StaffService
from exodrive.services.audit.story import AuditReader
from exodrive.services.job.batches import BatchService
from exodrive.services.job.console import JobConsoleService
from exodrive.services.job.console_contracts import (
    DeadGroup,
    DeskOverview,
    FindJobs,
    JobStory,
    Window,
    WorkerView,
)
from exodrive.services.job.console_repository import ConsoleRepository
from exodrive.services.job.contracts import (
    ConsoleView,
    JobFilter,
    JobLine,
    JobPage,
    JobView,
    PauseScope,
    QueueFigures,
    Verb,
)
from exodrive.services.job.masking import without_places
from exodrive.services.job.rhythm import Schedule
from exodrive.services.job.schedule import ScheduledRun, ScheduleService
from exodrive.services.job.workers import WorkerBook, WorkerPresence

_LATELY = timedelta(minutes=10)  # a process that ended nothing for so long, and says nothing, is not listed


class JobDeskService:
    """Reads for the console's pages; each method raises `Forbidden` for anybody below a manager."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        console: JobConsoleService,
        batches: BatchService,
        recurring: Schedule,
        schedule: ScheduleService,
        staff: StaffService,
        workers: WorkerBook,
    ) -> None:
        self._database = database
        self._clock = clock
        self._console = console
        self._batches = batches
        self._recurring = recurring
        self._schedule = schedule
        self._staff = staff
        self._book = workers
        self._audit = AuditReader()

    def overview(self, window: Window, actor: Actor) -> DeskOverview:
        """How everything stands, and who does what."""
        require(actor, StaffRole.MANAGER)
        view, now = self._console.overview(window.length), self._clock.now()
        paused = {pause.name for pause in view.pauses if pause.scope is PauseScope.QUEUE}
        quiet = set(self.queues()) - {one.queue for one in view.queues}
        queues = (*view.queues, *(_quiet(queue, queue in paused) for queue in quiet))
        present = self._book.present()
        return DeskOverview(
            view=replace(view, queues=tuple(sorted(queues, key=lambda one: one.queue))),
            workers=self._workers(view, present or (), now),
            heard=present is not None,
            names=self._names({pause.paused_by for pause in view.pauses if pause.paused_by}),
            never=tuple(
                sorted({one.kind for one in self._recurring.entries} - {one.kind for one in view.schedules})
            ),
            until=now,
        )

    def which(self, wanted: FindJobs, subjects: Sequence[UUID] | None = None) -> JobFilter:
        """The filter of the ledger; `subjects` are the bookings that are asked for, None for any. Raises `Invalid`."""
        return JobFilter(
            queue=wanted.queue,
            kind=wanted.kind,
            states=[wanted.state.value] if wanted.state else [],
            text=wanted.text,
            error_code=wanted.error,
            subject_type="booking" if subjects is not None else None,
            subject_ids=list(subjects or ()),
            since=_minute("since", wanted.since),
            until=_minute("until", wanted.until),
        )

    def find(self, which: JobFilter, actor: Actor, cursor: UUID | None = None) -> JobPage:
        """A page of those that match."""
        require(actor, StaffRole.MANAGER)
        return self._console.find(which, cursor)

    def count(self, which: JobFilter, actor: Actor, verb: Verb) -> tuple[int, int]:
        """How many match, and how many of those `verb` is for."""
        require(actor, StaffRole.MANAGER)
        return self._console.count(which), self._console.count(which, verb)

    def groups_of_dead(self, actor: Actor) -> tuple[DeadGroup, ...]:
        """Dead jobs by cause."""
        require(actor, StaffRole.MANAGER)
        return self._console.groups_of_dead()

    def story(self, job_id: UUID, actor: Actor) -> JobStory:
        """One job whole. Raises `Missing`."""
        require(actor, StaffRole.MANAGER)
        job, stacks = self._console.job(job_id), StaffRole(actor.role or "").covers(StaffRole.OWNER)
        with self._database.read() as connection:
            bounds = ConsoleRepository(connection).bounds(job_id)
            deeds = self._audit.of(connection, *_written_under(job.line))
        return JobStory(
            job=job if stacks else _without_places(job),
            by=self._who(job.cause),
            batch=self._batches.get(bounds.batch_id) if bounds.batch_id else None,
            expires_at=bounds.expires_at,
            deeds=deeds,
            names=self._names({deed.actor_id for deed in deeds if deed.actor_id}),
            stacks=stacks,
            now=self._clock.now(),
        )

    def runs(self, name: str, actor: Actor) -> tuple[ScheduledRun, ...]:
        """The newest runs of a schedule. Raises `Missing`."""
        require(actor, StaffRole.MANAGER)
        if not (found := self._schedule.runs(name)):
            raise Missing("There is no such schedule.")
        return found

    def order(self, order_id: UUID, actor: Actor) -> UUID:
        """The job that carries out an order. Raises `Missing`."""
        require(actor, StaffRole.MANAGER)
        jobs = self._console.find(JobFilter(subject_type="order", subject_id=order_id)).jobs
        if not jobs:
            raise Missing("There is no such order.")
        return jobs[0].id

    def kinds(self) -> tuple[str, ...]:
        """Every kind of job."""
        return tuple(sorted(ledger.kinds()))

    def queues(self) -> tuple[str, ...]:
        """Their queues."""
        return tuple(sorted({kind.policy.queue for kind in ledger.kinds().values()}))

    def check_name(self, scope: PauseScope, name: str) -> None:
        """Raises `Missing` for a queue or a kind that there is none of."""
        if name not in (self.queues() if scope is PauseScope.QUEUE else self.kinds()):
            raise Missing(f"There is no such {scope}.")

    def _workers(
        self, view: ConsoleView, present: Sequence[WorkerPresence], now: datetime
    ) -> tuple[WorkerView, ...]:
        there = {one.name: one for one in present}
        with self._database.read() as connection:
            ended = ConsoleRepository(connection).workers(now - _LATELY)
        names = sorted(ended.keys() | {one.worker for one in view.running} | there.keys())
        return tuple(
            WorkerView(
                name=name,
                presence=there.get(name),
                running=tuple(one for one in view.running if one.worker == name),
                ended=ended[name].ended if name in ended else 0,
                last_at=ended[name].last_at if name in ended else None,
            )
            for name in names
        )

    def _who(self, cause: dict[str, object]) -> str | None:
        staff_id = cause.get("actor_id")
        if cause.get("actor") != ActorKind.STAFF or not isinstance(staff_id, str):
            return None
        return self._names({staff_id}).get(staff_id)

    def _names(self, ids: set[str]) -> dict[str, str]:
        known = {UUID(one) for one in ids if _is_id(one)}
        return {str(key): name for key, name in self._staff.names(known).items()} if known else {}


def _quiet(queue: str, paused: bool) -> QueueFigures:
    """A queue that has nothing to do and did nothing."""
    return QueueFigures(
        queue=queue,
        depth=None,
        paused=paused,
        completed=0,
        retried=0,
        deferred=0,
        lost=0,
        died=0,
        success=None,
        per_minute=0,
        run_p50=None,
        run_p95=None,
        wait_p50=None,
        wait_p95=None,
    )


def _is_id(words: str) -> bool:
    try:
        UUID(words)
    except ValueError:
        return False
    return True


def _written_under(line: JobLine) -> tuple[str, UUID]:
    """Under which subject the audit has what was done: a bulk order under its own name."""
    if line.subject_type == "order" and line.subject_id:
        return "job_order", line.subject_id
    return "job", line.id


def _minute(field: str, words: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(words).replace(tzinfo=UTC) if words else None
    except ValueError:
        raise Invalid.at(field, "Please give a date that exists.") from None


def _without_places(job: JobView) -> JobView:
    attempts = tuple(
        replace(one, error_text=without_places(one.error_text) if one.error_text else None)
        for one in job.attempts
    )
    text = without_places(job.error_text) if job.error_text else None
    return replace(job, error_text=text, attempts=attempts)
