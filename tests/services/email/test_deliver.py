"""A mail goes out once: retried, at the same time, refused, and after a crash at the worst moment."""

import os
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import EmailMessage
from multiprocessing import get_context
from typing import Any

import pytest
from sqlalchemy import select

from exodrive.core.clock import ManualClock, SystemClock
from exodrive.core.crypto import Signer
from exodrive.core.db import Database, make_engine
from exodrive.core.errors import Invalid, Kind
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.email.addresses import MailAddresses
from exodrive.services.email.contracts import MailState
from exodrive.services.email.gateway import Mailer, MailRefused, MailUnavailable
from exodrive.services.email.gateways.smtp import SmtpMailer
from exodrive.services.email.models import MailMessage
from exodrive.services.email.service import MailService
from exodrive.settings import Settings
from tests.product import wait_until
from tests.services.email.mails import mail
from tests.smtp import Inbox


@pytest.fixture
def service(get: Any) -> MailService:
    found = get(MailService)
    assert isinstance(found, MailService)
    return found


def rows(database: Database) -> list[MailMessage]:
    with database.sessions() as session:
        return list(session.scalars(select(MailMessage).order_by(MailMessage.id)))


def test_delivers_and_logs(service: MailService, database: Database, smtp: Inbox, clock: ManualClock) -> None:
    service.deliver(mail())
    [message] = smtp.messages
    [row] = rows(database)
    assert row.state is MailState.SENT
    assert row.sent_at == clock.now()
    assert (row.kind, row.recipient, row.subject) == ("sample", "maya@example.com", "Ready for you")
    assert message["Message-ID"] == row.message_id == f"<{row.id.hex}@exodrive.example>"


def test_the_same_promise_is_sent_once(service: MailService, database: Database, smtp: Inbox) -> None:
    service.deliver(mail())
    service.deliver(mail(subject="Another text for the same promise"))
    assert [message["Subject"] for message in smtp.messages] == ["Ready for you"]
    assert len(rows(database)) == 1


def test_eight_workers_send_it_once(service: MailService, database: Database, smtp: Inbox) -> None:
    together = threading.Barrier(8)

    def work(_: int) -> str:
        together.wait()
        try:
            service.deliver(mail())
        except MailUnavailable:
            return "busy"
        return "done"

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(work, range(8)))
    assert answers["done"] >= 1
    assert answers["done"] + answers["busy"] == 8
    assert len(smtp.messages) == 1
    [row] = rows(database)
    assert row.state is MailState.SENT


