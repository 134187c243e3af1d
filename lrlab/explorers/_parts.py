"""What several explorers share: styles of lines, the slider for α, and views that fit the data."""

import numpy as np

from lrlab import _check, figures
from lrlab.descent import gradient_descent
from lrlab.figures import INK, OPTIMUM, PATH
from lrlab.flipbook import Flipbook, Slider
from lrlab.regression import LeastSquares

TRAIL = {"color": PATH, "width": 1.3, "marker": "o", "size": 4.5}
DOT = {"color": PATH, "width": 0, "marker": "o", "size": 9}
STAR = {"color": OPTIMUM, "width": 0, "marker": "*", "size": 13}
DIAMOND = {"color": INK, "width": 0, "marker": "D", "size": 9}
FLOOR = {"color": OPTIMUM, "width": 1.6, "dash": (1.5, 2)}


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
    bands = [(int(np.argmax(regimes == name)), name) for name in dict.fromkeys(regimes.tolist())]
    named = {rate: name for rate, name in special.items() if name}
    marks = {int(np.flatnonzero(values == rate)[0]): name for rate, name in named.items()}
    return Slider(values, bands=bands, marks=marks)


def with_exactly(grid, special):
    """A geometric grid with special values put in exactly, for grid points too near to them."""
    special = np.asarray(special)
    apart = np.abs(np.log(grid[:, None] / special)).min(axis=1) > 0.4 * np.log(grid[1] / grid[0])
    return np.unique(np.concatenate([grid[apart], special]))


def descent_book(figure, sliders, start, steps, description):
    """A book whose last slider is the step, at its end."""
    sliders = {**sliders, "step t": np.arange(steps + 1)}
    start = {**start, "step t": steps}
    return Flipbook(figure, sliders, start=start, play="step t", description=description)


def across_the_edge(problem):
    """A storyboard: α is small, then at each mark of its slider, then a little too large."""
    marks = ["1/λ_max", "fastest", "2/λ_max"]
    if problem.curvatures[0] == problem.curvatures[-1]:
        marks = ["1/λ", "2/λ"]
    edge = problem.critical_rate
    return [{"α": rate} for rate in [0.1 * edge, *marks, 1.05 * edge]]


def path(book, ax, x, y):
    """Draw a run (..., steps + 1) up to the step shown, and mark where it stands."""
    book.line(ax, x[..., None, :], y[..., None, :], **TRAIL, reveal=True, ghost=True)
    book.line(ax, x[..., None], y[..., None], **DOT)


def loss_curve(book, ax, excess):
    """Draw the excess loss (..., steps + 1) against the step, up to the step shown."""
    steps = np.arange(excess.shape[-1])
    book.line(ax, steps, excess[..., None, :], **TRAIL, reveal=True, ghost=True)


def level(book, ax, height, steps, **style):
    """Draw a height (...) that stays the same at all steps."""
    book.line(
        ax, [0, steps], np.broadcast_to(height[..., None, None], (*height.shape, 1, 2)), **style
    )


def ellipse(centre, covariance, radius=2.0, points=48):
    """The curves (..., points + 1, 2) some standard deviations around a centre (2,)."""
    angle = np.linspace(0, 2 * np.pi, points + 1)
    size, axes = np.linalg.eigh(covariance)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    root = axes * np.sqrt(np.maximum(size, 0))[..., None, :]
    return centre + radius * circle @ np.swapaxes(root, -1, -2)


def line_problem(x, y):
    """The problem of a line, from itself or from its data."""
    if y is None and not isinstance(x, LeastSquares):
        raise ValueError(f"y must be given, or x must be a LeastSquares problem, got {type(x)}")
    problem = LeastSquares.line(x, y) if y is not None else x
    if problem.X.shape[1] != 2 or not (problem.X[:, 1] == 1).all():
        raise ValueError(f"x must be the problem of a line, X = [x, 1], got X {problem.X.shape}")
    low, high = problem.X[:, 0].min(), problem.X[:, 0].max()
    if low == high:
        raise ValueError(f"x must have at least two values that differ, got {low:g} alone")
    if problem.curvatures[0] <= 1e-14 * problem.curvatures[1]:
        raise ValueError(f"x must be spread wider or lie nearer to 0, got {low:g} to {high:g}")
    return problem


def pair(name, values):
    """Two finite numbers, as an array (2,)."""
    values = _check.numbers(name, values)
    _check.shape(name, values, (2,))
    return values


def surface_of(ax, problem, start, corners=None):
    """Draw the MSE surface of a line in a window about its minimum, or between two corners."""
    low, high = corners or window(problem, start)
    w, b = np.linspace(low, high, 81).T
    excess = problem.excess(np.stack(np.meshgrid(w, b), axis=-1))
    return figures.surface(ax, w, b, excess, minimizer=problem.minimizer)


def window(problem, start):
    """The corners (2,), (2,) of a view about the minimum, wide enough to bounce in for ever."""
    run = gradient_descent(problem.gradient, start, problem.critical_rate, 1).theta
    level = max(problem.excess(start), 1e-3 * problem.loss([0, 0]), 1e-12)
    ways = np.concatenate([1.25 * (run - problem.minimizer),
                           0.3 * (problem.level_set(level) - problem.minimizer)])  # fmt: skip
    reach = np.abs(ways).max(axis=0)
    return problem.minimizer - reach, problem.minimizer + reach


def heights(theta, x):
    """The lines θ (..., 2) at x (2,), as (..., 2)."""
    return theta[..., :1] * x + theta[..., 1:]


def leaving(theta, diverges, *limits):
    """Cut diverging paths where they leave the picture.

    Parameters
    ----------
    theta : array (..., steps + 1, d)
        The paths.
    diverges : array (...)
        Whether each one diverges.
    limits : d pairs of float
        The picture: from where to where each parameter is shown.

    Returns
    -------
    shown : array (..., steps + 1, d)
        The paths with NaN after the first step that is outside.
    left_at : array (...)
        That step; -1 where there is none.
    """
    low, high = np.transpose(limits)
    outside = ((theta < low) | (theta > high)).any(axis=-1) & np.asarray(diverges)[..., None]
    gone = np.cumsum(outside, axis=-1) - outside > 0
    left_at = np.where(outside.any(axis=-1), outside.argmax(axis=-1), -1)
    return np.where(gone[..., None], np.nan, theta), left_at


def round_grid(low, high, count):
    """At most `count` even positions from low to high on round numbers, 0 among them if between."""
    least = (high - low) / (count - 1)
    unit = 10.0 ** np.floor(np.log10(least))
    step = min(nice * unit for nice in (1, 2, 2.5, 5, 10) if nice * unit >= least)
    places = 4 - int(np.log10(unit))
    return np.round(np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step, places) + 0.0


def padded(values, share=0.25):
    """The range of the values, with a share of it for room on both sides."""
    low, high = np.min(values), np.max(values)
    margin = share * ((high - low) or 1.0)
    return low - margin, high + margin


def spanning(values):
    """The powers of ten below and above all values."""
    return 10.0 ** np.floor(np.log10(np.min(values))), 10.0 ** np.ceil(np.log10(np.max(values)))


def decades(value, below, above):
    """A range of powers of ten around a value."""
    at = np.ceil(np.log10(value)) if value > 0 else 0.0
    return 10.0 ** (at - below), 10.0 ** (at + above)
