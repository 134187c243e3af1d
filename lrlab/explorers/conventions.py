"""The pictures of notebook 05: one α in five conventions, and copies of the data."""

import numpy as np

from lrlab import _check, captions, conventions, figures
from lrlab.descent import gradient_descent
from lrlab.explorers import _parts as parts
from lrlab.figures import INK, REGIME
from lrlab.flipbook import Flipbook, Slider

MARKERS = ["o", "s", "^", "D", "p"]  # of the conventions, in their order


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
    problem = parts.line_problem(x, y)
    start = parts.pair("start", (0, 0) if start is None else start)
    steps = _check.whole_number("steps", steps, least=1)
    n = len(problem.y)
    critical = conventions.critical_rates(problem)
    low, high = 1 / (25 * n), 4 * max(1, critical["per example"] / problem.critical_rate)
    special = {**{rate: name for name, rate in critical.items()}, critical["per example"]: ""}
    if learning_rate is not None:
        special[_check.number("learning_rate", learning_rate, "positive and finite")] = "start"
    slider = parts.rate_slider(problem, low=low, high=high, rates=rates, special=special)
    alphas = slider.values
    factors = np.array(list(conventions.scales(n).values()))
    run = gradient_descent(problem.gradient, start, alphas[:, None] * factors, steps)
    passes = conventions.descend_by_passes(problem, start, alphas, steps)
    theta = np.concatenate([run.theta, passes.theta[:, None]], axis=1)
    excess = problem.excess(theta)
    regimes = conventions.regimes(problem, alphas)

    figure, (left, right) = figures.canvas([5.4, 4.4])
    span = np.geomspace(alphas[0], alphas[-1], 600)
    notes = [f"edge {captions.number(rate)}" for rate in critical.values()]
    figures.strips(left, critical, span, conventions.regimes(problem, span), notes=notes)
    figures.excess_loss(right, steps, *parts.decades(excess[0, 0, 0], 5, 4))
    right.set_xlabel("step, or pass")

    book = Flipbook(
        figure,
        {"α": slider},
        start={"α": learning_rate or 0.2 * problem.critical_rate},
        description="A strip for each of five conventions with the same α in it, and the excess "
        "loss of a run with this α under each of them.",
    )
    ends = [-0.5, len(critical) - 0.5]
    book.line(left, alphas[:, None], ends, color=INK, width=1.0, opacity=0.6)
    for row, marker in enumerate(MARKERS):
        book.line(left, alphas[:, None], [row + 0.1], color=INK, width=0, marker=marker, size=8)
        _curve_by_regime(book, right, excess[:, row], regimes[row], marker)
    at_edge = alphas == np.array(list(critical.values()))[:, None]
    said = np.where(at_edge, "exactly at its edge", regimes)
    settles = _settling(problem, alphas, np.isin(said[-1], ["monotone", "oscillating"]))
    book.storyboard(*({"α": critical[name]} for name in ("SSE", "½SSE", "MSE", "½MSE")))
    texts = [captions.conventions(dict(zip(critical, each, strict=True)), share)
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
    problem = parts.line_problem(x, y)
    counts = _check.whole_numbers("counts", counts, least=1)
    steps = _check.whole_number("steps", steps, least=1)
    scales = [conventions.scales(len(problem.y) * count) for count in counts]
    factors = np.array([[each["MSE"], each["SSE"]] for each in scales])
    critical = problem.critical_rate / factors
    rate = 0.8 * critical[0, 1] if learning_rate is None else learning_rate
    rate = _check.number("learning_rate", rate, "positive and finite")
    grid = np.geomspace(critical.min() / 4, critical.max() * 4, 50)
    alphas = parts.with_exactly(grid, [rate])
    run = gradient_descent(problem.gradient, np.zeros(2), alphas[:, None] * factors[:, None], steps)
    excess = problem.excess(run.theta)
    regimes = problem.regime(alphas[:, None] * factors[:, None])

    figure, (left, right) = figures.canvas([5.5, 5.5])
    figures.edges(left, counts, critical.T, ["MSE", "SSE"], MARKERS, alphas[[0, -1]])
    figures.excess_loss(right, steps, *parts.decades(excess[0, 0, 0, 0], 8, 4))
    book = Flipbook(
        figure,
        {"copies": Slider(counts), "α": alphas},
        start={"α": rate},
        description="The critical rates of the MSE and the SSE against the number of copies of the "
        "data, with α as a level line, and the excess loss of a run on each.",
    )
    book.line(left, left.get_xlim(), alphas[:, None] * [1, 1], color=INK, width=1.2, dash=[4, 3])
    for k, marker in enumerate(MARKERS[:2]):
        at = counts[:, None, None], critical[:, k, None, None]
        book.line(left, *at, color=INK, width=0, marker=marker, size=9)
        _curve_by_regime(book, right, excess[:, :, k], regimes[:, :, k], marker)
    both = [dict(zip(["MSE", "SSE"], each, strict=True)) for each in critical]
    book.storyboard(*({"copies": count} for count in (1, 2, 100)))
    texts = [[captions.copies(count, rate, each) for rate in alphas]
             for count, each in zip(counts, both, strict=True)]  # fmt: skip
    return book.caption(texts).draw()


def _curve_by_regime(book, ax, excess, regimes, marker):
    """Draw the excess loss (..., steps + 1), in the colour of the regime (...) it is in."""
    steps = np.arange(excess.shape[-1])
    for name, color in REGIME.items():
        shown = np.where((regimes == name)[..., None], excess, np.nan)
        book.line(ax, steps, shown, color=color, width=1.3, marker=marker, size=4.5)


def _settling(problem, rates, converges):
    """How far above J* passes settle, as a share of it; None where that says nothing."""
    shares = np.full(len(rates), None)
    if problem.minimum > 1e-12 * problem.loss(np.zeros(2)):
        settled = conventions.where_passes_settle(problem, rates[converges])
        shares[converges] = settled / problem.minimum
    return shares
