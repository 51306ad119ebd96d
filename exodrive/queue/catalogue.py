"""Every kind of job, as people read it: the second half of docs/jobs.md is made here."""

import dataclasses
import inspect
from collections.abc import Iterator
from datetime import timedelta
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from exodrive.core import ledger
from exodrive.core.ledger import JobKind, Policy
from exodrive.queue import workers  # noqa: F401  makes every kind known
from exodrive.queue.schedule import SCHEDULE
from exodrive.services.job.rhythm import in_words
from exodrive.services.job.rules import KEPT

BEGIN, END = "<!-- made by `exodrive jobs --into docs/jobs.md` -->\n", "<!-- end of what is made -->\n"


def jobs_table() -> str:
    """Markdown: a table for each queue, in which each kind has its row."""
    kinds = sorted(
        (kind for kind in ledger.kinds().values() if kind.payload.__module__.startswith("exodrive.")),
        key=lambda kind: (kind.policy.queue, kind.name),
    )
    kept = ", ".join(f"{state.value} ones {period.days} days" for state, period in KEPT.items())
    lines = [f"After their end, jobs and their attempts are kept: {kept}."]
    for queue in dict.fromkeys(kind.policy.queue for kind in kinds):
        lines += ["", f"### Queue `{queue}`", "", "| kind | payload | is run |", "|---|---|---|"]
        lines += [_row(kind) for kind in kinds if kind.policy.queue == queue]
    return "\n".join(lines) + "\n"


def put_into(document: str) -> str:
    """A document with the part between the marks made anew. Raises ValueError where it has no marks."""
    head, begin, rest = document.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError("the document has no place for it")
    return f"{head}{BEGIN}\n{jobs_table()}\n{END}{tail}"


def _row(kind: JobKind) -> str:
    does = " ".join((inspect.getdoc(kind.payload) or "").partition("\n\n")[0].split())
    about = f"<br>about: {kind.subject.removesuffix('_id')}" if kind.subject else ""
    return f"| **`{kind.name}`**<br>{does}{about} | {_payload(kind)} | {'; '.join(_run(kind))} |"


def _payload(kind: JobKind) -> str:
    hints = get_type_hints(kind.payload)
    fields = [f"`{spec.name}`: {_type(hints[spec.name])}" for spec in dataclasses.fields(kind.payload)]
    version = [f"version {kind.version}"] if kind.version > 1 else []
    return "<br>".join(fields + version) or "nothing"


def _type(hint: Any) -> str:
    inner = [_type(part) for part in get_args(hint) if part is not NoneType]
    if isinstance(hint, UnionType):
        return " or ".join([*inner, "nothing"] if NoneType in get_args(hint) else inner)
    if get_origin(hint) is not None:
        return f"{get_origin(hint).__name__} of {', '.join(inner)}"
    return str(getattr(hint, "__name__", hint))


def _run(kind: JobKind) -> Iterator[str]:
    policy = kind.policy
    recurring = [entry for entry in SCHEDULE if entry.kind == kind.name]
    yield from (f"**{entry.rhythm}**" for entry in recurring)
    yield f"priority {policy.priority}"
    yield (
        f"{policy.max_attempts} attempts, {_pauses(policy)} apart" if policy.max_attempts > 1 else "1 attempt"
    )
    yield f"{_words(policy.time_limit)} at most"
    if policy.per_minute is not None:
        yield f"{policy.per_minute} a minute"
    if policy.needs is not None:
        yield f"waits for {policy.needs.value}"
    if policy.expires_after is not None:
        yield f"dead when {_words(policy.expires_after)} late"


def _pauses(policy: Policy) -> str:
    if policy.pauses:
        return ", ".join(_words(pause) for pause in policy.pauses)
    return f"{_words(policy.first_retry)} doubling to {_words(policy.longest_retry)}"


def _words(seconds: float) -> str:
    return f"{seconds:g} seconds" if seconds % 1 else in_words(timedelta(seconds=seconds))
