"""Runs one program that does not outlive whoever started it.

    python -I -S tether.py STOP-SIGNAL SECONDS UID GID PROGRAM ARGUMENT…

Standard input is a pipe that the starter holds open. When it closes, because the starter wants the program to stop or
because the starter has died in whatever way, the program gets the stop signal and, after the seconds, its whole process
group is killed. Whatever of the group is left when the program ends is killed too. A UID of -1 keeps the user.

Only the standard library, and little of it: one such process stands beside each program.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1


def _become(argv: list[str], stop: int, uid: int, gid: int) -> None:
    """Turn this forked process into the program. Should the tether itself be killed, the kernel sends the stop
    signal; asked for after the change of user, which clears it."""
    os.setpgid(0, 0)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, stop, 0, 0, 0)
    os.closerange(3, 64)  # the starter may hand a lock to its tethers, which the program must not keep
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execvp(argv[0], argv)
    except OSError as error:
        os.write(2, f"{argv[0]}: {error.strerror}\n".encode())
        os._exit(127)


def _watch(child: int, stop: int, seconds: float, wake: int) -> int:
    """Wait for the child to end, stopping it when standard input closes. The wait status."""
    stopping = False
    deadline: float | None = None
    while True:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([wake] if stopping else [0, wake], [], [], left)
        woken = os.read(wake, 64) if wake in ready else b""
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if not stopping and ((0 in ready and not os.read(0, 64)) or signal.SIGTERM in woken):
            os.kill(child, stop)
            stopping, deadline = True, time.monotonic() + seconds
        elif deadline is not None and time.monotonic() >= deadline:
            os.killpg(child, signal.SIGKILL)
            deadline = None


def main() -> None:
    stop, seconds, uid, gid = (int(value) for value in sys.argv[1:5])
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    for signum in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(signum, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _become(sys.argv[5:], stop, uid, gid)
    status = _watch(child, stop, seconds, wake)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
