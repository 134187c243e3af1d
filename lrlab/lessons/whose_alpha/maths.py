"""One loss written in five ways, and what each makes of the same learning rate.

A loss that is c times J has c times its gradient, so a step with α on it is a step with c·α on J.
The fifth way takes one example at a time; a pass through all examples is one affine map.
"""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.regression import LeastSquares

PER_EXAMPLE = "per example"

# Above every critical rate, and c times a rate is still a float.
_LARGEST = 1e300

# Rounding alone may lift a factor of exactly 1 by this much.
_ROUNDING = 1e-11


def scales(n):
    """Return c of each loss c·J with J = 1/(2n) Σ e², for n examples: a dict of name to number.

    Examples
    --------
    >>> scales(40)
    {'½MSE': 1, 'MSE': 2, '½SSE': 40, 'SSE': 80}
    """
    n = _check.whole_number("n", n, least=1)
    return {"½MSE": 1, "MSE": 2, "½SSE": n, "SSE": 2 * n}


def critical_rates(problem):
    """Return the critical rate of each convention: (2/λ_max)/c, and the first of a pass.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> rates = critical_rates(LeastSquares([[1.0], [1.0]], [1, 2]))
    >>> {name: round(rate, 6) for name, rate in rates.items()}
    {'½MSE': 2.0, 'MSE': 1.0, '½SSE': 1.0, 'SSE': 0.5, 'per example': 2.0}
    """
    _check.instance("problem", problem, LeastSquares)
    n = len(problem.y)
    rates = {name: problem.critical_rate / c for name, c in scales(n).items()}
    return {**rates, PER_EXAMPLE: pass_critical_rate(problem)}


def safe_rate(problem):
    """Return 2/max ‖x_i‖²: up to it, two runs on the same single examples never move apart.

    One step may still raise the loss of all examples: at its minimum every step does that moves.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> safe_rate(LeastSquares([[1.0], [2.0]], [1, 2]))
    0.5
    """
    return float(2 / _sizes(problem).max())


def one_pass(problem, learning_rate):
    """Return the map θ → Aθ + b of one pass: a step on ½e² of each example, in the order of X.

    Parameters
    ----------
    problem : LeastSquares
    learning_rate : number or array (...)

    Returns
    -------
    A : array (..., d, d)
        The product of all I − α x_i x_iᵀ, the last example leftmost.
    b : array (..., d)

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> A, b = one_pass(LeastSquares([[1.0], [2.0]], [1, 2]), 0.1)
    >>> round(float(A[0, 0]), 6)  # (1 − 0.1·1)(1 − 0.1·4)
    0.54
    """
    change, b = _change(problem, learning_rate)
    return np.eye(change.shape[-1]) + change, b


def pass_growth(problem, learning_rate):
    """Return the spectral radius of one pass: passes converge if and only if it is below 1.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> pass_growth(LeastSquares([[1.0], [2.0]], [1, 2]), [0.1, 1.0]).round(6).tolist()
    [0.54, 0.0]
    """
    A, _ = one_pass(problem, learning_rate)
    finite = np.isfinite(A).all(axis=(-2, -1))
    growth = np.abs(np.linalg.eigvals(np.where(finite[..., None, None], A, 0))).max(axis=-1)
    return np.where(finite, growth, np.inf)


def pass_critical_rate(problem):
    """Return the least rate from which on passes in the order of X diverge, if only for a while.

    It is `safe_rate` or more, and belongs to the order. Larger rates may converge again: see
    `pass_edges`. It is searched for in steps of a third of a per cent, and refined to rounding.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> round(pass_critical_rate(LeastSquares([[2.0]], [1])), 9)
    0.5
    """
    grid = _search(problem, 300)
    low = grid[0]
    for _ in range(9):
        first = np.argmax(pass_growth(problem, grid) > 1 + _ROUNDING)
        if first == 0:
            break
        low, high = grid[first - 1], grid[first]
        grid = np.linspace(low, high, 100)
    return float(low)


def pass_edges(problem, fineness=3000):
    """Return all rates (k,), ascending, at which passes in the order of X begin or end to diverge.

    k is odd: small rates converge, and those at which each single step enlarges its error diverge.

    Parameters
    ----------
    problem : LeastSquares
    fineness : int
        How many rates are tried within each factor of e; what is closer together may be missed.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> pass_edges(LeastSquares([[2.0], [1.0]], [1, 1])).round(2).tolist()
    [1.25]
    """
    grid = _search(problem, _check.whole_number("fineness", fineness, least=1, most=10**5))
    diverges = pass_growth(problem, grid) > 1 + _ROUNDING
    at = np.flatnonzero(diverges[1:] != diverges[:-1])
    return np.sqrt(grid[at] * grid[at + 1])


