"""The mail log at work: finding, sending again, and what stands in the way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.contract import load
from exodrive.core.crypto import Signer
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.audit.models import AuditEntry
from exodrive.services.booking.contracts import HeldView
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.mail_desk import MailDeskService
from exodrive.services.booking.mail_desk_contracts import MAIL_PAGE, FindMails, FindSuppressed, MailOutdated
from exodrive.services.email.addresses import MailAddresses
from exodrive.services.email.contracts import MailState
from exodrive.services.email.events_contracts import SuppressionReason
from exodrive.services.email.gateway import AddressSuppressed
from exodrive.services.email.service import MailService
from exodrive.services.email.suppression import Suppressions
from tests.services.booking.desk import Desk
from tests.services.booking.post import Post
from tests.services.email.mails import mail
from tests.smtp import Inbox
from tests.staff import actor_of, make_staff
from tests.statements import statements

Hold = Callable[..., HeldView]


@dataclass
class Log:
    """The desk of the mail log, and who works at it."""

    desk: MailDeskService
    agent: Actor
    manager: Actor


@pytest.fixture
def log(get: Any, database: Database) -> Log:
    keys = get(StaffKeys)
    return Log(
        get(MailDeskService),
        actor_of(make_staff(database, keys, StaffRole.AGENT)),
        actor_of(make_staff(database, keys, StaffRole.MANAGER)),
    )


def suppress(get: Any, address: str, reason: SuppressionReason = SuppressionReason.BOUNCE) -> None:
    with get(UnitOfWorkFactory)() as uow:
        Suppressions().add(
            uow.session,
            recipient_hash=get(MailAddresses).hash(address),
            recipient=address,
            reason=reason,
            detail="550 5.1.1 bounce",
            mail_id=None,
            created_at=uow.now,
        )
        uow.commit()


def test_an_address_has_one_hash_in_all_rooms() -> None:
    signer = Signer("x" * 40)
    assert MailAddresses(signer).hash(" Ada@Example.com") == BookingLinks(signer).customer("ada@example.com ")


def test_mails_are_found_by_what_is_known_of_them(hold: Hold, desk: Desk, post: Post, log: Log) -> None:
    held = hold()
    desk.pay(held)
    post.run()
    found = log.desk.find(FindMails(), log.agent).mails
    assert {one.kind for one in found} == {"booking_confirmation", "new_booking"}
    assert {one.reference for one in found} == {held.reference}
    for wanted, kinds in (
        (load(FindMails, log.desk.link(held.reference.lower())), {"booking_confirmation", "new_booking"}),
        (load(FindMails, log.desk.link("ADA@example.com")), {"booking_confirmation"}),
        (FindMails(kind="new_booking"), {"new_booking"}),
        (FindMails(state=MailState.BOUNCED), set()),
        (load(FindMails, log.desk.link("nobody@example.com")), set()),
    ):
        assert {one.kind for one in log.desk.find(wanted, log.agent).mails} == kinds, wanted


@pytest.mark.usefixtures("smtp")
def test_pages_hold_every_mail_once(get: Any, log: Log, clock: ManualClock, database: Database) -> None:
    for number in range(MAIL_PAGE + 3):
        get(MailService).deliver(mail(once=f"sample:{number}"))
        clock.move(timedelta(seconds=number % 3))
    with statements(database) as sent:
        first = log.desk.find(FindMails(), log.agent)
    assert len(sent) == 1
    second = log.desk.find(FindMails(after=first.next), log.agent)
    seen = [*first.mails, *second.mails]
    assert len({one.id for one in seen}) == len(seen) == MAIL_PAGE + 3
    assert [one.created_at for one in seen] == sorted((one.created_at for one in seen), reverse=True)
    assert second.next is None
    for broken in ("nonsense", "AAAA", "é"):
        assert log.desk.find(FindMails(after=broken), log.agent).mails == first.mails


def test_a_mail_is_sent_again_as_one_of_its_own(
    hold: Hold, desk: Desk, post: Post, log: Log, smtp: Inbox
) -> None:
    desk.pay(hold())
    post.run()
    [first] = log.desk.find(FindMails(kind="booking_confirmation"), log.agent).mails
    for _ in range(2):  # a double click is one wish
        log.desk.ask_again(first.id, log.agent)
    post.run()
    sent = [one for one in smtp.messages if str(one["Subject"]).strip().startswith("Confirmed")]
    assert len(sent) == len({one["Message-ID"] for one in sent}) == 2
    view = log.desk.get(first.id, log.agent)
    assert [(one.state, one.kind) for one in view.repeats] == [(MailState.SENT, "booking_confirmation")]
    assert log.desk.get(view.repeats[0].id, log.agent).again_of == first.id
    assert [one.what for one in view.moments if one.who] == ["mail.resent", "mail.resent"]
    log.desk.ask_again(first.id, log.agent)  # and a later wish is another
    post.run()
    assert len(log.desk.get(first.id, log.agent).repeats) == 2
    assert post.failed() == []


def test_what_is_not_true_any_more_is_not_sent_again(
    hold: Hold, desk: Desk, post: Post, log: Log, smtp: Inbox
) -> None:
    held = hold()
    post.run()
    [receipt] = log.desk.find(FindMails(kind="hold_receipt"), log.agent).mails
    assert log.desk.get(receipt.id, log.agent).obstacle is None
    log.desk.ask_again(receipt.id, log.agent)
    desk.pay(held)
    before = len(smtp.messages)
    post.run("email")
    assert [s for s in post.subjects()[before:] if s.startswith("On hold")] == []
    assert "not true any more" in str(log.desk.get(receipt.id, log.agent).obstacle)
    for ask in (log.desk.ask_again, log.desk.preview):
        with pytest.raises(MailOutdated):
            ask(receipt.id, log.agent)


def test_a_reminder_a_receipt_and_a_manifest_are_made_again_of_their_particulars(
    hold: Hold, desk: Desk, post: Post, log: Log
) -> None:
    held = hold()
    desk.pay(held)
    post.travel(desk.see(held).starts_at - timedelta(hours=71), "email", "payment")
    for kind, said in (("pick_up_reminder", "In 3 days"), ("payment_receipt", "Receipt for")):
        [line] = log.desk.find(FindMails(kind=kind), log.agent).mails
        assert log.desk.preview(line.id, log.agent).subject == line.subject
        assert line.subject.startswith(said)


def test_a_preview_leaves_the_customers_link_out(hold: Hold, post: Post, log: Log) -> None:
    held = hold()
    post.run()
    [receipt] = log.desk.find(FindMails(), log.agent).mails
    shown = log.desk.preview(receipt.id, log.agent)
    assert "The Ferrari Roma is held for you." in shown.text
    assert held.token not in shown.html + shown.text
    assert "/booking/…" in shown.text


@pytest.mark.parametrize("kind", ["contact_message", "staff_invitation", "staff_reset", "new_link", "sample"])
def test_what_cannot_be_made_again_says_why(get: Any, log: Log, smtp: Inbox, kind: str) -> None:
    get(MailService).deliver(mail(kind=kind))
    [line] = log.desk.find(FindMails(), log.agent).mails
    assert log.desk.get(line.id, log.agent).obstacle
    with pytest.raises(MailOutdated):
        log.desk.ask_again(line.id, log.agent)


def test_a_suppressed_address_is_told_and_lifted_by_a_manager(
    hold: Hold, post: Post, log: Log, get: Any, database: Database
) -> None:
    hold()
    post.run()
    [receipt] = log.desk.find(FindMails(), log.agent).mails
    suppress(get, "ada@example.com")
    suppression = log.desk.get(receipt.id, log.agent).suppression
    assert suppression
    assert (suppression.reason, suppression.detail) == (SuppressionReason.BOUNCE, "550 5.1.1 bounce")
    with pytest.raises(AddressSuppressed, match="manager"):
        log.desk.ask_again(receipt.id, log.agent)
    for address, found in (("ADA@example.com", (suppression,)), ("other@example.com", ())):
        wanted = load(FindSuppressed, log.desk.link(address))
        assert log.desk.suppressed(wanted, log.agent).addresses == found
    for broken in ("no-hash", "%%%"):
        assert log.desk.find(FindMails(to=broken), log.agent).mails == ()
    with pytest.raises(Forbidden):
        log.desk.lift(suppression.id, log.agent)
    log.desk.lift(suppression.id, log.manager)
    with pytest.raises(Missing):
        log.desk.lift(suppression.id, log.manager)
    assert log.desk.suppressed(FindSuppressed(), log.agent).addresses == ()
    log.desk.ask_again(receipt.id, log.agent)
    post.run()
    assert len(post.subjects()) == 2
    with database.sessions() as session:
        lifted = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "mail.suppression_lifted")
        ).one()
    assert (lifted.subject_id, lifted.actor_id) == (suppression.id, log.manager.id)


def test_pages_of_suppressed_addresses(get: Any, log: Log, clock: ManualClock) -> None:
    for number in range(MAIL_PAGE + 2):
        suppress(get, f"{number}@example.com")
        clock.move(timedelta(seconds=number % 2))
    first = log.desk.suppressed(FindSuppressed(), log.agent)
    second = log.desk.suppressed(FindSuppressed(after=first.next), log.agent)
    assert len({one.id for one in (*first.addresses, *second.addresses)}) == MAIL_PAGE + 2
    assert second.next is None


def test_the_service_asks_for_the_role_itself(log: Log) -> None:
    stranger = Actor(kind=ActorKind.CUSTOMER)
    for call in (
        lambda: log.desk.find(FindMails(), stranger),
        lambda: log.desk.get(uuid4(), stranger),
        lambda: log.desk.preview(uuid4(), stranger),
        lambda: log.desk.ask_again(uuid4(), stranger),
        lambda: log.desk.suppressed(FindSuppressed(), stranger),
        lambda: log.desk.suppression(uuid4(), stranger),
        lambda: log.desk.lift(uuid4(), stranger),
    ):
        with pytest.raises(Forbidden):
            call()


def test_what_is_not_there_is_missing(log: Log) -> None:
    for call in (log.desk.get, log.desk.preview, log.desk.ask_again, log.desk.suppression):
        with pytest.raises(Missing):
            call(uuid4(), log.agent)
