"""Pages and their fragments, and how amounts, instants and lengths of time are written in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from flask import Flask, Response, make_response, render_template
from flask_babel import Babel, get_locale, ngettext
from htmx_flask import Htmx, request
from jinja2 import StrictUndefined
from jinja2_fragments.flask import render_block

from exodrive.http.assets import asset
from exodrive.http.context import request_id
from exodrive.http.fields import label
from exodrive.settings import Settings

_SOURCE = "en"
LANGUAGES = (_SOURCE,)
_FORMATS = {
    "date": "EEE, MMM d, y",
    "day": "EEE, MMM d",
    "time": "h:mm a",
    "moment": "EEE, MMM d, h:mm a",
    "full": "EEEE, MMMM d, y 'at' h:mm a",
    "clock": "h:mm a",
    "iso": "yyyy-MM-dd'T'HH:mm:ssxxx",
}

_ZONED = frozenset({"full", "clock"})


@dataclass(frozen=True, slots=True)
class Business:
    """What every template may know of the settings: never the settings themselves, which hold secrets."""

    name: str
    email: str
    phone: str
    address: str
    development: bool


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page: not for boosted links, nor when it rebuilds its history."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """The whole page, or for an htmx request its Jinja block called `fragment`."""
    if fragment is not None and wants_fragment():
        return make_response(render_block(template, fragment, **context), status)
    return make_response(render_template(template, **context), status)


def language() -> Locale:
    """The language of this request; English where there is none."""
    return get_locale() or Locale("en")


def money(amount: int, currency: str) -> str:
    """`amount` minor units as people write it, with no decimals where they are zero: $890, $1,234.50, KWD 12.345."""
    return _written(amount, currency, str(language()))


@lru_cache(maxsize=4096)
def _written(amount: int, currency: str, locale: str) -> str:
    """Kept, since a page of results asks for the same few dozen amounts again and again."""
    digits = get_currency_precision(currency)
    exact = Decimal(amount).scaleb(-digits)
    decimals = "" if exact == exact.to_integral_value() else "." + "0" * digits
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern).replace(".00", decimals)
    if get_currency_symbol(currency, locale)[-1].isalpha():  # CLDR's alphaNextToCurrency, which babel skips
        pattern = pattern.replace("¤#", "¤\u00a0#")
    return format_currency(exact, currency, format=pattern, locale=locale, currency_digits=False)


def local(instant: datetime, zone: str, style: str = "moment") -> str:
    """An instant by the clock on the wall of `zone`; `style` is one of date, day, time, moment, full, clock, iso, or
    a pattern of CLDR. `full` and `clock` name the zone as people there call it: BST, where CLDR's English has +0100."""
    there = instant.astimezone(ZoneInfo(zone))
    text = format_datetime(there, _FORMATS.get(style, style), tzinfo=there.tzinfo, locale=language())
    return f"{text} {zone_name(there)}" if style in _ZONED else text


def zone_name(local: datetime) -> str:
    """What the zone of a local instant is called: PDT, GMT; zones without a name call themselves UTC+04."""
    name = local.tzname() or ""
    return f"UTC{name}" if name[:1] in "+-" else name


def duration(length: timedelta | int) -> str:
    """A length of time (an int counts minutes) in days, hours and minutes, the two largest of them."""
    minutes = length if isinstance(length, int) else int(length.total_seconds()) // 60
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = [
        *([ngettext("%(num)d day", "%(num)d days", days)] if days else []),
        *([ngettext("%(num)d hour", "%(num)d hours", hours)] if hours else []),
        *([ngettext("%(num)d minute", "%(num)d minutes", minutes)] if minutes or not (days or hours) else []),
    ]
    return " ".join(parts[:2])


def install(app: Flask, settings: Settings) -> None:
    """Templates, their language, filters and the names that every one of them knows."""
    Htmx(app)
    Babel(
        app,
        default_locale="en",
        locale_selector=lambda: request.accept_languages.best_match(LANGUAGES) or "en",
    )
    if LANGUAGES == (_SOURCE,):  # nothing to look up
        app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # of the i18n extension
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(money=money, local=local, duration=duration, label=label, asset=asset)
    app.jinja_env.globals.update(asset=asset)

    business = Business(
        name=settings.business_name,
        email=settings.support_email,
        phone=settings.support_phone,
        address=settings.base_url,
        development=not settings.production,
    )

    @app.context_processor
    def known_everywhere() -> dict[str, Any]:
        return {"business": business, "request_id": request_id()}
