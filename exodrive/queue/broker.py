"""The relay's way to the broker: one connection, made anew after an outage."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from celery import Celery

from exodrive.core.ids import new_id
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

    def send(self, queue: str, ids: Sequence[UUID], limits: tuple[int, int] | None = None) -> None:
        """One message. Raises when the broker did not take it, or did not say so. It goes to its queue by name: where
        an exchange leads is known to the broker alone, which may have forgotten it. `limits`: the seconds after which
        a process that has begun with it is interrupted, and killed."""
        soft, hard = limits or (None, None)
        producer = self._connected()
        told = self._app.amqp.as_task_v2(
            str(new_id()),
            RUN_JOBS,
            args=([str(job_id) for job_id in ids],),
            soft_time_limit=soft,
            time_limit=hard,
            argsrepr="",
            kwargsrepr="",
        )
        try:
            producer.publish(
                told.body,
                exchange="",
                routing_key=queue,
                serializer="json",
                headers=told.headers,
                **told.properties,
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
