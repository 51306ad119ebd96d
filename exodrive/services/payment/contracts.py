"""Money moves as others see them: what a gateway tells, what became of an intent, and the jobs of this room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ledger import Policy, job
from exodrive.core.resilience import System


class Move(StrEnum):
    """What is to be done with the money."""

    AUTHORISE = "authorise"
    RENEW = "renew"  # reserve the same anew, before the bank lets go of it
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


class MoveState(StrEnum):
    """What became of a move."""

    OPEN = "open"  # the intent is written; the gateway may or may not know it
    PENDING = "pending"  # the gateway has it; the customer or the bank has not finished
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class ChargeState(StrEnum):
    """Where a charge stands, as the gateway tells it."""

    CREATED = "created"  # a checkout exists, the customer has not paid
    CHALLENGE = "challenge"  # the customer's bank asks them something
    PROCESSING = "processing"  # the bank has not answered yet
    AUTHORISED = "authorised"  # the money is reserved
    FAILED = "failed"
    CAPTURED = "captured"  # at least a part was taken
    VOIDED = "voided"  # released without taking any


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeReport:
    """A gateway's account of one charge; amounts in minor units. `released` was given back without being taken;
    `failure` is one of the codes of `rules.FAILURES`; `lapses_at` is when the bank lets go of what is reserved, None
    where nothing is or the gateway does not say."""

    reference: str
    state: ChargeState
    amount: int
    captured: int
    refunded: int
    currency: str
    failure: str | None = None
    released: int = 0
    lapses_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A page of the gateway where the customer pays."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayEvent:
    """A verified webhook: only a hint that the charge changed, never the truth about it."""

    event_id: str
    kind: str
    reference: str | None


class Outcome(StrEnum):
    """What `PaymentService.record` made of a gateway's report."""

    PENDING = "pending"  # nothing decided yet
    AUTHORISED = "authorised"  # decided now, by this call: the money is reserved
    FAILED = "failed"  # decided now, by this call
    ALREADY = "already"  # decided by an earlier call, or a second authorisation that is being given back


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A booking's money, derived from its settled moves; minor units. `reserved` is authorised and neither
    captured nor released; `authorisation_id` is the live authorisation."""

    authorised: int
    captured: int
    refunded: int
    voided: int
    reserved: int
    currency: str | None
    authorisation_id: UUID | None

    @property
    def paid(self) -> int:
        """What the business keeps at this moment."""
        return self.captured - self.refunded


@job(
    "payment.settle",
    Policy(
        queue="payment",
        needs=System.GATEWAY,
        priority=1,
        max_attempts=10,
        first_retry=2,
        longest_retry=600,
    ),
    subject="booking_id",
)
@contract
class SettlePayment:
    """Read the gateway's state of an authorisation and act on it."""

    payment_id: UUID
    booking_id: UUID


@job(
    "payment.move",
    Policy(queue="payment", needs=System.GATEWAY, priority=2, max_attempts=12, first_retry=2),
    subject="booking_id",
)
@contract
class ExecuteMove:
    """Carry a capture, void, refund or renewal to the gateway."""

    payment_id: UUID
    booking_id: UUID


@job("payment.capture", Policy(queue="payment", priority=4, max_attempts=12), subject="booking_id")
@contract
class CapturePayment:
    """Take what is still reserved for a booking."""

    booking_id: UUID


@job("payment.event", Policy(queue="payment", priority=1, max_attempts=10, first_retry=2))
@contract
class ReadGatewayEvent:
    """Act on a stored webhook."""

    event_id: UUID


@job("payment.renew_authorisations", Policy(queue="payment", priority=5, max_attempts=3, time_limit=300))
@contract
class RenewAuthorisations:
    """Have every reserve made anew that would lapse before its capture."""


@job("booking.ask_to_pay_again", Policy(queue="booking", priority=3, max_attempts=12), subject="booking_id")
@contract
class AskToPayAgain:
    """A reserve could not be made anew: the booking needs another payment. `payment_id` is the renewal that failed."""

    payment_id: UUID
    booking_id: UUID


@job("payment.sweep", Policy(queue="payment", priority=3, max_attempts=3))
@contract
class SweepPayments:
    """Find intents that were left open."""


@job("payment.forget_events", Policy(queue="upkeep", priority=9, max_attempts=3, time_limit=900))
@contract
class ForgetGatewayEvents:
    """Delete what gateways told us and was acted on long ago."""


_MAIL = Policy(queue="email", needs=System.MAIL, priority=4, max_attempts=12, first_retry=10)


@job("email.payment_receipt", _MAIL, subject="booking_id")
@contract
class SendPaymentReceipt:
    """Tell the customer that a capture has taken money."""

    payment_id: UUID
    booking_id: UUID


@job("email.refund", _MAIL, subject="booking_id")
@contract
class SendRefundNotice:
    """Tell the customer that a refund has gone out."""

    payment_id: UUID
    booking_id: UUID


@job("email.payment_failed", _MAIL, subject="booking_id")
@contract
class SendPaymentFailedNotice:
    """Tell the staff that money did not move."""

    payment_id: UUID
    booking_id: UUID


@job("sandbox.webhook", Policy(queue="webhook", priority=3, max_attempts=6, first_retry=1, longest_retry=60))
@contract
class SendSandboxWebhook:
    """The sandbox gateway tells us of a change, `times` times."""

    reference: str
    event_id: str
    kind: str
    times: int = field(validate.Range(1, 5), default=1)
