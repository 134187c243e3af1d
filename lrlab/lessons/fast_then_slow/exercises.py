"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab._checking import call, checker, is_about, is_close, numbers, scalar, size
from lrlab.drawing.words import number
from lrlab.regression import LeastSquares

FLATTEST = 1.05  # rates that are tried, at most, as multiples of 1/λ_min


@checker("That many steps, and no more.")
def steps_to_share(attempt):
    """Check a function (share, κ) -> steps at the fastest rate until that share of J − J* is left.

    Rounded up or not.

    Examples
    --------
    >>> steps_to_share(lambda share, k: np.log(share) / (2 * np.log((k - 1) / (k + 1))))
    ✓ That many steps, and no more.
    >>> steps_to_share(lambda share, k: np.log(share) / np.log((k - 1) / (k + 1)))
    Not yet. That is for the error. The loss is made from its square, and falls twice as fast.
    """
    cases = [(1e-3, 5.0), (0.01, 12.25), (0.2, 150.0), (0.01, 1.5), (1e-6, 3.3), (0.7, 40.0)]
    hints = (_off_by(call(attempt, *case), *case) for case in cases)
    return next((hint for hint in hints if hint), None)


def _off_by(answer, share, condition):
    """A hint for a number of steps, or None where it is right, rounded up or not."""
    got = scalar(answer, "One number of steps is asked for.")
    kept = np.log((condition - 1) / (condition + 1))
    exact = np.log(share) / (2 * kept)
    if is_close(got, exact) or is_close(got, np.ceil(exact)):
        return None
    if is_close(got, -exact, 5e-3):
        return "The size is right and the sign is turned: both logarithms are negative."
    if is_close(got, np.log(share) / kept, 5e-3) or is_close(got, np.ceil(np.log(share) / kept)):
        return "That is for the error. The loss is made from its square, and falls twice as fast."
    if is_close(got, np.log(share) / np.log(1 - 1 / condition), 0.01):
        return "That is for the error, and for α = 1/λ_max; the fastest rate is larger."
    if is_close(got, np.log(share) / (2 * np.log(1 - 1 / condition)), 0.01):
        return "That is for α = 1/λ_max, which keeps 1 − 1/κ; the fastest rate keeps less."
    if is_close(got, np.log(1 - share) / (2 * kept)):
        return "That is when the share is gone; asked is when the share is left."
    if is_about(got, 1.15 * condition, 0.01):
        return "1.15 κ is for a share of 1 %. The share is an argument here."
    if is_close(got, -np.log(share) / 4 * condition):
        return f"Near, for a large κ. For κ = {condition:g} it is off: take the whole formula."
    return (
        f"For a share of {share:g} and κ = {condition:g} your number of steps is too "
        f"{size(got, exact)}. Rounded down, too much is left."
    )


@checker("From there a short trial prefers a rate that explodes.")
def misleads(attempt, x, y, steps=10):
    """Check a start (w, b) from which the best rate of some steps is above the critical rate.

    The data are arrays x, y (n,) of a line.

    Examples
    --------
    >>> x, y = [0, 1, 2], [3, 5, 7]
    >>> misleads([0.2, 5.5], x, y, steps=1)
    ✓ From there a short trial prefers a rate that explodes.
    >>> misleads([0.0, 0.0], x, y)
    Not yet. From there the best of 10 steps is 0.79 times the edge. Which part is slow?
    """
    start = np.ravel(numbers(attempt, "A slope and an intercept"))
    if start.size != 2:
        return f"Two numbers are asked for, slope and intercept; yours are {start.size}."
    problem = LeastSquares.line(x, y)
    edge = problem.critical_rate
    left = problem.excess(start)
    if left <= 1e-20 * problem.loss(np.zeros(2)):
        return "At the minimum there is nothing left to win: each α is as good as another."
    rates = np.linspace(1e-3, FLATTEST / problem.curvatures[0] / edge, 20_001)
    kept = problem.split(start, rates * edge, steps).sum(axis=-1)
    best = rates[np.argmin(kept)]
    if best > 1.001:
        return None
    return (
        f"From there the best of {steps} steps is {number(best, 2)} times the edge. "
        "Which part is slow?"
    )
