"""Writing campaigns, sending them once, and calling them off."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.audit.service import AuditService
from exodrive.services.campaign import repository
from exodrive.services.campaign.contracts import (
    CampaignStarted,
    CampaignState,
    CampaignView,
    FinishCampaign,
    NobodyToTell,
    SendCampaignMail,
    WriteCampaign,
)
from exodrive.services.campaign.models import Campaign
from exodrive.services.job.batches import BatchService, BatchView

_SUBJECT = "campaign"


class CampaignService:
    """For managers and owners. Every method raises `Forbidden` for others, and `Missing`."""

    def __init__(
        self, *, uow: UnitOfWorkFactory, database: Database, audit: AuditService, batches: BatchService
    ) -> None:
        self._uow = uow
        self._database = database
        self._audit = audit
        self._batches = batches

    def everything(self, actor: Actor) -> tuple[CampaignView, ...]:
        """Newest first."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            return tuple(CampaignView(**row) for row in repository.everything(connection))

    def get(self, campaign_id: UUID, actor: Actor) -> CampaignView:
        require(actor, StaffRole.MANAGER)
        return self._get(campaign_id)

    def reach(self, campaign_id: UUID, actor: Actor) -> int:
        """How many it would go to now."""
        campaign = self.get(campaign_id, actor)
        with self._database.read() as connection:
            return repository.count(connection, _segment(campaign))

    def progress(self, campaign: CampaignView) -> BatchView | None:
        """How its mails stand; None before it is sent, and when the record of them is not kept any more."""
        if campaign.batch_id is None:
            return None
        try:
            return self._batches.get(campaign.batch_id)
        except Missing:
            return None

    def write(self, command: WriteCampaign, actor: Actor) -> UUID:
        """A draft; its id."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = Campaign(id=new_id(), state=CampaignState.DRAFT, created_at=uow.now, **_words(command))
            uow.session.add(row)
            self._audit.record(uow, "campaign.written", _SUBJECT, row.id)
            uow.commit()
        return row.id

    def rewrite(self, campaign_id: UUID, command: WriteCampaign, actor: Actor) -> None:
        """Change a draft. Raises `CampaignStarted`."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = self._draft(uow, campaign_id)
            for name, value in _words(command).items():
                setattr(row, name, value)
            self._audit.record(uow, "campaign.changed", _SUBJECT, row.id)
            uow.commit()

    def send(self, campaign_id: UUID, actor: Actor) -> int:
        """Promise a mail to everybody in the segment; how many there are. Raises `CampaignStarted`, `NobodyToTell`."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = self._draft(uow, campaign_id)
            segment = {"location": row.location, "category": row.category, "since": row.since}
            wanted = list(repository.consents(uow.session, segment))
            if not wanted:
                raise NobodyToTell("Nobody who asked for news fits what is chosen.")
            row.batch_id = uow.enqueue_batch(
                (SendCampaignMail(campaign_id=row.id, consent_id=consent_id) for consent_id in wanted),
                then=FinishCampaign(campaign_id=row.id),
            )
            row.state, row.started_at, row.recipients = CampaignState.SENDING, uow.now, len(wanted)
            self._audit.record(uow, "campaign.sent", _SUBJECT, row.id, recipients=len(wanted))
            uow.commit()
        return len(wanted)

    def cancel(self, campaign_id: UUID, actor: Actor) -> None:
        """Call off what has not gone out yet. Once more, or when all is out, has no effect."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = self._lock(uow, campaign_id)
            if row.state is not CampaignState.SENDING or row.batch_id is None:
                return
            row.state, row.finished_at = CampaignState.CANCELLED, uow.now
            batch_id = row.batch_id
            self._audit.record(uow, "campaign.cancelled", _SUBJECT, row.id)
            uow.commit()
        self._batches.cancel(batch_id)

    def finish(self, campaign_id: UUID) -> None:
        """Every mail has gone its way; called by a job."""
        with self._uow(SYSTEM) as uow:
            row = self._lock(uow, campaign_id)
            if row.state is CampaignState.SENDING:
                row.state, row.finished_at = CampaignState.SENT, uow.now
            uow.commit()

    def _get(self, campaign_id: UUID) -> CampaignView:
        with self._database.read() as connection:
            row: RowMapping | None = repository.get(connection, campaign_id)
        if row is None:
            raise Missing("There is no such campaign.")
        return CampaignView(**row)

    def _draft(self, uow: UnitOfWork, campaign_id: UUID) -> Campaign:
        row = self._lock(uow, campaign_id)
        if row.state is not CampaignState.DRAFT:
            raise CampaignStarted("This campaign has been sent. Write a new one.")
        return row

    def _lock(self, uow: UnitOfWork, campaign_id: UUID) -> Campaign:
        row = repository.lock(uow.session, campaign_id)
        if row is None:
            raise Missing("There is no such campaign.")
        return row


def _segment(campaign: CampaignView) -> dict[str, Any]:
    return {"location": campaign.location, "category": campaign.category, "since": campaign.since}


def _words(command: WriteCampaign) -> dict[str, Any]:
    return {
        "name": command.name,
        "subject": command.subject,
        "text": command.text,
        "location": command.location,
        "category": command.category,
        "since": command.since,
    }
