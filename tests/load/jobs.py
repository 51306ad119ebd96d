"""Jobs: what a promise costs, how soon it begins, how many are done in a second, what a worker's memory does.

Beside each figure stands the same without the ledger: the bare transaction, a plain task of Celery, the work in a
loop."""

import argparse
import itertools
import os
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from sqlalchemy import text

from tests.load.job_farm import JobFarm, memory
from tests.load.job_kinds import Begin, Nothing, Wait, Work, work
from tests.load.processor import seconds_used
from tests.load.rig import Stage, options, stage


def report(on: Stage, chosen: argparse.Namespace) -> Iterator[str]:
    """All tables, by the options of `arguments`."""
    farm = JobFarm(on)
    yield from _promising(farm, chosen.rounds)
    yield from _starting(farm, chosen.starts)
    yield from _working(on, farm, chosen)
    yield from _growing(farm, chosen.jobs)


def _promising(farm: JobFarm, rounds: int) -> Iterator[str]:
    yield "\n| a transaction that writes a row | p50 ms | ratio |\n|---|---:|---:|"
    write = text("INSERT INTO load_effect (number, words) VALUES (0, '')")

    def transaction(promise: int) -> Callable[[], None]:
        def step() -> None:
            with farm.unit() as uow:
                uow.session.execute(write)
                for number in range(promise):
                    uow.enqueue(Work(number=number))
                uow.commit()

        return step

    steps = {"and promises nothing": 0, "and promises a job": 1, "and promises ten jobs": 10}
    took: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds * 100):
        for name, promised in steps.items():
            took[name].append(_seconds(transaction(promised)))
    bare = statistics.median(took["and promises nothing"])
    for name, own in took.items():
        middle = statistics.median(own)
        yield f"| {name} | {middle * 1000:.2f} | {middle / bare:.2f} |"
    farm.clear()


def _seconds(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def _starting(farm: JobFarm, count: int) -> Iterator[str]:
    yield "\n| until the handler begins, at rest | from the call p50 ms | p99 ms | from its return p50 ms | ratio |"
    yield "|---|---:|---:|---:|---:|"
    took: dict[str, list[tuple[float, float]]] = {"a job of the ledger": [], "a plain task of Celery": []}
    with farm.processes(1, 4):
        for number in range(0, 2 * count, 2):
            calls: dict[str, Callable[[], object]] = {
                "a job of the ledger": partial(farm.promise, [Begin(number=number)]),
                "a plain task of Celery": partial(farm.send_plain, "load.plain_begin", [number + 1], "email"),
            }
            for place, (name, call) in enumerate(calls.items()):
                called = time.time()
                call()
                returned = time.time()
                began = farm.begun(number + place)
                took[name].append((began - called, began - returned))
                time.sleep(0.01)
    plain = statistics.median(whole for whole, _ in took["a plain task of Celery"])
    for name, own in took.items():
        whole = sorted(one for one, _ in own)
        middle, late = statistics.median(whole), whole[int(len(whole) * 0.99)]
        after = statistics.median(one for _, one in own)
        yield f"| {name} | {middle * 1000:.2f} | {late * 1000:.2f} | {after * 1000:.2f} | {middle / plain:.2f} |"
    farm.clear()


def _working(on: Stage, farm: JobFarm, chosen: argparse.Namespace) -> Iterator[str]:
    yield "\n| work | workers × threads | batch | jobs per second | ratio | µs of workers a job | µs of PostgreSQL |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    meter = Meter(on.database_pid)
    for workers, threads in itertools.product(chosen.workers, chosen.threads):
        plain: dict[str, float] = {}
        for batch in chosen.batches:
            with farm.processes(workers, threads, batch) as pids:
                for name, (kind, task) in _WORK.items():
                    if task and name not in plain:
                        few = range(chosen.count // 4)
                        with meter.of(pids, len(few)):
                            plain[name] = _plain(farm, name, task, few)
                        alike = f"{workers} × {threads} | 1 | {plain[name]:,.0f} | 1.00"
                        yield f"| {name}, plain Celery | {alike} | {meter} |"
                    farm.clear()
                    farm.store([kind(number=number) for number in range(chosen.count)])
                    with meter.of(pids, chosen.count):
                        rate = chosen.count / -(farm.release() - farm.worked_off())
                    ratio = f"{rate / plain[name]:.2f}" if name in plain else ""
                    yield f"| {name} | {workers} × {threads} | {batch} | {rate:,.0f} | {ratio} | {meter} |"
    few = range(chosen.count // 4)
    with meter.of([os.getpid()], len(few)):
        alone = len(few) / _seconds(lambda: deque(map(partial(work, farm.database), few), 0))
    yield f"| real work in a loop | 1 × 1 | — | {alone:,.0f} | | {meter} |"
    farm.clear()


class Meter:
    """Processor time a job, in microseconds: what others do on the machine does not show in it."""

    def __init__(self, database_pid: int | None) -> None:
        self._database = [] if database_pid is None else [database_pid]
        self._said = ""

    @contextmanager
    def of(self, pids: Sequence[int], jobs: int) -> Iterator[None]:
        """Of what is done inside."""
        groups = (pids, self._database)
        before = [sum(map(_used, group)) for group in groups]
        yield
        after = [sum(map(_used, group)) for group in groups]
        self._said = " | ".join(
            f"{(then - now) / jobs * 1e6:,.0f}" if group else "—"
            for then, now, group in zip(after, before, groups, strict=True)
        )

    def __str__(self) -> str:
        return self._said


def _used(pid: int) -> float:
    """Of this process without its children, which are the servers."""
    return time.process_time() if pid == os.getpid() else seconds_used(pid)


_WORK: dict[str, tuple[type[Work] | type[Wait] | type[Nothing], str | None]] = {
    "real work": (Work, "load.plain_work"),
    "5 ms of waiting": (Wait, "load.plain_wait"),
    "nothing": (Nothing, None),
}


def _plain(farm: JobFarm, name: str, task: str, numbers: Sequence[int]) -> float:
    farm.clear()
    farm.send_plain(task, numbers, "held")
    farm.redis.rename("held", "email")
    began = time.time()
    done = farm.effects if name == "real work" else lambda: int(farm.redis.get("paused") or 0)  # type: ignore[arg-type]  # the client is synchronous
    return len(numbers) / (farm.until(lambda: done() >= len(numbers)) - began)


def _growing(farm: JobFarm, count: int) -> Iterator[str]:
    yield "\n| jobs done by one worker | resident MB |\n|---:|---:|"
    with farm.processes(1, 8) as (worker,):
        done = 0
        while done < count:
            share = min(50_000, max(1000, count // 5))
            farm.store([Work(number=number) for number in range(share)])
            farm.release()
            farm.worked_off()
            done += share
            yield f"| {done:,} | {memory(worker) / 1e6:.1f} |"
            farm.clear()


def arguments() -> argparse.ArgumentParser:
    """The options of this script."""
    parser = options(__doc__)
    parser.set_defaults(cars=50, bookings=0)
    parser.add_argument("--starts", type=int, default=200, help="jobs whose beginning is timed")
    parser.add_argument("--count", type=int, default=8000, help="jobs of a round")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 50])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--threads", type=int, nargs="+", default=[8])
    parser.add_argument(
        "--jobs", type=int, default=20_000, help="that one worker does while its memory is watched"
    )
    return parser


if __name__ == "__main__":
    asked = arguments().parse_args()
    with stage(asked) as on_stage:
        for row in report(on_stage, asked):
            print(row, flush=True)
