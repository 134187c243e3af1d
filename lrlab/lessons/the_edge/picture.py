"""The pictures of notebook 03: the learning rate on the MSE surface, and what moves the edge."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, sliders, views, words
from lrlab.drawing.colours import FAINT, OPTIMUM, PATH
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook
from lrlab.regression import LeastSquares


def learning_rate(x, y=None, *, start=None, steps=40, rates=110, xlabel="x", ylabel="y"):
    """Turn the learning rate and watch descent converge, oscillate or diverge on the MSE surface.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float, optional
        Slope and intercept to begin with. Default: (0, 0).
    steps, rates : int
        How many steps, and (about) how many learning rates.
    xlabel, ylabel : str
        What the data are, with their units.

    Returns
    -------
    book : Flipbook
        Sliders α and step t; the data and the line, the path on the surface, the excess loss.

    Examples
    --------
    >>> book = learning_rate([0, 1, 2], [3, 5, 7])
    >>> book.position = {"α": 100}
    >>> "diverging" in repr(book)
    True
    """
    problem = given.line_problem(x, y)
    start = given.pair("start", (0, 0) if start is None else start)
    steps = _check.whole_number("steps", steps, least=1)
    slider = sliders.rate_slider(problem, rates=rates)
    run = gradient_descent(problem.gradient, start, slider.values, steps)
    excess = problem.excess(run.theta)

    figure, (left, middle, right) = figures.canvas([3.5, 3.9, 3.7])
    figures.data(left, problem.X[:, 0], problem.y, xlabel=xlabel, ylabel=ylabel)
    views.surface_of(middle, problem, start)
    figures.excess_loss(right, steps, *views.decades(excess[0, 0], 8, 4))
    ends = np.array(left.get_xlim())
    left.plot(ends, views.heights(problem.minimizer, ends), color=OPTIMUM, linewidth=1.6)

    book = layers.descent_book(
        figure,
        {"α": slider},
        {"α": 0.2 * problem.critical_rate},
        steps,
        "The data with the fitted line, the path of descent on the level sets of the loss, and the "
        "excess loss at each step.",
    )
    diverges = problem.regime(slider.values) == "diverging"
    shown, left_at = views.leaving(run.theta, diverges, middle.get_xlim(), middle.get_ylim())
    book.line(left, ends, views.heights(shown, ends), color=PATH, width=2.2)
    layers.path(book, middle, shown[..., 0], shown[..., 1])
    layers.loss_curve(book, right, excess)
    texts = [caption(problem, rate, losses, at)
             for rate, losses, at in zip(slider.values, excess, left_at, strict=True)]  # fmt: skip
    book.storyboard(*sliders.across_the_edge(problem))
    return book.caption(np.array(texts)[:, None]).draw()


def outlier(x, y, *, learning_rate=None, reach=None, steps=40, positions=(27, 11)):
    """Move one more point about and watch the edge: moved in x it shifts, moved in y it does not.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; the point that moves is added to them.
    learning_rate : float, optional
        The α of the run that is drawn. Default: about nine tenths of the critical rate without
        the point.
    reach : pair of pairs of float, optional
        How far the point moves in x and in y. Default: in x from the middle of the data to twice
        its width beyond its end, in y as far above and below the data as it is high.
    steps : int
        Steps of the run.
    positions : pair of int
        Positions of the two sliders.

    Returns
    -------
    book : Flipbook
        Sliders for x and y of the point; data and line, surface and path, and the critical rate.

    Examples
    --------
    >>> book = outlier([0, 1, 2], [3, 5, 7])
    >>> sorted(book.position)
    ['outlier x', 'outlier y']
    """
    base = given.line_problem(x, y)
    x, y = base.X[:, 0], base.y
    if learning_rate is None:
        learning_rate = float(f"{0.9 * base.critical_rate:.2g}")
    learning_rate = _check.number("learning_rate", learning_rate, "positive and finite")
    reach = reach or ((np.mean(x), 3 * x.max() - 2 * x.min()), figures.padded(y, 1.0))
    for low, high in (given.pair("reach", limits) for limits in reach):
        if low >= high:
            raise ValueError(f"reach must be pairs from low to high, got {low:g} to {high:g}")
    across, up = (views.round_grid(*limits, n) for limits, n in zip(reach, positions, strict=True))
    problems = [[LeastSquares.line([*x, a], [*y, b]) for b in up] for a in across]
    each = lambda function: np.array([[function(problem) for problem in row] for row in problems])  # noqa: E731
    minimizers, hessians = each(lambda p: p.minimizer), each(lambda p: p.hessian)
    gradient = lambda theta: np.einsum("...ij,...j->...i", hessians, theta - minimizers)  # noqa: E731
    paths = gradient_descent(gradient, np.zeros_like(minimizers), learning_rate, steps).theta
    critical = np.array([row[0].critical_rate for row in problems])

    figure, (left, middle, right) = figures.canvas([3.6, 3.9, 3.6])
    figures.data(left, x, y)
    left.set(
        xlim=figures.padded(np.append(x, across), 0.05), ylim=figures.padded(np.append(y, up), 0.05)
    )
    figures.window(middle, *views.window(base, (0, 0)))
    critical_rates(right, across, critical, learning_rate, xlabel="outlier x")

    book = Flipbook(
        figure,
        {"outlier x": across, "outlier y": up},
        start={"outlier x": np.max(x), "outlier y": np.median(y)},
        description="The data with one point that moves, the level sets of the loss with the path "
        "of descent, and the critical rate at each x of the point.",
    )
    ends = np.array(left.get_xlim())
    levels = base.excess([0, 0]) * (np.arange(1, 5) / 4) ** 2
    rings = each(lambda problem: figures.joined(problem.level_set(levels, 44)))
    book.line(left, ends, views.heights(minimizers, ends), color=OPTIMUM)
    book.line(left, across[:, None, None], up[:, None], **layers.DIAMOND)
    book.line(middle, rings[..., 0], rings[..., 1], color=FAINT, width=0.9)
    book.line(middle, minimizers[..., :1], minimizers[..., 1:], **layers.STAR)
    diverges = (critical < learning_rate)[:, None]
    shown, _ = views.leaving(paths, diverges, middle.get_xlim(), middle.get_ylim())
    book.line(middle, shown[..., 0], shown[..., 1], **layers.TRAIL)
    book.line(right, across[:, None, None], critical[:, None, None], **layers.DIAMOND)
    texts = [edge_caption(rate, learning_rate) for rate in critical]
    lines = [[line_caption(theta) for theta in row] for row in minimizers]
    book.storyboard({}, {"outlier y": up[-1]}, {"outlier y": up[0]}, {"outlier x": across[-1]},
                    {"outlier y": up[-1]})  # fmt: skip
    return book.caption(np.array(texts)[:, None], lines).draw()


def critical_rates(ax, x, critical, learning_rate, *, xlabel):
    """Draw the critical rate (p,) against x (p,), and α as a level line.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> critical_rates(ax, [0, 1], [0.4, 0.1], 0.2, xlabel="x").get_xlabel()
    'x'
    """
    ax.plot(x, critical, color=figures.INK, linewidth=1.6)
    ax.axhline(learning_rate, color=figures.PATH, linewidth=1.6, linestyle="--")
    ax.text(x[0], learning_rate, f" α = {learning_rate:g}", color=figures.INK, va="bottom")
    title = r"the critical rate $2/\lambda_{\mathrm{max}}$"
    top = 1.1 * max(np.max(critical), learning_rate)
    return figures.frame(ax, title, xlabel, "", figures.padded(x, 0.04), (0, top))


def caption(problem, rate, excess, left_at):
    """What a run with one α does on the surface.

    Parameters
    ----------
    problem : LeastSquares
    rate : float
    excess : array (steps + 1,)
        Its excess loss.
    left_at : int
        The step at which its path is out of the picture, -1 if it never is.
    """
    steps = len(excess) - 1
    if excess[0] == 0:
        return "The path starts at the minimum, where there is no slope, and stays."
    with np.errstate(over="ignore"):
        times = excess[-1] / excess[0]
    if problem.regime(rate) == "diverging":
        where = "It is still in the picture, but"
        if left_at > 0:
            where = f"Path and line leave the picture at step {left_at}, and"
        return (
            "Each step crosses the valley and lands farther away. "
            f"{where} after {steps} steps the excess loss is {number(times, 2)} times the first."
        )
    return f"{_crossing(problem, rate)} {words.left(excess)}"


def _crossing(problem, rate):
    if rate == problem.critical_rate:
        return "Exactly at the edge: the path bounces between the two walls of the valley for ever."
    if rate == problem.fastest_rate:
        condition = problem.condition_number
        lost = 2 / (condition + 1)
        kept = number(1 - lost, 2) if lost > 0.01 else f"1 − {number(lost, 2)}"
        return f"The fastest rate in the long run: each step keeps {kept} of the error."
    if rate == 1 / problem.curvatures[-1]:
        return "The steepest direction is solved in one step; the flat one takes its time."
    if problem.regime(rate) == "monotone":
        return "Each step goes down without crossing the valley."
    return "Each step crosses the valley and lands closer."


def edge_caption(critical_rate, learning_rate):
    """Whether α is below the critical rate.

    Examples
    --------
    >>> edge_caption(0.2, 0.1)
    'The critical rate is 0.2. α = 0.1 is below it: descent converges.'
    """
    if learning_rate == critical_rate:
        verdict = "exactly there: descent bounces for ever"
    elif learning_rate < critical_rate:
        verdict = "below it: descent converges"
    else:
        verdict = "above it: descent diverges"
    return (
        f"The critical rate is {number(critical_rate)}. α = {number(learning_rate)} is {verdict}."
    )


def line_caption(minimizer):
    """The best line of some data, θ* = (slope, intercept).

    Examples
    --------
    >>> line_caption([2, -1.5])
    'The best line has slope 2 and intercept −1.5.'
    """
    slope, intercept = (number(value).replace("-", "−") for value in minimizer)
    return f"The best line has slope {slope} and intercept {intercept}."
