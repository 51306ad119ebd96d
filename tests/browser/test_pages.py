"""Every page for everybody: no barrier that axe can find, nothing wider than the screen, nothing heavy."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request

from tests.browser.conftest import PHONE
from tests.browser.shopper import book, days, fill_details, pay, query

Visit = Callable[..., Page]
HEAVIEST = 150 * 1024
TRIP = query(days(340))
PATHS = [
    "/",
    "/cars",
    f"/cars?pick_up_location=miami&{TRIP}",
    "/cars?q=nothing-like-this",
    "/cars/northgate-gt",
    f"/cars/northgate-gt?{TRIP}",
    "/about",
    "/contact",
    "/policies",
    "/privacy",
    "/api/reference",
    "/api/reference/booking",
    "/no-such-page",
]


def check(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(visit: Visit, path: str, scheme: str) -> None:
    page = visit(path, color_scheme=scheme, reduced_motion="reduce")
    check(page)
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.reload()
    check(page)


def test_axe_finds_nothing_on_the_way_through_a_booking(visit: Visit) -> None:
    page = visit(f"/cars/northgate-gt?{query(days(360))}", reduced_motion="reduce")
    page.get_by_role("button", name="Continue to your details").click()
    check(page)
    page.get_by_role("button", name="Hold the car and pay").click()
    check(page)
    fill_details(page)
    page.get_by_role("button", name="Hold the car and pay").click()
    page.get_by_role("button", name="Pay now").wait_for()
    check(page)
    pay(page, "Declined")
    page.get_by_role("button", name="Pay now").wait_for()
    check(page)
    pay(page)
    page.get_by_role("heading", name="The car is yours").wait_for()
    check(page)
    page.get_by_role("link", name="Cancel this booking").click()
    check(page)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_the_smallest_screen(visit: Visit, path: str) -> None:
    """320 px is also a desk at 400 %."""
    page = visit(path, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_heavy(visit: Visit, path: str) -> None:
    """All that a first visit fetches, compressed as it comes, but for images."""
    page = visit("about:blank")
    finished: list[Request] = []

    def note(request: Request) -> None:
        finished.append(request)

    page.on("requestfinished", note)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    sizes = {
        request.url: request.sizes()["responseBodySize"]
        for request in finished
        if request.resource_type != "image"
    }
    assert sum(sizes.values()) <= HEAVIEST, sizes


def test_a_gallery_is_turned_by_keys(visit: Visit) -> None:
    page = visit("/cars/northgate-gt")
    page.get_by_role("list", name="Photographs, scroll sideways").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Photograph 2 of 4").wait_for()


def test_the_calendar_fills_the_dates(visit: Visit) -> None:
    page = visit("/cars/northgate-gt")
    page.locator("calendar-month").first.wait_for()
    free = page.locator("calendar-month button:not([disabled]):not([aria-disabled=true])")
    free.nth(12).click()
    free.last.click()  # what is left after the first: up to the next taken day
    page.wait_for_function("document.getElementById('return_date').value !== ''")
    page.locator("#price").get_by_text("Total").or_(page.locator("#price .alert")).first.wait_for()


def test_booked_pages_are_not_kept_by_caches(visit: Visit) -> None:
    page = visit(f"/cars/northgate-gt?{query(days(380))}")
    book(page)
    answer = page.reload()
    assert answer is not None
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
