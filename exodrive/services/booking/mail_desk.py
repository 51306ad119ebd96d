"""The mail log as the staff work with it: finding a mail, seeing what became of it, sending it again."""

import re
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from exodrive.core import cursor, observe
from exodrive.core.actor import Actor, ActorKind
from exodrive.core.crypto import from_url, to_url
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.account.service import StaffService
from exodrive.services.audit.service import AuditService
from exodrive.services.audit.story import AuditReader, Deed
from exodrive.services.booking import mail_desk_repository as repository
from exodrive.services.booking.mail_again import MailsAgain, repeated
from exodrive.services.booking.mail_desk_contracts import (
    MAIL_PAGE,
    FindMails,
    FindSuppressed,
    MailMoment,
    MailOutdated,
    MailPage,
    MailPreview,
    MailView,
    ResendMail,
    SuppressedPage,
)
from exodrive.services.email.addresses import MailAddresses
from exodrive.services.email.event_repository import MailEventRepository
from exodrive.services.email.gateway import AddressSuppressed
from exodrive.services.email.service import MailService
from exodrive.services.email.suppression import SuppressedAddress, Suppressions

log = observe.logger(__name__)

_LINK = re.compile(r"(/(?:booking|unsubscribe)/)[A-Za-z0-9_-]{16,}")


