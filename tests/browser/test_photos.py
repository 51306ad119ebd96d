"""A manager sends a photograph of a car, and customers see it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from exodrive.services.account.contracts import StaffRole
from tests.browser.conftest import PHONE
from tests.browser.staff import sign_in
from tests.services.media.pictures import picture

Visit = Callable[..., Page]


def check(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [PHONE, 1440])
def test_a_photograph_is_sent_and_seen(visit: Visit, tmp_path: Path, width: int) -> None:
    (tmp_path / "photo.jpg").write_bytes(picture(1800, 1200))
    page = visit("/admin/sign-in", width=width, reduced_motion="reduce")
    sign_in(page, StaffRole.MANAGER)
    page.goto("/admin/cars")
    check(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator('a[href$="/photos"]').first.click()
    words = f"Seen on a screen of {width} pixels"
    page.get_by_label("File").set_input_files(tmp_path / "photo.jpg")
    page.get_by_label("What it shows").fill(words)
    page.get_by_role("button", name="Add the photograph").click()
    page.get_by_text(f"Being prepared: {words}").wait_for()
    page.get_by_role("cell", name=words).wait_for()
    check(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    source = page.locator("#photos tbody tr").last.locator("img").get_attribute("src")
    assert source
    assert page.request.get(source).status == 200
