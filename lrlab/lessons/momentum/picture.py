"""The picture of notebook 08: α and β on a map, and the run they make in the valley."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, views, words
from lrlab.drawing.colours import SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Slider
from lrlab.lessons.momentum import maths
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
    problem = given.line_problem(x, y)
    start = given.pair("start", (0, 0) if start is None else start)
    steps = _check.whole_number("steps", steps, least=1)
    flat, steep = problem.curvatures
    best = maths.best(flat, steep)
    rates, betas = _placed(RATES / steep, best[0]), _placed(BETAS, best[1])
    edge = maths.edge(betas, steep)
    rule = heavy_ball_rule(betas)
    theta = gradient_descent(problem.gradient, start, rates[:, None], steps, optimizer=rule).theta
    excess = problem.excess(theta)
    plain = gradient_descent(problem.gradient, start, problem.fastest_rate, steps).theta

    figure, (left, middle, right) = figures.canvas([4.0, 3.7, 3.6], 3.9)
    shares = _shares(best[1] ** 0.5)
    regions = maths.region(shares, flat, steep)
    stability(left, regions, shares, best, 4.4 / steep)
    views.surface_of(middle, problem, start)
    figures.excess_loss(right, steps, *views.decades(excess[0, 0, 0], 14, 4))
    figures.curve(right, np.arange(steps + 1), problem.excess(plain), **PLAIN)
    figures.key(right, {"this run": layers.TRAIL, "plain descent,\nat its fastest": PLAIN})

    book = layers.descent_book(
        figure,
        {"α": _slider(rates, {2 / steep: "2/λ_max", best[0]: "best", 4 / steep: "4/λ_max"}),
         "β": _slider(betas, {best[1]: "best"})},
        {"α": 2.5 / steep, "β": 0.5},
        steps,
        "A map of α and β with what a step keeps of the error, the path of descent with momentum "
        "on the level sets of the loss, and its excess loss beside that of plain descent.",
    )  # fmt: skip
    diverges = rates[:, None] > edge * (1 + 1e-12)
    shown, left_at = views.leaving(theta, diverges, middle.get_xlim(), middle.get_ylim())
    book.line(left, rates[:, None, None, None], betas[:, None, None], **layers.DOT)
    # Without a dot at its head, which far outside would not be kept once with the path.
    way = shown[..., None, :, 0], shown[..., None, :, 1]
    book.line(middle, *way, **layers.TRAIL, reveal=True, ghost=True)
    layers.loss_curve(book, right, excess)
    pairs = rates[:, None, None], betas[:, None], problem.curvatures
    keeps, ripples = maths.kept(*pairs), maths.ripples(*pairs)
    book.storyboard({"α": "2/λ_max", "β": 0}, {"β": 0.5}, {"α": "best", "β": "best"},
                    {"β": 0.95})  # fmt: skip
    texts = [[caption(rate, beta, edge[j], keeps[i, j], ripples[i, j],
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


def stability(ax, regions, shares, best, top):
    """Draw the map of momentum: where a step keeps at most some shares of the error.

    Parameters
    ----------
    ax : Axes
    regions : array (k, 4, 2)
        The corners (α, β) of each region, the widest first: the one outside which it diverges.
    shares : sequence of k float
        What a step keeps at most.
    best : pair of float
        The α and β that keep least.
    top : float
        Where the axis of α ends.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> wide = np.array([[0, 0], [2, 0], [4, 1], [0, 1]])
    >>> stability(ax, [wide, 0.5 * wide], [1, 0.5], (1, 0.2), 5).get_ylabel()
    'β'
    """
    beyond = [regions[0][1], (top, 0), (top, 1), regions[0][2]]
    ax.fill(*np.transpose(beyond), color=figures.PATH, alpha=0.3, linewidth=0)
    for at, (region, share) in enumerate(zip(regions, shares, strict=True)):
        ax.fill(*np.transpose(region), color=figures.OPTIMUM, alpha=0.2, linewidth=0)
        ax.plot(
            *np.transpose([*region, region[0]]), color=figures.INK, linewidth=0.6 if at else 1.8
        )
        if at:
            (left, height), (right, _) = region[3], region[2]
            place = left + (right - left) * at / len(regions), height
            ax.annotate(f"≤ {share:.4g}", place, (0, -2), textcoords="offset points", ha="center",
                        color=figures.INK, va="top", fontsize=9)  # fmt: skip
    ax.plot(
        *best,
        "*",
        color=figures.OPTIMUM,
        markersize=13,
        markeredgecolor=figures.INK,
        markeredgewidth=0.8,
    )
    ax.text(0.97, 0.06, "diverges", color=figures.INK, transform=ax.transAxes, ha="right")
    return figures.frame(ax, "what a step keeps of the error", "α", "β", (0, top), (0, 1))


def caption(rate, beta, edge, kept, ripples, best, excess, left_at):
    """What a run with momentum does on the surface of a line.

    Parameters
    ----------
    rate, beta, edge : float
        α, β, and the critical rate at this β.
    kept, ripples : pair of float, pair of bool
        What each step keeps of the error in the long run, and whether it swings, for the flat and
        the steep direction.
    best : bool
        Whether this is the best pair of all.
    excess : array (steps + 1,)
    left_at : int
        The step at which its path is out of the picture, -1 if it never is.
    """
    if excess[0] == 0:
        return "The path starts at the minimum, where there is no slope, and stays."
    left = words.left(excess)
    if rate > edge * (1 + 1e-12):
        where = f" The path leaves the picture at step {left_at}." if left_at > 0 else ""
        over = f"Over the edge, which for β = {number(beta)} is at α = {number(edge)}."
        return f"{over}{where} {left}"
    if rate >= edge * (1 - 1e-12):
        return f"Exactly at the edge for β = {number(beta)}: it ends in bouncing for ever. {left}"
    slowest = int(np.argmax(np.round(kept, 12)))
    share = number(kept[slowest])
    if best:
        what = f"The best pair: in the long run each step keeps √β = {share} of the error."
    elif all(ripples):
        what = f"Both directions ripple, and each step keeps √β = {share} of the error, whatever α."
    elif ripples[slowest]:
        what = f"The {('flat', 'steep')[slowest]} direction ripples; each step keeps √β = {share}."
    elif slowest == 0:
        what = f"The flat direction is the slow one: a step keeps {share} of its error."
    else:
        what = f"The steep direction is the slow one: it changes sides, and a step keeps {share}."
    return f"{what} {left}"
