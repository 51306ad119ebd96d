"""Jobs for the tests of the console, and what is read and sent there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select, text

from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.ledger import Job, JobState, Policy, job
from tests.staff import csrf_of

LEASE = timedelta(seconds=15)


@job("test.desk", Policy(queue="email", max_attempts=2), subject="booking_id")
@contract
class Looked:
    """Somebody looks at it in the console."""

    booking_id: UUID
    email: str = "ada@example.org"


def body(client: FlaskClient, path: str, **query: str) -> str:
    answer = client.get(path, query_string=query or None)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def send(client: FlaskClient, path: str, **sent: str) -> Any:
    return client.post(path, data={"csrf_token": csrf_of(client, "/admin/me"), **sent})


def state_of(database: Database, job_id: UUID) -> JobState:
    with database.read() as connection:
        return connection.execute(select(Job.state).where(Job.id == job_id)).scalar_one()


def audited(database: Database) -> list[str]:
    with database.read() as connection:
        found = connection.execute(
            text("SELECT action FROM audit_entry WHERE action LIKE 'job.%' ORDER BY id")
        )
        return list(found.scalars())
