"""Bringing the schema of a database to the newest migration, and telling where it is."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from exodrive import resources
from exodrive.core.db import driver_url

_LOCK = 7_342_001  # advisory: two processes that start together migrate one after the other


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.path("migrations")))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to `revision`."""
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        command.upgrade(_config(connection), revision)
        connection.commit()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
        connection.commit()


def upgrade_at(url: str) -> str:
    """Migrate the database of that address up to the newest; the revision that it was at, or "nothing"."""
    engine = create_engine(driver_url(url), poolclass=NullPool)
    before = current(engine)
    upgrade(engine)
    engine.dispose()
    return before or "nothing"


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Migrate down to `revision`."""
    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def newest() -> str:
    """The one head of the migrations."""
    offline = MigrationContext.configure(dialect_name="postgresql")
    with Operations.context(offline):  # a migration may use `op` where it is read, not only where it runs
        return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(engine: Engine) -> str | None:
    """The revision that a database is at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
