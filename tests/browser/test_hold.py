"""The countdown: more time is offered before it is too late, and an end is a way forward."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.shopper import days, fill_details, query
from tests.product import Product

Visit = Callable[..., Page]


def hold(visit: Visit, ahead: int) -> Page:
    page = visit(f"/cars/northgate-gt?{query(days(ahead))}")
    page.get_by_role("button", name="Continue to your details").click()
    fill_details(page)
    page.get_by_role("button", name="Hold the car and pay").click()
    expect(page.get_by_role("button", name="Pay now")).to_be_visible()
    return page


def expire_in(product: Product, seconds: int) -> None:
    """Move the end of every hold, as if time had passed."""
    with product.database.engine.begin() as connection:
        for table, column in (("booking", "hold_expires_at"), ("claim", "expires_at")):
            connection.execute(
                text(
                    f"UPDATE {table} SET {column} = now() + make_interval(secs => :seconds)"
                    f" WHERE {column} IS NOT NULL"
                ),
                {"seconds": seconds},
            )


def test_more_time_is_offered_and_taken(visit: Visit, product: Product) -> None:
    page = hold(visit, 300)
    expire_in(product, 90)
    page.reload()
    page.get_by_role("dialog").get_by_role("button", name="Keep it longer").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("[data-clock]")).to_contain_text("14:")


def test_the_end_of_a_hold_is_shown_without_a_reload(visit: Visit, product: Product) -> None:
    page = hold(visit, 320)
    expire_in(product, 2)
    page.reload()
    expect(page.get_by_role("link", name="Try the same dates again")).to_be_visible()
    page.get_by_role("link", name="Try the same dates again").click()
    expect(page.get_by_role("button", name="Continue to your details")).to_be_visible()
