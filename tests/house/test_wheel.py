"""The wheel carries what is not Python, and runs outside the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import Addresses, create_empty, drop

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but what the wheel puts there."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", str(folder / "site"), str(wheel)], check=True, capture_output=True)
    return folder / "site"


def _run(installed: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=installed.parent,
        env=kept | {"PYTHONPATH": str(installed)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _command(*arguments: str) -> str:
    return f"import sys; sys.argv = ['exodrive', *{arguments!r}]; from exodrive.cli import main; main()"


def test_everything_is_in_it(installed: Path) -> None:
    done = _run(
        installed,
        "import exodrive; from exodrive.resources import path; print(exodrive.__file__);"
        "print(*map(path, ('templates', 'static', 'migrations')), sep='\\n')",
    )
    package, *folders = done.stdout.split()
    assert Path(package).is_relative_to(installed)
    for folder in map(Path, folders):
        source = ROOT / folder.name
        carried = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        tracked = subprocess.run(
            ["git", "ls-files", "-z", folder.name], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout.split("\0")
        expected = {
            str((ROOT / name).relative_to(source)) for name in tracked if name and (ROOT / name).exists()
        }
        assert expected <= carried
    assert {"wsgi.py", "celery_worker.py"} <= {path.name for path in installed.iterdir()}


def test_the_command_speaks(installed: Path) -> None:
    done = _run(installed, _command("--help"))
    assert done.returncode == 0, done.stderr
    assert "doctor" in done.stdout


def test_it_migrates_and_makes_the_application(installed: Path, addresses: Addresses, worker_id: str) -> None:
    name = f"exodrive_test_wheel_{worker_id}"
    environment = {
        "EXODRIVE_ENV": "test",
        "DATABASE_URL": create_empty(addresses, name),
        "REDIS_URL": addresses.numbered(0),
        "SECRET_KEY": "w" * 40,
        "SANDBOX_WEBHOOK_SECRET": "w" * 40,
        "EXODRIVE_ENCRYPTION_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    }
    try:
        migrated = _run(installed, _command("migrate"), **environment)
        assert migrated.returncode == 0, migrated.stderr
        answered = _run(
            installed, "import wsgi; print(wsgi.app.test_client().get('/healthz').status)", **environment
        )
        assert answered.stdout.startswith("200"), answered.stderr
        worker = _run(installed, "import celery_worker; print(celery_worker.celery_app.main)", **environment)
        assert worker.returncode == 0, worker.stderr
    finally:
        drop(addresses, name)


def test_production_refuses_to_start_without_secrets(installed: Path) -> None:
    done = _run(installed, _command("migrate"), SECRET_KEY="short")
    assert done.returncode == 1
    assert "DATABASE_URL is missing" in done.stderr
    assert "short" not in done.stderr
