"""A program under a tether ends with whoever started it, and takes its group with it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exodrive.local.process import Command, Running

ROOT = Path(__file__).resolve().parents[2]
_WITH_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
"""
_STUBBORN = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN){_WITH_CHILD}time.sleep(600)"


def _python(code: str, patience: int = 10) -> Command:
    return Command(name="program", argv=(sys.executable, "-c", code), patience=patience)


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z":
                return
        except OSError:
            return
        time.sleep(0.02)
    raise AssertionError(f"process {pid} is still there")


def test_the_exit_code_comes_through() -> None:
    assert Running(_python("raise SystemExit(7)")).wait(30) == 7
    assert Running(_python("import os; os.kill(os.getpid(), 9)")).wait(30) == 128 + 9
    assert Running(Command(name="none", argv=("/no/such/program",))).wait(30) == 127


def test_stopping_is_asked_for_politely() -> None:
    running = Running(
        _python("import time\ntry: time.sleep(600)\nexcept KeyboardInterrupt: raise SystemExit(3)")
    )
    time.sleep(0.5)
    assert running.exit_code is None
    assert running.stop() == 128 + signal.SIGTERM


def test_one_that_does_not_listen_is_killed_with_its_children() -> None:
    running = Running(_python(_STUBBORN, patience=1), subprocess.PIPE)
    assert running.output is not None
    grandchild = int(running.output.readline())
    begun = time.monotonic()
    assert running.stop() == 128 + signal.SIGKILL
    assert time.monotonic() - begun >= 1
    _wait_until_gone(grandchild)


def test_children_left_behind_by_an_ended_program_are_killed() -> None:
    running = Running(_python(_WITH_CHILD), subprocess.PIPE)
    assert running.output is not None
    grandchild = int(running.output.readline())
    assert running.wait(30) == 0
    running.stop()
    _wait_until_gone(grandchild)


@pytest.mark.parametrize("victim", ["starter", "tether"])
def test_it_ends_when_the_starter_or_the_tether_is_killed(victim: str) -> None:
    if victim == "tether" and sys.platform != "linux":
        pytest.skip("only Linux tells a program of the death of its parent")
    code = (
        "import subprocess, sys, time\n"
        "from exodrive.local.process import Command, Running\n"
        "program = 'import os, time; print(os.getpid(), flush=True); time.sleep(600)'\n"
        "running = Running(Command(name='p', argv=(sys.executable, '-c', program)), subprocess.PIPE)\n"
        "print(running.pid, int(running.output.readline()), flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as starter:
        assert starter.stdout is not None
        tether, program = map(int, starter.stdout.readline().split())
        os.kill(starter.pid if victim == "starter" else tether, signal.SIGKILL)
        _wait_until_gone(program)
        starter.kill()


def test_a_lock_is_held_until_the_program_is_gone(tmp_path: Path) -> None:
    import fcntl

    held = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_EX)
    running = Running(_python("import time; time.sleep(600)"), hold=held)
    os.close(held)
    other = os.open(tmp_path / "lock", os.O_RDWR)
    try:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        running.stop()
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(other)
