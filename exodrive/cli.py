"""The `exodrive` command. Commands import what they need when they run: `up` has no second to lose."""
# ruff: noqa: PLC0415

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exodrive import __version__
from exodrive.local.errors import CannotStart
from exodrive.local.folder import Folder

if TYPE_CHECKING:
    from exodrive.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=".local",
    envvar="EXODRIVE_FOLDER",
    show_default=True,
    help="What `up` keeps between starts. Without DATABASE_URL, other commands join the one running there.",
)
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """ExoDrive: the booking portal of an exotic-car rental business."""
    context.obj = folder
    if context.invoked_subcommand != "up" and "DATABASE_URL" not in os.environ and folder.is_dir():
        for name, value in Folder(folder).environment().items():
            os.environ.setdefault(name, value)


@main.command()
@click.option("--host", default="127.0.0.1", envvar="HOST", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="First port to try.")
@click.option("--demo/--no-demo", default=True, show_default=True, help="Fill an empty database.")
@click.pass_obj
def up(folder: Path, host: str, port: int, demo: bool) -> None:
    """Start everything on this machine.

    DATABASE_URL and REDIS_URL select servers other than the embedded ones."""
    from exodrive.local.output import Console
    from exodrive.local.up import Options, run

    try:
        run(Options(folder=folder, host=host, port=port, demo=demo), Console())
    except CannotStart as reason:
        raise click.ClickException(str(reason)) from reason


@main.command()
def migrate() -> None:
    """Bring the database's schema to the newest migration."""
    from exodrive import migrate as migrations

    before = migrations.upgrade_at(_settings().database_url.get_secret_value())
    click.echo(f"{before} → {migrations.newest()}")


@main.command()
def doctor() -> None:
    """Say what is configured, reachable and migrated, and what is not."""
    from exodrive.doctor import examine
    from exodrive.settings import get_settings

    good = True
    for finding in examine(get_settings):
        good = good and finding.good
        click.echo(f"{'ok  ' if finding.good else 'FAIL'}  {finding.subject:<9} {finding.text}")
    if not good:
        raise SystemExit(1)


@main.command()
def settings() -> None:
    """List every setting, its default and its meaning."""
    from exodrive.doctor import settings_table

    click.echo(settings_table(), nl=False)


@main.command()
@click.option(
    "--into",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Write the list into this document, between its marks.",
)
def jobs(into: Path | None) -> None:
    """List every kind of job: payload, queue, policy and schedule."""
    from exodrive.queue.catalogue import jobs_table, put_into

    if into is None:
        click.echo(jobs_table(), nl=False)
    else:
        into.write_text(put_into(into.read_text()))


@main.command()
@click.option(
    "--into", type=click.Path(path_type=Path, dir_okay=False), help="Write the document into this file."
)
@click.option(
    "--check",
    "released",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Compare with this older document; fail if its clients would stumble.",
)
def openapi(into: Path | None, released: Path | None) -> None:
    """Print the OpenAPI document of the API."""
    import json

    from exodrive.api.compatibility import broken
    from exodrive.api.openapi import document
    from exodrive.core.clock import SystemClock

    made = document()
    if released is not None:
        found = broken(json.loads(released.read_text()), made, SystemClock().now().date())
        if found:
            raise click.ClickException("not compatible within a version:\n  " + "\n  ".join(found))
        click.echo(f"compatible with {released}")
        return
    text = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
    if into is None:
        click.echo(text, nl=False)
    else:
        into.write_text(text)


@main.command()
@click.option(
    "--into",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="The folder of the clients: docs/clients.",
)
def client(into: Path) -> None:
    """Write what is generated of the API's clients."""
    from exodrive.api.clients.writing import write

    write(into)


@main.command()
@click.option("--cars", default=2000, show_default=True, type=click.IntRange(1))
@click.option("--bookings", default=200_000, show_default=True, type=click.IntRange(0))
def seed(cars: int, bookings: int) -> None:
    """Fill a benchmark database."""
    from exodrive.container import create_container
    from exodrive.core.db import Database
    from exodrive.demo.seed import seed_benchmark

    container = create_container(_settings())
    seed_benchmark(container.get(Database), cars, bookings)
    container.close()


@main.command("rotate-keys")
def rotate_keys() -> None:
    """Write what is encrypted in the database anew with the first of EXODRIVE_ENCRYPTION_KEYS.

    Safe while everything runs; may be stopped and begun again."""
    from exodrive import schema
    from exodrive.core.crypto import Cipher
    from exodrive.core.db import make_engine
    from exodrive.core.rotation import rotate_keys as rotate

    settings = _settings()
    cipher = Cipher([key.get_secret_value() for key in settings.encryption_keys])
    engine = make_engine(settings.database_url.get_secret_value(), pool_size=1)
    unreadable = 0
    for done in rotate(engine, schema.metadata, cipher):
        unreadable += done.unreadable
        lost = f", {done.unreadable} that no key opens" if done.unreadable else ""
        click.echo(f"{done.table}: {done.renewed} written anew{lost}")
    engine.dispose()
    if unreadable:
        raise click.ClickException("some values can be read with none of the keys; keep the old ones")


@main.group()
def staff() -> None:
    """People who run the business."""


@staff.command("create-owner")
@click.argument("email")
def create_owner(email: str) -> None:
    """Print the one-time link by which a first owner chooses a password."""
    from exodrive.container import create_container
    from exodrive.core.db import Database
    from exodrive.core.errors import ExodriveError
    from exodrive.services.account.service import StaffService

    settings = _settings()
    container = create_container(settings)
    try:
        token = container.get(StaffService).create_owner(email)
    except ExodriveError as refused:
        reasons = "; ".join(word for words in refused.fields.values() for word in words)
        raise click.ClickException(reasons or refused.message) from refused
    finally:
        container.get(Database).engine.dispose()
        container.close()
    click.echo(f"{settings.base_url}/admin/welcome/{token}")


def _settings() -> "Settings":
    from pydantic import ValidationError

    from exodrive.doctor import setting_errors
    from exodrive.settings import get_settings

    try:
        return get_settings()
    except ValidationError as error:
        problems = "\n  ".join(setting_errors(error))
        raise click.ClickException(
            f"settings are incomplete (or start `exodrive up` first):\n  {problems}"
        ) from error
