"""Typesetting: a template and data become a PDF, the same bytes for the same data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import typst

from exodrive import resources
from exodrive.core import observe
from exodrive.core.errors import ExodriveError

log = observe.logger(__name__)

_PAGE = "document/_page.typ"
_NO_GLYPH = "could not be displayed"


class TypesettingFailed(ExodriveError):
    """A template does not fit its data."""

    code = "typesetting_failed"


class Typesetter:
    """Sets documents in the faces of the house, and what those lack in the fonts that typst carries, whatever fonts
    the machine has."""

    def __init__(self) -> None:
        self._folder = resources.path("templates")
        self._fonts = str(resources.path("static") / "fonts" / "print")

    def set(self, template: str, data: Mapping[str, Any], *, dated: datetime) -> bytes:
        """A PDF/A-2b, that tells `dated` as its date. Words reach the template as data and are never read as
        markup. Where the fonts have no sign for a letter, which the standard forbids, a plain PDF shows a box in its
        place. Raises `TypesettingFailed`."""
        files = {
            "main.typ": (self._folder / template).read_bytes(),
            "_page.typ": (self._folder / _PAGE).read_bytes(),
        }
        date = {part: getattr(dated, part) for part in ("year", "month", "day", "hour", "minute", "second")}
        told = orjson.dumps(plain(dict(data) | {"date": date})).decode()
        try:
            return _compiled(files, self._fonts, told, ["a-2b"])
        except typst.TypstError as error:
            if _NO_GLYPH not in str(error):
                raise TypesettingFailed(f"The template {template} does not fit its data.") from error
        log.info("document.no_glyph", template=template)
        try:
            return _compiled(files, self._fonts, told, [])
        except typst.TypstError as error:
            raise TypesettingFailed(f"The template {template} does not fit its data.") from error


def plain(value: Any) -> Any:
    """The same data without letters that are not seen but change what is: controls, and marks of direction."""
    match value:
        case str():
            return "".join(letter for letter in " ".join(value.split()) if letter.isprintable())
        case Mapping():
            return {key: plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
    return value


def _compiled(files: dict[str, bytes], fonts: str, data: str, standards: Any) -> bytes:
    made = typst.compile(  # type: ignore[call-overload]  # its stub does not know of files given by name
        files,
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=standards,
        font_paths=[fonts],
        ignore_system_fonts=True,
    )
    if not isinstance(made, bytes):
        raise TypesettingFailed("The template is not one document.")
    return made
