"""Lines of several programs on one terminal, each prefixed by who speaks."""

import sys
import threading
from typing import IO

_COLOURS = (36, 33, 32, 35, 34, 31, 96, 93)
_WIDTH = 8


class Console:
    """Writes whole lines; coloured when standard output is a terminal."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stdout
        self._coloured = self._stream.isatty()
        self._lock = threading.Lock()
        self._names: list[str] = []

    def say(self, name: str, line: str) -> None:
        """One line, from `name`."""
        prefix = f"{name:<{_WIDTH}} │ "
        if self._coloured:
            prefix = f"\x1b[{self._colour(name)}m{prefix}\x1b[0m"
        self._write(f"{prefix}{line}\n")

    def print(self, text: str) -> None:
        """Text of our own, without a prefix."""
        self._write(f"{text}\n")

    def follow(self, name: str, stream: IO[bytes]) -> None:
        """Say every line of the stream until it ends, from a thread of its own."""
        threading.Thread(
            target=self._copy, args=(name, stream), name=f"output of {name}", daemon=True
        ).start()

    def _copy(self, name: str, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self.say(name, line.decode(errors="replace").rstrip())

    def _colour(self, name: str) -> int:
        with self._lock:
            if name not in self._names:
                self._names.append(name)
            return _COLOURS[self._names.index(name) % len(_COLOURS)]

    def _write(self, text: str) -> None:
        with self._lock:
            self._stream.write(text)
            self._stream.flush()
