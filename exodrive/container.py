"""The one place that decides which class serves which port. The graph is checked when it is built."""

from typing import Any

import redis
import wireup

from exodrive.core.clock import Clock, SystemClock
from exodrive.core.crypto import Cipher, Signer
from exodrive.core.db import Database, make_engine
from exodrive.core.types import key_ring
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.settings import Settings


def create_container(
    settings: Settings, *, clock: Clock | None = None, database: Database | None = None
) -> wireup.SyncContainer:
    """Everything that the doors need, made once a process. Tests hand in their clock and database."""
    key_ring.fill(Cipher([key.get_secret_value() for key in settings.encryption_keys]))
    own_clock = clock or SystemClock()
    own_database = database or Database(
        make_engine(settings.database_url.get_secret_value(), pool_size=settings.database_pool)
    )

    def make_settings() -> Settings:
        return settings

    def make_clock() -> Clock:
        return own_clock

    def make_database() -> Database:
        return own_database

    def make_signer() -> Signer:
        return Signer(settings.secret_key.get_secret_value())

    def make_redis() -> redis.Redis:
        return redis.Redis.from_url(
            settings.redis_url.get_secret_value(),
            socket_timeout=3,
            socket_connect_timeout=3,
            health_check_interval=15,
        )

    return wireup.create_sync_container(
        injectables=[
            *(
                wireup.injectable(f)
                for f in (make_settings, make_clock, make_database, make_signer, make_redis)
            ),
            *(wireup.injectable(cls) for cls in _SERVICES),
        ]
    )


_SERVICES: tuple[type[Any], ...] = (
    UnitOfWorkFactory,
    AuditService,
)
