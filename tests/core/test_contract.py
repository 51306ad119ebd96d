"""What every contract says and refuses, whoever reads it."""

from datetime import date, time
from uuid import UUID

import pytest

from exodrive.core.contract import contract, field, load, validate
from exodrive.core.errors import Invalid


@contract
class Part:
    code: str


@contract
class Whole:
    name: str = field(validate.Length(max=40))
    born: date | None = None
    at: time | None = None
    seats: int = 2
    quote_id: UUID | None = None
    tags: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


def _faults(**data: object) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        load(Whole, data)
    return dict(caught.value.fields)


def test_faults_are_told_in_words_for_people() -> None:
    assert _faults(born="1990-02-30", at="25:00", seats="many", quote_id="7") == {
        "name": ["Please fill this in."],
        "born": ["Please give a date that exists."],
        "at": ["Please give a time, such as 10:30."],
        "seats": ["Please give a whole number."],
        "quote_id": ["Please start again from the previous page."],
    }
    assert _faults(name=None, parts=[{}]) == {
        "name": ["Please fill this in."],
        "parts.0.code": ["Please fill this in."],
    }


def test_a_nul_is_refused_wherever_a_text_stands() -> None:
    words = ["This holds a character that cannot be stored."]
    assert _faults(name="An\0na", tags=["a", "\0"], parts=[{"code": "seat\0"}]) == {
        "name": words,
        "tags.1": words,
        "parts.0.code": words,
    }
