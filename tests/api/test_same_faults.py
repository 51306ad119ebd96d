"""What is wrong with an input is the same in a form and in the API: the same fields, in the same words."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exodrive.core.contract import load
from exodrive.core.errors import Invalid
from exodrive.http.forms import form_of
from exodrive.services.booking.contracts import HoldCar
from exodrive.services.pricing.contracts import QuoteCar
from exodrive.services.webhook.contracts import AddEndpoint

_QUOTE_ID = "019ab3c4-5d6e-7f80-9a1b-2c3d4e5f6071"


def _words(*good: str) -> st.SearchStrategy[str]:
    """Sometimes right; never blank at an end, which a form trims and JSON means."""
    odd = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=40)
    return st.sampled_from(good) | odd


_DATES = _words("2026-06-10", "2026-02-30", "10.6.2026")
_TIMES = _words("10:00", "25:00", "10")
_DRIVERS = st.fixed_dictionaries(
    {
        "name": _words("Alex Morgan", "A"),
        "email": _words("alex@example.com", "alex@", "@example.com"),
        "phone": _words("+1 310 555 0100", "12345"),
        "birth_date": _words("1990-05-04", "1990-02-30"),
        "licence_number": _words("D1234567", "--"),
        "licence_country": _words("US", "XX"),
        "delivery_address": _words("8500 Wilshire Boulevard", "here"),
    }
)
_TRIPS = st.fixed_dictionaries(
    {
        "car": _words("ferrari-roma", "Ferrari Roma"),
        "pick_up_location": _words("los-angeles"),
        "return_location": _words("miami"),
        "pick_up_date": _DATES,
        "pick_up_time": _TIMES,
        "return_date": _DATES,
        "return_time": _TIMES,
        "promo_code": _words("SUMMER", "not a code"),
    }
)
_ENDPOINTS = st.fixed_dictionaries(
    {"url": _words("https://partner.example", "x"), "description": _words("Desk")}
)
_MANY = settings(max_examples=60, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(
    ("contract", "inputs", "same"),
    [
        (HoldCar, _DRIVERS, {"quote_id": _QUOTE_ID, "consent": True}),
        (QuoteCar, _TRIPS, {}),
        (AddEndpoint, _ENDPOINTS, {"events": ["booking.held"]}),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_form_and_the_api_say_the_same(
    app: Flask, contract: type, inputs: st.SearchStrategy[Any], same: Mapping[str, Any]
) -> None:
    form: Any = form_of(contract)

    @_MANY
    @given(inputs)
    def compare(asked: dict[str, str]) -> None:
        sent = {**asked, **{name: "on" if value is True else value for name, value in same.items()}}
        with app.test_request_context(method="POST", data=sent):
            by_form = {name: list(found) for name, found in form.read().errors.items() if name}
        assert by_form == _by_api(contract, {**asked, **same})

    compare()


def _by_api(contract: type, asked: Mapping[str, Any]) -> dict[str, list[str]]:
    try:
        load(contract, asked, typed=True)
    except Invalid as error:
        return error.fields
    return {}
