"""The relay's way to the broker: one connection, made anew after an outage."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from celery import Celery

from exodrive.queue.config import RUN_JOBS


class Broker:
    """Sends messages of ids."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._connection: Any = None
        self._producer: Any = None

    def check(self) -> None:
        """Raises when the broker does not answer, so that nothing is taken that cannot be sent."""
        self._connected()

    def send(self, queue: str, ids: Sequence[UUID]) -> None:
        """One message. Raises when the broker did not take it, or did not say so."""
        producer = self._connected()
        try:
            self._app.send_task(
                RUN_JOBS, args=[[str(job_id) for job_id in ids]], queue=queue, producer=producer, retry=False
            )
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            connection.release()

    def _connected(self) -> Any:
        if self._producer is None:
            self._connection = self._app.connection_for_write()
            try:
                self._connection.ensure_connection(max_retries=1, interval_start=0, timeout=3)
                self._producer = self._app.amqp.Producer(self._connection, auto_declare=False)
            except Exception:
                self.close()
                raise
        return self._producer
