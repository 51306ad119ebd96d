"""A manager's way with a car: taken in, found, priced, changed while somebody else does, retired."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from exodrive.services.account.contracts import StaffRole
from tests.browser.conftest import DESKTOP, PHONE

Enter = Callable[..., Page]
TYPED = {
    "Make": "Maserati",
    "Year": "2025",
    "Colour": "Grigio Maratea",
    "Seats": "2",
    "Engine": "3.0 V6 Nettuno",
    "Power, in hp": "630",
    "Top speed, in km/h": "325",
    "0–100 km/h, in tenths of a second": "29",
    "Daily rate": "1190",
    "Weekend rate": "1390",
    "Security deposit": "7500",
    "Included miles a day": "100",
    "Each mile beyond": "4.25",
    "Description": "A light car with its doors in the air.",
    "Features": "Lifting nose\nCarbon tub",
}
CHOSEN = {
    "Category": "Supercar",
    "Body": "Coupe",
    "Location": "Los Angeles",
    "Transmission": "Automatic",
    "Driven wheels": "Rear",
}


def check(page: Page, width: int) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_car_from_its_first_day_to_its_last(enter: Enter, width: int) -> None:
    page = enter(StaffRole.MANAGER, width=width, reduced_motion="reduce")
    model = f"MC20 {width}"
    _add(page, model, width)
    check(page, width)
    _change_while_another_does(page, width)
    _add_season(page, width)
    _find(page, f"masera {width}", f"Maserati {model} 2025", width)
    page.get_by_role("link", name="Retire").click()
    page.get_by_role("dialog").get_by_role("button", name="Retire").click()
    page.get_by_text("The car is retired.").wait_for()
    page.get_by_role("link", name="Reinstate").wait_for()
    check(page, width)


def _add(page: Page, model: str, width: int) -> None:
    page.goto("/admin/cars/new")
    for label, text in {
        **TYPED,
        "Model": model,
        "Plate": f"mc 20 {width}",
        "Vehicle identification number": "",
    }.items():
        page.get_by_label(label, exact=True).fill(text)
    for label, choice in CHOSEN.items():
        page.get_by_label(label, exact=True).select_option(label=choice)
    page.get_by_role("button", name="Save the car").click()
    page.get_by_role("link", name="Vehicle identification number: Please fill this in.").wait_for()
    check(page, width)
    page.get_by_label("Vehicle identification number").fill(f"zam00mc20000{width:05}")
    page.get_by_role("button", name="Save the car").click()
    page.get_by_text(f"The Maserati {model} is on the site.").wait_for()


def _change_while_another_does(page: Page, width: int) -> None:
    page.get_by_role("link", name="Change", exact=True).click()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Colour").fill("Giallo Genio")
    other.get_by_role("button", name="Save").click()
    other.get_by_text("The car is changed.").wait_for()
    other.close()
    page.get_by_label("Daily rate").fill("1250")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Somebody else has changed this car in the meantime.").wait_for()
    differs = page.get_by_role("row").filter(has_text="Giallo Genio")
    assert differs.filter(has_text="Grigio Maratea").filter(has_text="Colour").count() == 1
    check(page, width)
    page.get_by_label("Colour").fill("Giallo Genio")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Daily rate: $1,190 → $1,250").wait_for()


def _add_season(page: Page, width: int) -> None:
    page.get_by_role("link", name="Add a season").click()
    year = 1 + int(page.evaluate("new Date().getFullYear()"))
    for label, text in {
        "Name": "Concours",
        "First day": f"{year}-08-10",
        "Last day": f"{year}-08-17",
        "How much": "150",
    }.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("A day costs").select_option(label="Per cent of the usual price")
    check(page, width)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("150% of the usual price").wait_for()


def _find(page: Page, words: str, name: str, width: int) -> None:
    page.goto("/admin/cars")
    if width == PHONE:
        page.get_by_text("Filters").click()
    page.get_by_label("Words, plate or VIN").fill(words)
    page.get_by_label("Words, plate or VIN").press("Tab")  # the list follows what is typed
    page.wait_for_url("**q=**")
    check(page, width)
    page.get_by_role("link", name=name).click()
