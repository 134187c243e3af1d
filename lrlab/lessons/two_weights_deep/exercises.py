"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab._checking import Hint, call, checker, is_about, is_close, numbers, scalar, size
from lrlab.descent import gradient_descent
from lrlab.drawing.words import number

# Weights in a row: one, two, three, four and five of them.
ROWS = ([1.7], [0.5, -3.0], [2.0, 0.4, 1.5], [-1.2, 0.7, 2.2, 0.9], [1.1, 1.3, -0.8, 2.0, 0.6])
STEPS, AT_FULL = 400, 100
AFTER, NUDGE = 3000, 1e-6  # more steps, for what settles slowly, from a little beside the end


@checker("This is the sharpness at a minimum, for any number of weights in a row.")
def sharpness_in_a_row(attempt):
    """Check a function (x, weights) -> λ_max of the Hessian at a minimum of ½ mean (w₁w₂…x − y)².

    Examples
    --------
    >>> sharpness_in_a_row(lambda x, w: np.mean(x**2) * np.sum(1 / w**2) * np.prod(w) ** 2)
    ✓ This is the sharpness at a minimum, for any number of weights in a row.
    >>> sharpness_in_a_row(lambda x, w: np.mean(x**2) * np.sum(w**2))
    Not yet. For one weight the sharpness is the mean of x², whatever the weight is.
    """
    rng = np.random.default_rng(17)
    for k, row in enumerate(ROWS):
        x, weights = rng.uniform(-1, 3, 9 + 2 * k), np.array(row)
        others = np.array([np.prod(np.delete(weights, at)) for at in range(len(weights))])
        got = scalar(call(attempt, x, weights), "The sharpness is λ_max alone.")
        hint = _about_sharpness(got, x, weights, others)
        if hint:
            return hint
    return None


def _about_sharpness(got, x, weights, others):
    """A hint, if the sharpness at a minimum is not what was got; `others` are the products."""
    square, count = np.mean(x**2), len(weights)
    true = square * np.sum(others**2)
    if is_close(got, true):
        return None
    if is_close(got, 2 / true):
        return "This is the edge at the minimum, 2/λ. The sharpness is λ itself."
    if is_close(got, len(x) * true):
        return "The mean over the examples is missing: divide by n."
    if is_about(got, true):
        return "Half or twice it: J has a ½, which the square cancels."
    if is_close(got, np.mean(x) ** 2 * np.sum(others**2)):
        return "The mean of x² is asked for, not the square of the mean."
    if count == 1:
        return "For one weight the sharpness is the mean of x², whatever the weight is."
    if is_about(got, square * np.sum(weights**2)):
        return (
            f"Σ w² is right for two weights in a row. Here are {count}: what is multiplied by each?"
        )
    if is_close(got, square * np.sum(others) ** 2):
        return "Square each product first, then add: Σ g² is the length of g squared."
    if is_about(got, square * np.max(others**2)):
        return "This is the largest entry of the Hessian's diagonal. λ_max is larger."
    few = "one weight" if count == 1 else f"{count} weights"
    return (
        f"With {few} your sharpness is too {size(got, true)}. At a minimum H is the mean of g gᵀ, "
        "where g is the gradient of w₁w₂…x."
    )


@checker("It arrives at the full α, in a place that holds it, and is not thrown far.")
def warm_up(attempt, surface, start, learning_rate, highest):
    """Check a schedule that brings a run on two weights to a rate that would explode at once.

    Examples
    --------
    >>> from lrlab.lessons.two_weights_deep.maths import TwoWeights
    >>> surface = TwoWeights([1, 2], [2, 4])
    >>> edge = 2 / surface.sharpness([6, 0.5])
    >>> warm_up(lambda t: edge * min(3, 1 + t / 100), surface, [6, 0.5], 3 * edge, 40)
    ✓ It arrives at the full α, in a place that holds it, and is not thrown far.
    >>> warm_up(lambda t: 3 * edge, surface, [6, 0.5], 3 * edge, 40)
    Not yet. This run explodes.
    """
    rates = _rates(attempt)
    if not (rates > 0).all():
        return f"A rate is above 0; yours has {number(rates.min())} in it."
    if rates.max() > learning_rate * (1 + 1e-9):
        return f"No rate may be above α = {number(learning_rate)}."
    if not is_close(rates[-AT_FULL:] / learning_rate, 1):
        return f"The last {AT_FULL} of the {STEPS} steps are to be made at the full α."
    way = gradient_descent(surface.gradient, start, lambda t: rates[t], STEPS).theta
    if _far(way):
        return "This run explodes."
    # In floats a run may come to rest exactly on a minimum that repels all runs near it.
    nudged = way[-1] * [1 + NUDGE, 1]
    after = gradient_descent(surface.gradient, nudged, learning_rate, AFTER).theta
    if _far(after):
        sharp, most = number(surface.sharpness(way[-1]), 2), number(2 / learning_rate, 2)
        return (
            f"It ends at a place with sharpness {sharp}, where 2/α is {most}: a nudge of a "
            "millionth, and it explodes."
        )
    left = surface.excess(after[-1])
    if left > 1e-6:
        return f"It does not settle: in the end its excess loss is {number(left, 2)}."
    peak = max(surface.excess(way).max(), surface.excess(after).max())
    if peak > highest:
        return f"It arrives, but its excess loss was {number(peak, 2)} on the way."
    return None


def _far(theta):
    """Whether a run has come so far that there is no way back."""
    return np.abs(theta[-1]).max() > 1e20


def _rates(attempt):
    """The rates of all steps, from a function of the step or a sequence."""
    if callable(attempt):
        return np.array([scalar(call(attempt, t), "A rate a step.") for t in range(STEPS)])
    rates = numbers(attempt, f"A list of {STEPS} rates, or a function of the step,")
    if rates.shape != (STEPS,):
        raise Hint(f"{STEPS} rates are asked for, one a step; yours have the shape {rates.shape}.")
    return rates
