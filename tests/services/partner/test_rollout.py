"""Who gets a procedure that is being rolled out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from exodrive.core.actor import Actor
from exodrive.core.clock import ManualClock
from exodrive.core.contract import load
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Invalid, Missing
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff
from exodrive.services.partner.contracts import SetRollout
from exodrive.services.partner.rollout import RolloutService
from tests.staff import actor_of, make_staff
from tests.statements import statements

HOLD = "booking.hold"
FRESH = timedelta(seconds=5)


@pytest.fixture
def owner(database: Database, get: Any) -> Actor:
    return actor_of(make_staff(database, get(StaffKeys), StaffRole.OWNER))


@pytest.fixture
def rollout(get: Any) -> RolloutService:
    made: RolloutService = get(RolloutService)
    return made


def is_open(rollout: RolloutService, client: str = "x", partner_id: UUID | None = None) -> bool:
    return rollout.is_open(HOLD, client=client, partner_id=partner_id)


def test_a_procedure_of_which_nothing_is_said_is_open(rollout: RolloutService):
    assert is_open(rollout)


def test_a_change_holds_within_five_seconds(rollout: RolloutService, owner: Actor, clock: ManualClock):
    assert is_open(rollout)
    rollout.set(SetRollout(procedure=HOLD, enabled=False), owner)
    clock.move(FRESH)
    assert not is_open(rollout)
    assert rollout.is_open("car.list", client="x", partner_id=None)
    rollout.clear(HOLD, owner)
    clock.move(FRESH)
    assert is_open(rollout)


def test_a_part_of_the_callers(rollout: RolloutService, owner: Actor, clock: ManualClock):
    rollout.set(SetRollout(procedure=HOLD, enabled=True, percent=25), owner)
    clients = [f"client-{number}" for number in range(400)]
    first = {client for client in clients if is_open(rollout, client)}
    assert 60 <= len(first) <= 140
    rollout.set(SetRollout(procedure=HOLD, enabled=True, percent=50), owner)
    clock.move(FRESH)
    assert first < {client for client in clients if is_open(rollout, client)}


def test_partners_that_are_named(rollout: RolloutService, owner: Actor):
    ours = uuid4()
    rollout.set(SetRollout(procedure=HOLD, enabled=True, percent=0, partners=[ours]), owner)
    assert is_open(rollout, partner_id=ours)
    assert not is_open(rollout, partner_id=uuid4())
    assert not is_open(rollout)


def test_many_calls_ask_once(rollout: RolloutService, database: Database, clock: ManualClock):
    with statements(database) as seen, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: is_open(rollout, str(number)), range(200)))
    assert len(seen) == 1
    clock.move(FRESH - timedelta(milliseconds=1))
    with statements(database) as seen:
        is_open(rollout)
    assert seen == []


def test_what_is_said_is_told_and_audited(
    rollout: RolloutService, owner: Actor, database: Database, clock: ManualClock
):
    partner = uuid4()
    rollout.set(SetRollout(procedure=HOLD, enabled=True, percent=10, partners=[partner, partner]), owner)
    rollout.set(SetRollout(procedure=HOLD, enabled=True, percent=20, partners=[partner]), owner)
    (told,) = rollout.everything(owner)
    assert (told.procedure, told.percent, told.partners) == (HOLD, 20, (partner,))
    assert (str(told.changed_by), told.changed_at) == (owner.id, clock.now())
    with database.read() as connection:
        deeds = connection.execute(text("SELECT subject_id, data FROM audit_entry ORDER BY id")).all()
    assert len({deed.subject_id for deed in deeds}) == 1
    assert [deed.data["percent"] for deed in deeds] == [10, 20]


def test_owners_alone_decide(rollout: RolloutService, database: Database, get: Any):
    manager: Staff = make_staff(database, get(StaffKeys), StaffRole.MANAGER)
    for attempt in (
        lambda: rollout.set(SetRollout(procedure=HOLD), actor_of(manager)),
        lambda: rollout.clear(HOLD, actor_of(manager)),
        lambda: rollout.everything(actor_of(manager)),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_nothing_to_clear(rollout: RolloutService, owner: Actor):
    with pytest.raises(Missing):
        rollout.clear(HOLD, owner)


@pytest.mark.parametrize(
    "wrong", [{"procedure": "hold"}, {"procedure": "Booking.hold"}, {"percent": 101}, {"percent": -1}]
)
def test_what_cannot_be_said(wrong: dict[str, Any]):
    with pytest.raises(Invalid):
        load(SetRollout, {"procedure": HOLD, "enabled": True} | wrong)
