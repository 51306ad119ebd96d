"""A program under a tether: what to run, and the running of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_TETHER = Path(__file__).with_name("tether.py")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the system that a program runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run. `patience` is the seconds between the stop signal and the killing of the group."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: Account | None = None
    stop: signal.Signals = signal.SIGTERM
    patience: int = 10
    folder: Path = field(default_factory=Path.cwd)


class Running:
    """A program that ends, at the latest, with this process."""

    def __init__(
        self, command: Command, output: int | IO[bytes] = subprocess.DEVNULL, *, hold: int | None = None
    ) -> None:
        """`hold` is a descriptor, such as a lock's, that stays open until the program is gone."""
        self.command = command
        account = command.account
        ids = (account.uid, account.gid) if account else (-1, -1)
        limits = (int(command.stop), command.patience, *ids)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_TETHER), *map(str, limits), *command.argv],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(command.env),
            cwd=command.folder,
            start_new_session=True,
            pass_fds=() if hold is None else (hold,),
        )

    @property
    def pid(self) -> int:
        """Of the tether; the program is its only child."""
        return self._process.pid

    @property
    def output(self) -> IO[bytes] | None:
        """Both output streams of the program, where a pipe was asked for."""
        return self._process.stdout

    @property
    def exit_code(self) -> int | None:
        """None while it runs; 128 + n when signal n ended it."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Let the tether stop the program; returns at once."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; raises subprocess.TimeoutExpired."""
        code = self._process.wait(timeout)
        self.ask_to_stop()  # nobody is left to ask: this only closes the pipe
        return code

    def stop(self) -> int:
        """Stop the program and wait until it and its group are gone. The exit code."""
        self.ask_to_stop()
        code = self.wait()
        if self._process.stdout:
            self._process.stdout.close()
        return code
