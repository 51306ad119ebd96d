"""Reports of a million rows as files: `python -m tests.load.report --rows 1000000`.

Each file is made in a process of its own, by what the job calls; its memory is the most that the process ever had."""

from sqlalchemy import text

from tests.load.rig import options, stage
from tests.services.report.many import export, write_moves

HEAD = "| file | rows | s | rows/s | MB at most |\n|---|---|---|---|---|"

if __name__ == "__main__":
    parser = options(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.set_defaults(cars=200, bookings=2000)
    chosen = parser.parse_args()
    with stage(chosen) as on:
        database = on.database()
        settings = on.settings.model_copy(update={"storage_url": (on.folder / "files").as_uri()})
        with database.read() as connection:
            there = connection.execute(
                text("SELECT count(*) FROM payment WHERE state = 'failed'")
            ).scalar_one()
            booking = connection.execute(text("SELECT id FROM booking LIMIT 1")).scalar_one()
        if not there:
            write_moves(database, booking, chosen.rows)
        print(HEAD, flush=True)
        for file_format in ("csv", "xlsx"):
            made = export(database, settings, file_format)
            rate = made.rows / made.seconds
            print(
                f"| {file_format} | {made.rows:,} | {made.seconds:.0f} | {rate:,.0f} | {made.megabytes:.0f} |",
                flush=True,
            )
