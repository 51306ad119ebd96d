"""A reserve that the bank does not make anew, from the clock's sweep to the customer who pays again."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import text

from exodrive.core.clock import SystemClock
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.payment.contracts import RenewAuthorisations
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.shopper import days, enter_card, fill_details, pay, query
from tests.product import Product, wait_until
from tests.smtp import Inbox

Visit = Callable[..., Page]


def refuse(product: Product, reference: str) -> None:
    """Let a week pass for the bank of a booking, and the clock look."""
    with product.database.engine.begin() as connection:
        charge = connection.execute(
            text(
                "UPDATE payment SET lapses_at = now() + interval '2 hours' FROM booking"
                " WHERE booking.id = payment.booking_id AND booking.reference = :reference"
                " RETURNING payment.gateway_reference"
            ),
            {"reference": reference},
        ).scalar_one()
        connection.execute(
            text(
                "UPDATE sandbox_charge SET lapses_at = now() + interval '2 hours' WHERE reference = :charge"
            ),
            {"charge": charge},
        )
    with UnitOfWorkFactory(product.database, SystemClock())() as uow:
        uow.enqueue(RenewAuthorisations())
        uow.commit()


def _asks(message: EmailMessage, reference: str) -> bool:
    return str(message["Subject"]).strip().startswith("Please pay again") and reference in str(message)


@pytest.mark.parametrize(("width", "ahead"), [(PHONE, 450), (DESKTOP, 470)])
def test_who_is_asked_to_pay_again_does_it_with_another_card(
    visit: Visit, product: Product, smtp: Inbox, width: int, ahead: int
) -> None:
    page = visit(f"/cars/northgate-gt?{query(days(ahead))}", width=width, reduced_motion="reduce")
    page.get_by_role("button", name="Continue to your details").click()
    fill_details(page)
    page.get_by_role("button", name="Hold the car and pay").click()
    pay(page, "Renewal declined")
    expect(page.get_by_role("heading", name="The car is yours")).to_be_visible()
    reference = page.locator(".reference").inner_text()
    refuse(product, reference)
    wait_until(lambda: any(_asks(message, reference) for message in smtp.messages), what="the mail")
    page.reload()
    expect(page.get_by_role("heading", name="Please pay once more")).to_be_visible()
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="Pay again").click()
    enter_card(page, "Success")
    expect(page.get_by_role("heading", name="The car is yours")).to_be_visible()
