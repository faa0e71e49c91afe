"""A program that imports a history into a store, to be killed, or with `limit` to find no room on the disk."""

import resource
import signal
import sys
from pathlib import Path

from domain.errors import Unavailable
from engine.deals import Deals
from engine.settings import Settings
from interfaces.importing.history.importing import import_history


def main(store: str, history: str, limit: str = "") -> int:
    """Import `history`; 6 where the store was unavailable. `limit`: bytes that a file may have."""
    with Deals(Settings(store=f"sqlite:///{Path(store).absolute()}")) as deals:
        if limit:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
        print("begun", flush=True)  # noqa: T201 - the test waits for it
        try:
            import_history(history, deals)
        except Unavailable:
            return 6
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
