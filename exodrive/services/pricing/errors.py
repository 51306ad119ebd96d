"""What can be wrong with a trip, a quote or a promo code."""

from exodrive.core.errors import ExodriveError, Kind


class TripImpossible(ExodriveError):
    """These dates, times, places or options cannot be had; `fields` says which and why, all reasons at once."""

    kind = Kind.INVALID
    code = "trip_impossible"


class QuoteExpired(ExodriveError):
    """The quote's time is over: ask for a new one."""

    kind = Kind.GONE
    code = "quote_expired"


class PromoExhausted(ExodriveError):
    """The code was used up, by everyone or by this customer, between the quote and the booking."""

    kind = Kind.CONFLICT
    code = "promo_exhausted"
