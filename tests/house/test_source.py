"""What the source itself keeps to: sizes, names, who commits, who reads the environment."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "exodrive"
SOURCES = sorted(PACKAGE.rglob("*.py"))
NAMED_BADLY = {"utils", "util", "helpers", "helper", "common", "base", "misc"}


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sizes(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= 300, "a file has at most 300 lines"
    long = [
        f"{function.name} ({function.end_lineno - function.lineno + 1} lines)"
        for function in _functions(ast.parse(source))
        if function.end_lineno is not None and function.end_lineno - function.lineno + 1 > 40
    ]
    assert not long, "a function has at most 40 lines"


def test_only_services_and_core_commit() -> None:
    """Demo data is put in place as a whole; migrations have a connection of their own."""
    allowed = [PACKAGE / name for name in ("services", "core", "demo", "migrate.py")]
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"\.commit\(", path.read_text()) and not any(map(path.is_relative_to, allowed))
    ]
    assert guilty == []


def test_only_settings_read_the_environment() -> None:
    """A local start makes the environment of what it starts, and the command joins it."""
    allowed = (PACKAGE / "local", PACKAGE / "cli.py")
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"os\.(environ|getenv)|from os import", path.read_text())
        and not any(path.is_relative_to(each) for each in allowed)
    ]
    assert guilty == []


def test_time_enters_by_the_clock_only() -> None:
    allowed = {PACKAGE / "core" / "clock.py"}
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path not in allowed
        and re.search(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(", path.read_text())
    ]
    assert guilty == []


def test_nothing_is_left_to_be_done() -> None:
    word = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
    paths = [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "templates").rglob("*.*")]
    assert [str(path.relative_to(ROOT)) for path in paths if word.search(path.read_text())] == []


def test_names_say_what_is_inside() -> None:
    assert [str(path) for path in SOURCES if path.stem in NAMED_BADLY] == []
    managers = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Helper", "Util"))
    ]
    assert managers == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_exemption_has_its_reason(path: Path) -> None:
    """`noqa` and `type: ignore` name the rule and, after it, say why."""
    bare = []
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.COMMENT and re.search(r"# (noqa|type: ignore)", token.string):
            reason = re.sub(r"# (noqa: [A-Z0-9, ]+|type: ignore\[[a-z-, ]+\])", "", token.string).strip(" #")
            if len(reason) < 5:
                bare.append(f"line {token.start[0]}: {token.string}")
    assert bare == []


def test_modules_and_classes_say_what_they_are() -> None:
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        if tree.body and not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_no_registry_is_named() -> None:
    """Where packages come from is the business of the machine's configuration."""
    hosts = re.compile(r"pypi\.org|pythonhosted|npmjs|yarnpkg|docker\.io|ghcr\.io|quay\.io")
    paths = [
        ROOT / "Makefile",
        ROOT / "pyproject.toml",
        *(ROOT / "requirements").iterdir(),
        *(ROOT / "deploy").rglob("*.*"),
    ]
    paths += [ROOT / ".ci" / "run", *ROOT.glob("static/**/*.json")]
    assert [str(path) for path in paths if path.is_file() and hosts.search(path.read_text())] == []


def test_icons_are_there_and_used() -> None:
    """An icon that is asked for by a name that nobody drew would be an empty square."""
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons/sprite.svg").read_text()))
    pages = "\n".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    asked = set(re.findall(r'icon(?:_name)?[(=]"([\w-]+)"', pages))
    assert asked <= drawn
    assert {name for name in drawn if f'"{name}"' not in pages} == set()
