"""Writing reports as files, row by row, in the memory of one row.

A file is opened by a spreadsheet, to which a text that begins like a formula is one: CSV puts an apostrophe before it,
XLSX says of every text that it is text."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import xlsxwriter
from babel.numbers import get_currency_precision
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exodrive.services.report.columns import Cell, Column
from exodrive.services.report.contracts import Row, Total

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_AT_ONCE = 64 * 1024  # characters written together
SHEET = 1_000_000
"""Rows of a sheet; a spreadsheet takes 1,048,576."""


class Target(Protocol):
    """A file that is being written."""

    def write(self, contents: bytes) -> int: ...


def write_csv(target: Target, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """UTF-8, amounts as decimal numbers, moments with their distance from UTC."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow([column.label for column in columns])
    for row in rows:
        lines.writerow([_plain(column, row) for column in columns])
        if text.tell() > _AT_ONCE:
            target.write(text.getvalue().encode())
            text.seek(0)
            text.truncate()
    target.write(text.getvalue().encode())


def _plain(column: Column, row: Row) -> str:
    value = row[column.key]
    if value is None:
        return ""
    match column.cell:
        case Cell.MONEY:
            return str(_exact(value, row["currency"]))
        case Cell.MOMENT:
            return _local(value, row[column.zone]).isoformat(timespec="minutes")
        case Cell.HOURS:
            return f"{value:.2f}"
        case Cell.SHARE:
            return f"{value:.4f}"
        case Cell.NUMBER:
            return str(value)
    words = str(value)
    return f"'{words}" if words.startswith(_FORMULA) else words


def _exact(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-_places(currency))


@cache
def _places(currency: str) -> int:
    return get_currency_precision(currency)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(_zone(zone))


class SheetWriter:
    """A workbook: the rows, on as many sheets as they need, and the totals on one of their own."""

    def __init__(self, target: Target, title: str, columns: Sequence[Column]) -> None:
        self._book = xlsxwriter.Workbook(
            target, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
        )
        self._title = title
        self._columns = columns
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._formats: dict[str, Format] = {}
        self._sheets = 0

    def write(self, rows: Iterable[Row]) -> None:
        """Every row, in order."""
        sheet, number = self._next_sheet(), 0
        for row in rows:
            if number == SHEET:
                sheet, number = self._next_sheet(), 0
            number += 1
            for place, column in enumerate(self._columns):
                self._cell(sheet, number, place, (column, row))

    def finish(self, group: str, totals: Sequence[Total]) -> None:
        """The totals, and the end of the file."""
        summed = [column for column in self._columns if totals and column.key in totals[0].sums]
        sheet = self._book.add_worksheet("Totals")
        for place, label in enumerate([group, "Rows", *(column.label for column in summed)]):
            sheet.set_column(place, place, 18)
            sheet.write_string(0, place, label, self._head)
        for number, total in enumerate(totals, 1):
            sheet.write_string(number, 0, total.group)
            sheet.write_number(number, 1, total.rows)
            for place, column in enumerate(summed, 2):
                self._cell(sheet, number, place, (column, {**total.sums, "currency": total.group}))
        self._book.close()

    def _next_sheet(self) -> Worksheet:
        self._sheets += 1
        sheet = self._book.add_worksheet(
            self._title if self._sheets == 1 else f"{self._title} {self._sheets}"
        )
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, max(12, len(column.label) + 2))
            sheet.write_string(0, place, column.label, self._head)
        return sheet

    def _cell(self, sheet: Worksheet, number: int, place: int, told: tuple[Column, Row]) -> None:
        column, row = told
        value: Any = row[column.key]
        if value is None:
            return
        match column.cell:
            case Cell.MONEY:
                exact = _exact(value, row["currency"])
                sheet.write_number(number, place, float(exact), self._money(row["currency"]))
            case Cell.MOMENT:
                there = _local(value, row[column.zone]).replace(tzinfo=None)
                sheet.write_datetime(number, place, there)
            case Cell.HOURS:
                sheet.write_number(number, place, float(value), self._format("#,##0.0"))
            case Cell.SHARE:
                sheet.write_number(number, place, float(value), self._format("0.0%"))
            case Cell.NUMBER:
                sheet.write_number(number, place, float(value))
            case _:
                sheet.write_string(number, place, str(value))

    def _money(self, currency: str) -> Format:
        places = _places(currency)
        return self._format("#,##0" + ("." + "0" * places if places else ""))

    def _format(self, pattern: str) -> Format:
        if pattern not in self._formats:
            self._formats[pattern] = self._book.add_format({"num_format": pattern})
        return self._formats[pattern]
