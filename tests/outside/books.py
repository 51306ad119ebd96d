"""Every book of the business side by side: bookings, claims, money, the gateway's own records, jobs and mail.

Each rule is a query that answers what breaks it, so a failure names the rows.
"""

import itertools
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from exodrive.core.clock import SystemClock
from exodrive.core.crypto import digest
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.booking.contracts import ExpireHolds
from exodrive.services.payment.contracts import SweepPayments
from tests.product import wait_until
from tests.smtp import Inbox

_MONEY = """
WITH money AS (
    SELECT a.id, a.booking_id, a.state, a.amount, a.idempotency_key,
           coalesce(sum(m.amount) FILTER (WHERE m.move = 'capture'), 0) AS captured,
           coalesce(sum(m.amount) FILTER (WHERE m.move = 'refund'), 0) AS refunded,
           coalesce(sum(m.amount) FILTER (WHERE m.move = 'void'), 0) AS voided
    FROM payment a LEFT JOIN payment m ON m.parent_id = a.id AND m.state = 'succeeded'
    WHERE a.move = 'authorise' GROUP BY a.id
)
"""
_LIVE = "b.state IN ('held', 'confirmed', 'active')"

RULES: Mapping[str, str] = {
    "a booking that counts has its claim, no other has one": f"""
        SELECT b.reference, b.state, c.kind FROM booking b
        LEFT JOIN claim c ON c.booking_id = b.id WHERE ({_LIVE}) <> (c.id IS NOT NULL)""",
    "a claim is its booking's car and time with the turnaround": """
        SELECT b.reference FROM claim c JOIN booking b ON b.id = c.booking_id JOIN car ON car.id = b.car_id
        WHERE (c.car_id, c.starts_at, c.ends_at)
              <> (b.car_id, b.starts_at, b.ends_at + car.turnaround_minutes * interval '1 minute')
           OR c.kind <> CASE WHEN b.state = 'held' THEN 'hold' ELSE 'booking' END
           OR c.expires_at IS DISTINCT FROM b.hold_expires_at""",
    "a booking was told to the audit as often as it changed": """
        SELECT b.reference, b.state FROM booking b
        WHERE (SELECT count(*) FROM audit_entry WHERE subject_id = b.id AND action = 'booking.held') <> 1
           OR (SELECT count(*) FROM audit_entry WHERE subject_id = b.id AND action = 'booking.confirmed')
              <> (b.confirmed_at IS NOT NULL)::int
           OR (SELECT count(*) FROM audit_entry WHERE subject_id = b.id AND action = 'booking.cancelled')
              <> (b.state = 'cancelled')::int""",
    "what is confirmed is paid for, once": f"""{_MONEY}
        SELECT b.reference FROM booking b WHERE b.state = 'confirmed' AND 1 <> (
            SELECT count(*) FROM money m
            WHERE m.booking_id = b.id AND m.state = 'succeeded' AND m.amount = b.total AND m.voided = 0)""",
    "every charge was intended": """
        SELECT reference, state FROM sandbox_charge s
        WHERE NOT EXISTS (SELECT FROM payment p WHERE p.idempotency_key = s.idempotency_key)""",
    "what the gateway reserves or keeps is what our books say": f"""{_MONEY}
        SELECT b.reference, b.state, m.state, m.amount, m.captured, m.refunded, m.voided,
               s.state, s.captured, s.refunded, s.released
        FROM money m JOIN booking b ON b.id = m.booking_id
        JOIN sandbox_charge s ON s.idempotency_key = m.idempotency_key
        WHERE s.amount <> m.amount OR (s.captured, s.refunded) <> (m.captured, m.refunded)
           OR (m.state = 'succeeded') AND (s.released <> m.voided
              OR s.state NOT IN ('authorised', 'captured', 'voided'))
           OR (m.state <> 'succeeded') AND s.state IN ('authorised', 'captured')
              AND s.captured + s.released < s.amount""",
    "no money is reserved for what is no booking": """
        SELECT s.reference, s.state, b.reference, b.state FROM sandbox_charge s
        JOIN payment p ON p.idempotency_key = s.idempotency_key JOIN booking b ON b.id = p.booking_id
        WHERE s.state IN ('authorised', 'captured') AND s.captured + s.released < s.amount
          AND b.state <> 'confirmed'""",
    "every money move has ended": """
        SELECT move, state FROM payment WHERE move <> 'authorise' AND state IN ('open', 'pending')""",
    "no job has given up": "SELECT kind, error_code, error_text FROM job WHERE state = 'dead'",
    "a confirmed booking was told of, once": """
        SELECT b.reference, b.state FROM booking b
        WHERE (SELECT count(*) FROM mail_message m WHERE m.booking_id = b.id AND m.state = 'sent'
               AND m.kind = 'booking_confirmation') <> (b.confirmed_at IS NOT NULL)::int""",
    "a cancelled booking was told of, once": """
        SELECT b.reference FROM booking b
        WHERE (SELECT count(*) FROM mail_message m WHERE m.booking_id = b.id AND m.state = 'sent'
               AND m.kind = 'cancellation') <> (b.state = 'cancelled' AND b.confirmed_at IS NOT NULL)::int""",
    "no mail is on its way for ever": "SELECT kind, state, failure FROM mail_message WHERE state <> 'sent'",
}

