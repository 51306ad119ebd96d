"""Every script on one stage: `python -m tests.load`."""

from tests.load import booking, hold, jobs, pages, plans, quote, search
from tests.load.rig import options, stage
from tests.load.rounds import HEAD

if __name__ == "__main__":
    chosen = options(__doc__).parse_args()
    with stage(chosen) as on:
        print("\n".join(plans.report(on, on.database())), flush=True)
        print("\n".join(pages.report(on)), flush=True)
        print(f"\n{HEAD}", flush=True)
        for script in (search, quote, hold, booking):
            for row in script.rows(on, chosen.connections, chosen.seconds, chosen.rounds):
                print(row, flush=True)
        for row in jobs.report(on, jobs.arguments().parse_args(["--rounds", str(chosen.rounds)])):
            print(row, flush=True)
