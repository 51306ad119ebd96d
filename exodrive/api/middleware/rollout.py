"""Whether a procedure is open: rolled out and back by staff, by share of the clients and by partner."""

from collections.abc import Callable

from exodrive.api.call import Answer, Call
from exodrive.api.errors import NotOpen
from exodrive.services.partner.rollout import RolloutService


def rolled_out(call: Call, carry: Callable[[Call], Answer]) -> Answer:
    """Raises `NotOpen`."""
    client = call.client
    if not call.get(RolloutService).is_open(
        call.procedure.name, client=client.name, partner_id=client.partner_id
    ):
        raise NotOpen("This is not open to you at the moment.")
    return carry(call)
