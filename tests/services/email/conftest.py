"""Fixtures of the mail room."""

import pytest

from exodrive.core.clock import ManualClock
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.rendering import MailRenderer
from exodrive.settings import Settings


@pytest.fixture
def composer(settings: Settings, clock: ManualClock) -> MailComposer:
    return MailComposer(MailRenderer(settings), clock, settings)
