"""How often a client may call: exactly, for all processes together, and what an unreachable Redis means."""

import socket
from collections.abc import Callable
from time import monotonic

import pytest
import redis
import wireup
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from pydantic import ValidationError

import exodrive.app
from exodrive.app import create_app
from exodrive.container import create_container
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database, make_engine
from exodrive.http import limits
from exodrive.settings import Settings
from tests.http.conftest import csrf_token, probe


def test_exactly_as_many_as_declared(client: FlaskClient):
    assert [client.get("/probe/often").status_code for _ in range(5)] == [200, 200, 200, 429, 429]


def test_processes_count_together(make_app: Callable[[Settings], Flask], settings: Settings):
    one, two = (make_app(settings).test_client() for _ in range(2))
    assert [c.get("/probe/often").status_code for c in (one, two, one, two)] == [200, 200, 200, 429]


def test_clients_count_apart(make_app: Callable[[Settings], Flask], settings: Settings):
    client = make_app(settings.model_copy(update={"proxies": 1})).test_client()
    for address in ("203.0.113.1", "203.0.113.2"):
        calls = [
            client.get("/probe/often", headers={"X-Forwarded-For": address}).status_code for _ in range(4)
        ]
        assert calls == [200, 200, 200, 429]


def test_an_ipv6_network_is_one_client(make_app: Callable[[Settings], Flask], settings: Settings):
    client = make_app(settings.model_copy(update={"proxies": 1})).test_client()
    addresses = [f"2001:db8:0:1::{number}" for number in range(1, 5)]
    calls = [
        client.get("/probe/often", headers={"X-Forwarded-For": address}).status_code for address in addresses
    ]
    assert calls == [200, 200, 200, 429]
    assert client.get("/probe/often", headers={"X-Forwarded-For": "2001:db8:0:2::1"}).status_code == 200


def test_a_limit_that_cannot_be_read_does_not_import():
    with pytest.raises(ValueError, match="often"):
        limits.limited("very often")


def test_the_refusal_says_when_to_come_back(client: FlaskClient):
    for _ in range(4):
        response = client.get("/probe/often")
    assert response.status_code == 429
    assert 50 <= int(response.headers["Retry-After"]) <= 60
    assert "You can go on in" in response.get_data(as_text=True)


def test_every_page_counts_against_the_overall_limit(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    amount = int(limits.OVERALL.split("/", maxsplit=1)[0])
    statuses = [
        client.get("/no/such/page", headers={"Accept": "application/json"}).status_code for _ in range(3)
    ]
    assert statuses == [404, 404, 404]
    assert amount >= 300


def test_files_and_health_are_not_counted(client: FlaskClient, redis_client):
    for path in ("/healthz", "/static/css/site.css"):
        client.get(path)
    assert not redis_client.keys("limit:*")


@pytest.fixture
def adrift(
    settings: Settings, clock: ManualClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    """The application while nothing listens at its Redis's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lost = Settings.model_validate(settings.model_dump() | {"redis_url": f"redis://127.0.0.1:{port}/0"})
    with monkeypatch.context() as patch:
        patch.setattr(exodrive.app, "BLUEPRINTS", (*exodrive.app.BLUEPRINTS, probe()))
        return create_app(lost, create_container(lost, clock=clock, database=database)).test_client()


def test_without_redis_reads_go_on(adrift: FlaskClient):
    assert [adrift.get("/probe/often").status_code for _ in range(5)] == [200] * 5


def test_without_redis_writes_are_refused(adrift: FlaskClient):
    token = csrf_token(adrift)
    response = adrift.post("/probe/rename", data={"name": "Falcon", "csrf_token": token})
    assert response.status_code == 503
    assert "try again" in response.get_data(as_text=True)


def test_a_hanging_redis_is_left_alone_for_a_moment(
    settings: Settings, container: wireup.SyncContainer, monkeypatch: pytest.MonkeyPatch
):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(4)
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        hanging = redis.Redis.from_url(url, socket_timeout=0.3, socket_connect_timeout=0.3)
        with container.override({redis.Redis: hanging}):
            client = create_app(settings, container).test_client()
        started = monotonic()
        assert [client.get("/privacy").status_code for _ in range(10)] == [200] * 10
        assert monotonic() - started < 2
        hanging.close()


def test_readiness_names_what_does_not_answer(adrift: FlaskClient, client: FlaskClient):
    assert adrift.get("/healthz").status_code == 200
    response = adrift.get("/readyz")
    assert response.status_code == 503
    assert response.get_json() == {"database": "ok", "redis": "down"}
    assert client.get("/readyz").get_json() == {"database": "ok", "redis": "ok"}


def test_limits_are_off_only_outside_production(make_app: Callable[[Settings], Flask], settings: Settings):
    client = make_app(settings.model_copy(update={"rate_limits": False})).test_client()
    assert {client.get("/probe/often").status_code for _ in range(6)} == {200}
    live = {
        "EXODRIVE_ENV": "production",
        "DATABASE_URL": "postgresql://x/x",
        "REDIS_URL": "redis://x",
        "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ok",
        "EXODRIVE_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "SANDBOX_WEBHOOK_SECRET": "hook-0123456789-abcdefghijklmnopqrstuvwxyz",
        "BASE_URL": "https://exodrive.example",
        "STORAGE_URL": "file:///srv/exodrive/files",
    }
    assert Settings.model_validate(live).rate_limits
    with pytest.raises(ValidationError, match="RATE_LIMITS"):
        Settings.model_validate(live | {"RATE_LIMITS": "false"})


def test_readiness_without_a_database(settings: Settings, container: wireup.SyncContainer):
    lost = Database(make_engine("postgresql://nobody@127.0.0.1:1/nothing", pool_size=1))
    with container.override({Database: lost}):
        response = create_app(settings, container).test_client().get("/readyz")
    assert response.status_code == 503
    assert response.get_json() == {"database": "down", "redis": "ok"}


def test_a_page_without_a_database_is_back_soon(settings: Settings, container: wireup.SyncContainer):
    lost = Database(make_engine("postgresql://nobody@127.0.0.1:1/nothing", pool_size=1))
    with container.override({Database: lost}):
        response = create_app(settings, container).test_client().get("/about")
    assert response.status_code == 503
    assert "We will be right back" in response.get_data(as_text=True)
    assert 'href="/cars"' in response.get_data(as_text=True)
