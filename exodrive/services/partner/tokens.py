"""Personal keys: a member of staff makes their own, for scripts that do what they may do."""

from datetime import timedelta
from uuid import UUID

from exodrive.core.actor import Actor
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.audit.service import AuditService
from exodrive.services.partner import repository
from exodrive.services.partner.contracts import IssueToken, KeyKind, KeyView, NewKey
from exodrive.services.partner.making import make_key, view_of

_SUBJECT = "staff"


class TokenService:
    """Everybody on the staff for themselves; owners see and revoke those of others. A key does what its holder's role
    allows at the moment of use, and nothing while the holder's account is shut."""

    def __init__(
        self, *, uow: UnitOfWorkFactory, database: Database, clock: Clock, audit: AuditService
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._audit = audit

    def mine(self, actor: Actor) -> tuple[KeyView, ...]:
        """The actor's keys that work, newest first."""
        require(actor, StaffRole.AGENT)
        return self._of(UUID(actor.id))

    def of_member(self, staff_id: UUID, actor: Actor) -> tuple[KeyView, ...]:
        """A member's keys that work, newest first; for owners."""
        require(actor, StaffRole.OWNER)
        return self._of(staff_id)

    def get(self, key_id: UUID, actor: Actor) -> KeyView:
        """One of the actor's keys that work, or of anybody's for an owner. Raises `Missing`."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            row = repository.key(connection, key_id)
        if row is None or not _is_for(row["staff_id"], actor):
            raise Missing("There is no such key.")
        view = view_of(row, self._clock.now())
        if not view.works:
            raise Missing("There is no such key.")
        return view

    def make(self, command: IssueToken, actor: Actor) -> NewKey:
        """A key of the actor's own. Raises `TooManyKeys`."""
        require(actor, StaffRole.AGENT)
        staff_id = UUID(actor.id)
        with self._uow(actor) as uow:
            if not repository.lock_staff(uow.session, staff_id):
                raise Forbidden("This account is shut.")
            row, made = make_key(
                uow,
                kind=KeyKind.STAFF,
                owner_id=staff_id,
                name=command.name,
                scopes=[],
                lives=timedelta(days=command.days),
            )
            self._audit.record(uow, "staff.key_made", _SUBJECT, staff_id, key=row.prefix)
            uow.commit()
        return made

    def revoke(self, key_id: UUID, actor: Actor) -> UUID:
        """It opens nothing from the next call on; once more has no effect. Answers whose it is. Raises `Missing` for a
        key of somebody else, but for an owner."""
        require(actor, StaffRole.AGENT)
        with self._uow(actor) as uow:
            row = repository.lock_key(uow.session, key_id)
            if row is None or row.staff_id is None or not _is_for(row.staff_id, actor):
                raise Missing("There is no such key.")
            if row.revoked_at is None:
                row.revoked_at = uow.now
                self._audit.record(uow, "staff.key_revoked", _SUBJECT, row.staff_id, key=row.prefix)
            uow.commit()
        return row.staff_id

    def _of(self, staff_id: UUID) -> tuple[KeyView, ...]:
        with self._database.read() as connection:
            rows = repository.keys(connection, staff_id=staff_id)
        views = (view_of(row, self._clock.now()) for row in rows)
        return tuple(view for view in views if view.works)


def _is_for(staff_id: UUID | None, actor: Actor) -> bool:
    """Whether a key of the staff is the actor's to look at and revoke."""
    return staff_id is not None and (str(staff_id) == actor.id or actor.role == StaffRole.OWNER)
