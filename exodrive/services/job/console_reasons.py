"""Why an open job waits, in words for people. Pure functions."""

from dataclasses import dataclass
from datetime import datetime

from exodrive.core.ledger import JobState
from exodrive.services.job.contracts import BreakerView, JobLine, PauseView
from exodrive.services.job.rules import BREAKER_OPEN, NewerVersion, NoKey, OverRate

_WAITING = frozenset({JobState.SCHEDULED, JobState.WAITING, JobState.RETRYING})
_COUNTED = 1000
"""What is before a job is counted up to here."""

# What a code says of a job that is to be tried again, where it is no failure of its own.
_PUT_OFF = {
    BREAKER_OPEN: "The system it needs does not answer and is left alone for a moment; it is tried again at {at}.",
    OverRate.code: "Jobs of its kind are held to a rate, and it waits for its turn at {at}.",
    NewerVersion.code: "A newer version of the product promised it; a worker of that version is looked for at {at}.",
    NoKey.code: "No worker so far had the key that opens its payload; it is tried again at {at}.",
    "lost": "The worker that ran it vanished; it runs again at {at}.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What may keep a job from beginning. `before` counts the jobs of its queue that come first: those sent to the
    workers before it, for one that was sent; else those that are due. `sent` counts those with the workers."""

    now: datetime
    pause: PauseView | None
    known: bool
    away: BreakerView | None
    before: int
    sent: int


def why(job: JobLine, around: Surroundings) -> str | None:
    """None for a job that runs or has ended."""
    if job.state not in _WAITING:
        return None
    if pause := around.pause:
        return f"The {pause.scope} {pause.name} is paused since {_clock(pause.paused_at)}."
    if job.run_at > around.now:
        return _later(job)
    if not around.known:
        return (
            f"It is due, but no worker knows the kind {job.kind}: a newer version of the product promised it."
        )
    if (away := around.away) and away.since:
        return f"It is due, but {away.system} has not answered since {_clock(away.since)} and is left alone for now."
    if job.state is JobState.WAITING:
        return f"It was sent to the workers; {_counted(around.before)} of its queue come first."
    if around.before or around.sent:
        first, sent = _counted(around.before), _counted(around.sent)
        return f"It is due; {first} of its queue come first, and {sent} are with the workers already."
    return "It is due, and nothing comes first: the relay does not run, or cannot reach the workers."


def _later(job: JobLine) -> str:
    at = _clock(job.run_at)
    if job.state is not JobState.RETRYING or job.error_code is None:
        return f"It is to run at {at}."
    if put_off := _PUT_OFF.get(job.error_code):
        return put_off.format(at=at)
    return f"Its last attempt failed ({job.error_code}); it is tried again at {at}."


def _counted(number: int) -> str:
    return f"{_COUNTED:,} or more" if number >= _COUNTED else str(number)


def _clock(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S UTC")
