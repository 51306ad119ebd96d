"""SQL of rates. Everything that a price needs comes in one round trip; statements are made once, at import."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from exodrive.core.db import ask
from exodrive.services.pricing.contracts import Adjustment, BandView, Charge, ExtraView, YoungDriverView
from exodrive.services.pricing.day_rates import SeasonRate, Tier
from exodrive.services.pricing.rates import ExtraRow, Offers, PriceList, PromoRow, Rates, ScopedSeason

# Narrowest first, then the later start: of several seasons on a date the first counts.
_SEASONS = """(
    SELECT jsonb_agg(jsonb_build_object(
        'label', s.label, 'car_id', s.car_id, 'location_id', s.location_id, 'starts_on', s.starts_on,
        'ends_on', s.ends_on, 'adjustment', s.adjustment, 'value', s.value)
        ORDER BY s.car_id IS NULL, s.location_id IS NULL, s.starts_on DESC, s.id DESC)
    FROM season s WHERE {which}
) AS seasons"""
_TIERS = (
    "(SELECT jsonb_agg(jsonb_build_array(from_day, discount) ORDER BY from_day) FROM long_stay_tier) AS tiers"
)
_ONE_WAY = """(
    SELECT jsonb_agg(jsonb_build_array(from_location_id, to_location_id, fee)) FROM one_way_fee {which}
) AS one_way"""

_PRICE_LIST = f"""SELECT {_SEASONS.format(which="s.car_id IS NULL AND s.ends_on >= %(since)s")}, {_TIERS},
    {_ONE_WAY.format(which="")}, ARRAY(
        SELECT DISTINCT car_id FROM season WHERE car_id IS NOT NULL AND ends_on >= %(since)s
    ) AS own"""  # noqa: S608  constants
_OWN_SEASONS = "SELECT " + _SEASONS.format(
    which="s.starts_on <= %(last)s AND s.ends_on >= %(first)s AND s.car_id = ANY(%(cars)s)"
)
_OF_CAR = """s.starts_on <= %(last)s AND s.ends_on >= %(first)s AND (s.car_id IS NULL OR s.car_id = %(car)s)
    AND (s.location_id IS NULL OR s.location_id = %(home)s)"""
_CAR_RATES = f"""SELECT {_SEASONS.format(which=_OF_CAR)}, {_TIERS},
    {_ONE_WAY.format(which="WHERE from_location_id = %(home)s AND to_location_id = %(back)s")},
    (SELECT jsonb_build_object('below_age', below_age, 'per_day', per_day)
     FROM young_driver_fee WHERE location_id = %(home)s) AS young_driver,
    (SELECT jsonb_agg(jsonb_build_object('location_id', location_id, 'code', code, 'label', label,
                                         'max_miles', max_miles, 'fee', fee))
     FROM delivery_band WHERE location_id IN (%(home)s, %(back)s) AND code = ANY(%(bands)s)) AS bands,
    (SELECT jsonb_agg(to_jsonb(extra)) FROM extra WHERE active AND code = ANY(%(extras)s)) AS extras,
    (SELECT to_jsonb(promo_code) || jsonb_build_object('used', CASE WHEN limit_total IS NULL THEN 0 ELSE
        (SELECT count(*) FROM promo_redemption WHERE promo_code_id = promo_code.id) END)
     FROM promo_code WHERE code = %(promo_code)s) AS promo"""  # noqa: S608  constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A rental as far as rates go: which car, from where to where, on which dates (both included)."""

    car: UUID
    home: UUID
    back: UUID
    first: date
    last: date


def price_list(connection: Connection, since: date) -> PriceList:
    """What lists are priced by, without what ended before `since`."""
    [row] = ask(connection, _PRICE_LIST, {"since": since})
    return PriceList(_rates(row), frozenset(row["own"]))


def own_seasons(
    connection: Connection, cars: Sequence[UUID], first: date, last: date
) -> tuple[ScopedSeason, ...]:
    """The seasons that are for these cars alone and touch those dates."""
    [row] = ask(connection, _OWN_SEASONS, {"cars": list(cars), "first": first, "last": last})
    return _seasons(row)


def car_rates(
    connection: Connection,
    scope: Scope,
    *,
    bands: Sequence[str],
    extras: Sequence[str],
    promo_code: str | None,
) -> tuple[Rates, Offers]:
    """Rates for one car, and what was chosen beside it."""
    chosen = {"bands": list(bands), "extras": list(extras), "promo_code": promo_code}
    [row] = ask(connection, _CAR_RATES, asdict(scope) | chosen)
    return _rates(row), _offers(row)


def _rates(row: Mapping[str, Any]) -> Rates:
    return Rates(
        seasons=_seasons(row),
        tiers=tuple(Tier(from_day, discount) for from_day, discount in row["tiers"] or ()),
        one_way={(UUID(start), UUID(end)): fee for start, end, fee in row["one_way"] or ()},
    )


def _seasons(row: Mapping[str, Any]) -> tuple[ScopedSeason, ...]:
    return tuple(_season(one) for one in row["seasons"] or ())


def _season(row: Mapping[str, Any]) -> ScopedSeason:
    return ScopedSeason(
        car_id=UUID(row["car_id"]) if row["car_id"] else None,
        location_id=UUID(row["location_id"]) if row["location_id"] else None,
        rate=SeasonRate(
            label=row["label"],
            starts_on=date.fromisoformat(row["starts_on"]),
            ends_on=date.fromisoformat(row["ends_on"]),
            adjustment=Adjustment(row["adjustment"]),
            value=row["value"],
        ),
    )


def _offers(row: Mapping[str, Any]) -> Offers:
    young, promo = row["young_driver"], row["promo"]
    return Offers(
        young_driver=YoungDriverView(**young) if young else None,
        bands={(UUID(band["location_id"]), band["code"]): _band(band) for band in row["bands"] or ()},
        extras={one["code"]: ExtraRow(_extra(one), one["taxable"]) for one in row["extras"] or ()},
        promo=_promo(promo) if promo else None,
    )


def _band(row: Mapping[str, Any]) -> BandView:
    return BandView(code=row["code"], label=row["label"], max_miles=row["max_miles"], fee=row["fee"])


def _extra(row: Mapping[str, Any]) -> ExtraView:
    values = {name: row[name] for name in ExtraView.__dataclass_fields__}
    return ExtraView(**values | {"charge": Charge(row["charge"])})


def _promo(row: Mapping[str, Any]) -> PromoRow:
    return PromoRow(
        id=UUID(row["id"]),
        code=row["code"],
        adjustment=Adjustment(row["adjustment"]),
        value=row["value"],
        currency=row["currency"],
        starts_at=datetime.fromisoformat(row["starts_at"]),
        ends_at=datetime.fromisoformat(row["ends_at"]),
        limit_total=row["limit_total"],
        used=row["used"],
    )
