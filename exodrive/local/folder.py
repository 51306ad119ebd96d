"""The folder of a local installation: what is kept between starts, who may start, and the secrets."""

import base64
import fcntl
import json
import os
import secrets
import time
from pathlib import Path

from exodrive.local.errors import CannotStart


class Folder:
    """`.local`, ignored by git. Two locks: one held by the start itself, one also by the tether of every program, so
    that a new start can tell a running one from one that was killed and is still going down."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.path.mkdir(parents=True, exist_ok=True)
        self._start: int | None = None
        self.tree: int | None = None

    def claim(self, patience: float = 45.0) -> None:
        """Become the only start of this folder, once a killed one has gone down. Raises `CannotStart`."""
        self._start = self._open("start.lock")
        if not _lock(self._start):
            raise CannotStart(f"already running: {os.pread(self._start, 1000, 0).decode()}")
        self.tree = self._open("tree.lock")
        deadline = time.monotonic() + patience
        while not _lock(self.tree):
            if time.monotonic() > deadline:
                raise CannotStart(f"programs of an earlier start in {self.path} do not end")
            time.sleep(0.1)

    def describe(self, text: str) -> None:
        """What a second start is told about this one."""
        if self._start is not None:
            os.ftruncate(self._start, 0)
            os.pwrite(self._start, text.encode(), 0)

    def publish(self, environment: dict[str, str]) -> None:
        """Let other commands join this installation while it runs."""
        self._write("environment.json", environment)

    def environment(self) -> dict[str, str]:
        """What the running start has published; empty when none runs."""
        probe = self._open("start.lock")
        try:
            idle = _lock(probe)
            return {} if idle else self._read("environment.json")
        finally:
            os.close(probe)

    def _open(self, name: str) -> int:
        return os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def secrets(self) -> dict[str, str]:
        """Secrets of this installation, made at its first start, readable for its owner only."""
        known = self._read("secrets.json")
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "SANDBOX_WEBHOOK_SECRET": secrets.token_urlsafe(48),
            "EXODRIVE_ENCRYPTION_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "VALKEY_PASSWORD": secrets.token_hex(24),
        }
        if made.keys() - known.keys():
            known = made | known
            self._write("secrets.json", known)
        return known

    def _read(self, name: str) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads((self.path / name).read_text())
        except FileNotFoundError:
            return {}
        return found

    def _write(self, name: str, values: dict[str, str]) -> None:
        """Whole or not at all, mode 0600."""
        half_written = self.path / f"{name}.new"
        half_written.unlink(missing_ok=True)
        half_written.touch(mode=0o600)
        half_written.write_text(json.dumps(values, indent=1))
        half_written.replace(self.path / name)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
