"""How far customers have got when something is killed: one case, one customer, one car.

`prepare` goes nearly there, `arm` the last step, after which `armed` stays true until the kill; `resume` is what the
customer does afterwards. In the end the booking is in the state `ends`.
"""

import http.client
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ClassVar

from tests.outside.conftest import trip
from tests.outside.own import OwnShop
from tests.outside.shopper import Answer, words
from tests.product import wait_until

OURS = "The car is yours"


class Case:
    """A customer who holds a car and goes away."""

    ends: ClassVar[str] = "expired"
    ahead: ClassVar[int] = 20  # days until the pick-up
    gate: ClassVar[str] = ""

    def __init__(self, own: OwnShop, pool: ThreadPoolExecutor) -> None:
        self.own = own
        self.shop = own.shop
        self.name = type(self).__name__
        self.car = self.shop.car()
        self.shopper = self.shop.shopper(self.name.lower())
        self.booking = ""
        self.request: Future[Answer | None] | None = None
        self._pool = pool

    def prepare(self) -> None:
        self.booking = self.shopper.book(self.car, trip(self.ahead))

    def arm(self) -> None:
        """Nothing: the hold is written."""

    def armed(self) -> bool:
        return self.own.gates.reached(self.gate, self.car) if self.gate else True

    def resume(self) -> None:
        assert "Pay now" in self.page()

    def page(self) -> str:
        answer = self.shopper.get(self.booking)
        assert answer.status == 200, words(answer.text)
        return answer.text

    def send(self, call: Callable[[], Answer]) -> None:
        """In a thread, since the answer will not come before the kill; None when it never came."""

        def attempt() -> Answer | None:
            try:
                return call()
            except (OSError, http.client.HTTPException):
                return None

        self.request = self._pool.submit(attempt)

    def answer(self) -> Answer | None:
        """What came of the request that was under way, however late."""
        return self.request.result() if self.request else None

    def pay_unseen(self) -> None:
        """With a card of which nobody is told."""
        self.shopper.enter(self.shopper.checkout(self.booking).location, "Closed tab")

    def returns(self) -> Answer:
        return self.shopper.get(f"{self.booking}/paid")

    def state(self) -> str | None:
        return self.shop.books.state(self.car)


class Held(Case):
    """The hold is written, and its customer never comes back."""


class Holding(Case):
    """The claim is being written."""

    gate = "holding"

    def prepare(self) -> None:
        self.details = self.shopper.choose(self.car, trip(self.ahead))

    def arm(self) -> None:
        self.own.gates.close(self.gate, self.car)
        self.send(lambda: self.shopper.hold(self.details))

    def resume(self) -> None:
        """Sends the form again, which is still open."""
        self.booking = self.shopper.hold(self.details).location
        first = self.answer()
        if first is not None and first.status == 303:
            assert first.location == self.booking
        assert "Pay now" in self.page()


class CheckingOut(Case):
    """The gateway has made its page, which our books do not know yet."""

    ends = "confirmed"
    gate = "checkout"

    def arm(self) -> None:
        form = self.shopper.get(self.booking).form("/pay")
        self.own.gates.close(self.gate, self.car)
        self.send(lambda: self.shopper.submit(form))

    def resume(self) -> None:
        """Presses “pay” again."""
        first, page = self.answer(), self.shopper.checkout(self.booking)
        if first is not None and first.status == 303:
            assert first.location == page.location
        self.shopper.get(self.shopper.enter(page.location).location)
        assert OURS in self.page()
        assert len(self.shop.books.charges(self.booking)) == 1


class Settling(Case):
    """The card is entered, the customer has gone, and a job is confirming the booking."""

    ends = "confirmed"
    gate = "confirming"

    def prepare(self) -> None:
        super().prepare()
        self.gateway = self.shopper.get(self.shopper.checkout(self.booking).location)

    def arm(self) -> None:
        self.own.gates.close(self.gate, self.car)
        self.shopper.type_card(self.gateway)

    def resume(self) -> None:
        """Does not have to do anything."""
        wait_until(lambda: OURS in self.page())


class Returning(Case):
    """The customer comes back from the gateway, and the page is confirming the booking."""

    ends = "confirmed"
    gate = "confirming"

    def prepare(self) -> None:
        super().prepare()
        self.pay_unseen()

    def arm(self) -> None:
        self.own.gates.close(self.gate, self.car)
        self.send(self.returns)

    def resume(self) -> None:
        """Loads the page again."""
        assert self.returns().location == self.booking
        assert OURS in self.page()


class Unseen(Case):
    """The card is entered, and nobody is told: the sweep has to find it."""

    ends = "confirmed"

    def arm(self) -> None:
        self.pay_unseen()

    def resume(self) -> None:
        assert "A payment is under way" in self.page()


class Promised(Case):
    """The booking is confirmed, and its mail waits for a worker."""

    ends = "confirmed"

    def prepare(self) -> None:
        super().prepare()
        self.pay_unseen()

    def arm(self) -> None:
        assert self.returns().location == self.booking

    def armed(self) -> bool:
        waiting = """SELECT count(*) FROM job JOIN booking b ON b.id = subject_id JOIN car ON car.id = b.car_id
                     WHERE kind = 'email.booking_confirmation' AND job.state = 'waiting' AND slug = :car"""
        return bool(self.shop.books.one(waiting, car=self.car))

    def resume(self) -> None:
        assert OURS in self.page()


class Mailing(Promised):
    """The mail server has taken the confirmation, and has not said so yet."""

    def arm(self) -> None:
        self.own.inbox.slow.add(self.shopper.driver["email"])
        super().arm()

    def armed(self) -> bool:
        return self.own.inbox.has(self.shopper.driver["email"])


class Cancelling(Case):
    """The customer gives a paid car back, and its claim is being deleted."""

    ends = "cancelled"
    gate = "releasing"

    def prepare(self) -> None:
        super().prepare()
        assert OURS in self.shopper.pay(self.booking).text
        self.shop.books.settle()
        self.form = self.shopper.get(f"{self.booking}/cancel").form("/cancel")

    def arm(self) -> None:
        self.own.gates.close(self.gate, self.car)
        self.send(lambda: self.shopper.submit(self.form))

    def resume(self) -> None:
        """Looks, and does it again where it was not done."""
        if self.state() == "confirmed":
            assert OURS in self.page()
            assert self.shopper.cancel(self.booking).location == self.booking
        assert "This booking is cancelled" in self.page()


class Voiding(Cancelling):
    """The booking is cancelled, and the gateway has released the money, which our books do not know yet."""

    gate = "moved"

    def arm(self) -> None:
        self.own.gates.close(self.gate, self.car)
        assert self.shopper.submit(self.form).location == self.booking


class Refunding(Voiding):
    """As before; but the money was captured already, and half of it comes back."""

    ahead = 2


CASES: tuple[type[Case], ...] = (
    # The worker has a thread for each of these four …
    Voiding,
    Refunding,
    Mailing,
    Settling,
    # … and then none for this.
    Promised,
    Held,
    Unseen,
    # Here a thread of the pages waits.
    CheckingOut,
    Holding,
    Returning,
    Cancelling,
)
