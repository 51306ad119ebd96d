"""What the pages of cars share: their blueprint, and how changes and seasons are written."""

from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint
from flask_babel import gettext

from exodrive.admin.cars.amounts import MONEY
from exodrive.core.contract import schema_of
from exodrive.http.fields import label
from exodrive.http.forms import ContractForm
from exodrive.http.render import language, money
from exodrive.services.audit.story import Deed
from exodrive.services.car.desk_contracts import CreateCar
from exodrive.services.pricing.contracts import Adjustment
from exodrive.services.pricing.day_rates import percent
from exodrive.services.pricing.rate_desk_contracts import AddSeason, SeasonView

blueprint = Blueprint("cars", __name__, url_prefix="/admin/cars")

_SHORT = 60  # characters; of longer texts only that they changed is told
_FIELDS = schema_of(AddSeason).fields | schema_of(CreateCar).fields
_WORDS = frozenset({"category", "body", "transmission", "drive", "adjustment"})


def called(name: str) -> str:
    """What a particular is called."""
    spec = _FIELDS.get(name)
    return str(gettext(spec.metadata["label"])) if spec else label(name)


def written(name: str, value: Any, currency: str) -> str:
    """A particular's value for people."""
    if value in (None, "", []):
        return "–"
    if name in MONEY:
        return money(int(value), currency)
    if name in _WORDS:
        return label(str(value))
    return ", ".join(value) if isinstance(value, list) else str(value)


@blueprint.app_template_filter("car_changes")
def changes(deed: Deed, currency: str) -> list[str]:
    """What a deed changed, a line each."""
    if season := deed.data.get("season"):
        return [f"{season['label']}: {season['starts_on']} – {season['ends_on']}"]
    told = []
    for name, (before, after) in deed.data.get("changes", {}).items():
        pair = [written(name, value, currency) for value in (before, after)]
        longest = max(len(one) for one in pair)
        told.append(called(name) if longest > _SHORT else f"{called(name)}: {pair[0]} → {pair[1]}")
    return told


@blueprint.app_template_filter("season_price")
def season_price(season: SeasonView, currency: str) -> str:
    """What a day of a season costs."""
    if season.adjustment is Adjustment.FIXED:
        return money(season.value, season.currency or currency)
    return str(gettext("%(share)s of the usual price", share=percent(season.value)))


@blueprint.app_template_filter("basis_points")
def share(basis_points: int) -> str:
    """A share in per cent."""
    return percent(basis_points)


@blueprint.app_template_filter("problems")
def problems(form: ContractForm[Any]) -> list[tuple[str | None, str]]:
    """What is wrong with a form, for the summary at its head: where, and what."""
    at_fields = [(one.id, f"{one.label.text}: {' '.join(one.errors)}") for one in form.faulty]
    return [*((None, str(one)) for one in form.form_errors), *at_fields]


@blueprint.app_template_filter("plain_day")
def plain_day(day: date) -> str:
    """A day of the calendar, whatever the clock."""
    return str(format_date(day, "MMM d, y", locale=language()))
