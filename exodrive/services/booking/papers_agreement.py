"""The rental agreement: the booking's facts, and the terms in words."""

from typing import Any

from exodrive.services.booking.papers_data import Told, address_lines, head, price
from exodrive.services.booking.policy_text import for_booking
from exodrive.services.email.formats import day, moment, money


def agreement(told: Told) -> dict[str, Any]:
    """What renter and house sign. `row["confirmed_at"]` dates it."""
    view, row = told.view, told.row
    zone = view.pick_up.zone
    house = told.business["name"]
    return (
        head(told, "Rental agreement", view.reference)
        | price(told)
        | {
            "facts": [
                ("Agreement", view.reference),
                ("Date", day(row["confirmed_at"], zone)),
                ("Place", view.pick_up.name),
            ],
            "parties": [
                {"title": "Owner", "lines": [house, view.pick_up.name, *address_lines(view.pick_up)]},
                {"title": "Renter and driver", "lines": _renter(told)},
            ],
            "car": [
                ("Car", f"{view.car.name}, {view.car.year}, {row['colour']}"),
                ("Plate", row["plate"]),
                ("Vehicle number", row["vin"]),
            ],
            "rental": _rental(told),
            "clauses": _clauses(told),
            "signers": [[f"For {house}", "Place, date"], [row["customer_name"], "Place, date"]],
        }
    )


def _renter(told: Told) -> list[str]:
    """Of the licence, as everywhere, only the last four signs."""
    row = told.row
    licence = f"Licence …{row['licence_number'].strip()[-4:]}, issued in {row['licence_country']}"
    return [row["customer_name"], row["customer_email"], row["customer_phone"], licence]


def _rental(told: Told) -> list[tuple[str, str]]:
    view, quote, address = told.view, told.quote, told.row["delivery_address"]
    return [
        ("Pick-up", moment(view.starts_at, view.pick_up.zone)),
        ("Handed over at", address if address and quote.asked.delivery_band else _place(told, pick_up=True)),
        ("Return", moment(view.ends_at, view.drop_off.zone)),
        (
            "Given back at",
            address if address and quote.asked.collection_band else _place(told, pick_up=False),
        ),
        ("Length", f"{view.days} {'day' if view.days == 1 else 'days'} of 24 hours"),
        ("Miles included", f"{view.included_miles:,} for the whole rental"),
        ("Each further mile", money(view.overage_per_mile, view.currency)),
        ("Security deposit", money(view.deposit, view.currency)),
    ]


def _place(told: Told, *, pick_up: bool) -> str:
    place = told.view.pick_up if pick_up else told.view.drop_off
    return ", ".join([place.name, *address_lines(place)])


def _clause(title: str, *words: str) -> dict[str, Any]:
    return {"title": title, "words": list(words)}


_HANDOVER = _clause(
    "Handover and return",
    "At the pick-up both sides look at the car together and write down its miles, its fuel and any mark on"
    " it; at the return they do so again. The car comes back in the same state, with the same fuel, at the time"
    " and place named above.",
    "Whoever will be late tells the owner before the time of the return. Each started 24 hours beyond it is a"
    " further day at the daily rate.",
)
_CONDUCT = (
    _clause(
        "How the car is used",
        "The car is driven on paved public roads and never on a track, in a race, off the road, for hire, in tow,"
        " or under the influence of alcohol or drugs. Nobody smokes in it. It does not leave the country of the"
        " pick-up unless the owner has agreed in writing.",
    ),
    _clause(
        "Damage and theft",
        "The renter looks after the car and locks it. After an accident, a theft or any damage the renter calls"
        " the police where the law asks for it, and the owner at once, and has nothing repaired without the"
        " owner’s word.",
        "The renter answers for damage and loss during the rental as the law says, up to what an insurer does not"
        " bear.",
    ),
    _clause("Fines and tolls", "Fines, tolls and parking charges of the rental are the renter’s."),
)
_PARTICULARS = _clause(
    "Particulars",
    "The owner keeps what the renter has told only to carry out this agreement and as long as the law asks. If"
    " a part of this agreement does not hold, the rest does. The law of the place of pick-up applies.",
)


def _clauses(told: Told) -> list[dict[str, Any]]:
    view = told.view
    deposit, overage = money(view.deposit, view.currency), money(view.overage_per_mile, view.currency)
    policy = for_booking(view.policy, starts_at=view.starts_at, zone=view.pick_up.zone)
    return [
        _clause(
            "What is agreed",
            "The owner lets the car named above to the renter for the time named above, at the price named above,"
            " which includes the tax shown. The renter takes it for private use.",
        ),
        _clause(
            "Who drives",
            f"Only the renter named above drives. The driver is at least {told.row['minimum_age']} years old, holds a"
            " licence that is valid where the car is driven, and shows it in the original at the pick-up.",
        ),
        _clause(
            "Payment and deposit",
            "The price is charged to the card that the renter gave. Nothing is charged beyond it but what this"
            " agreement names.",
            f"A deposit of {deposit} is held on a credit card in the driver’s name before the car is handed over, and"
            " released after the return. It is not part of the price. What the renter owes for damage, further miles,"
            " fuel, cleaning, fines or tolls may be taken from it, each with its reason in writing.",
        ),
        _HANDOVER,
        _clause(
            "Miles",
            f"{view.included_miles:,} miles are included. Each further mile is {overage}, by the car’s own odometer.",
        ),
        *_CONDUCT,
        {"title": "Changing plans", "words": list(policy)},
        _PARTICULARS,
    ]
