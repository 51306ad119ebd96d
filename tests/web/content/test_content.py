"""The content pages: what they say comes from the data, and a message becomes a promised mail."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest
import wireup
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select

from exodrive.app import create_app
from exodrive.core import ledger
from exodrive.core.db import Database
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.policy_text import in_general
from exodrive.services.content.contracts import SendContactMessage
from exodrive.settings import Settings
from tests.factories import make_car, make_location, make_policy

PAGES = ("/about", "/contact", "/policies", "/privacy")
GOOD = {
    "name": "Anna Weber",
    "email": "anna@example.com",
    "topic": "delivery",
    "booking_reference": "k7qm4tr9",
    "message": "Do you bring a car to the harbour?",
}


@pytest.fixture(autouse=True)
def policy(database: Database) -> None:
    make_policy(database)


@pytest.fixture
def unlimited(settings: Settings, container: wireup.SyncContainer) -> FlaskClient:
    """A client that may write as often as it likes."""
    return create_app(settings.model_copy(update={"rate_limits": False}), container).test_client()


def csrf(client: FlaskClient) -> str:
    page = client.get("/contact").get_data(as_text=True)
    return page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]


def send(client: FlaskClient, **changes: str) -> Any:
    data = GOOD | changes
    return client.post("/contact", data=data | {"csrf_token": csrf(client)})


def promised(database: Database) -> list[SendContactMessage]:
    with database.sessions() as session:
        jobs = session.scalars(select(ledger.Job).where(ledger.Job.kind == "email.contact")).all()
        return [SendContactMessage(**orjson.loads(job.payload)) for job in jobs]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_stands_on_its_own(client: FlaskClient, path: str):
    response = client.get(path)
    html = response.get_data(as_text=True)
    assert response.status_code == 200
    assert html.count("<h1") == 1
    assert '<main id="main"' in html
    assert 'name="description"' in html
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    anchors = re.findall(r'href="#([^"]+)"', html)
    assert set(anchors) <= set(ids)
    assert "lorem" not in html.lower()


def test_contact_names_our_places_and_their_hours(client: FlaskClient, database: Database):
    day = ["09:00", "18:30"]
    make_location(
        database, name="ExoDrive Harbour", opening_hours=[day, day, day, day, day, ["10:00", "16:00"], None]
    )
    html = client.get("/contact").get_data(as_text=True)
    assert "ExoDrive Harbour" in html
    text = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Mon–Fri 9:00 AM – 6:30 PM" in text
    assert "Sat 10:00 AM – 4:00 PM" in text
    assert "Sun closed" in text


def test_a_message_becomes_a_promised_mail(client: FlaskClient, database: Database):
    response = send(client)
    assert response.status_code == 303
    assert "Your message is on its way." in client.get(response.headers["Location"]).get_data(as_text=True)
    (job,) = promised(database)
    assert job.name == "Anna Weber"
    assert job.topic == "Delivery and collection"
    assert job.booking_reference == "K7QM4TR9"


def test_the_same_message_sent_twice_is_one_mail(client: FlaskClient, database: Database):
    assert send(client).status_code == send(client).status_code == 303
    assert len(promised(database)) == 1
    send(client, message="Something else, later that day.")
    assert len({job.id for job in promised(database)}) == 2


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "A", "Please tell us your name"),
        ("name", "", "Please fill this in."),
        ("name", "Anna\nBcc: all@example.com", "A name stands on one line."),
        ("email", "nonsense", "This does not look like an e-mail address."),
        ("topic", "", "Please fill this in."),
        ("topic", "<b>", "Must be one of"),
        ("booking_reference", "O0O0", "A reference has eight letters and digits"),
        ("message", "short", "Please write between 10 and 4,000 characters."),
    ],
)
def test_errors_stand_beside_their_fields(
    client: FlaskClient, database: Database, field: str, value: str, message: str
):
    response = send(client, **{field: value})
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    beside = html.split(f'id="{field}-error"', 1)[1].split("</p>", 1)[0]
    assert message in beside
    assert "data-error-summary" in html
    kept = GOOD["email"] if field != "email" else GOOD["name"]
    assert f'value="{kept}"' in html
    assert promised(database) == []


def test_a_program_that_fills_the_hidden_field_is_thanked_and_dropped(
    client: FlaskClient, database: Database
):
    assert send(client, website="https://spam.example").status_code == 303
    assert promised(database) == []


def test_six_messages_a_minute_are_too_many(client: FlaskClient):
    token = csrf(client)
    calls = [client.post("/contact", data=GOOD | {"csrf_token": token}).status_code for _ in range(6)]
    assert calls == [303] * 5 + [429]


def test_what_was_typed_is_escaped(client: FlaskClient):
    html = send(client, email='"><script>alert(1)</script>').get_data(as_text=True)
    assert "<script>alert" not in html


def test_the_cancellation_terms_are_those_of_the_data(client: FlaskClient, get: Any):
    html = client.get("/policies").get_data(as_text=True)
    lines = in_general(get(CancellationService).policy())
    assert lines
    for line in lines:
        assert line in html


def test_the_sitemap_names_pages_and_cars_at_our_own_address(
    client: FlaskClient, database: Database, settings: Settings
):
    car = make_car(database, make_location(database))
    response = client.get("/sitemap.xml", headers={"Host": "evil.example"})
    assert response.mimetype == "application/xml"
    addresses = [node.text for node in ET.fromstring(response.get_data()).iter() if node.tag.endswith("loc")]
    assert f"{settings.base_url}/cars/{car.slug}" in addresses
    assert f"{settings.base_url}/about" in addresses
    assert all(address and address.startswith(settings.base_url) for address in addresses)


def test_robots_stay_out_of_bookings(client: FlaskClient, settings: Settings):
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()
    assert "Disallow: /booking/" in lines
    assert f"Sitemap: {settings.base_url}/sitemap.xml" in lines
    told = client.get("/.well-known/security.txt").get_data(as_text=True)
    assert f"mailto:{settings.support_email}" in told
    assert re.search(r"^Expires: 2026-\d\d-\d\dT", told, re.MULTILINE)


ANYTHING = st.text(max_size=40)


@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([*PAGES, "/robots.txt", "/sitemap.xml"]), st.dictionaries(ANYTHING, ANYTHING, max_size=4)
)
def test_no_query_breaks_a_page(client: FlaskClient, path: str, query: dict[str, str]):
    response = client.get(path, query_string=query | {"sent": "<script>x</script>"})
    assert response.status_code == 200
    assert "<script>x" not in response.get_data(as_text=True)


@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(GOOD, ANYTHING)),
    st.dictionaries(ANYTHING, ANYTHING, max_size=2),
)
def test_no_form_breaks_the_page(unlimited: FlaskClient, fields: dict[str, str], more: dict[str, str]):
    response = unlimited.post("/contact", data=more | fields, headers={"X-CSRFToken": csrf(unlimited)})
    assert response.status_code in {303, 422}
