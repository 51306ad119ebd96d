"""The one place that decides which class serves which port. The graph is checked when it is built."""

from typing import Any

import redis
import wireup

from exodrive.core.clock import Clock, SystemClock
from exodrive.core.crypto import Cipher, Signer
from exodrive.core.db import Database, make_engine
from exodrive.core.resilience import Guard
from exodrive.core.types import key_ring
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.car.service import CatalogueService
from exodrive.services.content.service import ContactService
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.dispatch import DispatchService
from exodrive.services.job.service import JobService
from exodrive.services.payment.events import PaymentEventService, PaymentSweeper
from exodrive.services.payment.gateway import Gateway, GatewayUnavailable
from exodrive.services.payment.guarded import GuardedGateway
from exodrive.services.payment.moves import MoveService
from exodrive.services.payment.sandbox.adapter import SandboxGateway
from exodrive.services.payment.sandbox.page import SandboxPageService
from exodrive.services.payment.sandbox.webhook import SandboxWebhookSender
from exodrive.services.payment.service import PaymentService
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
                for f in (make_settings, make_clock, make_database, make_signer, make_redis, make_gateway)
            ),
            *(wireup.injectable(cls) for cls in _SERVICES),
        ]
    )


def make_gateway(settings: Settings, database: Database, clock: Clock, client: redis.Redis) -> Gateway:
    """The payment gateway that the settings name."""
    guard = Guard(
        f"gateway:{settings.payment_gateway}",
        client,
        deadline=settings.service_timeout,
        refusal=GatewayUnavailable,
    )
    return GuardedGateway(SandboxGateway(database, clock, settings), guard)


_SERVICES: tuple[type[Any], ...] = (
    UnitOfWorkFactory,
    AuditService,
    CatalogueService,
    ContactService,
    DispatchService,
    AttemptService,
    JobService,
    PaymentService,
    MoveService,
    PaymentEventService,
    PaymentSweeper,
    SandboxPageService,
    SandboxWebhookSender,
)
