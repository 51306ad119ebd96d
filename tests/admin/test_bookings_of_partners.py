"""Which partner made a booking: on its page, in the list, from the partner's page."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.desk import StaffBookingService
from exodrive.services.booking.models import Booking
from exodrive.services.partner.models import Partner
from tests.factories import make_booking, make_car, make_location, make_partner, make_policy, make_quote

Enter = Callable[..., FlaskClient]


@pytest.fixture
def palm(database: Database) -> Partner:
    return make_partner(database, name="Palm <Hotel>")


@pytest.fixture
def bookings(database: Database, palm: Partner) -> tuple[Booking, Booking]:
    """One of the partner, and one of nobody's."""
    home, policy = make_location(database), make_policy(database)

    def make(**over: Any) -> Booking:
        car = make_car(database, home)
        asked = {"car": car.slug, "pick_up_location": home.slug, "return_date": "2026-06-14"}
        times = {"pick_up_date": "2026-06-11", "pick_up_time": "10:00", "return_time": "10:00"}
        return make_booking(database, car, policy, make_quote(database, car, asked=asked | times), **over)

    return make(partner_id=palm.id), make()


def listed(client: FlaskClient, **query: str) -> str:
    return client.get("/admin/bookings", query_string=query, headers={"HX-Request": "true"}).text


def test_the_list_says_who_made_a_booking_and_filters_by_it(
    enter: Enter, palm: Partner, bookings: tuple[Booking, Booking]
) -> None:
    client = enter(StaffRole.AGENT)
    theirs, own = bookings
    assert listed(client).count("by Palm &lt;Hotel&gt;") == 1
    found = listed(client, partner=str(palm.id))
    assert theirs.reference in found
    assert own.reference not in found
    assert own.reference in listed(client, partner="no-id"), "no filter at all"
    assert f'<option value="{palm.id}" selected' in client.get(f"/admin/bookings?partner={palm.id}").text


def test_the_pages_lead_to_each_other(enter: Enter, palm: Partner, bookings: tuple[Booking, Booking]) -> None:
    agent, manager = enter(StaffRole.AGENT), enter(StaffRole.MANAGER)
    theirs, own = (f"/admin/bookings/{one.id}" for one in bookings)
    whose = f"/admin/partners/{palm.id}"
    assert "Palm &lt;Hotel&gt;" in agent.get(theirs).text
    assert whose not in agent.get(theirs).text, "the page of a partner is for managers"
    assert whose in manager.get(theirs).text
    assert "Made by" not in manager.get(own).text
    assert f"/admin/bookings?partner={palm.id}" in manager.get(whose).text


def test_only_staff_are_told_of_partners(get: Any) -> None:
    with pytest.raises(Forbidden):
        get(StaffBookingService).partners(Actor(kind=ActorKind.PARTNER, role="owner"))
