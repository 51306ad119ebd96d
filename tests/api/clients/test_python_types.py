"""What a type checker says about programs that use the Python client."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.clients.conftest import CLIENTS, PROGRAMS

ROOT = CLIENTS.parents[1]
_FOUND = re.compile(r"(?P<file>[\w./-]+):(?P<line>\d+): error: .*\[(?P<code>[a-z-]+)\]$")
_SHOWN = re.compile(r"```python\n(.*?)```", re.DOTALL)
_MARKED = re.compile(r"# wrong: ([a-z-]+)$")


@pytest.mark.slow
def test_right_programs_pass_and_each_mistake_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text((PROGRAMS / "wrong.py.txt").read_text())
    right = tmp_path / "right.py"
    right.write_text((PROGRAMS / "right.py").read_text())
    shown = tmp_path / "shown.py"
    shown.write_text(_SHOWN.findall((CLIENTS / "python" / "README.md").read_text())[0])
    told = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary"),
            *("--enable-error-code=redundant-expr", f"--cache-dir={ROOT / '.mypy_cache' / 'clients'}"),
            *("--hide-error-context", "--no-pretty", str(CLIENTS / "python" / "exodrive_client")),
            *(str(right), str(wrong), str(shown)),
        ],
        cwd=tmp_path,
        env={"MYPYPATH": str(CLIENTS / "python"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line for line in told.stdout.splitlines() if ": note: " not in line]
    assert told.stderr == ""
    found = {_FOUND.fullmatch(line) for line in errors}
    assert None not in found, told.stdout
    places = {(one["file"].rpartition("/")[2], int(one["line"]), one["code"]) for one in found if one}
    assert places == _marks(wrong), told.stdout


def _marks(program: Path) -> set[tuple[str, int, str]]:
    return {
        (program.name, number, marked[1])
        for number, line in enumerate(program.read_text().splitlines(), 1)
        if (marked := _MARKED.search(line))
    }
