"""The Python client against the application: what it promises beyond the types."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from operator import attrgetter
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from exodrive.core.db import Database
from exodrive.services.partner.contracts import IssueToken, Scope
from exodrive.services.partner.tokens import TokenService
from exodrive_client import (
    AsyncExoDrive,
    ExoDrive,
    ExoDriveError,
    NotChosen,
    NotModified,
    NotSent,
    Retries,
    Unreachable,
    errors,
    models,
    refusals,
)
from exodrive_client.connection import error_of
from exodrive_client.wire import decode, encode
from tests.api.clients.conftest import Line
from tests.api.conftest import Fleet, Keys
from tests.factories import make_car

AT_ONCE = Retries(first=0.001, longest=0.001)
DAYS: Any = {
    "pick_up_date": date(2026, 6, 10),
    "pick_up_time": time(10),
    "return_date": date(2026, 6, 12),
    "return_time": time(10),
}
DRIVER: Any = {
    "name": "Alex Morgan",
    "email": "alex@example.com",
    "phone": "+1 310 555 0100",
    "birth_date": date(1990, 5, 4),
    "licence_number": "D1234567",
    "licence_country": "US",
    "consent": True,
}


@pytest.fixture
def exodrive(line: Line) -> Iterator[ExoDrive]:
    """A client without a key."""
    with ExoDrive(line.url, retries=AT_ONCE) as client:
        yield client


def quoted(client: ExoDrive, fleet: Fleet, **over: Any) -> models.Quote:
    return client.quote.create(car=fleet.car.slug, pick_up_location=fleet.location.slug, **(DAYS | over))


def count(database: Database, table: str) -> int:
    with database.read() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


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


def test_fields_choose_a_part(exodrive: ExoDrive, fleet: Fleet) -> None:
    car = exodrive.car.get(car=fleet.car.slug, fields=["slug", "location.name"])
    assert (car.slug, car.location.name) == (fleet.car.slug, fleet.location.name)
    for missing in ("daily_rate", "location.slug"):
        with pytest.raises(NotChosen, match=missing.rpartition(".")[2]):
            attrgetter(missing)(car)
    with pytest.raises(AttributeError, match=r"there is no Car\.daily_rat"):
        attrgetter("daily_rat")(car)
    assert repr(car) == f"Car(slug={car.slug!r}, location={car.location!r})"
    (one,) = exodrive.car.search.all(fields=["slug"])
    assert repr(one) == f"OfferedCar(slug={fleet.car.slug!r})"
    with exodrive.batch() as batch:
        part = batch.car.get(car=fleet.car.slug, fields=["slug"])
        whole = batch.car.get(car=fleet.car.slug)
    assert (part.value.slug, whole.value.slug) == (fleet.car.slug, fleet.car.slug)
    assert not hasattr(part.value, "daily_rate")
    with pytest.raises(errors.Invalid) as told:
        exodrive.car.get(car=fleet.car.slug, fields=())
    assert "fields" in told.value.fields


def test_what_has_not_changed_is_not_told_again(exodrive: ExoDrive, fleet: Fleet) -> None:
    slug = fleet.car.slug
    car, found = exodrive.car.get(car=slug), exodrive.car.search(fields=["slug"])
    with pytest.raises(NotModified):
        exodrive.car.get(car=slug, unless=car)
    with pytest.raises(NotModified):
        exodrive.car.search(fields=["slug"], unless=found)
    assert exodrive.car.search(unless=found).items[0].seats == fleet.car.seats
    quote = quoted(exodrive, fleet)
    assert exodrive.quote.get(quote_id=quote.id, unless=quote) == quote
    before = exodrive.car.availability(car=slug, first=date(2026, 6, 1))
    exodrive.booking.hold(quote_id=quote.id, **DRIVER)
    assert exodrive.car.availability(car=slug, first=date(2026, 6, 1), unless=before) != before


def test_a_change_is_of_the_version_that_was_seen(line: Line, fleet: Fleet, get: Any, keys: Keys) -> None:
    key = get(TokenService).make(IssueToken(name="script"), keys.manager).secret
    with ExoDrive(line.url, key, retries=AT_ONCE) as staff:
        seen = staff.admin.car.get(car_id=fleet.car.id)
        now = staff.admin.car.change(car_id=seen.id, version=seen.version, colour="Racing green")
        assert (now.colour, now.version) == ("Racing green", seen.version + 1)
        with pytest.raises(errors.VersionChanged) as told:
            staff.admin.car.change(car_id=seen.id, version=seen.version, colour="Raven black")
        assert told.value.version == now.version
        assert staff.admin.car.get(car_id=seen.id, unless=seen) == now


def test_a_batch_answers_each_call(exodrive: ExoDrive, line: Line, fleet: Fleet, database: Database) -> None:
    with exodrive.batch() as batch:
        car = batch.car.get(car=fleet.car.slug)
        nothing = batch.car.get(car="no-such-car")
        quote = batch.quote.create(car=fleet.car.slug, pick_up_location=fleet.location.slug, **DAYS)
        with pytest.raises(NotSent):
            _ = car.value
    assert car.value.location.slug == fleet.location.slug
    assert isinstance(nothing.error, errors.NotFound)
    with pytest.raises(errors.NotFound):
        _ = nothing.value
    assert (quote.error, quote.value.car) == (None, fleet.car.slug)
    assert [path for path, _ in line.sent] == ["/api/v1/batch"]


def test_a_batch_larger_than_a_request_is_sent_in_several(
    exodrive: ExoDrive, line: Line, fleet: Fleet
) -> None:
    names = [fleet.car.slug if place % 3 else f"none-{place}" for place in range(23)]
    with exodrive.batch() as batch:
        calls = [batch.car.get(car=name) for name in names]
    assert [path for path, _ in line.sent] == ["/api/v1/batch"] * 3
    found = [None if call.error else call.value.slug for call in calls]
    assert found == [name if name == fleet.car.slug else None for name in names]


def test_a_batch_goes_on_where_it_was_refused(line: Line, fleet: Fleet, database: Database) -> None:
    with ExoDrive(line.url, retries=Retries(attempts=1), batch_size=1) as client:
        batch = client.batch()
        first = batch.car.get(car=fleet.car.slug)
        quote = batch.quote.create(car=fleet.car.slug, pick_up_location=fleet.location.slug, **DAYS)
        line.cuts = 1
        with pytest.raises(Unreachable):
            batch.send()
        with pytest.raises(NotSent):
            _ = first.value
        batch.send()
        batch.send()
    assert (first.value.slug, quote.value.car) == (fleet.car.slug, fleet.car.slug)
    assert (len(line.sent), count(database, "quote")) == (3, 1)


def test_a_batch_that_fails_on_the_way_is_not_sent(exodrive: ExoDrive, line: Line) -> None:
    def fail() -> None:
        with exodrive.batch() as batch:
            batch.location.list()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert line.sent == []


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


def test_a_batch_whose_answer_is_lost_is_done_once(
    exodrive: ExoDrive, line: Line, fleet: Fleet, database: Database
) -> None:
    line.cuts = 1
    with exodrive.batch() as batch:
        quote = batch.quote.create(car=fleet.car.slug, pick_up_location=fleet.location.slug, **DAYS)
    assert quote.value.total > 0
    assert (len(line.sent), count(database, "quote")) == (2, 1)


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
