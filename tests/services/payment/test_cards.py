"""Card numbers, dates and codes as people type them."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exodrive.core.contract import load
from exodrive.core.errors import Invalid
from exodrive.services.payment.sandbox.cards import CARDS, Behaviour, behaviour, expires_after, passes_luhn
from exodrive.services.payment.sandbox.contracts import PayByCard

GOOD = {"number": "4242 4242 4242 4242", "expiry": "12/30", "cvc": "123"}


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_every_test_card_is_a_card_number(card) -> None:
    assert passes_luhn(card.number)
    assert behaviour(card.shown) is card


@given(st.integers(0, len(CARDS) - 1), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(which: int, place: int, off: int) -> None:
    number = CARDS[which].number
    wrong = number[:place] + str((int(number[place]) + off) % 10) + number[place + 1 :]
    assert not passes_luhn(wrong)


@pytest.mark.parametrize(
    ("typed", "first_day_after"),
    [
        ("04/31", date(2031, 5, 1)),
        ("4/31", date(2031, 5, 1)),
        (" 12 / 2030 ", date(2031, 1, 1)),
        ("12-30", date(2031, 1, 1)),
        ("13/30", None),
        ("00/30", None),
        ("1230", None),
        ("12/3", None),
        ("١٢/30", None),
    ],
)
def test_expiry_as_typed(typed: str, first_day_after: date | None) -> None:
    assert expires_after(typed) == first_day_after


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("number", "", "16 digits"),
        ("number", "4242", "16 digits"),
        ("number", "4242 4242 4242 4241", "typing error"),
        ("number", "5555 5555 5555 4444", "Never enter a real card"),
        ("number", "４２４２４２４２４２４２４２４２", "16 digits"),
        ("expiry", "soon", "04/31"),
        ("cvc", "12", "3 or 4 digits"),
        ("cvc", "12a", "3 or 4 digits"),
    ],
)
def test_a_slip_is_named_beside_its_field(field: str, value: str, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        load(PayByCard, GOOD | {field: value})
    assert list(caught.value.fields) == [field]
    assert message in caught.value.fields[field][0]


def test_all_slips_are_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        load(PayByCard, {"number": "x", "expiry": "x", "cvc": "x"})
    assert set(caught.value.fields) == {"number", "expiry", "cvc"}


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_every_test_card_is_documented(card: Behaviour) -> None:
    documented = (Path(__file__).parents[3] / "docs" / "payments.md").read_text()
    assert f"| {card.shown} |" in documented
