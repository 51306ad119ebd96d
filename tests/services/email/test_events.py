"""What Mailgun tells: believed by its signature, stored once, and what follows for the mail and its address."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ledger import Job
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.email.addresses import MailAddresses
from exodrive.services.email.contracts import MailState
from exodrive.services.email.events import MailEventService
from exodrive.services.email.gateway import AddressSuppressed, MailRefused
from exodrive.services.email.gateways.mailgun import BadEvent
from exodrive.services.email.models import MailEvent, MailMessage, MailSuppression
from exodrive.services.email.service import MailService
from exodrive.services.email.suppression import Suppressions
from exodrive.settings import Settings
from tests.services.email.mails import mail
from tests.services.email.provider import KEY, event
from tests.smtp import Inbox


class Post:
    """The provider's side of a mail, and what the house made of it."""

    def __init__(self, get: Any, database: Database, clock: ManualClock, settings: Settings) -> None:
        self.database = database
        self.mails: MailService = get(MailService)
        given = settings.model_copy(update={"mailgun_signing_key": type(settings.smtp_password)(KEY)})
        self.events = MailEventService(get(UnitOfWorkFactory), clock, get(MailAddresses), given)
        self.closed = get(MailEventService)

    def sent(self) -> MailMessage:
        self.mails.deliver(mail())
        return self.row()

    def row(self) -> MailMessage:
        with self.database.sessions() as session:
            return session.scalars(select(MailMessage).where(MailMessage.once == "sample:1")).one()

    def stored(self) -> list[MailEvent]:
        with self.database.sessions() as session:
            return list(session.scalars(select(MailEvent).order_by(MailEvent.received_at, MailEvent.id)))

    def tell(self, name: str, **over: Any) -> None:
        """An event, and the job that follows it."""
        self.events.receive("mailgun", event(name, message_id=self.row().message_id, **over))
        for one in self.stored():
            self.events.apply(one.id)

    def count(self, table: type[Any]) -> int:
        with self.database.sessions() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def post(get: Any, database: Database, clock: ManualClock, settings: Settings, smtp: Inbox) -> Post:
    return Post(get, database, clock, settings)


def test_a_delivery_is_written_down(post: Post) -> None:
    post.sent()
    post.tell("delivered")
    assert (post.row().state, post.row().failure) == (MailState.DELIVERED, None)
    assert post.count(MailSuppression) == 0
    [stored] = post.stored()
    assert (stored.mail_id, stored.outcome) == (post.row().id, "delivered")


def test_a_bounce_stops_further_mail_to_the_address(post: Post, smtp: Inbox) -> None:
    post.sent()
    post.tell("bounced")
    assert (post.row().state, post.row().failure) == (MailState.BOUNCED, "550 5.1.1 bounce")
    with pytest.raises(AddressSuppressed) as caught:
        post.mails.deliver(mail(once="sample:2", recipient=" MAYA@example.com".strip()))
    assert isinstance(caught.value, MailRefused)
    assert "came back before" in caught.value.message
    assert "maya" not in caught.value.message.casefold()
    assert len(smtp.messages) == 1
    with post.database.sessions() as session:
        second = session.scalars(select(MailMessage).where(MailMessage.once == "sample:2")).one()
    assert (second.state, second.failure) == (MailState.SUPPRESSED, caught.value.message)
    post.mails.deliver(mail(once="sample:3", recipient="other@example.com"))
    assert len(smtp.messages) == 2


def test_a_lifted_address_gets_what_was_kept_back(post: Post, smtp: Inbox, get: Any) -> None:
    post.sent()
    post.tell("bounced")
    with pytest.raises(AddressSuppressed):
        post.mails.deliver(mail(once="sample:2"))
    with post.database.sessions() as session:
        [suppression] = session.scalars(select(MailSuppression.id))
    with get(UnitOfWorkFactory)() as uow:
        assert Suppressions().lift(uow.session, suppression, uow.now)
        assert not Suppressions().lift(uow.session, suppression, uow.now)
        uow.commit()
    post.mails.deliver(mail(once="sample:2"))
    assert len(smtp.messages) == 2
    # The same bounce told again is no new one.
    post.tell("bounced")
    post.mails.deliver(mail(once="sample:4"))
    assert len(smtp.messages) == 3


