"""Very many moves of money, written by the database itself, and exports of them in a process of their own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from exodrive.core.db import Database
from exodrive.core.ids import new_id
from exodrive.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
_MOVES = text(
    """
INSERT INTO payment (id, booking_id, gateway, move, state, amount, currency, idempotency_key, created_at, settled_at)
SELECT gen_random_uuid(), :booking_id, 'sandbox', 'authorise', 'failed', 100 + n, 'USD', 'many-' || n,
       timestamptz '2026-05-01' + n * interval '1 second', timestamptz '2026-05-01' + n * interval '1 second'
FROM generate_series(1, :number) n"""
)
_EXPORT = text(
    """
INSERT INTO export (id, report, format, since, until, nightly_of, created_at)
VALUES (:id, 'money', :format, '2026-04-01', '2026-07-31', :night, now())"""
)


@dataclass(frozen=True, slots=True)
class Made:
    """What an export took: megabytes at most, and seconds."""

    rows: int
    megabytes: float
    seconds: float


def write_moves(database: Database, booking_id: UUID, number: int) -> None:
    """So many rows of the report of money moves."""
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(_MOVES, {"booking_id": booking_id, "number": number})


def export(database: Database, settings: Settings, file_format: str) -> Made:
    """Make the file in a process of its own."""
    export_id = new_id()
    with database.engine.begin() as connection:
        night = connection.execute(text("SELECT date '2000-01-01' + count(*)::int FROM export")).scalar_one()
        connection.execute(_EXPORT, {"id": export_id, "format": file_format, "night": night})
    values = {field.alias: getattr(settings, name) for name, field in Settings.model_fields.items()}
    plain = {
        key: value.get_secret_value() if hasattr(value, "get_secret_value") else value
        for key, value in values.items()
        if value is not None
    }
    plain["EXODRIVE_ENCRYPTION_KEYS"] = ",".join(key.get_secret_value() for key in settings.encryption_keys)
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.report.own_memory", str(export_id)],
        cwd=ROOT,
        env={**os.environ, **{str(key): str(value) for key, value in plain.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows, megabytes, seconds = done.stdout.split()
    return Made(int(rows), float(megabytes), float(seconds))
