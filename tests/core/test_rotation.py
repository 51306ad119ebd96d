"""Keys change while everything runs: what an old one wrote is read, and written anew with the first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import wireup
from click.testing import CliRunner
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from exodrive import cli, schema
from exodrive.core import rotation
from exodrive.core.contract import contract
from exodrive.core.crypto import Cipher, Undecipherable
from exodrive.core.db import Database
from exodrive.core.ledger import Policy, job
from exodrive.core.rotation import Rotated, rotate_keys
from exodrive.core.types import key_ring
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.keys import StaffKeys
from exodrive.services.booking.models import BookingNote
from exodrive.services.job.attempts import AttemptService
from exodrive.settings import Settings
from tests.factories import NOW, add, make_booking, make_car, make_location, make_policy
from tests.staff import make_staff

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@job("test.rotation", Policy(queue="email"))
@contract
class Secret:
    """Is encrypted at rest."""

    words: str


@pytest.fixture(autouse=True)
def ring(container: wireup.SyncContainer) -> Iterator[None]:
    """The key of before, once the container has filled the ring; afterwards that of the suite."""
    kept = key_ring.cipher
    key_ring.fill(Cipher([OLD]))
    yield
    key_ring.fill(kept)


def promise(get: Any, number: int = 1) -> None:
    with get(UnitOfWorkFactory)() as uow:
        for one in range(number):
            uow.enqueue(Secret(words=f"word {one}"))
        uow.commit()


def payloads(database: Database) -> list[bytes]:
    with database.read() as connection:
        return [
            bytes(one) for one in connection.execute(text("SELECT payload FROM job ORDER BY id")).scalars()
        ]


def rotate(database: Database, *keys: str) -> dict[str, Rotated]:
    return {one.table: one for one in rotate_keys(database.engine, schema.metadata, Cipher(keys))}


def test_what_the_old_key_wrote_is_read_and_new_is_written_with_the_first(get: Any, database: Database):
    promise(get)
    key_ring.fill(Cipher([NEW, OLD]))
    promise(get)
    first, second = payloads(database)
    assert Cipher([NEW]).decrypt(second)
    with pytest.raises(Undecipherable):
        Cipher([NEW]).decrypt(first)
    with database.read() as connection:
        ids = connection.execute(text("SELECT id FROM job")).scalars().all()
    for job_id in ids:
        attempt = get(AttemptService).claim(job_id, kinds=("test.rotation",), lease=timedelta(seconds=15))
        assert get(AttemptService).payload(attempt) == Secret(words="word 0")


def test_everything_is_written_anew_and_the_old_key_can_go(
    get: Any, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rotation, "_CHUNK", 2)
    promise(get, 5)
    booking = make_booking(database, make_car(database, make_location(database)), make_policy(database))
    done = rotate(database, NEW, OLD)
    assert done["job"] == Rotated(table="job", renewed=5, unreadable=0)
    assert done["booking"].renewed > 0
    assert {bytes_.decode() for bytes_ in map(Cipher([NEW]).decrypt, payloads(database))} == {
        f'{{"words":"word {number}"}}' for number in range(5)
    }
    key_ring.fill(Cipher([NEW]))
    with database.sessions() as session:
        assert session.get_one(type(booking), booking.id).customer_email == booking.customer_email
    assert {one.renewed for one in rotate(database, NEW).values()} == {0}, "a second time finds nothing"


def test_what_may_not_be_changed_is_renewed_and_stays_so(get: Any, database: Database):
    booking = make_booking(database, make_car(database, make_location(database)), make_policy(database))
    author = make_staff(database, get(StaffKeys))
    note = BookingNote(booking_id=booking.id, author_id=author.id, text="He was late.", created_at=NOW)
    add(database, note)
    assert rotate(database, NEW, OLD)["booking_note"].renewed == 1
    with database.read() as connection:
        assert Cipher([NEW]).decrypt(connection.execute(text("SELECT text FROM booking_note")).scalar_one())
        with pytest.raises(Exception, match="append"):
            connection.execute(text("UPDATE booking_note SET text = text"))


def test_a_lost_key_is_told_and_touches_nothing(get: Any, database: Database):
    promise(get)
    before = payloads(database)
    assert rotate(database, NEW)["job"] == Rotated(table="job", renewed=0, unreadable=1)
    assert payloads(database) == before


def test_the_command(get: Any, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch):
    promise(get)
    with_keys = settings.model_copy(update={"encryption_keys": (SecretStr(NEW), SecretStr(OLD))})
    monkeypatch.setattr(cli, "_settings", lambda: with_keys)
    done = CliRunner().invoke(cli.main, ["rotate-keys"])
    assert (done.exit_code, "job: 1 written anew" in done.output) == (0, True)
    without = settings.model_copy(update={"encryption_keys": (SecretStr(OLD),)})
    monkeypatch.setattr(cli, "_settings", lambda: without)
    failed = CliRunner().invoke(cli.main, ["rotate-keys"])
    assert (failed.exit_code, "job: 0 written anew, 1 that no key opens" in failed.output) == (1, True)
