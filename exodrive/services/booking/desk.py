"""Bookings as the staff's desk works with them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping
from sqlalchemy.exc import IntegrityError

from exodrive.core import cursor
from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.account.service import StaffService
from exodrive.services.audit.service import AuditService
from exodrive.services.audit.story import AuditReader, Deed
from exodrive.services.booking import desk_repository as repository
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.desk_contracts import (
    DESK_PAGE,
    BookingLine,
    BookingPage,
    DeskBooking,
    DeskFigures,
    Driver,
    FindBookings,
    NoteView,
    WriteNote,
)
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.mail_contracts import SendNewLink
from exodrive.services.booking.models import BookingNote
from exodrive.services.booking.paying_again import pay_again
from exodrive.services.booking.rules import capture_at, payment_state
from exodrive.services.car.contracts import ImageView
from exodrive.services.email.log import MailLog
from exodrive.services.job.console import JobConsoleService
from exodrive.services.job.contracts import JobFilter
from exodrive.services.job.service import JobService
from exodrive.services.payment.queries import PaymentQueries
from exodrive.services.payment.timeline import PaymentTimeline
from exodrive.services.pricing.service import QuoteService
from exodrive.settings import Settings

_LATELY = timedelta(hours=24)
_COLUMN = {"created": "created_at", "starts": "starts_at", "ends": "ends_at"}


class StaffBookingService:
    """What the desk sees of bookings, and what it writes beside them."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        settings: Settings,
        links: BookingLinks,
        quotes: QuoteService,
        payments: PaymentQueries,
        staff: StaffService,
        jobs: JobService,
        console: JobConsoleService,
        audit: AuditService,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._settings = settings
        self._links = links
        self._quotes = quotes
        self._payments = payments
        self._staff = staff
        self._jobs = jobs
        self._console = console
        self._audit = audit
        self._timeline, self._mails, self._story = PaymentTimeline(), MailLog(), AuditReader()

    def today(self, actor: Actor) -> DeskFigures:
        """What wants doing now."""
        require(actor, StaffRole.AGENT)
        now = self._clock.now()
        with self._database.read() as connection:
            figures = repository.today(connection, now)
            failed = self._timeline.failed_since(connection, now - _LATELY)
        return DeskFigures(
            **figures, failed_payments=failed, dead_jobs=sum(queue.dead for queue in self._jobs.depths())
        )

    def find(self, wanted: FindBookings, actor: Actor, *, size: int = DESK_PAGE) -> BookingPage:
        """A page of `size` bookings. A cursor that is none, or is of another order, leads to the first page."""
        require(actor, StaffRole.AGENT)
        lately = self._clock.now() - _LATELY
        with self._database.read() as connection:
            rows = repository.find(
                connection,
                wanted,
                email_hash=self._links.customer_in(wanted.customer) if wanted.customer else None,
                among=self._timeline.bookings_with_failures(lately) if wanted.trouble else None,
                after=cursor.read(wanted.after, wanted.sort),
                limit=size + 1,
            )
        shown = tuple(BookingLine(**row) for row in rows[:size])
        return BookingPage(bookings=shown, next=_behind(wanted, shown[-1]) if len(rows) > size else None)

    def partners(self, actor: Actor) -> list[tuple[UUID, str]]:
        """Every partner's id and name, by name: to choose from."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            return repository.partners(connection)

    def link(self, words: str) -> dict[str, str]:
        """A reference or an address as a link may carry it."""
        return self._links.in_link(words)

    def get(self, booking_id: UUID, actor: Actor) -> DeskBooking:
        """All of one booking. Raises `Missing`."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            row = repository.detail(connection, booking_id)
            if row is None:
                raise Missing("There is no such booking.")
            parts = self._parts(connection, row)
        jobs = self._console.find(JobFilter(subject_type="booking", subject_id=booking_id)).jobs
        return DeskBooking(
            **{name: row[name] for name in _AS_THEY_ARE},
            **parts,
            state=BookingState(row["state"]),
            car=f"{row['make']} {row['model']} {row['year']}",
            car_slug=row["slug"],
            image=_image(row),
            driver=_driver(row, self._links.in_link(row["customer_email"])["customer"]),
            jobs=tuple(jobs),
        )

    def add_note(self, booking_id: UUID, command: WriteNote, actor: Actor) -> None:
        """Write a note; it stays. Raises `Missing`."""
        require(actor, StaffRole.AGENT)
        try:
            with self._uow(actor) as uow:
                note_id = new_id()
                uow.session.add(
                    BookingNote(
                        id=note_id,
                        booking_id=booking_id,
                        author_id=UUID(actor.id),
                        text=command.text,
                        created_at=uow.now,
                    )
                )
                self._audit.record(uow, "booking.note_added", "booking", booking_id, note=str(note_id))
                uow.commit()
        except IntegrityError as error:
            if "fk_booking_note_booking_id" not in str(error.orig):
                raise
            raise Missing("There is no such booking.") from error

    def renew_link(self, booking_id: UUID, actor: Actor) -> None:
        """Give the booking a new link and mail it; the ones before open nothing any more. Raises `Missing`."""
        require(actor, StaffRole.AGENT)
        with self._uow(actor) as uow:
            connection = uow.session.connection()
            before = repository.lock_link(connection, booking_id)
            if before is None:
                raise Missing("There is no such booking.")
            version = before + 1
            token = self._links.token(booking_id, version)
            repository.set_link(connection, booking_id, version=version, link_hash=self._links.hash(token))
            uow.enqueue(SendNewLink(booking_id=booking_id, version=version))
            self._audit.record(uow, "booking.link_renewed", "booking", booking_id, version=version)
            uow.commit()

    def _parts(self, connection: Connection, row: RowMapping) -> dict[str, Any]:
        money = self._payments.money(connection, row["id"])
        notes = repository.notes(connection, row["id"])
        deeds = self._story.of(connection, "booking", row["id"])
        quote = self._quotes.get(row["quote_id"])
        names = self._staff.names({note["author_id"] for note in notes} | _staff_in(deeds))
        return {
            "payment_state": payment_state(money.ledger, money.pending),
            "pay_again": pay_again(
                BookingState(row["state"]),
                money,
                starts_at=row["starts_at"],
                charged_at=capture_at(row["starts_at"], self._settings.capture_hours),
                now=self._clock.now(),
            ),
            "authorised": money.ledger.authorised,
            "captured": money.ledger.captured,
            "refunded": money.ledger.refunded,
            "moves": self._timeline.of_booking(connection, row["id"]),
            "mails": self._mails.of_booking(connection, row["id"]),
            "notes": tuple(
                NoteView(text=note["text"], author=names[note["author_id"]], created_at=note["created_at"])
                for note in notes
            ),
            "deeds": deeds,
            "names": {str(staff_id): name for staff_id, name in names.items()},
            "pick_up": quote.pick_up_location,
            "drop_off": quote.return_location,
            "days": quote.days,
            "lines": quote.lines,
            "included_miles": quote.included_miles,
        }


