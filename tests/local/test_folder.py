"""The folder of a local installation: one start at a time, secrets for its owner."""

import os
import shutil
from pathlib import Path

import pytest

from exodrive.local import place
from exodrive.local.errors import CannotStart
from exodrive.local.folder import Folder
from exodrive.local.process import Account
from exodrive.local.servers import Postgres


def test_a_second_start_is_told_about_the_first(tmp_path: Path) -> None:
    first = Folder(tmp_path)
    first.claim()
    first.describe("process 1, http://127.0.0.1:8000")
    with pytest.raises(CannotStart, match=r"already running: process 1, http://127\.0\.0\.1:8000"):
        Folder(tmp_path).claim()


def test_programs_of_a_killed_start_are_waited_for(tmp_path: Path) -> None:
    killed = Folder(tmp_path)
    killed.claim()
    assert killed._start is not None
    os.close(killed._start)  # what the kernel does; the tethers still hold the other lock
    with pytest.raises(CannotStart, match="do not end"):
        Folder(tmp_path).claim(patience=0.2)


def test_other_commands_join_only_while_it_runs(tmp_path: Path) -> None:
    running = Folder(tmp_path)
    running.claim()
    running.publish({"BASE_URL": "http://127.0.0.1:8000"})
    assert Folder(tmp_path).environment() == {"BASE_URL": "http://127.0.0.1:8000"}
    assert running._start is not None
    os.close(running._start)
    assert Folder(tmp_path).environment() == {}


def test_secrets_stay_the_same_and_private(tmp_path: Path) -> None:
    made = Folder(tmp_path).secrets()
    assert Folder(tmp_path).secrets() == made
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(set(made.values())) == len(made)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands a folder to another user")
def test_a_folder_below_a_closed_home_goes_elsewhere(tmp_path: Path) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    user = place.account()
    assert isinstance(user, Account)
    wanted = closed / ".local" / "postgres"
    found = place.folder(wanted, user)
    try:
        assert not found.is_relative_to(closed)
        assert found.stat().st_uid == user.uid
        assert found.stat().st_mode & 0o777 == 0o700
        assert place.folder(wanted, user) == found
        wanted.unlink()
        wanted.mkdir()
        with pytest.raises(CannotStart, match="is closed to the user"):
            place.folder(wanted, user)
    finally:
        found.rmdir()


def test_data_of_another_postgresql_are_not_touched(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres")
    data = tmp_path / "postgres" / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="was made by PostgreSQL 9"):
        server.prepare()
    shutil.rmtree((tmp_path / "postgres").resolve())
