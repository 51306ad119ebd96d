"""What each procedure answered to its first example on the demo fleet: real answers, shortened, to be shown."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import orjson


@cache
def _answers() -> dict[str, Any]:
    answers: dict[str, Any] = orjson.loads(files("exodrive.api").joinpath("answers.json").read_bytes())
    return answers


def answer_of(name: str) -> Any:
    """The answer of a procedure, None where none is recorded yet."""
    return _answers().get(name)


def in_json(name: str) -> str:
    """The answer of a procedure as people read it, nothing where none is recorded yet."""
    answer = answer_of(name)
    return "" if answer is None else json.dumps(answer, indent=2, ensure_ascii=False)
