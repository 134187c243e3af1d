"""The pictures of notebook 03: the learning rate on the MSE surface, and what moves the edge."""

import numpy as np

from lrlab import _check, captions, figures
from lrlab.descent import gradient_descent
from lrlab.explorers import _parts as parts
from lrlab.figures import FAINT, OPTIMUM, PATH
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
    problem = parts.line_problem(x, y)
    start = parts.pair("start", (0, 0) if start is None else start)
    steps = _check.whole_number("steps", steps, least=1)
    slider = parts.rate_slider(problem, rates=rates)
    run = gradient_descent(problem.gradient, start, slider.values, steps)
    excess = problem.excess(run.theta)

    figure, (left, middle, right) = figures.canvas([3.5, 3.9, 3.7])
    figures.data(left, problem.X[:, 0], problem.y, xlabel=xlabel, ylabel=ylabel)
    parts.surface_of(middle, problem, start)
    figures.excess_loss(right, steps, *parts.decades(excess[0, 0], 8, 4))
    ends = np.array(left.get_xlim())
    left.plot(ends, parts.heights(problem.minimizer, ends), color=OPTIMUM, linewidth=1.6)

    book = parts.descent_book(
        figure,
        {"α": slider},
        {"α": 0.2 * problem.critical_rate},
        steps,
        "The data with the fitted line, the path of descent on the level sets of the loss, and the "
        "excess loss at each step.",
    )
    diverges = problem.regime(slider.values) == "diverging"
    shown, left_at = parts.leaving(run.theta, diverges, middle.get_xlim(), middle.get_ylim())
    book.line(left, ends, parts.heights(shown, ends), color=PATH, width=2.2)
    parts.path(book, middle, shown[..., 0], shown[..., 1])
    parts.loss_curve(book, right, excess)
    texts = [captions.descent(problem, rate, losses, at)
             for rate, losses, at in zip(slider.values, excess, left_at, strict=True)]  # fmt: skip
    book.storyboard(*parts.across_the_edge(problem))
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
    base = parts.line_problem(x, y)
    x, y = base.X[:, 0], base.y
    if learning_rate is None:
        learning_rate = float(f"{0.9 * base.critical_rate:.2g}")
    learning_rate = _check.number("learning_rate", learning_rate, "positive and finite")
    reach = reach or ((np.mean(x), 3 * x.max() - 2 * x.min()), parts.padded(y, 1.0))
    for low, high in (parts.pair("reach", limits) for limits in reach):
        if low >= high:
            raise ValueError(f"reach must be pairs from low to high, got {low:g} to {high:g}")
    across, up = (parts.round_grid(*limits, n) for limits, n in zip(reach, positions, strict=True))
    problems = [[LeastSquares.line([*x, a], [*y, b]) for b in up] for a in across]
    each = lambda function: np.array([[function(problem) for problem in row] for row in problems])  # noqa: E731
    minimizers, hessians = each(lambda p: p.minimizer), each(lambda p: p.hessian)
    gradient = lambda theta: np.einsum("...ij,...j->...i", hessians, theta - minimizers)  # noqa: E731
    paths = gradient_descent(gradient, np.zeros_like(minimizers), learning_rate, steps).theta
    critical = np.array([row[0].critical_rate for row in problems])

    figure, (left, middle, right) = figures.canvas([3.6, 3.9, 3.6])
    figures.data(left, x, y)
    left.set(
        xlim=parts.padded(np.append(x, across), 0.05), ylim=parts.padded(np.append(y, up), 0.05)
    )
    figures.window(middle, *parts.window(base, (0, 0)))
    figures.rates(right, across, critical, learning_rate, xlabel="outlier x")

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
    book.line(left, ends, parts.heights(minimizers, ends), color=OPTIMUM)
    book.line(left, across[:, None, None], up[:, None], **parts.DIAMOND)
    book.line(middle, rings[..., 0], rings[..., 1], color=FAINT, width=0.9)
    book.line(middle, minimizers[..., :1], minimizers[..., 1:], **parts.STAR)
    diverges = (critical < learning_rate)[:, None]
    shown, _ = parts.leaving(paths, diverges, middle.get_xlim(), middle.get_ylim())
    book.line(middle, shown[..., 0], shown[..., 1], **parts.TRAIL)
    book.line(right, across[:, None, None], critical[:, None, None], **parts.DIAMOND)
    texts = [captions.edge(rate, learning_rate) for rate in critical]
    lines = [[captions.best_line(theta) for theta in row] for row in minimizers]
    book.storyboard({}, {"outlier y": up[-1]}, {"outlier y": up[0]}, {"outlier x": across[-1]},
                    {"outlier y": up[-1]})  # fmt: skip
    return book.caption(np.array(texts)[:, None], lines).draw()
