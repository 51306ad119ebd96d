"""What becomes of a job after an attempt."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exodrive.core.errors import ExodriveError, Kind, Limited, Missing, Unavailable
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState, Policy
from exodrive.services.job.contracts import Attempt
from exodrive.services.job.rules import TimeLimitPassed, back_off, describe, jitter, judge

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
POLICY = Policy(queue="email", max_attempts=3, first_retry=4, longest_retry=60)


def attempt(attempts: int = 0) -> Attempt:
    return Attempt(
        id=new_id(),
        job_id=new_id(),
        kind="x",
        sealed=b"",
        attempts=attempts,
        max_attempts=POLICY.max_attempts,
        request_id=None,
        worker="w",
        due_at=NOW,
    )


def test_no_error_completes():
    assert judge(None, attempt(), POLICY, NOW).state is JobState.COMPLETED


@pytest.mark.parametrize("error", [Unavailable("down"), TimeLimitPassed("slow"), RuntimeError("?")])
def test_what_may_succeed_later_is_tried_again_until_the_attempts_are_used_up(error: Exception):
    first = judge(error, attempt(), POLICY, NOW)
    assert first.state is JobState.RETRYING
    assert first.run_at is not None
    assert timedelta(seconds=3) <= first.run_at - NOW <= timedelta(seconds=5)
    assert judge(error, attempt(1), POLICY, NOW).state is JobState.RETRYING
    last = judge(error, attempt(2), POLICY, NOW)
    assert (last.state, last.run_at) == (JobState.DEAD, None)


def test_limited_is_tried_again_when_told():
    verdict = judge(Limited("slowly", retry_after=90), attempt(), POLICY, NOW)
    assert verdict.state is JobState.RETRYING
    assert verdict.run_at == NOW + timedelta(seconds=90)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in {Kind.UNAVAILABLE, Kind.LIMITED}])
def test_other_errors_of_ours_are_dead_at_once(kind: Kind):
    class Fact(ExodriveError):
        code: ClassVar[str] = "fact"

    Fact.kind = kind
    verdict = judge(Fact("It is so."), attempt(), POLICY, NOW)
    assert (verdict.state, verdict.error_code) == (JobState.DEAD, "fact")
    assert verdict.error_text == "Fact (fact): It is so."


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_and_stay_within_a_quarter_of_the_longest(failures: int, spread: float):
    pause = back_off(POLICY, failures, spread).total_seconds()
    assert pause <= POLICY.longest_retry * 1.25
    assert pause <= back_off(POLICY, failures + 1, spread).total_seconds()


@pytest.mark.parametrize(("failures", "planned"), [(1, 5), (2, 300), (3, 7200), (9, 7200)])
def test_a_plan_of_pauses_is_kept(failures: int, planned: float) -> None:
    policy = Policy(queue="webhook", pauses=(5, 300, 7200))
    assert back_off(policy, failures, 0.5).total_seconds() == planned
    assert back_off(policy, failures, 0).total_seconds() == planned * 0.75


def test_attempts_that_fail_together_return_apart():
    spreads = {jitter(new_id()) for _ in range(100)}
    assert len(spreads) > 90
    assert all(0 <= spread < 1 for spread in spreads)


def test_an_unknown_error_is_kept_without_its_values():
    def fail() -> None:
        try:
            dict[str, str]()["ada@example.org"]
        except KeyError as cause:
            raise ValueError("no such customer: Ada") from cause

    with pytest.raises(ValueError, match="Ada") as caught:
        fail()
    told = describe(caught.value)
    assert "ada" not in told.lower()
    assert told.startswith("ValueError at ")
    assert "← KeyError at " in told
    assert "services/job/test_rules.py" in told


def test_our_own_error_is_kept_with_its_words():
    assert describe(Missing("There is no such booking.")) == "Missing (not_found): There is no such booking."
    assert describe(Missing("a\0b" + "c" * 10_000)).startswith("Missing (not_found): abc")
    assert len(describe(Missing("c" * 10_000))) < 2100
