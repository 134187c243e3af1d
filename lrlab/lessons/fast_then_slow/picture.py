"""The pictures of this lesson: two clocks, the rate that wins, and what scaling buys."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, sliders, views, words
from lrlab.drawing.colours import FAINT, INK, OPTIMUM, PATH, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider
from lrlab.lessons.fast_then_slow import maths
from lrlab.lessons.fast_then_slow.maths import TREATMENTS
from lrlab.regression import LeastSquares

STYLES = (layers.FLAT, layers.STEEP)
TWO = (
    {"color": SECOND, "dash": (7, 3), "width": 2.0, "marker": "s", "size": 8},
    {"color": PATH, "width": 2.0, "marker": "o", "size": 9},
)
LENGTHS = {"mm": 1000, "cm": 100, "m": 1, "km": 1 / 1000}
TREATED = (
    {**layers.STEEP, "marker": "o"},
    {**layers.FLAT, "marker": "s"},
    {"color": INK, "marker": "^"},
)
SMALLEST = 1e-290  # an excess loss that is still a float, with some room


def clocks(x, y=None, *, start=(5.0, 3.0), steps=40, rates=110):
    """Turn the learning rate and watch each eigen-direction of the loss run by its own clock.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float
        Slope and intercept to begin with.
    steps, rates : int
        How many steps, and (about) how many learning rates.

    Returns
    -------
    book : Flipbook
        Sliders α and step t; the path with the two eigen-directions, and the excess loss split
        into them.

    Examples
    --------
    >>> book = clocks([0, 1, 2], [3, 5, 7])
    >>> list(book.position)
    ['α', 'step t']
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = _check.whole_number("steps", steps, least=1)
    slider = sliders.rate_slider(problem, rates=rates)
    given.affordable(5, ("steps", steps), ("rates", rates))
    path = gradient_descent(problem.gradient, start, slider.values, steps).theta
    split = problem.split(start, slider.values[:, None], np.arange(steps + 1))

    figure, (left, right) = figures.canvas([4.3, 5.2], 4.1)
    low, high = views.window(problem, start)
    reach = max(high - low) / 2  # one scale for both, so that the directions stand at right angles
    low, high = problem.minimizer - reach, problem.minimizer + reach
    views.surface_of(left, problem, start, (low, high))
    left.set_box_aspect(1)
    for name, way, style in zip(("flat", "steep"), problem.directions.T, STYLES, strict=True):
        direction(left, problem.minimizer, 0.88 * reach * way, name, **style)
    figures.excess_loss(right, steps, *views.decades(split[0, 0].sum(), 7, 3))
    styles = dict(zip(("flat direction", "steep direction"), STYLES, strict=True))
    figures.key(right, {**styles, "both together": layers.TRAIL}, loc="upper right")

    book = layers.descent_book(
        figure,
        {"α": slider},
        {"α": 0.26 * problem.critical_rate},
        steps,
        "The path of descent on the level sets of the loss with the two eigen-directions, and the "
        "excess loss at each step, whole and split into the two.",
    )
    diverges = problem.regime(slider.values) == "diverging"
    shown, _ = views.leaving(path, diverges, (low[0], high[0]), (low[1], high[1]))
    layers.path(book, left, shown[..., 0], shown[..., 1])
    for k, style in enumerate(STYLES):
        book.line(right, np.arange(steps + 1), split[:, None, :, k], **style, reveal=True)
    layers.loss_curve(book, right, split.sum(axis=-1))
    book.storyboard(*sliders.across_the_edge(problem))
    texts = [clocks_caption(problem, *each) for each in zip(slider.values, split, strict=True)]
    return book.caption(np.array(texts)[:, None]).draw()


