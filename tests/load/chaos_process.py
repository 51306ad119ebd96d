"""The queue's processes in the chaos. CHAOS_LEASE is the lease in seconds; the file CHAOS_CLOCK says by how many
seconds the database's clock is wrong."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import wireup

from exodrive.container import create_container
from exodrive.core.database_clock import DatabaseClock
from exodrive.core.db import Database, make_engine
from exodrive.queue import relay
from exodrive.queue.celery_app import create_celery
from exodrive.queue.config import PROCESSES, Timing
from exodrive.services.job.rhythm import Recurring
from exodrive.settings import Settings, get_settings
from tests.load.chaos_kinds import Tick

LEASE = float(os.environ.get("CHAOS_LEASE", "15"))
_CLOCK = Path(os.environ.get("CHAOS_CLOCK", os.devnull))


class JumpingClock(DatabaseClock):
    """Of a database whose clock somebody sets."""

    def _read(self) -> datetime:
        return super()._read() + timedelta(seconds=float(_CLOCK.read_text() or 0))


def make_container(settings: Settings) -> wireup.SyncContainer:
    """The services, by that clock."""
    database = Database(
        make_engine(settings.database_url.get_secret_value(), pool_size=settings.database_pool)
    )
    return create_container(settings, clock=JumpingClock(database), database=database)


TIMING = Timing(lease=timedelta(seconds=LEASE), unclaimed=timedelta(seconds=2 * LEASE), stop=LEASE)
SCHEDULE = (Recurring(Tick(), timedelta(seconds=2)),)

celery_app = create_celery(get_settings(), make_container, timing=TIMING, schedule=SCHEDULE)
heavy_app = create_celery(get_settings(), make_container, timing=TIMING, schedule=(), pool=PROCESSES)

if __name__ == "__main__":
    relay.main(celery_app)
