"""Making keys, and showing them without their secret."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.crypto import digest, from_url
from exodrive.core.ids import new_id, new_secret
from exodrive.core.uow import UnitOfWork
from exodrive.services.partner import repository, rules
from exodrive.services.partner.contracts import KeyKind, KeyView, NewKey, Scope
from exodrive.services.partner.errors import TooManyKeys
from exodrive.services.partner.models import ApiKey

MOST = 20
"""Keys of one owner that work at a time."""


def make_key(
    uow: UnitOfWork,
    *,
    kind: KeyKind,
    owner_id: UUID,
    name: str,
    scopes: list[str],
    lives: timedelta,
) -> tuple[ApiKey, NewKey]:
    """A new key of a partner or of a member of staff, who is locked. Raises `TooManyKeys`."""
    owner = {"partner_id" if kind is KeyKind.PARTNER else "staff_id": owner_id}
    if repository.working(uow.session, now=uow.now, **owner) >= MOST:
        raise TooManyKeys(f"There are {MOST} keys already. Please revoke one that is not needed any more.")
    key_id = new_id()
    prefix = rules.prefix_of(kind, key_id)
    secret = rules.compose(prefix, from_url(new_secret(rules.SECRET_SIZE)))
    row = ApiKey(
        id=key_id,
        **owner,
        name=name,
        prefix=prefix,
        secret_hash=digest(secret),
        scopes=sorted(set(scopes)),
        created_at=uow.now,
        expires_at=uow.now + lives,
    )
    uow.session.add(row)
    uow.session.flush()
    return row, NewKey(key_id=key_id, name=name, secret=secret, expires_at=row.expires_at)


def view_of(row: RowMapping, now: datetime) -> KeyView:
    """A row of the table as it is shown."""
    values = dict(row)
    replaced = values.pop("replaced_by") is not None
    state = rules.state_of(
        revoked_at=row["revoked_at"], expires_at=row["expires_at"], replaced=replaced, now=now
    )
    scopes = tuple(Scope(scope) for scope in row["scopes"])
    return KeyView(**{**values, "scopes": scopes, "state": state})
