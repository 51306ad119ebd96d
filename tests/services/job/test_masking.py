"""What staff may see of a payload."""

from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, dump, field
from exodrive.core.ids import new_id
from exodrive.services.job.masking import MASK, masked


class Colour(StrEnum):
    RED = "red"


@contract
class Inner:
    """Within another."""

    name: str
    colour: Colour


@contract
class Payload:
    """Of every sort."""

    booking_id: UUID
    email: str
    colour: Colour
    reference: str = field(personal=False)
    amount: int
    birth_year: int = field(personal=True)
    inner: Inner
    several: list[Inner]
    note: str | None = None


def test_words_are_masked_and_ids_numbers_and_choices_are_not():
    booking_id = new_id()
    inner = Inner(name="Ada", colour=Colour.RED)
    payload = Payload(
        booking_id=booking_id,
        email="ada@example.org",
        colour=Colour.RED,
        reference="K7QM4TR9",
        amount=5,
        birth_year=1990,
        inner=inner,
        several=[inner],
    )
    seen = {"name": MASK, "colour": "red"}
    assert masked(Payload, dump(payload)) == {
        "booking_id": str(booking_id),
        "email": MASK,
        "colour": "red",
        "reference": "K7QM4TR9",
        "amount": 5,
        "birth_year": MASK,
        "inner": seen,
        "several": [seen],
        "note": None,
    }


def test_of_an_unknown_contract_all_words_are_masked():
    assert masked(None, {"name": "Ada", "n": 1, "deep": {"colour": "red"}}) == {
        "name": MASK,
        "n": 1,
        "deep": {"colour": MASK},
    }
