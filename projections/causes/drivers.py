"""How the win rate goes with each factor, one at a time or several together, told with its uncertainty."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.errors import BadInput
from projections.asking.report_answer import FLOOR
from projections.causes.causes_answer import Driver, Side, Together, TogetherEffect
from projections.causes.factors import Factor, Having, named
from projections.causes.proportions import STATED, Difference, Share, corrected, difference
from projections.causes.regression import EVENTS_A_FACTOR, Effect, regression


@dataclass(frozen=True, slots=True)
class Beside:
    """The win rate with a factor and without it; no difference is told where one side is under the floor."""

    factor: Factor
    having: Share
    lacking: Share
    found: Difference | None
    chance: float | None = None

    @property
    def is_difference(self) -> bool:
        """Whether it is beyond chance, for all that was tested with it."""
        return self.chance is not None and self.chance <= STATED


def beside(won: Sequence[bool], having: Sequence[Having]) -> list[Beside]:
    """Each factor by itself, not corrected yet; one that all deals have, or none, tells nothing and is left out."""
    return list(_beside(won, having))


def _beside(won: Sequence[bool], having: Sequence[Having]) -> Iterator[Beside]:
    for factor, held in having:
        sides = []
        for side in (True, False):
            outcomes = [each for each, has in zip(won, held, strict=True) if has is side]
            sides.append(Share(sum(outcomes), len(outcomes)))
        one, other = sides
        if one.n and other.n:
            enough = min(one.n, other.n) >= FLOOR
            yield Beside(factor, one, other, difference(one, other) if enough else None)


def corrected_together(groups: Sequence[Sequence[Beside]]) -> tuple[list[list[Beside]], int]:
    """All groups with chances corrected for everything that was tested in any of them, and how much that was."""
    chances = [each.found.chance for group in groups for each in group if each.found is not None]
    fixed = iter(corrected(chances))
    return [
        [each if each.found is None else replace(each, chance=next(fixed)) for each in group]
        for group in groups
    ], len(chances)


def drivers(found: Sequence[Beside]) -> tuple[Driver, ...]:
    """The factors by how sure their difference is, those under the floor last and in no rank."""
    return tuple(_driver(each) for each in sorted(found, key=_surest_first))


def _surest_first(each: Beside) -> tuple[bool, float, float, str]:
    if each.found is None:
        return True, 0.0, 0.0, each.factor.word
    return False, each.chance or 0.0, -abs(each.found.difference), each.factor.word


def _driver(each: Beside) -> Driver:
    found = each.found
    return Driver(
        factor=each.factor.name,
        value=each.factor.value,
        over=each.factor.over,
        with_it=_side(each.having),
        without_it=_side(each.lacking),
        difference=None if found is None else round(found.difference, 6),
        low=None if found is None else round(found.low, 6),
        high=None if found is None else round(found.high, 6),
        chance=None if each.chance is None else round(each.chance, 6),
        is_difference=each.is_difference,
        too_few=found is None,
    )


def _side(share: Share) -> Side:
    return Side(n=share.n, won=share.won, rate=round(share.rate, 6) if share.n >= FLOOR else None)


def together(won: Sequence[bool], having: Sequence[Having], words: Sequence[str]) -> Together | None:
    """The named factors in one logistic regression; deals of which one cannot be told are left out.

    None for no words. BadInput for a word that names no factor of these deals, or for a single one.
    """
    if not words:
        return None
    known = named(having)
    missing = [word for word in words if word not in known]
    if missing:
        raise BadInput(
            f"There is no factor {missing[0]!r} among these deals. Use some of: {', '.join(known)}."
        )
    if len(set(words)) < 2:
        raise BadInput(
            "One factor alone is in the list of drivers. Name two or more to look at them together."
        )
    chosen = [known[word] for word in dict.fromkeys(words)]
    rows = [
        (outcome, [bool(has) for has in held])
        for outcome, *held in zip(won, *(held for _, held in chosen), strict=True)
        if None not in held
    ]
    outcomes = [outcome for outcome, _ in rows]
    result = regression(outcomes, [[held[place] for _, held in rows] for place in range(len(chosen))])
    effects = [] if isinstance(result, str) else result
    chances = corrected([each.chance for each in effects])
    return Together(
        n=len(rows),
        won=sum(outcomes),
        lost=len(rows) - sum(outcomes),
        needed=EVENTS_A_FACTOR * len(chosen),
        refused=result if isinstance(result, str) else None,
        effects=tuple(
            _effect(factor, effect, chance)
            for (factor, _), effect, chance in zip(chosen if effects else [], effects, chances, strict=True)
        ),
    )


def _effect(factor: Factor, effect: Effect, chance: float) -> TogetherEffect:
    return TogetherEffect(
        factor=factor.name,
        value=factor.value,
        over=factor.over,
        odds_ratio=round(effect.odds, 6),
        low=round(effect.low, 6),
        high=round(effect.high, 6),
        chance=round(chance, 6),
        is_difference=chance <= STATED,
    )
