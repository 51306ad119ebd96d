"""The README tells the truth about settings."""

from pathlib import Path

from exodrive.doctor import settings_table

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_table_of_settings_is_the_real_one() -> None:
    written = README.read_text().partition("compares -->\n")[2].partition("<!-- end of settings -->")[0]
    assert written.strip() == settings_table().strip(), "run `exodrive settings` and paste what it prints"
