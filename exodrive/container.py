"""The one place that decides which class serves which port. The graph is checked when it is built."""

from typing import Any

import redis
import wireup

from exodrive import schema
from exodrive.core.cache import AnswerCache
from exodrive.core.clock import Clock, SystemClock
from exodrive.core.crypto import Cipher, Signer
from exodrive.core.database_clock import DatabaseClock
from exodrive.core.db import Database, make_engine
from exodrive.core.errors import Unavailable
from exodrive.core.resilience import Guard, System
from exodrive.core.types import key_ring
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.queue.schedule import SCHEDULE
from exodrive.services.account.entry import EntryService
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.mails import StaffMailService
from exodrive.services.account.passwords import Passwords
from exodrive.services.account.retention import AccountRetention
from exodrive.services.account.service import StaffService
from exodrive.services.account.sessions import SessionService
from exodrive.services.account.throttle import SignInThrottle
from exodrive.services.audit.service import AuditService
from exodrive.services.booking.access import BookingAccess
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.checkout import CheckoutService
from exodrive.services.booking.desk import StaffBookingService
from exodrive.services.booking.desk_jobs import JobSubjectService
from exodrive.services.booking.events import BookingEvents
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.mail_again import MailsAgain
from exodrive.services.booking.mail_desk import MailDeskService
from exodrive.services.booking.mails import BookingMailService
from exodrive.services.booking.mails_booking import MailedBookings
from exodrive.services.booking.mails_journey import JourneyMailService
from exodrive.services.booking.mails_money import PaymentMailService
from exodrive.services.booking.mails_staff import ManifestService, StaffNoticeService
from exodrive.services.booking.manage import ManageService
from exodrive.services.booking.papers import BookingPapers
from exodrive.services.booking.partner import PartnerBookingService
from exodrive.services.booking.renewal import RenewalService
from exodrive.services.booking.retention import QuoteRetention
from exodrive.services.booking.search import SearchService
from exodrive.services.campaign.mails import CampaignMailService
from exodrive.services.campaign.service import CampaignService
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.car.desk import CarDeskService
from exodrive.services.car.events import CarEvents
from exodrive.services.car.places import CataloguePlaces
from exodrive.services.car.service import CatalogueService
from exodrive.services.content.service import ContactService
from exodrive.services.document.service import DocumentService
from exodrive.services.document.storage import FileStore
from exodrive.services.document.typesetter import Typesetter
from exodrive.services.email.addresses import MailAddresses
from exodrive.services.email.caught import CaughtMailbox
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.consent import ConsentService
from exodrive.services.email.contact import ContactMailService
from exodrive.services.email.events import MailEventService
from exodrive.services.email.gateway import Mailer, MailUnavailable
from exodrive.services.email.gateways.guarded import GuardedMailer
from exodrive.services.email.gateways.smtp import SmtpMailer
from exodrive.services.email.rendering import MailRenderer
from exodrive.services.email.service import MailService
from exodrive.services.idempotency.service import IdempotencyService
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.batches import BatchService
from exodrive.services.job.breakers import BreakerService
from exodrive.services.job.console import JobConsoleService
from exodrive.services.job.console_desk import JobDeskService
from exodrive.services.job.control import JobControlService
from exodrive.services.job.dispatch import DispatchService
from exodrive.services.job.monitoring import JobHealthService
from exodrive.services.job.rates import JobRates
from exodrive.services.job.rhythm import Places, Schedule
from exodrive.services.job.schedule import ScheduleService
from exodrive.services.job.service import JobService
from exodrive.services.job.upkeep import JobUpkeepService
from exodrive.services.job.workers import WorkerBook
from exodrive.services.media.retention import PhotoRetention
from exodrive.services.media.service import PhotoService
from exodrive.services.partner.door import PartnerKeyService
from exodrive.services.partner.keys import KeyService
from exodrive.services.partner.rollout import RolloutService
from exodrive.services.partner.service import PartnerService
from exodrive.services.partner.tokens import TokenService
from exodrive.services.partner.usage import UsageService
from exodrive.services.payment.announcing import PaymentEvents
from exodrive.services.payment.events import PaymentEventService, PaymentSweeper
from exodrive.services.payment.gateway import Gateway, GatewayUnavailable
from exodrive.services.payment.guarded import GuardedGateway
from exodrive.services.payment.moves import MoveService
from exodrive.services.payment.queries import PaymentQueries
from exodrive.services.payment.retention import GatewayEventRetention
from exodrive.services.payment.sandbox.adapter import SandboxGateway
from exodrive.services.payment.sandbox.page import SandboxPageService
from exodrive.services.payment.sandbox.webhook import SandboxWebhookSender
from exodrive.services.payment.service import PaymentService
from exodrive.services.pricing.rate_desk import RateDeskService
from exodrive.services.pricing.service import QuoteService
from exodrive.services.report.exports import ExportService
from exodrive.services.report.links import ExportLinks
from exodrive.services.report.making import ExportMaker
from exodrive.services.report.service import ReportService
from exodrive.services.webhook.delivery import DeliveryService
from exodrive.services.webhook.feed import EventFeedService
from exodrive.services.webhook.gateway import Sender
from exodrive.services.webhook.gateways.http import HttpSender
from exodrive.services.webhook.mails import WebhookMailService
from exodrive.services.webhook.publisher import WebhookPublisher
from exodrive.services.webhook.service import EndpointService, PartnerEndpointService
from exodrive.settings import Settings


