"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab._checking import Hint, brief, call, checker, is_about, is_close, scalar, size
from lrlab.drawing.words import number
from lrlab.lessons.beyond_the_bowl.maths import Logistic, TwoMinima

# Logistic regression to ask about: examples, parameters, penalty, size of θ.
FRESH = ((30, 3, 0.07, 0.4), (8, 2, 0.5, 1.0), (60, 5, 0.002, 0.2), (25, 4, 0.02, 2.0))

# Potholes to ask about. No rate fits all of them.
POTHOLES = (
    {},
    {"sharp": (10, 50), "flat": (0.5, 1.25), "height": 0.5},
    {"sharp": (300, 800), "flat": (20, 40), "height": 1.5},
    {"sharp": (0.5, 1.2), "flat": (0.05, 0.1), "height": -1.0},
)

# Curvatures of minima, and rates to ask about, in units of the edge.
CURVATURES = ((1, 2, 4), (0.2, 5, 9), (0.5, 8), (1, 1.5, 2, 6, 7), (2, 2, 2))
RATES = (0.2, 0.7, 0.999, 1.001, 1.4, 10)
MISTAKES = {
    "Above 1/λ_max a run swings, and still comes closer.": lambda H: 1 / np.linalg.norm(H, 2),
    "This is made from λ_min; the steepest direction decides.":
        lambda H: 2 / np.linalg.eigvalsh(H)[0],
    "The trace adds up all curvatures; the largest alone decides.": lambda H: 2 / np.trace(H),
    "The Frobenius norm mixes all curvatures; the largest alone decides.":
        lambda H: 2 / np.linalg.norm(H),
    "The diagonal holds the curvatures along the axes; other directions may be steeper.":
        lambda H: 2 / np.diag(H).max(),
}  # fmt: skip


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
    for n, d, penalty, length in FRESH:
        X = rng.standard_normal((n, d)) * np.arange(1, d + 1)
        theta = length * rng.standard_normal(d)
        got = scalar(call(attempt, X, theta, penalty), "The largest curvature decides.")
        if hint := _not_the_edge(got, X, theta, penalty):
            return hint
    return None


def _not_the_edge(got, X, theta, penalty):
    """What to say to a rate that is not the edge of logistic regression; None if it is."""
    true = np.linalg.eigvalsh(Logistic(X, np.zeros(len(X)), penalty).hessian(theta))[-1]
    if is_close(got, 2 / true):
        return None
    if is_close(got, true):
        return "This is λ_max itself: the edge is 2 over it."
    for hint, curvatures in _mistaken(X, theta, penalty).items():
        if any(is_about(got, 1 / each) for each in curvatures):
            return hint
    return (
        f"For {len(X)} examples and μ = {penalty} your rate is too {size(got, 2 / true)}. "
        "Does it use X, θ and μ as given?"
    )


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


@checker("Over the edge of the sharp minimum, below that of the flat one, on each surface.")
def only_flat(attempt):
    """Check a function surface -> α with which a run leaves the sharp minimum for the flat one.

    Examples
    --------
    >>> only_flat(lambda surface: surface.critical_rates.mean())
    ✓ Over the edge of the sharp minimum, below that of the flat one, on each surface.
    >>> only_flat(lambda surface: 0.4)
    Not yet. With the edges 0.04 and 1.6 your α is fine, with 0.0025 and 0.05 it is not. Use the \
surface that is given.
    """
    fine = None
    for shape in POTHOLES:
        surface = TwoMinima(**shape)
        rate = scalar(call(attempt, surface), "One α is enough.")
        if rate <= 0:
            return f"A learning rate is above 0; yours is {number(rate)}."
        edges = surface.critical_rates
        if edges[0] * (1 + 1e-6) < rate < edges[1] * (1 - 1e-6):
            fine = edges
        elif fine is not None:
            return (
                f"With the edges {_pair(fine)} your α is fine, with {_pair(edges)} it is not. "
                "Use the surface that is given."
            )
        else:
            return _wrong_side(rate, edges)
    return None


def _pair(edges):
    return " and ".join(number(each) for each in edges)


def _wrong_side(rate, edges):
    if is_close(rate, edges[0]) or is_close(rate, edges[1]):
        return "Exactly at an edge the curvature does not decide. Stay clear of it."
    if rate < edges[0]:
        return "The sharp minimum can hold a run at this α: its edge is higher."
    return "The flat minimum cannot hold a run at this α either: its edge is lower."


@checker("Your function knows from the curvature alone whether a run can stay.")
def leaves(attempt):
    """Check a function (hessian, learning_rate) -> whether a run leaves a minimum.

    Examples
    --------
    >>> leaves(lambda hessian, learning_rate: learning_rate > 2 / np.linalg.norm(hessian, 2))
    ✓ Your function knows from the curvature alone whether a run can stay.
    >>> leaves(lambda hessian, learning_rate: True)
    Not yet. With curvatures 1, 2, 4, a run with α = 0.1 stays. Your function says it leaves.
    """
    rng = np.random.default_rng(8)
    cases = [(curvatures, _turned(curvatures, rng), share * 2 / max(curvatures))
             for curvatures in CURVATURES for share in RATES]  # fmt: skip
    said = [_yes(call(attempt, hessian, rate)) for _, hessian, rate in cases]
    true = [rate * max(curvatures) > 2 for curvatures, _, rate in cases]
    if said == true:
        return None
    if said == [not each for each in true]:
        return "It is the other way round: a run leaves where α is above the edge."
    for hint, rule in MISTAKES.items():
        if said == [bool(rate > rule(hessian)) for _, hessian, rate in cases]:
            return hint
    at = next(k for k in range(len(cases)) if said[k] != true[k])
    curvatures, _, rate = cases[at]
    does, says = ("leaves" if each[at] else "stays" for each in (true, said))
    return (
        f"With curvatures {', '.join(f'{each:g}' for each in curvatures)}, a run with "
        f"α = {number(rate, 4)} {does}. Your function says it {says}."
    )


def _turned(curvatures, rng):
    """A Hessian with these curvatures, in directions that are not the axes."""
    turn = np.linalg.qr(rng.standard_normal((len(curvatures),) * 2))[0]
    hessian = turn @ np.diag(curvatures) @ turn.T
    return (hessian + hessian.T) / 2


def _yes(value):
    """True or False, from a bool in any wrapping, or from 1 or 0."""
    try:
        array = np.asarray(value)
    except Exception:  # rows of different lengths, or an object that refuses
        array = np.array(None)
    fits = array.size == 1 and array.dtype.kind in "biu"
    if not (fits and array.item() in (0, 1)):
        raise Hint(f"True or False is asked for; your function returns {brief(value)}.")
    return bool(array.item())
