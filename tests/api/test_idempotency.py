"""`Idempotency-Key` over HTTP: the same write sent again, by one or by many, has its effect once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from exodrive.core.db import Database
from exodrive.services.partner.contracts import Scope
from tests.api.conftest import Fleet, Keys, Rpc

KEY = {"Idempotency-Key": "order-1"}


def quotes(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM quote")).scalar_one())


def test_sent_again_it_is_told_again(client: FlaskClient, database: Database, fleet: Fleet) -> None:
    first = client.post("/api/v1/quotes", json=fleet.wish, headers=KEY)
    again = client.post("/api/v1/quotes", json=fleet.wish, headers=KEY)
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert quotes(database) == 1


def test_another_wish_under_the_same_key_is_refused(client: FlaskClient, fleet: Fleet) -> None:
    client.post("/api/v1/quotes", json=fleet.wish, headers=KEY)
    told = client.post("/api/v1/quotes", json=fleet.wish | {"young_driver": True}, headers=KEY)
    assert (told.status_code, told.get_json(force=True)["code"]) == (422, "idempotency_key_reused")


def test_the_forms_share_their_keys(client: FlaskClient, rpc: Rpc, database: Database, fleet: Fleet) -> None:
    first = client.post("/api/v1/quotes", json=fleet.wish, headers=KEY)
    named = rpc("quote.create", headers=KEY, **fleet.wish)
    call = {"procedure": "quote.create", "input": fleet.wish, "idempotency_key": "order-1"}
    batched = client.post("/api/v1/batch", json={"calls": [call]}).get_json()["results"][0]
    assert first.get_json()["id"] == named.get_json()["id"] == batched["value"]["id"]
    assert batched["headers"]["Idempotency-Replayed"] == "true"
    assert quotes(database) == 1


def test_a_refused_write_can_be_put_right_under_another_key(client: FlaskClient, fleet: Fleet) -> None:
    wrong = fleet.wish | {"return_date": "2026-06-09"}
    for _ in range(2):
        assert client.post("/api/v1/quotes", json=wrong, headers=KEY).status_code == 422
    assert client.post("/api/v1/quotes", json=fleet.wish, headers=KEY).status_code == 201


def test_fifty_at_once_have_one_effect(app: Flask, database: Database, fleet: Fleet) -> None:
    def send(_: int) -> tuple[int, Any]:
        told = app.test_client(use_cookies=False).post("/api/v1/quotes", json=fleet.wish, headers=KEY)
        return told.status_code, told.get_json(force=True)

    with ThreadPoolExecutor(50) as many:
        told = list(many.map(send, range(50)))
    made = {body["id"] for status, body in told if status == 201}
    refused = {body["code"] for status, body in told if status != 201}
    assert len(made) == 1
    assert refused <= {"idempotency_key_in_flight"}
    assert quotes(database) == 1


def test_a_key_belongs_to_whoever_sent_it(
    client: FlaskClient, database: Database, fleet: Fleet, keys: Keys
) -> None:
    client.post("/api/v1/quotes", json=fleet.wish, headers=KEY)
    partner = KEY | {"Authorization": f"Bearer {keys.issue(Scope.QUOTES_WRITE)}"}
    told = client.post("/api/v1/quotes", json=fleet.wish, headers=partner)
    assert "Idempotency-Replayed" not in told.headers
    assert quotes(database) == 2


def test_a_key_has_bounds_and_reads_need_none(client: FlaskClient, fleet: Fleet) -> None:
    told = client.post("/api/v1/quotes", json=fleet.wish, headers={"Idempotency-Key": "x" * 256})
    assert list(told.get_json(force=True)["fields"]) == ["Idempotency-Key"]
    assert client.get("/api/v1/cars", headers={"Idempotency-Key": "x" * 256}).status_code == 200
