"""PostgreSQL is killed and comes back: the next page is served as if nothing had been."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from flask.testing import FlaskClient
from pydantic import SecretStr

from exodrive import migrate
from exodrive.app import create_app
from exodrive.container import create_container
from exodrive.core.clock import Clock
from exodrive.core.db import Database, make_engine
from exodrive.settings import Settings
from tests.factories import make_car, make_location, make_policy
from tests.own_postgres import OwnPostgres, own_postgres


@pytest.fixture
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


@pytest.fixture
def browser(
    settings: Settings, postgres: OwnPostgres, clock: Clock, redis_client: redis.Redis
) -> Iterator[Any]:
    engine = make_engine(postgres.url, pool_size=2)
    migrate.upgrade(engine)
    database = Database(engine)
    own = settings.model_copy(update={"database_url": SecretStr(postgres.url)})
    container = create_container(own, clock=clock, database=database)
    make_policy(database)
    make_car(database, make_location(database), featured=1)
    yield create_app(own, container=container).test_client()
    container.close()
    engine.dispose()


def test_the_next_page_after_a_restart_is_served(browser: FlaskClient, postgres: OwnPostgres) -> None:
    assert "Roma" in browser.get("/cars").text
    postgres.kill()
    assert browser.get("/cars").status_code in (500, 503)
    postgres.start()
    assert "Roma" in browser.get("/cars").text


def test_nobody_notices_a_restart_between_two_pages(browser: FlaskClient, postgres: OwnPostgres) -> None:
    assert "Roma" in browser.get("/cars").text
    postgres.kill()
    postgres.start()
    for _ in range(3):
        assert "Roma" in browser.get("/cars").text
