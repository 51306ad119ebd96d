"""Alembic's entry: the schema of `exodrive.schema` against the database of the settings."""

from alembic import context
from sqlalchemy import Connection, create_engine, pool

from exodrive.core.db import driver_url
from exodrive.schema import metadata


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, compare_type=True, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()


def _url() -> str:
    from exodrive.settings import get_settings  # noqa: PLC0415  not needed where a connection is handed in

    return driver_url(get_settings().database_url.get_secret_value())


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with create_engine(_url(), poolclass=pool.NullPool).connect() as own:
        _run(own)
