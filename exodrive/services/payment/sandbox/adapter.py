"""The sandbox behind the port. It keeps its books in transactions of its own, as another company would."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.services.payment.contracts import ChargeReport, ChargeState, Checkout, GatewayEvent
from exodrive.services.payment.gateway import GatewayRefused, GatewayUnavailable
from exodrive.services.payment.models import SandboxCharge
from exodrive.services.payment.sandbox import books, webhook
from exodrive.services.payment.sandbox.cards import titled
from exodrive.settings import Settings

NAME = "sandbox"
_HOLDS_MONEY = (ChargeState.AUTHORISED, ChargeState.CAPTURED)
_UNPAID = (ChargeState.CREATED, ChargeState.CHALLENGE, ChargeState.PROCESSING)


class SandboxGateway:
    """Test cards decide what happens: see `cards.py`."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._base_url = settings.base_url
        self._life_days = settings.sandbox_authorisation_days
        self._secret = settings.sandbox_webhook_secret.get_secret_value()

    @property
    def name(self) -> str:
        return NAME

    def checkout(
        self, *, key: str, amount: int, currency: str, description: str, return_url: str
    ) -> Checkout:
        if _origin(return_url) != _origin(self._base_url):
            raise GatewayRefused("The sandbox returns to its own merchant only.", reason="refused")
        now = self._clock.now()
        values = {
            "reference": books.new_reference(),
            "idempotency_key": key,
            "state": ChargeState.CREATED.value,
            "amount": amount,
            "currency": currency,
            "description": description,
            "return_url": return_url,
            "life_days": self._life_days,
            "created_at": now,
            "updated_at": now,
        }
        with self._database.sessions.begin() as session:
            session.execute(insert(SandboxCharge).values(values).on_conflict_do_nothing())
            row = books.lock_by_key(session, key, now)
            if row is None or (row.amount, row.currency) != (amount, currency):
                raise GatewayRefused("This key was used for another payment.", reason="refused")
            return Checkout(reference=row.reference, url=f"{self._base_url}/sandbox/pay/{row.reference}")

    def read(self, reference: str) -> ChargeReport:
        with self._database.sessions.begin() as session:
            row = self._lock(session, reference)
            silent = _stays_silent(row)
            found = books.report(row)
        if silent:
            raise GatewayUnavailable("The sandbox did not answer in time.")
        return found

    def find(self, key: str) -> ChargeReport | None:
        with self._database.sessions.begin() as session:
            row = books.lock_by_key(session, key, self._clock.now())
            silent = row is not None and _stays_silent(row)
            found = books.report(row) if row else None
        if silent:
            raise GatewayUnavailable("The sandbox did not answer in time.")
        return found

    def capture(self, reference: str, amount: int, key: str) -> ChargeReport:
        with self._database.sessions.begin() as session:
            row = self._lock(session, reference)
            if not _done_before(row, key, "capture", amount):
                if books.lapsed(row):
                    raise GatewayRefused("The bank has let go of this amount.", reason="lapsed")
                if row.state not in _HOLDS_MONEY or amount > row.amount - row.captured - row.released:
                    raise GatewayRefused("There is not so much to capture.", reason="refused")
                row.captured += amount
                books.move(row, ChargeState.CAPTURED, self._clock.now())
            return books.report(row)

    def void(self, reference: str, key: str) -> ChargeReport:
        with self._database.sessions.begin() as session:
            row = self._lock(session, reference)
            if not _done_before(row, key, "void", 0):
                row.lapses_at = None
                if row.state in _HOLDS_MONEY:
                    row.released = row.amount - row.captured
                if row.state in _UNPAID or row.state == ChargeState.AUTHORISED:
                    books.move(row, ChargeState.VOIDED, self._clock.now())
            return books.report(row)

    def refund(self, reference: str, amount: int, key: str) -> ChargeReport:
        with self._database.sessions.begin() as session:
            row = self._lock(session, reference)
            if not _done_before(row, key, "refund", amount):
                if amount > row.captured - row.refunded:
                    raise GatewayRefused("There is not so much to give back.", reason="refused")
                row.refunded += amount
                row.updated_at = self._clock.now()
            return books.report(row)

    def renew(self, reference: str, key: str) -> ChargeReport:
        made, answers = self._reserve_again(reference, key)
        if not answers:
            raise GatewayUnavailable("The sandbox did not answer in time.")
        if made.failure is not None:
            raise GatewayRefused("The bank does not reserve this amount again.", reason=made.failure)
        self.void(reference, f"{key}:replaced")
        return made

    def _reserve_again(self, reference: str, key: str) -> tuple[ChargeReport, bool]:
        """The charge that was, or now is, made with `key` on the card that was left; whether the sandbox says so."""
        with self._database.sessions.begin() as session:
            now = self._clock.now()
            old = self._lock(session, reference)
            made = books.lock_by_key(session, key, now)
            if made is not None:
                return books.report(made), True
            if old.state != ChargeState.AUTHORISED and not books.lapsed(old):
                raise GatewayRefused("There is nothing to reserve again.", reason="refused")
            card = titled(old.instrument or "")
            made = books.again(old, key, now, failure=card.renewal if card else None)
            session.add(made)
            return books.report(made), not (card and card.silent_renewal)

    def parse_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayEvent:
        given = {name.lower(): value for name, value in headers.items()}
        webhook.verify(self._secret, given.get(webhook.HEADER.lower(), ""), body, now)
        return webhook.parse(body)

    def _lock(self, session: Session, reference: str) -> SandboxCharge:
        row = books.lock(session, reference, self._clock.now())
        if row is None:
            raise GatewayRefused("The sandbox knows no such charge.", reason="refused")
        return row


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _stays_silent(row: SandboxCharge) -> bool:
    if row.silent_reads == 0:
        return False
    row.silent_reads -= 1
    return True


def _done_before(row: SandboxCharge, key: str, move: str, amount: int) -> bool:
    """Whether `key` was used for this very move already; notes it if not."""
    known = row.moves.get(key)
    if known is None:
        row.moves = {**row.moves, key: {"move": move, "amount": amount}}
        return False
    if known != {"move": move, "amount": amount}:
        raise GatewayRefused("This key was used for another move.", reason="refused")
    return True
