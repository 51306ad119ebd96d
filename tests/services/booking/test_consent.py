"""Asking for news while booking, and stopping it by the link that every mail then has."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exodrive.core.clock import ManualClock
from exodrive.core.contract import schema_of
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.booking.contracts import HeldView, HoldCar
from exodrive.services.booking.hold import HoldService
from exodrive.services.email.consent import ConsentService
from exodrive.services.email.consent_contracts import CONSENT_WORDING, CONSENT_WORDINGS
from exodrive.services.email.models import MarketingConsent
from exodrive.services.pricing.contracts import QuoteView
from tests.services.booking.conftest import CUSTOMER, driver
from tests.services.booking.post import Post, words
from tests.web.test_journey import DRIVER

Quote = Callable[..., QuoteView]
SAID = "Stop the news that you asked for"


@pytest.fixture
def ask(get: Any, quote: Quote) -> Callable[..., HeldView]:
    """A hold by somebody who wants news."""

    def make(**over: Any) -> HeldView:
        held: HeldView = get(HoldService).hold(driver(quote(**over), marketing=True), CUSTOMER)
        return held

    return make


def consents(database: Database) -> list[MarketingConsent]:
    with database.sessions() as session:
        return list(session.scalars(select(MarketingConsent).order_by(MarketingConsent.given_at)))


def token_of(get: Any, database: Database, email: str = "ada@example.com") -> str:
    with database.read() as connection:
        url = get(ConsentService).stop_url(connection, email)
    assert url
    return str(url).rpartition("/")[2]


def test_nobody_is_asked_into_it(get: Any, quote: Quote, database: Database) -> None:
    assert schema_of(HoldCar).fields["marketing"].load_default is False
    get(HoldService).hold(driver(quote()), CUSTOMER)
    assert consents(database) == []


def test_who_asks_is_written_down_with_time_and_words(
    ask: Callable[..., HeldView], database: Database, clock: ManualClock
) -> None:
    ask()
    [row] = consents(database)
    assert (row.recipient, row.wording, row.given_at) == ("ada@example.com", CONSENT_WORDING, clock.now())
    assert row.wording in CONSENT_WORDINGS
    assert row.withdrawn_at is None


def test_every_mail_then_has_the_link_that_stops_it(
    ask: Callable[..., HeldView], get: Any, database: Database, post: Post
) -> None:
    ask()
    token = token_of(get, database)
    post.run()
    receipt = post.mail("On hold until")
    assert f"{SAID}: http://127.0.0.1:8000/unsubscribe/{token}" in words(receipt)
    html = receipt.get_body(("html",))
    assert html is not None
    assert f'href="http://127.0.0.1:8000/unsubscribe/{token}"' in html.get_content()


def test_who_did_not_ask_has_no_such_link(hold: Callable[..., HeldView], post: Post) -> None:
    hold()
    post.run()
    assert SAID not in words(post.mail("On hold until"))


def test_stopping_is_one_deed_and_asking_again_another(
    ask: Callable[..., HeldView], get: Any, database: Database, clock: ManualClock
) -> None:
    ask()
    token, service = token_of(get, database), get(ConsentService)
    assert (service.by_token(token).recipient, service.by_token(token).withdrawn) == ("a…@example.com", False)
    for _ in range(2):
        service.withdraw(token)
    assert service.by_token(token).withdrawn
    [row] = consents(database)
    assert row.withdrawn_at == clock.now()
    with database.read() as connection:
        assert service.stop_url(connection, "ada@example.com") is None
    with get(UnitOfWorkFactory)() as uow:
        for _ in range(2):
            service.give(uow, " ADA@example.com")
        uow.commit()
    assert [one.withdrawn_at is None for one in consents(database)] == [False, True]
    service.withdraw(token)  # the link of an old mail stops what it was for, and no later wish
    assert not service.by_token(token_of(get, database)).withdrawn


@pytest.mark.parametrize("change", ["", "x", "A" * 43, "flip"])
def test_only_our_own_links_count(
    ask: Callable[..., HeldView], get: Any, database: Database, change: str
) -> None:
    ask()
    real = token_of(get, database)
    forged = real[:-3] + ("AAA" if real[-3:] != "AAA" else "BBB") if change == "flip" else change
    for call in (get(ConsentService).by_token, get(ConsentService).withdraw):
        with pytest.raises(Missing):
            call(forged)
    assert consents(database)[0].withdrawn_at is None


def test_a_page_for_people_and_one_click_for_mail_programs(
    ask: Callable[..., HeldView], get: Any, database: Database, client: FlaskClient
) -> None:
    ask()
    path = f"/unsubscribe/{token_of(get, database)}"
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Stop the news?" in page.get_data(as_text=True)
    assert "a…@example.com" in page.get_data(as_text=True)
    assert consents(database)[0].withdrawn_at is None  # looking stops nothing
    program = client.post(
        path, data={"List-Unsubscribe": "One-Click"}
    )  # as RFC 8058 has it: no cookie, no token
    assert program.status_code == 200
    assert program.headers["Cache-Control"] == "no-store"
    assert "No more news from us." in program.get_data(as_text=True)
    assert consents(database)[0].withdrawn_at is not None
    for method in (client.get, client.post):
        assert method("/unsubscribe/forged").status_code == 404


def test_the_box_on_the_page_is_not_ticked(client: FlaskClient, quote: Quote, database: Database) -> None:
    path = f"/book/{quote().id}"
    page = client.get(path).get_data(as_text=True)
    box = page.split('name="marketing"')[1].split(">")[0]
    assert "checked" not in box
    assert "required" not in box
    assert CONSENT_WORDINGS[CONSENT_WORDING] in page
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    sent = client.post(path, data=DRIVER | {"marketing": "true", "csrf_token": token})
    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert len(consents(database)) == 1
