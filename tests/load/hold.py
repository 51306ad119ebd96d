"""Holds: made by the service from a stored quote, and its statements by psycopg alone."""

import os
from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from exodrive.services.booking.contracts import HoldCar
from exodrive.services.booking.hold import HoldService
from tests.load.recording import Recording, bare, recorded
from tests.load.rig import CUSTOMER, Stage, options, run
from tests.load.rounds import Contender, Step, compare
from tests.load.slots import Booth, Slot, fresh_reference


def driver(quote_id: UUID) -> HoldCar:
    """The particulars, the same for all."""
    return HoldCar(
        quote_id=quote_id,
        name="Ada Lovelace",
        email="ada@example.com",
        phone="+1 310 555 0100",
        birth_date=date(1985, 12, 10),
        licence_number="D1234567",
        licence_country="US",
        consent=True,
    )


def rows(on: Stage, connections: Sequence[int], seconds: float, rounds: int) -> Iterator[str]:
    """The table's rows."""
    database = on.database(max(connections))
    service = on.container(database).get(HoldService)
    booth = Booth(database, batch=int(seconds * 3000) + 1000)
    booth.fill()
    first = booth.take()
    with recorded(database.engine) as recording:
        service.hold(driver(first.quote_id), CUSTOMER)

    def served() -> Step:
        return lambda: (service.hold(driver(booth.take().quote_id), CUSTOMER), None)[1]

    return compare(
        [
            Contender(name="hold, service", connect=served, before=booth.fill),
            Contender(
                name="hold, its SQL alone",
                connect=lambda: replayed(on, recording, first, booth),
                before=booth.fill,
            ),
        ],
        connections=connections,
        seconds=seconds,
        rounds=rounds,
        database_pid=on.database_pid,
    )


def replayed(on: Stage, recording: Recording, first: Slot, booth: Booth) -> Step:
    """The recording of what was done for `first`, said for one slot after the other."""
    connection = bare(on.settings.database_url.get_secret_value())
    reference, link = recording.given("reference"), recording.given("link_hash")

    def step() -> None:
        instead = booth.take().instead_of(first) | {reference: fresh_reference(), link: os.urandom(32)}
        recording.replay(connection, instead)

    return step


if __name__ == "__main__":
    run(rows, options(__doc__).parse_args())
