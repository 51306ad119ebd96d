"""Holding a car: from a quote and a driver's particulars to a claim with an end."""

import dataclasses
import hmac
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.errors import UniqueViolation

from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.cache import AnswerCache
from exodrive.core.clock import Clock
from exodrive.core.errors import Invalid, Missing
from exodrive.core.ids import new_id, new_reference
from exodrive.core.period import Period
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.booking import repository
from exodrive.services.booking.access import BookingAccess
from exodrive.services.booking.contracts import BookingState, ExtendedView, HeldView, HoldCar
from exodrive.services.booking.errors import HoldExpired, HoldExtensionsSpent, QuoteChanged, QuoteUsed
from exodrive.services.booking.events import BookingEvents
from exodrive.services.booking.holder import Holder, partner_of
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.mail_contracts import SendHoldReceipt
from exodrive.services.booking.rules import age_on, extensions_left, hold_ends
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.car.contracts import CarView
from exodrive.services.car.errors import CarRetired, CarTaken, NotThen, PickUpTooSoon
from exodrive.services.car.service import CatalogueService
from exodrive.services.car.subjects import ClaimedTime, of_claims
from exodrive.services.email.consent import ConsentService
from exodrive.services.pricing.contracts import QuoteView
from exodrive.services.pricing.errors import PromoExhausted, QuoteExpired
from exodrive.services.pricing.service import QuoteService
from exodrive.services.pricing.trip import too_soon
from exodrive.services.webhook.contracts import FanOutEvents
from exodrive.services.webhook.event_contracts import EventType
from exodrive.settings import Settings

_OLDEST = 100
_SWEEP = 200


