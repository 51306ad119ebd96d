"""What the doctor says of servers that are there, and of those that are not."""

import time
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from exodrive import doctor
from exodrive.core.clock import Clock, ManualClock, SystemClock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.payment.contracts import SweepPayments
from exodrive.settings import Settings
from tests.queue.ticks import promise_all
from tests.servers import Addresses, create_empty, drop


def test_all_is_well(settings: Settings, database: Database, get: Any) -> None:
    get(Clock).set(SystemClock().now())
    promise_all(get)
    findings = list(doctor.examine(lambda: settings))
    assert [finding.subject for finding in findings] == [
        "settings", "database", "schema", "redis", "jobs", "mail", "payment",
    ]  # fmt: skip
    assert all(finding.good for finding in findings)


def test_a_clock_that_does_not_run_is_told(
    settings: Settings, database: Database, get: Any, clock: ManualClock
) -> None:
    with pytest.raises(doctor.Unfit, match=r"booking\.expire_holds.*celery beat"):
        doctor.check_jobs(settings)
    clock.set(SystemClock().now() - timedelta(minutes=3))
    promise_all(get)
    with pytest.raises(doctor.Unfit, match=r"booking\.expire_holds, payment\.sweep, api\.usage did not"):
        doctor.check_jobs(settings)


def test_work_that_nobody_begins_is_told(
    settings: Settings, database: Database, get: Any, clock: ManualClock
) -> None:
    clock.set(SystemClock().now() - timedelta(minutes=2))
    with get(UnitOfWorkFactory)() as uow:
        uow.enqueue(SweepPayments())
        uow.commit()
    promise_all(get)
    clock.move(timedelta(minutes=2))
    promise_all(get)
    with pytest.raises(doctor.Unfit, match=r"due jobs wait in booking, payment"):
        doctor.check_jobs(settings)


def test_missing_settings_are_named_and_nothing_else_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    findings = list(doctor.examine(lambda: Settings.model_validate({})))
    assert {finding.subject for finding in findings} == {"settings"}
    assert "DATABASE_URL is missing" in [finding.text for finding in findings]


def test_a_weak_secret_is_refused_without_being_shown(settings: Settings) -> None:
    values = {
        "EXODRIVE_ENV": "production",
        "DATABASE_URL": "postgresql://x/y",
        "REDIS_URL": "redis://x",
        "SECRET_KEY": "changeme-changeme-changeme-changeme-change",
        "SANDBOX_WEBHOOK_SECRET": settings.sandbox_webhook_secret.get_secret_value(),
        "EXODRIVE_ENCRYPTION_KEYS": settings.encryption_keys[0].get_secret_value(),
        "BASE_URL": "https://example.com",
        "STORAGE_URL": "file:///srv/exodrive/files",
    }
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate(values)
    said = " ".join(doctor.setting_errors(refused.value))
    assert "SECRET_KEY must be random" in said
    assert "changeme" not in said


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hush@127.0.0.1:1/none",
        "postgresql://user:hush@no-such-host.invalid/none",
        "mysql://hush",
    ],
)
def test_a_database_that_does_not_answer(url: str) -> None:
    begun = time.monotonic()
    with pytest.raises(doctor.Unfit) as unfit:
        doctor.check_database(url)
    assert time.monotonic() - begun < 6
    assert "DATABASE_URL" in str(unfit.value)
    assert "hush" not in str(unfit.value)


@pytest.mark.parametrize(
    "url", ["redis://:hush@127.0.0.1:1/0", "redis://:hush@no-such-host.invalid", "http://hush"]
)
def test_a_redis_that_does_not_answer(url: str) -> None:
    with pytest.raises(doctor.Unfit) as unfit:
        doctor.check_redis(url)
    assert "REDIS_URL" in str(unfit.value)
    assert "hush" not in str(unfit.value)


def test_a_silent_server_is_not_waited_for() -> None:
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()
        with pytest.raises(doctor.Unfit):
            doctor.check_database(f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/x")
        assert time.monotonic() - begun < 6


def test_an_old_schema_is_told(addresses: Addresses, worker_id: str) -> None:
    name = f"exodrive_test_doctor_{worker_id}"
    try:
        with pytest.raises(doctor.Unfit, match=r"at nothing, newest is .*exodrive migrate"):
            doctor.check_schema(create_empty(addresses, name))
    finally:
        drop(addresses, name)
