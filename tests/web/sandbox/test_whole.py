"""From the shop to the bank and back: every test card, with real HTTP, real jobs and the booking at the end."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
import wireup
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.serving import make_server

from exodrive.app import create_app
from exodrive.container import create_container
from exodrive.core.actor import SYSTEM
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import ExodriveError
from exodrive.core.ids import new_id
from exodrive.core.ledger import Job
from exodrive.queue import workers
from exodrive.queue.config import Timing
from exodrive.queue.runner import Runner
from exodrive.services.booking.checkout import CheckoutService
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.holder import ByLink
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.models import Booking
from exodrive.services.payment.contracts import MoveState
from exodrive.services.payment.events import PaymentSweeper
from exodrive.services.payment.gateway import GatewayUnavailable
from exodrive.services.payment.models import Payment
from exodrive.services.payment.sandbox.cards import CARDS, LATE_ANSWER
from exodrive.settings import Settings
from tests.factories import make_booking, make_car, make_location, make_policy
from tests.services.payment.conftest import NUMBERS

assert workers.__all__, "importing them is what registers the handlers"


@dataclass
class Shop:
    """A held booking, a browser at the gateway's page, and the two queues of money."""

    container: wireup.SyncContainer
    browser: FlaskClient
    database: Database
    clock: ManualClock
    runner: Runner
    base_url: str
    booking_id: str
    token: str

    def start(self) -> str:
        """Go to the hosted page; answers its path."""
        url = self.container.get(CheckoutService).start(ByLink(self.token), SYSTEM)
        return url.removeprefix(self.base_url)

    def pay(self, path: str, title: str) -> None:
        form = {"number": NUMBERS[title], "expiry": "12/30", "cvc": "123"}
        answer = self.submit(path, **form)
        if "challenge" in answer:
            self.submit(answer, answer="approve")

    def submit(self, path: str, **form: str) -> str:
        page = self.browser.get(path).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        return self.browser.post(path, data={"csrf_token": token[1], **form}).location or ""

    def come_back(self) -> None:
        self.container.get(CheckoutService).settle_booking(ByLink(self.token), SYSTEM)

    def work(self, rounds: int = 6) -> None:
        """Run what is due on the queues of money, and what follows from it."""
        for _ in range(rounds):
            with self.database.sessions() as session:
                due = session.scalars(
                    select(Job.id)
                    .where(Job.queue.in_(("payment", "webhook")), Job.run_at <= self.clock.now())
                    .where(Job.state.in_(("scheduled", "waiting", "retrying")))
                    .order_by(Job.run_at, Job.id)
                )
                ids = list(due)
            self.runner.run(ids)

    def state(self) -> BookingState:
        with self.database.sessions() as session:
            return session.scalars(select(Booking.state)).one()

    def kinds(self) -> list[str]:
        with self.database.sessions() as session:
            return list(session.scalars(select(Job.kind)))

    def payments(self) -> list[MoveState]:
        with self.database.sessions() as session:
            moves = select(Payment.state).where(Payment.parent_id.is_(None)).order_by(Payment.id)
            return list(session.scalars(moves))


@pytest.fixture
def shop(settings: Settings, clock: ManualClock, database: Database, redis_client: object) -> Iterator[Shop]:
    """The product on a free port, so that the gateway's webhooks reach it as they would from outside."""
    listening = socket.create_server(("127.0.0.1", 0))
    base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    own = settings.model_copy(update={"base_url": base_url})
    container = create_container(own, clock=clock, database=database)
    app = create_app(own, container=container)
    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    runner = Runner(container, Timing())
    booking_id, links = new_id(), container.get(BookingLinks)
    token = links.token(booking_id, 1)
    make_booking(
        database,
        make_car(database, make_location(database)),
        make_policy(database),
        id=booking_id,
        state=BookingState.HELD,
        link_hash=links.hash(token),
    )
    yield Shop(container, app.test_client(), database, clock, runner, base_url, str(booking_id), token)
    runner.close()
    server.shutdown()
    thread.join()
    server.server_close()
    listening.close()
    container.close()


_GOOD = [card.title for card in CARDS if card.failure is None]


@pytest.mark.parametrize("title", _GOOD)
def test_a_customer_who_never_comes_back_has_booked_all_the_same(shop: Shop, title: str) -> None:
    shop.pay(shop.start(), title)
    shop.clock.move(LATE_ANSWER)
    shop.work()
    shop.clock.move(timedelta(minutes=2))
    for _ in range(3):  # the silent gateway needs more than one visit
        shop.container.get(PaymentSweeper).sweep()
        shop.work()
        shop.clock.move(timedelta(minutes=5))
    assert shop.state() is BookingState.CONFIRMED
    assert shop.kinds().count("email.booking_confirmation") == 1
    assert shop.payments() == [MoveState.SUCCEEDED]


@pytest.mark.parametrize("title", ["Success", "Challenge", "Duplicate webhook"])
def test_a_customer_who_comes_back_at_once_is_told_at_once(shop: Shop, title: str) -> None:
    shop.pay(shop.start(), title)
    shop.come_back()
    assert shop.state() is BookingState.CONFIRMED
    shop.work()
    assert shop.kinds().count("email.booking_confirmation") == 1


def test_a_gateway_that_does_not_answer_is_asked_again_when_the_customer_reloads(shop: Shop) -> None:
    shop.pay(shop.start(), "Timeout")
    with pytest.raises(GatewayUnavailable):
        shop.come_back()
    assert shop.state() is BookingState.HELD
    shop.come_back()
    assert shop.state() is BookingState.CONFIRMED


@pytest.mark.parametrize("title", ["Declined", "Insufficient funds"])
def test_a_declined_customer_pays_with_another_card(shop: Shop, title: str) -> None:
    shop.pay(shop.start(), title)
    shop.come_back()
    assert shop.state() is BookingState.HELD
    shop.pay(shop.start(), "Success")
    shop.work()
    assert shop.state() is BookingState.CONFIRMED
    assert shop.payments() == [MoveState.FAILED, MoveState.SUCCEEDED]


def test_webhook_return_and_sweeper_at_once_confirm_once(shop: Shop) -> None:
    shop.pay(shop.start(), "Duplicate webhook")
    shop.clock.move(timedelta(minutes=2))
    shop.container.get(PaymentSweeper).sweep()
    acts: list[Callable[[], None]] = [shop.work, shop.work, shop.come_back, shop.come_back]
    threads = [threading.Thread(target=partial(_expecting_refusals, act)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shop.work()
    assert shop.state() is BookingState.CONFIRMED
    assert shop.kinds().count("email.booking_confirmation") == 1
    assert shop.kinds().count("payment.capture") == 1


def _expecting_refusals(act: Callable[[], None]) -> None:
    with suppress(ExodriveError):
        act()
