"""The slider for α: its regimes, its special rates, and the scenes that cross the edge."""

import numpy as np

from lrlab import _check
from lrlab.drawing.colours import REGIME
from lrlab.flipbook import Slider


def rate_slider(problem, *, low=1 / 20, high=2.5, rates=110, special=None):
    """The slider for α of a problem: logarithmic, with its regimes and its special rates.

    Parameters
    ----------
    problem : LeastSquares
    low, high : float
        Its ends, as multiples of the critical rate.
    rates : int
        About how many positions, at least 2.
    special : dict of float to str, optional
        Other rates, instead of the three below, and the names of their marks; '' for no mark.

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
    rates = _check.whole_number("rates", rates, least=2)
    top = problem.curvatures[-1]
    usual = {
        1 / top: "1/λ_max",
        problem.fastest_rate: "fastest",
        problem.critical_rate: "2/λ_max",
    }
    if problem.curvatures[0] == top:
        usual = {1 / top: "1/λ", problem.critical_rate: "2/λ"}
    special = special or usual
    grid = np.geomspace(low * problem.critical_rate, high * problem.critical_rate, rates)
    values = with_exactly(grid, list(special))
    regimes = problem.regime(values)
    bands = [
        (int(np.argmax(regimes == name)), name, REGIME[name])
        for name in dict.fromkeys(regimes.tolist())
    ]
    named = {rate: name for rate, name in special.items() if name}
    marks = {int(np.flatnonzero(values == rate)[0]): name for rate, name in named.items()}
    return Slider(values, bands=bands, marks=marks)


def with_exactly(grid, special):
    """A geometric grid with special values put in exactly, for grid points too near to them."""
    special = np.asarray(special)
    apart = np.abs(np.log(grid[:, None] / special)).min(axis=1) > 0.4 * np.log(grid[1] / grid[0])
    return np.unique(np.concatenate([grid[apart], special]))


def across_the_edge(problem):
    """A storyboard: α is small, then at each mark of its slider, then a little too large."""
    marks = ["1/λ_max", "fastest", "2/λ_max"]
    if problem.curvatures[0] == problem.curvatures[-1]:
        marks = ["1/λ", "2/λ"]
    edge = problem.critical_rate
    return [{"α": rate} for rate in [0.1 * edge, *marks, 1.05 * edge]]