def _search(problem, fineness):
    """Rates (p,) from the safe one to where every single step enlarges its own error."""
    sizes = _sizes(problem)
    low, high = safe_rate(problem), 2.02 / sizes[sizes > 0].min()
    return np.geomspace(low, high, 2 + int(fineness * np.log(high / low)))


def pass_regime(problem, learning_rate):
    """Say what passes do at a constant rate: an array of str (...).

    "monotone": no step on a single example overshoots that example, α ≤ 1/max ‖x_i‖².
    "oscillating": some do, and the passes converge. "diverging": the passes diverge.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> pass_regime(LeastSquares([[1.0]], [1]), [0.5, 1.5, 2.5]).tolist()
    ['monotone', 'oscillating', 'diverging']
    """
    safe = safe_rate(problem)
    rate = _check.numbers("learning_rate", learning_rate, "positive and finite")
    tame = rate <= safe / 2 * (1 + _ROUNDING)
    diverges = pass_growth(problem, rate) > 1 + _ROUNDING
    return np.select([diverges, tame], ["diverging", "monotone"], "oscillating")


def regimes(problem, learning_rate):
    """Return the regime of each rate (p,) under each of the five conventions: str (5, p).

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> regimes(LeastSquares([[1.0], [1.0]], [1, 2]), [1.5])[:, 0].tolist()
    ['oscillating', 'diverging', 'diverging', 'diverging', 'oscillating']
    """
    by_pass = pass_regime(problem, learning_rate)
    rate = np.asarray(learning_rate, float)
    losses = scales(len(problem.y)).values()
    rows = [problem.regime(c * np.minimum(rate, _LARGEST / c)) for c in losses]
    return np.array([*rows, by_pass])


def descend_by_passes(problem, theta0, learning_rate, passes):
    """Follow passes of single-example steps: θ after each pass, for one rate or many at once.

    Parameters
    ----------
    problem : LeastSquares
    theta0 : array (d,)
    learning_rate : number or array (...)
    passes : int

    Returns
    -------
    Trajectory
        `theta[..., k, :]` is θ after k passes; each is n steps. It converges to the θ that a pass
        leads back to, which is not the minimizer unless all residuals are 0 there.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [2.0]], [1, 2])
    >>> descend_by_passes(problem, [0], 0.1, 2).theta[:, 0].round(4).tolist()
    [0.0, 0.46, 0.7084]
    """
    change, b = _change(problem, learning_rate)
    rate = np.asarray(learning_rate, float)
    # A pass, written as one step of descent, so that runs that diverge are kept as always.
    scaled = lambda t: -((change @ t[..., None])[..., 0] + b) / rate[..., None]  # noqa: E731
    theta0 = _check.numbers("theta0", theta0)
    _check.shape("theta0", theta0, problem.minimizer.shape)
    passes = _check.whole_number("passes", passes)
    return gradient_descent(
        scaled, np.broadcast_to(theta0, (*rate.shape, *theta0.shape)), rate, passes
    )


def where_passes_settle(problem, learning_rate):
    """Return the excess loss (...) of the θ that a pass leads back to, if there is one such θ.

    inf where the rate is so large that a pass is beyond all floats.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> float(where_passes_settle(LeastSquares([[1.0], [1.0]], [0, 2]), 0.5).round(6))
    0.055556
    """
    change, b = _change(problem, learning_rate)
    rate = np.asarray(learning_rate, float)[..., None]
    change, b = change / rate[..., None], b / rate  # else its inverse overflows for tiny rates
    finite = np.isfinite(change).all(axis=(-2, -1)) & np.isfinite(b).all(axis=-1)
    change, b = np.where(finite[..., None, None], change, 0), np.where(finite[..., None], b, 0)
    theta = -(np.linalg.pinv(change, rtol=1e-15) @ b[..., None])[..., 0]
    return np.where(finite, problem.excess(theta), np.inf)[()]


def _change(problem, learning_rate):
    """Return A − I (..., d, d) and b (..., d) of one pass; A − I is exact however small α is."""
    _check.instance("problem", problem, LeastSquares)
    rate = _check.numbers("learning_rate", learning_rate, "positive and finite")[..., None, None]
    d = problem.X.shape[1]
    both = np.zeros((*rate.shape[:-2], d, d + 1))
    with np.errstate(over="ignore", invalid="ignore"):
        for x, y in zip(problem.X, problem.y, strict=True):
            error = (x @ both + np.append(x, -y))[..., None, :]
            both -= rate * x[:, None] * error
    return both[..., :d], both[..., d]


def _sizes(problem):
    """Return ‖x_i‖² of each example, (n,)."""
    _check.instance("problem", problem, LeastSquares)
    return np.sum(problem.X**2, axis=-1)
