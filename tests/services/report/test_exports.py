"""Reports as files: every row once, nothing that a spreadsheet would run, and gone when their time is over."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import text

from exodrive.core.actor import Actor
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Invalid, Missing
from exodrive.services.booking.models import Booking
from exodrive.services.car.models import Car
from exodrive.services.payment.contracts import Move
from exodrive.services.report.contracts import (
    LINK_LIVES,
    AskExport,
    ExportState,
    ExportView,
    FileFormat,
    ReportKind,
)
from exodrive.services.report.errors import LinkRunOut
from exodrive.services.report.exports import ExportService
from exodrive.services.report.making import ExportMaker
from exodrive.settings import Settings
from tests.services.booking.conftest import CUSTOMER

Export = Callable[..., ExportView]
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def export(get: Any, manager: Actor, work: Any) -> Export:
    """`export(ReportKind.MONEY, FileFormat.CSV)`: a file of May, made by its job."""

    def make(report: ReportKind, file_format: FileFormat, run: bool = True) -> ExportView:
        since, until = date(2026, 5, 1), date(2026, 5, 31)
        asked = AskExport(report=report, since=since, until=until, format=file_format)
        export_id = get(ExportService).ask(asked, manager)
        if run:
            work.run("report")
            assert work.failed() == []
        made: ExportView = get(ExportService).get(export_id, manager)
        return made

    return make


@pytest.fixture
def rented(rent: Callable[..., Booking], west: Car, east: Car) -> tuple[Booking, Booking]:
    """A rental in dollars and one in pounds."""
    first, second = (rent(car, "2026-05-01 10:00", "2026-05-03 10:00") for car in (west, east))
    return first, second


def contents(get: Any, made: ExportView, manager: Actor) -> bytes:
    assert made.token
    opened = get(ExportService).open(made.token, manager)
    raw = b"".join(opened.pieces)
    assert len(raw) == opened.size
    return raw


def sheet(raw: bytes, number: int = 1) -> list[list[tuple[str, str]]]:
    """The cells of a sheet: (what a spreadsheet takes each for, what stands in it)."""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        tree = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    rows = []
    for row in tree.iter(f"{_MAIN}row"):
        cells = []
        for cell in row.iter(f"{_MAIN}c"):
            kind = "formula" if cell.find(f"{_MAIN}f") is not None else cell.get("t", "number")
            cells.append((kind, "".join(cell.itertext())))
        rows.append(cells)
    return rows


def test_a_csv_holds_amounts_as_numbers_and_moments_with_their_zone(
    get: Any, export: Export, manager: Actor, rent: Callable[..., Booking], west: Car
) -> None:
    booking = rent(west, "2026-05-01 19:00", "2026-05-03 19:00", total=123_456)
    made = export(ReportKind.BOOKINGS, FileFormat.CSV)
    assert (made.state, made.rows, made.percent) == (ExportState.READY, 1, 100)
    [row] = csv.DictReader(io.StringIO(contents(get, made, manager).decode()))
    told = {key: row[key] for key in ("Booking", "Pick-up", "Price", "Currency", "Charged", "Time zone")}
    assert told == {
        "Booking": booking.reference,
        "Pick-up": "2026-05-01T12:00-07:00",
        "Price": "1234.56",
        "Currency": "USD",
        "Charged": "0.00",
        "Time zone": "America/Los_Angeles",
    }
    assert "Ada" not in str(row)


@pytest.mark.parametrize("evil", ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", "\tx", "|cmd", "%x"])
def test_no_text_is_run_by_a_spreadsheet(
    get: Any, export: Export, manager: Actor, west: Car, evil: str
) -> None:
    with get(Database).engine.begin() as connection:
        connection.execute(text("UPDATE car SET plate = :evil"), {"evil": evil})
    plain = contents(get, export(ReportKind.UTILISATION, FileFormat.CSV), manager).decode()
    assert next(csv.DictReader(io.StringIO(plain, newline="")))["Plate"] == f"'{evil}"
    cells = sheet(contents(get, export(ReportKind.UTILISATION, FileFormat.XLSX), manager))
    assert {kind for row in cells for kind, _ in row} == {"inlineStr", "number"}
    assert cells[1][2] == ("inlineStr", evil)


def test_a_workbook_has_its_totals_by_currency(
    get: Any, export: Export, manager: Actor, rented: tuple[Booking, Booking], settle: Any
) -> None:
    for booking, amount in zip(rented, (300_050, 200_000), strict=True):
        settle(booking, Move.CAPTURE, amount, "2026-05-01 12:00")
    raw = contents(get, export(ReportKind.REVENUE, FileFormat.XLSX), manager)
    heads = [words for _, words in sheet(raw)[0]]
    assert heads == ["Month", "Location", "Currency", "Charged", "Refunded", "Kept", "Bookings"]
    totals = sheet(raw, 2)[1:]
    assert [[words for _, words in row] for row in totals] == [
        ["GBP", "1", "2000", "0", "2000"],
        ["USD", "1", "3000.5", "0", "3000.5"],
    ]


def test_a_file_is_sealed_and_goes_when_its_time_is_over(
    get: Any, export: Export, manager: Actor, clock: ManualClock, west: Car
) -> None:
    made = export(ReportKind.UTILISATION, FileFormat.CSV)
    kept = list((get(Settings).storage_folder / "report" / str(made.id)).rglob("*"))
    assert [path.name for path in kept if path.is_file() and b"Hours" in path.read_bytes()] == []
    assert made.token
    clock.move(LINK_LIVES)
    with pytest.raises(LinkRunOut):
        get(ExportService).open(made.token, manager)
    again = get(ExportService).get(made.id, manager)
    assert contents(get, again, manager)
    clock.move(timedelta(hours=24))
    gone = get(ExportService).get(made.id, manager)
    assert (gone.state, gone.token) == (ExportState.EXPIRED, None)
    assert get(ExportMaker).prune() == 1
    assert get(ExportMaker).prune() == 0
    assert [path for path in kept if path.is_file()] == []
    assert get(ExportService).get(made.id, manager).state is ExportState.EXPIRED
    clock.move(timedelta(days=31))
    get(ExportMaker).prune()
    with pytest.raises(Missing):
        get(ExportService).get(made.id, manager)


def test_a_link_that_was_tampered_with_opens_nothing(
    get: Any, export: Export, manager: Actor, west: Car
) -> None:
    token = export(ReportKind.UTILISATION, FileFormat.CSV).token or ""
    other = "A" if token[5] != "A" else "B"
    for wrong in (token[:5] + other + token[6:], token[:-4], token + "AAAA", "", "nonsense", "é"):
        with pytest.raises(Missing):
            get(ExportService).open(wrong, manager)
    with pytest.raises(Forbidden):
        get(ExportService).open(token, CUSTOMER)


def test_how_far_it_is_can_be_seen(get: Any, export: Export, manager: Actor, west: Car, work: Any) -> None:
    made = export(ReportKind.UTILISATION, FileFormat.CSV, run=False)
    assert (made.state, made.percent, made.token) == (ExportState.UNDERWAY, 0, None)
    said: list[tuple[int, str]] = []
    get(ExportMaker).make(made.id, lambda percent, words: said.append((percent, words)))
    assert said == [(0, "Counting"), (0, "0 of 1 rows")]
    work.run("report")  # the job comes late, and there is nothing to do
    [job] = work.promised("report.export")
    assert job.state == "completed"
    assert [one.id for one in get(ExportService).recent(manager)] == [made.id]


def test_a_file_that_cannot_be_made_says_so(
    get: Any, export: Export, manager: Actor, database: Database, work: Any
) -> None:
    made = export(ReportKind.UTILISATION, FileFormat.CSV, run=False)
    with database.engine.begin() as connection:
        connection.execute(
            text("UPDATE job SET state = 'dead', finished_at = now() WHERE kind = 'report.export'")
        )
    assert get(ExportService).get(made.id, manager).state is ExportState.FAILED


def test_what_is_asked_is_checked_and_written_down(get: Any, manager: Actor, database: Database) -> None:
    backwards = AskExport(
        report=ReportKind.MONEY, since=date(2026, 5, 2), until=date(2026, 5, 1), format=FileFormat.CSV
    )
    with pytest.raises(Invalid):
        get(ExportService).ask(backwards, manager)
    whole = AskExport(
        report=ReportKind.MONEY, since=date(2026, 5, 1), until=date(2026, 5, 2), format=FileFormat.CSV
    )
    with pytest.raises(Forbidden):
        get(ExportService).ask(whole, CUSTOMER)
    export_id = get(ExportService).ask(whole, manager)
    with database.read() as connection:
        found = connection.execute(
            text("SELECT actor_id, data ->> 'report' FROM audit_entry WHERE subject_id = :id"),
            {"id": export_id},
        ).one()
    assert tuple(found) == (manager.id, "money")
    with pytest.raises(Missing):
        get(ExportMaker).make(uuid4(), lambda *_: None)


def test_a_night_is_asked_for_once_when_its_day_is_over_everywhere(
    get: Any, manager: Actor, clock: ManualClock, work: Any, west: Car
) -> None:
    make = get(ExportMaker)
    assert make.promise_nightly() == 2
    assert make.promise_nightly() == 0
    clock.move(timedelta(hours=1))  # 11:00 UTC of June 1: May 31 is not over on the last island
    assert make.promise_nightly() == 0
    clock.move(timedelta(hours=1))
    assert make.promise_nightly() == 2
    work.run("report")
    exports = get(ExportService).recent(manager)
    assert {one.until for one in exports} == {date(2026, 5, 30), date(2026, 5, 31)}
    assert {one.report for one in exports} == {ReportKind.UTILISATION, ReportKind.REVENUE}
    assert all(one.nightly and one.asked_by is None and one.state is ExportState.READY for one in exports)
    assert exports[0].expires_at == clock.now() + timedelta(days=14)
