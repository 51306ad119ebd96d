"""`python -m exodrive`: the same as the `exodrive` command."""

from exodrive.cli import main

main()
