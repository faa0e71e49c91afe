"""The stays and silences of a deal, found by hand from plain facts."""

from typing import Any

from tests.projections.closing_histories import Fact

Line = tuple[int, int, Fact]
"""Reading instant in quarters of a day, version, fact."""

QUARTER = 21_600_000_000
DAY = 4 * QUARTER
GONE = ("DealWon", "DealLost", "DealMerged", "DealDiscarded")


def silences(lines: list[Line]) -> list[tuple[int, int]]:
    """The silences of a deal: in which stay (from 0) each ends, and how long it was."""
    found = []
    since: tuple[int, str] | None = None
    is_open, paused = True, False
    theirs: set[str] = set()
    starts = [version for _, version in stays(lines)]
    for place, (at, _, fact) in enumerate(lines):
        quiet_before = is_open and not paused
        speaks = place == 0 or _speaks(fact, theirs)
        if fact.kind in GONE:
            is_open = False
        elif fact.kind == "DealReopened":
            is_open = True
        elif fact.kind == "DealPaused":
            paused = True
        elif fact.kind == "DealResumed":
            paused = False
        if fact.kind == "OfferMade" and fact.data["side"] == "buyer":
            theirs.add(fact.data["offer"])
        quiet = is_open and not paused
        begins = quiet and (speaks or not quiet_before)
        if (begins or not quiet) and since is not None:
            length = length_of(since, (at, fact.precision))
            if length is not None:
                order = [each for _, each, _ in lines[: place + 1]]
                found.append((sum(start in order for start in starts) - 1, length))
        if begins:
            since = (at, fact.precision)
        elif not quiet:
            since = None
    return found


def stays(lines: list[Line]) -> list[tuple[list[Any], int]]:
    stays: list[tuple[list[Any], int]] = []
    where: list[Any] = []
    for _, version, fact in lines:
        data = fact.data
        if fact.kind == "DealOpened":
            where = [data["pipeline"], data["pipeline_revision"], data["stage"]]
        elif fact.kind == "DealStageChanged":
            where = [where[0], data["pipeline_revision"], data["to_stage"]]
        elif fact.kind == "DealPipelineChanged":
            where = [data["to_pipeline"], data["pipeline_revision"], data["to_stage"]]
        elif fact.kind == "DealReopened":
            where = [where[0], where[1], data["stage"] or where[2]]
        else:
            continue
        if not stays or stays[-1][0][::2] != where[::2]:
            stays.append((where, version))
    return stays


def _speaks(fact: Fact, theirs: set[str]) -> bool:
    data = fact.data
    match fact.kind:
        case "TouchpointHeld" | "ObjectionRaised" | "QuestionRaised":
            return True
        case "OfferMade" | "ConcessionMade":
            return bool(data["side"] == "buyer")
        case "DealCriterionAnswered":
            return data["contact"] is not None
        case "OfferAccepted" | "OfferRejected":
            return data["side"] == "buyer" if data["side"] else data["offer"] not in theirs
        case "OfferWithdrawn":
            return data["side"] == "buyer" if data["side"] else data["offer"] in theirs
        case _:
            return False


def length_of(start: tuple[int, str], end: tuple[int, str]) -> int | None:
    if "unknown" in (start[1], end[1]):
        return None
    quarters = end[0] - start[0]
    if start[1] == end[1] == "day":
        return (quarters + 2) // 4 * DAY
    if start[1] == "day":
        return quarters // 4 * DAY
    if end[1] == "day":
        return (quarters + 3) // 4 * DAY
    return quarters * QUARTER


def most(lengths: list[int | None]) -> int | None:
    return max((each for each in lengths if each is not None), default=None)
