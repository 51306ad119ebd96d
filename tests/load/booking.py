"""Bookings from hold to confirmed, paid at the sandbox, by the services; and their statements by psycopg alone."""

from collections.abc import Iterator, Sequence

from exodrive.services.booking.checkout import CheckoutService
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.holder import ByLink
from exodrive.services.payment.sandbox.cards import CARDS
from exodrive.services.payment.sandbox.contracts import PayByCard
from exodrive.services.payment.sandbox.page import SandboxPageService
from tests.load.hold import driver, replayed
from tests.load.recording import recorded
from tests.load.rig import CUSTOMER, Stage, options, run
from tests.load.rounds import Contender, Step, compare
from tests.load.slots import Booth, Slot

CARD = PayByCard(
    number=next(card.number for card in CARDS if card.title == "Success"), expiry="12/40", cvc="123"
)


def rows(on: Stage, connections: Sequence[int], seconds: float, rounds: int) -> Iterator[str]:
    """The table's rows."""
    database = on.database(max(connections))
    container = on.container(database)
    holds, checkout = container.get(HoldService), container.get(CheckoutService)
    page = container.get(SandboxPageService)
    booth = Booth(database, batch=int(seconds * 1000) + 1000)

    def book(slot: Slot) -> None:
        held = holds.hold(driver(slot.quote_id), CUSTOMER)
        charge = checkout.start(ByLink(held.token), CUSTOMER).rpartition("/")[2]
        page.pay(charge, CARD)
        checkout.settle_booking(ByLink(held.token), CUSTOMER)

    booth.fill()
    first = booth.take()
    with recorded(database.engine) as recording:
        book(first)

    def served() -> Step:
        return lambda: book(booth.take())

    return compare(
        [
            Contender(name="booking, services", connect=served, before=booth.fill),
            Contender(
                name="booking, its SQL alone",
                connect=lambda: replayed(on, recording, first, booth),
                before=booth.fill,
            ),
        ],
        connections=connections,
        seconds=seconds,
        rounds=rounds,
        database_pid=on.database_pid,
    )


if __name__ == "__main__":
    run(rows, options(__doc__).parse_args())
