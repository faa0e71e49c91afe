"""A way to a PostgreSQL server that cuts connections, or lets what is said on them vanish."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Lock, Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

Cut = Callable[[bytes], bool]
Arrives = Callable[[bytes], bytes | None]


class Proxy:
    """Listens on a port of its own and passes on what is said, both ways; a context manager.

    `cut` is asked about everything that the server answers: where it says so, the answer is lost and the
    connection cut. `hush` is asked about everything that a client says, `unheard` about everything that the
    server answers: where they say so, that and whatever is said later on this connection vanishes, either way,
    and nobody is told, not even of its end. `arrives` is given everything that a client says, and answers what
    of it arrives; None hushes too.
    """

    def __init__(
        self,
        url: str,
        *,
        cut: Cut | None = None,
        hush: Cut | None = None,
        unheard: Cut | None = None,
        arrives: Arrives = lambda said: said,
    ) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 5432)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._place = parts._replace(netloc=f"{parts.username}@127.0.0.1:{self._listening.getsockname()[1]}")
        self._sockets: list[socket.socket] = []
        self._counting = Lock()
        self.cut, self.hush, self.unheard, self.arrives = cut, hush, unheard, arrives
        self.cuts = 0

    @property
    def url(self) -> str:
        """The URL of the same database on this way."""
        return urlunsplit(self._place)

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.close()
        self.cut_all()

    def cut_all(self) -> None:
        """Cut every connection that there is."""
        sockets, self._sockets = self._sockets, []
        for each in sockets:
            _close(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target)
            except OSError:
                _close(client)
                continue
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets += (client, server)
            hushed: list[bool] = []
            Thread(target=self._ask, args=(client, server, hushed), daemon=True).start()
            Thread(target=self._answer, args=(server, client, hushed), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, hushed: list[bool]) -> None:
        for chunk in _chunks(client):
            if not hushed and self.hush is not None and self.hush(chunk):
                hushed.append(True)
            arrived = None if hushed else self.arrives(chunk)
            if arrived is None:
                hushed.append(True)
            elif not _sent(server, arrived):
                break
        _close(client, *([] if hushed else [server]))

    def _answer(self, server: socket.socket, client: socket.socket, hushed: list[bool]) -> None:
        for chunk in _chunks(server):
            if self.cut is not None and self.cut(chunk):
                with self._counting:
                    self.cuts += 1
                break
            if not hushed and self.unheard is not None and self.unheard(chunk):
                hushed.append(True)
            if not hushed and not _sent(client, chunk):
                break
        _close(server, *([] if hushed else [client]))


def _chunks(side: socket.socket) -> Iterator[bytes]:
    """What comes in on a socket until it ends."""
    with suppress(OSError):
        while chunk := side.recv(65_536):
            yield chunk


def _sent(side: socket.socket, chunk: bytes) -> bool:
    try:
        side.sendall(chunk)
    except OSError:
        return False
    return True


def _close(*sides: socket.socket) -> None:
    for side in sides:
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
        side.close()
