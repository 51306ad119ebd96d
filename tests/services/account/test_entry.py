"""Passwords, sessions, one-time links and the throttle, below the door."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import argon2
import pytest
import redis
from sqlalchemy import text

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Invalid, Missing, Unavailable
from exodrive.core.ids import new_id
from exodrive.services.account.contracts import (
    AskForReset,
    ChangePassword,
    ChangeRole,
    Device,
    InviteStaff,
    SendStaffInvitation,
    SendStaffReset,
    SetPassword,
    SignIn,
    StaffRole,
)
from exodrive.services.account.entry import EntryService
from exodrive.services.account.errors import LastOwner, LinkSpent, StaffKnown, WrongCredentials
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.mails import StaffMailService
from exodrive.services.account.models import Staff
from exodrive.services.account.passwords import Passwords
from exodrive.services.account.rules import IDLE, LONGEST
from exodrive.services.account.service import StaffService
from exodrive.services.account.sessions import SessionService
from exodrive.services.account.throttle import PER_ACCOUNT, PER_ADDRESS, SignInThrottle, TooManyTries
from tests.smtp import Inbox
from tests.staff import PASSWORD, actor_of

Hire = Callable[..., Staff]
SOMEBODY = Actor(kind=ActorKind.STAFF, request_id="test")
GOOD = "a quiet road along the coast"


def sign_in(get: Any, staff: Staff, device: Device, password: str = PASSWORD) -> str:
    return str(
        get(EntryService).sign_in(SignIn(email=staff.email, password=password), device, SOMEBODY).token
    )


def one(database: Database, statement: str, **values: Any) -> Any:
    with database.read() as connection:
        return connection.execute(text(statement), values).scalar_one()


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part
    return str(part.get_content())


def token_in(mail: EmailMessage) -> str:
    return plain(mail).split("/admin/welcome/")[1].split()[0]


def test_nothing_personal_is_legible_in_the_tables(database: Database, hire: Hire) -> None:
    staff = hire(name="Ada Lovelace", password_hash=Passwords().hash(PASSWORD))
    row = one(
        database, "SELECT convert_from(name || email, 'LATIN1') || encode(email_hash, 'escape') FROM staff"
    )
    assert "Ada" not in row
    assert "exodrive" not in row
    stored = one(database, "SELECT password_hash FROM staff WHERE id = :id", id=staff.id)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.usefixtures("product_passwords")
def test_a_hash_with_weaker_parameters_is_made_anew(
    get: Any, database: Database, hire: Hire, device: Device
) -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    staff = hire(password_hash=weak)
    sign_in(get, staff, device)
    made = one(database, "SELECT password_hash FROM staff WHERE id = :id", id=staff.id)
    assert "m=65536,t=3,p=4" in made
    sign_in(get, staff, device)
    assert one(database, "SELECT password_hash FROM staff WHERE id = :id", id=staff.id) == made


def test_the_same_password_however_the_keyboard_composes_it(get: Any, hire: Hire, device: Device) -> None:
    staff = hire(password_hash=get(Passwords).hash("un été à la mer"))
    assert sign_in(get, staff, device, "un e\u0301te\u0301 a\u0300 la mer")


def test_a_session_ends_by_leaving_it_alone_and_by_its_age(
    get: Any, hire: Hire, device: Device, clock: ManualClock
) -> None:
    staff = hire()
    who = get(SessionService).who
    token = sign_in(get, staff, device)
    clock.move(IDLE - timedelta(seconds=1))
    assert who(token)
    clock.move(IDLE - timedelta(seconds=1))
    assert who(token)
    clock.move(IDLE)
    assert who(token) is None
    token = sign_in(get, staff, device)
    for _ in range(int(LONGEST / timedelta(hours=6)) - 1):
        clock.move(timedelta(hours=6))
        assert who(token)
    clock.move(timedelta(hours=6))
    assert who(token) is None
    assert who("no such token") is None


def test_devices_are_listed_and_signed_out(get: Any, hire: Hire, device: Device) -> None:
    staff, sessions = hire(), get(SessionService)
    actor = actor_of(staff)
    first, second, third = (sign_in(get, staff, device) for _ in range(3))
    here = sessions.who(first)
    assert here
    listed = sessions.mine(actor, here.session_id)
    assert [one.here for one in listed].count(True) == 1
    assert {one.label for one in listed} == {"Firefox on Linux"}
    other = sessions.who(second)
    assert other
    sessions.revoke(other.session_id, actor)
    assert sessions.who(second) is None
    with pytest.raises(Missing):
        sessions.revoke(other.session_id, actor)
    assert sessions.revoke_others(here.session_id, actor) == 1
    assert sessions.who(third) is None
    assert sessions.who(first)


def test_nobody_signs_a_colleague_out(get: Any, hire: Hire, device: Device) -> None:
    owner, agent = hire(), hire(StaffRole.AGENT)
    sessions = get(SessionService)
    token = sign_in(get, owner, device)
    found = sessions.who(token)
    assert found
    with pytest.raises(Missing):
        sessions.revoke(found.session_id, actor_of(agent))
    assert sessions.who(token)


def test_a_new_password_ends_all_other_sessions(get: Any, hire: Hire, device: Device) -> None:
    staff, sessions = hire(), get(SessionService)
    old = sign_in(get, staff, device)
    change = get(EntryService).change_password
    with pytest.raises(Invalid) as wrong:
        change(ChangePassword(current="not the password", password=GOOD), device, actor_of(staff))
    assert set(wrong.value.fields) == {"current"}
    new = change(ChangePassword(current=PASSWORD, password=GOOD), device, actor_of(staff)).token
    assert sessions.who(old) is None
    assert sessions.who(new)
    with pytest.raises(WrongCredentials):
        sign_in(get, staff, device)
    assert sign_in(get, staff, device, GOOD)


def test_a_link_is_spent_by_one_of_many_who_try_at_once(
    get: Any, database: Database, hire: Hire, device: Device
) -> None:
    staff_id = get(StaffService).invite(
        InviteStaff(name="Noor", email="noor@exodrive.example"), actor_of(hire())
    )
    link_id = one(database, "SELECT id FROM staff_link WHERE staff_id = :id", id=staff_id)
    token = get(StaffKeys).link_token(link_id)

    def spend(number: int) -> bool:
        try:
            get(EntryService).choose_password(
                token, SetPassword(password=f"{GOOD} {number}"), device, SOMEBODY
            )
        except LinkSpent:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(spend, range(6))) == 1
    assert one(database, "SELECT count(*) FROM staff_session WHERE staff_id = :id", id=staff_id) == 1


def test_the_throttle_lets_exactly_so_many_through(get: Any, redis_client: redis.Redis) -> None:
    throttle = get(SignInThrottle)

    def tries(account: bytes, address: str, times: int) -> int:
        def take(_: int) -> bool:
            try:
                throttle.take("sign_in", account, address)
            except TooManyTries:
                return False
            return True

        with ThreadPoolExecutor(16) as pool:
            return sum(pool.map(take, range(times)))

    assert tries(b"one", "203.0.113.1", 40) == PER_ACCOUNT
    accounts = [bytes([number]) for number in range(12)]
    assert sum(tries(account, "203.0.113.2", 5) for account in accounts) == PER_ADDRESS
    assert tries(b"fresh", "203.0.113.3", 1) == 1


def test_a_good_sign_in_starts_the_count_anew(get: Any, hire: Hire, device: Device) -> None:
    staff = hire()
    for _ in range(2):
        for _ in range(PER_ACCOUNT - 1):
            with pytest.raises(WrongCredentials):
                sign_in(get, staff, device, "wrong wrong wrong")
        sign_in(get, staff, device)


def test_it_is_closed_without_redis(get: Any, settings: Any) -> None:
    lost = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    with pytest.raises(Unavailable):
        SignInThrottle(lost).take("sign_in", b"x", "203.0.113.9")
    lost.close()


def test_the_last_owner_stays(get: Any, hire: Hire) -> None:
    owner, people = hire(), get(StaffService)
    actor = actor_of(owner)
    hire(StaffRole.OWNER, email="invited@exodrive.example", password_hash=None)  # cannot get in yet
    for leave in (
        lambda: people.change_role(owner.id, ChangeRole(role=StaffRole.MANAGER), actor),
        lambda: people.deactivate(owner.id, actor),
    ):
        with pytest.raises(LastOwner):
            leave()
    other = hire(StaffRole.OWNER, email="other@exodrive.example")
    people.change_role(owner.id, ChangeRole(role=StaffRole.AGENT), actor)
    with pytest.raises(LastOwner):
        people.deactivate(other.id, actor)


def test_two_owners_who_demote_each_other_leave_one(get: Any, database: Database, hire: Hire) -> None:
    first, second = hire(), hire(StaffRole.OWNER, email="other@exodrive.example")

    def demote(pair: tuple[Staff, Staff]) -> bool:
        try:
            get(StaffService).change_role(pair[0].id, ChangeRole(role=StaffRole.AGENT), actor_of(pair[1]))
        except LastOwner:
            return False
        return True

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(demote, [(first, second), (second, first)])) == [False, True]
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE staff SET role = 'owner'"))


def test_who_is_shut_out_is_out_at_once(get: Any, hire: Hire, device: Device) -> None:
    owner, agent = hire(), hire(StaffRole.AGENT)
    token = sign_in(get, agent, device)
    people = get(StaffService)
    people.deactivate(agent.id, actor_of(owner))
    assert get(SessionService).who(token) is None
    with pytest.raises(WrongCredentials):
        sign_in(get, agent, device)
    people.reactivate(agent.id, actor_of(owner))
    assert get(SessionService).who(token) is None
    assert sign_in(get, agent, device)


def test_an_invitation_reaches_its_mailbox_once(
    get: Any, database: Database, hire: Hire, smtp: Inbox, device: Device
) -> None:
    command = InviteStaff(name="Noor Haddad", email="noor@exodrive.example", role=StaffRole.MANAGER)
    staff_id = get(StaffService).invite(command, actor_of(hire()))
    assert one(
        database,
        "SELECT count(*) FROM job WHERE kind = 'email.staff_invitation' AND subject_id = :id",
        id=staff_id,
    )
    job = SendStaffInvitation(
        staff_id=staff_id,
        link_id=one(database, "SELECT id FROM staff_link WHERE staff_id = :id", id=staff_id),
    )
    for _ in range(2):
        get(StaffMailService).send_invitation(job)
    (mail,) = smtp.messages
    assert mail["To"] == "Noor Haddad <noor@exodrive.example>"
    assert get(EntryService).look(token_in(mail)).name == "Noor Haddad"
    assert "Manager" in plain(mail)
    with pytest.raises(StaffKnown):
        get(StaffService).invite(command, actor_of(hire(email="second@exodrive.example")))


def test_a_spent_invitation_is_not_mailed(get: Any, database: Database, hire: Hire, smtp: Inbox) -> None:
    owner = actor_of(hire())
    staff_id = get(StaffService).invite(InviteStaff(name="Noor", email="noor@exodrive.example"), owner)
    link_id = one(database, "SELECT id FROM staff_link WHERE staff_id = :id", id=staff_id)
    get(StaffService).deactivate(staff_id, owner)
    get(StaffMailService).send_invitation(SendStaffInvitation(staff_id=staff_id, link_id=link_id))
    assert smtp.messages == []


def test_a_reset_goes_to_whoever_has_an_account(
    get: Any, database: Database, hire: Hire, smtp: Inbox, device: Device
) -> None:
    staff = hire()
    old = sign_in(get, staff, device)
    for email in (staff.email, "nobody@exodrive.example"):
        get(EntryService).ask_for_reset(AskForReset(email=email), device, SOMEBODY)
    assert one(database, "SELECT count(*) FROM job WHERE kind = 'email.staff_reset'") == 2
    job = SendStaffReset(email=staff.email.upper(), link_id=new_id())
    get(StaffMailService).send_reset(job)
    get(StaffMailService).send_reset(job)
    get(StaffMailService).send_reset(SendStaffReset(email="nobody@exodrive.example", link_id=new_id()))
    (mail,) = smtp.messages
    new = get(EntryService).choose_password(token_in(mail), SetPassword(password=GOOD), device, SOMEBODY)
    assert get(SessionService).who(old) is None
    assert get(SessionService).who(new.token)


def test_only_owners_decide_who_works_here(get: Any, hire: Hire) -> None:
    people, manager = get(StaffService), actor_of(hire(StaffRole.MANAGER))
    for deed in (
        lambda: people.everybody(manager),
        lambda: people.get(UUID(manager.id), manager),
        lambda: people.story(UUID(manager.id), manager),
        lambda: people.invite(InviteStaff(name="Noor", email="n@exodrive.example"), manager),
        lambda: people.invite_again(UUID(manager.id), manager),
        lambda: people.change_role(UUID(manager.id), ChangeRole(role=StaffRole.OWNER), manager),
        lambda: people.deactivate(UUID(manager.id), manager),
        lambda: people.reactivate(UUID(manager.id), manager),
        lambda: people.sign_out_everywhere(UUID(manager.id), manager),
    ):
        with pytest.raises(Forbidden):
            deed()


def test_every_deed_is_in_the_audit(get: Any, database: Database, hire: Hire, device: Device) -> None:
    owner, people = hire(), get(StaffService)
    actor = actor_of(owner)
    staff_id = people.invite(InviteStaff(name="Noor", email="noor@exodrive.example"), actor)
    people.invite_again(staff_id, actor)
    people.change_role(staff_id, ChangeRole(role=StaffRole.MANAGER), actor)
    people.deactivate(staff_id, actor)
    people.reactivate(staff_id, actor)
    people.sign_out_everywhere(staff_id, actor)
    told = people.story(staff_id, actor)
    assert [deed.action for deed in reversed(told)] == [
        "staff.invited",
        "staff.invited_again",
        "staff.role_changed",
        "staff.deactivated",
        "staff.reactivated",
        "staff.sessions_revoked",
    ]
    assert {deed.who for deed in told} == {owner.name}
    assert one(database, "SELECT count(*) FROM audit_entry WHERE data::text ~* 'noor'") == 0
