"""The picture of this lesson: a line, and the point that it is."""

import numpy as np

from lrlab import _check
from lrlab.drawing import crowd, figures, given, layers, views
from lrlab.drawing.colours import DATA, PATH
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook


def line_by_hand(x, y=None, *, start=(0.0, 0.0), positions=61):
    """Move a line by hand: slope and intercept are the sliders, (w, b) is the point on the surface.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float
        Slope and intercept to begin with.
    positions : int
        Positions of each slider.

    Returns
    -------
    book : Flipbook
        The data and the line with its errors, the level sets, and the bowl in three dimensions.

    Examples
    --------
    >>> book = line_by_hand([0, 1, 2], [3, 5, 7], start=(2, 3))
    >>> book.position
    {'slope w': 2.0, 'intercept b': 3.0}
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    positions = _check.whole_number("positions", positions, least=2)
    given.affordable(70, ("positions", positions), ("positions", positions))
    w, b = (
        views.round_grid(*limits, positions)
        for limits in np.transpose(views.window(problem, start))
    )
    figure, (left, middle, right) = figures.canvas([3.5, 3.7, 3.6], three_d={2})
    x, y = problem.X[:, 0], problem.y
    figures.data(left, x, y)
    left.set_ylim(*figures.padded(np.concatenate([y, problem.X @ start]), 0.25))
    views.surface_of(middle, problem, start)
    fine = [np.linspace(values[0], values[-1], 25) for values in (w, b)]
    bowl(right, *fine, problem.loss(np.stack(np.meshgrid(*fine), axis=-1)))

    book = Flipbook(
        figure,
        {"slope w": w, "intercept b": b},
        start={"slope w": start[0], "intercept b": start[1]},
        description="The data with a line, the point (w, b) on the level sets of the loss, and the "
        "same point on the bowl.",
    )
    theta = np.stack(np.meshgrid(w, b, indexing="ij"), axis=-1)
    ends = np.array(left.get_xlim())
    drawn = crowd.shown(x, y)
    sample = drawn[np.linspace(0, len(drawn) - 1, min(len(drawn), 12)).astype(int)]
    book.line(left, *_sticks(x[sample], y[sample], theta), color=DATA, width=1.1, opacity=0.8)
    book.line(left, ends, views.heights(theta, ends), color=PATH, width=2.2)
    point = theta[..., None, :]
    book.line(middle, point[..., 0], point[..., 1], **layers.DOT)
    book.handle(middle, "slope w", "intercept b", color=PATH)
    book.line(right, point[..., 0], point[..., 1], problem.loss(point), **layers.DOT)
    flat, steep = problem.directions.T * np.ptp(b) / 8
    told = [start, [0, np.mean(y)], problem.minimizer, problem.minimizer + flat,
            problem.minimizer + steep]  # fmt: skip
    book.storyboard(*({"slope w": each[0], "intercept b": each[1]} for each in told))
    return book.caption(caption(problem, theta)).draw()


def _sticks(x, y, theta):
    """The errors of the lines θ (..., 2) as upright sticks, a gap after each: x, y (..., 3n)."""
    ends = np.stack(
        [np.broadcast_to(y, (*theta.shape[:-1], len(y))), views.heights(theta, x)], axis=-1
    )
    gaps = np.full((*ends.shape[:-1], 1), np.nan)
    return np.repeat(x, 3), np.concatenate([ends, gaps], axis=-1).reshape(*theta.shape[:-1], -1)


def bowl(ax, w, b, loss):
    """Draw a loss (q, p) over the grid w (p,), b (q,) as a surface in three dimensions.

    Of p and q one more than a multiple of 12 is best: Matplotlib then cuts the surface into equal
    patches, where of unequal ones it reads memory that nothing was written to, and may warn.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4], three_d={0})
    >>> w = b = np.linspace(-1, 1, 5)
    >>> bowl(ax, w, b, w**2 + b[:, None] ** 2).get_zlabel()
    ''
    """
    ax.plot_surface(*np.meshgrid(w, b), loss, color=figures.REGIME["monotone"], alpha=0.35,
                    rcount=13, ccount=13, linewidth=0.4, edgecolor=DATA, shade=False)  # fmt: skip
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.pane.fill = False
        axis._axinfo["grid"]["color"] = figures.FAINT  # the only way Matplotlib offers
    ax.view_init(elev=28, azim=-60)
    ax.locator_params(nbins=4)
    for axis in (ax.xaxis, ax.yaxis):
        axis.labelpad = 11
    return figures.frame(ax, "the same surface, as a bowl", "slope w", "intercept b")


def caption(problem, theta):
    """The loss at each θ (..., 2), against the least there is: an array of str (...)."""
    on_a_line = problem.minimum <= 1e-24 * np.mean(problem.y**2)  # but for rounding
    least = 0 if on_a_line else problem.minimum
    texts = [
        f"J(w, b) = {number(loss)}. The lowest point of the bowl is {number(least)}."
        for loss in problem.loss(theta).ravel()
    ]
    return np.array(texts).reshape(theta.shape[:-1])
