"""No route goes or comes without being noticed; no template lies about unused."""

import re
from pathlib import Path

from flask import Flask

from exodrive import resources

ROUTES = Path(__file__).with_name("routes.txt")
SOURCES = Path(__file__).resolve().parents[2] / "exodrive"


def test_the_routes_are_those_of_the_list(app: Flask) -> None:
    """A change here is a change for whoever has the address: write it into the list on purpose."""
    found = sorted(
        f"{rule.rule} {','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.endpoint}"
        for rule in (*app.url_map.iter_rules(), *app.extensions["exodrive.api"].routes.iter_rules())
    )
    assert found == ROUTES.read_text().splitlines()


def test_every_template_is_used() -> None:
    templates = resources.path("templates")
    files = [path for path in templates.rglob("*") if path.is_file()]
    told = " ".join(path.read_text() for path in [*files, *SOURCES.rglob("*.py")])
    mails = re.findall(r'_to_(?:customer|house)\(\s*"(\w+)"|render\("(\w+)"', told)
    composed = {f"email/{name}.{ending}.j2" for pair in mails for name in pair for ending in ("mjml", "txt")}
    unused = [
        name
        for name in (str(path.relative_to(templates)) for path in files)
        if name not in composed
        and not any(f'"{known}"' in told for known in (name, name.removeprefix("email/")))
    ]
    assert unused == []
