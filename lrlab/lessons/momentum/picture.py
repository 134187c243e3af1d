"""The picture of this lesson: α and β on a map, and the run they make in the valley."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, views
from lrlab.drawing.colours import PATH, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Slider
from lrlab.lessons.momentum import maths
from lrlab.optimizers import momentum as heavy_ball_rule

PLAIN = {"color": SECOND, "dash": (7, 3), "width": 2.0}
RATES = np.append(
    np.arange(1, 67) / 15, 3.9
)  # in units of 1/λ_max; so every edge 2(1 + β) is a position
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
        Sliders α, β, the start and step t; the map of what a step keeps of the error, the path on
        the surface, the excess loss beside that of plain descent.

    Examples
    --------
    >>> book = momentum([0, 1, 2, 3], [3, 5, 7, 8])
    >>> book.position = {"α": 100, "β": 0.5}
    >>> book.seen[:33]
    'Over the edge, which for β = 0.5 '
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = _check.whole_number("steps", steps, least=1)
    given.affordable(3, ("steps", steps), ("pairs of α and β", len(RATES) * len(BETAS)))
    flat, steep = problem.curvatures
    best = maths.best(flat, steep)
    rates, betas = _placed(RATES / steep, best[0]), _placed(BETAS, best[1])
    figure, (left, middle, right) = figures.canvas([4.0, 3.7, 3.6], 3.9)
    shares = _shares(best[1] ** 0.5)
    stability(left, maths.region(shares, flat, steep), shares, best, 4.4 / steep)
    views.surface_of(middle, problem, start)
    figures.excess_loss(right, steps, *views.decades(problem.excess(start), 14, 4))
    figures.key(right, {"this run": layers.TRAIL, "plain descent,\nat its fastest": PLAIN})

    starts = layers.start_sliders(*views.window(problem, start), start)
    book = layers.descent_book(
        figure,
        {"α": _slider(rates, {2 / steep: "2/λ_max", best[0]: "best", 4 / steep: "4/λ_max"}),
         "β": _slider(betas, {best[1]: "best"}), **starts},
        {"α": 2.5 / steep, "β": 0.5, "start w": start[0], "start b": start[1]},
        steps,
        "A map of α and β with what a step keeps of the error, the path of descent with momentum "
        "on the level sets of the loss, and its excess loss beside that of plain descent.",
    )  # fmt: skip
    at = rates[:, None, None, None, None, None], betas[:, None, None, None, None]
    book.line(left, *at, **layers.DOT).handle(left, "α", "β", color=PATH)
    rule = heavy_ball_rule(betas)
    rows, sizes = layers.sums(
        problem, _kept(problem, rates[:, None], steps, rule), *starts.values()
    )
    layers.path_of_sums(book, middle, problem, rows, sizes)
    plain, _ = layers.sums(problem, _kept(problem, problem.fastest_rate, steps), *starts.values())
    layers.loss_of_sums(book, right, problem, plain, sizes, **PLAIN)
    layers.loss_of_sums(book, right, problem, rows, sizes, **layers.TRAIL, ghost=True)
    book.storyboard({"α": "2/λ_max", "β": 0}, {"β": 0.5}, {"α": "best", "β": "best"},
                    {"β": 0.95})  # fmt: skip
    return book.caption(_captions(problem, rates, betas, best)[..., None, None, None]).draw()


def _kept(problem, rates, steps, rule=None):
    """What t steps make of an error of 1 along each direction, (..., steps + 1, 2)."""
    gradient = lambda error: problem.curvatures * error  # noqa: E731
    return gradient_descent(gradient, np.ones(2), rates, steps, optimizer=rule).theta


def _captions(problem, rates, betas, best):
    pairs = rates[:, None, None], betas[:, None], problem.curvatures
    keeps, ripples = maths.kept(*pairs), maths.ripples(*pairs)
    edge = maths.edge(betas, problem.curvatures[-1])
    texts = np.empty((len(rates), len(betas)), object)
    for i, j in np.ndindex(texts.shape):
        pair = rates[i], betas[j]
        texts[i, j] = caption(*pair, edge[j], keeps[i, j], ripples[i, j], pair == best)
    return texts


def _placed(grid, special):
    """An even grid with a special value put in exactly, for a grid point too near to it."""
    apart = np.abs(grid - special) > 0.05 * (grid[1] - grid[0])
    return np.unique(np.append(grid[apart], special))


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


def caption(rate, beta, edge, kept, ripples, best):
    """What a run with momentum does on the surface of a line, from whichever start.

    Parameters
    ----------
    rate, beta, edge : float
        α, β, and the critical rate at this β.
    kept, ripples : pair of float, pair of bool
        What each step keeps of the error in the long run, and whether it swings, for the flat and
        the steep direction.
    best : bool
        Whether this is the best pair of all.
    """
    if rate > edge * (1 + 1e-12):
        return (
            f"Over the edge, which for β = {number(beta)} is at α = {number(edge)}: in the long "
            f"run each step multiplies the size of the steep error by {number(kept[1])}."
        )
    if rate >= edge * (1 - 1e-12):
        return f"Exactly at the edge for β = {number(beta)}: it ends in bouncing for ever."
    slowest = int(np.argmax(np.round(kept, 12)))
    share = number(kept[slowest])
    if best:
        return f"The best pair: in the long run each step keeps √β = {share} of the error."
    if all(ripples):
        return (
            f"Both directions ripple: in the long run a step keeps √β = {share} of the error, "
            "as at every α where both do."
        )
    if ripples[slowest]:
        slow = ("flat", "steep")[slowest]
        return f"The {slow} direction ripples; in the long run a step keeps √β = {share}."
    if slowest == 0:
        return f"The flat direction is the slow one: a step keeps {share} of its error."
    return f"The steep direction is the slow one: it changes sides, and a step keeps {share}."
