"""A wire to a server that can be cut: packets vanish, nobody is told."""

import contextlib
import socket
import threading


class Wire:
    """Listens on a free port of the loopback and passes everything on, both ways."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._whole = threading.Event()
        self._whole.set()
        self._ends: set[socket.socket] = set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """From now on nothing arrives, and nothing is refused either."""
        self._whole.clear()

    def mend(self) -> None:
        """What was on the way is lost with its connections; new ones are good."""
        for end in list(self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._whole.set()

    def close(self) -> None:
        """For good."""
        self._server.close()
        self.mend()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        self._ends.add(near)
        self._whole.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:
            self._end(near)
            return
        far.settimeout(None)
        self._ends.add(far)
        threading.Thread(target=self._pass, args=(near, far), daemon=True).start()
        self._pass(far, near)

    def _pass(self, source: socket.socket, to: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self._whole.is_set():
                    self._whole.wait()
                    break
                to.sendall(data)
        self._end(source)
        self._end(to)

    def _end(self, end: socket.socket) -> None:
        self._ends.discard(end)
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
