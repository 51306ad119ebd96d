"""`exodrive up`: the whole product on this machine, from nothing to a page that answers."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psycopg

from exodrive.local import programs
from exodrive.local.errors import CannotStart
from exodrive.local.folder import Folder
from exodrive.local.output import Console
from exodrive.local.process import Command
from exodrive.local.servers import Postgres, Valkey, free_port
from exodrive.local.supervisor import Supervisor

_WEB_PATIENCE = 60.0
_PORTS_TRIED = 50
_SOURCE = str(Path(__file__).resolve().parents[2])
_EVERYWHERE = "0.0.0.0"  # noqa: S104  named to be recognised; the default host is the loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`port` is the first one tried; `demo` fills an empty database."""

    folder: Path
    host: str
    port: int
    demo: bool


def run(options: Options, console: Console) -> None:
    """Start everything and watch over it until SIGINT, SIGTERM or SIGHUP. Raises `CannotStart`."""
    if os.environ.get("EXODRIVE_ENV") == "production":
        raise CannotStart("EXODRIVE_ENV is production: run wsgi:app and celery_worker instead")
    folder = Folder(options.folder)
    folder.claim()
    folder.describe(f"process {os.getpid()}")
    supervisor = Supervisor(console, folder.tree)
    _on_signals(_interrupt)
    try:
        Start(options, console, folder, supervisor).all()
        supervisor.watch()
    except KeyboardInterrupt:
        console.print("Stopping …")
    finally:
        _on_signals(_leave)
        supervisor.stop()


def _on_signals(then: Callable[[int, FrameType | None], None]) -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, then)


def _interrupt(_signum: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _leave(_signum: int, _frame: FrameType | None) -> None:
    """Asked a second time: leave at once. The tethers see it and stop what is still running."""
    os._exit(1)


class Start:
    """One start, step by step."""

    def __init__(self, options: Options, console: Console, folder: Folder, supervisor: Supervisor) -> None:
        self._options = options
        self._console = console
        self._folder = folder
        self._supervisor = supervisor
        self._port = _free_port_from(options.host, options.port)
        self._address = "127.0.0.1" if options.host == _EVERYWHERE else options.host
        self._url = f"http://{self._address}:{self._port}"
        self._waits: list[Callable[[], None]] = []
        self._mail: list[Callable[[], Command]] = []

    def all(self) -> None:
        """From nothing to a page that answers."""
        self._check_given()
        self._servers()
        self._schema()
        if self._options.demo:
            self._demo()
        self._supervisor.next_stage()
        self._supervisor.start(lambda: programs.web(self._options.host, self._port))
        self._folder.publish({name: os.environ[name] for name in programs.SETTINGS if name in os.environ})
        self._folder.describe(f"process {os.getpid()}, {self._url}")
        answered = self._web_answers()
        for program in (*self._mail, *programs.BACKGROUND):
            self._supervisor.start(program)
        self._banner(answered)

    def _servers(self) -> None:
        """PostgreSQL, Valkey and the catcher of mail, unless the environment names others."""
        secrets = self._folder.secrets()
        password = secrets.pop("VALKEY_PASSWORD")
        if "DATABASE_URL" not in os.environ:
            postgres = Postgres(self._folder.path / "postgres")
            server = self._supervisor.start(postgres.prepare)
            self._waits += [lambda: postgres.wait(server), postgres.ensure_database]
            _settle(DATABASE_URL=postgres.url())
        if "REDIS_URL" not in os.environ:
            valkey = Valkey(self._folder.path / "valkey", password=password)
            cache = self._supervisor.start(valkey.prepare)
            self._waits.append(lambda: valkey.wait(cache))
            _settle(REDIS_URL=valkey.url())
        if "SMTP_HOST" not in os.environ:
            port, maildir = free_port(), self._folder.path / "mail"
            _settle(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port), EXODRIVE_MAILDIR=str(maildir))
            self._mail.append(lambda: programs.mail(port, maildir))
        _settle(STORAGE_URL=(self._folder.path / "files").resolve().as_uri())
        _settle(WEBHOOK_PRIVATE_TARGETS="true")
        _settle(EXODRIVE_ENV="development", LOG_FORMAT="console", BASE_URL=self._url, **secrets)
        _settle(PYTHONUNBUFFERED="1", PYTHONPATH=_SOURCE)

    def _check_given(self) -> None:
        """The servers that the environment names, before anything is started beside them."""
        given = [name for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ]
        if given:
            from exodrive import doctor  # noqa: PLC0415  slow to import, and most starts do without

            for name in given:
                check = doctor.check_database if name == "DATABASE_URL" else doctor.check_redis
                try:
                    check(os.environ[name])
                except doctor.Unfit as unfit:
                    raise CannotStart(f"{unfit}, or unset {name} to use the embedded server") from unfit

    def _schema(self) -> None:
        from exodrive import doctor, migrate  # noqa: PLC0415  slow to import: the servers start meanwhile

        for wait in self._waits:
            wait()
        try:
            doctor.check_schema(os.environ["DATABASE_URL"])
        except doctor.Unfit:
            self._console.say("exodrive", "migrating the database")
            migrate.upgrade_at(os.environ["DATABASE_URL"])

    def _demo(self) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            found = connection.execute("SELECT EXISTS (SELECT FROM location)").fetchone()
        if found == (False,):
            self._console.say("exodrive", "loading demo data")
            _load_demo()

    def _web_answers(self) -> bool:
        """Wait until the page answers; False when it does not in time."""
        deadline = time.monotonic() + _WEB_PATIENCE
        while time.monotonic() < deadline:
            if _answers(self._address, self._port):
                return True
            self._supervisor.look()
            time.sleep(0.05)
        return False

    def _banner(self, answered: bool) -> None:
        if not answered:
            self._console.print("The web server does not answer yet; its lines above say why.")
        lines = [f"ExoDrive    {self._url}"]
        if "EXODRIVE_MAILDIR" in os.environ:
            lines.append(f"Mailbox     {self._url}/mailbox")
        lines.append(f"Staff       {self._url}/admin")
        lines += _demo_logins() if self._options.demo else []
        if self._port != self._options.port:
            lines.append(f"Port {self._options.port} was taken; PORT=… chooses another.")
        lines.append("Ctrl-C stops everything.")
        width = max(map(len, lines))
        rule = "─" * (width + 2)
        boxed = (f"│ {line:<{width}} │" for line in lines)
        self._console.print("\n".join(("", f"┌{rule}┐", *boxed, f"└{rule}┘", "")))


