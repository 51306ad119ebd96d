"""The schema: from zero by migrations, back, and again; the same as the models."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from exodrive import migrate, resources
from exodrive.core.db import driver_url
from exodrive.schema import metadata
from tests.servers import Addresses, create_empty, drop


@pytest.fixture
def empty(addresses: Addresses, worker_id: str) -> Iterator[Engine]:
    """A database without any table."""
    name = f"exodrive_test_empty_{worker_id}"
    engine = create_engine(driver_url(create_empty(addresses, name)), poolclass=NullPool)
    yield engine
    engine.dispose()
    drop(addresses, name)


def _differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False}
        )
        return list(compare_metadata(context, metadata))


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_up_down_up_from_nothing(empty: Engine) -> None:
    assert migrate.current(empty) is None
    migrate.upgrade(empty)
    first = _tables(empty)
    assert first == set(metadata.tables)
    assert migrate.current(empty) == migrate.newest()
    migrate.downgrade(empty)
    assert _tables(empty) == set()
    with empty.connect() as connection:
        left = connection.execute(
            text(
                "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace"
                " LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'"
                " WHERE nspname = 'public' AND d.objid IS NULL"
            )
        ).all()
    assert left == []
    migrate.upgrade(empty)
    assert _tables(empty) == first
    assert _differences(empty) == []


def test_the_migrated_schema_equals_the_models(engine: Engine) -> None:
    assert _differences(engine) == []


def test_checks_equal_the_models(engine: Engine) -> None:
    """Alembic does not compare CHECK constraints."""
    with engine.connect() as connection:
        found = set(
            connection.execute(text("SELECT conname FROM pg_constraint WHERE contype = 'c'")).scalars()
        )
    declared = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert {name for name in found if name.startswith("ck_")} == declared


def test_there_is_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(resources.path("migrations")))
    with Operations.context(MigrationContext.configure(dialect_name="postgresql")):
        assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_the_constraint_that_decides_who_gets_a_car(engine: Engine) -> None:
    """Alembic does not notice when it is missing."""
    with engine.connect() as connection:
        definition = connection.execute(
            text(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ex_claim_car_id_during'"
            )
        ).scalar_one()
    assert definition == "EXCLUDE USING gist (car_id WITH =, during WITH &&)"


def test_bookings_and_payments_are_never_deleted_in_passing(engine: Engine) -> None:
    with engine.connect() as connection:
        cascades = connection.execute(
            text(
                "SELECT conname FROM pg_constraint WHERE contype = 'f' AND confdeltype <> 'r'"
                " AND conrelid IN ('booking'::regclass, 'payment'::regclass, 'claim'::regclass, 'quote'::regclass)"
            )
        ).all()
    assert cascades == []


def test_the_audit_refuses_changes(engine: Engine, clean: None) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entry (id, actor_kind, action, subject_type, subject_id, data)"
                " VALUES (gen_random_uuid(), 'system', 'a', 'b', gen_random_uuid(), '{}')"
            )
        )
    for statement in ("UPDATE audit_entry SET action = 'c'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
