"""Sending a mail, once."""

from exodrive.core import observe
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.email.contracts import Mail, MailState
from exodrive.services.email.gateway import Mailer, MailRefused, MailUnavailable
from exodrive.services.email.message import build, sender_address
from exodrive.services.email.repository import MailRepository, Promise
from exodrive.settings import Settings

log = observe.logger(__name__)
_OUT = frozenset({MailState.SENT, MailState.DELIVERED, MailState.BOUNCED})


class MailService:
    """The mail log, and the only way out of the house for mail."""

    def __init__(
        self,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        mailer: Mailer,
        settings: Settings,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._mailer = mailer
        self._repository = MailRepository()
        self._sender = sender_address(settings.mail_from)

    def deliver(self, mail: Mail) -> None:
        """Send what `mail.once` promises, unless it is out already.

        The row is written first, the message goes out outside any transaction, the answer is written after it. A crash
        between the last two sends the same message, by its Message-ID, a second time: SMTP allows no better. A mail
        that was refused is tried again only when this is called again, by a person's decision.
        Raises `MailUnavailable` (try later; also while another worker is at it) and `MailRefused`."""
        with (
            self._database.read() as connection,
            self._repository.sending(connection, mail.once) as mine,
        ):
            if not mine:
                raise MailUnavailable("Another worker is sending this mail.")
            promise = self._promise(mail)
            if promise.state not in _OUT:
                self._send(mail, promise)

    def _promise(self, mail: Mail) -> Promise:
        with self._uow() as uow:
            promise = self._repository.promise(uow.session, mail, domain=self._sender.domain, now=uow.now)
            uow.commit()
        return promise

    def _send(self, mail: Mail, promise: Promise) -> None:
        try:
            message = build(mail, sender=self._sender, identity=promise.message_id, at=self._clock.now())
            self._mailer.send(message)
        except (MailRefused, MailUnavailable) as error:
            self._write_failure(promise, error)
            log.warning("mail.not_sent", mail_id=str(promise.id), kind=mail.kind, failure=error.message)
            raise
        with self._uow() as uow:
            self._repository.mark_sent(uow.session, promise.id, mail, uow.now)
            uow.commit()
        log.info("mail.sent", mail_id=str(promise.id), kind=mail.kind)

    def _write_failure(self, promise: Promise, error: MailRefused | MailUnavailable) -> None:
        with self._uow() as uow:
            if isinstance(error, MailRefused):
                self._repository.mark_failed(uow.session, promise.id, error.message)
            else:
                self._repository.note_failure(uow.session, promise.id, error.message)
            uow.commit()
