"""Whose endpoints are whose: for the staff all of them, for a partner its own."""

from uuid import UUID

from exodrive.core.actor import Actor
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.webhook.contracts import EndpointView
from exodrive.services.webhook.endpoints import Endpoints
from exodrive.services.webhook.rules import partner_of


class EndpointService(Endpoints):
    """For managers and owners: every endpoint. What they add is the business's own."""

    def _own(self, actor: Actor) -> UUID | None:
        require(actor, StaffRole.MANAGER)
        return None

    def of_partner(self, partner_id: UUID, actor: Actor) -> tuple[EndpointView, ...]:
        """Those of a partner, oldest first."""
        require(actor, StaffRole.MANAGER)
        return self._list(partner_id)


class PartnerEndpointService(Endpoints):
    """For a partner: its own endpoints, ten at most."""

    def _own(self, actor: Actor) -> UUID | None:
        return partner_of(actor)
