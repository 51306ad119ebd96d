"""A stranger books a car: with and without script, on a phone and on a desk."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.shopper import book, days, query
from tests.product import wait_until
from tests.smtp import Inbox

Visit = Callable[..., Page]
CASES = [
    pytest.param(width, js, place, id=f"{width}px {'with' if js else 'without'} script")
    for width, js, place in (
        (DESKTOP, True, "Los Angeles"),
        (PHONE, True, "Miami"),
        (DESKTOP, False, "London"),
        (PHONE, False, "Los Angeles"),
    )
]


def _confirms(message: EmailMessage, reference: str) -> bool:
    return str(message["Subject"]).strip().startswith("Confirmed:") and reference in str(message)


@pytest.mark.parametrize(("width", "js", "place"), CASES)
def test_a_stranger_books_and_cancels(visit: Visit, smtp: Inbox, width: int, js: bool, place: str) -> None:
    trip = days(100 + (width + js) % 7 * 14)
    page = visit("/", width=width, js=js)
    page.get_by_label("Where", exact=True).select_option(label=place)
    page.locator("[name=pick_up_date]").fill(trip["pick_up_date"])
    page.locator("[name=return_date]").fill(trip["return_date"])
    page.get_by_role("button", name="Show cars").click()
    first = page.locator(".car-card:not(.car-card-taken) a").first
    total = page.locator(".car-card:not(.car-card-taken) strong").first.inner_text()
    first.click()
    expect(page.locator("#price .total")).to_contain_text(total)

    reference = book(page)
    wait_until(lambda: any(_confirms(message, reference) for message in smtp.messages))
    mail = next(message for message in smtp.messages if _confirms(message, reference))
    assert mail["To"].endswith("<ada@example.com>")
    assert any(part.get_content_type() == "text/calendar" for part in mail.walk())

    page.get_by_role("link", name="Cancel this booking").click()
    expect(page.get_by_role("heading", name="What you get back")).to_be_visible()
    assert page.locator(".amount").inner_text() == total
    page.get_by_role("button", name="Cancel the booking").click()
    expect(page.get_by_role("heading", name="This booking is cancelled")).to_be_visible()


def test_mistakes_stand_beside_their_fields_and_nothing_is_typed_twice(visit: Visit) -> None:
    page = visit(f"/cars/northgate-gt?{query(days(220))}")
    page.get_by_role("button", name="Continue to your details").click()
    page.get_by_label("Full name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_role("button", name="Hold the car and pay").click()
    expect(page.locator("#email-error")).to_contain_text("e-mail")
    expect(page.get_by_label("Full name")).to_have_value("Ada Lovelace")
    expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")


def test_the_price_follows_the_choices_without_a_reload(visit: Visit) -> None:
    page = visit(f"/cars/northgate-gt?{query(days(240))}")
    total = page.locator("#price .total td")
    before = total.inner_text()
    page.get_by_role("button", name="One more: Child seat").click()
    expect(page.locator("#price")).to_contain_text("Child seat")
    assert total.inner_text() != before
    assert "extra-child-seat" in page.url
    page.reload()
    expect(page.locator("#price")).to_contain_text("Child seat")


def test_filters_change_the_list_and_the_way_back_works(visit: Visit) -> None:
    page = visit("/cars")
    page.get_by_label("Category").select_option("suv")
    expect(page.locator("#results-title")).to_contain_text("car")
    page.wait_for_url("**category=suv**")
    found = page.locator(".car-card").count()
    assert 0 < found < 12
    page.locator(".car-card a").first.click()
    page.wait_for_url("**/cars/*")
    page.go_back()
    page.wait_for_url("**category=suv**")
    expect(page.locator(".car-card")).to_have_count(found)
    page.go_back()
    expect(page.locator(".car-card")).to_have_count(12)


def test_a_taken_car_offers_its_next_free_days(visit: Visit) -> None:
    trip = query(days(260))
    book(visit(f"/cars/aurelio-tempesta?{trip}"))
    page = visit(f"/cars/aurelio-tempesta?{trip}")
    expect(page.locator("#price")).to_contain_text("Somebody else has the car")
    page.locator("#price li a").first.click()
    expect(page.locator("#price .total")).to_be_visible()
