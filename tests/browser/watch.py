"""What goes wrong in a browser without anybody seeing it."""

from playwright.sync_api import ConsoleMessage, Page, Request, Response


class Watch:
    """Notes errors on the console, requests to third parties, and answers that failed."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.complaints: list[str] = []
        self.expected: set[int] = set()

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Answers that failed are noted with their status below.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:", "about:")):
            self.complaints.append(f"third party: {request.url}")

    def _response(self, response: Response) -> None:
        main = response.request.is_navigation_request()
        if response.status >= 400 and not (main and response.status < 500):
            self.complaints.append(f"{response.status}: {response.url}")
