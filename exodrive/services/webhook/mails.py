"""Mails about webhooks, to the staff and to the partner whose they are."""

from uuid import UUID

from exodrive.core.db import Database
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.notices import EndpointShutNotice
from exodrive.services.email.service import MailService
from exodrive.services.webhook import repository
from exodrive.services.webhook.contracts import Shut, host_of


class WebhookMailService:
    """Composes and delivers; called by jobs."""

    def __init__(self, *, database: Database, composer: MailComposer, mail: MailService) -> None:
        self._database = database
        self._composer = composer
        self._mail = mail

    def send_shut(self, endpoint_id: UUID) -> None:
        """Nothing where somebody has switched it on again meanwhile. Raises `MailUnavailable`, `MailRefused`."""
        with self._database.read() as connection:
            row = repository.endpoint(connection, endpoint_id, None)
            owner = repository.owner_email(connection, endpoint_id)
        if row is None or row["shut"] not in (Shut.GONE, Shut.FAILING):
            return
        content = EndpointShutNotice(
            endpoint_id=endpoint_id,
            partner=row["partner"],
            description=row["description"],
            host=host_of(row["url"]),
            gone=row["shut"] is Shut.GONE,
            shut_at=row["shut_at"],
        )
        self._mail.deliver(self._composer.endpoint_shut(content))
        if owner is not None:
            self._mail.deliver(self._composer.partner_endpoint_shut(content, owner))
