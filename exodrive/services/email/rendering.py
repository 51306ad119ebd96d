"""From templates to subject, HTML and text."""

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

import mrml
from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from markupsafe import Markup, escape

from exodrive import resources
from exodrive.services.email import formats
from exodrive.services.email.contracts import MailedPlace, RenderedMail
from exodrive.settings import Settings

_NO_FONTS = mrml.RenderOptions(fonts={})  # mrml's default fetches faces from a third party
# What XML 1.0 cannot hold, and no mail needs: control characters, lone surrogates.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANK_LINES = re.compile(r"\n{3,}")
# Fills the preview line of mail programs, so that they do not go on with the body's first words.
_PREHEADER_PADDING = Markup("&#847;&#8204;&#160;" * 60)  # noqa: S704  a constant of our own
_DEFAULT_LOCALE = "en"


class MailRenderer:
    """Renders `templates/email/<name>.mjml.j2` and `<name>.txt.j2`; the subject is the block `subject` of the text.

    Everything that the context holds is text: it is escaped in the HTML and taken as it is in the text. A name that a
    template uses and the context lacks raises, so that no half-empty mail goes out."""

    def __init__(self, settings: Settings) -> None:
        self._business = {
            "name": settings.business_name,
            "url": settings.base_url,
            "email": settings.support_email,
            "phone": settings.support_phone,
        }

    def render(self, name: str, locale: str = _DEFAULT_LOCALE, **context: Any) -> RenderedMail:
        """The mail `name` in `locale`, in English where that is not spoken here."""
        spoken = _spoken(locale)
        plain, rich = _environment(spoken, rich=False), _environment(spoken, rich=True)
        values: dict[str, Any] = {**context, "business": self._business, "locale": spoken}
        subject = formats.one_line(render_block(plain, f"{name}.txt.j2", "subject", **values))
        text = plain.get_template(f"{name}.txt.j2").render(values)
        mjml = rich.get_template(f"{name}.mjml.j2").render(
            values, subject=subject, preheader_padding=_PREHEADER_PADDING
        )
        return RenderedMail(subject=subject, html=_to_html(mjml), text=_tidy(text))


def _to_html(mjml: str) -> str:
    output = mrml.to_html(_UNWRITABLE.sub("", mjml), None, _NO_FONTS)
    return str(output.content)


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in _UNWRITABLE.sub("", text).splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip() + "\n"


def _spoken(locale: str) -> str:
    try:
        return str(Locale.parse(locale.replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        return _DEFAULT_LOCALE


@lru_cache(maxsize=32)
def _environment(locale: str, *, rich: bool) -> Environment:
    """`rich` escapes. The choice is the environment's and not a file's, since a macro escapes by the rule of the file
    that it was compiled in and is trusted by the one that calls it."""
    environment = Environment(
        loader=FileSystemLoader(resources.path("templates") / "email"),
        autoescape=rich,  # noqa: S701  off for plain text only
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    translations = Translations.load(str(resources.path("translations")), [locale])
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    environment.filters.update(_filters(locale))
    return environment


def _filters(locale: str) -> Mapping[str, Any]:
    return {
        "money": partial(formats.money, locale=locale),
        "day": partial(formats.day, locale=locale),
        "clock": partial(formats.clock, locale=locale),
        "moment": partial(formats.moment, locale=locale),
        "hours": partial(formats.hours, locale=locale),
        "number": partial(format_decimal, locale=locale),
        "town": _town,
        "paragraphs": _paragraphs,
    }


def _town(place: MailedPlace) -> str:
    """The last line of an address: "Los Angeles, CA 90069"."""
    region = " ".join(part for part in (place.region, place.postal_code) if part)
    return ", ".join(part for part in (place.city, region) if part)


def _paragraphs(text: str) -> Markup:
    """Line breaks as the writer made them."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())
