"""Several factors at a time: logistic regression of the outcome, refused where it would pretend to know.

Imported where it is used only: statsmodels takes a second or two to load.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

import numpy as np
from scipy.stats import chi2
from statsmodels.discrete.discrete_model import Logit
from statsmodels.tools.sm_exceptions import (
    ConvergenceWarning,
    PerfectSeparationError,
    PerfectSeparationWarning,
)

EVENTS_A_FACTOR = 10
"""So many won and so many lost deals it takes for each factor: Peduzzi and others (1996)."""

TOO_SURE = 15.0
"""A coefficient (of log odds) beyond this is one that has not been found: it runs off to infinity."""

NORMAL = 1.959963984540054
"""Between plus and minus this lies 95 % of the normal distribution."""

Refusal = Literal["too-few", "same", "separated"]
"""Too few deals for so many factors; two factors (or more) say the same; a factor decides the outcome alone."""


@dataclass(frozen=True, slots=True)
class Effect:
    """How the odds of winning change with a factor while the others stay, between `low` and `high` (95 %)."""

    odds: float
    low: float
    high: float
    chance: float
    """How often chance alone does as much: the likelihood ratio test of leaving the factor out."""


def regression(won: Sequence[bool], factors: Sequence[Sequence[bool]]) -> list[Effect] | Refusal:
    """The effect of each factor (a column with a value for each deal), or why there is none to tell."""
    lost = len(won) - sum(won)
    if min(sum(won), lost) < EVENTS_A_FACTOR * len(factors):
        return "too-few"
    columns = np.column_stack([np.ones(len(won)), *(np.asarray(each, dtype=float) for each in factors)])
    if np.linalg.matrix_rank(columns) < columns.shape[1]:
        return "same"
    outcome = np.asarray(won, dtype=float)
    whole = _fitted(outcome, columns)
    if whole is None:
        return "separated"
    coefficients, deviations, likelihood = whole
    effects = []
    for place in range(1, columns.shape[1]):
        without = _fitted(outcome, np.delete(columns, place, axis=1))
        if without is None:
            return "separated"
        middle, margin = coefficients[place], NORMAL * deviations[place]
        effects.append(
            Effect(
                odds=exp(middle),
                low=exp(middle - margin),
                high=exp(middle + margin),
                chance=float(chi2.sf(max(0.0, 2 * (likelihood - without[2])), 1)),
            )
        )
    return effects


def _fitted(outcome: np.ndarray, columns: np.ndarray) -> tuple[list[float], list[float], float] | None:
    """Coefficients, their standard errors, the log likelihood; None where there is no finite best fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.simplefilter("error", PerfectSeparationWarning)
        # What overflows on the way to infinity is found below.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            fit = Logit(outcome, columns).fit(disp=0, maxiter=100)
        except (ConvergenceWarning, PerfectSeparationWarning, PerfectSeparationError, np.linalg.LinAlgError):
            return None
    coefficients = [float(each) for each in fit.params]
    if any(abs(each) > TOO_SURE for each in coefficients):
        return None
    return coefficients, [float(each) for each in fit.bse], float(fit.llf)