def create_container(
    settings: Settings, *, clock: Clock | None = None, database: Database | None = None
) -> wireup.SyncContainer:
    """Everything that the doors need, made once a process. Tests hand in their clock and database."""
    key_ring.fill(Cipher([key.get_secret_value() for key in settings.encryption_keys]))
    schema.metadata.sorted_tables  # noqa: B018  resolves every foreign key now, not in the first flush that needs one
    own_clock = clock or SystemClock()
    own_database = database or Database(
        make_engine(settings.database_url.get_secret_value(), pool_size=settings.database_pool)
    )

    given = {Settings: settings, Clock: own_clock, Database: own_database, Schedule: Schedule(SCHEDULE)}
    return wireup.create_sync_container(
        injectables=[
            *(wireup.instance(value, as_type=kind) for kind, value in given.items()),
            *(
                wireup.injectable(part)
                for part in (make_signer, make_redis, make_places, make_gateway, make_mailer, make_sender)
            ),
            *(wireup.injectable(service) for service in _SERVICES),
        ]
    )


def create_queue_container(settings: Settings) -> wireup.SyncContainer:
    """As above, by the time of the database: leases are shared by machines whose clocks may differ."""
    database = Database(
        make_engine(settings.database_url.get_secret_value(), pool_size=settings.database_pool)
    )
    return create_container(settings, clock=DatabaseClock(database), database=database)


def make_signer(settings: Settings) -> Signer:
    """Signs links and hashes customers."""
    return Signer(settings.secret_key.get_secret_value())


def make_redis(settings: Settings) -> redis.Redis:
    """Counts, breakers and the broker's health; short time-outs, since a page waits for it."""
    return redis.Redis.from_url(
        settings.redis_url.get_secret_value(),
        socket_timeout=3,
        socket_connect_timeout=3,
        health_check_interval=15,
    )


def make_places(catalogue: CatalogueService) -> Places:
    """Where the schedule's walls hang."""
    return CataloguePlaces(catalogue)


def make_gateway(settings: Settings, database: Database, clock: Clock, client: redis.Redis) -> Gateway:
    """The payment gateway that the settings name."""
    guard = make_guard(System.GATEWAY, settings, client, GatewayUnavailable)
    return GuardedGateway(SandboxGateway(database, clock, settings), guard)


def make_mailer(settings: Settings, client: redis.Redis) -> Mailer:
    """The mail server that the settings name."""
    return GuardedMailer(SmtpMailer(settings), make_guard(System.MAIL, settings, client, MailUnavailable))


def make_sender(settings: Settings) -> Sender:
    """What sends webhooks."""
    return HttpSender(deadline=settings.service_timeout, private=settings.webhook_private_targets)


def make_guard(system: System, settings: Settings, client: redis.Redis, refusal: type[Unavailable]) -> Guard:
    """What stands around an outside system, as the settings say."""
    return Guard(
        system,
        client,
        deadline=settings.service_timeout,
        refusal=refusal,
        tries=settings.service_retry_attempts,
        breaks=settings.service_circuit_breaker,
    )


_SERVICES: tuple[type[Any], ...] = (
    UnitOfWorkFactory,
    AnswerCache,
    AuditService,
    PartnerKeyService,
    PartnerService,
    KeyService,
    TokenService,
    UsageService,
    RolloutService,
    WebhookPublisher,
    DeliveryService,
    EndpointService,
    PartnerEndpointService,
    EventFeedService,
    WebhookMailService,
    FileStore,
    Typesetter,
    DocumentService,
    StaffKeys,
    Passwords,
    SignInThrottle,
    SessionService,
    EntryService,
    StaffService,
    StaffMailService,
    CatalogueService,
    CarDeskService,
    QuoteService,
    RateDeskService,
    ContactService,
    MailAddresses,
    ConsentService,
    MailRenderer,
    MailComposer,
    MailService,
    MailEventService,
    ContactMailService,
    CaughtMailbox,
    IdempotencyService,
    BreakerService,
    DispatchService,
    AttemptService,
    JobService,
    ScheduleService,
    BatchService,
    AccountRetention,
    QuoteRetention,
    GatewayEventRetention,
    JobHealthService,
    JobConsoleService,
    JobControlService,
    JobDeskService,
    JobRates,
    WorkerBook,
    JobUpkeepService,
    PaymentEvents,
    PaymentService,
    PaymentQueries,
    MoveService,
    PaymentEventService,
    PaymentSweeper,
    SandboxPageService,
    SandboxWebhookSender,
    AvailabilityService,
    BookingLinks,
    BookingAccess,
    HoldService,
    CheckoutService,
    CancellationService,
    RenewalService,
    ManageService,
    PartnerBookingService,
    BookingPapers,
    SearchService,
    StaffBookingService,
    JobSubjectService,
    MailedBookings,
    BookingEvents,
    CarEvents,
    BookingMailService,
    CampaignService,
    CampaignMailService,
    PaymentMailService,
    JourneyMailService,
    StaffNoticeService,
    ManifestService,
    MailsAgain,
    MailDeskService,
    PhotoService,
    PhotoRetention,
    ReportService,
    ExportLinks,
    ExportService,
    ExportMaker,
)
