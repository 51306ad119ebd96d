"""Where the files that are not Python are: beside the package in a checkout, inside it in the wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "_files" if (_PACKAGE / "_files").is_dir() else _PACKAGE.parent


def path(name: str) -> Path:
    """The directory `templates`, `static` or `migrations`."""
    return _ROOT / name
