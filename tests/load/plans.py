"""What PostgreSQL itself spends on each query of the hot paths, and by which index it finds the claims.

With `--growth` also in a fleet ten times as large with 25 times the claims (`--growth-cars`, `--growth-claims`)."""

import statistics
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from exodrive import migrate
from exodrive.core.clock import SystemClock
from exodrive.core.db import Database
from exodrive.services.booking.hold import HoldService
from exodrive.services.car import claims, repository
from exodrive.services.car.contracts import CarFilter, LocationView, Stay
from exodrive.services.car.service import CatalogueService
from exodrive.services.pricing.service import QuoteService
from tests.load import asks, growth, slots
from tests.load.hold import driver
from tests.load.recording import Recording, bare, recorded
from tests.load.rig import CUSTOMER, Stage, options, stage

_TIMES = 15
_HEAD = (
    "| at {cars:,} cars, {claims:,} claims | execution ms | planning ms | pages read | claims found by |\n"
    "|---|---:|---:|---:|---|"
)


def report(on: Stage, database: Database) -> Iterator[str]:
    """A table of all queries, the median of several runs of each."""
    with database.read() as connection:
        sizes = connection.execute(
            text("SELECT (SELECT count(*) FROM car), (SELECT count(*) FROM claim)")
        ).one()
        yield _HEAD.format(cars=sizes[0], claims=sizes[1])
    for name, said in (*_searches(database), *_others(on, database)):
        for number, (what, _) in enumerate(said.said):
            if what not in ("begin", "commit"):
                yield explain(database, name, said, number)


def _said(database: Database, do: Callable[[], object]) -> Recording:
    with recorded(database.engine) as recording:
        do()
    return recording


def _searches(database: Database) -> Iterator[tuple[str, Recording]]:
    with database.read() as connection:
        homes = repository.locations(connection)
        for name, wanted, asked in _wishes(homes):
            find = {"location_id": None, "free": None, "now": datetime.now(UTC), "offset": 0, "limit": 12}
            said = _said(database, lambda: repository.find(connection, wanted, **find | asked))  # noqa: B023  at once
            yield name, said


def _wishes(homes: tuple[LocationView, ...]) -> Iterator[tuple[str, CarFilter, dict[str, Any]]]:
    start = (datetime.now(UTC) + timedelta(days=40)).replace(hour=18, minute=0, second=0, microsecond=0)
    stays, far = (
        [Stay(location_id=one.id, start=at, end=at + timedelta(days=3), days=3) for one in homes]
        for at in (start, start + timedelta(days=600))
    )
    here = {"location_id": homes[0].id, "stays": stays[:1]}
    yield "page, one location", CarFilter(), here | {"free": True}
    for sort in ("price", "-price", "-power", "-year"):
        yield f"page, all locations, by {sort}", CarFilter(sort=sort), {"stays": stays, "free": True}
    yield "page, four seats or more", CarFilter(seats=4), {"stays": stays, "free": True}
    yield "page, words", CarFilter(words="v12"), {"stays": stays, "free": True}
    yield "page, no dates", CarFilter(), {"stays": []}
    yield "unavailable, one location", CarFilter(), here | {"free": False}
    yield "unavailable, while all are free", CarFilter(), {"stays": far, "free": False}


def _others(on: Stage, database: Database) -> Iterator[tuple[str, Recording]]:
    container = on.container(database)
    now = SystemClock().now()
    asked = asks.quotes(database, 1)[0]
    car = container.get(CatalogueService).car(asked.car)
    with database.read() as connection:
        calendar = _said(
            database, lambda: claims.busy(connection, [car.id], now, now + timedelta(days=181), now)
        )
    yield "calendar of half a year", calendar
    yield "similar cars", _said(database, lambda: container.get(CatalogueService).similar(car))
    quote = container.get(QuoteService).quote
    said = _said(database, lambda: quote(asked))
    yield "quote: car, rates, insert", said
    (slot,) = slots.ready(database, 1)
    said = _said(database, lambda: container.get(HoldService).hold(driver(slot.quote_id), CUSTOMER))
    made = next(parameters["id"] for what, parameters in said.said if "INSERT" in what)
    _forget(database, "claim", made, by="booking_id")
    _forget(database, "booking", made)
    yield "hold: quote, insert", said


def _forget(database: Database, table: str, key: Any, *, by: str = "id") -> None:
    """Make room for the same row again."""
    with database.engine.begin() as connection:
        connection.execute(text(f"DELETE FROM {table} WHERE {by} = :key"), {"key": key})


def explain(database: Database, name: str, said: Recording, number: int) -> str:
    """A row of the table, of one of the recorded statements. What it writes is rolled back."""
    runs = []
    with bare(
        database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        for _ in range(_TIMES):
            statement, parameters = list(said.renewed({}))[number]
            with connection.transaction(force_rollback=True):
                found = connection.execute(
                    f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}", parameters
                ).fetchone()
            assert found
            runs.append(found[0][0])
    plan = runs[-1]["Plan"]
    taken = statistics.median(run["Execution Time"] for run in runs)
    planned = statistics.median(run["Planning Time"] for run in runs)
    by = ", ".join(sorted(set(_claim_indexes(plan)))) or "—"
    read = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return f"| {name} | {taken:.2f} | {planned:.2f} | {read:,} | {by} |"


def _claim_indexes(node: dict[str, Any]) -> Iterator[str]:
    """The indexes of claims that a plan uses; `Seq Scan` where it uses none."""
    if "claim" in node.get("Index Name", ""):
        yield node["Index Name"]
    elif node.get("Relation Name") == "claim" and node["Node Type"] == "Seq Scan":
        yield "Seq Scan"
    for child in node.get("Plans", ()):
        yield from _claim_indexes(child)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--growth-cars", type=int, default=20_000)
    parser.add_argument("--growth-claims", type=int, default=5_000_000)
    chosen = parser.parse_args()
    with stage(chosen) as on:
        for row in report(on, on.database()):
            print(row, flush=True)
        if chosen.growth:
            database = on.another("exodrive_growth")
            migrate.upgrade(database.engine)
            with database.read() as connection:
                empty = not connection.execute(text("SELECT EXISTS (SELECT FROM car)")).scalar_one()
            if empty:
                growth.fill(database, chosen.growth_cars, chosen.growth_claims)
            print()
            for row in report(on, database):
                print(row, flush=True)


if __name__ == "__main__":
    main()
