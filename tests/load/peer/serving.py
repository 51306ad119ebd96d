"""Installs and runs the tRPC server in the measurement's own folder, and calls it."""

import itertools
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from exodrive.local.process import Command, Running
from exodrive.local.servers import free_port
from tests.load.http import Program
from tests.load.rig import Stage
from tests.load.rounds import Step
from tests.load.slots import Slot
from tests.product import wait_until

PROCESSES = 2
"""As many as the pages have."""
_SOURCES = Path(__file__).parent
_QUERIES = frozenset({"search"})


@dataclass(frozen=True)
class Peer:
    """The server at `url`; its processes are those of `pid`."""

    url: str
    pid: int

    def calling(self, procedure: str, *inputs: Any) -> Callable[[], Step]:
        """Steps that call a procedure with one input after the other; one that can be called is asked for each."""
        turns = itertools.cycle(inputs)

        def connect() -> Step:
            program = Program(self.url)

            def step() -> None:
                given = next(turns)
                given = given() if callable(given) else given
                if procedure in _QUERIES:
                    program.get(f"/{procedure}?input={quote(orjson.dumps(given))}")
                else:
                    program.post(f"/{procedure}", given)

            return step

        return connect


@contextmanager
def peer(on: Stage) -> Iterator[Peer]:
    """The server, from the versions of the lock file."""
    folder = on.folder / "peer"
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", "server.mjs"):
        shutil.copy(_SOURCES / name, folder)
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise RuntimeError("the tRPC server needs node and npm")
    if not (folder / "node_modules").is_dir():
        install = [npm, "ci", "--legacy-peer-deps", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    environment = {
        "DATABASE_URL": on.settings.database_url.get_secret_value(),
        "PORT": str(port),
        "PROCESSES": str(PROCESSES),
    }
    running = Running(Command(name="peer", argv=(node, "server.mjs"), env=environment, folder=folder))
    made = Peer(f"http://127.0.0.1:{port}", running.pid)
    try:
        wait_until(lambda: _answers(made), 30)
        yield made
    finally:
        running.stop()


def _answers(server: Peer) -> bool:
    wanted = {"starts": "2030-01-01T10:00:00Z", "ends": "2030-01-03T10:00:00Z"}
    try:
        server.calling("search", wanted)()()
    except OSError:
        return False
    return True


def stay_of(asked: Any) -> dict[str, str]:
    """The dates of a wish, as the server takes them."""
    return {
        "starts": f"{asked.pick_up_date}T{asked.pick_up_time}Z",
        "ends": f"{asked.return_date}T{asked.return_time}Z",
    }


def search_of(asked: Any) -> dict[str, Any]:
    """The input of a search."""
    return {"location": asked.pick_up_location, "seats": asked.seats, **stay_of(asked)}


def hold_of(slot: Slot) -> dict[str, str]:
    """The input of a hold."""
    starts, ends = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (slot.starts_at, slot.ends_at))
    who = {"name": "Ada Lovelace", "email": "ada@example.com"}
    return {"car": str(slot.car_id), "starts": starts, "ends": ends, **who}
