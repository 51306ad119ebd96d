"""Answers for the documentation, as the demo fleet gave them: `RECORD_ANSWERS=1 pytest tests/api/test_openapi.py`."""

import json
import os
from pathlib import Path
from typing import Any

import exodrive.api

INTO = Path(exodrive.api.__file__).with_name("answers.json")
_SECRET = frozenset({"token", "secret"})
_SUMS = frozenset({"lines"})


def shortened(value: Any) -> Any:
    """An answer with one entry in each list but those that add up, and without what opens something or is of a test."""
    if isinstance(value, dict):
        return {name: _inner(name, one) for name, one in value.items()}
    if isinstance(value, str):
        return value.replace("http://127.0.0.1:8000", "https://rentals.example")
    return [shortened(one) for one in value[:1]] if isinstance(value, list) else value


def _inner(name: str, value: Any) -> Any:
    if name in _SECRET and value:
        return "…"
    return value if name in _SUMS else shortened(value)


def record(answers: dict[str, Any]) -> None:
    """Write the answers by their procedures, where that is asked for."""
    if os.environ.get("RECORD_ANSWERS"):
        told = {name: shortened(answers[name]) for name in sorted(answers)}
        INTO.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
