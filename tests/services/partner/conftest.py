"""A partner, members of staff who look after it, and the door that its keys open."""

from typing import Any
from uuid import UUID

import pytest

from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff
from exodrive.services.partner.contracts import IssueKey, KeyHolder, NewKey, Scope, WritePartner
from exodrive.services.partner.door import PartnerKeyService
from exodrive.services.partner.keys import KeyService
from exodrive.services.partner.service import PartnerService
from tests.staff import actor_of, make_staff


class Trade:
    """Both ends: the desk that gives keys, and the door where they are presented."""

    def __init__(self, get: Any, manager: Staff) -> None:
        self.partners: PartnerService = get(PartnerService)
        self.keys: KeyService = get(KeyService)
        self.staff = manager
        self.manager: Actor = actor_of(manager)
        self._door: PartnerKeyService = get(PartnerKeyService)

    def partner(self, name: str = "Palm Hotel") -> UUID:
        return self.partners.add(WritePartner(name=name, email="desk@palm.example"), self.manager)

    def key(self, partner_id: UUID, **over: Any) -> NewKey:
        """A key that may read bookings, for a year."""
        given: dict[str, Any] = {"name": "Desk", "scopes": [Scope.BOOKINGS_READ.value], "days": 365}
        return self.keys.issue(partner_id, IssueKey(**given | over), self.manager)

    def who(self, key: NewKey) -> KeyHolder | None:
        return self._door.who(key.secret)


@pytest.fixture
def manager(database: Database, get: Any) -> Staff:
    return make_staff(database, get(StaffKeys), StaffRole.MANAGER)


@pytest.fixture
def trade(get: Any, manager: Staff) -> Trade:
    return Trade(get, manager)
