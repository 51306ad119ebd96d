"""A PostgreSQL server of one test's own, to be killed."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from exodrive.local.process import Running
from exodrive.local.servers import Postgres


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


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Started, and gone afterwards with all that it kept."""
    folder = Path(tempfile.mkdtemp(prefix="exodrive-test-"))
    folder.chmod(0o755)  # the database's user passes through
    server = OwnPostgres(folder / "postgres")
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
