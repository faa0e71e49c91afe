"""The rules of merging a deal into another, which absorbs it: both are told in one transaction."""

from domain.deal.closing import check_counts
from domain.deal.outcome import DealAbsorbed, MergeInto
from domain.deal.references import says_the_same
from domain.deal.story import Deal
from domain.errors import RuleBroken
from domain.event import Event, recorded_as


class MergedIntoItself(RuleBroken):
    """A deal goes on in another one, never in itself."""

    def __init__(self, deal: str) -> None:
        self.deal = deal
        super().__init__(f"The deal {deal} cannot be merged into itself. Name the deal that it goes on in.")


class WouldMakeACircle(RuleBroken):
    """The other deal went on in this one before."""

    def __init__(self, deal: str, into: str) -> None:
        self.deal, self.into = deal, into
        super().__init__(
            f"The deal {into} was merged into {deal} before, so {deal} cannot be merged into it. "
            "Retract that merging first."
        )


class CannotAbsorb(RuleBroken):
    """The other deal counts nowhere any more."""

    def __init__(self, into: str, standing: str) -> None:
        self.into, self.standing = into, standing
        super().__init__(f"The deal {into} is {standing}: nothing goes on in it. Name a deal that counts.")


def merged(command: MergeInto, deal: Deal) -> list[Event]:
    """What happens to the deal that is merged; nothing where it was merged into that one."""
    if deal.outcome.standing == "merged" and says_the_same(command, deal.outcome.merged):
        return []
    check_counts(deal.outcome)
    if command.into == str(deal.id):
        raise MergedIntoItself(command.into)
    if command.into in deal.outcome.absorbed:
        raise WouldMakeACircle(str(deal.id), command.into)
    return [recorded_as(command)]


def absorbed(command: MergeInto, deal: str, into: Deal) -> list[Event]:
    """What happens to the deal `into` when `deal` is merged into it."""
    if into.outcome.merged is not None and into.outcome.merged.into == deal:
        raise WouldMakeACircle(deal, command.into)
    if into.outcome.standing in ("merged", "discarded"):
        raise CannotAbsorb(command.into, into.outcome.standing)
    told = {name: getattr(command, name) for name in ("reason", "note")}
    given = {name: value for name, value in told.items() if value is not None}
    return [DealAbsorbed.model_validate({"absorbed": deal, **given})]
