"""Quotes: priced and stored by the service, and its statements by psycopg alone."""

import itertools
from collections.abc import Iterator, Sequence

from exodrive.services.pricing.service import QuoteService
from tests.load import asks
from tests.load.recording import bare, recorded
from tests.load.rig import Stage, options, run
from tests.load.rounds import Contender, Step, compare


def rows(on: Stage, connections: Sequence[int], seconds: float, rounds: int) -> Iterator[str]:
    """The table's rows."""
    database = on.database(max(connections))
    service = on.container(database).get(QuoteService)
    wanted = asks.quotes(database)
    said = []
    for one in wanted:
        with recorded(database.engine) as recording:
            service.quote(one)
        said.append(recording)
    turns = itertools.count()

    def served() -> Step:
        return lambda: (service.quote(wanted[next(turns) % len(wanted)]), None)[1]

    def replayed() -> Step:
        connection = bare(on.settings.database_url.get_secret_value())

        def step() -> None:
            said[next(turns) % len(said)].replay(connection, {})

        return step

    return compare(
        [
            Contender(name="quote, service", connect=served),
            Contender(name="quote, its SQL alone", connect=replayed),
        ],
        connections=connections,
        seconds=seconds,
        rounds=rounds,
        database_pid=on.database_pid,
    )


if __name__ == "__main__":
    run(rows, options(__doc__).parse_args())
