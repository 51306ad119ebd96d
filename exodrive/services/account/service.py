"""Who works here: invited, given a role, shut out and let in again by an owner."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError

from exodrive.core.actor import SYSTEM, Actor, ActorKind
from exodrive.core.contract import load
from exodrive.core.db import Database
from exodrive.core.errors import IllegalMove, Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account import repository
from exodrive.services.account.contracts import (
    ChangeRole,
    InviteStaff,
    LinkPurpose,
    SendStaffInvitation,
    StaffRole,
    StaffState,
    StaffView,
    Told,
)
from exodrive.services.account.errors import LastOwner, StaffKnown
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff
from exodrive.services.account.rules import LINK_LIVES, require, state_of
from exodrive.services.audit.service import AuditService
from exodrive.services.audit.story import AuditReader


class StaffService:
    """Accounts, for owners. There is no way to make one but an invitation."""

    def __init__(
        self, *, uow: UnitOfWorkFactory, database: Database, keys: StaffKeys, audit: AuditService
    ) -> None:
        self._uow = uow
        self._database = database
        self._keys = keys
        self._audit = audit

    def everybody(self, actor: Actor) -> tuple[StaffView, ...]:
        """Every account, oldest first."""
        require(actor, StaffRole.OWNER)
        with self._database.read() as connection:
            return tuple(_view(row) for row in repository.staff_list(connection))

    def get(self, staff_id: UUID, actor: Actor) -> StaffView:
        """Raises `Missing`."""
        require(actor, StaffRole.OWNER)
        with self._database.read() as connection:
            row = repository.staff_row(connection, staff_id)
        if row is None:
            raise Missing("There is no such account.")
        return _view(row)

    def story(self, staff_id: UUID, actor: Actor) -> tuple[Told, ...]:
        """What the account did and what was done to it, newest first."""
        require(actor, StaffRole.OWNER)
        with self._database.read() as connection:
            deeds = AuditReader().of(connection, "staff", staff_id)
            ids = {
                UUID(deed.actor_id) for deed in deeds if deed.actor_id and deed.actor_kind == ActorKind.STAFF
            }
            names = repository.names(connection, ids)
        by_name = {str(key): name for key, name in names.items()}
        return tuple(
            Told(at=deed.at, action=deed.action, data=deed.data, who=by_name.get(deed.actor_id or ""))
            for deed in deeds
        )

    def names(self, ids: Collection[UUID]) -> dict[UUID, str]:
        """The names of members of staff, for what they wrote and did."""
        with self._database.read() as connection:
            return repository.names(connection, ids)

    def invite(self, command: InviteStaff, actor: Actor) -> UUID:
        """Make an account without a password and mail its link. Raises `StaffKnown`."""
        require(actor, StaffRole.OWNER)
        staff_id, _ = self._add(command, actor, mailed=True)
        return staff_id

    def create_owner(self, email: str) -> str:
        """The first way in, from the command line: the token of a link for a new owner, or a new link for an owner who
        has not chosen a password yet. Raises `StaffKnown` for any other account, `Invalid` for what is no address."""
        with self._uow(SYSTEM) as uow:
            known = repository.by_email(uow.session, self._keys.email(email))
            if known is not None:
                if known.role is not StaffRole.OWNER or known.password_hash or not known.active:
                    raise StaffKnown("This address has an account already.")
                link_id = self._link(uow, known.id)
                uow.commit()
                return self._keys.link_token(link_id)
        name = email.partition("@")[0].replace(".", " ").title()
        given = {"name": name if len(name) > 1 else "Owner", "email": email, "role": StaffRole.OWNER.value}
        command = load(InviteStaff, given)
        return self._keys.link_token(self._add(command, SYSTEM, mailed=False)[1])

    def invite_again(self, staff_id: UUID, actor: Actor) -> None:
        """Mail a new link; the old one opens nothing any more. Raises `Missing`, `IllegalMove`."""
        require(actor, StaffRole.OWNER)
        with self._uow(actor) as uow:
            staff = self._lock(uow, staff_id)
            if _state(staff) is not StaffState.INVITED:
                raise IllegalMove("Only an open invitation can be sent again.")
            link_id = self._link(uow, staff.id)
            uow.enqueue(SendStaffInvitation(staff_id=staff.id, link_id=link_id))
            self._audit.record(uow, "staff.invited_again", "staff", staff.id)
            uow.commit()

    def change_role(self, staff_id: UUID, command: ChangeRole, actor: Actor) -> None:
        """Takes effect with the very next request. Raises `Missing`, `LastOwner`."""
        require(actor, StaffRole.OWNER)
        with self._uow(actor) as uow:
            owners = repository.lock_owners(uow.session)
            staff = self._lock(uow, staff_id)
            if command.role is staff.role:
                return
            if command.role is not StaffRole.OWNER:
                _keep_one(owners, staff.id)
            self._audit.record(
                uow,
                "staff.role_changed",
                "staff",
                staff.id,
                before=staff.role.value,
                after=command.role.value,
            )
            staff.role = command.role
            uow.commit()

    def deactivate(self, staff_id: UUID, actor: Actor) -> None:
        """Shut somebody out: every session ends at once and no link opens. Raises `Missing`, `LastOwner`."""
        require(actor, StaffRole.OWNER)
        with self._uow(actor) as uow:
            owners = repository.lock_owners(uow.session)
            staff = self._lock(uow, staff_id)
            _keep_one(owners, staff.id)
            staff.active = False
            ended = repository.end_sessions(uow.session, staff.id)
            repository.close_links(uow.session, staff.id, uow.now)
            self._audit.record(uow, "staff.deactivated", "staff", staff.id, sessions=len(ended))
            uow.commit()

    def reactivate(self, staff_id: UUID, actor: Actor) -> None:
        """Let somebody in again, with the password they had. Raises `Missing`."""
        require(actor, StaffRole.OWNER)
        with self._uow(actor) as uow:
            staff = self._lock(uow, staff_id)
            staff.active = True
            self._audit.record(uow, "staff.reactivated", "staff", staff.id)
            uow.commit()

    def sign_out_everywhere(self, staff_id: UUID, actor: Actor) -> int:
        """End every session of somebody; how many there were. Raises `Missing`."""
        require(actor, StaffRole.OWNER)
        with self._uow(actor) as uow:
            staff = self._lock(uow, staff_id)
            ended = repository.end_sessions(uow.session, staff.id)
            self._audit.record(uow, "staff.sessions_revoked", "staff", staff.id, sessions=len(ended))
            uow.commit()
        return len(ended)

    def _add(self, command: InviteStaff, actor: Actor, *, mailed: bool) -> tuple[UUID, UUID]:
        try:
            with self._uow(actor) as uow:
                staff = Staff(
                    id=new_id(),
                    name=command.name,
                    email=command.email,
                    email_hash=self._keys.email(command.email),
                    role=command.role,
                    active=True,
                    created_at=uow.now,
                )
                uow.session.add(staff)
                uow.session.flush()
                link_id = self._link(uow, staff.id)
                if mailed:
                    uow.enqueue(SendStaffInvitation(staff_id=staff.id, link_id=link_id))
                self._audit.record(uow, "staff.invited", "staff", staff.id, role=command.role.value)
                uow.commit()
        except IntegrityError as error:
            if "uq_staff_email_hash" not in str(error.orig):
                raise
            words = "This address has an account already."
            raise StaffKnown(words, fields={"email": [words]}) from error
        return staff.id, link_id

    def _link(self, uow: UnitOfWork, staff_id: UUID) -> UUID:
        link_id = new_id()
        repository.add_link(
            uow.session,
            {
                "id": link_id,
                "staff_id": staff_id,
                "purpose": LinkPurpose.INVITATION,
                "token_hash": self._keys.hash(self._keys.link_token(link_id)),
                "created_at": uow.now,
                "expires_at": uow.now + LINK_LIVES[LinkPurpose.INVITATION],
            },
        )
        return link_id

    def _lock(self, uow: UnitOfWork, staff_id: UUID) -> Staff:
        staff = repository.lock(uow.session, staff_id)
        if staff is None:
            raise Missing("There is no such account.")
        return staff


def _keep_one(owners: Collection[UUID], leaving: UUID) -> None:
    if set(owners) == {leaving}:
        raise LastOwner("This is the last owner. Make somebody else an owner first.")


def _state(staff: Staff) -> StaffState:
    return state_of(active=staff.active, has_password=staff.password_hash is not None)


def _view(row: RowMapping) -> StaffView:
    return StaffView(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        role=row["role"],
        state=state_of(active=row["active"], has_password=row["has_password"]),
        created_at=row["created_at"],
        signed_in_at=row["signed_in_at"],
        sessions=row["sessions"],
    )
