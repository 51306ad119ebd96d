"""Partners as the staff looks after them."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import FindPartners, PartnerState, WritePartner
from exodrive.services.partner.service import PAGE
from tests.services.partner.conftest import Trade

AGENT = Actor(kind=ActorKind.STAFF, id=str(uuid4()), role=StaffRole.AGENT)


def names(trade: Trade, **wanted: Any) -> list[str]:
    return [one.name for one in trade.partners.find(FindPartners(**wanted), trade.manager).items]


def test_partners_are_found_by_a_part_of_their_name(trade: Trade):
    for name in ("palm hotel", "Grand Hotel", "100% Concierge", "Zürich Drives"):
        trade.partner(name)
    assert names(trade) == ["100% Concierge", "Grand Hotel", "palm hotel", "Zürich Drives"]
    assert names(trade, q=" HOTEL ") == ["Grand Hotel", "palm hotel"]
    assert names(trade, q="%") == ["100% Concierge"]
    assert names(trade, q="nobody") == []


def test_partners_are_found_by_state(trade: Trade):
    gone, _ = trade.partner("Gone"), trade.partner("Here")
    trade.partners.suspend(gone, trade.manager)
    assert names(trade, state=PartnerState.SUSPENDED) == ["Gone"]
    assert names(trade, state=PartnerState.ACTIVE) == ["Here"]


def test_a_long_list_is_read_in_parts(trade: Trade):
    for number in range(PAGE + 1):
        trade.partner(f"Partner {number:03}")
    first = trade.partners.find(FindPartners(), trade.manager)
    second = trade.partners.find(FindPartners(page=2), trade.manager)
    assert (len(first.items), first.has_more) == (PAGE, True)
    assert ([one.name for one in second.items], second.has_more) == ([f"Partner {PAGE:03}"], False)


def test_the_list_counts_the_keys_that_work(trade: Trade):
    partner = trade.partner()
    trade.key(partner)
    trade.keys.revoke(trade.key(partner).key_id, trade.manager)
    assert trade.partners.get(partner, trade.manager).keys == 1


def test_a_partner_is_renamed_and_its_story_says_who_did_it(trade: Trade):
    partner = trade.partner()
    trade.partners.change(partner, WritePartner(name="Palm Resort", email="new@palm.example"), trade.manager)
    changed = trade.partners.get(partner, trade.manager)
    assert (changed.name, changed.email) == ("Palm Resort", "new@palm.example")
    newest = trade.partners.story(partner, trade.manager)[0]
    assert (newest.action, newest.who, newest.data) == ("partner.changed", trade.staff.name, {})


def test_suspending_twice_is_told_once(trade: Trade):
    partner = trade.partner()
    for _ in range(2):
        trade.partners.suspend(partner, trade.manager)
    for _ in range(2):
        trade.partners.reactivate(partner, trade.manager)
    deeds = [told.action for told in trade.partners.story(partner, trade.manager)]
    assert sorted(deeds) == ["partner.added", "partner.reactivated", "partner.suspended"]


def test_the_contact_is_encrypted(trade: Trade, database: Database):
    trade.partner()
    with database.read() as connection:
        stored = bytes(connection.execute(text("SELECT email FROM partner")).scalar_one())
    assert b"palm" not in stored


def test_agents_see_no_partners(trade: Trade):
    partner = trade.partner()
    written = WritePartner(name="X Y", email="x@y.example")
    for attempt in (
        lambda: trade.partners.find(FindPartners(), AGENT),
        lambda: trade.partners.get(partner, AGENT),
        lambda: trade.partners.names(AGENT),
        lambda: trade.partners.story(partner, AGENT),
        lambda: trade.partners.add(written, AGENT),
        lambda: trade.partners.change(partner, written, AGENT),
        lambda: trade.partners.suspend(partner, AGENT),
        lambda: trade.partners.reactivate(partner, AGENT),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_there_is_no_such_partner(trade: Trade):
    with pytest.raises(Missing):
        trade.partners.get(uuid4(), trade.manager)
    with pytest.raises(Missing):
        trade.partners.suspend(uuid4(), trade.manager)
