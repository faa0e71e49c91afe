"""Answering without Python's collector of cyclic garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cyclic garbage: rows hold no cycles, and it looks through all of them for some.

    That took up to 40 % of a report's time. Around a whole function: what is left at its end is then gone
    before the collector would look through it.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
