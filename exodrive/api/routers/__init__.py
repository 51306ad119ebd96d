"""The procedures, a module a subject."""

import importlib
import pkgutil


def load() -> None:
    """Have every procedure register itself."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
