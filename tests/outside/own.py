"""A shop with a PostgreSQL, a Valkey and a mail server of its own, all of which may be killed or kept waiting."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import aiosmtpd.smtp
from sqlalchemy import text

from exodrive import migrate
from exodrive.core.db import Database
from exodrive.local.process import Command, Running
from exodrive.local.servers import Postgres, Valkey
from exodrive.settings import Settings
from tests.outside.conftest import Shop
from tests.product import Product, kill
from tests.smtp import FreePortController, Inbox

PROGRAMS = ("web", "worker", "heavy", "relay")
WORKER_THREADS = 4

# At a closed gate a statement waits in the middle of its transaction, until the gate is opened or its session is gone.
# A lock of the test would do as well, but sessions of the product wait for a lock no longer than five seconds.
_GATE = """
CREATE TABLE test_gate (number integer GENERATED ALWAYS AS IDENTITY, name text, car_id uuid);
CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    here jsonb := to_jsonb(coalesce(NEW, OLD));
    car uuid := coalesce(CAST(here ->> 'car_id' AS uuid),
                         (SELECT car_id FROM booking WHERE id = CAST(here ->> 'booking_id' AS uuid)));
    closed integer;
BEGIN
    SELECT number INTO closed FROM test_gate WHERE name = TG_ARGV[0] AND car_id = car;
    IF closed IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock_shared(7, closed);
        WHILE EXISTS (SELECT FROM test_gate WHERE number = closed) LOOP
            PERFORM pg_sleep(0.02);
        END LOOP;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER gate_holding BEFORE INSERT ON claim FOR EACH ROW EXECUTE FUNCTION pass_gate('holding');
CREATE TRIGGER gate_releasing BEFORE DELETE ON claim FOR EACH ROW EXECUTE FUNCTION pass_gate('releasing');
CREATE TRIGGER gate_confirming BEFORE UPDATE ON booking FOR EACH ROW
    WHEN (OLD.state <> 'confirmed' AND NEW.state = 'confirmed') EXECUTE FUNCTION pass_gate('confirming');
CREATE TRIGGER gate_checkout BEFORE UPDATE ON payment FOR EACH ROW
    WHEN (OLD.gateway_reference IS NULL AND NEW.gateway_reference IS NOT NULL) EXECUTE FUNCTION pass_gate('checkout');
CREATE TRIGGER gate_moved BEFORE UPDATE ON payment FOR EACH ROW
    WHEN (NEW.move <> 'authorise' AND NEW.state = 'succeeded') EXECUTE FUNCTION pass_gate('moved');
"""
_REACHED = """
SELECT EXISTS (SELECT FROM pg_locks JOIN test_gate g ON g.number = CAST(objid AS integer) JOIN car ON car.id = g.car_id
               WHERE locktype = 'advisory' AND classid = 7 AND g.name = :name AND car.slug = :car)"""


class Gates:
    """Places in the product's transactions where a test makes them wait; each for one car."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def install(self) -> None:
        with self._database.engine.begin() as connection:
            connection.exec_driver_sql(_GATE)

    def close(self, name: str, car: str) -> None:
        self._write(
            "INSERT INTO test_gate (name, car_id) SELECT :name, id FROM car WHERE slug = :car", name, car
        )

    def reached(self, name: str, car: str) -> bool:
        """Whether a transaction waits there now."""
        with self._database.read() as connection:
            return bool(connection.scalar(text(_REACHED), {"name": name, "car": car}))

    def open_all(self) -> None:
        self._write("DELETE FROM test_gate")

    def _write(self, sql: str, name: str = "", car: str = "") -> None:
        with self._database.read() as connection:
            connection.execute(text(sql), {"name": name, "car": car})


class SlowInbox(Inbox):
    """Takes a message for a slow address at once, and answers only when the address is slow no more."""

    def __init__(self) -> None:
        super().__init__()
        self.slow: set[str] = set()

    def has(self, address: str) -> bool:
        return any(message["To"].addresses[0].addr_spec == address for message in self.messages)

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it by this name
        self, server: aiosmtpd.smtp.SMTP, session: aiosmtpd.smtp.Session, envelope: aiosmtpd.smtp.Envelope
    ) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        while self.slow.intersection(envelope.rcpt_tos):  # noqa: ASYNC110  another thread lets go
            await asyncio.sleep(0.02)
        return answer


class OwnShop:
    """The shop and everything that it stands on."""

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        folder = Path(tempfile.mkdtemp(prefix="exodrive-test-"))
        folder.chmod(0o755)  # the database's user passes through
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self._stack = stack
        self._servers: dict[str, Postgres | Valkey] = {
            "postgres": Postgres(folder / "postgres"),
            "valkey": Valkey(folder / "valkey"),
        }
        self._running: dict[str, Running] = {}
        self._start_server("valkey")
        self._start_server("postgres")
        self.postgres.ensure_database()
        self.inbox = SlowInbox()
        controller = FreePortController(self.inbox, hostname=self.inbox.host, port=0)
        controller.start()
        stack.callback(controller.stop)
        self.product = Product(
            settings,
            folder,
            DATABASE_URL=self.postgres.url(),
            REDIS_URL=self._servers["valkey"].url(),
            SMTP_PORT=str(controller.port),
            QUEUE_CONCURRENCY=str(WORKER_THREADS),
            SERVICE_TIMEOUT="60",
        )
        stack.callback(self.product.stop)
        migrate.upgrade(self.product.database.engine)
        self.gates = Gates(self.product.database)
        self.gates.install()
        self.product.start(*PROGRAMS)
        self.shop = Shop.open(self.product, self.inbox)

    @property
    def postgres(self) -> Postgres:
        server = self._servers["postgres"]
        assert isinstance(server, Postgres)
        return server

    def let_go(self) -> None:
        """Whoever waits at a gate, or for the mail server, goes on."""
        self.gates.open_all()
        self.inbox.slow.clear()

    @contextmanager
    def patient(self) -> Iterator[None]:
        """At the end, also that of a failed test, nobody is left waiting."""
        try:
            yield
        finally:
            self.let_go()

    def kill(self, *names: str) -> None:
        """As `kill -9`: programs of the product and servers, by name, and what Valkey knew is gone."""
        for name in names:
            if name in self._running:
                kill(self._running.pop(name))
            else:
                self.product.kill(name)

    def start(self, *names: str) -> None:
        """Again, servers first."""
        for name in self._servers:
            if name in names:
                self._start_server(name)
        programs = [name for name in PROGRAMS if name in names]
        if programs:
            self.product.start(*programs)

    def _start_server(self, name: str) -> None:
        server = self._servers[name]
        running = Running(_forgetful(server.prepare()) if name == "valkey" else server.prepare())
        self._running[name] = running
        self._stack.callback(running.stop)
        server.wait(running)


def _forgetful(command: Command) -> Command:
    """A Valkey that writes nothing down."""
    return replace(command, argv=(*command.argv, "--save", "", "--appendonly", "no"))


@contextmanager
def own_shop(settings: Settings) -> Iterator[OwnShop]:
    """Opened now, closed at the end."""
    with ExitStack() as stack:
        yield OwnShop(settings, stack)
