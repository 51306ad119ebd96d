"""A running `exodrive up` for tests, and a look at every process that belongs to it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.product import answers

ROOT = Path(__file__).resolve().parents[2]


class Tree:
    """`exodrive up` in a folder of its own."""

    def __init__(self, port: int, **environment: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="exodrive-tree-"))
        self.home.chmod(0o755)  # the database's user passes through
        self.folder = self.home / ".local"
        self.port = port
        self.log = self.home / "log"
        own = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))
        }
        self.environment = own | {"EXODRIVE_FOLDER": str(self.folder), "PYTHONPATH": str(ROOT)} | environment
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Another `exodrive` command in the same folder."""
        return subprocess.run(
            [sys.executable, "-m", "exodrive", *arguments],
            cwd=self.home,
            env=self.environment,
            timeout=timeout,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "exodrive", "up", "--no-demo", "--port", str(self.port)],
                cwd=self.home,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """Of the supervisor."""
        assert self._process is not None
        return self._process.pid

    def wait_for_page(self, timeout: float = 90) -> None:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, self.said()
            if self.answers():
                return
            time.sleep(0.05)
        raise AssertionError(self.said())

    def answers(self) -> bool:
        return answers(self.port, "/healthz")

    def wait_to_hear(self, words: str, timeout: float = 90) -> None:
        deadline = time.monotonic() + timeout
        while words not in self.said():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def signal(self, signum: signal.Signals) -> int:
        """Send to the supervisor only, and wait for its end. The exit code."""
        assert self._process is not None
        self._process.send_signal(signum)
        return self._process.wait(timeout=60)

    def members(self) -> dict[int, str]:
        """Every process that belongs to the folder: by its environment, its arguments or where it stands."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    command = (entry / "cmdline").read_bytes()
                    traces = (
                        (entry / "environ").read_bytes() + command + str((entry / "cwd").readlink()).encode()
                    )
                except OSError:
                    continue
                if command and str(self.folder).encode() in traces:
                    found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
        return found

    def wait_until_gone(self, timeout: float = 60) -> None:
        """A worker is given thirty seconds to stop, after which it is killed."""
        deadline = time.monotonic() + timeout
        while left := self.members():
            assert time.monotonic() < deadline, left
            time.sleep(0.05)

    def remove(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=60)
        shutil.rmtree(self.home, ignore_errors=True)
