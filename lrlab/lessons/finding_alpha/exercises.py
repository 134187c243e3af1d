"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab import datasets
from lrlab._checking import Hint, call, checker, is_close, numbers, scalar
from lrlab.drawing.words import number
from lrlab.regression import LeastSquares


@checker("This is H v, from gradients alone.")
def curvature_along(attempt):
    """Check a function (gradient, theta, v) -> H v.

    Examples
    --------
    >>> curvature_along(lambda gradient, theta, v: gradient(theta + v) - gradient(theta))
    ✓ This is H v, from gradients alone.
    >>> curvature_along(lambda gradient, theta, v: gradient(v))
    Not yet. gradient(v) is H(v − θ*): the minimum is still in it. A difference takes it out.
    """
    rng = np.random.default_rng(8)
    for size in (1.0, 1e-3, 40.0):
        problem = LeastSquares(*datasets.any_scale(rng=rng))
        theta, v = rng.standard_normal((2, *problem.minimizer.shape)) * [[1.0], [size]]
        if hint := _product_hint(attempt, problem, theta, v):
            return hint
    return None


def _product_hint(attempt, problem, theta, v):
    """What to say of H v for one problem, one θ and one v; None where it is right."""
    expected = problem.hessian @ v
    got = numbers(call(attempt, problem.gradient, theta, v), "A vector, H v,")
    if got.shape != v.shape:
        return f"H v has the shape {v.shape} here, as v has; yours is {got.shape}."
    if is_close(got, expected, 1e-5):
        return None
    if is_close(got, -expected, 1e-5):
        return "The sign is turned round: the gradient farther on comes first."
    if is_close(got, problem.gradient(v)):
        return "gradient(v) is H(v − θ*): the minimum is still in it. A difference takes it out."
    if is_close(got, problem.gradient(theta + v)):
        return "gradient(θ + v) is H v and the gradient at θ: take this one away."
    if is_close(got * np.linalg.norm(v), v * np.linalg.norm(got)):
        return "This points along v. H turns v, so its length alone will not do."
    if is_close(got * np.linalg.norm(expected), expected * np.linalg.norm(got), 1e-5):
        return "The direction is right, the length is not: leave H v as long as it is."
    return "Two gradients are enough: how does the gradient change from θ to θ + v?"


@checker("It works where nobody has told it the scale.")
def design(attempt, budget=40, problems=60):
    """Check a function (gradient, theta0) -> rate on fresh problems, and count its gradients.

    It passes if its rate converges on at least 95 % of them, and needs at most three times as many
    steps as the fastest rate in the median.

    Examples
    --------
    >>> design(lambda gradient, theta0: 1.0)
    Not yet. It converges on 63 % of 60 problems; 95 % are asked for. Rates are too large too often.
    """
    rng = np.random.default_rng(2024)
    slower = []
    for _ in range(problems):
        problem = LeastSquares(*datasets.any_scale(rng=rng))
        slower.append(_times_slower(attempt, problem, budget))
    converges = np.mean(np.isfinite(slower))
    median = float(np.median(slower))
    said = f"It converges on {number(100 * converges, 2)} % of {problems} problems"
    if converges < 0.95:
        return f"{said}; 95 % are asked for. Rates are too large too often."
    if median > 3:
        return (
            f"{said}, and in the median it needs {number(median, 2)} times the steps of the "
            f"fastest rate. At most 3 times are asked for."
        )
    return None


def _times_slower(attempt, problem, budget):
    """How many times the steps of the fastest rate the learner's rate needs; inf if it diverges."""
    counted = _Counted(problem.gradient, budget)
    rate = scalar(
        call(attempt, counted, np.zeros_like(problem.minimizer)), "Return the rate alone."
    )
    if len(counted.places) > budget:
        raise Hint(f"It spends more than {budget} gradients on one problem.")
    if rate <= 0:
        raise Hint(f"A learning rate is above 0; on one problem yours is {number(rate)}.")
    kept = np.abs(1 - rate * problem.curvatures).max()
    best = np.abs(1 - problem.fastest_rate * problem.curvatures).max()
    return np.log(best) / np.log(kept) if kept < 1 else np.inf


class OverBudget(Exception):
    """More gradients were asked for than there are."""


class _Counted:
    """A gradient that counts the different θ it is asked for."""

    def __init__(self, gradient, budget):
        self.gradient, self.budget, self.places = gradient, budget, set()

    def __call__(self, theta):
        theta = np.asarray(theta, dtype=float)
        self.places |= {row.tobytes() for row in theta.reshape(-1, theta.shape[-1])}
        if len(self.places) > self.budget:
            raise OverBudget(f"{self.budget} gradients are allowed on each problem")
        return self.gradient(theta)
