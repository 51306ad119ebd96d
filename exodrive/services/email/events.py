"""Events of the mail provider: verified and stored in the request, acted on by a job."""

from uuid import UUID

from exodrive.core import observe
from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import Clock
from exodrive.core.errors import Missing
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.email.addresses import MailAddresses
from exodrive.services.email.event_repository import MailEventRepository
from exodrive.services.email.events_contracts import MailEventView, ReadMailEvent
from exodrive.services.email.gateways import mailgun
from exodrive.services.email.repository import MailRepository
from exodrive.services.email.suppression import Suppressions
from exodrive.settings import Settings

log = observe.logger(__name__)


class MailEventService:
    """What became of mails after they had left the house."""

    def __init__(
        self, uow: UnitOfWorkFactory, clock: Clock, addresses: MailAddresses, settings: Settings
    ) -> None:
        self._uow = uow
        self._clock = clock
        self._addresses = addresses
        self._key = settings.mailgun_signing_key.get_secret_value().encode()
        self._events = MailEventRepository()
        self._mails = MailRepository()
        self._suppressions = Suppressions()

    def receive(self, provider: str, body: bytes) -> None:
        """Store a signed event once, and promise to act on it. Raises `Missing` where no provider of that name is
        configured, `BadEvent` for what it did not sign."""
        if provider != mailgun.SOURCE or not self._key:
            raise Missing("There is no such mail provider.")
        event = mailgun.verify(body, self._key, self._clock.now())
        with self._uow(Actor(kind=ActorKind.GATEWAY, id=provider)) as uow:
            stored = self._events.add(uow.session, provider, event, body.decode(), uow.now)
            if stored is not None:
                uow.enqueue(ReadMailEvent(event_id=stored))
            elif not self._events.knows(uow.session, provider, event.event_id):
                # The signature covers the token and not the body: with another event it is a forged one.
                raise mailgun.BadEvent("The token was used for another event.")
            uow.commit()

    def apply(self, event_id: UUID) -> None:
        """Write what a stored event means into the log and among the suppressed addresses, once. Raises `BadEvent`."""
        with self._uow() as uow:
            event = self._events.lock(uow.session, event_id)
            if event is None or event.processed_at is not None:
                return
            uow.actor = Actor(kind=ActorKind.GATEWAY, id=event.source)
            told = mailgun.read(event.body)
            mail_id = self._mails.find(uow.session, told.message_id)
            event.mail_id, event.outcome, event.detail = mail_id, told.outcome, told.detail
            event.occurred_at, event.processed_at = told.occurred_at, uow.now
            self._write(uow, told, mail_id)
            uow.commit()
        if told.outcome is not None and mail_id is None:
            log.warning("mail.unknown_message", event_id=str(event_id), outcome=told.outcome.value)

    def _write(self, uow: UnitOfWork, told: MailEventView, mail_id: UUID | None) -> None:
        if mail_id is not None and told.outcome is not None:
            self._mails.mark_told(uow.session, mail_id, told.outcome, told.detail)
        if told.suppresses is not None:
            self._suppressions.add(
                uow.session,
                recipient_hash=self._addresses.hash(told.recipient),
                recipient=told.recipient,
                reason=told.suppresses,
                detail=told.detail,
                mail_id=mail_id,
                created_at=uow.now,
            )
