"""Silence is an alarm: what the health page and the metrics say when the clock, the relay or a system is away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from exodrive.app import create_app
from exodrive.core import resilience
from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Unavailable
from exodrive.core.ids import new_id
from exodrive.core.metrics import Sample, exposition
from exodrive.core.resilience import Guard, System
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.queue.schedule import SCHEDULE
from exodrive.queue.watch import Watch
from exodrive.services.booking.contracts import SendBookingConfirmation
from exodrive.services.job.contracts import PauseScope
from exodrive.services.job.control import JobControlService
from exodrive.services.job.monitoring import JobHealthService
from exodrive.services.job.rhythm import Recurring
from exodrive.services.payment.contracts import SweepPayments
from exodrive.settings import Environment, Settings
from tests.factories import make_location
from tests.queue.ticks import promise_all

Get = Callable[[type[Any]], Any]
RECURRING = [entry.kind for entry in SCHEDULE if isinstance(entry, Recurring)]
HALF_DAY = timedelta(hours=12)
MISSED = [entry.kind for entry in SCHEDULE if isinstance(entry, Recurring) and entry.every <= HALF_DAY]
"""What has a slot between the tests' ten o'clock and noon."""
SECRET = "metrics-0123456789-abcdefghijklmnopqrstuvwxyz"


def enqueue(get: Get, job: object) -> None:
    with get(UnitOfWorkFactory)() as uow:
        uow.enqueue(job)
        uow.commit()


def health(client: FlaskClient) -> tuple[int, dict[str, str]]:
    answer = client.get("/health")
    return answer.status_code, answer.get_json()


def metric(client: FlaskClient, name: str) -> float:
    lines = client.get("/metrics").get_data(as_text=True).splitlines()
    (value,) = [line.rpartition(" ")[2] for line in lines if line.startswith(f"{name} ")]
    return float(value)


def test_all_is_well_while_the_clock_runs(client: FlaskClient, get: Get, clock: ManualClock):
    promise_all(get)
    well = dict.fromkeys(("database", "redis", "schedule", "queue", "outside"), "ok")
    assert health(client) == (200, well)
    clock.move(timedelta(seconds=59))
    assert health(client) == (200, well)
    assert metric(client, "exodrive_schedules_silent") == 0


def test_a_clock_that_never_ran_is_silent(client: FlaskClient, database: Database):
    code, parts = health(client)
    assert (code, parts["schedule"], parts["queue"]) == (503, "down", "ok")
    assert metric(client, "exodrive_schedules_silent") > 0
    assert client.get("/readyz").status_code == 200, "pages can be served all the same"
    assert client.get("/healthz").status_code == 200


def test_a_clock_that_stopped_is_silent(client: FlaskClient, get: Get, clock: ManualClock):
    promise_all(get)
    clock.move(timedelta(seconds=76))
    assert get(JobHealthService).look().silent == ("booking.expire_holds",)
    assert health(client)[1]["schedule"] == "down"
    clock.move(timedelta(hours=2))
    assert get(JobHealthService).look().silent == tuple(MISSED)
    lines = client.get("/metrics").get_data(as_text=True)
    assert 'exodrive_schedule_late_seconds{schedule="payment.sweep"} 7216' in lines


def test_a_location_whose_evening_was_missed_is_silent(get: Get, clock: ManualClock, database: Database):
    make_location(database, slug="west", zone="America/Los_Angeles")
    promise_all(get)
    for _ in range(24):
        clock.move(timedelta(hours=1))
        promise_all(get, *RECURRING)
    assert get(JobHealthService).look().silent == ("email.manifest@west",)
    promise_all(get)
    assert get(JobHealthService).look().silent == ()


def test_a_due_job_that_nobody_begins_is_a_fault(client: FlaskClient, get: Get, clock: ManualClock):
    enqueue(get, SweepPayments())
    clock.move(timedelta(seconds=61))
    promise_all(get)
    code, parts = health(client)
    assert (code, parts["schedule"], parts["queue"]) == (503, "ok", "down")
    assert get(JobHealthService).look().late == ("payment",)
    assert metric(client, "exodrive_queues_late") == 1


@pytest.mark.parametrize("scope", list(PauseScope))
def test_what_somebody_paused_is_not_late(get: Get, clock: ManualClock, scope: PauseScope):
    enqueue(get, SweepPayments())
    name = "payment" if scope is PauseScope.QUEUE else "payment.sweep"
    get(JobControlService).pause(scope, name, Actor(kind=ActorKind.STAFF, role="manager"))
    clock.move(timedelta(seconds=61))
    assert get(JobHealthService).look().late == ()


def test_mails_that_wait_for_their_server_are_told_apart(
    client: FlaskClient, get: Get, clock: ManualClock, redis_client: redis.Redis
):
    enqueue(get, SendBookingConfirmation(booking_id=new_id()))
    guard = Guard(System.MAIL, redis_client, deadline=1, refusal=Unavailable)

    def down() -> None:
        raise Unavailable("no answer")

    for _ in range(resilience._TRIPS_AFTER):
        with pytest.raises(Unavailable):
            guard.once(down)
    clock.move(timedelta(seconds=61))
    promise_all(get)
    code, parts = health(client)
    assert (code, parts["queue"], parts["outside"]) == (503, "ok", "down")
    lines = client.get("/metrics").get_data(as_text=True).splitlines()
    assert 'exodrive_breaker_open{system="mail"} 1' in lines
    assert 'exodrive_breaker_waiting{system="mail"} 1' in lines


def test_a_system_that_nobody_needs_is_no_alarm_for_ever(
    get: Get, clock: ManualClock, redis_client: redis.Redis
):
    guard = Guard(System.MAIL, redis_client, deadline=1, refusal=Unavailable)

    def down() -> None:
        raise Unavailable("no answer")

    for _ in range(resilience._TRIPS_AFTER):
        with pytest.raises(Unavailable):
            guard.once(down)
    assert get(JobHealthService).look().away == (System.MAIL,)
    redis_client.set("exodrive:breaker:mail:pybreaker:opened_at", 0)
    assert get(JobHealthService).look().away == (), "its pause is over, and nothing waits for it"
    enqueue(get, SendBookingConfirmation(booking_id=new_id()))
    assert get(JobHealthService).look().away == (System.MAIL,)


def test_the_relay_says_in_the_log_what_stands_still(get: Get, clock: ManualClock, database: Database):
    enqueue(get, SweepPayments())
    clock.move(timedelta(seconds=61))
    promise_all(get, *RECURRING[1:])
    with capture_logs() as said:
        Watch(get(JobHealthService)).look()
    assert said == [], "what has only just begun is given a minute"
    watch = Watch(get(JobHealthService), every=0)
    with capture_logs() as said:
        watch.look()
    assert [(one["event"], one["log_level"]) for one in said] == [
        ("schedule.silent", "error"),
        ("queue.late", "error"),
    ]
    assert (said[0]["schedules"], said[1]["queues"]) == ([RECURRING[0]], ["payment"])


def test_metrics_are_closed_to_the_public(app: Flask, settings: Settings, container: Any):
    near = {"REMOTE_ADDR": "127.0.0.1"}
    assert app.test_client().get("/metrics", environ_base=near).status_code == 200
    assert app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    passed_on = {"X-Forwarded-For": "192.0.2.7"}
    assert app.test_client().get("/metrics", environ_base=near, headers=passed_on).status_code == 404
    live = settings.model_copy(
        update={"environment": Environment.PRODUCTION, "base_url": "https://exodrive.example"}
    )
    closed = create_app(live, container=container).test_client()
    assert closed.get("/metrics", base_url=live.base_url, environ_base=near).status_code == 404
    token = settings.model_copy(update={"metrics_token": type(settings.metrics_token)(SECRET)})
    opened = create_app(token, container=container).test_client()
    assert opened.get("/metrics", environ_base=near).status_code == 404
    assert opened.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert opened.get("/metrics", headers={"Authorization": f"Bearer {SECRET}"}).status_code == 200


def test_figures_are_written_as_monitors_read_them():
    samples = [
        Sample("a_total", "Of a.", 1, {"of": 'x"y\\z\n'}),
        Sample("b", "Of b.", 0.25),
        Sample("a_total", "Of a.", 12_345_678),
    ]
    assert exposition(samples).splitlines() == [
        "# HELP a_total Of a.",
        "# TYPE a_total gauge",
        'a_total{of="x\\"y\\\\z\\n"} 1',
        "a_total 12345678",
        "# HELP b Of b.",
        "# TYPE b gauge",
        "b 0.25",
    ]
