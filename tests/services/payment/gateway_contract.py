"""What every gateway adapter must do. A suite for one subclasses `GatewayContract` and provides its fixtures."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from exodrive.core.ids import new_secret
from exodrive.services.payment.contracts import ChargeState, Checkout
from exodrive.services.payment.gateway import BadSignature, Gateway, GatewayRefused

AMOUNT = 100_000


class GatewayContract:
    """Subclasses override the fixtures `gateway` and `return_url`, and the four deeds of the other side."""

    @pytest.fixture
    def gateway(self) -> Gateway:
        raise NotImplementedError

    @pytest.fixture
    def return_url(self) -> str:
        raise NotImplementedError

    def pay(self, checkout: Checkout) -> None:
        """The customer pays with a good card."""
        raise NotImplementedError

    def decline(self, checkout: Checkout) -> None:
        """The customer's bank says no."""
        raise NotImplementedError

    def event(self, reference: str, at: datetime) -> tuple[dict[str, str], bytes]:
        """A webhook about a charge, as the gateway sends it: headers and raw body."""
        raise NotImplementedError

    def event_id(self, body: bytes) -> str:
        raise NotImplementedError

    def make(self, gateway: Gateway, return_url: str, key: str | None = None, **over: Any) -> Checkout:
        asked: dict[str, Any] = {
            "key": key or new_secret(),
            "amount": AMOUNT,
            "currency": "USD",
            "description": "Booking K7QM4TR9",
            "return_url": return_url,
        }
        return gateway.checkout(**asked | over)

    @pytest.fixture
    def paid(self, gateway: Gateway, return_url: str) -> str:
        """The reference of a charge that is authorised."""
        checkout = self.make(gateway, return_url)
        self.pay(checkout)
        assert gateway.read(checkout.reference).state is ChargeState.AUTHORISED
        return checkout.reference

    def test_a_checkout_is_one_charge_however_often_it_is_asked_for(self, gateway, return_url) -> None:
        key = new_secret()
        first = self.make(gateway, return_url, key)
        assert self.make(gateway, return_url, key).reference == first.reference
        assert self.make(gateway, return_url).reference != first.reference
        report = gateway.read(first.reference)
        assert report == gateway.find(key)
        assert (report.state, report.amount, report.currency) == (ChargeState.CREATED, AMOUNT, "USD")
        assert (report.captured, report.refunded, report.released) == (0, 0, 0)

    def test_a_key_is_not_used_for_another_amount(self, gateway, return_url) -> None:
        key = new_secret()
        self.make(gateway, return_url, key)
        with pytest.raises(GatewayRefused):
            self.make(gateway, return_url, key, amount=AMOUNT + 1)

    def test_a_key_that_was_never_used_finds_nothing(self, gateway) -> None:
        assert gateway.find(new_secret()) is None

    def test_what_is_not_there_is_refused(self, gateway) -> None:
        with pytest.raises(GatewayRefused):
            gateway.read("nothing-of-the-kind")
        with pytest.raises(GatewayRefused):
            gateway.capture("nothing-of-the-kind", 1, new_secret())

    def test_a_declined_charge_says_why(self, gateway, return_url) -> None:
        checkout = self.make(gateway, return_url)
        self.decline(checkout)
        report = gateway.read(checkout.reference)
        assert (report.state, report.failure) == (ChargeState.FAILED, "declined")
        with pytest.raises(GatewayRefused):
            gateway.capture(checkout.reference, 1, new_secret())

    def test_a_capture_happens_once_by_its_key(self, gateway, paid) -> None:
        key = new_secret()
        for _ in range(2):
            report = gateway.capture(paid, 40_000, key)
            assert (report.state, report.captured) == (ChargeState.CAPTURED, 40_000)
        with pytest.raises(GatewayRefused):
            gateway.capture(paid, 30_000, key)

    def test_no_more_is_captured_than_was_authorised(self, gateway, paid) -> None:
        with pytest.raises(GatewayRefused):
            gateway.capture(paid, AMOUNT + 1, new_secret())
        assert gateway.read(paid).captured == 0

    def test_a_refused_move_can_be_asked_again_with_its_key(self, gateway, paid) -> None:
        key = new_secret()
        with pytest.raises(GatewayRefused):
            gateway.refund(paid, 1, key)
        gateway.capture(paid, AMOUNT, new_secret())
        assert gateway.refund(paid, 1, key).refunded == 1

    def test_a_void_releases_everything_and_ends_it(self, gateway, paid) -> None:
        key = new_secret()
        for _ in range(2):
            report = gateway.void(paid, key)
            assert (report.state, report.released) == (ChargeState.VOIDED, AMOUNT)
        with pytest.raises(GatewayRefused):
            gateway.capture(paid, 1, new_secret())
        assert gateway.void(paid, new_secret()).released == AMOUNT

    def test_a_void_after_a_part_was_captured_releases_the_rest(self, gateway, paid) -> None:
        gateway.capture(paid, 40_000, new_secret())
        report = gateway.void(paid, new_secret())
        assert (report.state, report.captured, report.released) == (ChargeState.CAPTURED, 40_000, 60_000)
        with pytest.raises(GatewayRefused):
            gateway.capture(paid, 1, new_secret())

    def test_a_void_closes_a_checkout_before_it_is_paid(self, gateway, return_url) -> None:
        checkout = self.make(gateway, return_url)
        assert gateway.void(checkout.reference, new_secret()).state is ChargeState.VOIDED
        self.pay(checkout)
        assert gateway.read(checkout.reference).state is ChargeState.VOIDED

    def test_refunds_never_exceed_what_was_captured(self, gateway, paid) -> None:
        gateway.capture(paid, 40_000, new_secret())
        key = new_secret()
        for _ in range(2):
            assert gateway.refund(paid, 30_000, key).refunded == 30_000
        with pytest.raises(GatewayRefused):
            gateway.refund(paid, 10_001, new_secret())
        assert gateway.refund(paid, 10_000, new_secret()).refunded == 40_000

    def test_a_reserve_says_when_it_lapses(self, gateway, paid) -> None:
        assert gateway.read(paid).lapses_at is not None
        gateway.void(paid, new_secret())
        assert gateway.read(paid).lapses_at is None

    def test_a_renewal_reserves_once_by_its_key_and_releases_what_was_before(self, gateway, paid) -> None:
        key = new_secret()
        made = gateway.renew(paid, key)
        assert (made.state, made.amount, made.currency) == (ChargeState.AUTHORISED, AMOUNT, "USD")
        assert gateway.renew(paid, key).reference == made.reference
        found = gateway.find(key)
        assert found is not None
        assert found.reference == made.reference
        if made.reference != paid:
            assert gateway.read(paid).state is ChargeState.VOIDED
        assert gateway.capture(made.reference, AMOUNT, new_secret()).captured == AMOUNT

    def test_what_was_released_or_taken_is_not_renewed(self, gateway, paid) -> None:
        gateway.capture(paid, 1, new_secret())
        with pytest.raises(GatewayRefused):
            gateway.renew(paid, new_secret())
        gateway.void(paid, new_secret())
        with pytest.raises(GatewayRefused):
            gateway.renew(paid, new_secret())

    def test_a_signed_event_is_read(self, gateway, paid) -> None:
        now = datetime(2026, 6, 1, 10, tzinfo=UTC)
        headers, body = self.event(paid, now)
        event = gateway.parse_event(headers, body, now)
        assert (event.event_id, event.reference) == (self.event_id(body), paid)
        assert gateway.parse_event(_lower(headers), body, now + timedelta(minutes=4)) == event

    def test_an_event_that_was_changed_is_refused(self, gateway, paid) -> None:
        now = datetime(2026, 6, 1, 10, tzinfo=UTC)
        headers, body = self.event(paid, now)
        for wrong_headers, wrong_body in (
            (headers, body + b" "),
            (headers, body[:-1] + b"!"),
            ({}, body),
            (dict.fromkeys(headers, ""), body),
            ({name: value[:-1] + "?" for name, value in headers.items()}, body),
        ):
            with pytest.raises(BadSignature):
                gateway.parse_event(wrong_headers, wrong_body, now)

    @pytest.mark.parametrize("off", [timedelta(minutes=6), timedelta(minutes=-6)])
    def test_an_event_from_another_time_is_refused(self, gateway, paid, off) -> None:
        now = datetime(2026, 6, 1, 10, tzinfo=UTC)
        headers, body = self.event(paid, now)
        with pytest.raises(BadSignature):
            gateway.parse_event(headers, body, now + off)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
