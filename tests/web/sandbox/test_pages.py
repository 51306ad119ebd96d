"""The hosted page, as a browser without JavaScript meets it."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from exodrive.services.payment.contracts import ChargeState
from exodrive.services.payment.sandbox.cards import CARDS
from tests.services.payment.conftest import NUMBERS, RETURN_URL, Desk, booking, desk

__all__ = ["booking", "desk"]


@pytest.fixture
def reference(desk: Desk) -> str:
    return desk.checkout(desk.intend())


def send(client: FlaskClient, page: str, path: str | None = None, **form: str) -> Any:
    """Submit a form of `page` with its CSRF token."""
    shown = client.get(page, follow_redirects=True).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token, shown
    return client.post(path or page, data={"csrf_token": token[1], **form})


def pay(client: FlaskClient, reference: str, title: str = "Success", **over: str) -> Any:
    form = {"number": NUMBERS[title], "expiry": "12/30", "cvc": "123"} | over
    return send(client, f"/sandbox/pay/{reference}", **form)


def test_the_page_says_who_is_paid_for_what_and_lists_every_test_card(
    client: FlaskClient, reference: str
) -> None:
    response = client.get(f"/sandbox/pay/{reference}")
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "$1,000" in text
    assert "Booking K7QM4TR9" in text
    for card in CARDS:
        assert card.shown in text
        assert card.effect in text
    assert response.headers["Cache-Control"] == "no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "<script" not in text
    assert "style=" not in text


def test_picking_a_test_card_fills_in_the_form(client: FlaskClient, reference: str) -> None:
    text = client.get(f"/sandbox/pay/{reference}?card=late-answer").get_data(as_text=True)
    assert 'value="4000 0000 0000 0077"' in text
    assert 'value="12/29"' in text
    assert client.get(f"/sandbox/pay/{reference}?card=nonsense").status_code == 200


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.slug)
def test_every_card_leads_where_it_says(client: FlaskClient, desk: Desk, reference: str, card: Any) -> None:
    response = pay(client, reference, card.title)
    assert response.status_code == 303
    expected = {
        "Challenge": f"/sandbox/challenge/{reference}",
        "Closed tab": f"/sandbox/closed/{reference}",
    }.get(card.title, RETURN_URL)
    assert response.location == expected
    assert desk.page.view(reference).state is card.state


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("number", "4242 4242 4242 4241", "typing error"),
        ("number", "5555555555554444", "Never enter a real card"),
        ("expiry", "13/30", "month and year"),
        ("expiry", "01/20", "This card has expired."),
        ("cvc", "1", "3 or 4 digits"),
        ("cvc", "", "Please fill this in."),
    ],
)
def test_a_slip_is_told_beside_its_field(
    client: FlaskClient, reference: str, field: str, value: str, message: str
) -> None:
    response = pay(client, reference, **{field: value})
    text = response.get_data(as_text=True)
    assert response.status_code == 422
    told = re.search(rf'id="{field}-error">([^<]*)<', text)
    assert told
    assert message in told[1]
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', text)
    assert client.get(f"/sandbox/pay/{reference}").status_code == 200, "nothing has been paid"


def test_the_security_code_is_not_sent_back(client: FlaskClient, reference: str) -> None:
    text = pay(client, reference, cvc="987", expiry="x").get_data(as_text=True)
    assert "987" not in text


def test_a_form_without_its_token_pays_nothing(client: FlaskClient, desk: Desk, reference: str) -> None:
    form = {"number": NUMBERS["Success"], "expiry": "12/30", "cvc": "123"}
    assert client.post(f"/sandbox/pay/{reference}", data=form).status_code == 400
    assert desk.page.view(reference).state is ChargeState.CREATED


@pytest.mark.parametrize(("answer", "state"), [("approve", "authorised"), ("deny", "failed"), ("", "failed")])
def test_the_bank_asks_back(client: FlaskClient, desk: Desk, reference: str, answer: str, state: str) -> None:
    pay(client, reference, "Challenge")
    assert client.get(f"/sandbox/pay/{reference}").location == f"/sandbox/challenge/{reference}"
    response = send(client, f"/sandbox/challenge/{reference}", answer=answer)
    assert (response.status_code, response.location) == (303, RETURN_URL)
    assert desk.page.view(reference).state == state
    assert client.get(f"/sandbox/challenge/{reference}").status_code == 303


def test_cancelling_leads_back(client: FlaskClient, desk: Desk, reference: str) -> None:
    response = send(client, f"/sandbox/pay/{reference}", f"/sandbox/cancel/{reference}")
    assert response.location == RETURN_URL
    assert desk.page.view(reference).state is ChargeState.FAILED
    text = client.get(f"/sandbox/pay/{reference}").get_data(as_text=True)
    assert "The payment was cancelled." in text
    assert RETURN_URL in text


@pytest.mark.parametrize("title", ["Success", "Late answer", "Declined"])
def test_a_finished_payment_is_shown_with_the_way_back(
    client: FlaskClient, reference: str, title: str
) -> None:
    pay(client, reference, title)
    text = client.get(f"/sandbox/pay/{reference}").get_data(as_text=True)
    assert RETURN_URL in text
    assert 'name="number"' not in text


def test_a_voided_payment_is_shown_as_released(client: FlaskClient, desk: Desk, reference: str) -> None:
    desk.gateway.void(reference, "key")
    assert "Payment released" in client.get(f"/sandbox/pay/{reference}").get_data(as_text=True)


def test_a_closed_tab_has_no_way_back(client: FlaskClient, reference: str) -> None:
    response = pay(client, reference, "Closed tab")
    text = client.get(response.location).get_data(as_text=True)
    assert "Payment accepted" in text
    assert RETURN_URL not in text


@pytest.mark.parametrize("path", ["pay", "challenge", "closed"])
def test_an_unknown_payment_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/sandbox/{path}/sbx_unknown").status_code == 404


def test_no_card_number_is_logged(client: FlaskClient, reference: str, capsys: Any, caplog: Any) -> None:
    pay(client, reference, "Success", number="4242424242424241")
    pay(client, reference)
    said = capsys.readouterr()
    assert not re.search(r"4242", said.out + said.err + caplog.text)


@pytest.mark.parametrize("token", ["a%00b", "%ff", "..", "a%2Fb", "é", "x" * 5000])
def test_a_reference_that_is_no_reference_is_not_found(client: FlaskClient, token: str) -> None:
    assert client.get(f"/sandbox/pay/{token}").status_code == 404


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(number=st.text(max_size=40), expiry=st.text(max_size=12), cvc=st.text(max_size=6))
def test_whatever_is_typed_the_page_comes_back(
    client: FlaskClient, reference: str, number: str, expiry: str, cvc: str
) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    client.application.extensions["exodrive.limiter"].enabled = False
    response = client.post(f"/sandbox/pay/{reference}", data={"number": number, "expiry": expiry, "cvc": cvc})
    assert response.status_code == 422
    assert escape(number) in response.get_data(as_text=True) or not number.strip()
