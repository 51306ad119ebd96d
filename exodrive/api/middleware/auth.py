"""Who calls, by the bearer token; and whether the procedure has a way in for them."""

from collections.abc import Callable

import wireup

from exodrive.api.access import Client, ClientKind
from exodrive.api.call import Answer, Call
from exodrive.api.errors import CredentialMissing, CredentialRefused, ScopeMissing
from exodrive.core.actor import Actor, ActorKind
from exodrive.core.errors import Forbidden
from exodrive.services.partner.door import PartnerKeyService

_SCHEME = "bearer "
_KEYS = ("exo_partner_", "exo_staff_")


def identify(container: wireup.SyncContainer, authorization: str, address: str, request_id: str) -> Client:
    """The client behind an `Authorization` header: a key of a partner or of a member of staff, else the link of a
    booking. Raises `CredentialRefused`."""
    scheme, token = authorization[: len(_SCHEME)].lower(), authorization[len(_SCHEME) :].strip()
    if not authorization:
        return _someone(ClientKind.ANONYMOUS, address, request_id)
    if scheme != _SCHEME or not token:
        raise CredentialRefused("The Authorization header must be “Bearer” and a key or a booking’s token.")
    if not token.startswith(_KEYS):
        return _someone(ClientKind.CUSTOMER, address, request_id, link=token)
    holder = container.get(PartnerKeyService).who(token)
    if holder is None:
        raise CredentialRefused("This key is unknown, has expired or was revoked.")
    if holder.partner_id is not None:
        actor = Actor(kind=ActorKind.PARTNER, id=str(holder.partner_id), request_id=request_id)
        kind = ClientKind.PARTNER
    else:
        role = holder.role.value if holder.role else None
        actor = Actor(kind=ActorKind.STAFF, id=str(holder.staff_id), request_id=request_id, role=role)
        kind = ClientKind.STAFF
    return Client(
        kind=kind,
        name=f"key:{holder.key_id}",
        actor=actor,
        key_id=holder.key_id,
        partner_id=holder.partner_id,
        scopes=holder.scopes,
        role=holder.role,
    )


def _someone(kind: ClientKind, address: str, request_id: str, link: str | None = None) -> Client:
    """Customers are counted by address: tokens cost nothing to make up."""
    actor = Actor(kind=ActorKind.CUSTOMER, request_id=request_id)
    return Client(kind=kind, name=f"address:{address}", actor=actor, link=link)


def admitted(call: Call, carry: Callable[[Call], Answer]) -> Answer:
    """Lets in whom the procedure has a way for. Raises `CredentialMissing`, `ScopeMissing`, `Forbidden`."""
    access, client = call.procedure.access, call.client
    ways = {
        ClientKind.ANONYMOUS: access.public,
        ClientKind.CUSTOMER: access.public or access.customer,
        ClientKind.PARTNER: access.scope in client.scopes if access.scope else access.public,
        ClientKind.STAFF: access.public
        or bool(access.role and client.role and client.role.covers(access.role)),
    }
    if ways[client.kind]:
        return carry(call)
    if client.kind is ClientKind.ANONYMOUS:
        raise CredentialMissing("This needs a key, or the token of a booking, as a bearer token.")
    if client.kind is ClientKind.PARTNER and access.scope:
        raise ScopeMissing(f"This key does not have the scope {access.scope.value}.")
    raise Forbidden("This is not open to you.")
