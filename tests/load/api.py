"""The API over HTTP: searches while cars are held, quotes, holds, bookings, batches; beside the same SQL alone and a
lean tRPC server that does less (`--peer`, which needs node and npm)."""

import argparse
import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import wireup

from exodrive.core.db import Database
from exodrive.services.booking.checkout import CheckoutService
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.holder import ByLink
from exodrive.services.booking.search import SearchService
from exodrive.services.car.errors import CarTaken
from exodrive.services.payment.sandbox.page import SandboxPageService
from exodrive.services.pricing.service import QuoteService
from tests.load import asks
from tests.load.booking import CARD
from tests.load.hold import driver, replayed
from tests.load.http import Program
from tests.load.peer.serving import Peer, hold_of, peer, search_of, stay_of
from tests.load.recording import Recording, bare, recorded
from tests.load.rig import CUSTOMER, Stage, options, stage
from tests.load.rounds import HEAD, Contender, Step, compare
from tests.load.search import replays
from tests.load.slots import Booth, Slot

_DRIVER = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+1 310 555 0100",
    "birth_date": "1985-12-10",
    "licence_number": "D1234567",
    "licence_country": "US",
    "consent": True,
}
_TEN = 10


@dataclass(frozen=True)
class Site:
    """What a measurement works with: the API at `url`, whose processes are those of `pid`, and the services.
    `from_memory` counts answers to searches that everybody makes, by whether they came from memory."""

    on: Stage
    url: str
    pid: int
    database: Database
    container: wireup.SyncContainer
    peer: Peer | None
    from_memory: Counter[bool] = field(default_factory=Counter)

    def beside(self, procedure: str, *inputs: Any) -> list[Contender]:
        """The peer doing its part of the same."""
        if self.peer is None:
            return []
        return [
            Contender(
                name=f"{procedure}, tRPC", connect=self.peer.calling(procedure, *inputs), pid=self.peer.pid
            )
        ]

    def served(self, name: str, connect: Callable[[Program], Step], **more: Any) -> Contender:
        """Something done at the API over a connection."""
        return Contender(name=name, connect=lambda: connect(Program(self.url)), pid=self.pid, **more)


def searches(site: Site, popular: int) -> list[Contender]:
    """Searches that nobody made before, by a limit to the price; and so many that everybody makes. Cars are held
    meanwhile."""
    wanted = asks.searches()
    service = site.container.get(SearchService)
    said = []
    for one in wanted:
        with recorded(site.database.engine) as recording:
            service.search(one)
        said.append(recording)
    addresses = [asks.address("/api/v1/cars", one, without=("page",)) for one in wanted]
    turns = itertools.count()

    def anew(program: Program) -> Step:
        def step() -> None:
            turn = next(turns)
            program.get(f"{addresses[turn % len(addresses)]}&max_price={100_000 + turn}")

        return step

    def again(program: Program) -> Step:
        asked = addresses[:popular]

        def step() -> None:
            program.get(asked[next(turns) % len(asked)])
            site.from_memory[program.from_memory] += 1

        return step

    return [
        site.served("search, found anew", anew),
        site.served("search, as served", again),
        Contender(name="search, its SQL alone", connect=replays(site.on, said)),
        *site.beside("search", *map(search_of, wanted)),
    ]


def quotes(site: Site) -> list[Contender]:
    """Prices worked out and stored."""
    wanted = asks.quotes(site.database)
    service, said = site.container.get(QuoteService), []
    for one in wanted:
        with recorded(site.database.engine) as recording:
            service.quote(one)
        said.append(recording)
    bodies = [_plain(one) for one in wanted]
    turns = itertools.count()

    def price(program: Program) -> Step:
        return lambda: program.post("/api/v1/quotes", bodies[next(turns) % len(bodies)])

    return [
        site.served("quote", price),
        Contender(name="quote, its SQL alone", connect=lambda: _said(site, said, turns)),
        *site.beside("quote", *({"car": one.car} | stay_of(one) for one in wanted)),
    ]


def holds(site: Site, booth: Booth) -> list[Contender]:
    """Cars held from stored quotes. The peer's own table begins empty, and has free time for as long as it is asked."""
    booth.fill()
    first = booth.take()
    with recorded(site.database.engine) as recording:
        site.container.get(HoldService).hold(driver(first.quote_id), CUSTOMER)

    def hold(program: Program) -> Step:
        return lambda: _hold(program, booth.take())

    beside = []
    if site.peer is not None:
        beside = [
            Contender(
                name="hold, tRPC",
                connect=site.peer.calling("hold", lambda: hold_of(booth.take())),
                before=booth.fill,
                pid=site.peer.pid,
            )
        ]
    return [
        site.served("hold", hold, before=booth.fill),
        _alone(site, "hold", recording, first, booth),
        *beside,
    ]


