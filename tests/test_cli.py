"""Commands that change something: what they print leads where it says."""

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from exodrive import cli
from exodrive.settings import Settings


def _create_owner(settings: Settings, email: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setattr(cli, "_settings", lambda: settings)
    done = CliRunner().invoke(cli.staff, ["create-owner", email])
    return done.exit_code, done.output.strip()


def test_a_first_owner_gets_a_way_in(
    settings: Settings, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, link = _create_owner(settings, "olive.owner@example.com", monkeypatch)
    assert code == 0
    assert client.get(link.removeprefix(settings.base_url)).status_code == 200


def test_what_is_no_address_is_refused(
    settings: Settings, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = _create_owner(settings, "nobody", monkeypatch)
    assert code == 1
    assert said.startswith("Error:")
