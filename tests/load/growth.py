"""A large fleet whose calendars are full but of nothing else: for the growth of queries."""

from sqlalchemy import Connection, text

from exodrive.core.db import Database
from exodrive.demo import rentals
from exodrive.demo.seed import fill_fleet
from exodrive.services.car.models import Claim

# The same weeks as those of the seeded rentals; as blocks, which need no booking.
_BLOCKS = text("""
INSERT INTO claim (id, car_id, kind, starts_at, ends_at, created_at)
SELECT pg_temp.key(now()), car_id, 'block', first, first + days * interval '1 day' + interval '3 hours', now()
FROM (
    SELECT fleet.id AS car_id, 1 + floor(random() * 5) AS days,
           date_trunc('day', now()) + interval '17 hours'
           + (number / :cars - (:weeks - :ahead)) * interval '7 days'
           - number % :cars % 7 * interval '1 day' + floor(random() * 2) * interval '1 day' AS first
    FROM generate_series(0, :claims - 1) AS number
    JOIN (SELECT id, row_number() OVER (ORDER BY slug) - 1 AS place FROM car) AS fleet
        ON place = number % CAST(:cars AS int)
) AS drawn""")
_CONSTRAINTS = text("""
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = 'claim'::regclass AND contype IN ('x', 'f') ORDER BY contype""")


def fill(database: Database, cars: int, claims: int) -> None:
    """Cars and their claims; the indexes are made when the rows are there, or it would take hours."""
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        fill_fleet(connection, cars)
        constraints = [tuple(row) for row in connection.execute(_CONSTRAINTS)]
        for name, _ in constraints:
            connection.execute(text(f"ALTER TABLE claim DROP CONSTRAINT {name}"))
        indexes = Claim.metadata.tables["claim"].indexes
        for index in indexes:
            index.drop(connection)
        _insert(connection, cars, claims)
        for index in indexes:
            index.create(connection)
        for name, definition in constraints:
            connection.execute(text(f"ALTER TABLE claim ADD CONSTRAINT {name} {definition}"))
    with database.read() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("RESET statement_timeout"))


def _insert(connection: Connection, cars: int, claims: int) -> None:
    connection.execute(text(rentals.MAKE_KEY))
    weeks = -(-claims // cars)
    connection.execute(
        _BLOCKS, {"cars": cars, "claims": claims, "weeks": weeks, "ahead": min(weeks * 2 // 5, 100)}
    )
