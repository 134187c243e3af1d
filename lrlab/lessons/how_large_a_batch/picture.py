"""The picture of this lesson: steps to a target against examples to a target."""

import numpy as np
from matplotlib.ticker import FixedFormatter, FixedLocator

from lrlab import _check, sampling
from lrlab.drawing import figures, given, layers, sliders, views
from lrlab.drawing.colours import FAINT, PATH
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider
from lrlab.lessons.how_large_a_batch.maths import Fewest, critical_batch_size, fewest_steps

BOUND = {"color": FAINT, "width": 1.4}


def batch_size(x, y=None, *, start=(0.0, 0.0), steps=2000, rates=60, targets=41):
    """Turn the batch size and a target, and see the steps and the examples it takes to come there.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float
        Slope and intercept to begin with.
    steps : int
        How many are tried.
    rates, targets : int
        How many constant α are tried for each batch size, and how many targets there are.

    Returns
    -------
    book : Flipbook
        Sliders B and target; the mean excess loss with the α that is there first, and against B
        the steps it takes and the examples it reads. All is over all draws, exactly.

    Examples
    --------
    >>> book = batch_size([0, 1, 2, 3], [3, 6, 7, 8], steps=200)
    >>> sorted(book.position)
    ['B', 'target']
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = _check.whole_number("steps", steps, least=10, most=20_000)
    rates = _check.whole_number("rates", rates, least=2, most=200)
    count = _check.whole_number("targets", targets, least=2, most=100)
    given.affordable(200, ("rates", rates), ("targets", count))
    first = float(problem.excess(start))
    sizes = _sizes(len(problem.y))
    shares = sliders.with_exactly(np.geomspace(1 / 2000, 0.5, count), [0.001, 0.01, 0.1])
    shares = np.unique([float(f"{each:.2g}") for each in shares])
    fewest = _fewest(problem, start, shares * first, sizes, rates, steps)
    meet = critical_batch_size(fewest.steps, sizes)
    times, excess = _curves(problem, start, fewest.rates, sizes, steps)

    figure, (left, middle, right) = figures.canvas([4.2, 3.7, 3.7], 3.9)
    low, high = views.decades(first, 5, 1)
    _powers(left, "mean excess loss", "step t", (0.8, 1.25 * steps), (low, high))
    across = 0.8, 1.3 * sizes[-1]
    _powers(middle, "steps to the target", "batch size B", across, (0.7, 1.5 * steps))
    _powers(right, "examples to the target", "batch size B", across,
            (0.7, 1.5 * steps * np.sqrt(sizes[-1])))  # fmt: skip
    for ax in (middle, right):
        _name_sizes(ax, sizes)
    book = Flipbook(
        figure,
        {"B": Slider(sizes), "target": Slider(shares, labels=[_percent(each) for each in shares])},
        start={"B": 1, "target": 0.1},
        description="The mean excess loss of SGD with the best constant rate for a target, and "
        "the steps and the examples to the target against the batch size.",
    )
    book.line(left, [1, steps], (shares * first)[None, :, None] * np.ones(2), **layers.FLOOR)
    book.line(left, times, layers.within_sight(left, excess), color=PATH, width=2.0, ghost=True)
    taken = fewest.steps[:, :, None]
    seen = np.where(np.isfinite(taken), taken, np.nan)
    book.line(left, seen, np.broadcast_to((shares * first)[:, None], seen.shape), **layers.DIAMOND)
    ends = np.array([1.0, sizes[-1]])
    for ax, unit in ((middle, np.ones(len(sizes))), (right, sizes)):
        for bound in _bounds(fewest.steps, sizes):
            height = bound(ends) * (ends if ax is right else 1)
            book.line(ax, ends, height[None], **BOUND)
        each = np.swapaxes(seen[..., 0] * unit[:, None], 0, 1)
        book.line(ax, sizes, each[None], color=PATH, width=1.3, marker="o", size=5)
        book.line(ax, sizes[:, None, None], (seen * unit[:, None, None]), **layers.DIAMOND)
    book.storyboard({}, {"B": sizes[min(2, len(sizes) - 1)]}, {"B": sizes[-1]},
                    {"target": 0.001}, {"B": 1})  # fmt: skip
    texts = [[batch_caption(first, size, _percent(share), steps, taken, rate, where)
              for share, taken, rate, where in zip(shares, *rows, meet, strict=True)]
             for size, *rows in zip(sizes, fewest.steps, fewest.rates, strict=True)]  # fmt: skip
    return book.caption(np.array(texts)).draw()


def _fewest(problem, start, targets, sizes, rates, most):
    """The fewest steps; from the minimum there is no way to go, and none are said."""
    if not targets.all():
        nothing = np.full((2, len(sizes), len(targets)), np.inf)
        return Fewest(nothing[0], np.nan * nothing[1])
    return fewest_steps(problem, start, targets, sizes, rates=rates, most=most)


def _sizes(n):
    """Powers of two up to n, of few examples those of the root of two, and n itself."""
    powers = 2.0 ** np.arange(0, np.log2(n), 0.5 if n <= 256 else 1.0)
    return np.unique(np.append(np.round(powers), n)).astype(int)


def _powers(ax, title, xlabel, across, upwards):
    """Axes with powers of ten both ways."""
    figures.powers_of_ten(ax.xaxis, *views.spanning(across))
    figures.powers_of_ten(ax.yaxis, *views.spanning(upwards))
    figures.frame(ax, title, xlabel, "", across, upwards)


def _name_sizes(ax, sizes):
    """Ticks at powers of two, a few of them."""
    powers = [size for size in sizes.tolist() if size & (size - 1) == 0]
    powers = powers[:: -(-len(powers) // 7)]
    ax.xaxis.set_major_locator(FixedLocator(powers))
    ax.xaxis.set_major_formatter(FixedFormatter([f"{size:,}" for size in powers]))


def _percent(share):
    return f"{number(100 * share, 2)} %"


def _curves(problem, start, rates, sizes, steps):
    """Some steps (k,), and the mean excess loss there, (sizes, targets, k); NaN without a rate."""
    times = np.unique(np.geomspace(1, steps, 70).astype(int))
    out = np.full((*rates.shape, len(times)), np.nan)
    for k, size in enumerate(sizes):
        known = np.isfinite(rates[k])
        each, back = np.unique(rates[k][known], return_inverse=True)
        if len(each):
            run = sampling.mean_excess(problem, start, each, steps, batch_size=int(size))
            out[k, known] = run[:, times][back]
    return times, out


def _bounds(steps, sizes):
    """The fewest steps of any batch size, and E/B; each a function of B to (targets, ...)."""
    least, read = np.min(steps, axis=0), np.min(steps * sizes[:, None], axis=0)
    least, read = (np.where(np.isfinite(each), each, np.nan)[:, None] for each in (least, read))
    return (lambda size: least * np.ones_like(size)), (lambda size: read / size)


def batch_caption(first, size, target, most, steps, rate, meet):
    """How many steps and examples it takes.

    Parameters
    ----------
    first : float
        The excess loss of the start.
    size, most : int
        Of the batch; and how many steps were tried.
    target : str
        As a share of the first excess loss.
    steps, rate, meet : float
        The fewest steps, inf for none, and with which α; and where the bounds meet.

    Examples
    --------
    >>> batch_caption(7.1, 4, "1 %", 2000, 19.0, 0.58, 3.64)[:45]
    'Batches of 4 come to 1 % of the first excess '
    """
    if first == 0:
        return f"The start is the minimum: with B = {size} there is no way to {target} of nothing."
    who = "Single examples" if size == 1 else f"Batches of {size}"
    if not np.isfinite(steps):
        return f"{who} do not come to {target} of the first excess loss in {most:,} steps."
    count, read = int(steps), int(steps) * int(size)
    return (
        f"{who} come to {target} of the first excess loss in {count:,} "
        f"step{'s' * (count != 1)}, with α = {number(rate)}, and read {read:,} "
        f"example{'s' * (read != 1)}. The bounds meet at B = {number(meet, 2)}."
    )
