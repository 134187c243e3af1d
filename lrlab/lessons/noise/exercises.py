"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab import sampling
from lrlab._checking import call, checker, is_about, is_close, scalar, size
from lrlab.regression import LeastSquares

# Relatively: a mean over 4,000 steps is nearer, and their median is farther off.
_NEAR = 1.25


@checker("The floor, measured: for any data, any small α and any batch size.")
def measured_floor(attempt):
    """Check a function (problem, learning_rate, batch_size, rng) -> the floor of SGD.

    Of several fresh data sets, with the closed form beside it.

    Examples
    --------
    >>> measured_floor(sampling.floor)
    Not yet. Your function raised TypeError: floor() takes 3 positional arguments but 4 were given.
    >>> measured_floor(lambda problem, rate, size, rng: sampling.floor(problem, rate, size))
    ✓ The floor, measured: for any data, any small α and any batch size.
    """
    for seed, (rate, batch) in enumerate([(0.2, 1), (0.08, 1), (0.2, 4), (0.3, 2)], start=31):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal(60)
        problem = LeastSquares.line(x - x.mean(), 2 * x + 1 + seed % 3 * rng.standard_normal(60))
        got = scalar(call(attempt, problem, rate, batch, rng), "The floor is one number.")
        true = sampling.floor(problem, rate, batch)
        if got != true and (hint := _floor_hint(got, true, problem, rate, batch)):
            return hint
    return None


def _floor_hint(got, true, problem, rate, batch):
    """What is wrong with a floor, or None."""
    if true == 0 or true / _NEAR < got < true * _NEAR:
        return None if abs(got) < 1e-9 or true else "Without noise there is no floor: this is 0."
    if true / _NEAR < got - problem.minimum < true * _NEAR or is_close(got, problem.minimum, 0.02):
        return "This is J; the floor is what is left above the minimum, as `problem.excess` says."
    if got <= 0:
        return "A floor is a mean of J − J*, and that is above 0."
    here = f"with α = {rate} and batches of {batch}"
    for other in (1, 2, 4, 10):
        floor = sampling.floor(problem, rate, other)
        if other != batch and floor / _NEAR < got < floor * _NEAR:
            return f"For batches of {batch} this looks like batches of {other}: is yours used?"
    if got > true:
        return f"It is lower {here}. Leave the way down out, or begin at θ*; then take the mean."
    return f"It is higher {here}. Take the mean, not the median, over many steps of one long run."


@checker("The edge of SGD with single examples, for any data.")
def sgd_edge(attempt):
    """Check a function x -> the critical rate of SGD with batches of one for ŷ = w·x.

    Examples
    --------
    >>> sgd_edge(lambda x: 2 * np.mean(x**2) / np.mean(x**4))
    ✓ The edge of SGD with single examples, for any data.
    >>> sgd_edge(lambda x: 2 / np.mean(x**2))
    Not yet. This is the edge of gradient descent, which sees only the mean of the curvatures.
    """
    rng = np.random.default_rng(22)
    several = rng.uniform(0.5, 3, 15), rng.standard_normal(40), 30 + rng.exponential(9, 7)
    hints = (_edge_hint(call(attempt, x), x) for x in several)
    return next((hint for hint in hints if hint), None)


def _edge_hint(answer, x):
    got = scalar(answer, "One α for all of x.")
    second, fourth = np.mean(x**2), np.mean(x**4)
    true = 2 * second / fourth
    if is_close(got / true, 1):
        return None
    if is_close(got / true, 1 / 2):
        return "Half of it: the mean square shrinks fastest there, and still shrinks above it."
    if is_about(got * second, 1):
        return "This is the edge of gradient descent, which sees only the mean of the curvatures."
    if is_about(got * np.max(x**2), 1):
        return "Here no example overshoots. On average α may be larger: some steps gain, some lose."
    if is_about(got * fourth, 1):
        return "The mean of x⁴ is right; what stands beside it when α is divided out?"
    if is_about(got / true, len(x) / 2) or is_about(got / true, 0.5 / len(x)):
        return "One of the two is a sum and the other a mean: take means of both."
    if is_about(got * second / fourth, 1):
        return "Upside down: the larger the x, the smaller is the α that they bear."
    mean = np.mean(x)
    wrong = second / mean**4, mean**2 / fourth, mean**-2
    if any(is_about(got / each, 1) for each in wrong):
        return "Take the powers of x first, and then their means."
    return f"Your α is too {size(got, true)}. At the edge the mean of (1 − αx²)² is 1; is it yours?"
