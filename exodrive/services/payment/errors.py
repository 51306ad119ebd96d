"""What can go wrong with a booking's money."""

from exodrive.core.errors import ExodriveError, Kind


class AlreadyPaid(ExodriveError):
    """The booking has a live authorisation: nothing more is to be paid."""

    kind = Kind.CONFLICT
    code = "already_paid"


class PaymentClosed(ExodriveError):
    """This attempt to pay has ended; a new one is needed."""

    kind = Kind.GONE
    code = "payment_closed"


class AmountExceeded(ExodriveError):
    """More than what is left to capture or to give back."""

    kind = Kind.CONFLICT
    code = "amount_exceeded"
