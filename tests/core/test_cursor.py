"""A place in a list, through an address and back."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exodrive.core import cursor
from exodrive.core.crypto import to_url

AT = datetime(2026, 6, 1, 10, 0, 0, 123457, tzinfo=UTC)
ROW = UUID("019a0000-0000-7000-8000-000000000020")  # a byte of it is a space


@given(st.datetimes(timezones=st.just(UTC)), st.uuids(), st.sampled_from(["", "created", "-starts"]))
def test_there_and_back(at: datetime, row_id: UUID, order: str) -> None:
    assert cursor.read(cursor.write(at, row_id, order), order) == (at, row_id)


ROW_BYTES = b"0123456789abcdef"
BROKEN = [
    None,
    "",
    "nonsense",
    "é",
    to_url(b"1 "),
    to_url(b"x  " + ROW_BYTES),
    to_url(b"9" * 30 + b"  " + ROW_BYTES),
]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_none_is_the_first_part(text: str | None) -> None:
    assert cursor.read(text) is None


def test_another_order_is_another_list() -> None:
    assert cursor.read(cursor.write(AT, ROW, "created"), "-created") is None
