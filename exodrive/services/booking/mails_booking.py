"""A booking as its mails tell it, read at send time."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.services.booking import repository
from exodrive.services.booking.contracts import ManageView
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.manage import ManageService
from exodrive.services.car.contracts import LocationView
from exodrive.services.email.consent import ConsentService
from exodrive.services.email.contracts import MailedBooking, MailedLine, MailedPlace, OpenHours
from exodrive.services.pricing.contracts import QuoteView
from exodrive.services.pricing.service import QuoteService
from exodrive.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldBooking:
    """What a mail may draw on: the booking, the quote that it was made from, and what all its mails share."""

    view: ManageView
    quote: QuoteView
    mailed: MailedBooking
    link_version: int
    confirmed_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None

    @property
    def lines(self) -> tuple[MailedLine, ...]:
        """The lines of the price without the tax, which mails show apart."""
        return tuple(
            MailedLine(
                label=line.label,
                quantity=line.quantity,
                unit=line.unit,
                unit_amount=line.unit_amount,
                amount=line.amount,
            )
            for line in self.view.lines
            if line.code != "tax"
        )


class MailedBookings:
    """Reads bookings for their mails."""

    def __init__(
        self,
        *,
        database: Database,
        settings: Settings,
        manage: ManageService,
        quotes: QuoteService,
        links: BookingLinks,
        consents: ConsentService,
    ) -> None:
        self._database = database
        self._settings = settings
        self._manage = manage
        self._quotes = quotes
        self._links = links
        self._consents = consents

    def get(self, booking_id: UUID) -> ToldBooking:
        """Raises `Missing`."""
        with self._database.read() as connection:
            row = repository.shown(connection, id=booking_id)
            if row is None:
                raise Missing("There is no such booking.")
            stop_news_url = self._consents.stop_url(connection, row["customer_email"])
        view = self._manage.by_id(booking_id)
        quote = self._quotes.get(row["quote_id"])
        return ToldBooking(
            view=view,
            quote=quote,
            mailed=replace(self._mailed(row, view, quote), stop_news_url=stop_news_url),
            link_version=row["link_version"],
            confirmed_at=row["confirmed_at"],
            ended_at=row["ended_at"],
            end_reason=row["end_reason"],
        )

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
            pick_up=mailed_place(booking.pick_up),
            return_to=mailed_place(booking.drop_off),
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


def mailed_place(location: LocationView) -> MailedPlace:
    """A location as mails show it."""
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
