"""Rounds of load: contenders take turns, so that what else the machine does falls on all alike."""

import math
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.load.processor import seconds_used

Step = Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Contender:
    """`connect` gives the step of one connection; it is called in the thread that will take the steps. `before` makes
    ready what a round uses up. `pid` is the process whose tree counts as the application; None is this process
    alone."""

    name: str
    connect: Callable[[], Step]
    before: Callable[[], None] = lambda: None
    pid: int | None = None


@dataclass(frozen=True)
class Sample:
    """One round: seconds of each step, and what was used meanwhile (1.0 is one processor, NaN is not known)."""

    took: list[float]
    seconds: float
    app: float
    database: float

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    def at(self, part: float) -> float:
        """A quantile in milliseconds."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)] * 1000


def _serve(
    contender: Contender,
    gate: threading.Barrier,
    end: list[float],
    took: list[float],
    errors: list[BaseException],
) -> None:
    try:
        step = contender.connect()
        step()
        gate.wait()
        while (began := time.perf_counter()) < end[0]:
            step()
            took.append(time.perf_counter() - began)
        gate.wait()
        gate.wait()  # what a connection has used is no longer seen once it is closed
    except threading.BrokenBarrierError:
        return
    except BaseException as error:  # noqa: BLE001  raised again by whoever started the threads
        errors.append(error)
        gate.abort()


def play(contender: Contender, connections: int, seconds: float, database_pid: int | None) -> Sample:
    """One round, after a step of each connection that does not count. An error in any step is raised."""
    contender.before()
    took: list[list[float]] = [[] for _ in range(connections)]
    errors: list[BaseException] = []
    gate, end = threading.Barrier(connections + 1), [math.inf]
    threads = [threading.Thread(target=_serve, args=(contender, gate, end, own, errors)) for own in took]
    for thread in threads:
        thread.start()
    lasted, before, after = 1.0, (0.0, 0.0), (0.0, 0.0)
    with suppress(threading.BrokenBarrierError):
        gate.wait()
        began, before = time.perf_counter(), _used(contender, database_pid)
        end[0] = began + seconds
        gate.wait()
        lasted, after = time.perf_counter() - began, _used(contender, database_pid)
        gate.wait()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    app, database = ((now - then) / lasted for now, then in zip(after, before, strict=True))
    return Sample([one for own in took for one in own], lasted, app, database)


def _used(contender: Contender, database_pid: int | None) -> tuple[float, float]:
    app = time.process_time() if contender.pid is None else seconds_used(contender.pid)
    return app, math.nan if database_pid is None else seconds_used(database_pid)


HEAD = (
    "| load | connections | per second | p50 ms | p95 ms | p99 ms | CPU app | CPU database | ratio |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def compare(
    contenders: Sequence[Contender],
    *,
    connections: Sequence[int],
    seconds: float,
    rounds: int,
    database_pid: int | None,
) -> Iterator[str]:
    """Rows of a table: for each number of connections each contender, its rate as a ratio to the last one's (the
    median of the rounds), everything else from its median round."""
    for number in connections:
        samples: dict[str, list[Sample]] = {one.name: [] for one in contenders}
        for _ in range(rounds):
            for one in contenders:
                samples[one.name].append(play(one, number, seconds, database_pid))
        bare = samples[contenders[-1].name]
        for name, own in samples.items():
            ratio = statistics.median(a.rate / b.rate for a, b in zip(own, bare, strict=True))
            shown = sorted(own, key=lambda sample: sample.rate)[len(own) // 2]
            database = "—" if math.isnan(shown.database) else f"{shown.database:.2f}"
            yield (
                f"| {name} | {number} | {shown.rate:,.0f} | {shown.at(0.5):.2f} | {shown.at(0.95):.2f}"
                f" | {shown.at(0.99):.2f} | {shown.app:.2f} | {database} | {ratio:.2f} |"
            )
