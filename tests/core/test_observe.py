"""What is logged, and what never is."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from exodrive.core import observe
from exodrive.settings import Settings

TOKEN = "q7Zk3vN0aB-cD_eF1gH2iJ3kL4mN5oP6qR7sT8uV9wX"


@pytest.fixture
def lines(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """Configured for JSON; call it for the lines said since."""
    observe.configure(settings.model_copy(update={"log_format": "json"}))
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    structlog.contextvars.clear_contextvars()
    observe.configure(settings)


def test_a_line_names_event_module_level_time_and_what_is_bound(lines):
    with observe.bind(request_id="r-1", job_id="j-1"):
        observe.logger("exodrive.test").info("hold.made", booking_id="b-1")
    observe.logger("exodrive.test").info("later")
    first, second = lines()
    assert first["event"] == "hold.made"
    assert first["logger"] == "exodrive.test"
    assert first["level"] == "info"
    assert first["at"].endswith("Z")
    assert (first["request_id"], first["job_id"], first["booking_id"]) == ("r-1", "j-1", "b-1")
    assert "request_id" not in second


def test_the_lines_of_libraries_look_the_same(lines):
    with observe.bind(request_id="r-2"):
        logging.getLogger("some.library").warning("could not reach %s", "there")
    (line,) = lines()
    assert line["event"] == "could not reach there"
    assert line["request_id"] == "r-2"


def test_nothing_personal_is_written(lines):
    log = observe.logger("exodrive.test")
    log.info("a", email="anna@example.com", name="Anna", details={"phone": "+1", "to": ["anna@example.com"]})
    log.info(
        "b",
        path=f"/booking/{TOKEN}/cancel",
        url=f"https://x.example/b?t={TOKEN}",
        free="for anna@example.com",
    )
    logging.getLogger("some.library").warning("refused anna@example.com at /booking/%s", TOKEN)
    try:
        int(f"bad row: anna@example.com /booking/{TOKEN}")
    except ValueError:
        log.exception("c")
    said = json.dumps(lines())
    for secret in ("anna", "Anna", "+1", TOKEN):
        assert secret not in said
    assert "[removed]" in said
    assert "[address]" in said
    assert "/booking/[token]/cancel" in said


def test_ids_and_slugs_stay_readable():
    for text in (
        "/cars/lamborghini-huracan-evo-spyder-2024",
        "/x/01890000-0000-7000-8000-000000000000",
        "a@b",
        "5 > 3",
    ):
        assert observe.scrub(text) == text


def test_a_key_of_the_api_never_reaches_a_line():
    key = "exo_partner_7nX2kQ81bRe_" + "0aZ" * 16 + "9"
    assert observe.scrub(f"GET /x refused {key}: unknown") == "GET /x refused [key]: unknown"


def test_configuring_again_does_not_say_things_twice(lines, settings: Settings):
    observe.configure(settings.model_copy(update={"log_format": "json"}))
    observe.logger("exodrive.test").info("once")
    assert len(lines()) == 1


def test_the_console_form_is_one_line_too(settings: Settings, capsys: pytest.CaptureFixture[str]):
    observe.configure(settings.model_copy(update={"log_format": "console"}))
    capsys.readouterr()
    observe.logger("exodrive.test").warning("hold.slow", ms=12)
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "hold.slow" in said
    assert "ms=12" in said
    assert not said.startswith("{")


def test_lines_below_the_level_are_not_said(lines, settings: Settings):
    observe.configure(settings.model_copy(update={"log_format": "json", "log_level": "warning"}))
    observe.logger("exodrive.level").info("hidden")
    observe.logger("exodrive.level").warning("seen")
    assert [line["event"] for line in lines()] == ["seen"]
