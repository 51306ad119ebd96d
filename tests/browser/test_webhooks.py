"""Webhooks in a browser: a manager adds an endpoint, tests it, and sees a booking arrive there."""

import json
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from standardwebhooks import Webhook

from exodrive.services.account.contracts import StaffRole
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.shopper import book, days, query
from tests.product import wait_until
from tests.services.webhook.receiver import Receiver, receiving

Visit = Callable[..., Page]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.mark.parametrize(("width", "js"), [(DESKTOP, True), (PHONE, False)], ids=["desk", "phone no script"])
def test_a_partner_is_added_tested_and_told(
    visit: Visit,
    enter: Callable[..., Page],
    receiver: Receiver,
    width: int,
    js: bool,
) -> None:
    page = enter(StaffRole.MANAGER, width=width, js=js)
    page.goto("/admin/webhooks")
    page.get_by_role("link", name="Add an endpoint").first.click()
    page.get_by_label("What it is for").fill("Concierge desk of the Palm Hotel")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#events-error")).to_contain_text("Please choose one at least.")
    page.get_by_label("booking.confirmed").check()
    page.get_by_role("button", name="Add").click()
    secret = page.locator(".wire").inner_text()
    page.get_by_role("link", name="I have copied it").click()

    receiver.answer(500, 200)
    page.get_by_role("button", name="Send a test").click()
    wait_until(lambda: len(receiver.requests) == 2, what="the second try")
    if not js:
        wait_until(lambda: page.reload() and page.get_by_text("Answered 200").count() == 1, what="its record")
    expect(page.locator("#tries")).to_contain_text("Answered 200", timeout=10_000)
    expect(page.locator("#tries")).to_contain_text("Answered 500")

    customer = visit(f"/cars/northgate-gt?{query(days(400 if js else 415))}")
    reference = book(customer)
    wait_until(lambda: len(receiver.requests) == 3, what="the booking")
    _, headers, body = receiver.requests[-1]
    assert Webhook(secret).verify(body, headers)["data"]["reference"] == reference
    assert json.loads(body)["type"] == "booking.confirmed"


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing(
    enter: Callable[..., Page],
    receiver: Receiver,
    width: int,
    scheme: str,
) -> None:
    page = enter(StaffRole.OWNER, width=width, color_scheme=scheme, reduced_motion="reduce")
    page.goto("/admin/webhooks/add")
    page.get_by_label("What it is for").fill("A partner")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("payment.failed").check()
    page.get_by_role("button", name="Add").click()
    seen = [Axe().run(page)]
    page.get_by_role("link", name="I have copied it").click()
    endpoint = page.url
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("#tries")).to_contain_text("Answered 204", timeout=10_000)
    pages = ["/admin/webhooks", "/admin/webhooks/add", endpoint, page.url]
    pages += [f"{endpoint}/{deed}" for deed in ("change", "secret", "switch-off", "replay")]
    for path in pages:
        page.goto(path)
        seen.append(Axe().run(page))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert [result.generate_report() for result in seen if result.violations_count] == []
