"""Runs of descent in a book: the styles of their lines, and the layers that draw them."""

import numpy as np

from lrlab.drawing import views
from lrlab.drawing.colours import DATA, INK, OPTIMUM, PATH, SECOND
from lrlab.flipbook import Blend, Flipbook

TRAIL = {"color": PATH, "width": 1.3, "marker": "o", "size": 4.5}
DOT = {"color": PATH, "width": 0, "marker": "o", "size": 9}
STAR = {"color": OPTIMUM, "width": 0, "marker": "*", "size": 13}
DIAMOND = {"color": INK, "width": 0, "marker": "D", "size": 9}
FLAT = {"color": SECOND, "dash": (7, 3), "width": 2.0}
STEEP = {"color": DATA, "dash": (1.5, 2.5), "width": 2.0}
STARTS = 101  # positions of a start, in slope and in intercept
FLOOR = {"color": OPTIMUM, "width": 1.6, "dash": (1.5, 2)}


def descent_book(figure, sliders, start, steps, description):
    """A book whose last slider is the step, at its end."""
    sliders = {**sliders, "step t": np.arange(steps + 1)}
    start = {**start, "step t": steps}
    return Flipbook(figure, sliders, start=start, play="step t", description=description)


def start_sliders(low, high, start):
    """Sliders for slope and intercept of a start: even positions of a window, and the start itself.

    Parameters
    ----------
    low, high : arrays (2,)
        The corners of the window.
    start : array (2,)

    Returns
    -------
    dict of str to array
        "start w" and "start b".
    """
    names = zip(("start w", "start b"), low, high, start, strict=True)
    return {name: _grid(*ends) for name, *ends in names}


def _grid(low, high, special):
    grid = views.round_grid(low, high, STARTS)
    near = np.abs(grid - special) < 0.4 * (grid[1] - grid[0])
    return np.unique(np.append(grid[~near], special))


def sums(problem, rates, w, b):
    """Descent from every start as sums: what the error of each start is made of.

    The error along an eigen-direction k is its size at the start, times what t steps make of 1.

    Parameters
    ----------
    problem : LeastSquares
        Of a line.
    rates : array (..., steps + 1, 2)
        What t steps make of an error of 1 along each direction.
    w, b : arrays (p,), (q,)
        The starts.

    Returns
    -------
    rows : list of 2 arrays (..., 1, 1, 1, steps + 1)
        For sliders (…, start w, start b, step).
    sizes : list of 2 arrays (p, q, 1)
        The error of each start along each direction.
    """
    errors = np.stack(np.meshgrid(w, b, indexing="ij"), axis=-1) - problem.minimizer
    along = errors @ problem.directions
    rows = [rates[..., None, None, None, :, k] for k in (0, 1)]
    return rows, [along[..., None, k] for k in (0, 1)]


def path_of_sums(book, ax, problem, rows, sizes):
    """Draw a run from every start up to the step shown; see `sums`."""
    x, y = (
        Blend(rows, [(sizes[k], problem.directions[axis, k]) for k in (0, 1)],
              problem.minimizer[axis])
        for axis in (0, 1)
    )  # fmt: skip
    book.line(ax, x, y, **TRAIL, reveal=True, ghost=True)
    here = [np.swapaxes(row, -1, -2) for row in rows]  # a point for each step
    x, y = (Blend(here, each.weights, each.origin) for each in (x, y))
    book.line(ax, x, y, **DOT)
    book.handle(ax, "start w", "start b", color=PATH)


def loss_of_sums(book, ax, problem, rows, sizes, **style):
    """Draw the excess loss of a run from every start, up to the step shown; see `sums`."""
    with np.errstate(over="ignore", under="ignore"):
        squares = [np.minimum(row**2, 1e300) for row in rows]
    halves = 0.5 * problem.curvatures
    weights = [(sizes[k], sizes[k], halves[k]) for k in (0, 1)]
    steps = np.arange(rows[0].shape[-1])
    book.line(ax, steps, Blend(squares, weights), **style, reveal=True)
    if style.get("ghost"):
        book.handle(ax, "step t")


def path(book, ax, x, y):
    """Draw a run (..., steps + 1) up to the step shown, and mark where it stands."""
    book.line(ax, x[..., None, :], y[..., None, :], **TRAIL, reveal=True, ghost=True)
    book.line(ax, x[..., None], y[..., None], **DOT)


def loss_curve(book, ax, excess):
    """Draw the excess loss (..., steps + 1) against the step, up to the step shown."""
    steps = np.arange(excess.shape[-1])
    near = within_sight(ax, excess)
    book.line(ax, steps, near[..., None, :], **TRAIL, reveal=True, ghost=True)
    book.handle(ax, "step t")


def within_sight(ax, values):
    """Values on a logarithmic axis, six heights of the picture above or below it at the most.

    Farther out a line is brought back along its way, and needs places across of its own.
    """
    low, high = np.log10(ax.get_ylim())
    ends = np.clip([low - 6 * (high - low), high + 6 * (high - low)], -300, 300)
    return np.clip(values, *10.0**ends)