def horizon(x, y=None, *, start=None, marks=(10, 1000), most=10_000):
    """Turn the number of steps and watch which learning rate wins.

    Nothing is run: the excess loss after any number of steps has a closed form.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem, of any number of parameters.
    start : array (d,), optional
        θ_0. Default: all zeros.
    marks : pair of int
        The numbers of steps whose winners are followed.
    most : int
        The largest number of steps.

    Returns
    -------
    book : Flipbook
        A slider for the number of steps T; the excess loss after T steps against α, and against T
        for the two winners.

    Examples
    --------
    >>> book = horizon([0, 1, 2, 3], [3, 5, 7, 10])
    >>> book.position = {"steps T": 1000}
    >>> "1,000 steps" in book.seen
    True
    """
    is_whole = y is None and isinstance(x, LeastSquares)  # of any number of parameters
    problem = x if is_whole else given.line_problem(x, y)
    most = _check.whole_number("most", most, least=2, most=10**9)
    marks = given.ascending("marks", marks, most=most)
    _check.shape("marks", marks, (2,))
    start = given.start(problem, start)
    edge = problem.critical_rate
    grid = np.linspace(0.3, 0.9, 120), np.linspace(0.901, 1, 400), np.linspace(1.002, 1.1, 50)
    rates = edge * np.concatenate(grid)  # densest where the winners of long runs are
    steps = np.unique(np.geomspace(1, most, 61).round())
    left_over = problem.split(start, rates, steps[:, None]).sum(axis=-1)
    steps = steps[: np.argmin([*(left_over.min(axis=1) > SMALLEST), False])]
    left_over = left_over[: len(steps)]
    if len(steps) < 2:
        raise ValueError(f"start must not be the minimum, for a rate to win, got {start}")
    at = [int(np.argmin(np.abs(steps - mark))) for mark in marks]
    winners = maths.winners(problem, start, rates, steps)
    with np.errstate(over="ignore"):
        times = left_over / left_over.min(axis=1, keepdims=True)

    figure, (left, right) = _two_stages(edge, rates, steps)
    names = [f"wins after {steps[k]:,.0f}: α = {number(rates[winners[k]])}" for k in at]
    for k, style in zip(winners[at], TWO, strict=True):
        figures.curve(right, steps, times[:, k], **{**style, "marker": None})
    figures.key(right, dict(zip(names, TWO, strict=True)), loc="upper left")

    labels = [f"{each:,.0f}" for each in steps]
    slider = Slider(steps, labels, marks=dict(zip(at, ("short run", "long run"), strict=True)))
    book = Flipbook(
        figure,
        {"steps T": slider},
        start={"steps T": steps[at[0]]},
        description="The excess loss after T steps against the learning rate, and against T for "
        "the two rates that win after few and after many steps.",
    )
    book.line(left, rates, times, color=INK, width=1.8)
    book.line(left, rates[winners, None], [1.0], **layers.DIAMOND)
    for k, style in zip(winners[at], TWO, strict=True):
        marker = {**style, "width": 0}
        book.line(left, rates[k], times[:, k, None], **marker)
        book.line(right, steps[:, None], times[:, k, None], **marker)
    book.storyboard({"steps T": 1}, {"steps T": "short run"}, {"steps T": "long run"})
    texts = [horizon_caption(steps[k], rates[winners[k]], edge, steps[at], times[k, winners[at]])
             for k in range(len(steps))]  # fmt: skip
    return book.caption(texts).draw()


def _two_stages(edge, rates, steps):
    """The figure of `horizon` and its two axes: what is left against α, and against T."""
    figure, (left, right) = figures.canvas([4.8, 4.8], 3.9)
    figures.powers_of_ten(left.yaxis, 1, 1e3)
    title = "excess loss after T steps, least = 1"
    figures.frame(left, title, "α", "", (rates[0], rates[-1]), (0.7, 1e3))
    figures.uprights(left, {"1/λ_max": edge / 2, "2/λ_max": edge})
    figures.powers_of_ten(right.xaxis, 1, steps[-1])
    figures.powers_of_ten(right.yaxis, 1, 1e3)
    title = "the same for two rates, at each T"
    figures.frame(right, title, "steps T", "", (0.8, 1.25 * steps[-1]), (0.7, 1e3))
    return figure, (left, right)


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


def direction(ax, centre, way, name, **style):
    """Draw a line through a centre (2,), as far as the way (2,) to both sides, with its name.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> direction(ax, [0, 0], [1, 1], "flat", color=figures.SECOND).texts[0].get_text()
    'flat'
    """
    figures.curve(ax, *np.transpose([np.subtract(centre, way), np.add(centre, way)]), **style)
    ax.annotate(name, np.add(centre, way), (5, 5), color=figures.INK, textcoords="offset points")
    return ax


def clocks_caption(problem, rate, split):
    """What each eigen-direction of a line keeps at one α, and what is left of the whole.

    Parameters
    ----------
    problem : LeastSquares
    rate : float
    split : array (steps + 1, 2)
        The excess loss along the flat and the steep direction.
    """
    flat, steep = (words.factor(each) for each in 1 - rate * problem.curvatures)
    clocks = f"Each step multiplies the flat error by {flat}, the steep one by {steep}."
    excess = split.sum(axis=-1)
    if excess[0] == 0:
        return f"{clocks} At the minimum there is none."
    return f"{clocks} {words.left(excess)}"


def horizon_caption(steps, winner, edge, marks, times):
    """Which α wins after some steps, and how those do that win after few and after many.

    Parameters
    ----------
    steps : number
    winner, edge : float
        The best α and the critical rate.
    marks, times : pair of number
        Numbers of steps, and the excess loss of the α that wins after so many, the least being 1.

    Examples
    --------
    >>> horizon_caption(10, 0.08, 0.1, (10, 1000), (1.0, 3.7))[:46]
    'After 10 steps α = 0.08 wins, 80 % of the edge'
    """
    early, late = (
        f"the {mark:,.0f}-step winner {number(each, 2)}"
        for mark, each in zip(marks, times, strict=True)
    )
    after = "1 step" if steps == 1 else f"{steps:,.0f} steps"
    return (
        f"After {after} α = {number(winner)} wins, {number(100 * winner / edge)} % of the edge. "
        f"Least = 1: {early}, {late}."
    )


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
