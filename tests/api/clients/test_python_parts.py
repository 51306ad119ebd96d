"""The Python client where it asks for less, for several things at once, or for what it has seen."""

from datetime import date
from operator import attrgetter
from typing import Any

import pytest

from exodrive.core.db import Database
from exodrive.services.partner.contracts import IssueToken
from exodrive.services.partner.tokens import TokenService
from exodrive_client import ExoDrive, NotChosen, NotModified, NotSent, Retries, Unreachable, errors
from tests.api.clients.calling import AT_ONCE, DAYS, DRIVER, count, quoted
from tests.api.clients.conftest import Line
from tests.api.conftest import Fleet, Keys


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


def test_a_batch_whose_answer_is_lost_is_done_once(
    exodrive: ExoDrive, line: Line, fleet: Fleet, database: Database
) -> None:
    line.cuts = 1
    with exodrive.batch() as batch:
        quote = batch.quote.create(car=fleet.car.slug, pick_up_location=fleet.location.slug, **DAYS)
    assert quote.value.total > 0
    assert (len(line.sent), count(database, "quote")) == (2, 1)