class MailDeskService:
    """What was promised by mail, what became of it, and doing something about it."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        again: MailsAgain,
        mail: MailService,
        addresses: MailAddresses,
        staff: StaffService,
        audit: AuditService,
    ) -> None:
        self._uow = uow
        self._database = database
        self._again = again
        self._mail = mail
        self._addresses = addresses
        self._staff = staff
        self._audit = audit
        self._events, self._suppressions = MailEventRepository(), Suppressions()
        self._story = AuditReader()

    def find(self, wanted: FindMails, actor: Actor) -> MailPage:
        """A page of the log, newest first. A cursor that is none leads to the first page."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            found = repository.find(
                connection,
                wanted,
                recipient_hash=_hash_in(wanted.to),
                after=cursor.read(wanted.after),
                limit=MAIL_PAGE + 1,
            )
        more = len(found) > MAIL_PAGE
        last = found[MAIL_PAGE - 1] if more else None
        return MailPage(
            mails=tuple(found[:MAIL_PAGE]), next=cursor.write(last.created_at, last.id) if last else None
        )

    def link(self, words: str) -> dict[str, str]:
        """A reference or an address as a link may carry it: of an address, its keyed hash only."""
        asked = words.strip()
        if "@" in asked:
            return {"to": to_url(self._addresses.hash(asked))}
        return {"booking": asked.upper()}

    def get(self, mail_id: UUID, actor: Actor) -> MailView:
        """One mail. Raises `Missing`."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            row = self._row(connection, mail_id)
            hashed = row["recipient_hash"]
            suppression = self._suppressions.of_address(connection, hashed) if hashed else None
            moments = self._moments(connection, row)
            again = repository.repeats(connection, mail_id)
        return MailView(
            line=repository.line(row),
            message_id=row["message_id"],
            again_of=row["again_of"],
            repeats=tuple(again),
            moments=moments,
            suppression=suppression,
            obstacle=self._obstacle(row),
        )

    def preview(self, mail_id: UUID, actor: Actor) -> MailPreview:
        """The mail as it would be sent now. Raises `Missing`, `MailOutdated`."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            row = self._row(connection, mail_id)
        made = self._again.make(row)
        return MailPreview(
            subject=made.subject,
            html=_LINK.sub(r"\1…", made.html),
            text=_LINK.sub(r"\1…", made.text),
            attachments=tuple(one.filename for one in made.attachments),
        )

    def ask_again(self, mail_id: UUID, actor: Actor) -> None:
        """Promise the mail once more. Raises `Missing`, `MailOutdated`, and `AddressSuppressed` where its address takes
        no mail."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            row = self._row(connection, mail_id)
        made = self._again.make(row)
        with self._uow(actor) as uow:
            if self._suppressions.reason(uow.session, self._addresses.hash(made.recipient)):
                raise AddressSuppressed("This address takes no mail. A manager can lift that first.")
            promised = uow.enqueue(
                ResendMail(mail_id=mail_id, again_id=new_id()), unique_key=f"mail:again:{mail_id}"
            )
            self._audit.record(uow, "mail.resent", "mail", mail_id, job=str(promised))
            uow.commit()

    def send_again(self, mail_id: UUID, again_id: UUID) -> None:
        """Called by the job. Nothing where the mail has become untrue meanwhile. Raises as `MailService.deliver`."""
        with self._database.read() as connection:
            row = self._row(connection, mail_id)
        try:
            made = self._again.make(row)
        except MailOutdated as error:
            log.info("mail.not_sent_again", mail_id=str(mail_id), reason=error.message)
            return
        self._mail.deliver(repeated(made, of=mail_id, once=row["once"], again_id=again_id))

    def suppressed(self, wanted: FindSuppressed, actor: Actor) -> SuppressedPage:
        """Addresses that take no mail, newest first."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            found = self._suppressions.newest(
                connection,
                recipient_hash=_hash_in(wanted.to),
                after=cursor.read(wanted.after),
                limit=MAIL_PAGE + 1,
            )
        more = len(found) > MAIL_PAGE
        last = found[MAIL_PAGE - 1] if more else None
        return SuppressedPage(
            addresses=tuple(found[:MAIL_PAGE]), next=cursor.write(last.created_at, last.id) if last else None
        )

    def suppression(self, suppression_id: UUID, actor: Actor) -> SuppressedAddress:
        """One of them. Raises `Missing`."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            found = self._suppressions.get(connection, suppression_id)
        if found is None:
            raise Missing("This address is not suppressed any more.")
        return found

    def lift(self, suppression_id: UUID, actor: Actor) -> None:
        """Let an address have mail again. Raises `Missing`."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            if not self._suppressions.lift(uow.session, suppression_id, uow.now):
                raise Missing("This address is not suppressed any more.")
            self._audit.record(uow, "mail.suppression_lifted", "mail_suppression", suppression_id)
            uow.commit()

    def _row(self, connection: Connection, mail_id: UUID) -> RowMapping:
        row = repository.get(connection, mail_id)
        if row is None:
            raise Missing("There is no such mail.")
        return row

    def _obstacle(self, row: RowMapping) -> str | None:
        try:
            self._again.make(row)
        except MailOutdated as error:
            return error.message
        return None

    def _moments(self, connection: Connection, row: RowMapping) -> tuple[MailMoment, ...]:
        """What happened to it, newest first."""
        deeds = self._story.of(connection, "mail", row["id"])
        names = self._staff.names({UUID(deed.actor_id) for deed in deeds if _by_staff(deed)})
        found = [MailMoment(at=row["created_at"], what="promised")]
        if row["sent_at"] is not None:
            found.append(MailMoment(at=row["sent_at"], what="sent"))
        found += [
            MailMoment(at=told.occurred_at, what=told.outcome, detail=told.detail)
            for told in reversed(self._events.of_mail(connection, row["id"]))
        ]
        found += [
            MailMoment(at=deed.at, what=deed.action, who=names.get(UUID(deed.actor_id)))
            for deed in reversed(deeds)
            if deed.actor_id is not None and _by_staff(deed)
        ]
        found.sort(key=lambda moment: moment.at)
        return tuple(reversed(found))


def _hash_in(link: str | None) -> bytes | None:
    """The hash that a link carries; an empty one for whatever else it may carry."""
    try:
        return from_url(link) if link else None
    except ValueError:
        return b""


def _by_staff(deed: Deed) -> bool:
    return deed.actor_kind == ActorKind.STAFF and deed.actor_id is not None
