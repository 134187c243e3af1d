"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab._checking import Hint, call, checker, is_about, is_close, numbers, scalar, size
from lrlab.descent import gradient_descent
from lrlab.drawing.words import number
from lrlab.lessons.momentum import maths
from lrlab.optimizers import momentum
from lrlab.regression import LeastSquares


@checker("This is the edge with momentum, for any data and any β.")
def momentum_edge(attempt):
    """Check a function (X, beta) -> the critical rate of the heavy ball.

    Examples
    --------
    >>> curvature = lambda X: np.linalg.norm(X.T @ X / len(X), 2)
    >>> momentum_edge(lambda X, beta: 2 * (1 + beta) / curvature(X))
    ✓ This is the edge with momentum, for any data and any β.
    >>> momentum_edge(lambda X, beta: 2 / curvature(X))
    Not yet. This is the edge without momentum; β is not in it.
    """
    rng = np.random.default_rng(5)
    for n, d, beta in [(20, 3, 0.3), (12, 2, 0.0), (50, 2, 0.9), (31, 4, 0.75)]:
        X = rng.standard_normal((n, d)) * rng.uniform(0.3, 4, d)
        got = scalar(call(attempt, X, beta), "The largest curvature decides.")
        curvatures = LeastSquares(X, np.zeros(n)).curvatures
        if hint := _about_edge(got, beta, curvatures[0], curvatures[-1], n):
            return hint
    return None


def _about_edge(got, beta, low, high, n):
    """What to say of an edge for one β; None where it is right."""
    if is_close(got, 2 * (1 + beta) / high):
        return None
    if is_close(got, 2 / high):
        return "This is the edge without momentum; β is not in it."
    if is_close(got, 2 * (1 + beta) / (1 + 2 * beta) / high):
        return "This is the edge of Nesterov's form. The heavy ball is asked for."
    if beta and is_about(got, (1 - beta) / high):
        return "Momentum makes the stable region wider, not narrower: look at the sign of β."
    if beta and is_about(got, 1 / (1 - beta) / high):
        return "1/(1 − β) is what momentum gains in flat directions. The edge is another matter."
    if is_close(got, (1 + beta) / high):
        return "Only half of the way: without momentum, at β = 0, this is 1/λ_max."
    if is_about(got, (1 + beta) / low):
        return "This is made from λ_min; the steepest direction is the first to diverge."
    if is_about(got, (1 + beta) / (n * high)):
        return "The mean is missing: H is XᵀX divided by n."
    too = size(got, 2 * (1 + beta) / high)
    return f"For β = {beta:g} your rate is too {too}. Does it use the X and β given?"


@checker("Under the share asked for, within the steps.")
def under(attempt, problem, share=1e-6, steps=100):
    """Check a pair (α, β) by the share of the excess loss that is left after some steps from 0.

    Examples
    --------
    >>> problem = LeastSquares([[1.0, 0.0], [0.0, 3.0]], [2, 2])
    >>> under((0.4, 0.1), problem)
    ✓ Under the share asked for, within the steps.
    >>> under((0.1, 0.9), problem)
    Not yet. After 100 steps 0.001 % is left. Too much β: a step keeps √β of the error at the least.
    """
    got = numbers(attempt, "A pair (α, β)")
    if got.shape != (2,):
        return f"Two numbers are asked for, α and β; yours has the shape {got.shape}."
    rate, beta = (float(each) for each in got)
    if rate <= 0:
        return "A learning rate is above 0: a step goes against the gradient as it is."
    beta = _share(beta)
    low, high = problem.curvatures[0], problem.curvatures[-1]
    edge = maths.edge(beta, high)
    if rate >= edge:
        return f"For this β the edge is at α = {number(edge)}, and your α is not below it."
    start = np.zeros_like(problem.minimizer)
    run = gradient_descent(problem.gradient, start, rate, steps, optimizer=momentum(beta))
    left = problem.excess(run.theta[-1]) / problem.excess(start)
    if left < share:
        return None
    said = f"After {steps} steps {number(100 * left, 1)} % is left."
    flat, steep = maths.kept(rate, beta, np.array([low, high]))
    if beta == 0:
        return f"{said} Without momentum no α is enough here: try some β."
    if maths.ripples(rate, beta, low) and beta**steps > share / 10:
        return f"{said} Too much β: a step keeps √β of the error at the least."
    if flat >= steep:
        return f"{said} The flat direction is the slow one: it wants more α or more β."
    return f"{said} The steep direction is the slow one: it wants less α."


def _share(beta):
    if not 0 <= beta < 1:
        raise Hint(f"β is a share, from 0 to below 1; yours is {number(beta)}.")
    return beta
