"""The portal in a browser: the console finds, explains and mends what went wrong; every page is for everybody."""

from collections.abc import Callable
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import text

from exodrive.services.account.contracts import StaffRole
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.shopper import book, days, query
from tests.product import Product, wait_until
from tests.smtp import Inbox

Visit = Callable[..., Page]
MAIL = "email.booking_confirmation"


def booking_id(product: Product, reference: str) -> UUID:
    with product.database.read() as connection:
        found = connection.execute(text("SELECT id FROM booking WHERE reference = :r"), {"r": reference})
        return UUID(str(found.scalar_one()))


def state_of(product: Product, booking: UUID, kind: str = MAIL) -> str | None:
    with product.database.read() as connection:
        asked = {"kind": kind, "booking": booking}
        query_ = text("SELECT state FROM job WHERE kind = :kind AND subject_id = :booking")
        return connection.execute(query_, asked).scalar_one_or_none()


@pytest.fixture
def mishap(visit: Visit, product: Product, smtp: Inbox) -> Callable[[int], str]:
    """`mishap(200)`: a booking in so many days, whose mails the server refuses for good; its reference."""

    def book_in_vain(ahead: int) -> str:
        smtp.fail_next(550, 50)
        reference = book(visit(f"/cars/northgate-gt?{query(days(ahead))}"))
        wait_until(lambda: state_of(product, booking_id(product, reference)) == "dead", what="a dead mail")
        smtp.clear()
        return reference

    return book_in_vain


def go(page: Page, name: str) -> None:
    """Along the navigation, as a phone or a desk has it."""
    menu = page.get_by_label("Menu", exact=True).and_(page.locator("summary"))
    if menu.is_visible():
        menu.click()
    page.get_by_role("link", name=name, exact=True).and_(page.locator(".door-nav a:visible")).click()


@pytest.mark.parametrize(
    ("width", "js"),
    [
        pytest.param(DESKTOP, True, id="1440px with script"),
        pytest.param(PHONE, False, id="390px without script"),
    ],
)
def test_a_manager_finds_a_dead_mail_reads_why_and_sends_it_again(
    mishap: Callable[[int], str], enter: Callable[..., Page], product: Product, width: int, js: bool
) -> None:
    reference = mishap(200 if js else 280)
    page = enter(StaffRole.MANAGER, width=width, js=js)
    go(page, "Jobs")
    page.get_by_role("link", name="Dead jobs").click()
    expect(page.get_by_role("heading", name="By cause")).to_be_visible()
    page.get_by_label("About a booking or a customer").fill(reference)
    page.get_by_role("button", name="Find their jobs").click()
    expect(page.locator(".chip")).to_contain_text(f"Booking {reference}")
    page.locator("#found").get_by_role("link", name=MAIL).last.click()

    expect(page.get_by_text("It gave up: mail_refused")).to_be_visible()
    expect(page.locator(".attempts")).to_contain_text("The mail server refused the mail")
    expect(page.get_by_role("link", name=reference)).to_be_visible()

    page.get_by_role("button", name="Run again now").click()
    booking = booking_id(product, reference)
    if not js:
        wait_until(lambda: state_of(product, booking) == "completed", what="the mail")
        page.reload()
    expect(page.locator(".room-title .badge")).to_have_text(
        "Completed", timeout=20_000
    )  # by itself, with script
    expect(page.locator(".attempts li")).to_have_count(2)


def test_all_that_match_are_run_again_by_a_job_that_can_be_watched(
    mishap: Callable[[int], str], enter: Callable[..., Page], product: Product
) -> None:
    reference = mishap(230)
    page = enter(StaffRole.MANAGER)
    page.goto(f"/admin/jobs/list?state=dead&booking={reference}")
    page.get_by_role("link", name="Run now…").click()
    expect(page.get_by_role("heading", name="now?")).to_contain_text("job")
    page.get_by_role("button", name="Run them now").click()
    expect(page.get_by_role("heading", name="job.bulk")).to_be_visible()
    expect(page.locator(".room-title .badge")).to_have_text("Completed", timeout=20_000)
    expect(page.locator("#result")).to_contain_text("changed")
    booking = booking_id(product, reference)
    wait_until(lambda: state_of(product, booking) == "completed", what="the mail")


def test_an_agent_is_refused_the_console(enter: Callable[..., Page]) -> None:
    page = enter(StaffRole.AGENT)
    expect(page.get_by_role("link", name="Jobs")).to_have_count(0)
    page.goto("/admin/jobs")
    expect(page.get_by_text("Your role does not open this page.")).to_be_visible()


