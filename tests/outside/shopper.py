"""A customer with a browser that knows no JavaScript: keeps cookies, fills in forms, follows redirects when told."""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from exodrive.services.payment.sandbox.cards import CARDS

NUMBERS = {card.title: card.number for card in CARDS}
PATIENCE = 90  # seconds; a page that has not come by then never comes


@dataclass
class Form:
    """A form as it stands on a page, with what is filled in already."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects forms with their inputs, and the addresses of links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._open = True
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag == "input" and self._open and "name" in given and _counts(given):
            self.forms[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"


def _counts(given: Mapping[str, str]) -> bool:
    kind = given.get("type", "text")
    return kind not in {"submit", "button"} and (kind not in {"checkbox", "radio"} or "checked" in given)


@dataclass(frozen=True)
class Answer:
    """What came back for a request."""

    path: str
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def location(self) -> str:
        """The path that it sends the browser to; asserts that it does."""
        assert self.status == 303, (self.status, words(self.text))
        target = urlsplit(self.headers["Location"])
        return target.path + (f"?{target.query}" if target.query else "")

    def form(self, ending: str) -> Form:
        """The form whose action ends so."""
        found = [form for form in _Forms(self.text).forms if form.action.endswith(ending)]
        assert found, (f"no form to …{ending}", self.status, words(self.text))
        return found[0]

    def links(self, beginning: str) -> list[str]:
        """Addresses of the page that begin so."""
        return [link for link in _Forms(self.text).links if link.startswith(beginning)]


def words(page: str) -> str:
    """The text of a page's main part, for messages of failed assertions."""
    main = page.partition("<main")[2] or page
    return re.sub(r"(<[^>]*>|\s)+", " ", main)[:400]


class Shopper:
    """One person with one browser."""

    def __init__(self, url: str, name: str = "ada") -> None:
        self._address = urlsplit(url).netloc
        self._cookies: dict[str, str] = {}
        self.driver = {
            "name": f"{name.title()} Lovelace",
            "email": f"{name}@example.com",
            "phone": "+1 310 555 0100",
            "birth_date": "1985-12-10",
            "licence_number": "D1234567",
            "licence_country": "US",
            "consent": "true",
        }

    def another_tab(self) -> "Shopper":
        """The same person in the same browser, free to send something at the same time."""
        tab = Shopper(f"http://{self._address}")
        tab.driver, tab._cookies = self.driver, dict(self._cookies)
        return tab

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def submit(self, form: Form, *, accept: str = "text/html", **filled: str) -> Answer:
        """Send a form with these fields filled in."""
        return self._ask(form.method.upper(), form.action, form.fields | filled, {"Accept": accept})

    def _ask(
        self, method: str, path: str, fields: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Answer:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()), **headers}
        body = None
        if fields is not None:
            body = urlencode(fields)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(self._address, timeout=PATIENCE)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for value in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: one.value for name, one in SimpleCookie(value).items()}
        return Answer(path, response.status, response.headers, text)

    def choose(self, car: str, trip: Mapping[str, str]) -> Answer:
        """Look at a car for a trip and go on with its price; the page that asks for the driver's details."""
        page = self.get(f"/cars/{car}?{urlencode(trip)}")
        return self.get(self.submit(page.form("/quote")).location)

    def hold(self, details: Answer, *, accept: str = "text/html") -> Answer:
        """Fill in the details and send them."""
        return self.submit(details.form(details.path), accept=accept, **self.driver)

    def book(self, car: str, trip: Mapping[str, str]) -> str:
        """Up to the hold; the address of the booking."""
        return self.hold(self.choose(car, trip)).location

    def checkout(self, booking: str) -> Answer:
        """Press “pay”."""
        return self.submit(self.get(booking).form("/pay"))

    def enter(self, gateway: str, card: str = "Success") -> Answer:
        """Type a card on the gateway's page, which sends the browser back to the shop."""
        return self.type_card(self.get(gateway), card)

    def type_card(self, page: Answer, card: str = "Success") -> Answer:
        """As `enter`, on the page that is open already."""
        return self.submit(page.form(page.path), number=NUMBERS[card], expiry="12/40", cvc="123")

    def pay(self, booking: str, card: str = "Success") -> Answer:
        """The whole way to the gateway and back; the booking's page."""
        back = self.enter(self.checkout(booking).location, card)
        return self.get(self.get(back.location).location)

    def cancel(self, booking: str) -> Answer:
        """Agree to what the page says would come back."""
        return self.submit(self.get(f"{booking}/cancel").form("/cancel"))
