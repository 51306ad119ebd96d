"""Mails about bookings: what each tells is read at send time, so that it is true when it goes out."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.services.booking import repository
from exodrive.services.booking.contracts import BookingState, ManageView, PaymentState
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.manage import ManageService
from exodrive.services.booking.policy_text import for_booking
from exodrive.services.booking.rules import refund_share
from exodrive.services.car.contracts import LocationView
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.contracts import (
    Attachment,
    CancellationMail,
    ConfirmationMail,
    MailedBooking,
    MailedLine,
    MailedPlace,
    OpenHours,
    PaymentStanding,
    PaymentTooLateMail,
)
from exodrive.services.email.service import MailService
from exodrive.services.payment.queries import PaymentQueries
from exodrive.services.pricing.contracts import QuoteView
from exodrive.services.pricing.service import QuoteService
from exodrive.settings import Settings

_IN_CALENDARS = frozenset({BookingState.CONFIRMED, BookingState.ACTIVE})


class BookingMailService:
    """Composes and delivers; called by jobs. A mail that was sent is not sent again."""

    def __init__(
        self,
        *,
        database: Database,
        settings: Settings,
        manage: ManageService,
        quotes: QuoteService,
        money: PaymentQueries,
        links: BookingLinks,
        composer: MailComposer,
        mail: MailService,
    ) -> None:
        self._database = database
        self._settings = settings
        self._manage = manage
        self._quotes = quotes
        self._money = money
        self._links = links
        self._composer = composer
        self._mail = mail

    def send_confirmation(self, booking_id: UUID) -> None:
        """Nothing where the booking was cancelled before the mail could go. Raises `MailUnavailable`, `MailRefused`."""
        row, booking, quote = self._load(booking_id)
        if booking.state is BookingState.CANCELLED:
            return
        taken = booking.payment_state is PaymentState.PAID
        capture_at = booking.starts_at - timedelta(hours=self._settings.capture_hours)
        content = ConfirmationMail(
            booking=self._mailed(row, booking, quote),
            currency=booking.currency,
            lines=tuple(
                MailedLine(
                    label=line.label,
                    quantity=line.quantity,
                    unit=line.unit,
                    unit_amount=line.unit_amount,
                    amount=line.amount,
                )
                for line in booking.lines
                if line.code != "tax"
            ),
            subtotal=quote.subtotal,
            tax=quote.tax,
            tax_label=booking.pick_up.tax_label,
            total=booking.total,
            standing=PaymentStanding.PAID if taken else PaymentStanding.AUTHORISED,
            charged_at=capture_at if not taken and capture_at > booking.now else None,
            deposit=booking.deposit,
            included_miles=booking.included_miles,
            overage_per_mile=booking.overage_per_mile,
            minimum_age=quote.minimum_age,
            cancellation=for_booking(booking.policy, starts_at=booking.starts_at, zone=booking.pick_up.zone),
        )
        self._mail.deliver(self._composer.confirmation(content))

    def send_cancellation(self, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        row, booking, quote = self._load(booking_id)
        with self._database.read() as connection:
            ledger = self._money.money(connection, booking_id).ledger
            kept = self._money.kept(connection, booking_id)
        share = refund_share(
            booking.policy,
            confirmed_at=row["confirmed_at"],
            starts_at=booking.starts_at,
            now=row["ended_at"],
        )
        back = ledger.authorised - kept
        refunded = min(back, ledger.captured)
        content = CancellationMail(
            booking=self._mailed(row, booking, quote),
            currency=booking.currency,
            charged=ledger.authorised,
            released=back - refunded,
            refunded=refunded,
            kept=kept,
            reason=share.basis,
        )
        self._mail.deliver(self._composer.cancellation(content))

    def send_payment_too_late(self, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        row, booking, quote = self._load(booking_id)
        trip = booking.asked
        asked = {
            "pick_up_location": trip.pick_up_location,
            "pick_up_date": trip.pick_up_date.isoformat(),
            "pick_up_time": trip.pick_up_time.strftime("%H:%M"),
            "return_date": trip.return_date.isoformat(),
            "return_time": trip.return_time.strftime("%H:%M"),
        }
        content = PaymentTooLateMail(
            booking=self._mailed(row, booking, quote),
            currency=booking.currency,
            amount=booking.total,
            search_url=f"{self._settings.base_url}/cars?{urlencode(asked)}",
        )
        self._mail.deliver(self._composer.payment_too_late(content))

    def calendar(self, token: str) -> Attachment:
        """The `.ics` of the booking that a token opens. Raises `Missing`, also where nothing is booked."""
        row, booking, quote = self._load(self._manage.by_token(token).id)
        if booking.state not in _IN_CALENDARS:
            raise Missing("This booking has no dates for a calendar.")
        return self._composer.calendar(self._mailed(row, booking, quote))

    def _load(self, booking_id: UUID) -> tuple[RowMapping, ManageView, QuoteView]:
        with self._database.read() as connection:
            row = repository.shown(connection, booking_id=booking_id)
        if row is None:
            raise Missing("There is no such booking.")
        return row, self._manage.by_id(booking_id), self._quotes.get(row["quote_id"])

    def _mailed(self, row: RowMapping, booking: ManageView, quote: QuoteView) -> MailedBooking:
        token = self._links.token(booking.id, row["link_version"])
        address = row["delivery_address"]
        return MailedBooking(
            booking_id=booking.id,
            reference=booking.reference,
            locale=row["locale"],
            customer_name=row["customer_name"],
            customer_email=row["customer_email"],
            car=booking.car.name,
            car_detail=str(booking.car.year),
            starts_at=booking.starts_at.astimezone(ZoneInfo(booking.pick_up.zone)),
            ends_at=booking.ends_at.astimezone(ZoneInfo(booking.drop_off.zone)),
            pick_up=_place(booking.pick_up),
            return_to=_place(booking.drop_off),
            manage_url=f"{self._settings.base_url}/booking/{token}",
            image_url=self._image_url(booking),
            image_alt=booking.car.image.alt_text if booking.car.image else "",
            pick_up_address=address if quote.asked.delivery_band else None,
            return_address=address if quote.asked.collection_band else None,
        )

    def _image_url(self, booking: ManageView) -> str | None:
        image = booking.car.image
        if image is None:
            return None
        return f"{self._settings.base_url}/media/{image.path}-{min(image.widths[-1], 960)}.webp"


def _place(location: LocationView) -> MailedPlace:
    return MailedPlace(
        name=location.name,
        street=location.street,
        city=location.city,
        region=location.region,
        postal_code=location.postal_code,
        country=location.country,
        phone=location.phone,
        zone=location.zone,
        opening_hours=tuple(
            OpenHours(hours.opens, hours.closes) if hours else None for hours in location.opening_hours
        ),
    )
