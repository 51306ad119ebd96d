"""Sending a mail, once."""

from exodrive.core import observe
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.email.addresses import MailAddresses
from exodrive.services.email.contracts import Mail, MailState
from exodrive.services.email.events_contracts import SuppressionReason
from exodrive.services.email.gateway import AddressSuppressed, Mailer, MailRefused, MailUnavailable
from exodrive.services.email.message import build, sender_address
from exodrive.services.email.repository import MailRepository, Promise
from exodrive.services.email.suppression import Suppressions
from exodrive.settings import Settings

log = observe.logger(__name__)
_OUT = frozenset({MailState.SENT, MailState.DELIVERED, MailState.BOUNCED, MailState.COMPLAINED})
_WHY = {
    SuppressionReason.BOUNCE: "Mail to this address came back before, so nothing more is sent to it.",
    SuppressionReason.COMPLAINT: "Mail to this address was reported as spam, so nothing more is sent to it.",
}


class MailService:
    """The mail log, and the only way out of the house for mail."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        mailer: Mailer,
        addresses: MailAddresses,
        settings: Settings,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._mailer = mailer
        self._addresses = addresses
        self._suppressions = Suppressions()
        self._repository = MailRepository()
        self._sender = sender_address(settings.mail_from)

    def deliver(self, mail: Mail) -> None:
        """Send what `mail.once` promises, unless it is out already.

        The row is written first, the message goes out outside any transaction, the answer is written after it. A crash
        between the last two sends the same message, by its Message-ID, a second time: SMTP allows no better. A mail
        that was refused is tried again only when this is called again, by a person's decision.
        Raises `MailUnavailable` (try later; also while another worker is at it), `MailRefused`, and `AddressSuppressed`
        where the address takes no mail."""
        with (
            self._database.read() as connection,
            self._repository.sending(connection, mail.once) as mine,
        ):
            if not mine:
                raise MailUnavailable("Another worker is sending this mail.")
            hashed = self._addresses.hash(mail.recipient)
            promise = self._promise(mail, hashed)
            if promise.state not in _OUT:
                self._send(mail, promise, hashed)

    def _promise(self, mail: Mail, hashed: bytes) -> Promise:
        """Write the row. Raises `AddressSuppressed` when it is not to be sent."""
        with self._uow() as uow:
            promise = self._repository.promise(
                uow.session, mail, hashed, domain=self._sender.domain, now=uow.now
            )
            reason = None if promise.state in _OUT else self._suppressions.reason(uow.session, hashed)
            if reason is not None:
                self._repository.mark_suppressed(uow.session, promise.id, _WHY[reason])
            uow.commit()
        if reason is not None:
            log.warning("mail.suppressed", mail_id=str(promise.id), kind=mail.kind, reason=reason.value)
            raise AddressSuppressed(_WHY[reason])
        return promise

    def _send(self, mail: Mail, promise: Promise, hashed: bytes) -> None:
        try:
            message = build(mail, sender=self._sender, identity=promise.message_id, at=self._clock.now())
            self._mailer.send(message)
        except (MailRefused, MailUnavailable) as error:
            self._write_failure(promise, error)
            log.warning("mail.not_sent", mail_id=str(promise.id), kind=mail.kind, failure=error.message)
            raise
        with self._uow() as uow:
            self._repository.mark_sent(uow.session, promise.id, mail, hashed, uow.now)
            uow.commit()
        log.info("mail.sent", mail_id=str(promise.id), kind=mail.kind)

    def _write_failure(self, promise: Promise, error: MailRefused | MailUnavailable) -> None:
        with self._uow() as uow:
            if isinstance(error, MailRefused):
                self._repository.mark_failed(uow.session, promise.id, error.message)
            else:
                self._repository.note_failure(uow.session, promise.id, error.message)
            uow.commit()
