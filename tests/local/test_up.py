"""`exodrive up` for real: it starts, watches, stops, and leaves nothing behind, however it ends."""

import os
import signal
import sys
import time
from collections.abc import Iterator

import pytest

from exodrive.local.servers import free_port
from tests.local.tree import Tree

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"),
]


@pytest.fixture
def tree() -> Iterator[Tree]:
    made = Tree(free_port())
    yield made
    made.remove()


def _one(tree: Tree, words: str) -> int:
    """The process whose command has these words, apart from its tether."""
    (found,) = (
        pid for pid, command in tree.members().items() if words in command and "tether.py" not in command
    )
    return found


def _wait_until_healthy(tree: Tree) -> None:
    deadline = time.monotonic() + 60
    while (found := tree.command("doctor")).returncode:
        assert time.monotonic() < deadline, found.stdout
    assert found.stdout.count("ok  ") == 7
    assert "FAIL" not in found.stdout
    tree.wait_for_page()


def test_starts_watches_and_stops(tree: Tree) -> None:
    tree.start()
    tree.wait_for_page()
    tree.wait_to_hear("Ctrl-C stops everything")
    again = tree.command("up", "--no-demo")
    assert again.returncode == 1
    assert f"already running: process {tree.pid}, http://127.0.0.1:{tree.port}" in again.stderr

    os.kill(_one(tree, "celery_worker worker"), signal.SIGKILL)
    tree.wait_to_hear("ended with code 137; starts again in 0.5 s")
    os.kill(_one(tree, "bin/postgres -D"), signal.SIGKILL)
    tree.wait_to_hear("postgres │ ended with code 137")
    _wait_until_healthy(tree)

    assert tree.signal(signal.SIGTERM) == 0
    tree.wait_until_gone()  # a killed process may take a moment to be gone
    assert oct((tree.folder / "secrets.json").stat().st_mode & 0o777) == "0o600"
    assert tree.command("doctor").returncode == 1


def test_nothing_outlives_a_killed_start_and_the_next_one_works(tree: Tree) -> None:
    tree.start()
    tree.wait_for_page()
    assert tree.signal(signal.SIGKILL) == -signal.SIGKILL
    tree.start()  # at once: it waits for the rest of the killed one, and takes its port again
    tree.wait_for_page()
    tree.signal(signal.SIGKILL)
    tree.wait_until_gone()
    tree.start()
    tree.wait_for_page()
    assert tree.signal(signal.SIGINT) == 0
    tree.wait_until_gone()  # a killed process may take a moment to be gone


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "PostgreSQL at 127.0.0.1:1 cannot be used"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "Redis at 127.0.0.1:1 cannot be used"),
    ],
)
def test_an_unreachable_server_is_named(name: str, url: str, words: str) -> None:
    tree = Tree(free_port(), **{name: url})
    try:
        begun = time.monotonic()
        done = tree.command("up", "--no-demo")
        assert time.monotonic() - begun < 15
        assert done.returncode == 1
        assert words in done.stderr
        assert f"correct {name}, or unset {name}" in done.stderr
        tree.wait_until_gone()
    finally:
        tree.remove()
