"""A file of any size takes the memory of a small one."""

from collections.abc import Callable

import pytest

from exodrive.core.db import Database
from exodrive.services.booking.models import Booking
from exodrive.services.car.models import Car
from exodrive.settings import Settings
from tests.services.report.many import export, write_moves

MANY = {"csv": 200_000, "xlsx": 50_000}
GROWTH, MOST = 40, 200  # megabytes


@pytest.mark.slow
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_many_rows_take_the_memory_of_a_few(
    database: Database, settings: Settings, west: Car, rent: Callable[..., Booking], file_format: str
) -> None:
    booking = rent(west, "2026-05-01 10:00", "2026-05-03 10:00")
    few = export(database, settings, file_format)
    write_moves(database, booking.id, MANY[file_format])
    many = export(database, settings, file_format)
    assert (few.rows, many.rows) == (0, MANY[file_format])
    assert many.megabytes < few.megabytes + GROWTH
    assert many.megabytes < MOST
