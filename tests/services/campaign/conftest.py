"""A manager with something to tell, and people who asked for it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import wireup

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.campaign.contracts import WriteCampaign
from exodrive.services.campaign.service import CampaignService
from exodrive.services.email.consent import ConsentService
from tests.services.booking.conftest import car, desk, hold, home, quote, way  # noqa: F401  a small business
from tests.services.booking.post import Post, open_post
from tests.smtp import Inbox

MANAGER = Actor(kind=ActorKind.STAFF, id=str(uuid4()), role=StaffRole.MANAGER)


class Press:
    """Both ends: what is written here, what is promised, and what arrives."""

    def __init__(self, get: Any, post: Post, smtp: Inbox) -> None:
        self.campaigns: CampaignService = get(CampaignService)
        self.post = post
        self.smtp = smtp
        self._get = get

    def ask(self, *addresses: str) -> None:
        """They want news."""
        with self._get(UnitOfWorkFactory)() as uow:
            for address in addresses:
                self._get(ConsentService).give(uow, address)
            uow.commit()

    def write(self, **over: Any) -> UUID:
        """A draft."""
        words = {"name": "Spring", "subject": "The coast road is open", "text": "Dear you,\n\ncome & drive."}
        return self.campaigns.write(WriteCampaign(**words | over), MANAGER)

    def send(self, **over: Any) -> UUID:
        """A campaign on its way."""
        campaign = self.write(**over)
        self.campaigns.send(campaign, MANAGER)
        return campaign


@pytest.fixture
def press(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox
) -> Iterator[Press]:
    with open_post(container, database, clock, smtp) as post:
        yield Press(container.get, post, smtp)
