"""Keys of partners: made, rotated and revoked by the staff."""

from datetime import timedelta
from uuid import UUID

from exodrive.core.actor import Actor
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.audit.service import AuditService
from exodrive.services.partner import repository, rules
from exodrive.services.partner.contracts import (
    IssueKey,
    KeyKind,
    KeyState,
    KeyView,
    NewKey,
    PartnerState,
    RotateKey,
)
from exodrive.services.partner.errors import KeyIsOver, PartnerSuspended
from exodrive.services.partner.making import make_key, view_of
from exodrive.services.partner.models import ApiKey

_SUBJECT = "partner"


class KeyService:
    """For managers and owners. Every method raises `Forbidden` for others, and `Missing`."""

    def __init__(
        self, *, uow: UnitOfWorkFactory, database: Database, clock: Clock, audit: AuditService
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._audit = audit

    def of_partner(self, partner_id: UUID, actor: Actor) -> tuple[KeyView, ...]:
        """Every key that a partner ever had, newest first."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            rows = repository.keys(connection, partner_id=partner_id)
        return tuple(view_of(row, self._clock.now()) for row in rows)

    def get(self, key_id: UUID, actor: Actor) -> KeyView:
        """A key of a partner."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            row = repository.key(connection, key_id)
        if row is None or row["partner_id"] is None:
            raise Missing("There is no such key.")
        return view_of(row, self._clock.now())

    def issue(self, partner_id: UUID, command: IssueKey, actor: Actor) -> NewKey:
        """A new key. Raises `PartnerSuspended`, `TooManyKeys`."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            self._lock_partner(uow, partner_id)
            row, made = make_key(
                uow,
                kind=KeyKind.PARTNER,
                owner_id=partner_id,
                name=command.name,
                scopes=command.scopes,
                lives=timedelta(days=command.days),
            )
            self._audit.record(
                uow, "partner.key_issued", _SUBJECT, partner_id, key=row.prefix, scopes=row.scopes
            )
            uow.commit()
        return made

    def rotate(self, key_id: UUID, command: RotateKey, actor: Actor) -> NewKey:
        """A new key with the same name, scopes and length of life; the old one works as long as the command says, and
        no longer than it would have. Raises `KeyIsOver`, `PartnerSuspended`, `TooManyKeys`."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            partner_id, old = self._lock(uow, key_id)
            state = rules.state_of(
                revoked_at=old.revoked_at,
                expires_at=old.expires_at,
                replaced=old.replaced_by is not None,
                now=uow.now,
            )
            if state is not KeyState.ACTIVE:
                raise KeyIsOver("This key is over, or has been replaced. Make a new one instead.")
            row, made = make_key(
                uow,
                kind=KeyKind.PARTNER,
                owner_id=partner_id,
                name=old.name,
                scopes=old.scopes,
                lives=old.expires_at - old.created_at,
            )
            old.replaced_by = row.id
            old.expires_at = min(old.expires_at, uow.now + timedelta(hours=command.hours))
            self._audit.record(
                uow,
                "partner.key_rotated",
                _SUBJECT,
                partner_id,
                key=old.prefix,
                by=row.prefix,
                hours=command.hours,
            )
            uow.commit()
        return made

    def revoke(self, key_id: UUID, actor: Actor) -> None:
        """It opens nothing from the next call on; once more has no effect."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            partner_id, row = self._lock(uow, key_id, active=False)
            if row.revoked_at is None:
                row.revoked_at = uow.now
                self._audit.record(uow, "partner.key_revoked", _SUBJECT, partner_id, key=row.prefix)
            uow.commit()

    def _lock(self, uow: UnitOfWork, key_id: UUID, *, active: bool = True) -> tuple[UUID, ApiKey]:
        """The partner first and then its key, as `issue` does."""
        found = repository.key(uow.session, key_id)
        if found is None or found["partner_id"] is None:
            raise Missing("There is no such key.")
        partner_id: UUID = found["partner_id"]
        self._lock_partner(uow, partner_id, active=active)
        row = repository.lock_key(uow.session, key_id)
        if row is None:
            raise Missing("There is no such key.")
        return partner_id, row

    def _lock_partner(self, uow: UnitOfWork, partner_id: UUID, *, active: bool = True) -> None:
        partner = repository.lock_partner(uow.session, partner_id)
        if partner is None:
            raise Missing("There is no such partner.")
        if active and partner.state is not PartnerState.ACTIVE:
            raise PartnerSuspended("This partner is suspended. Let them in again first.")
