"""Members of the demo's staff in a browser."""

from playwright.sync_api import Page

from exodrive.demo.staff import LOGINS, PASSWORD
from exodrive.services.account.contracts import StaffRole


def sign_in(page: Page, role: StaffRole) -> None:
    """From the sign-in page on to the first one."""
    page.get_by_label("E-mail").fill(LOGINS[role][1])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Bookings").first.wait_for()
