"""The `exodrive` command."""

import os
from pathlib import Path

import click
from pydantic import ValidationError
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from exodrive import __version__, doctor, migrate
from exodrive.core.db import driver_url
from exodrive.local.folder import AlreadyRunning, Folder, StillStopping
from exodrive.local.output import Console
from exodrive.local.servers import ServerFailed
from exodrive.local.up import NotForProduction, Options, run
from exodrive.settings import Settings, get_settings


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
    try:
        run(Options(folder=folder, host=host, port=port, demo=demo), Console())
    except AlreadyRunning as running:
        raise click.ClickException(f"already running in {folder}: {running}") from running
    except StillStopping as still:
        raise click.ClickException(f"programs of an earlier start in {folder} do not end") from still
    except NotForProduction as wrong:
        raise click.ClickException(
            "EXODRIVE_ENV is production: run wsgi:app and celery_worker instead"
        ) from wrong
    except (doctor.Unfit, ServerFailed) as unfit:
        raise click.ClickException(str(unfit)) from unfit


@main.command("migrate")
def bring_up_to_date() -> None:
    """Bring the database's schema to the newest migration."""
    engine = create_engine(driver_url(_settings().database_url.get_secret_value()), poolclass=NullPool)
    before = migrate.current(engine)
    migrate.upgrade(engine)
    click.echo(f"{before or 'nothing'} → {migrate.current(engine)}")
    engine.dispose()


@main.command("doctor")
def examine() -> None:
    """Say what is configured, reachable and migrated, and what is not."""
    findings = []
    for finding in doctor.examine(get_settings):
        findings.append(finding)
        click.echo(f"{'ok  ' if finding.good else 'FAIL'}  {finding.subject:<9} {finding.text}")
    if not all(finding.good for finding in findings):
        raise SystemExit(1)


@main.command()
@click.option("--cars", default=2000, show_default=True, type=click.IntRange(1))
@click.option("--bookings", default=200_000, show_default=True, type=click.IntRange(0))
def seed(cars: int, bookings: int) -> None:
    """Fill a benchmark database."""
    from exodrive.container import create_container  # noqa: PLC0415  the whole product, for this command only
    from exodrive.core.db import Database  # noqa: PLC0415
    from exodrive.demo.seed import seed_benchmark  # noqa: PLC0415

    container = create_container(_settings())
    seed_benchmark(container.get(Database), cars, bookings)
    container.close()


def _settings() -> Settings:
    try:
        return get_settings()
    except ValidationError as error:
        problems = "\n  ".join(doctor.setting_errors(error))
        raise click.ClickException(
            f"settings are incomplete (or start `exodrive up` first):\n  {problems}"
        ) from error
