"""The worker of the test's own ledger: runs what is due, and travels to what is not yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage

import wireup
from sqlalchemy import select

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.ledger import OPEN_STATES, Job, JobState
from exodrive.queue import workers
from exodrive.queue.config import Timing
from exodrive.queue.runner import Runner
from tests.smtp import Inbox

_MOST = 200
assert workers.__all__  # whose import fills the registry


class Post:
    """Runs the jobs of the given queues by the worker's real runner, in the order of their hours."""

    def __init__(
        self,
        runner: Runner,
        database: Database,
        clock: ManualClock,
        inbox: Inbox,
    ) -> None:
        self._runner = runner
        self._database = database
        self._clock = clock
        self.inbox = inbox

    def run(self, *queues: str) -> None:
        """Whatever is due at this moment."""
        self.travel(self._clock.now(), *queues)

    def travel(self, to: datetime, *queues: str) -> None:
        """Let the time pass until `to`, and every job run at its own."""
        for _ in range(_MOST):
            due = self._next(to, queues or ("email",))
            if due is None:
                break
            self._clock.set(max(due.run_at, self._clock.now()))
            self._runner.run([due.id])
        else:
            raise AssertionError("The jobs do not come to an end.")
        self._clock.set(to)

    def _next(self, to: datetime, queues: tuple[str, ...]) -> Job | None:
        found = (
            select(Job)
            .where(Job.state.in_(OPEN_STATES), Job.run_at <= to, Job.queue.in_(queues))
            .order_by(Job.run_at, Job.id)
            .limit(1)
        )
        with self._database.sessions() as session:
            return session.scalars(found).first()

    def promised(self, kind: str) -> list[Job]:
        """The promises of a kind, in the order of their hours, whatever became of them."""
        with self._database.sessions() as session:
            return list(session.scalars(select(Job).where(Job.kind == kind).order_by(Job.run_at)))

    def failed(self) -> list[str]:
        """What did not complete at the first attempt."""
        with self._database.sessions() as session:
            found = select(Job).where(Job.state != JobState.COMPLETED, Job.attempts > 0)
            return [f"{job.kind}: {job.error_text}" for job in session.scalars(found)]

    def subjects(self) -> list[str]:
        """Of the mails that have arrived, in their order."""
        return [_subject(message) for message in self.inbox.messages]

    def mail(self, subject: str) -> EmailMessage:
        """The one mail whose subject begins like this."""
        [found] = [message for message in self.inbox.messages if _subject(message).startswith(subject)]
        return found


def _subject(message: EmailMessage) -> str:
    return str(message["Subject"]).strip()  # a long one is folded at its first word


def words(message: EmailMessage) -> str:
    """The text of a mail, in single spaces."""
    part = message.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return " ".join(str(part.get_content()).split())


@contextmanager
def open_post(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, inbox: Inbox
) -> Iterator[Post]:
    """A post whose threads end with the block."""
    runner = Runner(container, Timing())
    yield Post(runner, database, clock, inbox)
    runner.close()