_UNFINISHED = """
SELECT kind, state, attempts, error_code FROM job WHERE state IN ('waiting', 'active')
    OR state IN ('scheduled', 'retrying') AND (run_at <= now() OR state = 'retrying')
"""


class Books:
    """Reads of the product's database, and the few moves of its time that tests would else have to wait for."""

    def __init__(self, database: Database, inbox: Inbox) -> None:
        self._database = database
        self._inbox = inbox

    def rows(self, sql: str, **values: Any) -> list[Any]:
        with self._database.read() as connection:
            return list(connection.execute(text(sql), values))

    def one(self, sql: str, **values: Any) -> Any:
        """The first column of the only row."""
        return self.rows(sql, **values)[0][0]

    def write(self, sql: str, **values: Any) -> None:
        with self._database.read() as connection:
            connection.execute(text(sql), values)

    def promise(self, *jobs: object) -> None:
        """Commit jobs, as beat would."""
        with UnitOfWorkFactory(self._database, SystemClock())() as uow:
            for job in jobs:
                uow.enqueue(job)
            uow.commit()

    def state(self, car: str) -> str | None:
        """Of the only booking that the car ever had; None for no booking."""
        found = self.rows(
            "SELECT b.state FROM booking b JOIN car ON car.id = b.car_id WHERE slug = :car", car=car
        )
        assert len(found) <= 1, found
        return found[0].state if found else None

    def charges(self, booking: str) -> list[str]:
        """The states of the gateway's charges for the booking of an address."""
        found = self.rows(
            """SELECT s.state FROM sandbox_charge s JOIN payment p ON p.idempotency_key = s.idempotency_key
               JOIN booking b ON b.id = p.booking_id WHERE b.link_hash = :hash""",
            hash=_link_hash(booking),
        )
        return [row.state for row in found]

    def settle(self) -> None:
        """Wait until every job that is due, or waits to be tried again, has been done. The pauses before the next
        try, and before a message is sent again that may be lost, are cut short from time to time."""
        unfinished: list[Any] = []
        looks = itertools.count(1)

        def quiet() -> bool:
            unfinished[:] = self.rows(_UNFINISHED)
            if unfinished and next(looks) % 40 == 0:
                self._hurry()
            return not unfinished

        try:
            wait_until(quiet, 90)
        except AssertionError as error:
            raise AssertionError(f"still to do: {unfinished}") from error

    def _hurry(self) -> None:
        self.write("UPDATE job SET published_at = published_at - interval '1 hour' WHERE state = 'waiting'")
        self.write("UPDATE job SET run_at = now() WHERE state = 'retrying'")

    def give_worker_up(self) -> None:
        """As if the time had passed after which a silent worker is taken for dead; only while none runs."""
        self.write("UPDATE job SET leased_until = now() - interval '1 second' WHERE state = 'active'")

    def sweep(self) -> None:
        """As if every hold's time were over and every open payment old: let the sweepers come by."""
        self.write(
            "UPDATE payment SET created_at = created_at - interval '3 minutes' WHERE state IN ('open', 'pending')"
        )
        self.lapse()
        self.promise(SweepPayments(), ExpireHolds())
        self.settle()

    def lapse(self, booking: str | None = None) -> None:
        """End the time of all holds, or of that of one booking's address; no sweep has been there yet."""
        only = "AND b.id = (SELECT id FROM booking WHERE link_hash = :hash)" if booking else ""
        values = {"hash": _link_hash(booking)} if booking else {}
        self.write(
            f"""WITH late AS (
                UPDATE booking b SET hold_expires_at = now() - interval '1 second'
                WHERE state = 'held' {only} RETURNING id)
            UPDATE claim SET expires_at = now() - interval '1 second' FROM late WHERE claim.booking_id = late.id""",
            **values,
        )

    def check(self) -> None:
        """Assert every rule, and that no mail went out in two versions."""
        broken = {rule: found for rule, sql in RULES.items() if (found := self.rows(sql))}
        assert not broken, broken
        sent = {(row.kind, row.message_id) for row in self.rows("SELECT kind, message_id FROM mail_message")}
        assert len(sent) == len(self.rows("SELECT DISTINCT kind, booking_id FROM mail_message")), sent
        assert set(self.mails()) == {message_id for _, message_id in sent}

    def mails(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(str(message["Message-ID"]) for message in self._inbox.messages)


def _link_hash(booking: str) -> bytes:
    return digest(booking.rpartition("/")[2])
