"""Debian's chromium on the whole product with its demo business."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from exodrive.container import create_container
from exodrive.core.db import Database
from exodrive.demo.load import load_demo
from exodrive.demo.staff import add_logins
from exodrive.services.account.contracts import StaffRole
from exodrive.settings import Settings
from tests.browser.staff import sign_in
from tests.browser.watch import Watch
from tests.product import Product
from tests.servers import Addresses, copy_template, drop

CHROMIUM = shutil.which("chromium")
# Only the last list of features counts: Playwright's own, and three pages that chromium loads with every window for an
# address bar that nobody sees, at twice the price of the window.
NOT_WANTED = (
    *(
        "AvoidUnnecessaryBeforeUnloadCheckSync",
        "DestroyProfileOnBrowserClose",
        "HttpsUpgrades",
        "LensOverlay",
    ),
    *("HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    *("PreconnectToSearch", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
)
# No sandbox: tests may run as root. The rest keeps a browser quiet that has no network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(NOT_WANTED)}",
)
PHONE, DESKTOP = 390, 1440


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def product(
    addresses: Addresses, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """The running product; its tests share it, so each books days of its own."""
    name = f"{settings.database_url.get_secret_value().rpartition('/')[2].partition('?')[0]}_browser"
    url = copy_template(addresses, name)
    number = int(settings.redis_url.get_secret_value().rpartition("/")[2]) + 7
    values = {
        **{field.alias: getattr(settings, key) for key, field in Settings.model_fields.items()},
        "DATABASE_URL": url,
        "REDIS_URL": addresses.numbered(number),
    }
    container = create_container(Settings.model_validate(values))
    load_demo(container)
    add_logins(container)
    container.get(Database).engine.dispose()
    container.close()
    running = Product(
        settings, tmp_path_factory.mktemp("product"), DATABASE_URL=url, REDIS_URL=values["REDIS_URL"]
    )
    yield running.start()
    running.stop()
    drop(addresses, name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield made
        made.close()


@pytest.fixture
def visit(browser: Browser, product: Product) -> Iterator[Callable[..., Page]]:
    """`visit("/cars", width=390, js=False)`: a page in a browser of its own. Whatever a page logs as an error, fetches
    from elsewhere or fails to fetch, fails the test."""
    opened: list[BrowserContext] = []
    watch = Watch(product.url)

    def open_page(path: str, *, width: int = DESKTOP, js: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=js,
            base_url=product.url,
            locale="en-US",
            **options,
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        page = context.new_page()
        watch.over(page)
        page.goto(path)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert watch.complaints == []


@pytest.fixture
def enter(visit: Callable[..., Page]) -> Callable[..., Page]:
    """`enter(StaffRole.MANAGER, width=390)`: the first page of the portal, signed in."""

    def open_portal(role: StaffRole, **options: object) -> Page:
        page = visit("/admin/sign-in", **options)
        sign_in(page, role)
        return page

    return open_portal
