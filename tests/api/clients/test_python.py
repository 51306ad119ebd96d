"""The Python client against the application: what it promises beyond the types."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import uuid4

import httpx
import pytest

from exodrive.core.db import Database
from exodrive.services.partner.contracts import Scope
from exodrive_client import (
    AsyncExoDrive,
    ExoDrive,
    ExoDriveError,
    Retries,
    Unreachable,
    errors,
    models,
    refusals,
)
from exodrive_client.connection import error_of
from exodrive_client.wire import decode, encode
from tests.api.clients.calling import AT_ONCE, DAYS, DRIVER, count, quoted
from tests.api.clients.conftest import Line
from tests.api.conftest import Fleet, Keys
from tests.factories import make_car


def test_from_search_to_cancellation(exodrive: ExoDrive, fleet: Fleet) -> None:
    (offer,) = exodrive.car.search(pick_up_location=fleet.location.slug, **DAYS).items
    quote = quoted(exodrive, fleet)
    assert (offer.slug, offer.total) == (fleet.car.slug, quote.total)
    assert sum(each.amount for each in quote.lines) == quote.total
    held = exodrive.booking.hold(quote_id=quote.id, **DRIVER)
    assert held.expires_at > datetime(2026, 6, 1, 10, tzinfo=UTC)

    customer = exodrive.with_key(held.token)
    booking = customer.booking.get(booking_id=held.id)
    assert (booking.state, booking.car.slug, booking.total) == ("held", fleet.car.slug, quote.total)
    assert customer.payment.start(booking_id=held.id).url.startswith("http")
    shown = customer.booking.refund(booking_id=held.id)
    done = customer.booking.cancel(booking_id=held.id, refund=shown.amount, kept=shown.kept)
    assert done.amount == shown.amount
    assert customer.booking.get(booking_id=held.id).state == "cancelled"


def test_a_refusal_is_of_its_class_and_tells_its_facts(exodrive: ExoDrive, fleet: Fleet) -> None:
    first, second = quoted(exodrive, fleet), quoted(exodrive, fleet)
    exodrive.booking.hold(quote_id=first.id, **DRIVER)
    with pytest.raises(errors.CarTaken) as told:
        exodrive.booking.hold(quote_id=second.id, **DRIVER | {"email": "kim@example.com"})
    assert isinstance(told.value, refusals.BOOKING_HOLD)
    assert (told.value.code, told.value.status) == ("car_taken", 409)
    nearest = told.value.alternatives[0]
    assert nearest.ends_at - nearest.starts_at == first.ends_at - first.starts_at
    assert told.value.request_id


def test_a_refusal_names_the_fields(exodrive: ExoDrive, fleet: Fleet) -> None:
    with pytest.raises(errors.TripImpossible) as told:
        quoted(exodrive, fleet, return_date=date(2026, 6, 9))
    assert "return_date" in told.value.fields


def test_who_may_not_is_told_so(line: Line, partner_key: str, fleet: Fleet) -> None:
    with ExoDrive(line.url, "exo_partner_no_key") as stranger, pytest.raises(errors.CredentialRefused):
        stranger.location.list()
    with ExoDrive(line.url, partner_key) as partner, pytest.raises(errors.ScopeMissing):
        partner.webhook.list()


def test_lists_go_on_by_themselves(exodrive: ExoDrive, line: Line, fleet: Fleet, database: Database) -> None:
    slugs = {make_car(database, fleet.location, plate=f"EXO {n}").slug for n in range(4)} | {fleet.car.slug}
    found = list(exodrive.car.search.all(limit=2))
    assert {one.slug for one in found} == slugs
    assert len(line.sent) == 3
    page = exodrive.car.search(limit=2)
    assert (len(page.items), page.has_more) == (2, True)


def test_a_write_whose_answer_is_lost_is_sent_again_and_done_once(
    exodrive: ExoDrive, line: Line, fleet: Fleet, database: Database
) -> None:
    quote = quoted(exodrive, fleet)
    line.cuts = 1
    held = exodrive.booking.hold(quote_id=quote.id, **DRIVER)
    (_, first), (_, again) = line.sent[-2:]
    assert first == again
    assert first is not None
    assert count(database, "booking") == 1
    assert exodrive.with_key(held.token).booking.get(booking_id=held.id).reference == held.reference


def test_an_own_key_is_kept(exodrive: ExoDrive, line: Line, fleet: Fleet) -> None:
    first = quoted(exodrive, fleet, idempotency_key="order-1")
    assert quoted(exodrive, fleet, idempotency_key="order-1") == first
    with pytest.raises(errors.IdempotencyKeyReused):
        quoted(exodrive, fleet, idempotency_key="order-1", young_driver=True)


def test_an_outage_is_waited_out(exodrive: ExoDrive, line: Line) -> None:
    line.outages = 3
    assert exodrive.location.list().locations
    assert len(line.sent) == 4


def test_patience_has_an_end(exodrive: ExoDrive, line: Line, fleet: Fleet) -> None:
    line.outages = 4
    with pytest.raises(ExoDriveError) as told:
        exodrive.location.list()
    assert (told.value.status, told.value.code, told.value.retry_after) == (503, "http_503", 0)
    line.cuts = 4
    with pytest.raises(Unreachable) as lost:
        quoted(exodrive, fleet)
    assert lost.value.idempotency_key == line.sent[-1][1]
    assert len(line.sent) == 8


def test_the_limit_says_how_long_to_wait(line: Line) -> None:
    with ExoDrive(line.url, retries=Retries(attempts=1)) as hasty:
        for _ in range(30):
            with pytest.raises(errors.NotFound):
                hasty.booking.hold(quote_id=uuid4(), **DRIVER)
        with pytest.raises(errors.RateLimited) as told:
            hasty.booking.hold(quote_id=uuid4(), **DRIVER)
    assert told.value.retry_after is not None
    assert 0 < told.value.retry_after <= 60


def test_times_between_attempts() -> None:
    retries = Retries(attempts=4, first=1, longest=3, patience=30)

    def told(status: int, code: str = "x", retry_after: float | None = None) -> ExoDriveError:
        return ExoDriveError({"status": status, "code": code}, retry_after=retry_after)

    for attempt, most in ((1, 1), (2, 2), (3, 3)):
        waits = [retries.wait(attempt, told(503)) for _ in range(50)]
        assert all(wait is not None and 0 <= wait <= most for wait in waits)
        assert len(set(waits)) > 1
    asked = retries.wait(1, told(429, retry_after=20))
    assert asked is not None
    assert 20 <= asked <= 21
    assert retries.wait(1, told(409, "idempotency_key_in_flight")) is not None
    never = [(4, told(503)), (1, told(429, retry_after=31)), (1, told(500)), (1, told(409, "car_taken"))]
    assert [retries.wait(*each) for each in never] == [None] * 4


def test_a_client_of_an_older_day_reads_what_is_new() -> None:
    band = {"code": "PIN", "label": "A", "max_miles": 5, "fee": 1, "not_yet_known": True}
    assert decode(models.Band, band).max_miles == 5
    assert decode(models.Day, {"day": "2026-06-10", "state": "haunted"}).day == date(2026, 6, 10)
    told = {"code": "not_yet_known", "status": 409, "title": "No", "detail": "No."}
    unknown = error_of(told, {"Retry-After": "Wed, 01 Jan 2020 00:00:00 GMT"})
    assert (type(unknown), unknown.code, unknown.retry_after) == (ExoDriveError, "not_yet_known", 0)


def test_instants_have_a_zone() -> None:
    assert encode(datetime(2026, 6, 1, 12, tzinfo=UTC)) == "2026-06-01T12:00:00+00:00"
    with pytest.raises(ValueError, match="no time zone"):
        encode(datetime.fromisoformat("2026-06-01T12:00:00"))


def test_http_of_ones_own_stays_open(line: Line) -> None:
    with httpx.Client() as http:
        with ExoDrive(line.url, http=http) as client:
            client.location.list()
        assert not http.is_closed


def test_asyncio(line: Line, fleet: Fleet, database: Database, keys: Keys) -> None:
    key = keys.issue(Scope.QUOTES_WRITE, Scope.BOOKINGS_WRITE, Scope.BOOKINGS_READ)
    make_car(database, fleet.location, plate="EXO 2")

    async def journey() -> None:
        async with AsyncExoDrive(line.url, key, retries=AT_ONCE) as client:
            assert len([one async for one in client.car.search.all(limit=1)]) == 2
            line.cuts = 1
            quote = await client.quote.create(
                car=fleet.car.slug, pick_up_location=fleet.location.slug, **DAYS
            )
            held = await client.booking.hold(quote_id=quote.id, **DRIVER)
            async with client.batch() as batch:
                booking = batch.booking.get(booking_id=held.id)
                nothing = batch.booking.get(booking_id=uuid4())
            assert booking.value.state == "held"
            assert isinstance(nothing.error, errors.NotFound)
            assert [one.id async for one in client.booking.list.all()] == [held.id]
            with pytest.raises(errors.QuoteUsed):
                await client.booking.hold(quote_id=quote.id, **DRIVER | {"email": "kim@example.com"})

    with ThreadPoolExecutor(1) as thread:  # the browser tests keep a loop of their own in the main one
        thread.submit(asyncio.run, journey()).result()
    assert count(database, "quote") == 1
