"""Search: the page over HTTP, the service alone, and its statements by psycopg alone."""

import itertools
from collections.abc import Callable, Iterator, Sequence

from exodrive.services.booking.search import SearchService
from tests.load import asks
from tests.load.http import Browser
from tests.load.recording import Recording, bare, recorded
from tests.load.rig import Stage, options, run
from tests.load.rounds import Contender, Step, compare


def rows(on: Stage, connections: Sequence[int], seconds: float, rounds: int) -> Iterator[str]:
    """The table's rows."""
    database = on.database(max(connections))
    service = on.container(database).get(SearchService)
    wanted = asks.searches()
    said = []
    for one in wanted:
        with recorded(database.engine) as recording:
            service.search(one)
        said.append(recording)
    turns = itertools.count()

    def served() -> Step:
        return lambda: (service.search(wanted[next(turns) % len(wanted)]), None)[1]

    with on.web() as product:
        yield from compare(
            [
                Contender(
                    name="search, HTML over HTTP", connect=_pages(product.url), pid=on.web_pid(product)
                ),
                Contender(name="search, service", connect=served),
                Contender(name="search, its SQL alone", connect=replays(on, said)),
            ],
            connections=connections,
            seconds=seconds,
            rounds=rounds,
            database_pid=on.database_pid,
        )


def _pages(url: str) -> Callable[[], Step]:
    addresses = [asks.address("/cars", one) for one in asks.searches()]
    turns = itertools.count()

    def connect() -> Step:
        browser = Browser(url)
        return lambda: (browser.get(addresses[next(turns) % len(addresses)]), None)[1]

    return connect


def replays(on: Stage, said: Sequence[Recording]) -> Callable[[], Step]:
    """Reads said again as they were."""
    turns = itertools.count()

    def connect() -> Step:
        connection = bare(on.settings.database_url.get_secret_value())

        def step() -> None:
            for statement, parameters in said[next(turns) % len(said)].said:
                connection.execute(statement, parameters).fetchall()

        return step

    return connect


if __name__ == "__main__":
    run(rows, options(__doc__).parse_args())