def test_what_is_open_stays_open_while_the_figures_change(enter: Callable[..., Page]) -> None:
    page = enter(StaffRole.MANAGER)
    page.goto("/admin/jobs")
    page.get_by_text("The same as a table").click()
    stand = page.get_by_text("As of")
    before = stand.inner_text()
    drawn = page.locator(".chart-drawing").first.element_handle()
    expect(stand).not_to_have_text(before, timeout=20_000)
    expect(page.locator(".chart-table")).to_have_attribute("open", "")
    assert drawn.evaluate("drawing => drawing.isConnected"), "nothing is drawn anew from nothing"
    page.get_by_role("button", name="Stop refreshing").click()
    expect(page.get_by_role("button", name="Stop refreshing")).to_have_attribute("aria-pressed", "true")


def test_a_tab_that_nobody_sees_asks_for_nothing(enter: Callable[..., Page]) -> None:
    page = enter(StaffRole.MANAGER)
    page.goto("/admin/jobs")
    for hidden in (True, False):
        page.evaluate(
            "hidden => Object.defineProperty(document, 'hidden', { configurable: true, value: hidden })",
            hidden,
        )
        held_back = page.evaluate(
            "() => new Promise((told) => document.addEventListener('htmx:beforeRequest',"
            " (event) => setTimeout(() => told(event.defaultPrevented)), { once: true }))"
        )
        assert held_back is hidden


@pytest.mark.parametrize("js", [True, False], ids=["with script", "without script"])
def test_a_queue_is_paused_after_a_question_and_resumed(enter: Callable[..., Page], js: bool) -> None:
    page = enter(StaffRole.MANAGER, js=js)
    page.goto("/admin/jobs")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="webhook", exact=True))
    for deed, after in (("Pause", "Resume"), ("Resume", "Pause")):
        row.get_by_role("link", name=deed).click()
        asking = page.get_by_role("dialog") if js else page.locator(".desk-question")
        expect(asking).to_contain_text(f"{deed} the queue webhook?" if js else f"{deed} webhook?")
        asking.get_by_role("button", name=deed).click()
        expect(row.get_by_role("link", name=after)).to_be_visible()


def test_a_new_link_takes_the_place_of_the_old_one(
    visit: Visit, enter: Callable[..., Page], product: Product, smtp: Inbox
) -> None:
    customer = visit(f"/cars/northgate-gt?{query(days(430))}")
    reference = book(customer)
    old = customer.url.partition("?")[0]
    page = enter(StaffRole.AGENT)
    booking = booking_id(product, reference)
    page.goto(f"/admin/bookings/{booking}")
    page.get_by_role("link", name="Send a new link").click()
    page.get_by_role("dialog").get_by_role("button", name="Send a new link").click()
    expect(page.locator(".toast")).to_contain_text("A new link is on its way")
    wait_until(lambda: state_of(product, booking, "email.new_link") == "completed", what="the mail")
    customer.goto(old)
    expect(customer.get_by_role("heading", name="We can’t find that page")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_in_the_portal(
    enter: Callable[..., Page], product: Product, width: int, scheme: str
) -> None:
    with product.database.read() as connection:
        booking = connection.execute(text("SELECT id FROM booking ORDER BY id LIMIT 1")).scalar_one()
        staff = connection.execute(text("SELECT id FROM staff WHERE role = 'agent'")).scalar_one()
        job = connection.execute(text("SELECT id FROM job ORDER BY id DESC LIMIT 1")).scalar_one()
    paths = [
        "/admin",
        "/admin/bookings",
        "/admin/bookings?booking=AAAAAAAA",
        f"/admin/bookings/{booking}",
        f"/admin/bookings/{booking}/new-link",
        f"/admin/bookings/{booking}/cancel",
        "/admin/jobs",
        "/admin/jobs?window=7d",
        "/admin/jobs/list",
        "/admin/jobs/list?state=dead",
        "/admin/jobs/list?kind=nothing.of.that&error=x",
        "/admin/jobs/list/prioritise?queue=email",
        "/admin/jobs/list/delete?queue=email",
        "/admin/jobs/pause?scope=queue&name=email",
        "/admin/jobs/schedules/payment.sweep",
        f"/admin/jobs/{job}",
        f"/admin/jobs/{job}/cancel",
        "/admin/campaigns",
        "/admin/campaigns/new",
        "/admin/mails",
        "/admin/staff",
        "/admin/staff/invite",
        f"/admin/staff/{staff}",
        f"/admin/staff/{staff}/deactivate",
        "/admin/me",
        "/admin/no-such-page",
        "/admin/sign-in",
        "/admin/forgotten",
    ]
    page = enter(StaffRole.OWNER, width=width, color_scheme=scheme, reduced_motion="reduce")
    for path in paths:
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
