"""Why a job waits, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState
from exodrive.services.job.console_reasons import Surroundings, why
from exodrive.services.job.contracts import BreakerView, JobLine, PauseScope, PauseView

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
JOB = JobLine(
    id=new_id(),
    kind="email.thanks",
    queue="email",
    state=JobState.SCHEDULED,
    priority=5,
    subject_type=None,
    subject_id=None,
    created_at=NOW,
    run_at=NOW,
    started_at=None,
    finished_at=None,
    attempts=0,
    lost=0,
    max_attempts=5,
    progress=None,
    progress_text=None,
    error_code=None,
)
QUIET = Surroundings(now=NOW, pause=None, known=True, away=None, before=0, sent=0)
PAUSE = PauseView(scope=PauseScope.KIND, name="email.thanks", paused_at=NOW, paused_by=None)
AWAY = BreakerView(system="mail", state="open", since=NOW - timedelta(minutes=2), failures=12, waiting=1)
SOON: dict[str, Any] = {"run_at": NOW + timedelta(minutes=1)}
AGAIN: dict[str, Any] = SOON | {"state": JobState.RETRYING}


@pytest.mark.parametrize(
    ("job", "around", "said"),
    [
        ({}, {}, "nothing comes first: the relay does not run"),
        ({}, {"before": 3, "sent": 7}, "3 of its queue come first, and 7 are with the workers already"),
        ({}, {"before": 1000, "sent": 1000}, "1,000 or more of its queue come first"),
        (
            {"state": JobState.WAITING},
            {"before": 2},
            "It was sent to the workers; 2 of its queue come first.",
        ),
        ({}, {"pause": PAUSE}, "The kind email.thanks is paused since 2026-06-01 10:00:00 UTC."),
        ({}, {"known": False}, "no worker knows the kind email.thanks"),
        ({}, {"away": AWAY}, "mail has not answered since 2026-06-01 09:58:00 UTC"),
        ({}, {"away": replace(AWAY, since=None, state="closed")}, "nothing comes first"),
        (SOON, {"before": 3}, "It is to run at 2026-06-01 10:01:00 UTC."),
        (AGAIN, {}, "It is to run at 2026-06-01 10:01:00 UTC."),
        (
            AGAIN | {"error_code": "mail_unavailable"},
            {},
            "Its last attempt failed (mail_unavailable); it is tried again",
        ),
        (AGAIN | {"error_code": "breaker_open"}, {}, "is left alone for a moment"),
        (AGAIN | {"error_code": "over_rate"}, {}, "held to a rate"),
        (AGAIN | {"error_code": "newer_version"}, {}, "A newer version of the product promised it"),
        (AGAIN | {"error_code": "no_key"}, {}, "had the key that opens its payload"),
        (AGAIN | {"error_code": "lost"}, {}, "The worker that ran it vanished"),
    ],
)
def test_what_keeps_a_job_is_named(job: dict[str, Any], around: dict[str, Any], said: str) -> None:
    assert said in str(why(replace(JOB, **job), replace(QUIET, **around)))


def test_a_pause_is_the_first_reason() -> None:
    told = why(replace(JOB, **SOON), replace(QUIET, pause=PAUSE, known=False, away=AWAY))
    assert "is paused" in str(told)


@pytest.mark.parametrize("state", [JobState.ACTIVE, JobState.COMPLETED, JobState.DEAD, JobState.CANCELLED])
def test_what_does_not_wait_has_no_reason(state: JobState) -> None:
    assert why(replace(JOB, state=state), replace(QUIET, pause=PAUSE)) is None
