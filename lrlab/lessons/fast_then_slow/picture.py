"""The pictures of this lesson: two clocks, and the rate that wins."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, sliders, views, words
from lrlab.drawing.colours import INK, PATH, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider
from lrlab.lessons.fast_then_slow import maths
from lrlab.regression import LeastSquares

STYLES = (layers.FLAT, layers.STEEP)
TWO = (
    {"color": SECOND, "dash": (7, 3), "width": 2.0, "marker": "s", "size": 8},
    {"color": PATH, "width": 2.0, "marker": "o", "size": 9},
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
    near = problem.fastest_rate / edge * (1 - np.geomspace(1e-5, 0.02, 80))
    rates = edge * np.unique(np.concatenate([*grid, near]))  # densest where long runs are won
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
