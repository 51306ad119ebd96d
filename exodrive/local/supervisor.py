"""Starts programs, restarts those that crash, stops all of them: later ones first."""

import subprocess
import time
from collections.abc import Callable

from exodrive.local.output import Console
from exodrive.local.process import Command, Running

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STEADY = 60.0
"""A program that ran this many seconds counts as healthy: its next pause is the first one again."""


class Watched:
    """A program and its restarts. `command` is asked anew before each start."""

    def __init__(self, command: Callable[[], Command], console: Console, hold: int | None) -> None:
        self._command = command
        self._console = console
        self._hold = hold
        self._pause = _FIRST_PAUSE / 2
        self._due = 0.0
        self.start()

    def start(self) -> None:
        command = self._command()
        self.name = command.name
        self._started = time.monotonic()
        self.running = Running(command, subprocess.PIPE, hold=self._hold)
        if self.running.output:
            self._console.follow(self.name, self.running.output)

    def look(self) -> None:
        """Notice a crash, and start again when its pause is over."""
        code = self.running.exit_code
        if code is None:
            return
        now = time.monotonic()
        if not self._due:
            self._pause = (
                _FIRST_PAUSE if now - self._started > _STEADY else min(self._pause * 2, _LONGEST_PAUSE)
            )
            self._due = now + self._pause
            self._console.say(self.name, f"ended with code {code}; starts again in {self._pause:g} s")
        elif now >= self._due:
            self._due = 0.0
            self.running.wait()
            self.start()


class Supervisor:
    """A tree of programs in stages: all of a stage stop together, after those of the later stages."""

    def __init__(self, console: Console, hold: int | None = None) -> None:
        """`hold`: a lock's descriptor that every program's tether keeps until the program is gone."""
        self._console = console
        self._hold = hold
        self._stages: list[list[Watched]] = [[]]

    def start(self, command: Callable[[], Command]) -> Running:
        """Start one more program in the present stage."""
        watched = Watched(command, self._console, self._hold)
        self._stages[-1].append(watched)
        return watched.running

    def next_stage(self) -> None:
        """What starts from here on stops before what has been started."""
        self._stages.append([])

    def watch(self) -> None:
        """Look after all programs until a signal's exception ends it."""
        while True:
            self.look()
            time.sleep(0.2)

    def look(self) -> None:
        """Look after each program once."""
        for stage in self._stages:
            for watched in stage:
                watched.look()

    def stop(self) -> None:
        """Stop everything, and wait until it is gone."""
        while self._stages:
            stage = self._stages.pop()
            for watched in stage:
                watched.running.ask_to_stop()
            for watched in stage:
                watched.running.wait()
                self._console.say(watched.name, "stopped")
