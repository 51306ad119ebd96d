"""The crash matrix at a small size; `python -m tests.load.chaos` is the whole of it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.chaos import matrix
from tests.load.chaos_city import Size

pytestmark = pytest.mark.slow


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="exodrive-test-"))
    made.chmod(0o755)  # the database's user passes through
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_no_job_is_lost_or_doubled_whatever_is_killed(folder: Path):
    blows = (
        "all workers killed",
        "Valkey killed, its data gone",
        "messages doubled and shuffled",
        "PostgreSQL killed",
        "clock forward by four leases, and back",
    )
    result = matrix(folder, 400, Size(workers=1, heavy=1, relays=1, beats=1, lease=2), blows)
    assert (result.promised, result.effects) == (400 + 1 + len(blows), 400 + 1 + len(blows))
    assert (result.lost, result.doubled, result.dead) == (0, 0, 0)
    assert result.runs >= result.effects
