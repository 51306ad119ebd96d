"""Rules that keep the templates safe."""

import re
from pathlib import Path

import pytest

from exodrive import resources

TEMPLATES = resources.path("templates")
OURS = {"_(charge.failure)"}
"""Variables that may be translated: they only ever hold a constant of ours."""


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_only_our_own_words_are_translated_or_marked_safe(path: Path):
    """What `_` gives back counts as markup: `_(a_variable)` would print a stranger's text unescaped."""
    text = path.read_text()
    variables = re.findall(r"(?<!\w)(?:_|n?gettext)\(\s*(?![\"'\s])[^)]*\)", text)
    assert set(variables) <= OURS
    assert not re.search(r"\|\s*safe\b", text)
    assert "autoescape false" not in text
    assert not re.search(r"(?<![\w-])(?:style=|on[a-z]+=\"|javascript:)|<style", text)
