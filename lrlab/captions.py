"""The sentences under the pictures: what is seen at one position, in words and rounded numbers."""

import numpy as np

from lrlab.figures import RAISED


def number(value, digits=3):
    """Write a number for reading: a few digits, and powers of ten as such.

    Examples
    --------
    >>> number(0.25), number(1234.5), number(1.2e-7), number(3e40)
    ('0.25', '1,230', '1.2 × 10⁻⁷', '3 × 10⁴⁰')
    """
    value = float(value)
    if np.isinf(value):
        return "more than 10³⁰⁸"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        value = float(f"{value:.{digits}g}")
        places = max(0, digits - 1 - int(np.floor(np.log10(abs(value))))) if value else 0
        text = f"{value:,.{places}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    head, power = f"{value:.1e}".split("e")
    return f"{head.removesuffix('.0')} × 10{str(int(power)).translate(RAISED)}"


def by_hand(problem, theta):
    """The loss at each θ (..., 2), against the least there is: an array of str (...)."""
    texts = [
        f"J(w, b) = {number(loss)}. The lowest point of the bowl is {number(problem.minimum)}."
        for loss in problem.loss(theta).ravel()
    ]
    return np.array(texts).reshape(theta.shape[:-1])


def one_parameter(problem, rate):
    """What α does to the error of one parameter, in one step and for ever.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> one_parameter(LeastSquares([[1.0]], [2]), 0.5)
    'Each step multiplies the error by 1 − αλ = 0.5: it shrinks, always on the same side.'
    """
    factor = 1 - rate * problem.curvatures[0]
    if abs(factor) < 1e-9:
        return "Each step multiplies the error by 1 − αλ = 0: one step lands on the minimum."
    if rate == problem.critical_rate:
        return "Each step multiplies the error by 1 − αλ = −1: it changes sides for ever."
    regime = {
        "monotone": "it shrinks, always on the same side",
        "oscillating": "it changes sides and shrinks",
        "diverging": "it changes sides and grows, away from the minimum",
    }[problem.regime(rate)]
    written = number(factor).replace("-", "−")
    return f"Each step multiplies the error by 1 − αλ = {written}: {regime}."


def descent(problem, rate, excess, left_at):
    """What a run with one α does on the surface.

    Parameters
    ----------
    problem : LeastSquares
    rate : float
    excess : array (steps + 1,)
        Its excess loss.
    left_at : int
        The step at which its path is out of the picture, -1 if it never is.
    """
    steps = len(excess) - 1
    if excess[0] == 0:
        return "The path starts at the minimum, where there is no slope, and stays."
    with np.errstate(over="ignore"):
        times = excess[-1] / excess[0]
    if problem.regime(rate) == "diverging":
        where = "It is still in the picture, but"
        if left_at > 0:
            where = f"Path and line leave the picture at step {left_at}, and"
        return (
            "Each step crosses the valley and lands farther away. "
            f"{where} after {steps} steps the excess loss is {number(times, 2)} times the first."
        )
    left = f"After {steps} steps {number(100 * times, 2)} % of the excess loss is left."
    return f"{_crossing(problem, rate)} {left}"


def _crossing(problem, rate):
    if rate == problem.critical_rate:
        return "Exactly at the edge: the path bounces between the two walls of the valley for ever."
    if rate == problem.fastest_rate:
        condition = problem.condition_number
        lost = 2 / (condition + 1)
        kept = number(1 - lost, 2) if lost > 0.01 else f"1 − {number(lost, 2)}"
        return f"The fastest rate in the long run: each step keeps {kept} of the error."
    if rate == 1 / problem.curvatures[-1]:
        return "The steepest direction is solved in one step; the flat one takes its time."
    if problem.regime(rate) == "monotone":
        return "Each step goes down without crossing the valley."
    return "Each step crosses the valley and lands closer."


def edge(critical_rate, learning_rate):
    """Whether α is below the critical rate.

    Examples
    --------
    >>> edge(0.2, 0.1)
    'The critical rate is 0.2. α = 0.1 is below it: descent converges.'
    """
    if learning_rate == critical_rate:
        verdict = "exactly there: descent bounces for ever"
    elif learning_rate < critical_rate:
        verdict = "below it: descent converges"
    else:
        verdict = "above it: descent diverges"
    return (
        f"The critical rate is {number(critical_rate)}. α = {number(learning_rate)} is {verdict}."
    )
