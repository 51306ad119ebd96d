"""Quotes on a real database: what is stored is what was shown, and every option and reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from exodrive.core.cache import AnswerCache
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.services.car.contracts import CarCard, CarFilter
from exodrive.services.car.models import Car, Location
from exodrive.services.car.service import CatalogueService
from exodrive.services.pricing.contracts import Adjustment, Charge, ExtraChoice, PriceView, Trip
from exodrive.services.pricing.errors import TripImpossible
from exodrive.services.pricing.models import (
    DeliveryBand,
    Extra,
    LongStayTier,
    OneWayFee,
    PromoCode,
    Season,
    YoungDriverFee,
)
from exodrive.services.pricing.service import QuoteService
from tests.factories import NOW, add, make_car, make_location
from tests.services.pricing.data import asked
from tests.statements import statements


def amounts(price: PriceView) -> dict[str, int]:
    return {line.code: line.amount for line in price.lines}


def test_a_plain_price(quotes: QuoteService, car: Car) -> None:
    price = quotes.estimate(asked())
    assert (price.starts_at, price.ends_at) == (
        datetime(2026, 6, 9, 17, 0, tzinfo=UTC),
        datetime(2026, 6, 11, 17, 0, tzinfo=UTC),
    )
    assert amounts(price) == {"day": 178_000, "tax": 16_910}
    assert (price.days, price.subtotal, price.tax, price.total) == (2, 178_000, 16_910, 194_910)
    assert (price.deposit, price.currency, price.included_miles) == (500_000, "USD", 200)


def test_everything_at_once(database: Database, quotes: QuoteService, home: Location, car: Car) -> None:
    furnish(database, home)
    price = quotes.estimate(
        asked(
            return_date=date(2026, 6, 19),
            return_location="san-diego",
            extras=[ExtraChoice(code="seat", quantity=2), ExtraChoice(code="waiver")],
            delivery_band="near",
            collection_band="far",
            young_driver=True,
            promo_code=" tenth ",
        )
    )
    shown = [(line.code, line.label, line.quantity, line.unit_amount) for line in price.lines]
    assert shown == [
        ("day", "5 days", 5, 89_000),
        ("weekend_day", "4 weekend days", 4, 99_000),
        ("season_day", "Race week: 1 day", 1, 120_000),
        ("long_stay", "Long stay: 10% off 4 days", 1, -35_600),
        ("promo", "Code TENTH (10% off)", 1, -92_540),
        ("extra:seat", "Child seat × 2", 2, 6_000),
        ("extra:waiver", "Tyre waiver", 1, 9_900),
        ("delivery", "Delivery: Up to 10 miles", 1, 9_500),
        ("collection", "Collection: Up to 30 miles", 1, 22_000),
        ("one_way", "One way to San Diego", 1, 45_000),
        ("young_driver", "Young driver: 10 days", 10, 5_000),
        ("tax", "Sales tax (9.5%)", 1, 92_279),
    ]
    assert price.total == price.subtotal + price.tax == sum(line.amount for line in price.lines)
    assert (price.young_driver, price.young_driver_below, price.minimum_age) == (True, 30, 25)
    assert (price.promo_code, price.promo_problem) == ("TENTH", None)


def furnish(database: Database, home: Location) -> None:
    """One of everything that a price can have; the race week is a car-wide, dearer Monday."""
    away = make_location(database, slug="san-diego", name="San Diego")
    for row in (
        OneWayFee(from_location_id=home.id, to_location_id=away.id, fee=45_000),
        DeliveryBand(location_id=home.id, code="near", label="Up to 10 miles", max_miles=10, fee=9_500),
        DeliveryBand(location_id=away.id, code="far", label="Up to 30 miles", max_miles=30, fee=22_000),
        LongStayTier(from_day=7, discount=1_000),
        YoungDriverFee(location_id=home.id, below_age=30, per_day=5_000),
        season("Race week", date(2026, 6, 15), date(2026, 6, 15), value=120_000, location_id=home.id),
        season("All month", date(2026, 6, 15), date(2026, 6, 20), value=200_000, location_id=away.id),
        extra("seat", "Child seat", charge=Charge.PER_DAY, price=1_500, cap=6_000),
        extra("waiver", "Tyre waiver", price=9_900, taxable=False),
        promo("TENTH", Adjustment.PERCENT, 1_000),
    ):
        add(database, row)


def season(label: str, first: date, last: date, *, value: int, **over: Any) -> Season:
    values: dict[str, Any] = {
        "label": label,
        "starts_on": first,
        "ends_on": last,
        "adjustment": Adjustment.FIXED,
        "value": value,
    }
    return Season(**values | over)


def extra(code: str, label: str, **over: Any) -> Extra:
    values: dict[str, Any] = {
        "code": code,
        "label": label,
        "description": f"{label}.",
        "charge": Charge.FLAT,
        "price": 1_000,
        "cap": None,
        "currency": "USD",
        "taxable": True,
        "position": 1,
        "active": True,
    }
    return Extra(**values | over)


def promo(code: str, adjustment: Adjustment, value: int, **over: Any) -> PromoCode:
    values: dict[str, Any] = {
        "code": code,
        "adjustment": adjustment,
        "value": value,
        "currency": "USD" if adjustment is Adjustment.FIXED else None,
        "starts_at": NOW - timedelta(days=1),
        "ends_at": NOW + timedelta(days=30),
        "limit_total": None,
        "limit_per_customer": None,
    }
    return PromoCode(**values | over)


def test_a_quote_is_what_the_estimate_showed_and_stays_it(
    database: Database, quotes: QuoteService, home: Location, car: Car, clock: ManualClock
) -> None:
    furnish(database, home)
    command = asked(
        extras=[ExtraChoice(code="seat", quantity=2)],
        delivery_band="near",
        young_driver=True,
        promo_code="TENTH",
    )
    quote = quotes.quote(command)
    assert quote.expires_at == NOW + timedelta(minutes=30)
    estimate = quotes.estimate(command)
    assert all(getattr(quote, name) == getattr(estimate, name) for name in PriceView.__dataclass_fields__)
    assert quotes.get(quote.id) == quote
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE car SET daily_rate = 1, active = false"))
        connection.execute(text("UPDATE location SET active = false"))
    clock.move(timedelta(days=400))
    assert quotes.get(quote.id) == quote


def test_an_unknown_quote_or_car_is_missing(quotes: QuoteService, car: Car) -> None:
    with pytest.raises(Missing):
        quotes.get(new_id())
    with pytest.raises(Missing):
        quotes.estimate(asked(car="batmobile"))


def test_a_quote_ends_at_its_pick_up_at_the_latest(
    database: Database, quotes: QuoteService, clock: ManualClock
) -> None:
    make_car(database, make_location(database, lead_time_minutes=0), slug="ferrari-roma")
    clock.set(datetime(2026, 6, 9, 16, 50, tzinfo=UTC))
    assert quotes.quote(asked()).expires_at == datetime(2026, 6, 9, 17, 0, tzinfo=UTC)


def test_all_reasons_come_at_once_by_field(database: Database, quotes: QuoteService, home: Location) -> None:
    furnish(database, home)
    add(database, extra("euro", "Charger", currency="EUR"))
    make_location(database, slug="paris", name="Paris", zone="Europe/Paris", currency="EUR")
    make_car(database, home, slug="ferrari-roma", minimum_days=3, minimum_age=30)
    with pytest.raises(TripImpossible) as error:
        quotes.estimate(
            asked(
                pick_up_location="san-diego",
                pick_up_time=time(6),
                return_location="paris",
                extras=[
                    ExtraChoice(code="seat"),
                    ExtraChoice(code="seat"),
                    ExtraChoice(code="euro"),
                    ExtraChoice(code="jetpack"),
                ],
                delivery_band="far",
                collection_band="near",
                young_driver=True,
                promo_code="NOPE",
            )
        )
    assert error.value.message == "This trip cannot be had as asked."
    assert error.value.fields == {
        "pick_up_location": ["The Ferrari Roma is picked up at Los Angeles."],
        "pick_up_time": ["San Diego is open from 08:00 to 20:00 on Tuesdays."],
        "return_date": ["The Ferrari Roma is rented for 3 days or more."],
        "return_location": ["A car from Los Angeles cannot be returned at Paris."],
        "delivery_band": ["Los Angeles has no such delivery."],
        "collection_band": ["Paris has no such collection."],
        "extras": [
            "Child seat was chosen more than once.",
            "We have no extra “euro” for this car.",
            "We have no extra “jetpack” for this car.",
        ],
        "young_driver": ["The driver of this car must be at least 30."],
    }


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        ({"starts_at": NOW + timedelta(seconds=1)}, "This code does not count yet."),
        ({"ends_at": NOW}, "This code has expired."),
        ({"adjustment": Adjustment.FIXED, "currency": "EUR"}, "This code is for prices in EUR."),
        ({"limit_total": 0}, "This code has been used up."),
    ],
)
def test_a_code_that_does_not_count_says_why_and_the_price_stands(
    database: Database, quotes: QuoteService, car: Car, over: dict[str, Any], problem: str
) -> None:
    over = dict(over)
    add(database, promo("TENTH", over.pop("adjustment", Adjustment.PERCENT), 1_000, **over))
    quote = quotes.quote(asked(promo_code="tenth"))
    assert (quote.promo_code, quote.promo_problem, quote.total) == (None, problem, 194_910)
    assert quotes.estimate(asked(promo_code="other")).promo_problem == "We do not know this code."
    assert quotes.estimate(asked(promo_code="  ")).promo_problem is None


def test_the_narrowest_season_counts_and_the_later_start_among_equals(
    *,
    database: Database,
    quotes: QuoteService,
    catalogue: CatalogueService,
    cache: AnswerCache,
    home: Location,
    car: Car,
) -> None:
    day = date(2026, 6, 9)
    prices = []
    other = make_car(database, home)
    wanted = asked(return_date=day + timedelta(days=1))
    trip = Trip(**{name: getattr(wanted, name) for name in Trip.__dataclass_fields__})
    for value, over in (
        (101_000, {"starts_on": day - timedelta(days=9)}),
        (102_000, {"starts_on": day - timedelta(days=1)}),
        (103_000, {"location_id": home.id, "starts_on": day - timedelta(days=9)}),
        (104_000, {"car_id": car.id, "starts_on": day - timedelta(days=9)}),
        (105_000, {"car_id": car.id, "location_id": home.id, "starts_on": day - timedelta(days=9)}),
    ):
        add(database, season("Season", day, day + timedelta(days=30), value=value, **over))
        cache.make_known()
        priced = {one.id: quotes.estimate(replace(wanted, car=one.slug)) for one in (car, other)}
        assert quotes.totals(cards(catalogue), trip) == {key: one.total for key, one in priced.items()}
        prices.append(tuple(one.subtotal for one in priced.values()))
    assert prices == [
        *((value, value) for value in (101_000, 102_000, 103_000)),
        *((value, 103_000) for value in (104_000, 105_000)),
    ]


def cards(catalogue: CatalogueService) -> tuple[CarCard, ...]:
    return catalogue.find(CarFilter()).cards


def test_totals_of_a_list_are_those_of_the_quotes(
    database: Database, quotes: QuoteService, catalogue: CatalogueService, home: Location, car: Car
) -> None:
    furnish(database, home)
    away = catalogue.location("san-diego")
    with database.sessions() as session:
        there = session.get_one(Location, away.id)
    far = make_car(database, there, slug="elsewhere")
    patient = make_car(database, home, slug="patient", minimum_days=12)
    trip = Trip(**{name: getattr(asked(), name) for name in Trip.__dataclass_fields__})
    longer = replace(trip, return_date=date(2026, 6, 19))
    totals = quotes.totals(cards(catalogue), longer)
    expected = quotes.estimate(asked(return_date=date(2026, 6, 19))).total
    assert totals == {car.id: expected, patient.id: None, far.id: None}
    both = quotes.totals(cards(catalogue), trip, replace(trip, pick_up_location="san-diego"))
    assert both == {car.id: 194_910, patient.id: None, far.id: 194_910}
    one_way = replace(trip, return_location="san-diego")
    assert (
        quotes.totals(cards(catalogue), one_way)[car.id]
        == quotes.estimate(asked(return_location="san-diego")).total
    )
    back = replace(trip, pick_up_location="san-diego", return_location="los-angeles")
    assert quotes.totals(cards(catalogue), back)[far.id] is None
    past = replace(trip, pick_up_date=date(2020, 1, 1))
    assert set(quotes.totals(cards(catalogue), past).values()) == {None}


def test_a_list_costs_the_same_round_trips_whatever_its_length(
    *,
    database: Database,
    quotes: QuoteService,
    catalogue: CatalogueService,
    cache: AnswerCache,
    home: Location,
    car: Car,
) -> None:
    trip = Trip(**{name: getattr(asked(), name) for name in Trip.__dataclass_fields__})
    counts = []
    for _ in range(2):
        shown = cards(catalogue)
        with statements(database) as seen:
            quotes.totals(shown, trip)
        counts.append(len(seen))
        for _ in range(5):
            make_car(database, home)
    assert counts == [2, 0]  # the locations and the price list, once
    for one in shown:
        add(database, season("Own", date(2026, 6, 1), date(2026, 6, 30), value=1, car_id=one.id))
    cache.make_known()
    quotes.totals(shown, trip)
    with statements(database) as seen:
        assert set(quotes.totals(shown, trip).values()) == {2}
    assert len(seen) == 1  # the seasons of their own


def test_a_quote_is_one_read_and_one_write_beside_the_catalogue(
    database: Database, quotes: QuoteService, home: Location, car: Car
) -> None:
    furnish(database, home)
    with statements(database) as seen:
        quote = quotes.quote(asked(promo_code="TENTH", extras=[ExtraChoice(code="seat")]))
    ours = [
        one for one in seen if "FROM location WHERE" not in one and "FROM car WHERE car.active" not in one
    ]
    assert len(ours) == 2
    with statements(database) as seen:
        quotes.get(quote.id)
    assert len(seen) == 1


def test_resolve_knows_locations_only(database: Database, quotes: QuoteService, home: Location) -> None:
    furnish(database, home)
    trip = Trip(**{name: getattr(asked(), name) for name in Trip.__dataclass_fields__})
    assert quotes.resolve(trip).start == datetime(2026, 6, 9, 17, 0, tzinfo=UTC)
    assert quotes.days(replace(trip, return_time=time(11))) == 3
    quotes.resolve(replace(trip, return_location="san-diego"))
    with pytest.raises(TripImpossible) as error:
        quotes.resolve(
            replace(trip, pick_up_location="san-diego", return_location="los-angeles", return_time=time(6))
        )
    assert set(error.value.fields) == {"return_location", "return_time"}


def test_what_can_be_chosen(database: Database, quotes: QuoteService, home: Location) -> None:
    furnish(database, home)
    add(database, extra("old", "Road atlas", active=False))
    place, *_, there = sorted(quotes._catalogue.locations(), key=lambda one: one.slug)
    offered = quotes.options(place)
    assert [one.code for one in offered.extras] == ["seat", "waiver"]
    assert [band.code for band in offered.bands] == ["near"]
    assert [one.slug for one in offered.return_locations] == ["los-angeles", "san-diego"]
    assert offered.young_driver is not None
    assert (offered.young_driver.below_age, offered.young_driver.per_day) == (30, 5_000)
    bare = quotes.options(replace(there, currency="EUR"))
    assert (bare.extras, bare.young_driver) == ((), None)
