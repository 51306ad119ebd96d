"""Prices: nobody sends one, only what they want."""

from exodrive.api.access import PUBLIC, partner
from exodrive.api.call import Call
from exodrive.api.contracts.quotes import FindQuote, Quote
from exodrive.api.procedure import get, post, procedure
from exodrive.core.errors import Missing
from exodrive.services.partner.contracts import Scope
from exodrive.services.pricing.contracts import QuoteCar
from exodrive.services.pricing.errors import TripImpossible
from exodrive.services.pricing.service import QuoteService


@procedure(
    "quote.create",
    access=PUBLIC | partner(Scope.QUOTES_WRITE),
    rest=post("/quotes", 201),
    limit="60/minute",
    errors=(Missing, TripImpossible),
)
def create(call: Call, asked: QuoteCar) -> Quote:
    """The exact price of a car for a trip, kept for a while. Whether the car is free is found out by holding it."""
    return Quote.of(call.get(QuoteService).quote(asked, call.actor))


@procedure("quote.get", access=PUBLIC, rest=get("/quotes/{quote_id}"), limit="120/minute", errors=(Missing,))
def quote(call: Call, asked: FindQuote) -> Quote:
    """A quote as it was given, also after it has expired."""
    return Quote.of(call.get(QuoteService).get(asked.quote_id))
