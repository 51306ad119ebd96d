"""What the reports say: in each location's own days, in each currency apart."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Invalid
from exodrive.services.booking.models import Booking
from exodrive.services.car.contracts import ClaimKind
from exodrive.services.car.models import Car, Claim
from exodrive.services.payment.contracts import Move, MoveState
from exodrive.services.report.contracts import FindReport, ReportKind, ReportView
from exodrive.services.report.service import ReportService
from tests.factories import add
from tests.services.report.conftest import at

Rent = Callable[..., Booking]


@pytest.fixture
def look(get: Any, manager: Actor) -> Callable[..., ReportView]:
    """`look(ReportKind.REVENUE, "2026-05-01", "2026-05-31")`."""

    def see(report: ReportKind, since: str, until: str) -> ReportView:
        wanted = FindReport(report=report, since=date.fromisoformat(since), until=date.fromisoformat(until))
        view: ReportView = get(ReportService).look(wanted, manager)
        return view

    return see


def test_hours_of_a_month_are_those_of_its_place(
    look: Callable[..., ReportView], west: Car, east: Car
) -> None:
    """March 2026: the clocks of Los Angeles lose an hour on the 8th, those of London on the 29th."""
    for since, until, hours in (
        ("2026-03-01", "2026-03-31", {"Los Angeles": 743, "London": 743}),
        ("2026-03-01", "2026-03-15", {"Los Angeles": 359, "London": 360}),
        ("2026-11-01", "2026-11-30", {"Los Angeles": 721, "London": 720}),
    ):
        rows = look(ReportKind.UTILISATION, since, until).rows
        assert {row["location"]: row["available"] for row in rows} == hours


def test_a_rental_counts_in_the_months_it_touches(
    look: Callable[..., ReportView], west: Car, rent: Rent, database: Database
) -> None:
    rent(
        west, "2026-04-30 19:00", "2026-05-02 07:00"
    )  # 12:00 of April 30 to midnight of May 2 in Los Angeles
    rent(west, "2026-05-10 07:00", "2026-05-11 07:00", state="cancelled")
    view = look(ReportKind.UTILISATION, "2026-04-01", "2026-05-31")
    assert [(row["month"], row["rented"]) for row in view.rows] == [("2026-04", 12), ("2026-05", 24)]
    rest = {"starts_at": at("2026-05-20 07:00"), "ends_at": at("2026-05-22 07:00"), "reason": "service"}
    add(database, Claim(car_id=west.id, kind=ClaimKind.MAINTENANCE, **rest))
    may = look(ReportKind.UTILISATION, "2026-05-01", "2026-05-31")
    assert may.rows[0]["available"] == 31 * 24 - 48
    assert float(may.rows[0]["share"]) == pytest.approx(24 / (31 * 24 - 48))
    [total] = may.totals
    assert (total.group, total.sums["rented"]) == ("Los Angeles", 24)


def test_a_car_that_left_is_told_while_it_earned(
    look: Callable[..., ReportView], west: Car, rent: Rent, database: Database
) -> None:
    rent(west, "2026-05-01 07:00", "2026-05-02 07:00")
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE car SET active = false"))
    assert len(look(ReportKind.UTILISATION, "2026-05-01", "2026-05-31").rows) == 1
    assert look(ReportKind.UTILISATION, "2026-04-01", "2026-04-30").rows == ()


def test_revenue_is_never_added_across_currencies(
    look: Callable[..., ReportView], west: Car, east: Car, rent: Rent, settle: Callable[..., Any]
) -> None:
    dollars = rent(west, "2026-05-01 10:00", "2026-05-03 10:00")
    pounds = rent(east, "2026-05-01 10:00", "2026-05-03 10:00")
    settle(dollars, Move.CAPTURE, 300_000, "2026-05-01 12:00")
    settle(dollars, Move.REFUND, 50_000, "2026-05-02 12:00")
    settle(dollars, Move.REFUND, 70_000, "2026-05-02 12:00", state=MoveState.FAILED)
    settle(dollars, Move.CAPTURE, 1_000, "2026-06-01 06:59")  # still May 31 in Los Angeles
    settle(pounds, Move.CAPTURE, 200_000, "2026-05-31 22:59")
    settle(pounds, Move.CAPTURE, 900_000, "2026-05-31 23:01")  # June in London
    view = look(ReportKind.REVENUE, "2026-05-01", "2026-05-31")
    found = {row["currency"]: (row["captured"], row["refunded"], row["net"]) for row in view.rows}
    assert found == {"USD": (301_000, 50_000, 251_000), "GBP": (200_000, 0, 200_000)}
    assert {total.group: total.sums["net"] for total in view.totals} == {"USD": 251_000, "GBP": 200_000}


def test_bookings_stand_on_the_day_of_their_pick_up(
    look: Callable[..., ReportView], west: Car, rent: Rent, settle: Callable[..., Any]
) -> None:
    late = rent(west, "2026-06-01 05:00", "2026-06-03 05:00")  # 22:00 of May 31
    rent(west, "2026-06-10 05:00", "2026-06-11 05:00", state="expired")
    settle(late, Move.CAPTURE, 100_000, "2026-05-01 12:00")
    settle(late, Move.REFUND, 20_000, "2026-05-01 12:00")
    [row] = look(ReportKind.BOOKINGS, "2026-05-31", "2026-05-31").rows
    assert (row["reference"], row["captured"], row["refunded"]) == (late.reference, 100_000, 20_000)
    assert look(ReportKind.BOOKINGS, "2026-06-01", "2026-06-30").rows == ()


def test_money_that_did_not_move_is_told_and_not_counted(
    look: Callable[..., ReportView], west: Car, rent: Rent, settle: Callable[..., Any]
) -> None:
    booking = rent(west, "2026-05-01 10:00", "2026-05-03 10:00")
    settle(booking, Move.CAPTURE, 1_000, "2026-05-01 12:00", state=MoveState.FAILED)
    settle(booking, Move.CAPTURE, 2_000, "2026-05-02 12:00")
    settle(booking, Move.REFUND, 500, "2026-05-03 12:00")
    view = look(ReportKind.MONEY, "2026-05-01", "2026-05-31")
    moves = [(row["move"], row["received"]) for row in view.rows if row["move"] != "authorise"]
    assert moves == [("capture", 0), ("capture", 2_000), ("refund", -500)]
    assert [total.sums["received"] for total in view.totals] == [1_500]
    assert all(row["gateway_reference"] for row in view.rows)


def test_ageing_tells_since_when_a_car_has_stood(
    look: Callable[..., ReportView], west: Car, east: Car, rent: Rent
) -> None:
    rent(west, "2026-05-20 10:00", "2026-05-22 10:00")
    rent(west, "2026-06-05 10:00", "2026-06-06 10:00", state="confirmed")
    rows = {row["plate"]: row for row in look(ReportKind.FLEET, "2026-05-01", "2026-05-31").rows}
    told = rows["WEST 1"]
    assert (told["age"], told["rentals"], told["hours"], told["idle"]) == (2, 1, 48, 10)
    assert told["next_pick_up"] == at("2026-06-05 10:00")
    assert rows["EAST 1"]["last_return"] is rows["EAST 1"]["idle"] is None


def test_a_period_has_an_order_and_an_end(look: Callable[..., ReportView]) -> None:
    for since, until in (("2026-05-02", "2026-05-01"), ("2016-01-01", "2026-01-01")):
        with pytest.raises(Invalid) as refused:
            look(ReportKind.REVENUE, since, until)
        assert "until" in refused.value.fields


def test_without_days_it_is_this_month_so_far(get: Any, manager: Actor) -> None:
    view = get(ReportService).look(FindReport(), manager)
    assert (view.since, view.until) == (date(2026, 6, 1), date(2026, 6, 1))


@pytest.mark.parametrize("role", ["agent", None])
def test_reports_are_for_managers(get: Any, database: Database, role: str | None) -> None:
    with pytest.raises(Forbidden):
        get(ReportService).look(FindReport(), Actor(kind=ActorKind.STAFF, id="x", role=role))
