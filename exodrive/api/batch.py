"""Several calls in one request: each with its own result or problem, each write in a transaction of its own."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import orjson

from exodrive.api.call import Answer, Call, Visit
from exodrive.api.errors import told_of
from exodrive.api.pipeline import run
from exodrive.api.procedure import Procedure, find
from exodrive.core.contract import contract, field, load, validate
from exodrive.core.db import Database
from exodrive.core.errors import Invalid, Missing


@contract
class BatchedCall:
    """One call: a procedure by name, its input, and for a write its idempotency key."""

    procedure: str = field(validate.Length(min=1, max=80))
    input: dict[str, Any] = field(default_factory=dict)
    fields: str | None = field(default=None)
    idempotency_key: str | None = field(default=None)


@contract
class Batch:
    """Calls that are carried out in this order."""

    calls: list[BatchedCall] = field(validate.Length(min=1))


@dataclass(frozen=True, slots=True)
class _Entry:
    asked: BatchedCall
    procedure: Procedure | None

    @property
    def reads(self) -> bool:
        return self.procedure is not None and not self.procedure.writes


def read(body: dict[str, Any], most: int) -> Batch:
    """The calls of a body. Raises `Invalid`, also for more than `most`."""
    batch = load(Batch, body, typed=True)
    if len(batch.calls) > most:
        raise Invalid.at("calls", f"At most {most} calls in one request.")
    return batch


def run_all(batch: Batch, version: int, visit: Visit) -> list[dict[str, Any]]:
    """The answers in the order of the calls: `status` with `value` or `problem`. Reads that follow each other see the
    same state of the database. What a call may take counts from when the batch came in."""

    def call(entry: _Entry, procedure: Procedure) -> Call:
        return Call(
            procedure=procedure,
            visit=visit,
            given=entry.asked.input,
            selected=entry.asked.fields,
            idempotency_key=entry.asked.idempotency_key,
        )

    entries = [_Entry(one, find(one.procedure, version)) for one in batch.calls]
    calls = [(entry, call(entry, entry.procedure) if entry.procedure else None) for entry in entries]
    return [_told(answer) for answer in _answers(calls, visit)]


def _answers(calls: Sequence[tuple[_Entry, Call | None]], visit: Visit) -> Iterator[Answer]:
    database = visit.container.get(Database)
    for reads, together in groupby(calls, key=lambda pair: pair[0].reads):
        with database.snapshot() if reads else nullcontext():
            for _, call in together:
                yield run(call) if call else _unknown(visit)


def _unknown(visit: Visit) -> Answer:
    told = told_of(Missing("There is no such procedure."))
    return Answer(status=told.status, body=visit.problem(told))


def _told(answer: Answer) -> dict[str, Any]:
    name = "problem" if answer.failed else "value"
    told: dict[str, Any] = {"status": answer.status, name: orjson.Fragment(answer.body)}
    return told | ({"headers": dict(answer.headers)} if answer.headers else {})
