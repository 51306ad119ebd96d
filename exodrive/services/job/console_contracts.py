"""What the console's pages ask and are told, beside the views of the ledger in `contracts`. Instants in UTC."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ledger import JobState
from exodrive.services.audit.story import Deed
from exodrive.services.job.batches import BatchView
from exodrive.services.job.contracts import ConsoleView, JobView, PauseScope, RunningJob
from exodrive.services.job.workers import WorkerPresence


class Window(StrEnum):
    """How far back the overview looks."""

    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"

    @property
    def length(self) -> timedelta:
        return {
            Window.HOUR: timedelta(hours=1),
            Window.DAY: timedelta(days=1),
            Window.WEEK: timedelta(days=7),
        }[self]


STATE_WORDS = {
    JobState.SCHEDULED: "Scheduled",
    JobState.WAITING: "Waiting",
    JobState.ACTIVE: "Running",
    JobState.RETRYING: "Retrying",
    JobState.COMPLETED: "Completed",
    JobState.DEAD: "Dead",
    JobState.CANCELLED: "Cancelled",
}
_MINUTE = validate.Regexp(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\Z",
    error="Please give a date and a time, such as 2026-06-01T10:30.",
)


@contract
class FindJobs:
    """Which jobs the console's list shows. `customer` is the keyed hash of a customer's address, so that no address
    stands in a link; `since` and `until` are minutes of UTC; `after` is the cursor of the page before."""

    state: JobState | None = field(default=None, label="State", choices=STATE_WORDS, empty="Any state")
    queue: str | None = field(validate.Length(max=80), default=None, label="Queue")
    kind: str | None = field(validate.Length(max=80), default=None, label="Kind")
    text: str | None = field(
        validate.Length(max=200), default=None, label="Id or error", autocomplete="off", spellcheck="false"
    )
    error: str | None = field(validate.Length(max=80), default=None, label="Cause", input_type="hidden")
    booking: str | None = field(validate.Length(max=20), default=None, input_type="hidden")
    customer: str | None = field(validate.Length(max=64), default=None, input_type="hidden")
    since: str | None = field(_MINUTE, default=None, label="From (UTC)", input_type="datetime-local")
    until: str | None = field(_MINUTE, default=None, label="To (UTC)", input_type="datetime-local")
    after: UUID | None = field(default=None)


@contract
class ChooseWindow:
    """Over which time the overview counts."""

    window: Window = field(default=Window.HOUR)


@contract
class NamePause:
    """Which queue or kind is not to be begun for a while."""

    scope: PauseScope
    name: str = field(validate.Length(min=1, max=80))


@contract
class NameSubject:
    """What jobs are about, as people know it."""

    subject: str = field(
        validate.Length(min=1, max=254),
        label="About a booking or a customer",
        placeholder="Reference or e-mail",
        autocomplete="off",
        spellcheck="false",
    )


@contract
class RetryLater:
    """When a job is to run, by the clock of UTC."""

    day: date = field(label="Day (UTC)")
    at: time = field(label="Time (UTC)")


@contract
class ChoosePriority:
    """What comes first among jobs of a queue."""

    priority: int = field(
        validate.Range(0, 9), default=5, label="Priority", help="0 is first, 9 is last; most jobs have 5."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerView:
    """A process that runs jobs, ran one within the last minutes, or says that it would: what it runs now, and how many
    it ended. `presence` None: it says nothing, as the processes that a worker forks."""

    name: str
    presence: WorkerPresence | None
    running: tuple[RunningJob, ...]
    ended: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOverview:
    """The overview for staff; `names` are those of who paused something, by id, `never` the kinds that recur and were
    never promised. `heard`: Redis could say which workers are there. `until` is now."""

    view: ConsoleView
    workers: tuple[WorkerView, ...]
    heard: bool
    names: dict[str, str]
    never: tuple[str, ...]
    until: datetime

    @property
    def totals(self) -> dict[str, int]:
        """Over all queues: due, active, later and dead jobs, and the silent schedules."""
        depths = [one.depth for one in self.view.queues if one.depth]
        figures = {
            name: sum(getattr(depth, name) for depth in depths) for name in ("due", "active", "later", "dead")
        }
        return figures | {"silent": sum(one.silent for one in self.view.schedules) + len(self.never)}

    @property
    def success(self) -> float | None:
        """Of all attempts that ended with an answer, in [0, 1]."""
        done = sum(one.completed for one in self.view.queues)
        tried = done + sum(one.retried + one.lost + one.died for one in self.view.queues)
        return done / tried if tried else None

    @property
    def per_minute(self) -> float:
        return sum(one.per_minute for one in self.view.queues)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStory:
    """One job for staff; `by` is the name of the member of staff who caused it, `deeds` is what staff did to it, with
    `names` by id. `stacks` tells whether the places of unknown errors are shown."""

    job: JobView
    by: str | None
    batch: BatchView | None
    expires_at: datetime | None
    deeds: tuple[Deed, ...]
    names: dict[str, str]
    stacks: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadGroup:
    """Dead jobs of one cause."""

    kind: str
    error_code: str | None
    jobs: int
    first_at: datetime
    last_at: datetime
    sample_id: UUID
