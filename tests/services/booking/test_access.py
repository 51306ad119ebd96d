"""Whose a booking is: the holder of its link, the partner who made it, staff; for anybody else there is none."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.core.ids import new_id
from exodrive.services.account.contracts import StaffRole
from exodrive.services.audit.models import AuditEntry
from exodrive.services.booking.contracts import BookingState, HeldView
from exodrive.services.booking.desk_contracts import CancelAsStaff, CancelTerms
from exodrive.services.booking.errors import QuoteUsed
from exodrive.services.booking.holder import ByLink, ByPartner, ByStaff, Holder
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.manage import ManageService
from exodrive.services.booking.models import Booking
from exodrive.services.payment.models import SandboxCharge
from exodrive.services.pricing.contracts import QuoteView
from tests.services.booking.conftest import CUSTOMER, PARTNER, PARTNER_ID, WAYS, Way, driver
from tests.services.booking.desk import Desk

Hold = Callable[..., HeldView]
Quote = Callable[..., QuoteView]
Strange = Callable[[HeldView], Holder]

AGENT = Actor(kind=ActorKind.STAFF, id=str(UUID(int=7)), role=StaffRole.AGENT)


def preview(desk: Desk, holder: Holder) -> object:
    if isinstance(holder, ByStaff):
        return desk.cancellation.preview_for_staff(holder.booking_id, CancelTerms.POLICY, holder.actor)
    return desk.cancellation.preview(holder)


def cancel(desk: Desk, holder: Holder) -> object:
    if isinstance(holder, ByStaff):
        asked = CancelAsStaff(terms=CancelTerms.POLICY, reason="Asked by telephone", refund=0, kept=0)
        return desk.cancellation.cancel_for_staff(holder.booking_id, asked, holder.actor)
    return desk.cancellation.cancel(holder, 0, CUSTOMER, kept=0)


# All that a holder can do, so that one can follow on the other.
DEEDS: tuple[Callable[[Desk, Holder], object], ...] = (
    lambda desk, holder: desk.get(ManageService).view(holder),
    lambda desk, holder: desk.holds.extend(holder, CUSTOMER),
    lambda desk, holder: desk.checkout.start(holder, CUSTOMER),
    lambda desk, holder: desk.checkout.settle_booking(holder, CUSTOMER),
    preview,
    cancel,
)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return request.param  # type: ignore[no-any-return]  # what stands in `WAYS`


def stored(database: Database) -> Booking:
    with database.sessions() as session:
        return session.scalars(select(Booking)).one()


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(lambda _: ByLink("not-a-token"), id="malformed link"),
        pytest.param(lambda _: ByLink(""), id="no link"),
        pytest.param(lambda held: ByLink(held.token, new_id()), id="link of another booking"),
        pytest.param(lambda held: ByLink(held.token.swapcase(), held.booking_id), id="id without its link"),
        pytest.param(lambda held: ByPartner(new_id(), held.booking_id), id="another partner"),
        pytest.param(lambda _: ByPartner(PARTNER_ID, new_id()), id="unknown booking of the partner"),
        pytest.param(lambda _: ByStaff(AGENT, new_id()), id="unknown booking for staff"),
    ],
)
def test_unknown_foreign_and_malformed_are_missing_alike(
    desk: Desk, hold: Hold, database: Database, strange: Strange
) -> None:
    held = hold()
    before = stored(database).hold_expires_at
    for deed in DEEDS:
        with pytest.raises(Missing, match=r"\AWe have no such booking\.\Z"):
            deed(desk, strange(held))
    assert (stored(database).state, stored(database).hold_expires_at) == (BookingState.HELD, before)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.text(max_size=80))
def test_no_text_opens_a_booking_but_its_token(desk: Desk, token: str) -> None:
    with pytest.raises(Missing):
        desk.get(ManageService).view(ByLink(token))


def test_what_was_booked_over_the_web_is_no_partners(desk: Desk, hold: Hold, database: Database) -> None:
    held = hold()
    theirs = desk.way.actor is PARTNER
    assert stored(database).partner_id == (PARTNER_ID if theirs else None)
    for deed in DEEDS:
        with nullcontext() if theirs else pytest.raises(Missing):
            deed(desk, ByPartner(PARTNER_ID, held.booking_id))


def test_the_customer_of_a_partner_has_a_link_like_any_other(desk: Desk, hold: Hold) -> None:
    held = hold()
    for deed in DEEDS:
        deed(desk, ByLink(held.token, held.booking_id))


def test_staff_need_their_role(desk: Desk, hold: Hold) -> None:
    held = hold()
    for deed in DEEDS:
        for actor in (CUSTOMER, PARTNER, replace(AGENT, role=None), replace(AGENT, kind=ActorKind.PARTNER)):
            with pytest.raises(Forbidden):
                deed(desk, ByStaff(actor, held.booking_id))
        deed(desk, ByStaff(AGENT, held.booking_id))


def test_a_partner_sees_what_the_link_shows_and_no_more(desk: Desk, hold: Hold) -> None:
    held = hold()
    assert desk.see(held) == desk.get(ManageService).view(ByLink(held.token))
    assert (desk.see(held).driver, desk.see(held).email) == ("Ada", "a…@example.com")


def test_a_revoked_link_opens_nothing_and_the_partner_still_does(
    desk: Desk, hold: Hold, database: Database, get: Any
) -> None:
    held = hold()
    links = get(BookingLinks)
    with database.sessions.begin() as session:
        booking = session.get_one(Booking, held.booking_id)
        booking.link_version, booking.link_hash = 2, links.hash(links.token(booking.id, 2))
    with pytest.raises(Missing):
        desk.get(ManageService).view(ByLink(held.token, held.booking_id))
    if desk.way.actor is PARTNER:
        assert desk.see(held).id == held.booking_id


def test_every_step_is_written_down_with_who_took_it(desk: Desk, hold: Hold, database: Database) -> None:
    held = hold()
    assert desk.extend(held).extensions_left == desk.see(held).extensions_left == 9
    desk.cancel(held, 0, kept=0)
    with database.sessions() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == [
        "booking.held",
        "booking.hold_extended",
        "booking.cancelled",
    ]
    assert {(entry.actor_kind, entry.actor_id) for entry in entries} == {
        (desk.way.actor.kind.value, desk.way.actor.id)
    }
    reasons = {CUSTOMER: "cancelled_by_customer", PARTNER: "cancelled_by_partner"}
    assert stored(database).end_reason == reasons[desk.way.actor]


def test_a_quote_that_one_way_used_is_used_for_the_other(desk: Desk, quote: Quote) -> None:
    priced = quote()
    desk.holds.hold(driver(priced), desk.way.actor)
    other = CUSTOMER if desk.way.actor is PARTNER else PARTNER
    for actor in (other, replace(PARTNER, id=str(new_id()))):
        with pytest.raises(QuoteUsed):
            desk.holds.hold(driver(priced), actor)


def test_all_holders_pay_on_one_page_that_leads_back_to_the_link(
    desk: Desk, hold: Hold, database: Database, clock: ManualClock
) -> None:
    held = hold()
    page = desk.page(held)
    clock.move(timedelta(minutes=1))
    for holder in (ByLink(held.token), ByStaff(AGENT, held.booking_id)):
        assert desk.checkout.start(holder, CUSTOMER) == page
    with database.sessions() as session:
        assert session.scalars(select(SandboxCharge.return_url)).all() == [
            f"http://127.0.0.1:8000/booking/{held.token}/paid"
        ]


def test_a_link_is_not_told_by_those_who_hold_it() -> None:
    assert "secret" not in repr(ByLink("secret"))
