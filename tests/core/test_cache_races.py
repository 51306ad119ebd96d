"""Readers and writers at the same time, in several processes: no answer is older than a change that was made known."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import redis

from exodrive.core.cache import AnswerCache
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database

SUBJECTS = ("here", "there", "elsewhere")
CHANGES, ASKED_MEANWHILE = 150, 20


@dataclass
class World:
    """What is so of each subject, counted up, and what everybody has been told of it."""

    so: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SUBJECTS, 0))
    told: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SUBJECTS, 0))
    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: threading.Event = field(default_factory=threading.Event)


def _write(world: World, subject: str, cache: AnswerCache, *, whole: bool) -> None:
    for number in range(1, CHANGES + 1):
        world.so[subject] = number
        if whole:
            cache.make_known()
        else:
            cache.make_known(["nothing", subject])
        world.told[subject] = number
        for _ in range(ASKED_MEANWHILE // len(SUBJECTS)):
            assert world.asked.acquire(timeout=30)


def _read(world: World, cache: AnswerCache, seed: int) -> tuple[list[str], int, int]:
    """What was wrong, and how many answers were given again and found."""
    chance, wrong, again, found = random.Random(seed), [], 0, 0
    while not world.over.is_set():
        subjects = tuple(one for one in SUBJECTS if chance.random() < 0.6)
        known = {one: world.told[one] for one in subjects}
        find = partial(_told, world, cache, subjects)
        answer, memory = cache.answer(repr(subjects).encode(), partial(tuple, subjects), find)
        world.asked.release()
        again, found = again + memory, found + (not memory)
        shown = [int(one) for one in answer.split()]
        wrong += [
            f"{one}: {number} after {known[one]}"
            for one, number in zip(subjects, shown, strict=True)
            if number < known[one]
        ]
    return wrong, again, found


def _told(world: World, cache: AnswerCache, subjects: tuple[str, ...]) -> bytes:
    known = [partial(world.so.get, one) for one in subjects]
    parts = [
        cache.part(one, find) if one == "elsewhere" else find()
        for one, find in zip(subjects, known, strict=True)
    ]
    return " ".join(map(str, parts)).encode()


def test_no_answer_is_older_than_what_was_made_known(
    redis_client: redis.Redis, clock: ManualClock, database: Database
) -> None:
    """Of what is told by parts, everything is said to have changed. The clock stands still: nothing grows too old."""
    world = World()
    processes = [AnswerCache(redis_client, clock, database) for _ in range(3)]
    with ThreadPoolExecutor(9) as pool:
        reads = [pool.submit(_read, world, processes[seed % 2], seed) for seed in range(6)]
        writes = [
            pool.submit(_write, world, one, processes[2 - number % 2], whole=one == "elsewhere")
            for number, one in enumerate(SUBJECTS)
        ]
        try:
            for write in writes:
                write.result()
        finally:
            world.over.set()
        looked = [read.result() for read in reads]
    assert [wrong for each, _, _ in looked for wrong in each] == []
    assert sum(again for _, again, _ in looked) > 0
    assert sum(found for _, _, found in looked) > 0
