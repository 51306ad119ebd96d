"""Mails to the staff: one-time links."""

from uuid import UUID

from exodrive.core.actor import SYSTEM
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account import repository
from exodrive.services.account.contracts import (
    ROLE_WORDS,
    LinkPurpose,
    SendStaffInvitation,
    SendStaffReset,
)
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.rules import LINK_LIVES
from exodrive.services.audit.service import AuditService
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.contracts import StaffLinkMail
from exodrive.services.email.service import MailService
from exodrive.settings import Settings


class StaffMailService:
    """Composes and delivers; called by jobs. A link that is spent or replaced meanwhile is not sent any more."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        settings: Settings,
        keys: StaffKeys,
        audit: AuditService,
        composer: MailComposer,
        mail: MailService,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._settings = settings
        self._keys = keys
        self._audit = audit
        self._composer = composer
        self._mail = mail

    def send_invitation(self, job: SendStaffInvitation) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._send(job.staff_id, job.link_id, LinkPurpose.INVITATION)

    def send_reset(self, job: SendStaffReset) -> None:
        """Make the link that was asked for and mail it, where the address has an account that can use it. Raises
        `MailUnavailable`, `MailRefused`."""
        with self._uow(SYSTEM) as uow:
            staff = repository.by_email(uow.session, self._keys.email(job.email))
            if staff is None or not staff.active or staff.password_hash is None:
                return
            made = repository.add_link(
                uow.session,
                {
                    "id": job.link_id,
                    "staff_id": staff.id,
                    "purpose": LinkPurpose.RESET,
                    "token_hash": self._keys.hash(self._keys.link_token(job.link_id)),
                    "created_at": uow.now,
                    "expires_at": uow.now + LINK_LIVES[LinkPurpose.RESET],
                },
            )
            if made:
                self._audit.record(uow, "staff.reset_asked", "staff", staff.id)
            uow.commit()
        self._send(staff.id, job.link_id, LinkPurpose.RESET)

    def _send(self, staff_id: UUID, link_id: UUID, purpose: LinkPurpose) -> None:
        now = self._clock.now()
        with self._database.read() as connection:
            expires_at = repository.link_expiry(connection, link_id, purpose, now)
            row = repository.staff_row(connection, staff_id)
        if expires_at is None or row is None or not row["active"]:
            return
        content = StaffLinkMail(
            link_id=link_id,
            name=row["name"],
            email=row["email"],
            role=ROLE_WORDS[row["role"]],
            url=f"{self._settings.base_url}/admin/welcome/{self._keys.link_token(link_id)}",
            hours=int(LINK_LIVES[purpose].total_seconds()) // 3600,
        )
        compose = {
            LinkPurpose.INVITATION: self._composer.staff_invitation,
            LinkPurpose.RESET: self._composer.staff_reset,
        }
        self._mail.deliver(compose[purpose](content))
