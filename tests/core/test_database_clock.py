"""The time of the database."""

import time
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from exodrive.core import clock
from exodrive.core.database_clock import DatabaseClock
from exodrive.core.db import Database, make_engine
from exodrive.local.servers import free_port


class _Wrong(datetime):
    """What a machine says whose clock is a year behind."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_Wrong":
        return cls.fromtimestamp(time.time() - timedelta(days=365).total_seconds(), tz)


@pytest.fixture(autouse=True)
def wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "datetime", _Wrong)


def test_it_is_right_on_a_machine_that_is_wrong(database: Database):
    shared = DatabaseClock(database)
    first, second = shared.now(), shared.now()
    assert abs(datetime.now(UTC) - first) < timedelta(seconds=5)
    assert first < second


def test_without_the_database_it_is_that_of_the_machine():
    engine = make_engine(f"postgresql://127.0.0.1:{free_port()}/none", pool_size=1)
    year_behind = datetime.now(UTC) - timedelta(days=365)
    assert abs(year_behind - DatabaseClock(Database(engine)).now()) < timedelta(seconds=5)
    engine.dispose()
