"""HTTP connections on which the whole of an answer has a limit: without it each byte of it would have its own."""

from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from socket import socket
from time import monotonic
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Arriving(RawIOBase):
    """What comes from a socket, until the time is over that it gave for the first byte; TimeoutError then."""

    def __init__(self, connection: socket) -> None:
        self._connection = connection
        # A file of it keeps the socket open where the connection lets go of it.
        self._raw: Any = connection.makefile("rb", buffering=0)
        seconds = connection.gettimeout()
        self._until = None if seconds is None else monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - whatever bytes can be written into
        if self._until is not None:
            left = self._until - monotonic()
            if left <= 0:
                raise TimeoutError("the answer took too long")
            self._connection.settimeout(left)
        read: int | None = self._raw.readinto(buffer)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    def __init__(self, sock: socket, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401 - as http.client has it
        super().__init__(sock, *arguments, **keywords)
        self.fp.close()
        self.fp = BufferedReader(_Arriving(sock))


class _Connection(HTTPConnection):
    response_class = _Answer


class _SecureConnection(HTTPSConnection):
    response_class = _Answer


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOLS = {"http": _Pool, "https": _SecurePool}


class Timely(HTTPAdapter):
    """For a session of requests: its read timeout holds for all of an answer, and not for each part of it."""

    def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401 - as requests has it
        super().init_poolmanager(*arguments, **keywords)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **keywords: Any) -> Any:  # noqa: ANN401 - as requests has it
        manager = super().proxy_manager_for(proxy, **keywords)
        if isinstance(manager, ProxyManager):
            manager.pool_classes_by_scheme = POOLS
        return manager