_AS_THEY_ARE = (
    *("id", "reference", "plate", "starts_at", "ends_at", "created_at", "confirmed_at", "ended_at"),
    *("end_reason", "hold_expires_at", "total", "deposit", "currency"),
    *("partner", "partner_id"),
)


def _staff_in(deeds: tuple[Deed, ...]) -> set[UUID]:
    return {UUID(deed.actor_id) for deed in deeds if deed.actor_kind == ActorKind.STAFF and deed.actor_id}


def _driver(row: RowMapping, link: str) -> Driver:
    return Driver(
        name=row["customer_name"],
        email=row["customer_email"],
        link=link,
        phone=row["customer_phone"],
        birth_date=date.fromisoformat(row["birth_date"]),
        licence=f"…{row['licence_number'].strip()[-4:]}",
        licence_country=row["licence_country"],
        delivery_address=row["delivery_address"],
    )


def _image(row: RowMapping) -> ImageView | None:
    if row["path"] is None:
        return None
    return ImageView(
        path=row["path"],
        widths=tuple(row["widths"]),
        width=row["width"],
        height=row["height"],
        alt_text=row["alt_text"],
    )


def _behind(wanted: FindBookings, last: BookingLine) -> str:
    """Where the next page begins."""
    return cursor.write(getattr(last, _COLUMN[wanted.sort.lstrip("-")]), last.id, wanted.sort)
