"""What becomes of a job after an attempt, and what may be remembered of an error. Pure functions."""

import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from types import TracebackType
from uuid import UUID

import pybreaker

from exodrive.core.errors import ExodriveError, Kind, Limited, Unavailable
from exodrive.core.ledger import JobState, Policy
from exodrive.services.job.contracts import Attempt

LOST_LIMIT = 3  # a job that took its worker with it so often is the cause, not the victim
LOST_PAUSE = timedelta(seconds=5)  # between losing a job again and trying it again; the first time at once
LEFT_ALONE = 15.0  # seconds, about what a breaker stays open
BREAKER_OPEN = "breaker_open"
NEWER_VERSION_PAUSE = 30.0  # seconds between looks for a worker that knows a newer payload
NO_KEY_PAUSE = timedelta(seconds=60)  # at least: keys come with a restart
EXPIRED = "expired"
EXPIRED_TEXT = "Its time was over before it could be done."
KEPT = {
    JobState.COMPLETED: timedelta(days=7),
    JobState.CANCELLED: timedelta(days=30),
    JobState.DEAD: timedelta(days=90),
}  # how long after their end
_FRAMES = 12  # innermost locations kept of a traceback
_WORDS = 2000  # characters kept of a message


class TimeLimitPassed(Unavailable):
    """The handler ran longer than its policy allows; it may still be running, its result is refused."""

    code = "time_limit"


class Cancelled(ExodriveError):
    """A handler stopped because somebody cancelled its job."""

    kind = Kind.GONE
    code = "cancelled"


class OverRate(Limited):
    """We would call too often: the job waits for its turn, which is no failure."""

    code = "over_rate"


class NewerVersion(Unavailable):
    """The payload was promised by a newer version of the product: a worker of that version is waited for."""

    code = "newer_version"


class NoKey(Unavailable):
    """This worker has none of the keys that open the payload; another may have."""

    code = "no_key"


class Expired(ExodriveError):
    """Done now, the job would be too late to be of use."""

    kind = Kind.GONE
    code = EXPIRED


class Unreadable(ExodriveError):
    """The stored payload does not make a payload of its kind."""

    code = "unreadable_payload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The state after an attempt; `run_at` only for a retry."""

    state: JobState
    run_at: datetime | None = None
    error_code: str | None = None
    error_text: str | None = None
    counts: bool = True  # among the attempts that a policy grants


def judge(error: Exception | None, attempt: Attempt, policy: Policy, now: datetime) -> Verdict:
    """Completed without an error; a retry where the same call may succeed later and attempts are left; else dead."""
    if error is None:
        return Verdict(state=JobState.COMPLETED)
    if isinstance(error, Cancelled):
        return Verdict(state=JobState.CANCELLED, error_code=error.code, error_text=describe(error))
    if isinstance(error, OverRate):
        return _deferred(
            error, now + timedelta(seconds=error.retry_after * (1 + jitter(attempt.id))), error.code
        )
    if left_alone(error):
        pause = timedelta(seconds=LEFT_ALONE * (0.75 + jitter(attempt.id) / 2))
        return _deferred(error, now + pause, BREAKER_OPEN)
    if isinstance(error, NewerVersion):
        pause = timedelta(seconds=NEWER_VERSION_PAUSE * (0.75 + jitter(attempt.id) / 2))
        return _deferred(error, now + pause, error.code)
    failures = attempt.attempts + 1
    code = error.code if isinstance(error, ExodriveError) else "unexpected"
    if _permanent(error) or failures >= attempt.max_attempts:
        return Verdict(state=JobState.DEAD, error_code=code, error_text=describe(error))
    pause = back_off(policy, failures, jitter(attempt.id))
    if isinstance(error, Limited):
        pause = max(pause, timedelta(seconds=error.retry_after))
    elif isinstance(error, NoKey):
        pause = max(pause, NO_KEY_PAUSE)
    return Verdict(state=JobState.RETRYING, run_at=now + pause, error_code=code, error_text=describe(error))


def _deferred(error: Exception, run_at: datetime, code: str) -> Verdict:
    return Verdict(
        state=JobState.RETRYING, run_at=run_at, error_code=code, error_text=describe(error), counts=False
    )


def left_alone(error: BaseException | None) -> bool:
    """Whether a breaker refused the call: the outside system was not asked, so nothing is learnt about the job."""
    while error is not None:
        if isinstance(error, pybreaker.CircuitBreakerError):
            return True
        error = error.__cause__
    return False


def _permanent(error: Exception) -> bool:
    return isinstance(error, ExodriveError) and error.kind not in {Kind.UNAVAILABLE, Kind.LIMITED}


def back_off(policy: Policy, failures: int, spread: float) -> timedelta:
    """The pause after the `failures`-th failure: the policy's own, or one that doubles each time up to its longest;
    moved by up to a quarter either way (`spread` in [0, 1)), so that jobs that failed together do not return
    together."""
    if policy.pauses:
        planned = policy.pauses[min(failures, len(policy.pauses)) - 1]
    else:
        planned = min(policy.longest_retry, policy.first_retry * 2.0 ** min(failures - 1, 30))
    return timedelta(seconds=planned * (0.75 + spread / 2))


def jitter(attempt_id: UUID) -> float:
    """A number in [0, 1) that belongs to the attempt: the low bits of a UUID version 7 are random."""
    return (attempt_id.int & 0xFFFF) / 0x10000


def describe(error: Exception) -> str:
    """What may be kept of an error: our own errors' words, for others the classes and the places they passed. Values
    and foreign messages may hold anything that a customer typed, so they are left out."""
    if isinstance(error, ExodriveError):
        words = error.message.replace("\0", "")[:_WORDS]  # PostgreSQL's text knows no NUL
        return f"{type(error).__name__} ({error.code}): {words}"
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < 5:
        parts.append(f"{_name(seen)} at {_places(seen.__traceback__)}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n← ".join(parts)


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _places(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return ", ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)


def _short(filename: str) -> str:
    """The last three parts of a path: enough to find the file, nothing about the machine."""
    return "/".join(PurePath(filename).parts[-3:])
