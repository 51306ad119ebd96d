"""Pages at rest: how long the server takes for the HTML, and what a page weighs without its images."""

import re
import statistics
import time
from collections.abc import Iterator
from urllib.parse import urljoin

from exodrive.services.pricing.service import QuoteService
from tests.load import asks
from tests.load.http import Browser
from tests.load.rig import Stage, options, stage

_HEAD = (
    "| page | HTML p50 ms | p95 ms | HTML KB | CSS KB | JS KB | fonts KB | all KB |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|"
)
_TAG = re.compile(r"<(?:link|script)\b[^>]*>")
_ADDRESS = re.compile(r'\b(?:href|src)="([^"]+)"')
_WITHIN = re.compile(rb"""url\(["']?([^"')]+)|\bfrom\s*["'](\.[^"']+)|\bimport\s*\(?["'](\.[^"']+)""")
_KINDS = {".css": "css", ".js": "js", ".woff2": "font"}


def report(on: Stage, times: int = 200) -> Iterator[str]:
    """A table of the pages that customers wait for."""
    database = on.database()
    asked = asks.quotes(database, 1)[0]
    quote = on.container(database).get(QuoteService).quote(asked)
    addresses = {
        "home": "/",
        "results": asks.address("/cars", asks.searches(1)[0]),
        "car": asks.address(f"/cars/{asked.car}", asked, without=("car",)),
        "details": f"/book/{quote.id}",
    }
    yield _HEAD
    with on.web() as product:
        browser = Browser(product.url)
        for name, address in addresses.items():
            took = list(_times(browser, address, times))
            html, css, js, font = weigh(browser, address)
            yield (
                f"| {name} | {statistics.median(took):.1f} | {sorted(took)[int(times * 0.95)]:.1f}"
                f" | {html:.1f} | {css:.1f} | {js:.1f} | {font:.1f} | {html + css + js + font:.1f} |"
            )


def _times(browser: Browser, address: str, times: int) -> Iterator[float]:
    for number in range(times + 20):
        began = time.perf_counter()
        browser.get(address)
        if number >= 20:  # each process has its templates by then
            yield (time.perf_counter() - began) * 1000


def weigh(browser: Browser, address: str) -> tuple[float, float, float, float]:
    """Compressed kilobytes of HTML, CSS, JavaScript and fonts, everything that they name included."""
    page = browser.get(address)
    weights = {"html": len(page.body), "css": 0, "js": 0, "font": 0}
    seen: set[str] = set()
    waiting = [
        urljoin(address, found[1])
        for tag in _TAG.findall(page.text)
        if (found := _ADDRESS.search(tag)) and "canonical" not in tag
    ]
    while waiting:
        one = waiting.pop().partition("#")[0]
        kind = next((kind for end, kind in _KINDS.items() if one.partition("?")[0].endswith(end)), None)
        if kind is None or one in seen:
            continue
        seen.add(one)
        answer = browser.get(one)
        weights[kind] += len(answer.body)
        if kind != "font":
            waiting += [
                urljoin(one, part.decode())
                for found in _WITHIN.findall(answer.plain)
                for part in found
                if part
            ]
    html, css, js, font = (weights[kind] / 1024 for kind in ("html", "css", "js", "font"))
    return html, css, js, font


def main() -> None:
    chosen = options(__doc__).parse_args()
    with stage(chosen) as on:
        for row in report(on):
            print(row, flush=True)


if __name__ == "__main__":
    main()
