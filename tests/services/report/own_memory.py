"""Make one export in this process, and print its rows and the most memory that the process ever had, in MB.

`python -m tests.services.report.own_memory EXPORT_ID`, with the settings in the environment."""

import re
import sys
import time
from pathlib import Path
from uuid import UUID

from exodrive.container import create_container
from exodrive.core.db import Database
from exodrive.services.report.making import ExportMaker
from exodrive.settings import get_settings


def main() -> None:
    container = create_container(get_settings())
    began = time.perf_counter()
    rows = container.get(ExportMaker).make(UUID(sys.argv[1]), lambda *_: None)
    seconds = time.perf_counter() - began
    container.get(Database).engine.dispose()
    sys.stdout.write(f"{rows} {_peak():.1f} {seconds:.1f}\n")


def _peak() -> float:
    """Since this program began: `ru_maxrss` would be that of the process which started it, where that was larger."""
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(kilobytes) / 1024


if __name__ == "__main__":
    main()
