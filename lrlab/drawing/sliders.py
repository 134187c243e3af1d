"""The slider for α: its regimes, its special rates, and the scenes that cross the edge."""

import numpy as np

from lrlab import _check
from lrlab.drawing.colours import REGIME
from lrlab.flipbook import Slider
from lrlab.regression import LeastSquares

# Rates nearer than this, relatively, are one position: nobody could tell them apart.
_SAME = 1e-10


def rate_slider(problem, *, low=1 / 20, high=2.5, rates=110, special=None):
    """The slider for α of a problem: logarithmic, with its regimes and its special rates.

    Parameters
    ----------
    problem : LeastSquares
    low, high : float
        Its ends, as multiples of the critical rate.
    rates : int
        About how many positions, at least 2.
    special : dict of float to str, or pairs of both, optional
        Other rates, instead of the three below, and the names of their marks; '' for no mark.
        Rates that nobody could tell apart are one position, which has all their names.

    Returns
    -------
    slider : Slider
        1/λ_max, the fastest rate and 2/λ_max are positions of their own, exactly.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> slider = rate_slider(LeastSquares([[1.0], [2.0]], [1, 2]))
    >>> slider.marks, slider.bands[-1][1]
    ({64: '1/λ', 84: '2/λ'}, 'diverging')
    """
    if not isinstance(problem, LeastSquares):
        raise TypeError(f"problem must be a LeastSquares, got {problem!r}")
    low, high = (_check.number(*each, "positive and finite")
                 for each in [("low", low), ("high", high)])  # fmt: skip
    if low >= high:
        raise ValueError(f"low must be below high, got {low:g} and {high:g}")
    rates = _check.whole_number("rates", rates, least=2, most=1000)
    special = merged(_pairs(special) or _usual(problem))
    grid = np.geomspace(low * problem.critical_rate, high * problem.critical_rate, rates)
    values = with_exactly(grid, list(special))
    regimes = problem.regime(values)
    bands = [
        (int(np.argmax(regimes == name)), name, REGIME[name])
        for name in dict.fromkeys(regimes.tolist())
    ]
    return Slider(values, bands=bands, marks=marks(values, special))


def is_round(problem):
    """Whether all curvatures of a problem are the same, up to what anybody could see.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> is_round(LeastSquares.line([-1, 1], [3, 5])), is_round(LeastSquares.line([0, 1], [3, 5]))
    (True, False)
    """
    return bool(problem.curvatures[0] > problem.curvatures[-1] * (1 - _SAME))


def stands_on(rate, special):
    """Whether rates (...) are a special rate, up to what anybody could see.

    Examples
    --------
    >>> stands_on(0.1 + 0.2, 0.3), stands_on(0.3001, 0.3)
    (True, False)
    """
    return abs(rate - special) <= _SAME * special


def merged(special):
    """Special rates and their names as a dict; those that nobody could tell apart are one.

    Of them the one that is named first stays.

    Examples
    --------
    >>> merged([(1.0, "MSE"), (2.0, "edge"), (1.0 - 1e-15, "½SSE"), (2.0, "")])
    {1.0: 'MSE, ½SSE', 2.0: 'edge'}
    """
    groups = {}
    for rate, name in special:
        same = next((each for each in groups if stands_on(rate, each)), rate)
        groups.setdefault(same, []).append(name)
    return {rate: ", ".join(filter(None, names)) for rate, names in groups.items()}


def marks(values, special):
    """The marks of a slider with values (p,) at special rates, a dict of rate to name."""
    return {int(np.flatnonzero(values == rate)[0]): name
            for rate, name in sorted(special.items()) if name}  # fmt: skip


def with_exactly(grid, special):
    """A geometric grid with special values put in exactly, for grid points too near to them."""
    special = np.asarray(special)
    apart = np.abs(np.log(grid[:, None] / special)).min(axis=1) > 0.4 * np.log(grid[1] / grid[0])
    return np.unique(np.concatenate([grid[apart], special]))


def across_the_edge(problem):
    """A storyboard: α is small, then at each mark of its slider, then a little too large."""
    edge = problem.critical_rate
    special = sorted(merged(_usual(problem)))
    return [{"α": rate} for rate in [0.1 * edge, *special, 1.05 * edge]]


def _pairs(special):
    """Special rates and their names as pairs, however they were given."""
    if special is None:
        return []
    try:
        pairs = [(rate, name) for rate, name in getattr(special, "items", lambda: special)()]
    except (TypeError, ValueError):
        raise TypeError(f"special must be a dict of rate to name, got {special!r}") from None
    return [(_check.number("special", rate, "positive and finite"), str(name))
            for rate, name in pairs]  # fmt: skip


def _usual(problem):
    """The special rates of constant α and their names."""
    top, edge = problem.curvatures[-1], problem.critical_rate
    if is_round(problem):
        return [(1 / top, "1/λ"), (edge, "2/λ")]
    return [(edge, "2/λ_max"), (1 / top, "1/λ_max"), (problem.fastest_rate, "fastest")]
