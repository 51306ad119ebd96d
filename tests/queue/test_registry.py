"""Every promise that the code can make is kept by somebody."""

import importlib
import pkgutil
from datetime import date

import pytest

import exodrive.services
from exodrive.core import ledger
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobKind
from exodrive.queue import registry, workers
from exodrive.queue.config import HEAVY_QUEUES, IO_QUEUES
from exodrive.queue.schedule import SCHEDULE
from exodrive.services.job.rhythm import Recurring


def _every_kind() -> list[JobKind]:
    for module in pkgutil.walk_packages(exodrive.services.__path__, "exodrive.services."):
        if module.name.endswith(".contracts"):
            importlib.import_module(module.name)
    return [kind for kind in ledger.kinds().values() if kind.payload.__module__.startswith("exodrive.")]


@pytest.mark.parametrize("kind", _every_kind(), ids=lambda kind: kind.name)
def test_a_kind_has_a_handler_and_a_queue_that_is_consumed(kind: JobKind):
    handler = registry.handler_of(kind.name)
    assert kind.policy.queue in IO_QUEUES + HEAVY_QUEUES
    assert handler.__module__ == f"{workers.__name__}.{kind.policy.queue}", (
        "a handler stands in its queue's module"
    )


@pytest.mark.parametrize("kind", _every_kind(), ids=lambda kind: kind.name)
def test_a_policy_makes_sense(kind: JobKind):
    policy = kind.policy
    assert 0 <= policy.priority <= 9, "the relay looks for these"
    assert policy.max_attempts >= 1
    assert 0 < policy.first_retry <= policy.longest_retry
    assert policy.time_limit > 0


def test_what_recurs_is_a_job_without_particulars_or_of_a_location():
    kinds = [entry.kind for entry in SCHEDULE]
    assert len(kinds) == len(set(kinds))
    for entry in SCHEDULE:
        if isinstance(entry, Recurring):
            assert entry.job == type(entry.job)()
            assert entry.every.total_seconds() >= 5
        else:
            assert isinstance(entry.make(new_id(), date(2026, 6, 1)), entry.contract)
