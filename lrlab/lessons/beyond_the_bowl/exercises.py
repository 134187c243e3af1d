"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab.drawing.words import number
from lrlab.lessons._checking import Hint, brief, call, checker, is_about, is_close, scalar, size
from lrlab.lessons.beyond_the_bowl.maths import Logistic

# Curvatures of a minimum, and rates to ask about.
LEAVING = {(1, 2, 4): (0.1, 0.27, 0.45, 0.55, 1.5), (0.2, 5, 9): (0.2, 0.25, 12)}
MISTAKES = {
    "Above 1/λ_max a run swings, and still comes closer.": lambda each: 1 / each[-1],
    "This is made from λ_min; the steepest direction decides.": lambda each: 2 / each[0],
    "The trace adds up all curvatures; the largest alone decides.": lambda each: 2 / sum(each),
}


@checker("This is the edge of logistic regression at any θ.")
def logistic_edge(attempt):
    """Check a function (X, theta, penalty) -> 2/λ_max of the Hessian of logistic regression at θ.

    Examples
    --------
    >>> from lrlab.lessons.beyond_the_bowl.maths import Logistic
    >>> hessian = lambda X, theta, penalty: Logistic(X, 0 * X[:, 0], penalty).hessian(theta)
    >>> logistic_edge(lambda *args: 2 / np.linalg.norm(hessian(*args), 2))
    ✓ This is the edge of logistic regression at any θ.
    >>> logistic_edge(lambda X, theta, penalty: 2 / np.linalg.norm(X.T @ X / len(X), 2))
    Not yet. This is the edge of a line on these X: the weights p(1 − p) are missing.
    """
    rng = np.random.default_rng(3)
    X, theta, penalty = rng.standard_normal((30, 3)) * [1, 2, 3], np.array([0.4, -0.3, 0.2]), 0.07
    got = scalar(call(attempt, X, theta, penalty), "The largest curvature decides.")
    true = np.linalg.eigvalsh(Logistic(X, np.zeros(30), penalty).hessian(theta))[-1]
    if is_close(got, 2 / true):
        return None
    if is_close(got, true):
        return "This is λ_max itself: the edge is 2 over it."
    for hint, curvatures in _mistaken(X, theta, penalty).items():
        if any(is_about(got, 1 / each) for each in curvatures):
            return hint
    return f"Your rate is too {size(got, 2 / true)}. Does it use X, θ and μ as given?"


def _mistaken(X, theta, penalty):
    """Each hint, and the curvatures that one gets with the mistake that it names."""
    n = len(X)
    p = Logistic(X, np.zeros(n), penalty).probabilities(theta)
    data = X.T * (p * (1 - p)) @ X / n
    low, *_, high = np.linalg.eigvalsh(data)
    line = np.linalg.norm(X, 2) ** 2 / n
    return {
        "Half or twice it: the edge is 2 over the largest curvature.": [high + penalty],
        "The penalty is missing: it adds μ to every curvature.": [high],
        "μ belongs on the diagonal alone.": [np.linalg.norm(data + penalty, 2)],
        "This is the edge of a line on these X: the weights p(1 − p) are missing.":
            [line, line + penalty],
        "This is the bound, with p(1 − p) = 1/4 for all. Here θ is given: use its p.":
            [line / 4 + penalty, line / 4],
        "This is made from λ_min; the steepest direction is the first to leave.": [low + penalty],
        "The mean is missing: divide by n.": [n * high + penalty],
        "The weight of an example is p(1 − p), not p.":
            [np.linalg.norm(X.T * p @ X / n, 2) + penalty],
    }  # fmt: skip


@checker("Over the edge of the sharp minimum, below that of the flat one.")
def only_flat(attempt, surface):
    """Check an α with which a run leaves the sharp minimum and settles in the flat one.

    Examples
    --------
    >>> from lrlab.lessons.beyond_the_bowl.maths import TwoMinima
    >>> only_flat(0.4, TwoMinima())
    ✓ Over the edge of the sharp minimum, below that of the flat one.
    >>> only_flat(0.04, TwoMinima())
    Not yet. The sharp minimum can hold a run at this α: its edge is higher.
    """
    rate = _rate(scalar(attempt, "One α is enough."))
    sharp, flat = surface.critical_rates
    if is_close(rate, sharp) or is_close(rate, flat):
        return "Exactly at an edge a run does not settle. Stay clear of it."
    if rate < sharp:
        return "The sharp minimum can hold a run at this α: its edge is higher."
    if rate > flat:
        return "The flat minimum cannot hold a run at this α either: its edge is lower."
    return None


@checker("Your function knows from the curvature alone whether a run can stay.")
def leaves(attempt):
    """Check a function (hessian, learning_rate) -> whether a run leaves a minimum.

    Examples
    --------
    >>> leaves(lambda hessian, learning_rate: learning_rate > 2 / np.linalg.norm(hessian, 2))
    ✓ Your function knows from the curvature alone whether a run can stay.
    >>> leaves(lambda hessian, learning_rate: True)
    Not yet. With curvatures 1, 2 and 4, a run with α = 0.1 stays. Your function says it leaves.
    """
    turn = np.linalg.qr(np.random.default_rng(8).standard_normal((3, 3)))[0]
    cases = [(each, rate) for each, rates in LEAVING.items() for rate in rates]
    said = [_yes(call(attempt, turn @ np.diag(each) @ turn.T, rate)) for each, rate in cases]
    true = [rate > 2 / each[-1] for each, rate in cases]
    if said == true:
        return None
    if said == [not each for each in true]:
        return "It is the other way round: a run leaves where α is above the edge."
    for hint, rule in MISTAKES.items():
        if said == [rate > rule(each) for each, rate in cases]:
            return hint
    at = next(k for k in range(len(cases)) if said[k] != true[k])
    (first, second, third), rate = cases[at]
    does, says = ("leaves" if each[at] else "stays" for each in (true, said))
    return (
        f"With curvatures {first}, {second} and {third}, a run with α = {rate} {does}. "
        f"Your function says it {says}."
    )


def _rate(value):
    if value <= 0:
        raise Hint(f"A learning rate is above 0; yours is {number(value)}.")
    return value


def _yes(value):
    if not isinstance(value, (bool, np.bool_)):
        raise Hint(f"True or False is asked for; your function returns {brief(value)}.")
    return bool(value)
