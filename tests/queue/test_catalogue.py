"""docs/jobs.md lists every kind as the code has it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from exodrive import cli
from exodrive.core import ledger
from exodrive.queue import registry
from exodrive.queue.catalogue import jobs_table, put_into

PAGE = Path(__file__).resolve().parents[2] / "docs" / "jobs.md"


def test_the_page_lists_what_there_is():
    written = PAGE.read_text()
    assert put_into(written) == written, "run `exodrive jobs --into docs/jobs.md`"


def test_every_kind_of_the_product_is_listed():
    listed = jobs_table()
    for kind in registry.handled():
        ours = ledger.kinds()[kind].payload.__module__.startswith("exodrive.")
        assert (f"**`{kind}`**" in listed) == ours, kind
    assert "**every 15 seconds**" in listed
    assert "**daily at 18:00 at each location**" in listed
    assert "`payment_id`: UUID<br>`booking_id`: UUID" in listed


def test_the_command_writes_it_into_a_document(tmp_path: Path):
    copy = tmp_path / "jobs.md"
    copy.write_text(PAGE.read_text().replace("priority", "rank"))
    assert CliRunner().invoke(cli.main, ["jobs", "--into", str(copy)]).exit_code == 0
    assert copy.read_text() == PAGE.read_text()
    printed = CliRunner().invoke(cli.main, ["jobs"])
    assert (printed.exit_code, printed.output) == (0, jobs_table())


def test_a_document_without_marks_is_left_alone():
    with pytest.raises(ValueError, match="no place"):
        put_into("# Jobs\n")
