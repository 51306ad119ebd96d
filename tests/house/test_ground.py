"""The ground that the suite stands on: its fixtures and factories."""

import redis
import wireup
from sqlalchemy import text

from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from tests.conftest import MORNING
from tests.factories import make_booking, make_car, make_location, make_policy
from tests.smtp import Inbox


def _bookings(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM booking")).scalar_one())


def test_factories_commit_rows(database: Database) -> None:
    booking = make_booking(database, make_car(database, make_location(database)), make_policy(database))
    assert booking.customer_name == "Ada Lovelace"
    assert _bookings(database) == 1


def test_each_test_finds_empty_tables(database: Database) -> None:
    assert _bookings(database) == 0
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entry (id, actor_kind, action, subject_type, subject_id, data)"
                " VALUES (gen_random_uuid(), 'system', 'a', 'b', gen_random_uuid(), '{}')"
            )
        )


def test_the_audit_is_emptied_too(database: Database) -> None:
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_entry")).scalar_one() == 0


def test_the_container_stands_on_them(container: wireup.SyncContainer, redis_client: redis.Redis) -> None:
    with container.get(UnitOfWorkFactory)() as uow:
        assert uow.now == MORNING
    assert container.get(redis.Redis).ping()
    assert redis_client.dbsize() == 0


def test_smtp_server_remembers(smtp: Inbox) -> None:
    import smtplib
    from email.message import EmailMessage

    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Hello", "a@example.com", "b@example.com"
    message.set_content("Héllo")
    with smtplib.SMTP(smtp.host, smtp.port) as server:
        server.send_message(message)
    assert smtp.messages[0]["Subject"] == "Hello"
