"""Getting in: by password, by a one-time link; and choosing a password."""

from uuid import UUID

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Invalid, Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account import repository
from exodrive.services.account.contracts import (
    AskForReset,
    ChangePassword,
    Device,
    Entrance,
    LinkPurpose,
    LinkView,
    SendStaffReset,
    SetPassword,
    SignIn,
    StaffRole,
)
from exodrive.services.account.errors import LinkSpent, WrongCredentials
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff
from exodrive.services.account.passwords import Passwords
from exodrive.services.account.rules import check_password, require
from exodrive.services.account.sessions import SessionService
from exodrive.services.account.throttle import SignInThrottle, TooManyTries
from exodrive.services.audit.service import AuditService


class EntryService:
    """The ways in. Nothing here tells whether an address has an account."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        keys: StaffKeys,
        passwords: Passwords,
        throttle: SignInThrottle,
        sessions: SessionService,
        audit: AuditService,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._keys = keys
        self._passwords = passwords
        self._throttle = throttle
        self._sessions = sessions
        self._audit = audit

    def sign_in(self, command: SignIn, device: Device, actor: Actor) -> Entrance:
        """Open a session. Raises `WrongCredentials` in the same words and time for an unknown address and a wrong
        password, `TooManyTries`, and `Unavailable` where tries cannot be counted."""
        email_hash = self._keys.email(command.email)
        try:
            self._throttle.take("sign_in", email_hash, device.address)
        except TooManyTries as refusal:
            self._note(
                email_hash, actor, "staff.sign_in_locked", by="account" if refusal.account else "address"
            )
            raise
        with self._uow() as uow:
            staff = repository.by_email(uow.session, email_hash)
        fits = self._passwords.fits(staff.password_hash if staff else None, command.password)
        if staff is None or not fits or not staff.active:
            self._note(email_hash, actor, "staff.sign_in_failed")
            raise WrongCredentials("E-mail and password do not match an account.")
        entrance = self._enter(staff.id, command.password, device, actor)
        self._throttle.succeeded("sign_in", email_hash, device.address)
        return entrance

    def look(self, token: str) -> LinkView:
        """What a one-time link opens. Raises `LinkSpent`, and `Missing` for what never was a link."""
        with self._database.read() as connection:
            row = repository.open_link(connection, self._keys.hash(token), self._clock.now())
            if row is None:
                raise self._why_closed(connection, token)
        return LinkView(purpose=row["purpose"], name=row["name"], email=row["email"])

    def choose_password(self, token: str, command: SetPassword, device: Device, actor: Actor) -> Entrance:
        """Spend a link on a password: signed in here, signed out everywhere else. Raises `LinkSpent`, `Missing`,
        `Invalid` at `password` (the link is not spent then)."""
        with self._uow(actor) as uow:
            row = repository.open_link(uow.session, self._keys.hash(token), uow.now)
            if row is None:
                raise self._why_closed(uow.session, token)
        check_password(command.password, row["email"])
        made = self._passwords.hash(command.password)
        with self._uow(_as(actor, row["staff_id"])) as uow:
            staff = repository.lock(uow.session, row["staff_id"])
            if staff is None or not staff.active or not repository.use_link(uow.session, row["id"], uow.now):
                raise LinkSpent("This link was used already.")
            deed = "invitation_accepted" if row["purpose"] is LinkPurpose.INVITATION else "password_reset"
            entrance = self._with_password(uow, staff, made, device)
            self._audit.record(uow, f"staff.{deed}", "staff", staff.id)
            uow.commit()
        return entrance

    def change_password(self, command: ChangePassword, device: Device, actor: Actor) -> Entrance:
        """A new password for whoever knows the old one, under a new session; all others are over. Raises `Invalid` at
        the field at fault, `TooManyTries`."""
        require(actor, StaffRole.AGENT)
        staff_id = UUID(actor.id)
        self._throttle.take("change_password", staff_id.bytes, device.address)
        with self._uow() as uow:
            staff = repository.lock(uow.session, staff_id)
        if staff is None or not self._passwords.fits(staff.password_hash, command.current):
            raise Invalid.at("current", "This is not your current password.")
        check_password(command.password, staff.email)
        made = self._passwords.hash(command.password)
        with self._uow(actor) as uow:
            staff = repository.lock(uow.session, staff_id)
            if staff is None or not staff.active:
                raise Missing("There is no such account.")
            entrance = self._with_password(uow, staff, made, device)
            self._audit.record(uow, "staff.password_changed", "staff", staff_id)
            uow.commit()
        self._throttle.succeeded("change_password", staff_id.bytes, device.address)
        return entrance

    def ask_for_reset(self, command: AskForReset, device: Device, actor: Actor) -> None:
        """Promise to look whether the address has an account, and to write to it. Raises `TooManyTries`."""
        self._throttle.take("reset", self._keys.email(command.email), device.address)
        with self._uow(actor) as uow:
            uow.enqueue(SendStaffReset(email=command.email, link_id=new_id()))
            uow.commit()

    def _enter(self, staff_id: UUID, password: str, device: Device, actor: Actor) -> Entrance:
        with self._uow(_as(actor, staff_id)) as uow:
            staff = repository.lock(uow.session, staff_id)
            if staff is None or not staff.active or staff.password_hash is None:
                raise WrongCredentials("E-mail and password do not match an account.")
            if self._passwords.is_weak(staff.password_hash):
                staff.password_hash = self._passwords.hash(password)
            staff.signed_in_at = uow.now
            entrance = self._sessions.open(uow, staff_id, device)
            self._audit.record(uow, "staff.signed_in", "staff", staff_id, device=device.label)
            uow.commit()
        return entrance

    def _with_password(self, uow: UnitOfWork, staff: Staff, made: str, device: Device) -> Entrance:
        staff.password_hash = made
        staff.signed_in_at = uow.now
        repository.close_links(uow.session, staff.id, uow.now)
        repository.end_sessions(uow.session, staff.id)
        return self._sessions.open(uow, staff.id, device)

    def _note(self, email_hash: bytes, actor: Actor, deed: str, **data: str) -> None:
        """Write a refusal down under an id that only tells that it is the same address again: the same work for
        addresses with and without an account."""
        with self._uow(actor) as uow:
            staff = repository.by_email(uow.session, email_hash)
            subject = staff.id if staff else UUID(bytes=email_hash[:16], version=4)
            self._audit.record(uow, deed, "staff", subject, **data)
            uow.commit()

    def _why_closed(self, at: repository.At, token: str) -> LinkSpent | Missing:
        if repository.link_is_known(at, self._keys.hash(token)):
            return LinkSpent("This link was used already, or has expired. Please ask for a new one.")
        return Missing("There is no such link.")


def _as(actor: Actor, staff_id: UUID) -> Actor:
    return Actor(kind=ActorKind.STAFF, id=str(staff_id), request_id=actor.request_id)
