"""What files do to an importer, in plain words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Unavailable


@contextmanager
def told_as_unavailable(path: Path | str) -> Iterator[None]:
    """A file that cannot be written as Unavailable, with what to try."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        why = "there is no room left" if full else error.strerror or str(error)
        raise Unavailable(
            f"{path} cannot be written: {why}. Make room or mend the permissions, then run the same import "
            "again: what is recorded already is recognised."
        ) from error
