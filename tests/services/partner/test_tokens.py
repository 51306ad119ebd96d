"""Personal keys of the staff."""

from datetime import timedelta
from typing import Any

import pytest

from exodrive.core.actor import SYSTEM
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.services.account.contracts import ChangeRole, StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff
from exodrive.services.account.service import StaffService
from exodrive.services.partner.contracts import IssueToken, KeyHolder, KeyKind, NewKey
from exodrive.services.partner.door import PartnerKeyService
from exodrive.services.partner.errors import TooManyKeys
from exodrive.services.partner.making import MOST
from exodrive.services.partner.tokens import TokenService
from tests.services.partner.conftest import Trade
from tests.staff import actor_of, make_staff

SCRIPT = IssueToken(name="Script")


@pytest.fixture
def agent(database: Database, get: Any) -> Staff:
    return make_staff(database, get(StaffKeys), StaffRole.AGENT)


@pytest.fixture
def owner(database: Database, get: Any) -> Staff:
    return make_staff(database, get(StaffKeys), StaffRole.OWNER)


@pytest.fixture
def token(get: Any, agent: Staff) -> NewKey:
    made: NewKey = get(TokenService).make(SCRIPT, actor_of(agent))
    return made


def test_a_token_stands_for_its_owner(get: Any, agent: Staff, token: NewKey):
    assert token.secret.startswith("exo_staff_")
    assert get(PartnerKeyService).who(token.secret) == KeyHolder(
        kind=KeyKind.STAFF,
        key_id=token.key_id,
        name=agent.name,
        partner_id=None,
        staff_id=agent.id,
        role=StaffRole.AGENT,
        scopes=frozenset(),
    )


def test_the_role_is_that_of_the_moment(get: Any, agent: Staff, owner: Staff, token: NewKey):
    get(StaffService).change_role(agent.id, ChangeRole(role=StaffRole.MANAGER), actor_of(owner))
    assert get(PartnerKeyService).who(token.secret).role is StaffRole.MANAGER


def test_a_shut_account_opens_nothing(get: Any, agent: Staff, owner: Staff, token: NewKey):
    get(StaffService).deactivate(agent.id, actor_of(owner))
    assert get(PartnerKeyService).who(token.secret) is None
    with pytest.raises(Forbidden):
        get(TokenService).make(SCRIPT, actor_of(agent))


def test_a_token_lives_ninety_days_at_most(get: Any, clock: ManualClock, agent: Staff):
    longest = get(TokenService).make(IssueToken(name="Script", days=90), actor_of(agent))
    clock.move(timedelta(days=90, seconds=-1))
    assert get(PartnerKeyService).who(longest.secret)
    clock.move(timedelta(seconds=1))
    assert get(PartnerKeyService).who(longest.secret) is None
    assert get(TokenService).mine(actor_of(agent)) == ()


def test_everybody_has_their_own(get: Any, agent: Staff, manager: Staff, token: NewKey):
    tokens = get(TokenService)
    assert [one.name for one in tokens.mine(actor_of(agent))] == ["Script"]
    assert tokens.mine(actor_of(manager)) == ()
    with pytest.raises(Missing):
        tokens.revoke(token.key_id, actor_of(manager))
    with pytest.raises(Missing):
        tokens.get(token.key_id, actor_of(manager))
    with pytest.raises(Forbidden):
        tokens.of_member(agent.id, actor_of(manager))
    with pytest.raises(Forbidden):
        tokens.mine(SYSTEM)


def test_an_owner_revokes_a_token_of_somebody_else(get: Any, agent: Staff, owner: Staff, token: NewKey):
    tokens = get(TokenService)
    assert [one.id for one in tokens.of_member(agent.id, actor_of(owner))] == [token.key_id]
    assert tokens.get(token.key_id, actor_of(owner)).staff_id == agent.id
    assert tokens.revoke(token.key_id, actor_of(owner)) == agent.id
    assert get(PartnerKeyService).who(token.secret) is None
    story = get(StaffService).story(agent.id, actor_of(owner))
    assert (story[0].action, story[0].who) == ("staff.key_revoked", owner.name)


def test_a_key_of_a_partner_is_no_token(get: Any, owner: Staff, trade: Trade):
    key = trade.key(trade.partner())
    with pytest.raises(Missing):
        get(TokenService).get(key.key_id, actor_of(owner))
    with pytest.raises(Missing):
        get(TokenService).revoke(key.key_id, actor_of(owner))


def test_a_revoked_token_opens_nothing(get: Any, agent: Staff, token: NewKey):
    for _ in range(2):
        get(TokenService).revoke(token.key_id, actor_of(agent))
    assert get(PartnerKeyService).who(token.secret) is None


def test_nobody_hoards_tokens(get: Any, agent: Staff):
    for _ in range(MOST):
        get(TokenService).make(SCRIPT, actor_of(agent))
    with pytest.raises(TooManyKeys):
        get(TokenService).make(SCRIPT, actor_of(agent))