class HoldService:
    """Makes, extends and ends holds. The exclusion constraint decides who gets the car."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        clock: Clock,
        settings: Settings,
        quotes: QuoteService,
        catalogue: CatalogueService,
        availability: AvailabilityService,
        audit: AuditService,
        links: BookingLinks,
        access: BookingAccess,
        events: BookingEvents,
        consents: ConsentService,
        cache: AnswerCache,
    ) -> None:
        self._uow = uow
        self._clock = clock
        self._settings = settings
        self._quotes = quotes
        self._catalogue = catalogue
        self._availability = availability
        self._audit = audit
        self._links = links
        self._access = access
        self._events = events
        self._consents = consents
        self._cache = cache

    def hold(self, command: HoldCar, actor: Actor) -> HeldView:
        """Hold the quote's car; a partner's hold is that partner's. The same driver submitting the same quote twice
        gets the same hold.

        Raises `QuoteExpired`, `QuoteChanged` (the driver's age, or a promo code that is used up, changes the price),
        `QuoteUsed`, `Invalid` (a field), `CarRetired`, `CarTaken` and `PickUpTooSoon` with the nearest free dates."""
        quote = self._quotes.get(command.quote_id)
        now = self._clock.now()
        too_late = too_soon(quote.starts_at, quote.pick_up_location, now)
        held = None
        if quote.expires_at > now and not too_late:
            self._check_driver(command, quote)
            held = self._try(command, quote, actor)
        held = held or self._held_already(command, quote, actor)
        if held is None:
            raise self._refusal(quote, too_late)
        return held

    def extend(self, holder: Holder, actor: Actor) -> ExtendedView:
        """Give a hold its full length again, from now, but not past its pick-up. Raises `Missing`, `HoldExpired`,
        `HoldExtensionsSpent`."""
        with self._uow(actor) as uow:
            booking = self._access.lock(uow, holder)
            expires_at = booking.hold_expires_at
            if booking.state is not BookingState.HELD or expires_at is None or expires_at <= uow.now:
                raise HoldExpired("This hold has ended.")
            most = self._settings.hold_extensions
            if not extensions_left(booking.hold_extensions, most, expires_at, booking.starts_at):
                raise HoldExtensionsSpent("This hold cannot be extended again.")
            until = hold_ends(uow.now, self._settings.hold_minutes, booking.starts_at)
            booking.hold_expires_at = until
            booking.hold_extensions += 1
            self._availability.extend(uow, booking.id, until)
            self._audit.record(uow, "booking.hold_extended", "booking", booking.id)
            left = extensions_left(booking.hold_extensions, most, until, booking.starts_at)
            self._events.tell(uow, EventType.BOOKING_EXTENDED, [booking.id])
            uow.commit()
        return ExtendedView(expires_at=until, extensions_left=left)

    def expire_due(self) -> int:
        """End every hold whose time is over and free its car; how many there were."""
        ended = 0
        while True:
            with self._uow(SYSTEM) as uow:
                batch = self._expire(uow, None)
                uow.commit()
            ended += len(batch)
            if len(batch) < _SWEEP:
                return ended

    def _expire(self, uow: UnitOfWork, only: list[UUID] | None) -> list[UUID]:
        ended = repository.expire(uow.session, uow.now, _audit_columns(uow.actor), only=only, limit=_SWEEP)
        if ended:
            self._quotes.unredeem(uow, *ended)
            self._events.tell(uow, EventType.BOOKING_EXPIRED, ended)
            self._availability.release(uow, ended)
        return ended

    def _try(self, command: HoldCar, quote: QuoteView, actor: Actor) -> HeldView | None:
        try:
            return self._write(command, quote, actor)
        except UniqueViolation as error:
            if error.diag.constraint_name != "uq_booking_quote_id":
                raise
            return None  # the quote has become a booking already, perhaps a moment ago by this request's twin
        except PromoExhausted as spent:
            fresh = self._quotes.quote(dataclasses.replace(quote.asked, promo_code=None))
            raise QuoteChanged(
                f"{spent.message} The price below is without it.", quote_id=fresh.id
            ) from spent

    def _held_already(self, command: HoldCar, quote: QuoteView, actor: Actor) -> HeldView | None:
        """The hold that this driver already has on this quote. Raises `QuoteUsed` for anybody else's, `QuoteExpired`
        where the quote can become a booking no more."""
        with self._uow() as uow:
            booking = repository.find_by_quote(uow.session, quote.id)
        if booking is None or booking.state in (BookingState.EXPIRED, BookingState.CANCELLED):
            if booking is not None or quote.expires_at <= self._clock.now():
                raise QuoteExpired("This price has expired. Please look at the fresh one for the same dates.")
            return None
        same = hmac.compare_digest(booking.customer_email_hash, self._links.customer(command.email))
        same = same and booking.partner_id == partner_of(actor)
        if not same or booking.birth_date != command.birth_date.isoformat():
            raise QuoteUsed("This price has already become a booking. Please start again from the car.")
        return HeldView(
            booking_id=booking.id,
            reference=booking.reference,
            token=self._links.token(booking.id, booking.link_version),
            expires_at=booking.hold_expires_at or quote.expires_at,
        )

    def _check_driver(self, command: HoldCar, quote: QuoteView) -> None:
        day = quote.starts_at.astimezone(ZoneInfo(quote.pick_up_location.zone)).date()
        _check_birth_date(command.birth_date, day, quote.minimum_age)
        asked = quote.asked
        if (asked.delivery_band or asked.collection_band) and not command.delivery_address:
            raise Invalid.at("delivery_address", "Tell us where to bring or collect the car.")
        below = quote.young_driver_below
        young = below is not None and age_on(command.birth_date, day) < below
        if young != quote.young_driver:
            fresh = self._quotes.quote(dataclasses.replace(asked, young_driver=young))
            raise QuoteChanged(
                f"Drivers under {below} pay a young-driver fee. The price below includes it."
                if young
                else "No young-driver fee applies to you. The price below is without it.",
                quote_id=fresh.id,
            )

    def _write(self, command: HoldCar, quote: QuoteView, actor: Actor) -> HeldView | None:
        booking_id = new_id()
        token = self._links.token(booking_id, 1)
        with self._uow(actor) as uow:
            values = self._row(command, quote, uow, booking_id, token)
            values |= self._events.held(values, uow.now)
            until = repository.hold(uow.session, values) or self._hold_over_lapsed(uow, quote, values)
            if until is None:
                return None
            if quote.promo_code is not None:
                self._quotes.redeem(uow, quote, booking_id, values["customer_email_hash"])
            if command.marketing:
                self._consents.give(uow, command.email)
            uow.enqueue(SendHoldReceipt(booking_id=booking_id), unique_key=f"mail:hold:{booking_id}")
            uow.enqueue(FanOutEvents(event_id=values["event_id"]))
            self._cache.outdate(uow, *of_claims([_claimed(quote, until)]))
            uow.commit()
        return HeldView(
            booking_id=booking_id,
            reference=values["reference"],
            token=token,
            expires_at=values["hold_expires_at"],
        )

    def _hold_over_lapsed(self, uow: UnitOfWork, quote: QuoteView, values: dict[str, Any]) -> datetime | None:
        """Try once more after ending lapsed holds that stand in the way and that no sweep has met yet."""
        car = self._car(quote)
        period = Period(quote.starts_at, quote.ends_at).padded(timedelta(minutes=car.turnaround_minutes))
        lapsed = self._availability.lapsed(uow, quote.car_id, period)
        return repository.hold(uow.session, values) if lapsed and self._expire(uow, lapsed) else None

    def _row(
        self, command: HoldCar, quote: QuoteView, uow: UnitOfWork, booking_id: UUID, token: str
    ) -> dict[str, Any]:
        return {
            "id": booking_id,
            "claim_id": new_id(),
            "reference": new_reference(),
            "car_id": quote.car_id,
            "quote_id": quote.id,
            "pick_up_location_id": quote.pick_up_location.id,
            "return_location_id": quote.return_location.id,
            "starts_at": quote.starts_at,
            "ends_at": quote.ends_at,
            "currency": quote.currency,
            "total": quote.total,
            "deposit": quote.deposit,
            "customer_name": command.name.strip(),
            "customer_email": command.email.strip(),
            "customer_email_hash": self._links.customer(command.email),
            "customer_phone": command.phone.strip(),
            "birth_date": command.birth_date.isoformat(),
            "licence_number": command.licence_number.strip(),
            "licence_country": command.licence_country,
            "delivery_address": command.delivery_address,
            "link_hash": self._links.hash(token),
            "partner_id": partner_of(uow.actor),
            "hold_expires_at": hold_ends(uow.now, self._settings.hold_minutes, quote.starts_at),
            "now": uow.now,
            "data": {"quote_id": str(quote.id)},
            **_audit_columns(uow.actor),
        }

    def _car(self, quote: QuoteView) -> CarView:
        try:
            return self._catalogue.car_by_id(quote.car_id)
        except Missing as retired:
            raise CarRetired("This car is not for rent any more.") from retired

    def _refusal(self, quote: QuoteView, too_late: str | None) -> NotThen:
        car = self._car(quote)
        free = self._availability.nearest_free(
            [(car.id, car.turnaround_minutes)],
            Period(quote.starts_at, quote.ends_at),
            quote.pick_up_location,
            back=quote.return_location,
        )
        if too_late:
            return PickUpTooSoon(too_late, alternatives=free[quote.car_id])
        return CarTaken(
            f"The {car.name} has just been taken for these dates.", alternatives=free[quote.car_id]
        )


def _claimed(quote: QuoteView, until: datetime) -> ClaimedTime:
    turnaround = until - quote.ends_at
    return ClaimedTime(quote.car_slug, quote.pick_up_location.slug, quote.starts_at - turnaround, until)


def _audit_columns(actor: Actor) -> dict[str, Any]:
    return {
        "audit_id": new_id(),
        "actor_kind": actor.kind.value,
        "actor_id": actor.id,
        "request_id": actor.request_id,
    }


def _check_birth_date(birth_date: date, day: date, minimum_age: int) -> None:
    age = age_on(birth_date, day)
    if birth_date >= day or age > _OLDEST:
        raise Invalid.at("birth_date", "Please check the year.")
    if age < minimum_age:
        raise Invalid.at("birth_date", f"The driver of this car must be at least {minimum_age} at pick-up.")
