"""The two ways of a page's records through a pass: one after the other, or as many as possible in one batch."""

from collections.abc import Callable, Sequence

from consumers.running.applying import Came, Pass, Spoilt, Tried


def one_by_one(passing: Pass, came: Sequence[Came], enough: Callable[[], bool]) -> int:
    """Each by itself, until it is `enough`; how many of them are done with.

    Those whose effects were undone with another's are done again, behind a savepoint each.
    """
    for count, each in enumerate(came):
        try:
            goes_on = passing.see(each)
        except Spoilt as spoilt:
            for nth, before in enumerate(spoilt.before, count - len(spoilt.before)):
                passing.keep()
                if not passing.see(before):
                    return nth
            passing.keep()
            goes_on = passing.see(each, why=spoilt.why)
        if not goes_on:
            return count
        if enough():
            return count + 1
    return len(came)


def in_a_batch(passing: Pass, came: Sequence[Came], tried: Tried | None) -> int:
    """All of them at once; but what failed before stands alone, so that it does not undo the others each time.

    Undone where the batch fails.
    """
    for count, each in enumerate(came):
        alone = tried is not None and each.offset == tried.offset
        if alone:
            passing.flush()
        if not passing.see(each, together=not alone):
            return count
    passing.flush()
    return len(came)
