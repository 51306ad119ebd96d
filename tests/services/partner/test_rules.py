"""The form of keys, and who is in a rollout, without a database."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exodrive.core.ids import new_id
from exodrive.services.partner.contracts import KeyKind, KeyState, Outcome
from exodrive.services.partner.rules import (
    Presented,
    Rollout,
    bucket,
    compose,
    outcome_of,
    prefix_of,
    read,
    state_of,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DOCUMENTED = re.compile(r"exo_(partner|staff)_[0-9A-Za-z]{11}_[0-9A-Za-z]{49}")


@given(st.sampled_from(KeyKind), st.uuids(), st.binary(min_size=32, max_size=32))
def test_a_key_is_read_as_it_was_made(kind: KeyKind, key_id: UUID, secret: bytes):
    prefix = prefix_of(kind, key_id)
    key = compose(prefix, secret)
    assert DOCUMENTED.fullmatch(key)
    assert read(key) == Presented(kind, prefix)


@given(st.binary(min_size=32, max_size=32), st.integers(12, 71), st.sampled_from("0aZ_"))
def test_one_wrong_letter_is_seen(secret: bytes, place: int, letter: str):
    key = compose(prefix_of(KeyKind.PARTNER, new_id()), secret)
    mistyped = key[:place] + letter + key[place + 1 :]
    assert (read(mistyped) is None) == (mistyped != key)


@pytest.mark.parametrize(
    "other", ["", "exo_partner_", "Bearer x", "exo_owner_" + "0" * 61, "x" * 100_000, "exo_partner_é"]
)
def test_other_texts_are_no_keys(other: str):
    assert read(other) is None


def test_a_key_is_never_longer_or_weaker():
    with pytest.raises(ValueError, match="32"):
        compose("exo_partner_00000000000", b"short")


@pytest.mark.parametrize(
    ("revoked_at", "expires_at", "replaced", "state"),
    [
        (None, NOW + HOUR, False, KeyState.ACTIVE),
        (None, NOW + HOUR, True, KeyState.REPLACED),
        (None, NOW, False, KeyState.EXPIRED),
        (None, NOW, True, KeyState.EXPIRED),
        (NOW - HOUR, NOW + HOUR, True, KeyState.REVOKED),
        (NOW - HOUR, NOW - HOUR, False, KeyState.REVOKED),
    ],
)
def test_where_a_key_stands(
    revoked_at: datetime | None, expires_at: datetime, replaced: bool, state: KeyState
):
    assert state_of(revoked_at=revoked_at, expires_at=expires_at, replaced=replaced, now=NOW) is state


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DONE),
        (304, Outcome.DONE),
        (400, Outcome.REFUSED),
        (429, Outcome.REFUSED),
        (500, Outcome.FAILED),
    ],
)
def test_how_a_call_ended(status: int, outcome: Outcome):
    assert outcome_of(status) is outcome


def test_the_buckets_are_even_and_stay():
    counted = Counter(bucket("booking.hold", f"client-{number}") for number in range(20_000))
    assert set(counted) == set(range(100))
    assert max(counted.values()) < 2 * min(counted.values())
    assert bucket("booking.hold", "203.0.113.7") == 2  # as it was on the day it was written


@given(st.text(max_size=20), st.integers(0, 99))
def test_more_per_cent_only_add_callers(client: str, percent: int):
    before = Rollout(True, percent, ()).is_open("booking.hold", client, None)
    assert not before or Rollout(True, percent + 1, ()).is_open("booking.hold", client, None)


@given(st.uuids(), st.integers(1, 99))
def test_a_partner_is_one_caller_whichever_its_key(partner: UUID, percent: int):
    rollout = Rollout(True, percent, ())
    answers = {rollout.is_open("booking.hold", f"key:{number}", partner) for number in range(20)}
    assert len(answers) == 1


def test_the_partners_named_are_always_in_unless_it_is_shut():
    ours, other = uuid4(), uuid4()
    rollout = Rollout(True, 0, {ours})
    assert rollout.is_open("booking.hold", "x", ours)
    assert not rollout.is_open("booking.hold", "x", other)
    assert not rollout.is_open("booking.hold", "x", None)
    assert not Rollout(False, 100, {ours}).is_open("booking.hold", "x", ours)
