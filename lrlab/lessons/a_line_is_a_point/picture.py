"""The pictures of this lesson: a line and the point that it is; a walk through the minimum."""

import numpy as np

from lrlab import _check
from lrlab.drawing import crowd, figures, given, layers, sliders, views
from lrlab.drawing.colours import DATA, FAINT, INK, PATH
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider

WALK = {"color": INK, "width": 2.0}


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
    ax.plot_surface(*np.meshgrid(w, b), loss, color=FAINT, alpha=0.35,
                    rcount=13, ccount=13, linewidth=0.4, edgecolor=DATA, shade=False)  # fmt: skip
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.pane.fill = False
        axis._axinfo["grid"]["color"] = FAINT  # the only way Matplotlib offers
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


def turned_walk(x, y=None, *, positions=91):
    """Turn a straight walk through the minimum, and see how much the ground curves along it.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    positions : int
        About how many angles from 0° to 180°; the steepest and the flattest walk are among them.

    Returns
    -------
    book : Flipbook
        A slider for the angle in the (w, b)-plane, against the w-axis; the walk on the surface,
        whose two axes have the same scale, the loss along it, and its curvature.

    Examples
    --------
    >>> book = turned_walk([0, 1, 2], [3, 5, 7])
    >>> book.position = {"angle in °": "steepest"}
    >>> book.seen[:49]
    'At 35.8° the ground curves most of all, with 2.39'
    """
    problem = given.line_problem(x, y)
    positions = _check.whole_number("positions", positions, least=2, most=1000)
    given.affordable(70, ("positions", positions))
    slider, curvature = _angles(problem, positions)
    reach = float(np.linalg.norm(problem.minimizer)) or 1.0
    figure, (left, middle, right) = figures.canvas([3.7, 3.5, 3.6])
    distance = np.linspace(-reach, reach, 61)
    high = 0.5 * curvature.max() * reach**2
    figures.frame(middle, "the loss along the walk", "distance walked", "", (-reach, reach),
                  (problem.minimum - 0.05 * high, problem.minimum + high))  # fmt: skip
    _curvatures(right, problem)
    _with_one_scale(left, problem, 1.1 * reach)

    name = "angle in °"
    book = Flipbook(
        figure,
        {name: slider},
        start={name: 0},
        description="A straight walk through the minimum on the level sets of the loss, the loss "
        "along it, and its curvature against its angle.",
    )
    radians = np.radians(slider.values)[:, None]
    along = np.concatenate([np.cos(radians), np.sin(radians)], axis=1)
    ends = problem.minimizer[:, None] + reach * along[..., None] * [-1, 1]
    tip = problem.minimizer + 0.8 * reach * along
    book.line(left, ends[:, 0], ends[:, 1], **WALK)
    book.line(left, tip[:, :1], tip[:, 1:], **layers.DIAMOND)
    book.handle(left, tip[:, 0], tip[:, 1])
    book.line(middle, distance, problem.minimum + 0.5 * curvature[:, None] * distance**2, **WALK)
    book.line(right, slider.values[:, None], curvature[:, None], **layers.DIAMOND)
    book.handle(right, name)
    book.storyboard(
        {},
        {name: 90},
        {name: slider.values[curvature.argmax()]},
        {name: slider.values[curvature.argmin()]},
    )
    texts = [walk_caption(problem, *each) for each in zip(slider.values, curvature, strict=True)]
    return book.caption(texts).draw()


def _angles(problem, positions):
    """The slider for the angle, and the curvature at each of its positions (p,).

    With e the angle from the flattest walk it is λ_min cos²e + λ_max sin²e.
    """
    flat = float(np.degrees(np.arctan2(*problem.directions[::-1, 0])) % 180)
    steep = (flat + 90) % 180
    grid, special = (
        np.linspace(0, 180, positions),
        {} if sliders.is_round(problem) else {flat: "flattest", steep: "steepest"},
    )
    near = np.abs(grid[:, None] - list(special)).min(axis=1, initial=180) < 72 / positions
    values = np.unique([*grid[~near], *special])
    away = np.radians(values - flat)
    low, high = problem.curvatures
    curvature = low * np.cos(away) ** 2 + high * np.sin(away) ** 2
    return Slider(values, marks=sliders.marks(values, special)), curvature


def _curvatures(ax, problem):
    """Draw the curvature of each walk against its angle, between the two extremes."""
    low, high = problem.curvatures
    flat = np.degrees(np.arctan2(*problem.directions[::-1, 0]))
    angles = np.linspace(0, 180, 181)
    away = np.radians(angles - flat)
    ax.plot(angles, low * np.cos(away) ** 2 + high * np.sin(away) ** 2, color=DATA, linewidth=1.6)
    if low > 0.9 * high:
        figures.level(ax, high, "λ")
    else:
        figures.level(ax, high, figures.mathtext("λ_max"))
        figures.level(ax, low, figures.mathtext("λ_min"))
    figures.frame(ax, "its curvature", "angle in °", "", (-5, 185), (0, 1.15 * high))
    ax.set_xticks([0, 45, 90, 135, 180])


def _with_one_scale(ax, problem, reach):
    """Draw the surface about its minimum so that angles are what they are in the plane."""
    corners = problem.minimizer - reach, problem.minimizer + reach
    views.surface_of(ax, problem, problem.minimizer, corners)
    for line in [*ax.collections, *ax.lines]:
        line.remove()
    ax.figure.draw_without_rendering()  # which makes room for the labels
    wide = ax.bbox.width / ax.bbox.height
    far = reach * np.array([max(wide, 1), max(1 / wide, 1)])
    views.surface_of(
        ax, problem, problem.minimizer, (problem.minimizer - far, problem.minimizer + far)
    )


def walk_caption(problem, angle, curvature):
    """How much the ground curves along a walk at an angle in degrees.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0, 0.0], [0.0, 2.0]], [0, 0])
    >>> walk_caption(problem, 0.0, 0.5)
    'At 0° the ground curves least of all, with 0.5. The steepest walk is at right angles to this.'
    >>> walk_caption(problem, 30.0, 0.875)
    'At 30° the ground curves with 0.875. The least of all walks is 0.5, the most is 2.'
    """
    low, high = problem.curvatures
    at = f"At {number(angle)}° the ground curves"
    if sliders.is_round(problem):
        return f"{at} with {number(curvature)}, as it does at every angle."
    if sliders.stands_on(curvature, high):
        return (
            f"{at} most of all, with {number(high)}. The flattest walk is at right angles to this."
        )
    if sliders.stands_on(curvature, low):
        return (
            f"{at} least of all, with {number(low)}. The steepest walk is at right angles to this."
        )
    return (
        f"{at} with {number(curvature)}. The least of all walks is {number(low)}, "
        f"the most is {number(high)}."
    )
