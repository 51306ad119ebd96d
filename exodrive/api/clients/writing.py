"""Writing the generated files of all clients."""

from pathlib import Path, PurePosixPath

from jinja2 import Environment, PackageLoader, StrictUndefined

from exodrive.api.clients import python, typescript
from exodrive.api.clients.surface import Surface, pascal


def files() -> dict[PurePosixPath, str]:
    """Every generated file, by its path below the folder of the clients."""
    surface = Surface()
    templates = Environment(  # noqa: S701  what is made is code, no page
        loader=PackageLoader("exodrive.api.clients"), undefined=StrictUndefined, keep_trailing_newline=True
    )
    templates.filters["pascal"] = pascal
    made = python.files(surface, templates) | typescript.files(surface, templates)
    return {path: text.rstrip() + "\n" for path, text in made.items()}


def write(into: Path) -> None:
    """Write them into the folder of the clients."""
    for path, text in files().items():
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
