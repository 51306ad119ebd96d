"""PostgreSQL is killed while jobs run."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from exodrive import migrate
from exodrive.core.db import Database, make_engine
from exodrive.local.process import Running
from exodrive.local.servers import Postgres
from exodrive.settings import Settings
from tests.queue.conftest import Farm, promise_in, until
from tests.queue.jobs import Note, Slow

pytestmark = pytest.mark.slow


class OwnPostgres:
    """A server that only this test uses."""

    def __init__(self, folder: Path) -> None:
        self._server = Postgres(folder, durable=False)
        self.start()
        self._server.ensure_database("jobs")
        self.url = self._server.url("jobs")

    def start(self) -> None:
        command = self._server.prepare()
        self._data = Path(command.argv[command.argv.index("-D") + 1])
        self._running = Running(command)
        self._server.wait(self._running)

    def kill(self) -> None:
        """As `kill -9`."""
        os.kill(int((self._data / "postmaster.pid").read_text().split("\n", 1)[0]), signal.SIGKILL)
        self._running.stop()

    def stop(self) -> None:
        self._running.stop()


@pytest.fixture
def postgres() -> Iterator[OwnPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="exodrive-test-"))
    folder.chmod(0o755)  # the database's user passes through
    server = OwnPostgres(folder / "postgres")
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_database(engine: object, postgres: OwnPostgres) -> Iterator[Database]:
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
    postgres.kill()
    until(lambda: "through ends" in own_farm.notes())
    postgres.start()
    promise_in(own_database, Note(text="after"))
    until(lambda: "after None" in own_farm.notes())
    until(lambda: set(states()) == {"completed"})
    assert own_farm.notes().count("through begins") == 1
    ticks = own_farm.notes().count("tick None")
    until(lambda: own_farm.notes().count("tick None") > ticks)
