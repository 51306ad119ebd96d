"""What a booking's money allows, and what a gateway's report means. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from exodrive.services.payment.contracts import ChargeReport, ChargeState, Move

FIRST_SWEEP = timedelta(minutes=2)
ABANDONED_AFTER = timedelta(minutes=30)
RENEWED_LATELY = timedelta(hours=1)
"""A reserve that is said to have lapsed so soon after it was made anew is not made anew again."""

# Why a move failed: the code that is stored, and the words for the customer.
FAILURES = {
    "declined": "The bank declined this card.",
    "insufficient_funds": "The card has not enough available for this amount.",
    "authentication": "The bank could not confirm that it was you.",
    "cancelled": "The payment was cancelled.",
    "expired": "The payment page was open for too long.",
    "abandoned": "The payment was never started.",
    "released": "The payment was released.",
    "mismatch": "The payment did not match the booking, and was released.",
    "duplicate": "The booking was paid twice; this payment was released.",
    "lapsed": "The bank has let go of the reserved amount.",
    "refused": "The payment provider refused.",
}

# Nobody but the customer had a hand in these: the staff are not told.
OWN_CHOICE = frozenset({"cancelled", "expired", "abandoned", "released"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One authorisation and what followed from it; minor units. The `…ing` sums are intents not settled yet."""

    authorised: int
    captured: int = 0
    capturing: int = 0
    voided: int = 0
    voiding: int = 0
    refunded: int = 0
    refunding: int = 0

    @property
    def reserved(self) -> int:
        """Authorised and, as far as is known, neither captured nor released."""
        return self.authorised - self.captured - self.voided

    @property
    def left_to_capture(self) -> int:
        """What no other intent lays claim to."""
        return max(0, self.reserved - self.capturing - self.voiding)

    @property
    def left_to_refund(self) -> int:
        """What may still be given back of what is captured, or is being captured: a refund waits for the capture
        before it, and is refused with it."""
        return self.captured + self.capturing - self.refunded - self.refunding

    @property
    def kept(self) -> int:
        """What the customer will have paid once every intent has settled and nothing else happens."""
        return self.left_to_capture + self.left_to_refund

    @property
    def live(self) -> bool:
        return self.kept > 0


@dataclass(frozen=True, slots=True)
class Step:
    """A capture, refund or void to intend."""

    move: Move
    amount: int


def give_back(standing: Standing, amount: int) -> tuple[Step, ...]:
    """The moves after which the customer has `amount` back: what is reserved is released, what was captured
    is refunded, and what the business keeps of a reservation is captured first. `amount` ≤ `standing.kept`."""
    keep = standing.kept - amount
    steps = []
    secured = standing.left_to_refund
    if keep > secured:
        steps.append(Step(Move.CAPTURE, keep - secured))
    elif keep < secured:
        steps.append(Step(Move.REFUND, secured - keep))
    release = standing.left_to_capture - max(0, keep - secured)
    if release > 0:
        steps.append(Step(Move.VOID, release))
    return tuple(steps)


class Verdict(StrEnum):
    WAIT = "wait"
    AUTHORISED = "authorised"
    FAILED = "failed"
    MISMATCH = "mismatch"  # money is reserved, but not what was asked for


_UNDECIDED = (ChargeState.CREATED, ChargeState.CHALLENGE, ChargeState.PROCESSING)
_RESERVED = (ChargeState.AUTHORISED, ChargeState.CAPTURED)


def judge(
    report: ChargeReport | None, *, amount: int, currency: str, reference: str | None, age: timedelta
) -> tuple[Verdict, str | None]:
    """What a report says about an intent of `amount`, `age` old, and why it failed. No report: the gateway
    has never heard of it."""
    if report is None:
        lost = reference is None and age >= ABANDONED_AFTER
        return (Verdict.FAILED, "abandoned") if lost else (Verdict.WAIT, None)
    if report.state in _UNDECIDED:
        return Verdict.WAIT, None
    if report.state in _RESERVED:
        same = (report.amount, report.currency) == (amount, currency)
        return (Verdict.AUTHORISED, None) if same else (Verdict.MISMATCH, "mismatch")
    if report.state is ChargeState.VOIDED:
        return Verdict.FAILED, "released"
    return Verdict.FAILED, report.failure if report.failure in FAILURES else "refused"