def _settle(**values: str) -> None:
    """Set what the environment leaves open, for this process and the programs it starts."""
    for name, value in values.items():
        os.environ.setdefault(name, value)


def _load_demo() -> None:
    """Needed once in the life of a database, so imported then."""
    from exodrive.container import create_container  # noqa: PLC0415  see above
    from exodrive.core.db import Database  # noqa: PLC0415  see above
    from exodrive.demo.load import load_demo  # noqa: PLC0415  see above
    from exodrive.demo.staff import add_logins  # noqa: PLC0415  see above
    from exodrive.settings import get_settings  # noqa: PLC0415  see above

    container = create_container(get_settings())
    if load_demo(container):
        add_logins(container)
    container.get(Database).engine.dispose()
    container.close()


def _demo_logins() -> list[str]:
    """How to sign in as each of the demo's staff; nothing where they are not here."""
    from exodrive.core.crypto import Signer  # noqa: PLC0415  the page answers already
    from exodrive.demo.staff import LOGINS, PASSWORD  # noqa: PLC0415  see above
    from exodrive.services.account.keys import StaffKeys  # noqa: PLC0415  see above

    keys = StaffKeys(Signer(os.environ["SECRET_KEY"]))
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        found = connection.execute(
            "SELECT count(*) FROM staff WHERE email_hash = ANY(%s) AND password_hash IS NOT NULL",
            ([keys.email(email) for _, email in LOGINS.values()],),
        ).fetchone()
    if found != (len(LOGINS),) or os.environ["EXODRIVE_ENV"] != "development":
        return []
    return [
        *(f"  {role:<9} {email}" for role, (_, email) in LOGINS.items()),
        f"  password  {PASSWORD}",
    ]


def _free_port_from(host: str, first: int) -> int:
    """The first port from `first` on that nobody listens on."""
    for port in range(first, first + _PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise CannotStart(f"no free port from {first} to {first + _PORTS_TRIED - 1}: choose another by PORT")


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
