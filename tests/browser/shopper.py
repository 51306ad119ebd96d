"""A customer in a browser, who finds things by what is written on them."""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from exodrive.services.payment.sandbox.cards import CARDS

NUMBERS = {card.title: card.number for card in CARDS}


def days(ahead: int, length: int = 3) -> dict[str, str]:
    """A trip, on weekdays where every location is open, as the fields of its form."""
    start = date.today() + timedelta(days=ahead)  # noqa: DTZ011  far enough ahead for any zone
    start += timedelta(days=(1 - start.weekday()) % 7)
    return {
        "pick_up_date": start.isoformat(),
        "pick_up_time": "10:00",
        "return_date": (start + timedelta(days=length)).isoformat(),
        "return_time": "10:00",
    }


def query(fields: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in fields.items())


def fill_details(page: Page, **over: str) -> None:
    values = {
        "Full name": "Ada Lovelace",
        "E-mail": "ada@example.com",
        "Phone": "+1 310 555 0100",
        "Date of birth": "1985-12-10",
        "Driving licence number": "D1234567",
    } | over
    for label, value in values.items():
        page.get_by_label(label).fill(value)
    page.get_by_label("Issued in").select_option("US")
    page.get_by_label("I have read and accept").check()


def pay(page: Page, card: str = "Success") -> None:
    """From the hold through the gateway's page and back."""
    page.get_by_role("button", name="Pay now").click()
    enter_card(page, card)


def enter_card(page: Page, card: str = "Success") -> None:
    """On the gateway's page, and back."""
    page.get_by_label("Card number").fill(NUMBERS[card])
    page.get_by_label("Expiry date").fill("12/30")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay", exact=False).first.click()


def book(page: Page) -> str:
    """From a car's page with a price to a confirmed booking; its reference."""
    page.get_by_role("button", name="Continue to your details").click()
    fill_details(page)
    page.get_by_role("button", name="Hold the car and pay").click()
    expect(page.get_by_role("button", name="Pay now")).to_be_visible()
    pay(page)
    expect(page.get_by_role("heading", name="The car is yours")).to_be_visible()
    return page.locator(".reference").inner_text()
