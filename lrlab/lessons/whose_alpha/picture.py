"""The pictures of this lesson: one α in five conventions, and copies of the data."""

import numpy as np
from matplotlib.ticker import NullLocator

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, sliders, views
from lrlab.drawing.colours import DATA, INK, PATH, REGIME, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider
from lrlab.lessons.whose_alpha import maths

MOST_POINTS = 2000  # of a pass, in which each takes a step of its own
HALF, LIFT = 0.36, 0.18  # of a strip: half its height; how far its word stands above the middle
RUNS = {  # of the conventions, in their order
    "½MSE": {"color": PATH, "marker": "o"},
    "MSE": {"color": SECOND, "marker": "s"},
    "½SSE": {"color": INK, "marker": "^"},
    "SSE": {"color": INK, "marker": "D"},
    maths.PER_EXAMPLE: {"color": DATA, "marker": "p"},
}


def translator(x, y=None, *, learning_rate=None, start=None, steps=20, rates=130):
    """Put one learning rate into five conventions, and see what each makes of it.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    learning_rate : float, optional
        Where the slider begins. Default: a fifth of the critical rate of this course's loss.
    start : pair of float, optional
        Slope and intercept to begin with. Default: (0, 0).
    steps, rates : int
        How many steps (passes, for single examples), and (about) how many learning rates.

    Returns
    -------
    book : Flipbook
        Slider α; the strip of each convention with α in it, and the excess loss of each run.

    Examples
    --------
    >>> book = translator([0, 1, 2], [3, 5, 7])
    >>> book.position = {"α": 0.5}
    >>> book.seen
    'Oscillating: ½MSE, per example. Diverging: MSE, ½SSE, SSE.'
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = _check.whole_number("steps", steps, least=1)
    n = len(problem.y)
    given.in_time("the points of x", n, MOST_POINTS, given.some(n, MOST_POINTS))
    critical = maths.critical_rates(problem)
    low, high = 1 / (25 * n), 4 * max(1, critical["per example"] / problem.critical_rate)
    special = [(rate, "" if name == "per example" else name) for name, rate in critical.items()]
    if learning_rate is not None:
        special.append((given.positive("learning_rate", learning_rate), "start"))
    slider = sliders.rate_slider(problem, low=low, high=high, rates=rates, special=special)
    given.affordable(18, ("steps", steps), ("rates", rates))
    alphas = slider.values
    factors = np.array(list(maths.scales(n).values()))
    run = gradient_descent(problem.gradient, start, alphas[:, None] * factors, steps)
    passes = maths.descend_by_passes(problem, start, alphas, steps)
    theta = np.concatenate([run.theta, passes.theta[:, None]], axis=1)
    excess = problem.excess(theta)
    regimes = maths.regimes(problem, alphas)

    figure, (left, right) = figures.canvas([5.4, 4.4])
    span = np.geomspace(alphas[0], alphas[-1], 600)
    notes = [f"edge {number(rate)}" for rate in critical.values()]
    strips(left, critical, span, maths.regimes(problem, span), notes=notes)
    figures.excess_loss(right, steps, *views.decades(excess[0, 0, 0], 5, 4))
    right.set_xlabel("step, or pass")

    book = Flipbook(
        figure,
        {"α": slider},
        start={"α": 0.2 * problem.critical_rate if learning_rate is None else learning_rate},
        description="A strip for each of five conventions with the same α in it, and the excess "
        "loss of a run with this α under each of them.",
    )
    rows = np.arange(len(critical))[:, None]
    gaps = rows + [-0.5, -HALF, np.nan, 0.0, 0.5, np.nan]  # where the word of a strip stands
    book.line(left, alphas[:, None], gaps.ravel(), color=INK, width=1.0, opacity=0.6)
    for row, style in enumerate(RUNS.values()):
        book.line(left, alphas[:, None], [row + LIFT], width=0, size=8, **style)
        book.line(right, np.arange(steps + 1), excess[:, row], width=1.3, size=4.5, **style)
    at_edge = sliders.stands_on(alphas, np.array(list(critical.values()))[:, None])
    said = np.where(at_edge, "exactly at its edge", regimes)
    settles = _settling(problem, alphas, np.isin(said[-1], ["monotone", "oscillating"]))
    book.storyboard(*({"α": critical[name]} for name in ("SSE", "½SSE", "MSE", "½MSE")))
    texts = [translator_caption(dict(zip(critical, each, strict=True)), share)
             for each, share in zip(said.T, settles, strict=True)]  # fmt: skip
    return book.caption(texts).draw()


def copies(x, y=None, *, learning_rate=None, counts=(1, 2, 5, 10, 20, 50, 100), steps=30):
    """Copy the data and watch the critical rates: that of the sum falls, that of the mean stays.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    learning_rate : float, optional
        Where the slider for α begins. Default: four fifths of the sum's critical rate.
    counts : sequence of int
        How many copies there may be, ascending.
    steps : int
        Steps of the runs.

    Returns
    -------
    book : Flipbook
        Sliders for copies and α; the critical rates of SSE and MSE, and a run on each.

    Examples
    --------
    >>> book = copies([0, 1, 2], [3, 5, 7], learning_rate=0.1)
    >>> book.position = {"copies": 2}
    >>> book.seen[:66]
    'With 2 copies the SSE diverges at α = 0.1: its edge is 0.0698. The'
    """
    problem = given.line_problem(x, y)
    counts = given.ascending("counts", counts)
    steps = _check.whole_number("steps", steps, least=1)
    given.affordable(6, ("steps", steps), ("counts", len(counts)), ("positions of α", 50))
    scales = [maths.scales(len(problem.y) * count) for count in counts]
    factors = np.array([[each["MSE"], each["SSE"]] for each in scales])
    critical = problem.critical_rate / factors
    rate = 0.8 * critical[0, 1] if learning_rate is None else learning_rate
    rate = given.positive("learning_rate", rate)
    grid = np.geomspace(critical.min() / 4, critical.max() * 4, 80)
    alphas = sliders.with_exactly(grid, [rate])
    run = gradient_descent(problem.gradient, np.zeros(2), alphas[:, None] * factors[:, None], steps)
    excess = problem.excess(run.theta)

    figure, (left, right) = figures.canvas([5.5, 5.5])
    edges(left, counts, critical.T, ["MSE", "SSE"], alphas[[0, -1]])
    figures.excess_loss(right, steps, *views.decades(excess[0, 0, 0, 0], 8, 4))
    book = Flipbook(
        figure,
        {"copies": Slider(counts), "α": alphas},
        start={"α": rate},
        description="The critical rates of the MSE and the SSE against the number of copies of the "
        "data, with α as a level line, and the excess loss of a run on each.",
    )
    book.line(left, left.get_xlim(), alphas[:, None] * [1, 1], color=INK, width=1.2, dash=[4, 3])
    for k, name in enumerate(["MSE", "SSE"]):
        at = counts[:, None, None], critical[:, k, None, None]
        book.line(left, *at, width=0, size=9, **RUNS[name])
        book.line(right, np.arange(steps + 1), excess[:, :, k], width=1.3, size=4.5, **RUNS[name])
    both = [dict(zip(["MSE", "SSE"], each, strict=True)) for each in critical]
    book.storyboard(*({"copies": count} for count in (1, 2, 100)))
    texts = [[copies_caption(count, rate, each) for rate in alphas]
             for count, each in zip(counts, both, strict=True)]  # fmt: skip
    return book.caption(texts).draw()


def _settling(problem, rates, converges):
    """How far above J* passes settle, as a share of it; None where that says nothing."""
    shares = np.full(len(rates), None)
    if problem.minimum > 1e-12 * problem.loss(np.zeros(2)):
        settled = maths.where_passes_settle(problem, rates[converges])
        shares[converges] = settled / problem.minimum
    return shares


def edges(ax, counts, critical, names, limits):
    """Draw critical rates (k, p) against the number of copies (p,) of the data, both as powers.

    The name of each stands outside, at its end.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> edges(ax, [1, 10], [[1, 1], [1, 0.1]], ["MSE", "SSE"], (0.01, 10)).get_xlabel()
    'copies of the data'
    """
    for each, name in zip(critical, names, strict=True):
        figures.curve(ax, counts, each, label=name, size=4.5, **RUNS[name])
        ax.annotate(name, (1, each[-1]), (4, 0), xycoords=("axes fraction", "data"), va="center",
                    textcoords="offset points", color=INK)  # fmt: skip
    figures.powers_of_ten(ax.yaxis, *limits)
    ax.set_xscale("log")
    ax.set_xticks(counts, [str(count) for count in counts])
    ax.xaxis.set_minor_locator(NullLocator())
    xlimits = counts[0] / 1.2, counts[-1] * 1.2
    return figures.frame(ax, "the critical rates", "copies of the data", "α", xlimits, limits)


def strips(ax, names, rates, regimes, *, notes):
    """Draw several strips above one axis of learning rates, a row each, the first on top.

    Parameters
    ----------
    ax : Axes
    names, notes : sequences of k str
        What stands beside each strip: its name, and below it a note.
    rates : array (p,)
        Learning rates, evenly spaced in their logarithms.
    regimes : array of str (k, p)
        What happens at each of them.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> rows = np.array([["monotone"] * 5 + ["diverging"] * 5])
    >>> strips(ax, ["MSE"], np.geomspace(0.01, 1, 10), rows, notes=["edge 0.1"]).get_ylim()
    (np.float64(0.5), np.float64(-0.5))
    """
    ends = np.sqrt(rates[1:] * rates[:-1])
    for row, each in enumerate(np.asarray(regimes)):
        changes = np.flatnonzero(each[1:] != each[:-1])
        edges = [rates[0], *ends[changes], rates[-1]]
        for left, right, name in zip(edges, edges[1:], each[[*changes, -1]], strict=False):
            ax.fill_between([left, right], row - HALF, row + HALF, color=REGIME[name], alpha=0.4,
                            linewidth=0)  # fmt: skip
            if np.log(right / left) > 0.12 * np.log(rates[-1] / rates[0]):
                at = np.sqrt(left * right)
                ax.text(
                    at, row - LIFT, name, color=figures.INK, ha="center", va="center", fontsize=8
                )
    figures.powers_of_ten(ax.xaxis, rates[0], rates[-1])
    said = [f"{name}\n{note}" for name, note in zip(names, notes, strict=True)]
    ax.set_yticks(range(len(said)), said)
    ax.tick_params(axis="y", length=0)
    limits = (rates[0], rates[-1]), (len(said) - 0.5, -0.5)
    return figures.frame(ax, "one α in every convention", "α", "", *limits)


def translator_caption(regimes, settles):
    """What one α does under each convention.

    Parameters
    ----------
    regimes : dict of str to str
        The regime of each convention, or "exactly at its edge".
    settles : float or None
        Excess loss of the place where single-example passes settle, as a share of the least loss.

    Examples
    --------
    >>> seen = {"MSE": "monotone", "SSE": "diverging", "per example": "oscillating"}
    >>> translator_caption(seen, 0.5)
    'Monotone: MSE. Oscillating: per example. Diverging: SSE. Per example settles 50 % above J*.'
    """
    order = "monotone", "oscillating", "exactly at its edge", "diverging"
    groups = {name: [] for name in order}
    for convention, regime in regimes.items():
        groups[regime].append(convention)
    said = [f"{name.capitalize()}: {', '.join(each)}." for name, each in groups.items() if each]
    if settles is not None:
        said.append(f"Per example settles {number(100 * settles, 2)} % above J*.")
    return " ".join(said)


def copies_caption(count, rate, critical):
    """What copies of the data do to the critical rate of the sum and the mean.

    Examples
    --------
    >>> copies_caption(2, 0.01, {"MSE": 0.5, "SSE": 0.006})[:63]
    'With 2 copies the SSE diverges at α = 0.01: its edge is 0.006. '
    """
    says = {name: "bounces for ever" if sliders.stands_on(rate, edge)
            else "converges" if rate < edge else "diverges"
            for name, edge in critical.items()}  # fmt: skip
    return (
        f"With {count} {'copies' if count > 1 else 'copy'} the SSE {says['SSE']} at "
        f"α = {number(rate)}: its edge is {number(critical['SSE'])}. "
        f"The MSE {says['MSE']}: its edge is {number(critical['MSE'])}."
    )
