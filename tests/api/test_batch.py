"""Batches: each call with its own end, writes in transactions of their own, reads of one snapshot."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from exodrive.api import procedure as registry
from exodrive.api.procedure import find
from exodrive.app import create_app
from exodrive.core.db import Database
from exodrive.settings import Settings
from tests.api.conftest import Fleet
from tests.factories import make_car


def send(client: FlaskClient, *calls: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post("/api/v1/batch", json={"calls": calls})
    assert answer.status_code == 200, answer.data
    told: list[dict[str, Any]] = answer.get_json()["results"]
    return told


def test_one_call_that_fails_takes_no_other_with_it(
    client: FlaskClient, database: Database, fleet: Fleet
) -> None:
    told = send(
        client,
        {"procedure": "quote.create", "input": fleet.wish},
        {"procedure": "quote.create", "input": fleet.wish | {"car": "none"}},
        {"procedure": "no.such"},
        {"procedure": "car.get", "input": {"car": fleet.car.slug}, "fields": "slug"},
        {"procedure": "quote.create", "input": fleet.wish},
    )
    assert [one["status"] for one in told] == [201, 404, 404, 200, 201]
    assert [one["problem"]["code"] for one in told if "problem" in one] == ["not_found", "not_found"]
    assert told[3]["value"] == {"slug": fleet.car.slug}
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM quote")).scalar_one() == 2


def test_reads_that_follow_each_other_see_one_state(
    client: FlaskClient, database: Database, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first and the second read of the batch somebody adds a car."""
    plain = find("car.search", 1)
    assert plain
    calls = 0

    def and_then_add(call: Any, asked: Any) -> Any:
        nonlocal calls
        calls += 1
        answer = plain.call(call, asked)
        if calls == 1:
            make_car(database, fleet.location)
        return answer

    monkeypatch.setitem(registry._procedures, (1, "car.search"), replace(plain, call=and_then_add))
    read = {"procedure": "car.search", "fields": "id"}
    first, second, _, after = send(
        client, read, read, {"procedure": "quote.create", "input": fleet.wish}, read
    )
    assert len(first["value"]["items"]) == len(second["value"]["items"]) == 1
    assert len(after["value"]["items"]) == 2


def test_a_write_sees_what_the_one_before_it_did(client: FlaskClient, fleet: Fleet) -> None:
    made = client.post("/api/v1/quotes", json=fleet.wish).get_json()["id"]
    told = send(
        client,
        {"procedure": "quote.get", "input": {"quote_id": made}, "fields": "total"},
        {"procedure": "quote.create", "input": fleet.wish, "fields": "total"},
    )
    assert told[0]["value"] == told[1]["value"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "calls"),
        ({"calls": []}, "calls"),
        ({"calls": [{"procedure": "car.get"}] * 11}, "calls"),
        ({"calls": [{"procedure": ""}]}, "calls.0.procedure"),
        ({"calls": [{"procedure": "car.get", "input": 3}]}, "calls.0.input"),
        ({"calls": [{"procedure": "car.get", "depends_on": 1}]}, "calls.0.depends_on"),
    ],
)
def test_a_batch_that_is_none(client: FlaskClient, fleet: Fleet, body: Any, field: str) -> None:
    told = client.post("/api/v1/batch", json=body)
    assert (told.status_code, list(told.get_json(force=True)["fields"])) == (422, [field])


def test_the_switch(settings: Settings, container: Any, fleet: Fleet) -> None:
    off = create_app(settings.model_copy(update={"api_batch_enabled": False}), container=container)
    told = off.test_client().post("/api/v1/batch", json={"calls": [{"procedure": "location.list"}]})
    assert told.status_code == 404
    few = create_app(settings.model_copy(update={"api_batch_max_size": 1}), container=container)
    told = few.test_client().post("/api/v1/batch", json={"calls": [{"procedure": "location.list"}] * 2})
    assert told.status_code == 422
