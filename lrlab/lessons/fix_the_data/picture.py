"""The pictures of this lesson: what units, centring and standardising make of a bowl."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, views
from lrlab.drawing.colours import DATA, FAINT, INK, OPTIMUM, PATH, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook
from lrlab.lessons.fix_the_data import maths
from lrlab.lessons.fix_the_data.maths import TREATMENTS

LENGTHS = {"mm": 1000, "cm": 100, "m": 1, "km": 1 / 1000}
TREATED = (
    {**layers.STEEP, "marker": "o"},
    {**layers.FLAT, "marker": "s"},
    {"color": INK, "marker": "^"},
)


def scaling(x, y, *, units=LENGTHS, start=(0.0, 0.0), steps=30, quantity="x"):
    """Turn the unit of the inputs, or scale them, and watch the bowl, its edge and the steps.

    Parameters
    ----------
    x, y : arrays (n,)
        The data, x in the unit whose factor is 1.
    units : dict of str to number
        Each unit, and how many of it make that one.
    start : pair of float
        Slope and intercept to begin with, in every unit.
    steps : int
        How many steps of the path are drawn.
    quantity : str
        What x is.

    Returns
    -------
    book : Flipbook
        Sliders for the unit and for the treatment; the critical rate, the shape of the level sets,
        and the excess loss at the fastest rate.

    Examples
    --------
    >>> book = scaling([0, 1, 2], [3, 5, 7], units={"g": 1000, "kg": 1})
    >>> book.position = {"inputs": "standardised"}
    >>> "κ = 1," in book.seen
    True
    """
    problem = given.line_problem(x, y)
    start, steps = given.start(problem, start), _check.whole_number("steps", steps, least=1)
    names, factors = _units(units)
    given.affordable(6, ("steps", steps), ("units", len(names)))
    given.text("quantity", quantity)
    problems = maths.in_units(problem, factors)
    for name, row in zip(names, problems, strict=True):
        given.told_apart(f"units must be others, or x another: x in {name!r}", row[0])
    each = lambda function: np.array([[function(problem) for problem in row] for row in problems])  # noqa: E731
    edges = each(lambda problem: problem.critical_rate)
    needed = each(lambda problem: float(problem.steps_to(0.01)))

    top = max(views.spanning(needed)[1], 10.0)
    figure, (left, middle, right) = _stage(quantity, names, edges, top)
    unit, usual = f"unit of {quantity}", names[np.abs(np.log(factors)).argmin()]
    book = Flipbook(
        figure,
        {unit: np.array(names), "inputs": np.array(TREATMENTS)},
        start={unit: usual},
        description="The critical rate in each unit, the level sets of the loss on one scale with "
        "the path of descent, and how the excess loss falls at the fastest rate.",
    )
    rings = each(_rings)
    path = each(lambda problem: _errors(problem, start, steps))
    t = np.append(0, np.geomspace(1, top, 240))
    left_over = each(lambda problem: _shares(problem, t))
    book.line(middle, rings[..., 0], rings[..., 1], color=FAINT, width=0.9)
    book.line(middle, path[..., 0], path[..., 1], **layers.TRAIL)
    at = np.arange(len(names))[:, None, None]
    book.line(left, at, edges[..., None], **layers.DIAMOND)
    book.line(right, np.maximum(t, 0.5), left_over, color=PATH, width=2.0)
    book.line(right, needed[..., None], [0.01], **layers.DIAMOND)
    book.storyboard({unit: names[0]}, {unit: usual}, {"inputs": "centred"},
                    {"inputs": "standardised"}, {unit: names[0]})  # fmt: skip
    texts = [[scaling_caption(*each) for each in zip(row, [name] * 3, TREATMENTS, strict=True)]
             for name, row in zip(names, problems, strict=True)]  # fmt: skip
    return book.caption(texts).draw()


def _stage(quantity, names, edges, top):
    """The figure of `scaling` and its three axes, with all that stands still."""
    figure, (left, middle, right) = figures.canvas([3.6, 3.7, 4.0])
    limits = views.spanning(edges)
    figures.powers_of_ten(left.yaxis, *limits)
    figures.frame(left, "the critical rate", f"unit of {quantity}", "", (-0.3, len(names) - 0.7),
                  (limits[0], limits[1] * max(1e5, (limits[1] / limits[0]) ** 0.35)))  # fmt: skip
    left.set_xticks(range(len(names)), names)
    for row, style in zip(edges.T, TREATED, strict=True):
        figures.curve(left, range(len(names)), row, **style)
    figures.key(left, dict(zip(TREATMENTS, TREATED, strict=True)), loc="upper left")
    figures.frame(middle, "the bowl as descent sees it", "slope", "intercept",
                  (-1.15, 1.15), (-1.15, 1.15))  # fmt: skip
    middle.set(xticks=[], yticks=[], box_aspect=1)
    middle.plot(0, 0, "*", color=OPTIMUM, markersize=13)
    figures.powers_of_ten(right.xaxis, 1, top)
    figures.powers_of_ten(right.yaxis, 1e-4, 1)
    title = "share of the excess loss left"
    figures.frame(right, title, "steps at the fastest rate", "", (0.5, top), (1e-4, 1.5))
    figures.level(right, 0.01, "1 %")
    return figure, (left, middle, right)


def _units(units):
    """The names of the units, and how many of each make the one of x."""
    if not isinstance(units, dict) or not units or len(units) > 20:
        raise TypeError(f"units must be a dict of 1 to 20 names to numbers, got {units!r}")
    names = [given.text("units", name) for name in units]
    factors = _check.numbers("units", list(units.values()), "positive and finite")
    _check.shape("units", factors, (len(names),))
    return names, factors


def _rings(problem):
    """Level sets about 0 (points, 2), on the scale on which the flat direction is 1 long."""
    levels = problem.curvatures[0] / 2 * (np.arange(1, 6) / 5) ** 2
    return figures.joined(problem.level_set(levels) - problem.minimizer)


def _errors(problem, start, steps):
    """θ − θ* of a run (steps + 1, 2), on the scale of the level set that it begins on."""
    run = gradient_descent(problem.gradient, start, problem.fastest_rate, steps)
    longest = np.sqrt(2 * problem.excess(start) / problem.curvatures[0])
    return (run.theta - problem.minimizer) / (longest or 1.0)


def _shares(problem, steps):
    return np.maximum(maths.share_left(problem.condition_number, steps), 1e-12)


def scaling_caption(problem, unit, inputs):
    """How long the bowl of a line is, where its edge is, and how many steps it costs.

    Parameters
    ----------
    problem : LeastSquares
    unit, inputs : str
        The unit of x, and what was done to it.
    """
    needed = problem.steps_to(0.01)
    counted = "1 step" if needed == 1 else f"{number(needed, 2)} steps"
    return (
        f"In {unit}, {inputs}: κ = {number(problem.condition_number, 2)}, "
        f"the edge is at α = {number(problem.critical_rate, 2)}, "
        f"1 % of the excess loss is left after {counted}, at the fastest rate."
    )


def correlation(pairs, named):
    """Draw κ of two standardised columns against their correlation: the formula, and data.

    Parameters
    ----------
    pairs : array (k, 2)
        |ρ| and κ of each pair of columns; see `maths.pairs`.
    named : dict of str to pair of float
        The same of a pair that has a name.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Examples
    --------
    >>> figure = correlation([[0.6, 4.0]], {"area and rooms": (0.8, 9.0)})
    >>> figure.axes[0].get_xlabel()
    'size of the correlation ρ'
    """
    figure, (ax,) = figures.canvas([6.2], 3.4)
    curve = np.linspace(0, 0.995, 200)
    styles = {
        "(1 + |ρ|)/(1 − |ρ|)": {"color": INK, "width": 1.2},
        "pairs of columns": {"color": DATA, "width": 0, "marker": "o"},
        **{each: {"color": SECOND, "width": 0, "marker": "D", "size": 8} for each in named},
    }
    drawn = [(curve, (1 + curve) / (1 - curve)), np.transpose(pairs), *named.values()]
    for (x, y), style in zip(drawn, styles.values(), strict=True):
        figures.curve(ax, x, y, **style)
    figures.powers_of_ten(ax.yaxis, 1, 300)
    figures.frame(ax, "κ of two standardised columns", "size of the correlation ρ", "", (0, 1),
                  (0.9, 400))  # fmt: skip
    figures.key(ax, styles, loc="upper left")
    return figure


def valley(problem, starts, learning_rate, steps):
    """Draw runs of descent from some starts, and the lines on which the loss is the same.

    Parameters
    ----------
    problem : LeastSquares
        Of two parameters; one curvature may be 0.
    starts : array (k, 2)
    learning_rate : float
    steps : int

    Returns
    -------
    figure : matplotlib.figure.Figure

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> figure = valley(LeastSquares([[1, 1]], [2]), [(0, 0), (3, 1)], 0.1, 50)
    >>> [line.get_xdata()[-1].round(3) for line in figure.axes[0].lines[1:3]]
    [np.float64(1.0), np.float64(2.0)]
    """
    run = gradient_descent(problem.gradient, starts, learning_rate, steps).theta
    reach = 0.62 * np.ptp(run, axis=(0, 1)).max()
    centre = (run.max(axis=(0, 1)) + run.min(axis=(0, 1))) / 2
    low, high = centre - reach, centre + reach
    figure, (ax,) = figures.canvas([4.6], 4.2)
    w, v = np.linspace(low, high, 80).T
    loss = problem.excess(np.stack(np.meshgrid(w, v), axis=-1))
    levels = loss.max() * (np.arange(1, 9) / 8) ** 2
    ax.contour(w, v, loss, levels=levels, colors=FAINT, linewidths=0.9)
    way = problem.directions[:, 0]
    bottom = problem.minimizer + np.outer([-9 * reach, 9 * reach], way)
    figures.curve(ax, *bottom.T, color=OPTIMUM, width=1.6, dash=(1.5, 2))
    for path in run:
        figures.curve(ax, *path.T, **layers.TRAIL)
    figures.curve(ax, *run[:, -1].T, **layers.DOT)
    figures.frame(ax, "one column twice", "first weight", "second weight",
                  *zip(low, high, strict=True))  # fmt: skip
    ax.set_aspect("equal")
    figures.key(ax, {"least loss": {"color": OPTIMUM, "dash": (1.5, 2)}, "descent": layers.TRAIL},
                loc="upper right")  # fmt: skip
    return figure