def bookings(site: Site, booth: Booth) -> list[Contender]:
    """Held, paid at the sandbox, confirmed by the customer's coming back."""
    page = site.container.get(SandboxPageService)
    checkout = site.container.get(CheckoutService)
    booth.fill()
    first = booth.take()
    with recorded(site.database.engine) as recording:
        held = site.container.get(HoldService).hold(driver(first.quote_id), CUSTOMER)
        page.pay(checkout.start(ByLink(held.token), CUSTOMER).rpartition("/")[2], CARD)
        checkout.settle_booking(ByLink(held.token), CUSTOMER)

    def book(program: Program) -> Step:
        def step() -> None:
            made = _hold(program, booth.take())
            paid_at = program.post(f"/api/v1/bookings/{made['id']}/payment", {}, token=made["token"])
            page.pay(paid_at["url"].rpartition("/")[2], CARD)
            program.follow(f"/booking/{made['token']}/paid")

        return step

    return [
        site.served("hold, pay, confirm", book, before=booth.fill),
        _alone(site, "hold, pay, confirm", recording, first, booth),
    ]


def batches(site: Site) -> list[Contender]:
    """Ten cars looked up in one request, and one by one."""
    cars = sorted({one.car for one in asks.quotes(site.database)})[:_TEN]
    calls = [{"procedure": "car.get", "input": {"car": car}} for car in cars]

    def together(program: Program) -> Step:
        def step() -> None:
            results = program.post("/api/v1/batch", {"calls": calls})["results"]
            assert all(one["status"] == 200 for one in results)

        return step

    def apart(program: Program) -> Step:
        def step() -> None:
            for car in cars:
                program.get(f"/api/v1/cars/{car}")

        return step

    return [
        site.served("ten cars, one request", together),
        site.served("ten cars, ten requests", apart),
    ]


def report(on: Stage, chosen: argparse.Namespace) -> Iterator[str]:
    """The rows of the table."""
    batch = int(chosen.seconds * 4000) + 500
    database = on.database(max(chosen.connections))
    container = on.container(database)
    with ExitStack() as stack, on.web() as product:
        other = stack.enter_context(peer(on)) if chosen.peer else None
        site = Site(on, product.url, on.web_pid(product), database, container, other)
        booth = Booth(database, batch=batch)

        def rows(contenders: Sequence[Contender]) -> Iterator[str]:
            return compare(
                contenders,
                connections=chosen.connections,
                seconds=chosen.seconds,
                rounds=chosen.rounds,
                database_pid=on.database_pid,
            )

        tables: dict[str, Callable[[], Sequence[Contender]]] = {
            "quote": lambda: quotes(site),
            "hold": lambda: holds(site, booth),
            "booking": lambda: bookings(site, booth),
            "batch": lambda: batches(site),
        }
        if "search" in chosen.tables:
            found = searches(site, chosen.popular)  # before: it records all that is said to the database
            with _holding(site, chosen.pace):
                yield from rows(found)
        for name in (one for one in tables if one in chosen.tables):
            yield from rows(tables[name]())
        if "search" in chosen.tables:
            yield _share(site.from_memory)


def _share(from_memory: Counter[bool]) -> str:
    share = from_memory[True] / max(1, from_memory.total())
    return f"\nSearch, as served: {share:.1%} of {from_memory.total():,} answers came from memory."


@contextmanager
def _holding(site: Site, pace: float) -> Iterator[None]:
    """So many cars are held each second meanwhile, by the services, for dates like those that are searched for: each
    hold outdates what was kept of its place and weeks."""
    prices, holds = site.container.get(QuoteService), site.container.get(HoldService)
    wishes, over = itertools.cycle(asks.quotes(site.database, 5_000)), threading.Event()

    def hold() -> None:
        while pace and not over.wait(1 / pace):
            held = False
            while not held and not over.is_set():
                with suppress(CarTaken):
                    holds.hold(driver(prices.quote(next(wishes)).id), CUSTOMER)
                    held = True

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _hold(program: Program, slot: Slot) -> Any:
    return program.post("/api/v1/bookings", _DRIVER | {"quote_id": str(slot.quote_id)})


def _alone(site: Site, name: str, recording: Recording, first: Slot, booth: Booth) -> Contender:
    return Contender(
        name=f"{name}, its SQL alone",
        connect=lambda: replayed(site.on, recording, first, booth),
        before=booth.fill,
    )


def _said(site: Site, said: Sequence[Recording], turns: Iterator[int]) -> Step:
    connection = bare(site.on.settings.database_url.get_secret_value())
    return lambda: said[next(turns) % len(said)].replay(connection, {})


def _plain(asked: Any) -> dict[str, Any]:
    dates = {name: getattr(asked, name).isoformat() for name in ("pick_up_date", "return_date")}
    times = {name: getattr(asked, name).strftime("%H:%M") for name in ("pick_up_time", "return_time")}
    return {"car": asked.car, "pick_up_location": asked.pick_up_location, **dates, **times}


def arguments() -> argparse.ArgumentParser:
    """The options of this script."""
    parser = options(__doc__)
    parser.add_argument("--peer", action="store_true", help="measure the tRPC server too")
    parser.add_argument("--tables", nargs="+", default=["search", "quote", "hold", "booking", "batch"])
    parser.add_argument("--popular", type=int, default=12, help="searches that everybody makes")
    parser.add_argument("--pace", type=float, default=1, help="holds a second while searches are measured")
    return parser


if __name__ == "__main__":
    chosen = arguments().parse_args()
    with stage(chosen) as on:
        print(HEAD, flush=True)
        for row in report(on, chosen):
            print(row, flush=True)
