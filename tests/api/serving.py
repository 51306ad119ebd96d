"""The application behind a port, for whatever speaks HTTP by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from wsgiref.types import WSGIApplication

from werkzeug.serving import WSGIRequestHandler, make_server


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """The address at which it answers inside of the block."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  werkzeug's name
        """The application has a log of its own."""

    def connection_dropped(self, *_: object) -> None:
        self.close_connection = True
