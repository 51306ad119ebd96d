"""Catches mail in development: an SMTP server that delivers into a Maildir instead of to people.

python -m exodrive.local.mail PORT MAILDIR
"""

import asyncio
import signal
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP


async def catch(port: int, maildir: Path) -> None:
    """Serve on the loopback until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, ended.set)
    maildir.parent.mkdir(parents=True, exist_ok=True)
    mailbox = Mailbox(maildir)
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="localhost", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port
    )
    async with server:
        await ended.wait()


def main() -> None:
    asyncio.run(catch(int(sys.argv[1]), Path(sys.argv[2])))


if __name__ == "__main__":
    main()