class _Slow:
    """A mail server that takes its time: the window in which a second worker may come along."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.entered = threading.Event()
        self.let_go = threading.Event()

    def send(self, message: EmailMessage) -> None:
        self.entered.set()
        assert self.let_go.wait(10)
        self.sent.append(str(message["Message-ID"]))


def _service(database: Database, settings: Settings, mailer: Mailer) -> MailService:
    clock = SystemClock()
    return MailService(
        uow=UnitOfWorkFactory(database, clock),
        database=database,
        clock=clock,
        mailer=mailer,
        addresses=MailAddresses(Signer(settings.secret_key.get_secret_value())),
        settings=settings,
    )


def test_a_second_worker_does_not_wait_and_does_not_send(database: Database, settings: Settings) -> None:
    slow = _Slow()
    service = _service(database, settings, slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(service.deliver, mail())
        assert slow.entered.wait(10)
        with pytest.raises(MailUnavailable):
            service.deliver(mail())
        slow.let_go.set()
        first.result(10)
    service.deliver(mail())
    assert len(slow.sent) == 1


def test_no_transaction_is_open_while_the_mail_travels(database: Database, settings: Settings) -> None:
    slow = _Slow()
    service = _service(database, settings, slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(service.deliver, mail())
        assert slow.entered.wait(10)
        with database.read() as connection:
            open_ones = connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'"
            ).scalar_one()
        slow.let_go.set()
        first.result(10)
    assert open_ones == 0


def test_a_transient_refusal_leaves_it_queued(service: MailService, database: Database, smtp: Inbox) -> None:
    smtp.fail_next(451)
    with pytest.raises(MailUnavailable) as caught:
        service.deliver(mail())
    assert caught.value.kind is Kind.UNAVAILABLE
    [row] = rows(database)
    assert row.state is MailState.QUEUED
    assert row.failure is not None
    assert "451" in row.failure
    service.deliver(mail())
    [row] = rows(database)
    assert (row.state, row.failure) == (MailState.SENT, None)
    [message] = smtp.messages
    assert message["Message-ID"] == row.message_id


def test_a_permanent_refusal_fails_it(service: MailService, database: Database, smtp: Inbox) -> None:
    smtp.fail_next(550)
    with pytest.raises(MailRefused) as caught:
        service.deliver(mail())
    assert caught.value.kind is Kind.INVALID
    [row] = rows(database)
    assert row.state is MailState.FAILED
    assert row.failure is not None
    assert "550" in row.failure
    assert "maya" not in row.failure


def test_a_failed_mail_goes_out_when_a_person_sends_it_again(
    service: MailService, database: Database, smtp: Inbox
) -> None:
    smtp.fail_next(550)
    with pytest.raises(MailRefused):
        service.deliver(mail())
    service.deliver(mail(recipient="maya.lindqvist@example.com"))
    [row] = rows(database)
    assert (row.state, row.recipient) == (MailState.SENT, "maya.lindqvist@example.com")
    assert [message["To"] for message in smtp.messages] == ["maya.lindqvist@example.com"]


def test_an_address_that_is_none_is_refused(service: MailService, database: Database, smtp: Inbox) -> None:
    with pytest.raises(MailRefused):
        service.deliver(mail(recipient="maya@example.com, eve@example.com"))
    assert not smtp.messages
    assert [row.state for row in rows(database)] == [MailState.FAILED]


@pytest.mark.parametrize(
    "name", ["recipient", "subject", "recipient_name", "reply_to", "reply_to_name", "locale"]
)
@pytest.mark.parametrize("breaker", ["\n", "\r", "\r\nBcc: eve@example.com", "\u2028x", "\0"])
def test_a_header_is_one_line(name: str, breaker: str) -> None:
    with pytest.raises(Invalid) as caught:
        mail(**{name: f"maya@example.com{breaker}"})
    assert name in caught.value.fields


def _send_and_die(url: str, settings: Settings) -> None:
    """A worker that is killed when the server has the mail and the log does not know it yet."""
    database = Database(make_engine(url, pool_size=2))

    class Deadly(SmtpMailer):
        def send(self, message: EmailMessage) -> None:
            super().send(message)
            os.kill(os.getpid(), signal.SIGKILL)

    _service(database, settings, Deadly(settings)).deliver(mail())


def _delivered(service: MailService) -> bool:
    try:
        service.deliver(mail())
    except MailUnavailable:
        return False
    return True


def test_a_copy_after_a_crash_has_the_same_message_id(
    service: MailService, database: Database, settings: Settings, smtp: Inbox
) -> None:
    url = settings.database_url.get_secret_value()
    worker = get_context("fork").Process(target=_send_and_die, args=(url, settings))
    worker.start()
    worker.join(30)
    assert worker.exitcode == -signal.SIGKILL
    [row] = rows(database)
    assert row.state is MailState.QUEUED
    wait_until(lambda: _delivered(service))  # once PostgreSQL has seen the dead worker's lock go
    [row] = rows(database)
    assert row.state is MailState.SENT
    first, copy = smtp.messages
    assert first["Message-ID"] == copy["Message-ID"] == row.message_id


def test_times_are_those_of_the_clock(service: MailService, smtp: Inbox, clock: ManualClock) -> None:
    clock.set(datetime(2026, 11, 1, 8, 30, tzinfo=UTC))
    service.deliver(mail())
    assert smtp.messages[0]["Date"].datetime == clock.now()
