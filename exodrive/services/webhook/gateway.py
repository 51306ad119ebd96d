"""The port to the endpoints of others."""

from collections.abc import Mapping
from typing import Protocol

from exodrive.services.webhook.rules import Answer


class Sender(Protocol):
    """Sends one request, once."""

    def check(self, url: str) -> None:
        """Whether we would send there, as far as it shows without asking the network. Raises `TargetRefused`."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Whatever happens is an answer; nothing is raised. Redirects are not followed."""
