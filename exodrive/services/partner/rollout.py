"""Opening procedures of the API step by step: to some partners, to a part of all who call, to everybody."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from exodrive.core.actor import Actor
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.audit.service import AuditService
from exodrive.services.partner import usage_repository
from exodrive.services.partner.contracts import RolloutView, SetRollout
from exodrive.services.partner.rules import Rollout

_SUBJECT = "api_rollout"
_FRESH = timedelta(seconds=5)
"""So long a process goes by what it has read: a change holds everywhere after it."""


class RolloutService:
    """One object a process: it keeps what it has read."""

    def __init__(
        self, *, uow: UnitOfWorkFactory, database: Database, clock: Clock, audit: AuditService
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._audit = audit
        self._lock = Lock()
        self._known: Mapping[str, Rollout] = {}
        self._read_at: datetime | None = None

    def is_open(self, procedure: str, *, client: str, partner_id: UUID | None) -> bool:
        """Whether a procedure is open for this caller; one of which nothing is said is. `client` is what stays the same
        of a caller from call to call. A query every five seconds at most, whoever asks."""
        rule = self._rules().get(procedure)
        return rule is None or rule.is_open(procedure, client, partner_id)

    def everything(self, actor: Actor) -> tuple[RolloutView, ...]:
        """Every procedure of which something is said, by name. For owners, as all that follows."""
        require(actor, StaffRole.OWNER)
        with self._database.read() as connection:
            rows = usage_repository.rollouts(connection)
        return tuple(RolloutView(**{**row, "partners": tuple(row["partners"])}) for row in rows)

    def set(self, command: SetRollout, actor: Actor) -> None:
        """Say for whom a procedure is open; it holds within five seconds."""
        require(actor, StaffRole.OWNER)
        with self._uow(actor) as uow:
            partners = sorted(set(command.partners))
            said = {"enabled": command.enabled, "percent": command.percent}
            row_id = usage_repository.write_rollout(
                uow.session,
                {
                    "id": new_id(),
                    "procedure": command.procedure,
                    **said,
                    "partners": partners,
                    "changed_at": uow.now,
                    "changed_by": UUID(actor.id),
                },
            )
            self._audit.record(
                uow,
                "api_rollout.set",
                _SUBJECT,
                row_id,
                procedure=command.procedure,
                partners=[str(partner) for partner in partners],
                **said,
            )
            uow.commit()

    def clear(self, procedure: str, actor: Actor) -> None:
        """Say nothing more of a procedure: it is open for everybody. Raises `Missing`."""
        require(actor, StaffRole.OWNER)
        with self._uow(actor) as uow:
            row = usage_repository.lock_rollout(uow.session, procedure)
            if row is None:
                raise Missing("Nothing is said of this procedure.")
            uow.session.delete(row)
            self._audit.record(uow, "api_rollout.cleared", _SUBJECT, row.id, procedure=procedure)
            uow.commit()

    def _rules(self) -> Mapping[str, Rollout]:
        now = self._clock.now()
        if self._is_fresh(now):
            return self._known
        with self._lock:
            if not self._is_fresh(now):
                with self._database.read() as connection:
                    rows = usage_repository.rollouts(connection)
                self._known = {
                    row["procedure"]: Rollout(row["enabled"], row["percent"], frozenset(row["partners"]))
                    for row in rows
                }
                self._read_at = now
            return self._known

    def _is_fresh(self, now: datetime) -> bool:
        return self._read_at is not None and now - self._read_at < _FRESH
