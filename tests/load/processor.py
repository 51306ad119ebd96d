"""How much of the processor a tree of processes has used, from /proc."""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def seconds_used(root: int) -> float:
    """Seconds of processor of a process, its descendants, and their children that have ended."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        pid = int(entry.name)
        children.setdefault(int(fields[1]), []).append(pid)
        used[pid] = sum(map(int, fields[11:15])) / _TICK
    total, open_pids = 0.0, [root]
    while open_pids:
        pid = open_pids.pop()
        total += used.get(pid, 0.0)
        open_pids += children.get(pid, [])
    return total
