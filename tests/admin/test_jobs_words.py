"""How figures of jobs are written, and drawn."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from exodrive.admin.jobs.blueprint import breakable, share, span
from exodrive.admin.jobs.charts import HEIGHT, WIDTH, ended, nice, times
from exodrive.services.job.contracts import Point

SINCE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (None, "–"),
        (0.0123, "12 ms"),
        (1.26, "1.3 s"),
        (timedelta(seconds=42.4), "42 s"),
        (timedelta(minutes=5, seconds=3), "5 minutes"),
        (timedelta(days=1, hours=2, minutes=7), "1 day 2 hours"),
    ],
)
def test_lengths_of_time_are_short(app: Flask, length: timedelta | float | None, written: str) -> None:
    with app.test_request_context():
        assert span(length) == written


@pytest.mark.parametrize(
    ("part", "written"), [(None, "–"), (1, "100 %"), (0.5, "50 %"), (0.12345, "12.3 %"), (0.99999, "99.9 %")]
)
def test_a_hundred_per_cent_means_that_nothing_failed(part: float | None, written: str) -> None:
    assert share(part) == written


def test_a_kind_is_escaped_and_breaks_where_its_words_end() -> None:
    assert breakable("email.booking_<b>") == "email.<wbr>booking_<wbr>&lt;b&gt;"


@given(st.floats(min_value=1e-4, max_value=1e9))
def test_the_edge_of_a_chart_is_near_and_not_below(value: float) -> None:
    assert value * (1 - 1e-9) <= nice(value) <= value * 2.01


points = st.lists(
    st.builds(
        Point,
        at=st.integers(0, 59).map(lambda minute: SINCE + minute * MINUTE),
        completed=st.integers(0, 10_000),
        failed=st.integers(0, 10_000),
        wait_p95=st.none() | st.floats(0, 1e5),
        run_p95=st.none() | st.floats(0, 1e5),
    ),
    max_size=60,
    unique_by=lambda point: point.at,
)


@given(points)
def test_bars_stay_inside_and_stand_on_each_other(found: list[Point]) -> None:
    drawn = ended(found, SINCE, HOUR, 60)
    assert len(drawn.marks) == 5
    for bar in drawn.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert -0.02 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.02
    area = sum(bar.height for bar in drawn.bars) * drawn.top / HEIGHT
    assert area == pytest.approx(
        sum(point.completed + point.failed for point in found), rel=0.01, abs=drawn.top
    )


def test_a_line_has_gaps_where_nothing_was_measured() -> None:
    values = {0: 1.0, 1: 2.0, 5: 1.0}
    found = [
        Point(at=SINCE + minute * MINUTE, completed=1, failed=0, wait_p95=value, run_p95=None)
        for minute, value in values.items()
    ]
    drawn = times(found, SINCE, HOUR, 60)
    wait, run = drawn.lines
    assert drawn.top == 2
    assert wait.path == "M0.0 50.0H10.0L10.0 0.0H20.0M50.0 50.0H60.0"
    assert run.path == ""
