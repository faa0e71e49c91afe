"""Everything that dealtrail raises on purpose.

DealtrailError
├── Refused              a rule or the input says no                    exit code 5
│   ├── RuleBroken       a live command breaks a rule of the deal (kinds beside the rules: see each section)
│   └── BadInput         what came in cannot be read or held
├── NotFound             no such deal, pipeline, stage or event         exit code 3
├── Conflict             somebody else was first                        exit code 4
│   ├── VersionConflict  the stream is not at the expected version
│   └── CommandReused    the command id was used for another command
├── Unavailable          the store or a read model cannot answer now    exit code 6
│   ├── StoreBusy        another process holds the store too long
│   ├── StoreNewer       written by a newer dealtrail
│   ├── StoreForeign     read models or settings belong to another store
│   └── Behind           a read model has not caught up
└── Tampered             the log is not what was written                exit code 7
"""

from typing import ClassVar


class DealtrailError(Exception):
    """The root. `title` says what kind of thing happened, `str()` what, where and what to try."""

    title: ClassVar[str] = "dealtrail failed"


class Refused(DealtrailError):
    """A rule or the input says no; nothing was recorded."""

    title = "Refused"


class RuleBroken(Refused):
    """A live command breaks a rule; the message carries the facts that the rule looked at."""

    title = "Not allowed"


class BadInput(Refused):
    """What came in cannot be read or held; the message says where and what to try."""

    title = "Bad input"


class NotFound(DealtrailError):
    """What was asked for does not exist (or not at the instant that was asked about)."""

    title = "Not found"


class Conflict(DealtrailError):
    """Somebody else was first."""

    title = "Conflict"


class VersionConflict(Conflict):
    """The stream is at another version than the caller expected."""


class CommandReused(Conflict):
    """The command id was already used for a command with another body."""


class Unavailable(DealtrailError):
    """The store or a read model cannot answer now; trying again may help."""

    title = "Unavailable"


class StoreBusy(Unavailable):
    """Another process held the store's lock longer than the busy timeout."""


class StoreNewer(Unavailable):
    """The store was written by a newer version of dealtrail."""


class StoreForeign(Unavailable):
    """The read models belong to another store."""


class Behind(Unavailable):
    """A read model has not caught up with the log."""


class Tampered(DealtrailError):
    """The log is not what was written: a row was changed, removed, inserted or reordered."""

    title = "The log was changed"
