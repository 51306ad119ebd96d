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

_WEEKEND = {
    "car": "corvane-k7",
    "pick_up_location": "los-angeles",
    "pick_up_date": "2027-03-12",
    "pick_up_time": "10:00",
    "return_date": "2027-03-15",
    "return_time": "10:00",
}


@procedure(
    "quote.create",
    access=PUBLIC | partner(Scope.QUOTES_WRITE),
    rest=post("/quotes", 201),
    limit="60/minute",
    errors=(Missing, TripImpossible),
    examples={"a_weekend": _WEEKEND},
)
def create(call: Call, asked: QuoteCar) -> Quote:
    """The exact price of a car for a trip, kept for a while. Whether the car is free is found out by holding it."""
    return Quote.of(call.get(QuoteService).quote(asked))


@procedure(
    "quote.get",
    access=PUBLIC,
    rest=get("/quotes/{quote_id}"),
    limit="120/minute",
    errors=(Missing,),
    examples={"a_quote": {"quote_id": "01a20ebf-be64-745f-8e72-037de9a7e137"}},
)
def quote(call: Call, asked: FindQuote) -> Quote:
    """A quote as it was given, also after it has expired."""
    return Quote.of(call.get(QuoteService).get(asked.quote_id))
