"""Fixtures of the whole suite: real servers, a database for each worker, the container and the doors."""

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import redis
import wireup
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, text

from exodrive.core import observe
from exodrive.core.clock import ManualClock
from exodrive.core.crypto import Cipher
from exodrive.core.db import Database, make_engine
from exodrive.core.types import key_ring
from exodrive.settings import Settings
from tests.servers import Addresses, Servers, copy_template, drop
from tests.smtp import FreePortController, Inbox
from tests.templates import CompiledTemplates
from tests.wiring import Wiring

# No test asserts wall time: a busy machine is no defect.
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")
Flask.jinja_options = {"bytecode_cache": CompiledTemplates()}

MORNING = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
_KEY = Fernet.generate_key().decode()
_servers = Servers()

# One round trip. A TRUNCATE makes the files of all tables and indexes anew, which costs milliseconds for each; a DELETE
# of a few rows costs nothing, but asks foreign keys and the audit's trigger, which only a superuser may suspend, and
# leaves dead rows behind. Its lock waits for whoever still writes, as that of a TRUNCATE does.
_CLEAN = text("""
DO $$
DECLARE names text[]; name text; bytes bigint;
BEGIN
    SELECT array_agg(quote_ident(relname)), sum(pg_relation_size(oid)) INTO names, bytes FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version';
    IF bytes > 1000000 OR current_setting('is_superuser') = 'off' THEN
        EXECUTE 'TRUNCATE ' || array_to_string(names, ', ');
        RETURN;
    END IF;
    EXECUTE 'LOCK TABLE ' || array_to_string(names, ', ') || ' IN SHARE ROW EXCLUSIVE MODE';
    PERFORM set_config('session_replication_role', 'replica', true);
    FOREACH name IN ARRAY names LOOP
        EXECUTE 'DELETE FROM ' || name;
    END LOOP;
END $$
""")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """The xdist controller starts the servers and tells each worker where they are."""
    addresses = _servers.start()
    node.workerinput["exodrive_servers"] = (addresses.database, addresses.redis)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: one that begins last would keep the other workers waiting."""
    slow = {
        item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")
    }
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """What has been imported stays: looking through it for garbage again and again is a sixth of the suite's work."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Runs after the last test and on Ctrl-C alike."""
    _servers.stop()


@pytest.fixture(scope="session")
def addresses(request: pytest.FixtureRequest) -> Addresses:
    """Where the suite's PostgreSQL and Redis are."""
    given = getattr(request.config, "workerinput", {}).get("exodrive_servers")
    return Addresses(*given) if given else _servers.start()


@pytest.fixture(scope="session")
def inbox() -> Iterator[Inbox]:
    """The SMTP server of this worker, which `settings` names; tests take `smtp`."""
    received = Inbox()
    controller = FreePortController(received, hostname=received.host, port=0)
    controller.start()
    received.port = controller.port
    yield received
    controller.stop()


@pytest.fixture(scope="session")
def settings(
    addresses: Addresses, inbox: Inbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Settings that name this worker's own database, Redis database and SMTP server."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    name = f"exodrive_test_{worker}"
    yield Settings.model_validate(
        {
            "EXODRIVE_ENV": "test",
            "DATABASE_URL": copy_template(addresses, name),
            "REDIS_URL": addresses.numbered(int(worker.removeprefix("gw")) + 1),
            "SECRET_KEY": "test-0123456789-abcdefghijklmnopqrstuvwxyz",
            "EXODRIVE_ENCRYPTION_KEYS": _KEY,
            "SANDBOX_WEBHOOK_SECRET": "hook-0123456789-abcdefghijklmnopqrstuvwxyz",
            "BASE_URL": "http://127.0.0.1:8000",
            "SMTP_HOST": inbox.host,
            "SMTP_PORT": inbox.port,
            "STORAGE_URL": tmp_path_factory.mktemp("files").as_uri(),
            "LOG_FORMAT": "console",
            "WEBHOOK_PRIVATE_TARGETS": True,
        }
    )
    drop(addresses, name)


@pytest.fixture(scope="session")
def cipher(settings: Settings) -> Cipher:
    return Cipher([key.get_secret_value() for key in settings.encryption_keys])


@pytest.fixture(scope="session")
def engine(settings: Settings, cipher: Cipher) -> Iterator[Engine]:
    """The session's engine; tests take `database`."""
    key_ring.fill(cipher)
    made = make_engine(settings.database_url.get_secret_value(), pool_size=settings.database_pool)
    yield made
    made.dispose()


@pytest.fixture
def clean(engine: Engine) -> None:
    """Empty tables."""
    with engine.begin() as connection:
        connection.execute(_CLEAN)


@pytest.fixture
def keys_of_settings(cipher: Cipher) -> None:
    """What is sealed here is opened by the processes that a test starts, whatever keys the test before went by."""
    key_ring.fill(cipher)


@pytest.fixture
def database(engine: Engine, clean: None, keys_of_settings: None) -> Database:
    """The migrated database of this worker, with empty tables."""
    return Database(engine)


@pytest.fixture
def clock() -> ManualClock:
    """2026-06-01T10:00Z, a Monday, until it is moved."""
    return ManualClock(MORNING)


@pytest.fixture
def redis_client(settings: Settings) -> Iterator[redis.Redis]:
    """This worker's Redis database, empty."""
    with redis.Redis.from_url(settings.redis_url.get_secret_value()) as client:
        client.flushdb()
        yield client


@pytest.fixture(scope="session")
def wiring(settings: Settings, engine: Engine) -> Wiring:
    """What `container` and `app` lend."""
    return Wiring(settings, Database(engine))


@pytest.fixture
def container(
    settings: Settings, wiring: Wiring, clock: ManualClock, database: Database, redis_client: redis.Redis
) -> Iterator[wireup.SyncContainer]:
    """The container of the product on this worker's servers and the manual clock."""
    observe.configure(settings)  # structlog of itself draws each traceback, which takes it half a second
    with wiring.lent(clock, database) as lent:
        yield lent


@pytest.fixture
def get(container: wireup.SyncContainer) -> Any:
    """`get(Service)`: an instance from the container."""
    return container.get


@pytest.fixture
def app(wiring: Wiring, container: wireup.SyncContainer) -> Iterator[Flask]:
    """The web application on the test's container."""
    with wiring.lent_app() as lent:
        yield lent


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def smtp(inbox: Inbox) -> Inbox:
    """A real SMTP server at the settings' address: `.messages`, `.fail_next(code)`."""
    inbox.clear()
    return inbox
