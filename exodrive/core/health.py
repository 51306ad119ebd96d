"""Whether what we stand on answers: asked by the readiness of a process."""

import psycopg
import redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from exodrive.core import observe
from exodrive.core.db import Database

log = observe.logger(__name__)


_OUTAGES = (
    *(OperationalError, InterfaceError, PoolTimeout),
    *(psycopg.OperationalError, psycopg.InterfaceError),  # of what is said to the driver itself
)


def is_outage(error: Exception) -> bool:
    """Whether an error means that the database did not answer or had no time: the same call may succeed later."""
    return isinstance(error, _OUTAGES)


def database_answers(database: Database) -> bool:
    """One round trip to PostgreSQL."""
    try:
        with database.read() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("health.database", problem=type(error).__name__)
        return False
    return True


def redis_answers(client: redis.Redis) -> bool:
    """One round trip to Redis."""
    try:
        return bool(client.ping())
    except RedisError as error:
        log.warning("health.redis", problem=type(error).__name__)
        return False
