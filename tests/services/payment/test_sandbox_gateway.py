"""The sandbox keeps the contract, and its test cards do what they say."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Invalid, Missing
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.payment.contracts import ChargeState, Checkout, SendSandboxWebhook
from exodrive.services.payment.gateway import BadSignature, Gateway, GatewayRefused, GatewayUnavailable
from exodrive.services.payment.sandbox import webhook
from exodrive.services.payment.sandbox.adapter import SandboxGateway
from exodrive.services.payment.sandbox.cards import CARDS, LATE_ANSWER
from exodrive.services.payment.sandbox.contracts import Landing
from exodrive.services.payment.sandbox.page import SandboxPageService
from exodrive.settings import Settings
from tests.services.payment.conftest import RETURN_URL, Desk, card
from tests.services.payment.gateway_contract import GatewayContract


class TestSandbox(GatewayContract):
    """Bare, without the guard."""

    @pytest.fixture(autouse=True)
    def _other_side(self, get: Any, settings: Settings) -> None:
        self.page = get(SandboxPageService)
        self.secret = settings.sandbox_webhook_secret.get_secret_value()

    @pytest.fixture
    def gateway(self, database: Database, clock: ManualClock, settings: Settings) -> Gateway:
        return SandboxGateway(database, clock, settings)

    @pytest.fixture
    def return_url(self) -> str:
        return RETURN_URL

    def pay(self, checkout: Checkout) -> None:
        self.page.pay(checkout.reference, card())

    def decline(self, checkout: Checkout) -> None:
        self.page.pay(checkout.reference, card("Declined"))

    def event(self, reference: str, at: datetime) -> tuple[dict[str, str], bytes]:
        body = webhook.compose(
            SendSandboxWebhook(reference=reference, event_id="evt_1", kind="charge.authorised"), at
        )
        return {webhook.HEADER: webhook.sign(self.secret, body, at)}, body

    def event_id(self, body: bytes) -> str:
        return str(orjson.loads(body)["id"])


@pytest.fixture
def bare(database: Database, clock: ManualClock, settings: Settings) -> SandboxGateway:
    return SandboxGateway(database, clock, settings)


@pytest.fixture
def reference(desk: Desk) -> str:
    return desk.checkout(desk.intend())


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://127.0.0.1:8000.evil.example/",
        "http://127.0.0.1:8000@evil.example/",
        "//evil.example/",
        "https://127.0.0.1:8000/",
        "/booking",
        "javascript:alert(1)",
        "http://127.0.0.1:80\\@evil.example/",
    ],
)
def test_customers_are_only_ever_sent_back_to_the_merchant(bare: SandboxGateway, url: str) -> None:
    with pytest.raises(GatewayRefused):
        bare.checkout(key="k", amount=1, currency="USD", description="", return_url=url)


@pytest.mark.parametrize("chosen", CARDS, ids=lambda chosen: chosen.title)
def test_each_card_does_what_it_says(desk: Desk, reference: str, bare: SandboxGateway, chosen) -> None:
    landing = desk.page.pay(reference, card(chosen.title))
    expected = {"Challenge": Landing.CHALLENGE, "Closed tab": Landing.STAY}
    assert landing is expected.get(chosen.title, Landing.RETURN)
    for _ in range(chosen.silent_reads):
        with pytest.raises(GatewayUnavailable):
            bare.read(reference)
    report = bare.read(reference)
    assert (report.state, report.failure) == (chosen.state, chosen.failure)
    sent = [orjson.loads(job.payload)["times"] for job in desk.jobs("sandbox.webhook")]
    assert sent == ([chosen.webhooks] if chosen.webhooks else [])


def test_what_lapses_is_released_and_cannot_be_captured(
    desk: Desk, reference: str, bare: SandboxGateway, settings: Settings
) -> None:
    desk.page.pay(reference, card())
    assert bare.read(reference).lapses_at == desk.clock.now() + timedelta(
        days=settings.sandbox_authorisation_days
    )
    desk.clock.move(timedelta(days=settings.sandbox_authorisation_days))
    report = bare.read(reference)
    assert (report.state, report.released, report.lapses_at) == (ChargeState.VOIDED, report.amount, None)
    with pytest.raises(GatewayRefused) as refused:
        bare.capture(reference, 1, "capture")
    assert refused.value.reason == "lapsed"
    assert bare.renew(reference, "renewal").state is ChargeState.AUTHORISED


def test_a_refused_renewal_stays_refused_by_its_key(desk: Desk, reference: str, bare: SandboxGateway) -> None:
    desk.page.pay(reference, card("Renewal declined"))
    for _ in range(2):
        with pytest.raises(GatewayRefused) as refused:
            bare.renew(reference, "renewal")
        assert refused.value.reason == "declined"
    found = bare.find("renewal")
    assert found is not None
    assert (found.state, found.failure) == (ChargeState.FAILED, "declined")
    assert bare.read(reference).state is ChargeState.AUTHORISED


def test_a_form_sent_twice_pays_once(desk: Desk, reference: str) -> None:
    desk.page.pay(reference, card())
    assert desk.page.pay(reference, card("Declined")) is Landing.RETURN
    assert desk.page.view(reference).state is ChargeState.AUTHORISED
    assert len(desk.jobs("sandbox.webhook")) == 1


@pytest.mark.parametrize(("approve", "state"), [(True, ChargeState.AUTHORISED), (False, ChargeState.FAILED)])
def test_a_challenge_is_answered_once(desk: Desk, reference: str, approve: bool, state: ChargeState) -> None:
    desk.page.pay(reference, card("Challenge"))
    assert desk.page.pay(reference, card()) is Landing.CHALLENGE
    assert desk.page.answer(reference, approve=approve) is Landing.RETURN
    desk.page.answer(reference, approve=not approve)
    assert desk.page.view(reference).state is state
    assert len(desk.jobs("sandbox.webhook")) == 1


def test_a_challenge_that_nobody_asked_cannot_be_answered(desk: Desk, reference: str) -> None:
    desk.page.answer(reference, approve=True)
    assert desk.page.view(reference).state is ChargeState.CREATED


def test_a_late_answer_becomes_true_in_time_and_is_told_then(desk: Desk, reference: str, bare) -> None:
    desk.page.pay(reference, card("Late answer"))
    (job,) = desk.jobs("sandbox.webhook")
    assert job.run_at == desk.clock.now() + LATE_ANSWER
    assert orjson.loads(job.payload)["kind"] == "charge.authorised"
    desk.clock.move(LATE_ANSWER - timedelta(seconds=1))
    assert bare.read(reference).state is ChargeState.PROCESSING
    desk.clock.move(timedelta(seconds=1))
    assert bare.read(reference).state is ChargeState.AUTHORISED


def test_a_late_answer_does_not_revive_what_was_voided(desk: Desk, reference: str, bare) -> None:
    desk.page.pay(reference, card("Late answer"))
    bare.void(reference, "key")
    desk.clock.move(LATE_ANSWER)
    assert bare.read(reference).state is ChargeState.VOIDED


def test_cancelling_ends_it(desk: Desk, reference: str) -> None:
    assert desk.page.cancel(reference) is Landing.RETURN
    view = desk.page.view(reference)
    assert (view.state, view.failure) == (ChargeState.FAILED, "The payment was cancelled.")
    desk.page.pay(reference, card())
    assert desk.page.view(reference).state is ChargeState.FAILED


def test_what_is_paid_is_not_cancelled(desk: Desk, reference: str) -> None:
    desk.page.pay(reference, card())
    desk.page.cancel(reference)
    assert desk.page.view(reference).state is ChargeState.AUTHORISED


def test_a_page_that_stays_open_for_three_hours_expires(desk: Desk, reference: str) -> None:
    desk.clock.move(timedelta(hours=3))
    view = desk.page.view(reference)
    assert (view.state, view.failure) == (ChargeState.FAILED, "The payment page was open for too long.")
    assert desk.page.pay(reference, card()) is Landing.RETURN
    assert desk.page.view(reference).state is ChargeState.FAILED


def test_an_expired_card_is_refused_beside_its_field(desk: Desk, reference: str) -> None:
    with pytest.raises(Invalid) as caught:
        desk.page.pay(reference, card(expiry="05/26"))
    assert list(caught.value.fields) == ["expiry"]
    assert desk.page.pay(reference, card(expiry="06/26")) is Landing.RETURN


def test_an_unknown_reference_is_missing(desk: Desk) -> None:
    for act in (
        lambda: desk.page.view("sbx_unknown"),
        lambda: desk.page.pay("sbx_unknown", card()),
        lambda: desk.page.answer("sbx_unknown", approve=True),
        lambda: desk.page.cancel("sbx_unknown"),
    ):
        with pytest.raises(Missing):
            act()


def test_without_a_secret_nothing_is_let_in(clock: ManualClock) -> None:
    body = b"{}"
    with pytest.raises(BadSignature):
        webhook.verify("", webhook.sign("", body, clock.now()), body, clock.now())


def test_a_rotated_secret_may_sign_beside_the_old_one(clock: ManualClock) -> None:
    body = b"{}"
    old = webhook.sign("old", body, clock.now())
    new = webhook.sign("new", body, clock.now()).partition(",")[2]
    webhook.verify("new", f"{old},{new}", body, clock.now())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'"x"',
        b"\xff",
        b'{"id":"1","type":"x","charge":null}',
        b'{"id":"\\u0000","type":"x","charge":{"reference":"y"}}',
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(
    settings: Settings, clock: ManualClock, bare, body
) -> None:
    secret = settings.sandbox_webhook_secret.get_secret_value()
    headers = {webhook.HEADER: webhook.sign(secret, body, clock.now())}
    with pytest.raises(BadSignature):
        bare.parse_event(headers, body, clock.now())


@pytest.mark.parametrize(
    "header", ["t=,v1=", "t=1,t=2,v1=a", "v1=a", "t=²,v1=a", "t=9999999999999999,v1=é", ","]
)
def test_a_malformed_signature_is_refused(clock: ManualClock, header: str) -> None:
    with pytest.raises(BadSignature):
        webhook.verify("secret", header, b"{}", clock.now())


def test_no_card_reaches_the_database(desk: Desk, reference: str, get: Any) -> None:
    desk.page.pay(reference, card("Challenge"))
    with get(UnitOfWorkFactory)() as uow:
        row = uow.session.connection().exec_driver_sql("SELECT * FROM sandbox_charge").one()
    assert "3184" not in str(row)
    assert "3184" not in repr(card("Challenge"))
