"""Load scripts: `python -m tests.load.<name>`; `docs/performance.md` says which there are. Not collected by pytest."""
