"""The picture of notebook 08: α and β on a map, and the run they make in the valley."""

import numpy as np

from lrlab import _check, captions, figures, heavy_ball
from lrlab.descent import gradient_descent
from lrlab.explorers import _parts as parts
from lrlab.figures import SECOND
from lrlab.flipbook import Slider
from lrlab.optimizers import momentum as heavy_ball_rule

PLAIN = {"color": SECOND, "dash": (7, 3), "width": 2.0}
RATES = np.arange(1, 44) / 10  # in units of 1/λ_max; so every edge 2(1 + β) is a position
BETAS = np.append(np.arange(10) / 10, 0.95)


def momentum(x, y=None, *, start=None, steps=60):
    """Turn α and β and watch the ball roll: over the map of all pairs, and down the valley.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float, optional
        Slope and intercept to begin with. Default: (0, 0).
    steps : int
        How many steps.

    Returns
    -------
    book : Flipbook
        Sliders α, β and step t; the map of what a step keeps of the error, the path on the
        surface, the excess loss beside that of plain descent.

    Examples
    --------
    >>> book = momentum([0, 1, 2, 3], [3, 5, 7, 8])
    >>> book.position = {"α": 100, "β": 0.5}
    >>> book.seen[:33]
    'Over the edge, which for β = 0.5 '
    """
    problem = parts.line_problem(x, y)
    start = parts.pair("start", (0, 0) if start is None else start)
    steps = _check.whole_number("steps", steps, least=1)
    flat, steep = problem.curvatures
    best = heavy_ball.best(flat, steep)
    rates, betas = _placed(RATES / steep, best[0]), _placed(BETAS, best[1])
    edge = heavy_ball.edge(betas, steep)
    rule = heavy_ball_rule(betas)
    theta = gradient_descent(problem.gradient, start, rates[:, None], steps, optimizer=rule).theta
    excess = problem.excess(theta)
    plain = gradient_descent(problem.gradient, start, problem.fastest_rate, steps).theta

    figure, (left, middle, right) = figures.canvas([4.0, 3.7, 3.6], 3.9)
    shares = _shares(best[1] ** 0.5)
    regions = heavy_ball.region(shares, flat, steep)
    figures.stability(left, regions, shares, best, 4.4 / steep)
    parts.surface_of(middle, problem, start)
    figures.excess_loss(right, steps, *parts.decades(excess[0, 0, 0], 14, 4))
    figures.curve(right, np.arange(steps + 1), problem.excess(plain), **PLAIN)
    figures.key(right, {"this run": parts.TRAIL, "plain descent,\nat its fastest": PLAIN})

    book = parts.descent_book(
        figure,
        {"α": _slider(rates, {2 / steep: "2/λ_max", best[0]: "best", 4 / steep: "4/λ_max"}),
         "β": _slider(betas, {best[1]: "best"})},
        {"α": 2.5 / steep, "β": 0.5},
        steps,
        "A map of α and β with what a step keeps of the error, the path of descent with momentum "
        "on the level sets of the loss, and its excess loss beside that of plain descent.",
    )  # fmt: skip
    diverges = rates[:, None] > edge * (1 + 1e-12)
    shown, left_at = parts.leaving(theta, diverges, middle.get_xlim(), middle.get_ylim())
    book.line(left, rates[:, None, None, None], betas[:, None, None], **parts.DOT)
    # Without a dot at its head, which far outside would not be kept once with the path.
    way = shown[..., None, :, 0], shown[..., None, :, 1]
    book.line(middle, *way, **parts.TRAIL, reveal=True, ghost=True)
    parts.loss_curve(book, right, excess)
    pairs = rates[:, None, None], betas[:, None], problem.curvatures
    keeps, ripples = heavy_ball.kept(*pairs), heavy_ball.ripples(*pairs)
    book.storyboard({"α": "2/λ_max", "β": 0}, {"β": 0.5}, {"α": "best", "β": "best"},
                    {"β": 0.95})  # fmt: skip
    texts = [[captions.momentum(rate, beta, edge[j], keeps[i, j], ripples[i, j],
                                (rate, beta) == best, excess[i, j], left_at[i, j])
              for j, beta in enumerate(betas)] for i, rate in enumerate(rates)]  # fmt: skip
    return book.caption(np.array(texts)[..., None]).draw()


def _placed(grid, special):
    """An even grid with a special value put in exactly, for a grid point too near to it."""
    apart = np.abs(grid - special) > 0.05 * (grid[1] - grid[0])
    return np.sort(np.append(grid[apart], special))


def _shares(least):
    """1, and three round shares above the least, the widest apart from it first."""
    gaps = np.outer(10.0 ** -np.arange(1.0, 18), [5, 2, 1]).ravel()
    return np.append(1.0, 1 - gaps[gaps < 0.8 * (1 - least)][2::-1])


def _slider(values, names):
    marks = {int(np.argmax(values == value)): name for value, name in names.items()
             if value in values}  # fmt: skip
    return Slider(values, marks=marks)
