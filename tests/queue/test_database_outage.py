"""PostgreSQL is killed while jobs run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from exodrive import migrate
from exodrive.core.crypto import Cipher
from exodrive.core.db import Database, make_engine
from exodrive.core.types import key_ring
from exodrive.settings import Settings
from tests.own_postgres import OwnPostgres, own_postgres
from tests.queue.conftest import Farm, promise_in, until
from tests.queue.jobs import Note, Slow

pytestmark = pytest.mark.slow


@pytest.fixture
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


@pytest.fixture
def own_database(settings: Settings, engine: object, postgres: OwnPostgres) -> Iterator[Database]:
    key_ring.fill(
        Cipher([key.get_secret_value() for key in settings.encryption_keys])
    )  # as the farm's processes do
    engine = make_engine(postgres.url, pool_size=2)
    migrate.upgrade(engine)
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def own_farm(settings: Settings, postgres: OwnPostgres, tmp_path: Path) -> Iterator[Farm]:
    farm = Farm(settings, tmp_path, database_url=postgres.url)
    yield farm
    farm.close()


def _states(database: Database) -> Callable[[], list[str]]:
    def read() -> list[str]:
        with database.read() as connection:
            return sorted(connection.execute(text("SELECT state FROM job")).scalars())

    return read


def test_a_result_outlives_an_outage_of_the_database(
    own_farm: Farm, own_database: Database, postgres: OwnPostgres
):
    states = _states(own_database)
    for start in (own_farm.relay, own_farm.worker, own_farm.beat):
        start()
    promise_in(own_database, Slow(text="through", seconds=1))
    until(lambda: "through begins" in own_farm.notes())
    promise_in(
        own_database, Note(text="before")
    )  # on the disk, and with it the claim, which did not wait for that
    postgres.kill()
    until(lambda: "through ends" in own_farm.notes())
    postgres.start()
    promise_in(own_database, Note(text="after"))
    until(lambda: "after None" in own_farm.notes())
    until(lambda: set(states()) == {"completed"})
    assert own_farm.notes().count("through begins") == 1
    ticks = own_farm.notes().count("tick None")
    until(lambda: own_farm.notes().count("tick None") > ticks)
