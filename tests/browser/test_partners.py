"""Partners in a browser: a manager adds one, sees its key once, and revokes it."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from exodrive.services.account.contracts import StaffRole
from tests.browser.conftest import DESKTOP, PHONE

Enter = Callable[..., Page]


def add(page: Page, name: str) -> str:
    """A new partner; the address of its page."""
    page.goto("/admin/partners/add")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Contact e-mail").fill("desk@palm.example")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url


def issue(page: Page, name: str) -> str:
    """A new key of the partner whose page is open, as it is shown once."""
    page.get_by_role("link", name="New key").first.click()
    page.get_by_label("What it is for").fill(name)
    page.get_by_label("Read their own bookings").check()
    page.get_by_role("button", name="Make the key").click()
    return page.locator("#secret").inner_text()


@pytest.mark.parametrize(("width", "js"), [(DESKTOP, True), (PHONE, False)], ids=["desk", "phone no script"])
def test_a_partner_gets_a_key_which_is_revoked(enter: Enter, width: int, js: bool) -> None:
    page = enter(StaffRole.MANAGER, width=width, js=js)
    page.goto("/admin/partners")
    page.get_by_role("link", name="Add a partner").first.click()
    partner = add(page, f"Palm Hotel {width}")
    page.get_by_role("link", name="New key").first.click()
    page.get_by_label("What it is for").fill("Booking desk")
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#scopes-error")).to_contain_text("Please choose one at least.")
    page.goto(partner)
    key = issue(page, "Booking desk")
    assert re.fullmatch(r"exo_partner_[0-9A-Za-z]{11}_[0-9A-Za-z]{49}", key)
    if js:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy the key").click()
        expect(page.get_by_text("The key is copied.")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == key
    else:
        expect(page.get_by_role("button", name="Copy the key")).to_be_hidden()
    page.get_by_role("link", name="I have copied it").click()
    expect(page.locator("#keys")).to_contain_text(key.rpartition("_")[0])
    assert key not in page.content()

    page.locator("#keys").get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("#keys")).to_contain_text("No key that works.")
    expect(page.locator("#keys")).to_contain_text("1 key that is over")


def test_a_key_is_marked_where_it_cannot_be_copied(enter: Enter) -> None:
    page = enter(StaffRole.MANAGER, width=DESKTOP)
    add(page, "Clipboardless Cars")
    key = issue(page, "Desk")
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('no'); }; }")
    page.get_by_role("button", name="Copy the key").click()
    expect(page.get_by_text("The key is marked.")).to_be_visible()
    assert page.evaluate("getSelection().toString()") == key


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing(enter: Enter, width: int, scheme: str) -> None:
    page = enter(StaffRole.OWNER, width=width, color_scheme=scheme, reduced_motion="reduce")
    partner = add(page, f"Grand Hotel {scheme}")
    issue(page, "Booking desk")
    seen = [Axe().run(page)]
    page.goto(partner)
    key = page.locator("#keys").get_by_role("link", name="Revoke").get_attribute("href")
    assert key
    procedure = f"partner_{scheme}.list"
    page.goto("/admin/partners/rollout/new")
    page.get_by_label("Procedure").fill(procedure)
    page.get_by_label(f"Grand Hotel {scheme}").check()
    page.get_by_role("button", name="Save").click()
    page.goto("/admin/me/keys/new")
    page.get_by_label("What it is for").fill("Script")
    page.get_by_role("button", name="Make the key").click()
    seen.append(Axe().run(page))
    pages = ["/admin/partners", "/admin/partners?q=nobody", partner, "/admin/me", "/admin/me/keys/new"]
    pages += [f"{partner}/{deed}" for deed in ("change", "suspend", "keys/new")]
    pages += [key, key.replace("revoke", "rotate")]
    pages += [f"/admin/partners/rollout{rest}" for rest in ("", f"/{procedure}", f"/{procedure}/clear")]
    page.goto("/admin/staff")
    member = page.locator(".row-link").first.get_attribute("href")
    pages.append(f"{member}/keys")
    for path in pages:
        page.goto(path)
        seen.append(Axe().run(page))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert [result.generate_report() for result in seen if result.violations_count] == []
