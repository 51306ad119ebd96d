"""Three people who work at the demo business, with a password that everybody may know: never in production."""

import wireup
from sqlalchemy import select

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff
from exodrive.services.account.passwords import Passwords
from exodrive.settings import Settings

PASSWORD = "coast road at dawn"  # noqa: S105  printed by `exodrive up`, for a demo on the own machine
LOGINS = {
    StaffRole.OWNER: ("Olive Marchetti", "owner@exodrive.example"),
    StaffRole.MANAGER: ("Milo Brandt", "manager@exodrive.example"),
    StaffRole.AGENT: ("Amara Reyes", "agent@exodrive.example"),
}


def add_logins(container: wireup.SyncContainer) -> bool:
    """Let the three in; False where anybody works here already. Raises RuntimeError in production."""
    if container.get(Settings).production:
        raise RuntimeError("demo logins are not for production")
    keys, now = container.get(StaffKeys), container.get(Clock).now()
    with container.get(Database).sessions() as session:
        if session.scalar(select(Staff.id).limit(1)) is not None:
            return False
        made = container.get(Passwords).hash(PASSWORD)
        session.add_all(
            Staff(
                name=name,
                email=email,
                email_hash=keys.email(email),
                role=role,
                password_hash=made,
                active=True,
                created_at=now,
            )
            for role, (name, email) in LOGINS.items()
        )
        session.commit()
    return True
