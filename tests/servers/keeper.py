"""A process that keeps a server for tests, and stops it also when whoever asked for it was killed."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


class NoServer(Exception):
    """There is no such server to be had here; the message says how to get one."""


class Keeper:
    """The other side of a keeper: it answers every request with the address of its server.

    The keeper reads requests from its standard input, a line each, and stops its server when that is closed.
    """

    def __init__(self, process: subprocess.Popen[str], wanted: str) -> None:
        self._process = process
        self._wanted = wanted
        self.address = self._answer()

    def ask(self, what: str) -> None:
        """Have something done with the server; returns when it is done. NoServer where it cannot be."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        address = self._process.stdout.readline().strip()
        if " " in address or not address:
            raise NoServer(address or self._wanted)
        return address


@contextmanager
def kept(module: str, wanted: str, arguments: Sequence[str] = ()) -> Iterator[Keeper]:
    """A keeper, as long as the block runs; NoServer where its server cannot be had."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    )
    with process:
        try:
            yield Keeper(process, wanted)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on at this moment."""
    with ExitStack() as held:
        found = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in found]
