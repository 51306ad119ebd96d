"""What each event promises to tell: the same in the code, in the guide, and in the rooms that tell it."""

from pathlib import Path
from typing import Any

import marshmallow
import pytest
from marshmallow import fields

from exodrive.core.contract import schema_of
from exodrive.services.booking.contracts import BookingState
from exodrive.services.payment.contracts import Move
from exodrive.services.webhook.event_contracts import (
    EVENT_PAYLOADS,
    EVENT_WORDS,
    BookingPayload,
    EventType,
    PaymentPayload,
)

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "webhooks.md").read_text()
_KINDS = {
    fields.UUID: "UUID",
    fields.AwareDateTime: "instant",
    fields.Integer: "integer",
    fields.Boolean: "true or false",
    fields.String: "text",
}


def _name(payload: type) -> str:
    return payload.__name__.removesuffix("Payload").lower()


def test_every_event_has_a_payload_and_words() -> None:
    assert set(EVENT_PAYLOADS) == set(EVENT_WORDS) == set(EventType)


def test_the_guide_names_every_event() -> None:
    rows = [
        f"| `{kind.value}` | {EVENT_WORDS[kind]} | [{_name(payload)}](#{_name(payload)}), version {payload.VERSION} |"
        for kind, payload in EVENT_PAYLOADS.items()
    ]
    assert "\n".join(["| event | when | `data` |", "|---|---|---|", *rows, ""]) in GUIDE


@pytest.mark.parametrize("payload", list(dict.fromkeys(EVENT_PAYLOADS.values())), ids=_name)
def test_the_guide_names_every_field(payload: type) -> None:
    rows = [
        f"| `{name}` | {_kind(field)} | {field.metadata['help']} |"
        for name, field in schema_of(payload).fields.items()
    ]
    whole = [f"#### {_name(payload)}", "", "| field | is | |", "|---|---|---|", *rows, ""]
    assert "\n".join(whole) in GUIDE


def _kind(field: fields.Field[Any]) -> str:
    [kind] = [words for known, words in _KINDS.items() if type(field) is known]
    allowed = [one for one in field.validators if isinstance(one, marshmallow.validate.OneOf)]
    if allowed:
        kind = ", ".join(f"`{choice}`" for choice in allowed[0].choices)
    return f"{kind}; or null" if field.allow_none else kind


def _choices(payload: type, name: str) -> set[str]:
    [rule] = [
        one
        for one in schema_of(payload).fields[name].validators
        if isinstance(one, marshmallow.validate.OneOf)
    ]
    return set(rule.choices)


def test_states_and_moves_are_those_of_their_rooms() -> None:
    assert _choices(BookingPayload, "state") == {state.value for state in BookingState}
    assert _choices(PaymentPayload, "move") == {move.value for move in Move}
