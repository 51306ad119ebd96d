"""Keys of partners: what they open, how long, and who gives them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.core.ids import new_id
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import (
    KeyHolder,
    KeyKind,
    KeyState,
    NewKey,
    RotateKey,
    Scope,
)
from exodrive.services.partner.door import PartnerKeyService
from exodrive.services.partner.errors import KeyIsOver, PartnerSuspended, TooManyKeys
from exodrive.services.partner.making import MOST
from exodrive.services.partner.rules import compose, prefix_of
from tests.services.partner.conftest import Trade
from tests.statements import statements

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AGENT = Actor(kind=ActorKind.STAFF, id=str(uuid4()), role=StaffRole.AGENT)


def column(database: Database, sql: str, **values: Any) -> Any:
    with database.read() as connection:
        return connection.execute(text(sql), values).scalar_one()


def test_a_key_says_whose_it_is(trade: Trade):
    partner = trade.partner()
    key = trade.key(partner, scopes=["quotes:write", "bookings:read", "quotes:write"])
    assert trade.who(key) == KeyHolder(
        kind=KeyKind.PARTNER,
        key_id=key.key_id,
        name="Palm Hotel",
        partner_id=partner,
        staff_id=None,
        role=None,
        scopes=frozenset({Scope.QUOTES_WRITE, Scope.BOOKINGS_READ}),
    )


def test_the_secret_is_nowhere(trade: Trade, database: Database, capfd: pytest.CaptureFixture[str]):
    partner = trade.partner()
    key = trade.key(partner)
    trade.who(key)
    secret = key.secret.rpartition("_")[2]
    for table in ("api_key", "audit_entry"):
        assert secret not in column(database, f"SELECT string_agg(t::text, ' ') FROM {table} t")
    assert secret not in capfd.readouterr().out
    assert trade.keys.get(key.key_id, trade.manager).prefix == key.secret.rpartition("_")[0]


def test_what_is_no_key_of_ours_is_nobody(trade: Trade, get: Any, database: Database):
    key = trade.key(trade.partner())
    prefix = key.secret.rpartition("_")[0]
    stranger = compose(prefix_of(KeyKind.PARTNER, new_id()), bytes(32))
    guessed = compose(prefix, bytes(32))
    door = get(PartnerKeyService)
    assert door.who(stranger) is None
    assert door.who(guessed) is None
    with statements(database) as seen:
        assert door.who(key.secret[:-1] + ("0" if key.secret[-1] != "0" else "1")) is None
    assert seen == []
    assert column(database, "SELECT last_used_at IS NULL FROM api_key")


def test_one_query_says_who_it_is_and_its_use_is_noted_once_a_minute(
    trade: Trade, clock: ManualClock, database: Database
):
    key = trade.key(trade.partner())
    trade.who(key)
    first = clock.now()
    clock.move(MINUTE - timedelta(seconds=1))
    with statements(database) as seen:
        trade.who(key)
    assert len(seen) == 1
    assert trade.keys.get(key.key_id, trade.manager).last_used_at == first
    clock.move(timedelta(seconds=1))
    trade.who(key)
    assert trade.keys.get(key.key_id, trade.manager).last_used_at == clock.now()


def test_noting_the_use_waits_for_nobody(trade: Trade, database: Database):
    """As while somebody rotates the key, or another call has just begun to note its own."""
    key = trade.key(trade.partner())
    with database.sessions() as session:
        session.execute(text("SELECT FROM api_key FOR UPDATE"))
        assert trade.who(key) is not None
    assert trade.keys.get(key.key_id, trade.manager).last_used_at is None


@pytest.mark.parametrize("days", [30, 730])
def test_a_key_expires(trade: Trade, clock: ManualClock, days: int):
    key = trade.key(trade.partner(), days=days)
    clock.move(timedelta(days=days) - MINUTE)
    assert trade.who(key)
    clock.move(MINUTE)
    assert trade.who(key) is None
    assert trade.keys.get(key.key_id, trade.manager).state is KeyState.EXPIRED


def test_a_revoked_key_opens_nothing_at_once(trade: Trade):
    partner = trade.partner()
    key, other = trade.key(partner), trade.key(partner)
    trade.keys.revoke(key.key_id, trade.manager)
    trade.keys.revoke(key.key_id, trade.manager)
    assert trade.who(key) is None
    assert trade.who(other)
    deeds = [told.action for told in trade.partners.story(partner, trade.manager)]
    assert sorted(deeds) == ["partner.added", *["partner.key_issued"] * 2, "partner.key_revoked"]


def test_a_suspended_partner_is_nobody_until_it_is_let_in_again(trade: Trade):
    partner = trade.partner()
    key, other = trade.key(partner), trade.key(trade.partner("Grand Hotel"))
    trade.partners.suspend(partner, trade.manager)
    assert trade.who(key) is None
    assert trade.who(other)
    with pytest.raises(PartnerSuspended):
        trade.key(partner)
    with pytest.raises(PartnerSuspended):
        trade.keys.rotate(key.key_id, RotateKey(), trade.manager)
    trade.keys.revoke(trade.key(trade.partner("Third")).key_id, trade.manager)
    trade.partners.reactivate(partner, trade.manager)
    assert trade.who(key)


def test_a_key_of_a_suspended_partner_can_be_revoked(trade: Trade):
    partner = trade.partner()
    key = trade.key(partner)
    trade.partners.suspend(partner, trade.manager)
    trade.keys.revoke(key.key_id, trade.manager)
    trade.partners.reactivate(partner, trade.manager)
    assert trade.who(key) is None


@pytest.mark.parametrize("hours", [0, 24, 168])
def test_after_a_rotation_both_keys_work_for_as_long_as_was_said(
    trade: Trade, clock: ManualClock, hours: int
):
    old = trade.key(trade.partner(), scopes=["events:read"], days=90)
    clock.move(10 * DAY)
    new = trade.keys.rotate(old.key_id, RotateKey(hours=hours), trade.manager)
    after = trade.who(new)
    assert after is not None
    assert after.scopes == {Scope.EVENTS_READ}
    assert new.expires_at == clock.now() + timedelta(days=90)
    if hours:
        clock.move(timedelta(hours=hours) - MINUTE)
        assert trade.who(old)
        assert trade.keys.get(old.key_id, trade.manager).state is KeyState.REPLACED
        clock.move(MINUTE)
    assert trade.who(old) is None
    assert trade.who(new)


def test_a_rotation_never_lengthens_a_life(trade: Trade, clock: ManualClock):
    old = trade.key(trade.partner(), days=30)
    clock.move(30 * DAY - HOUR)
    trade.keys.rotate(old.key_id, RotateKey(hours=168), trade.manager)
    assert trade.keys.get(old.key_id, trade.manager).expires_at == old.expires_at


def test_what_is_over_is_not_rotated(trade: Trade):
    partner = trade.partner()
    revoked, replaced = trade.key(partner), trade.key(partner)
    trade.keys.revoke(revoked.key_id, trade.manager)
    trade.keys.rotate(replaced.key_id, RotateKey(), trade.manager)
    for key in (revoked, replaced):
        with pytest.raises(KeyIsOver):
            trade.keys.rotate(key.key_id, RotateKey(), trade.manager)


def test_of_two_who_replace_a_key_at_once_one_does(trade: Trade):
    partner = trade.partner()
    key = trade.key(partner)

    def rotate(_: int) -> bool:
        try:
            trade.keys.rotate(key.key_id, RotateKey(), trade.manager)
        except KeyIsOver:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(rotate, range(4))) == 1
    assert len(trade.keys.of_partner(partner, trade.manager)) == 2


def test_nobody_has_more_keys_than_can_be_looked_after(trade: Trade):
    partner = trade.partner()
    made = [trade.key(partner) for _ in range(MOST)]
    with pytest.raises(TooManyKeys):
        trade.key(partner)
    trade.keys.revoke(made[0].key_id, trade.manager)
    assert trade.who(trade.key(partner))


def test_agents_give_no_keys(trade: Trade):
    partner = trade.partner()
    key = trade.key(partner)
    trade.manager = AGENT
    for attempt in (
        lambda: trade.key(partner),
        lambda: trade.keys.rotate(key.key_id, RotateKey(), AGENT),
        lambda: trade.keys.revoke(key.key_id, AGENT),
        lambda: trade.keys.get(key.key_id, AGENT),
        lambda: trade.keys.of_partner(partner, AGENT),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_there_is_no_such_key_or_partner(trade: Trade):
    for attempt in (
        lambda: trade.key(uuid4()),
        lambda: trade.keys.get(uuid4(), trade.manager),
        lambda: trade.keys.revoke(uuid4(), trade.manager),
        lambda: trade.keys.rotate(uuid4(), RotateKey(), trade.manager),
    ):
        with pytest.raises(Missing):
            attempt()


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("partner_id = NULL", "ck_api_key_owner"),
        ("staff_id = (SELECT id FROM staff)", "ck_api_key_owner"),
        ("scopes = '{everything}'", "ck_api_key_scopes"),
        ("scopes = '{}'", "ck_api_key_scoped"),
        ("secret_hash = '\\x00'", "ck_api_key_secret_hash"),
    ],
)
def test_the_table_holds_no_key_without_one_owner_and_its_scopes(
    trade: Trade, database: Database, change: str, check: str
):
    trade.key(trade.partner())
    with pytest.raises(IntegrityError, match=check), database.read() as connection:
        connection.execute(text(f"UPDATE api_key SET {change}"))


def test_new_keys_are_listed_first(trade: Trade):
    partner = trade.partner()
    made: list[NewKey] = [trade.key(partner, name=name) for name in ("one", "two", "three")]
    listed = trade.keys.of_partner(partner, trade.manager)
    assert [key.id for key in listed] == [key.key_id for key in reversed(made)]
