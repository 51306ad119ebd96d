"""A manager exports a report: watching it being made, or looking again, without script."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from exodrive.services.account.contracts import StaffRole
from tests.browser.conftest import PHONE
from tests.browser.staff import sign_in

Visit = Callable[..., Page]
_TODAY = date.today()  # noqa: DTZ011  weeks around it are asked for
PERIOD = f"since={_TODAY - timedelta(days=20)}&until={_TODAY + timedelta(days=60)}"


def check(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [PHONE, 1440])
def test_a_file_is_watched_while_it_is_made(visit: Visit, width: int) -> None:
    page = visit("/admin/sign-in", width=width, reduced_motion="reduce")
    sign_in(page, StaffRole.MANAGER)
    for report in ("utilisation", "revenue", "bookings", "money", "fleet"):
        page.goto(f"/admin/reports?report={report}&{PERIOD}")
        check(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"/admin/reports?report=bookings&{PERIOD}")
    page.get_by_role("button", name="Export as XLSX").click()
    page.get_by_role("link", name="Fetch the file").wait_for()
    check(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Fetch the file").click()
    assert download.value.suggested_filename.startswith("bookings-")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


def test_a_file_without_script(visit: Visit) -> None:
    page = visit("/admin/sign-in", js=False)
    sign_in(page, StaffRole.MANAGER)
    page.goto(f"/admin/reports?report=fleet&{PERIOD}")
    page.get_by_role("button", name="Export as CSV").click()
    for _ in range(60):
        if page.get_by_role("link", name="Fetch the file").count():
            break
        page.wait_for_timeout(500)
        page.get_by_role("link", name="Look again").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Fetch the file").click()
    assert "Model year" in Path(download.value.path()).read_text().splitlines()[0]
