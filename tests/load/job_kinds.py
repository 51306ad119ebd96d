"""What the measured jobs do: real work, waiting, or nothing but saying when they began."""

import time
from functools import cache

import jinja2
import redis
import wireup
from sqlalchemy import text

from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.ledger import Policy, job
from exodrive.queue.registry import handles

POLICY = Policy(queue="email", max_attempts=3, first_retry=0.5, longest_retry=2)

_READ = text("SELECT number, words FROM load_subject WHERE number = :number")
_WRITE = text("INSERT INTO load_effect (number, words) VALUES (:number, :words)")
SUBJECTS = 1000
TABLES = """
CREATE TABLE IF NOT EXISTS load_subject (number bigint PRIMARY KEY, words text NOT NULL);
CREATE TABLE IF NOT EXISTS load_effect (number bigint NOT NULL, words text NOT NULL);
TRUNCATE load_subject, load_effect;
INSERT INTO load_subject SELECT n, 'Subject ' || n FROM generate_series(0, 999) AS n;
"""


@job("load.work", POLICY)
@contract
class Work:
    """Reads a row, renders a template, writes a row."""

    number: int


@job("load.wait", POLICY)
@contract
class Wait:
    """Takes 5 ms, as an answer from somewhere else would."""

    number: int


@job("load.nothing", POLICY)
@contract
class Nothing:
    """Leaves the ledger's own work."""

    number: int


@job("load.begin", POLICY)
@contract
class Begin:
    """Says when it began."""

    number: int


@cache
def template() -> jinja2.Template:
    """A short letter."""
    return jinja2.Environment(autoescape=True).from_string(
        "<p>Dear customer,</p>{% for line in lines %}<p>{{ line }}: {{ words }}</p>{% endfor %}<p>{{ number }}</p>"
    )


def work(database: Database, number: int) -> None:
    """The real work, the same for every contender: two round trips and a page."""
    with database.read() as connection:
        subject = connection.execute(_READ, {"number": number % SUBJECTS}).one()
        words = template().render(
            lines=("Car", "Pick-up", "Return", "Price"), words=subject.words, number=number
        )
        connection.execute(_WRITE, {"number": number, "words": words})


@handles(Work)
def do_work(payload: Work, container: wireup.SyncContainer) -> None:
    work(container.get(Database), payload.number)


def pause(client: redis.Redis) -> None:
    """Wait for an answer from somewhere else."""
    time.sleep(0.005)
    client.incr("paused")


def say_begun(client: redis.Redis, number: int) -> None:
    """Note the time."""
    client.rpush(f"begun:{number}", time.time())


@handles(Wait)
def wait(_payload: Wait, container: wireup.SyncContainer) -> None:
    pause(container.get(redis.Redis))


@handles(Nothing)
def do_nothing(_payload: Nothing, _container: wireup.SyncContainer) -> None: ...


@handles(Begin)
def begin(payload: Begin, container: wireup.SyncContainer) -> None:
    say_begun(container.get(redis.Redis), payload.number)
