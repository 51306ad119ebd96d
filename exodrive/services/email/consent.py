"""Asking for news by mail, and stopping it by a signed link, without a password."""

import hmac
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from exodrive.core import observe
from exodrive.core.crypto import Signer, from_url, to_url
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.email.addresses import MailAddresses
from exodrive.services.email.consent_contracts import CONSENT_WORDING, ConsentView
from exodrive.services.email.models import MarketingConsent
from exodrive.settings import Settings

log = observe.logger(__name__)

_PURPOSE = "marketing.unsubscribe"
_SIZE = 16
_OPEN = MarketingConsent.withdrawn_at.is_(None)


class ConsentService:
    """Who wants news. The link of a consent is the same in every mail, and works for as long as the mail exists."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        addresses: MailAddresses,
        signer: Signer,
        settings: Settings,
    ) -> None:
        self._uow = uow
        self._database = database
        self._addresses = addresses
        self._signer = signer
        self._base_url = settings.base_url

    def give(self, uow: UnitOfWork, email: str) -> None:
        """Write down that this address asked for news, in the words shown now; who already has stays as they are."""
        uow.session.execute(
            insert(MarketingConsent)
            .values(
                id=new_id(),
                recipient_hash=self._addresses.hash(email),
                recipient=email.strip(),
                wording=CONSENT_WORDING,
                given_at=uow.now,
            )
            .on_conflict_do_nothing(index_elements=["recipient_hash"], index_where=_OPEN)
        )

    def stop_url(self, connection: Connection, email: str) -> str | None:
        """The address of the page that stops the news to this address; None where it gets none."""
        found = select(MarketingConsent.id).where(
            MarketingConsent.recipient_hash == self._addresses.hash(email), _OPEN
        )
        consent_id = connection.scalar(found)
        return None if consent_id is None else f"{self._base_url}/unsubscribe/{self._token(consent_id)}"

    def by_token(self, token: str) -> ConsentView:
        """Raises `Missing` for a token that we did not sign."""
        shown = (MarketingConsent.recipient, MarketingConsent.given_at, MarketingConsent.withdrawn_at)
        with self._database.read() as connection:
            row = connection.execute(select(*shown).where(MarketingConsent.id == self._id_of(token))).first()
        if row is None:
            raise Missing("There is no such page.")
        return ConsentView(
            recipient=_masked(row.recipient), given_at=row.given_at, withdrawn=row.withdrawn_at is not None
        )

    def withdraw(self, token: str) -> None:
        """Stop the news; once more has no effect. Raises `Missing` for a token that we did not sign."""
        consent_id = self._id_of(token)
        with self._uow() as uow:
            stopped = uow.session.execute(
                update(MarketingConsent)
                .where(MarketingConsent.id == consent_id, _OPEN)
                .values(withdrawn_at=uow.now)
                .returning(MarketingConsent.id)
            ).first()
            uow.commit()
        if stopped is not None:
            log.info("marketing.stopped", consent_id=str(consent_id))

    def _token(self, consent_id: UUID) -> str:
        return to_url(consent_id.bytes + self._signer.sign(_PURPOSE, consent_id.bytes, size=_SIZE))

    def _id_of(self, token: str) -> UUID:
        try:
            raw = from_url(token)
            consent_id = UUID(bytes=raw[:16])
        except ValueError as error:
            raise Missing("There is no such page.") from error
        if not hmac.compare_digest(raw[16:], self._signer.sign(_PURPOSE, consent_id.bytes, size=_SIZE)):
            raise Missing("There is no such page.")
        return consent_id


def _masked(address: str) -> str:
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
