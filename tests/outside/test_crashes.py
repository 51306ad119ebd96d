"""`kill -9` of what the product is made of, while customers stand at every point of the way at once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from exodrive.settings import Settings
from tests.outside.cases import CASES, Case
from tests.outside.own import PROGRAMS, OwnShop, own_shop
from tests.product import wait_until

VICTIMS = {
    "web": ("web",),
    "worker": ("worker", "heavy"),
    "valkey": ("valkey",),
    "postgres": ("postgres",),
    "everything": ("postgres", "valkey", *PROGRAMS),
}


@pytest.fixture(scope="module")
def own(settings: Settings, engine: object) -> Iterator[OwnShop]:
    with own_shop(settings) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("victim", VICTIMS)
def test_whatever_is_killed_nothing_stays_half_done(
    victim: str, own: OwnShop, subtests: pytest.Subtests
) -> None:
    before = own.shop.books.mails()
    with ThreadPoolExecutor(len(CASES)) as pool, own.patient():
        cases = go_everywhere(own, pool)
        kill_and_start(own, victim, cases)
        own.shop.books.settle()
        for case in cases:
            with subtests.test("goes on", case=case.name):
                case.resume()
    own.shop.books.settle()
    own.shop.books.sweep()
    for case in cases:
        with subtests.test("ends", case=case.name):
            assert case.state() == case.ends
    with subtests.test("all books agree"):
        own.shop.books.check()
    with subtests.test("no mail came twice"):
        came = own.shop.books.mails() - before
        # The mail server had taken one, and those who would have noted that were killed: it comes again, the same.
        again = {"worker", "postgres", "everything"}
        assert max(came.values()) <= (2 if victim in again else 1)
        assert sum(came.values()) <= len(came) + 1


def go_everywhere(own: OwnShop, pool: ThreadPoolExecutor) -> Sequence[Case]:
    """Every customer where their case says, the database and the mail server keeping those waiting who must."""
    cases = [kind(own, pool) for kind in CASES]
    list(pool.map(lambda case: case.prepare(), cases))
    own.shop.books.settle()
    for case in cases:
        case.arm()
        wait_until(case.armed, what=case.name)
    late = [case.name for case in cases if not case.armed()]
    assert not late, f"went on before the kill: {late}"
    return cases


def kill_and_start(own: OwnShop, victim: str, cases: Sequence[Case]) -> None:
    killed = VICTIMS[victim]
    own.kill(*killed)
    if "postgres" in killed:
        own.start("postgres")
    own.let_go()
    if "worker" in killed:
        own.shop.books.give_worker_up()
    own.start(*(name for name in killed if name != "postgres"))
    for case in cases:
        case.answer()
