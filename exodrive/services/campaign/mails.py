"""The mails of campaigns: each to one who asked for news, with a link that stops it in one click."""

from uuid import UUID

from exodrive.core import observe
from exodrive.core.db import Database
from exodrive.services.campaign import repository
from exodrive.services.campaign.contracts import DOMAIN_PER_MINUTE, CampaignState, CampaignView
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.consent import ConsentService
from exodrive.services.email.contracts import Mail, RenderedMail
from exodrive.services.email.gateway import AddressSuppressed
from exodrive.services.email.journey import CampaignMail
from exodrive.services.email.service import MailService
from exodrive.services.job.rates import JobRates

log = observe.logger(__name__)


class CampaignMailService:
    """Composes and delivers; called by jobs. Whether it may still be sent is asked at the last moment."""

    def __init__(
        self,
        *,
        database: Database,
        composer: MailComposer,
        mail: MailService,
        consents: ConsentService,
        rates: JobRates,
    ) -> None:
        self._database = database
        self._composer = composer
        self._mail = mail
        self._consents = consents
        self._rates = rates

    def preview(self, campaign: CampaignView) -> RenderedMail:
        """The mail as it would go out, without anybody's address and link."""
        mail = self._compose(campaign, campaign.id, "", None)
        return RenderedMail(subject=mail.subject, html=mail.html, text=mail.text)

    def send(self, campaign_id: UUID, consent_id: UUID) -> None:
        """Nothing where the campaign was called off, the news stopped, or the address takes no mail any more. Raises
        `OverRate`, `MailUnavailable`, `MailRefused`."""
        with self._database.read() as connection:
            row = repository.get(connection, campaign_id)
            address = repository.recipient(connection, consent_id)
            stop_url = self._consents.stop_url(connection, address) if address else None
        if row is None or row["state"] is not CampaignState.SENDING or address is None or stop_url is None:
            return
        self._rates.take(f"mail:{address.rpartition('@')[2].lower()}", DOMAIN_PER_MINUTE)
        try:
            self._mail.deliver(self._compose(CampaignView(**row), consent_id, address, stop_url))
        except AddressSuppressed:
            log.info("campaign.suppressed", campaign_id=str(campaign_id))

    def _compose(
        self, campaign: CampaignView, consent_id: UUID, recipient: str, stop_url: str | None
    ) -> Mail:
        content = CampaignMail(
            campaign_id=campaign.id,
            consent_id=consent_id,
            recipient=recipient,
            subject=campaign.subject,
            paragraphs=campaign.paragraphs,
            stop_url=stop_url,
        )
        return self._composer.campaign(content)
