"""The crash matrix: jobs go in while workers, relays, clocks, PostgreSQL and Valkey are killed; afterwards it is
counted what came out. `python -m tests.load.chaos --jobs 100000`"""

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy.exc
from sqlalchemy import text

from tests.load.chaos_city import City, Size
from tests.load.chaos_kinds import Heavy, Light, Probe
from tests.load.rig import settings_for

_CHUNK = 200
_PROBES = 1_000_000_000
_OPEN = text("SELECT count(*) FROM job WHERE state IN ('scheduled', 'waiting', 'active', 'retrying')")
_PROMISED = text("INSERT INTO chaos_promise SELECT generate_series(CAST(:first AS bigint), :last)")
_KNOWN = text("SELECT EXISTS (SELECT FROM chaos_promise WHERE number = :number)")
_MARKED = text("SELECT EXISTS (SELECT FROM chaos_effect WHERE number = :number)")
_COUNTS = text("""
WITH finished AS (SELECT count(*) AS times FROM job_attempt WHERE outcome = 'completed' GROUP BY job_id)
SELECT (SELECT count(*) FROM chaos_promise) AS promised,
    (SELECT count(*) FROM chaos_effect) AS effects,
    (SELECT count(*) FROM chaos_promise WHERE number NOT IN (SELECT number FROM chaos_effect)) AS lost,
    (SELECT count(*) FROM finished WHERE times > 1) AS doubled,
    (SELECT count(*) FROM chaos_run) AS runs,
    (SELECT count(*) FROM job WHERE state = 'dead') AS dead,
    (SELECT count(*) FROM job_attempt WHERE outcome = 'lost') AS vanished
""")


@dataclass(frozen=True)
class Result:
    """What came out. `runs` beyond `effects` were begun again after a crash between the deed and its record, without a
    second effect; `recovered` is, for each blow, the seconds until a job promised after it was done."""

    promised: int
    effects: int
    lost: int
    doubled: int
    runs: int
    dead: int
    vanished: int
    seconds: float
    recovered: dict[str, float]

    def rows(self) -> Iterator[str]:
        """Two tables."""
        yield "| jobs in | effects out | lost | doubled | dead | begun again | workers vanished under | seconds |"
        yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
        yield (
            f"| {self.promised:,} | {self.effects:,} | {self.lost} | {self.doubled} | {self.dead}"
            f" | {self.runs - self.effects} | {self.vanished} | {self.seconds:.0f} |"
        )
        yield "\n| blow | seconds until a job promised after it was done |\n|---|---:|"
        for name, seconds in self.recovered.items():
            yield f"| {name} | {seconds:.1f} |"


class Chaos:
    """Promises jobs, deals blows, counts."""

    def __init__(self, city: City, jobs: int) -> None:
        self._city = city
        self._jobs = jobs
        self._probes = _PROBES

    def run(self, blows: Sequence[str]) -> Result:
        """Deal the blows while the jobs come in; answers when all are done."""
        began = time.monotonic()
        promising = threading.Thread(target=self._promise_all)
        promising.start()
        recovered = {}
        self._recover()
        for name in blows:
            struck = time.monotonic()
            BLOWS[name](self._city)
            self._recover()
            recovered[name] = time.monotonic() - struck
        promising.join()
        self._until(lambda: self._asked(_OPEN) == 0)
        with self._city.database.read() as connection:
            counts = connection.execute(_COUNTS).mappings().one()
        return Result(**counts, seconds=time.monotonic() - began, recovered=recovered)

    def _promise_all(self) -> None:
        for first in range(0, self._jobs, _CHUNK):
            last = min(first + _CHUNK, self._jobs) - 1
            self._promise(
                [Heavy(number=n) if n % 50 == 0 else Light(number=n) for n in range(first, last + 1)],
                first,
                last,
            )

    def _recover(self) -> None:
        self._probes += 1
        self._promise([Probe(number=self._probes)], self._probes, self._probes)
        self._until(lambda: self._asked(_MARKED, number=self._probes))

    def _promise(self, jobs: Sequence[object], first: int, last: int) -> None:
        """In one transaction with a note that it was done, since a commit may happen and its answer be lost."""
        while True:
            with suppress(sqlalchemy.exc.SQLAlchemyError):
                if self._asked(_KNOWN, number=first):
                    return
                with self._city.uow() as uow:
                    uow.session.execute(_PROMISED, {"first": first, "last": last})
                    for one in jobs:
                        uow.enqueue(one)
                    uow.commit()
            time.sleep(0.01)

    def _asked(self, question: sqlalchemy.TextClause, **values: int) -> int:
        with self._city.database.read() as connection:
            return int(connection.execute(question, values).scalar_one())

    def _until(self, true: Callable[[], object], seconds: float = 900) -> None:
        deadline = time.monotonic() + seconds
        while True:
            with suppress(sqlalchemy.exc.SQLAlchemyError):
                if true():
                    return
            if time.monotonic() > deadline:
                raise TimeoutError("it has not recovered")
            time.sleep(0.05)


def _kill_all(*kinds: str) -> Callable[[City], None]:
    return lambda city: city.kill(*(name for name in city.names() if name.rstrip("0123456789") in kinds))


def _kill_postgres(city: City) -> None:
    city.kill_postgres()
    city.start_postgres()


def _restart_postgres(city: City) -> None:
    city.stop_postgres()
    city.start_postgres()


def _wipe_valkey(city: City) -> None:
    city.kill_valkey()
    time.sleep(city.size.lease / 5)
    city.start_valkey()


def _cut_the_wire(city: City) -> None:
    city.wire.cut()
    time.sleep(city.size.lease)
    city.wire.mend()


def _jump(city: City) -> None:
    for seconds in (4 * city.size.lease, 0):
        city.set_clock(seconds)
        time.sleep(city.size.lease)


def _confuse(city: City) -> None:
    for _ in range(3):
        city.confuse()
        time.sleep(0.2)


def _replace_all(city: City) -> None:
    for name in city.names():
        city.replace(name)


def _kill_nearly_all(city: City) -> None:
    city.kill_valkey()
    city.kill(*city.names())
    city.start_valkey()


BLOWS: dict[str, Callable[[City], None]] = {
    "one worker killed": lambda city: city.kill("worker0"),
    "all workers killed": _kill_all("worker", "heavy"),
    "all relays killed": _kill_all("relay"),
    "all beats killed": _kill_all("beat"),
    "Valkey killed, its data gone": _wipe_valkey,
    "broker cut off without a word": _cut_the_wire,
    "messages doubled and shuffled": _confuse,
    "PostgreSQL killed": _kill_postgres,
    "PostgreSQL restarted": _restart_postgres,
    "clock forward by four leases, and back": _jump,
    "everything replaced by a new version": _replace_all,
    "all but PostgreSQL killed at once": _kill_nearly_all,
}


def matrix(folder: Path, jobs: int, size: Size, blows: Sequence[str] = tuple(BLOWS)) -> Result:
    """Everything from the servers up, in an empty folder."""
    with closing(City(settings_for("postgresql://", "redis://"), folder, size)) as city:
        return Chaos(city, jobs).run(blows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--lease", type=float, default=15)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="exodrive-chaos-") as made:
        place = Path(made)
        place.chmod(0o755)  # the database's user passes through
        print("\n".join(matrix(place, asked.jobs, Size(lease=asked.lease)).rows()))