def test_a_complaint_suppresses_too(post: Post) -> None:
    post.sent()
    post.tell("delivered")
    post.tell("complained")
    assert post.row().state is MailState.COMPLAINED
    with pytest.raises(AddressSuppressed, match="reported as spam"):
        post.mails.deliver(mail(once="sample:2"))


def test_a_delay_is_only_noted(post: Post) -> None:
    post.sent()
    post.tell("delayed")
    assert (post.row().state, post.row().failure) == (MailState.SENT, None)
    assert [one.outcome for one in post.stored()] == ["delayed"]
    assert post.count(MailSuppression) == 0


@pytest.mark.parametrize(("reason", "suppressed"), [("suppress-bounce", 1), ("old", 0), ("espblock", 0)])
def test_only_an_address_that_is_none_is_suppressed(post: Post, reason: str, suppressed: int) -> None:
    post.sent()
    post.tell("bounced", reason=reason)
    assert post.row().state is MailState.BOUNCED
    assert post.count(MailSuppression) == suppressed


@pytest.mark.parametrize("order", [("bounced", "delivered"), ("delivered", "bounced")])
def test_the_order_of_arrival_does_not_matter(post: Post, order: tuple[str, str]) -> None:
    post.sent()
    for name in order:
        post.tell(name)
    assert post.row().state is MailState.BOUNCED


def test_an_event_is_stored_and_acted_on_once(post: Post) -> None:
    post.sent()
    sent = event("bounced", message_id=post.row().message_id)
    for _ in range(3):
        post.events.receive("mailgun", sent)
    assert post.count(MailEvent) == 1
    with post.database.sessions() as session:
        jobs = session.scalar(select(func.count()).select_from(Job).where(Job.kind == "email.event"))
    assert jobs == 1
    [stored] = post.stored()
    assert json.loads(stored.body) == json.loads(sent)
    for _ in range(2):
        post.events.apply(stored.id)
    assert post.count(MailSuppression) == 1


def test_a_token_signs_one_event_only(post: Post) -> None:
    """The signature does not cover the event: whoever saw one could else tell anything."""
    post.sent()
    post.events.receive("mailgun", event("delivered"))
    with pytest.raises(BadEvent, match="token"):
        post.events.receive("mailgun", event("delivered", id="another", recipient="victim@example.com"))
    assert post.count(MailEvent) == 1


def test_an_event_of_an_unknown_mail_counts_for_its_address(post: Post) -> None:
    post.events.receive("mailgun", event("bounced"))
    [stored] = post.stored()
    post.events.apply(stored.id)
    with pytest.raises(AddressSuppressed):
        post.mails.deliver(mail())


def test_news_without_a_use_are_kept_and_change_nothing(post: Post) -> None:
    post.sent()
    post.tell("delivered", event="opened")
    assert post.row().state is MailState.SENT
    assert post.stored()[0].processed_at is not None


@pytest.mark.parametrize(
    "sent",
    [
        event("delivered", key="key-of-somebody-else"),
        event("delivered", timestamp="1780200000"),
        event("delivered", timestamp="1780318000"),
        event("delivered", timestamp="soon"),
        event("delivered", id=None),
        event("delivered").replace(b'"signature":', b'"other":', 1),
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"",
    ],
    ids=["key", "old", "early", "time", "id", "unsigned", "empty", "list", "null", "bytes", "nothing"],
)
def test_what_is_not_signed_is_refused(post: Post, sent: bytes) -> None:
    with pytest.raises(BadEvent):
        post.events.receive("mailgun", sent)
    assert post.count(MailEvent) == 0


def test_no_key_is_closed(post: Post) -> None:
    for provider in ("mailgun", "postmark"):
        with pytest.raises(Missing):
            post.closed.receive(provider, event("delivered", key=""))
    with pytest.raises(Missing):
        post.events.receive("postmark", event("delivered"))


def test_a_mail_that_is_told_of_before_it_is_written_down_as_sent(
    post: Post, clock: ManualClock, smtp: Inbox
) -> None:
    """The provider may be quicker than our own log."""
    smtp.fail_next(451)
    with pytest.raises(Exception, match="451"):
        post.mails.deliver(mail())
    post.tell("delivered")
    clock.move(timedelta(minutes=1))
    assert post.row().state is MailState.DELIVERED
    post.mails.deliver(mail())
    assert smtp.messages == []
