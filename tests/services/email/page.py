"""Reads HTML as a browser would: elements with their attributes, and the visible text."""

from html.parser import HTMLParser

_SILENT = frozenset({"style", "script", "title"})


class Page(HTMLParser):
    """`tags` are (name, attributes) in order; `text` is what is shown, in single spaces."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._words: list[str] = []
        self._silent = 0
        self.feed(html)
        self.close()
        self.text = " ".join("".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        self._words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.append(data)

    def names(self) -> set[str]:
        return {name for name, _ in self.tags}

    def links(self) -> list[str]:
        return [attributes["href"] for name, attributes in self.tags if name == "a"]
