"""Sessions of the staff: opened at sign-in, looked up by every request, ended by whoever owns them."""

from datetime import datetime, timedelta
from uuid import UUID

from exodrive.core.actor import Actor
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id, new_secret
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account import repository
from exodrive.services.account.contracts import Device, Entrance, SessionView, SignedIn, StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import StaffSession
from exodrive.services.account.rules import IDLE, LONGEST, require
from exodrive.services.audit.service import AuditService

_TOUCH_EVERY = timedelta(minutes=1)


class SessionService:
    """The table of sessions decides: what is not in it is nobody, at the very next request."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        keys: StaffKeys,
        audit: AuditService,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._keys = keys
        self._audit = audit

    def open(self, uow: UnitOfWork, staff_id: UUID, device: Device) -> Entrance:
        """A new session under a new id, whatever cookie the browser came with. Old ones that are over are cleared."""
        token, expires_at = new_secret(), uow.now + LONGEST
        repository.end_sessions(uow.session, staff_id, over_before=(uow.now, uow.now - IDLE))
        uow.session.add(
            StaffSession(
                id=new_id(),
                staff_id=staff_id,
                token_hash=self._keys.hash(token),
                label=device.label,
                place=device.place,
                created_at=uow.now,
                seen_at=uow.now,
                expires_at=expires_at,
            )
        )
        return Entrance(token=token, expires_at=expires_at)

    def who(self, token: str) -> SignedIn | None:
        """Whose cookie this is; None when the session is over, revoked, or its owner was deactivated."""
        now = self._clock.now()
        with self._database.read() as connection:
            row = repository.session_row(connection, self._keys.hash(token), now=now, seen_after=now - IDLE)
        if row is None:
            return None
        if row["seen_at"] <= now - _TOUCH_EVERY:
            self._touch(row["id"], now)
        return SignedIn(
            session_id=row["id"],
            staff_id=row["staff_id"],
            name=row["name"],
            role=StaffRole(row["role"]),
        )

    def mine(self, actor: Actor, here: UUID) -> tuple[SessionView, ...]:
        """The actor's own sessions; `here` is the one that asks."""
        require(actor, StaffRole.AGENT)
        now = self._clock.now()
        with self._database.read() as connection:
            rows = repository.sessions_of(connection, UUID(actor.id), now=now, seen_after=now - IDLE)
        return tuple(SessionView(**row, here=row["id"] == here) for row in rows)

    def revoke(self, session_id: UUID, actor: Actor) -> None:
        """Sign one of the actor's own devices out. Raises `Missing`."""
        require(actor, StaffRole.AGENT)
        with self._uow(actor) as uow:
            if not repository.end_sessions(uow.session, UUID(actor.id), only=session_id):
                raise Missing("This device is not signed in.")
            self._audit.record(uow, "staff.session_revoked", "staff", UUID(actor.id))
            uow.commit()

    def revoke_others(self, here: UUID, actor: Actor) -> int:
        """Sign all devices of the actor out but this one; how many there were."""
        require(actor, StaffRole.AGENT)
        with self._uow(actor) as uow:
            ended = repository.end_sessions(uow.session, UUID(actor.id), but=here)
            self._audit.record(uow, "staff.sessions_revoked", "staff", UUID(actor.id), sessions=len(ended))
            uow.commit()
        return len(ended)

    def leave(self, here: UUID, actor: Actor) -> None:
        """Sign this device out; a second time changes nothing."""
        require(actor, StaffRole.AGENT)
        with self._uow(actor) as uow:
            if repository.end_sessions(uow.session, UUID(actor.id), only=here):
                self._audit.record(uow, "staff.signed_out", "staff", UUID(actor.id))
            uow.commit()

    def _touch(self, session_id: UUID, now: datetime) -> None:
        with self._uow() as uow:
            repository.touch(uow.session, session_id, now)
            uow.commit()
