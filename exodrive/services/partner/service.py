"""Partners: added, renamed, suspended and let in again by the staff."""

from uuid import UUID

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole, Told
from exodrive.services.account.rules import require
from exodrive.services.account.service import StaffService
from exodrive.services.audit.service import AuditService
from exodrive.services.audit.story import AuditReader
from exodrive.services.partner import repository
from exodrive.services.partner.contracts import (
    FindPartners,
    PartnerPage,
    PartnerState,
    PartnerView,
    WritePartner,
)
from exodrive.services.partner.models import Partner

PAGE = 50
_SUBJECT = "partner"


class PartnerService:
    """For managers and owners. Every method raises `Forbidden` for others, and `Missing`."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        audit: AuditService,
        people: StaffService,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._audit = audit
        self._people = people

    def find(self, wanted: FindPartners, actor: Actor) -> PartnerPage:
        """Fifty partners, by name."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            rows = repository.partners(
                connection,
                now=self._clock.now(),
                name=(wanted.q or "").strip() or None,
                state=wanted.state,
                offset=(wanted.page - 1) * PAGE,
                limit=PAGE + 1,
            )
        return PartnerPage(items=tuple(PartnerView(**row) for row in rows[:PAGE]), has_more=len(rows) > PAGE)

    def get(self, partner_id: UUID, actor: Actor) -> PartnerView:
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            row = repository.partner(connection, partner_id, self._clock.now())
        if row is None:
            raise Missing("There is no such partner.")
        return PartnerView(**row)

    def names(self, actor: Actor) -> dict[UUID, str]:
        """Every partner's name, in the order of the names: to choose from."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            return repository.partner_names(connection)

    def story(self, partner_id: UUID, actor: Actor) -> tuple[Told, ...]:
        """What was done to a partner and its keys, newest first."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            deeds = AuditReader().of(connection, _SUBJECT, partner_id)
        ids = {UUID(deed.actor_id) for deed in deeds if deed.actor_id and deed.actor_kind == ActorKind.STAFF}
        names = {str(staff_id): name for staff_id, name in self._people.names(ids).items()}
        return tuple(
            Told(at=deed.at, action=deed.action, data=deed.data, who=names.get(deed.actor_id or ""))
            for deed in deeds
        )

    def add(self, command: WritePartner, actor: Actor) -> UUID:
        """A partner without keys; its id."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = Partner(
                id=new_id(),
                name=command.name,
                email=command.email,
                state=PartnerState.ACTIVE,
                created_at=uow.now,
            )
            uow.session.add(row)
            self._audit.record(uow, "partner.added", _SUBJECT, row.id)
            uow.commit()
        return row.id

    def change(self, partner_id: UUID, command: WritePartner, actor: Actor) -> None:
        """Another name or contact."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = self._lock(uow, partner_id)
            row.name, row.email = command.name, command.email
            self._audit.record(uow, "partner.changed", _SUBJECT, row.id)
            uow.commit()

    def suspend(self, partner_id: UUID, actor: Actor) -> None:
        """None of its keys opens anything from the next call on; once more has no effect."""
        self._move(partner_id, PartnerState.SUSPENDED, "partner.suspended", actor)

    def reactivate(self, partner_id: UUID, actor: Actor) -> None:
        """Its keys that are not over open again what they did; once more has no effect."""
        self._move(partner_id, PartnerState.ACTIVE, "partner.reactivated", actor)

    def _move(self, partner_id: UUID, state: PartnerState, deed: str, actor: Actor) -> None:
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = self._lock(uow, partner_id)
            if row.state is not state:
                row.state = state
                self._audit.record(uow, deed, _SUBJECT, row.id)
            uow.commit()

    def _lock(self, uow: UnitOfWork, partner_id: UUID) -> Partner:
        row = repository.lock_partner(uow.session, partner_id)
        if row is None:
            raise Missing("There is no such partner.")
        return row
