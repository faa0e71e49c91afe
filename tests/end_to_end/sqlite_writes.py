"""Every write that SQLite makes to a file, in this process: counted, broken off, or refused by a full disk.

SQLite asks the operating system through a table of calls that a program may replace (`xSetSystemCall` in
https://www.sqlite.org/c3ref/vfs.html), made for tests like these.
"""

import _sqlite3
import ctypes
import errno
import os
import signal
from typing import Any, Literal

Fault = Literal["killed before", "killed half-way", "killed after", "disk full"]
FAULTS: tuple[Fault, ...] = ("killed before", "killed half-way", "killed after", "disk full")

_Write = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64, use_errno=True
)
_CALLS = (b"pwrite", b"pwrite64")
"""One of them is in use, on most machines the second."""


class _Vfs(ctypes.Structure):
    """`sqlite3_vfs`, as far as it is needed."""


_Set = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Vfs), ctypes.c_char_p, ctypes.c_void_p)
_Get = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.POINTER(_Vfs), ctypes.c_char_p)
_Vfs._fields_ = [
    ("numbers", ctypes.c_int * 3),
    ("pointers", ctypes.c_void_p * 3),
    ("methods", ctypes.c_void_p * 13),
    ("set_system_call", _Set),
    ("get_system_call", _Get),
]


def reachable() -> bool:
    """Whether this Python shares its SQLite with others; one that holds it inside lets nobody near."""
    place: str | None = getattr(_sqlite3, "__file__", None)
    return place is not None and hasattr(ctypes.CDLL(place), "sqlite3_vfs_find")


class Writes:
    """From now on every write of this process's SQLite passes here; the `nth` (from 1) meets the fault."""

    def __init__(self, fault: Fault | None = None, nth: int = 0) -> None:
        self._fault, self._nth = fault, nth
        self.seen = 0
        self.full = fault == "disk full"
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
        vfs = library.sqlite3_vfs_find(None)
        self._kept: list[Any] = []
        for name in _CALLS:
            place = vfs.contents.get_system_call(vfs, name)
            if place:
                replaced = _Write(self._passing(_Write(place)))
                self._kept.append(replaced)  # else it would be collected under SQLite's feet
                vfs.contents.set_system_call(vfs, name, ctypes.cast(replaced, ctypes.c_void_p))

    def _passing(self, write: Any) -> Any:  # noqa: ANN401 - functions of ctypes
        def passed(file: int, data: int, size: int, offset: int) -> int:
            self.seen += 1
            here = self.seen == self._nth
            if self.full and self.seen >= self._nth:
                ctypes.set_errno(errno.ENOSPC)
                return -1
            if here and self._fault == "killed before":
                os.kill(os.getpid(), signal.SIGKILL)
            if here and self._fault == "killed half-way":
                write(file, data, size // 2, offset)
                os.kill(os.getpid(), signal.SIGKILL)
            written: int = write(file, data, size, offset)
            if here and self._fault == "killed after":
                os.kill(os.getpid(), signal.SIGKILL)
            return written

        return passed
