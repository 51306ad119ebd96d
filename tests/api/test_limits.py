"""How often a client may call: told with every answer, exact across processes, closed on writes without Redis."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from limits import parse

from exodrive.app import create_app
from exodrive.http.limits import Counter
from exodrive.local.servers import free_port
from exodrive.services.partner.contracts import Scope
from exodrive.settings import Settings
from tests.api.conftest import Fleet, Keys


def test_every_answer_says_where_the_client_stands(client: FlaskClient, fleet: Fleet) -> None:
    first = client.get("/api/v1/locations")
    second = client.get("/api/v1/locations?wrong=1")
    assert first.headers["RateLimit-Policy"] == '"location.list";q=120;w=60'
    assert first.headers["RateLimit"].startswith('"location.list";r=119;t=')
    assert second.status_code == 422
    assert second.headers["RateLimit"].startswith('"location.list";r=118;t=')


def test_above_the_limit_it_says_when_to_come_back(client: FlaskClient, fleet: Fleet) -> None:
    for _ in range(60):
        assert client.post("/api/v1/quotes", json={}).status_code == 422
    told = client.post("/api/v1/quotes", json=fleet.wish)
    assert (told.status_code, told.get_json(force=True)["code"]) == (429, "rate_limited")
    assert 0 < int(told.headers["Retry-After"]) <= 60
    assert ";r=0;" in told.headers["RateLimit"]
    assert client.get("/api/v1/locations").status_code == 200


def test_a_key_is_counted_for_itself(client: FlaskClient, fleet: Fleet, keys: Keys) -> None:
    one, other = (f"Bearer {keys.issue(Scope.QUOTES_WRITE)}" for _ in range(2))
    client.get("/api/v1/locations", headers={"Authorization": one})
    client.get("/api/v1/locations")
    told = client.get("/api/v1/locations", headers={"Authorization": other})
    assert ";r=119;" in told.headers["RateLimit"]


def test_each_call_of_a_batch_counts(client: FlaskClient, fleet: Fleet) -> None:
    calls = [{"procedure": "location.list"}] * 10
    for _ in range(12):
        told = client.post("/api/v1/batch", json={"calls": calls}).get_json()
    assert {one["status"] for one in told["results"]} == {200}
    told = client.post("/api/v1/batch", json={"calls": calls}).get_json()
    assert {one["status"] for one in told["results"]} == {429}
    assert told["results"][0]["headers"]["Retry-After"]


def _hit(url: str, times: int) -> int:
    """In a process of its own: how many of so many calls at once were let in."""
    counter = Counter(redis.ConnectionPool.from_url(url), enabled=True)
    limit = parse("100/minute")
    with ThreadPoolExecutor(8) as many:
        return sum(
            bool(count and count.allowed)
            for count in many.map(lambda _: counter.hit(limit, "x"), range(times))
        )


def test_two_processes_let_in_exactly_as_many(settings: Settings, redis_client: redis.Redis) -> None:
    url = settings.redis_url.get_secret_value()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert sum(pool.starmap(_hit, [(url, 120), (url, 120)])) == 100


@pytest.fixture
def cut_off(settings: Settings, container: Any) -> FlaskClient:
    """The door when Redis does not answer."""
    app: Flask = create_app(settings, container=container)
    pool = redis.ConnectionPool.from_url(f"redis://127.0.0.1:{free_port()}/0")
    app.extensions["exodrive.api"].counter = Counter(pool, enabled=True)
    return app.test_client(use_cookies=False)


def test_without_redis_reads_go_on_and_writes_are_refused(cut_off: FlaskClient, fleet: Fleet) -> None:
    assert cut_off.get("/api/v1/cars").status_code == 200
    assert cut_off.post("/api/v1/rpc/car.get", json={"car": fleet.car.slug}).status_code == 200
    told = cut_off.post("/api/v1/quotes", json=fleet.wish)
    assert (told.status_code, told.get_json(force=True)["code"]) == (503, "unavailable")
