"""The pictures of this lesson: descent on batches, the floor it ends on, and its two edges."""

import numpy as np
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from lrlab import _check, sampling
from lrlab.descent import gradient_descent, stochastic_gradient_descent
from lrlab.drawing import crowd, figures, given, layers, sliders, views
from lrlab.drawing.colours import DATA, OPTIMUM, PATH, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider
from lrlab.regression import LeastSquares

GD = {"color": SECOND, "width": 1.5, "dash": (5, 3)}
RUNS = 4  # that can be chosen
SCALES = {"none": 0.0, "as in the data": 1.0, "doubled": 2.0}


def noise(x, y=None, *, start=(0.0, 0.0), steps=64, rates=61, seed=0):
    """Turn α, the batch size and the noise, and see whether descent settles.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone. The noise slider takes the errors of
        the data about their best line away, leaves them, or doubles them; the best line stays.
    start : pair of float
        Slope and intercept to begin with.
    steps, rates : int
        How many steps, and (about) how many learning rates.
    seed : int
        Of the batches; they are the same for all rates and noises.

    Returns
    -------
    book : Flipbook
        Sliders α, batch size, noise and step t; data and line, the path on the surface beside that
        of plain descent, and the excess loss with the floor that is predicted.

    Examples
    --------
    >>> book = noise([0, 1, 2, 3], [3, 6, 7, 8])
    >>> book.position = {"noise": "none"}
    >>> "no floor" in book.seen
    True
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = _check.whole_number("steps", steps, least=1)
    rates = _check.whole_number("rates", rates, least=2, most=100)
    seed = _check.whole_number("seed", seed, least=0)
    given.affordable(90, ("steps", steps), ("rates", rates))
    problems = [_with_noise(problem, scale) for scale in SCALES.values()]
    sizes = _batch_sizes(problem, (1, 2, 5))
    edges = np.array([sampling.critical_rate(problem, size) for size in sizes])
    figure, (left, middle, right) = _stage(problem, start, steps, problems[-1].y)
    slider = _safe_rates(problem, edges[0], rates)
    alphas = slider.values
    plain = gradient_descent(problem.gradient, start, alphas, steps).theta
    theta = _runs(problems, sizes, start, alphas, steps, seed)  # (α, batch, noise, steps + 1, 2)
    excess = np.minimum(problem.excess(theta), np.finfo(float).max)
    floors = _each(lambda size, each: sampling.floor(each, alphas, size), sizes, problems)

    ends = np.array(left.get_xlim())
    book = layers.descent_book(
        figure,
        {"α": slider, "batch size": np.array(sizes), "noise": Slider(list(SCALES))},
        {"α": 0.35 * problem.critical_rate, "batch size": 1, "noise": "as in the data"},
        steps,
        "The data with the line of SGD, its path on the level sets of the loss beside that of "
        "gradient descent, and the excess loss of both with the predicted floor.",
    )
    drawn = crowd.shown(problem.X[:, 0], problem.y)
    scattered = np.array([each.y[drawn] for each in problems])[None, None, :, None]
    book.line(left, problem.X[drawn, 0], scattered, color=DATA, width=0, marker="o", size=4.5,
              opacity=0.75)  # fmt: skip
    shown = _gone(problem, theta, alphas, sizes, view := (middle.get_xlim(), middle.get_ylim()))
    book.line(left, ends, views.heights(shown, ends), color=PATH, width=2.2)
    calm, _ = views.leaving(plain, alphas > problem.critical_rate, *view)
    calm = calm[:, None, None, None]
    book.line(middle, calm[..., 0], calm[..., 1], **GD, reveal=True)
    layers.path(book, middle, shown[..., 0], shown[..., 1])
    _level(book, right, np.where(floors > 0, floors, np.nan), steps)
    losses = problem.excess(plain)[:, None, None, None]
    book.line(right, np.arange(steps + 1), losses, **GD, reveal=True)
    layers.loss_curve(book, right, excess)
    book.storyboard({}, {"batch size": 5}, {"batch size": sizes[-1]},
                    {"batch size": 1, "noise": "none"},
                    {"noise": "as in the data", "α": edges[0]})  # fmt: skip
    texts = _noise_captions(problem, sizes, alphas, edges, floors, excess)
    return book.caption(texts[..., None]).draw()


def _gone(problem, theta, alphas, sizes, view):
    """The paths; those of all points above their edge end where they leave: they never come back.

    A run of batches that leaves the picture may well come back, and is drawn coming back.
    """
    never = (alphas > problem.critical_rate)[:, None] & (np.array(sizes) == len(problem.y))
    return views.leaving(theta, np.broadcast_to(never[..., None], theta.shape[:3]), *view)[0]


def _noise_captions(problem, sizes, alphas, edges, floors, excess):
    """What is said for each α, batch size and noise, an array of str."""
    texts = np.empty(excess.shape[:3], object)
    for i, j, k in np.ndindex(texts.shape):
        texts[i, j, k] = noise_caption(
            list(SCALES)[k], sizes[j], len(problem.y), alphas[i], edges[j], floors[i, j, k],
            excess[i, j, k],
        )  # fmt: skip
    return texts


def two_edges(x, y=None, *, start=(0.0, 0.0), steps=500, rates=61, seed=0):
    """Turn α past the edge of the mean square, and see a single run burst and come back.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float
        Slope and intercept to begin with.
    steps, rates : int
        How many steps, and (about) how many learning rates.
    seed : int
        Of the runs, and of those that measure how single runs grow.

    Returns
    -------
    book : Flipbook
        Sliders α and run, with one example a step; the excess loss of the run beside the mean
        over all runs, exactly; and what a step makes of the error, in the mean square and in a
        single run, against α.

    Examples
    --------
    >>> book = two_edges([0, 1, 2, 3], [3, 6, 7, 8], steps=50)
    >>> sorted(book.position)
    ['run', 'α']
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = _check.whole_number("steps", steps, least=1)
    rates = _check.whole_number("rates", rates, least=2, most=100)
    seed = _check.whole_number("seed", seed, least=0)
    given.affordable(2 * RUNS, ("steps", steps), ("rates", rates))
    slider, edge, single = _between(problem, rates, seed)
    alphas = slider.values
    seeds = np.arange(seed, seed + RUNS)
    theta = [_runs([problem], [1], start, alphas, steps, each)[:, 0, 0] for each in seeds]
    excess = np.minimum(problem.excess(np.stack(theta, axis=1)), np.finfo(float).max)
    mean = np.minimum(sampling.mean_excess(problem, start, alphas, steps, batch_size=1), 1e300)
    maps = sampling.second_moment_map(problem, alphas, 1)
    square = np.log(np.abs(np.linalg.eigvals(maps)).max(axis=-1)) / 2

    figure, (left, right) = figures.canvas([5.6, 5.2], 3.9)
    figures.excess_loss(left, steps, *views.decades(problem.excess(start), 4, 8))
    left.set_title("excess loss: a run, and the mean", loc="left")
    names = {"mean square": GD, "a single run": {"color": PATH}}
    both = np.concatenate([square, single])
    limits = figures.padded(both[np.isfinite(both)], 0.1)
    figures.frame(right, "growth of the error: log of a step's factor", "α", "",
                  figures.padded(alphas, 0.03), limits)  # fmt: skip
    right.axhline(0, color=figures.INK, linewidth=0.8)
    for each, style in zip((square, single), names.values(), strict=True):
        figures.curve(right, alphas, each, **style)
    figures.key(right, names, loc="upper left")

    book = Flipbook(
        figure,
        {"α": slider, "run": np.arange(1, RUNS + 1)},
        start={"α": 0.7 * edge, "run": 1},
        description="The excess loss of a run of SGD beside the mean over all runs, and what a "
        "step makes of the error, in the mean square and in a single run, against α.",
    )
    t = np.arange(steps + 1)
    book.line(left, t, layers.within_sight(left, mean)[:, None], **GD)
    book.line(left, t, layers.within_sight(left, excess), color=PATH, width=1.3, ghost=True)
    for each in (square, single):
        book.line(right, alphas[:, None, None], each[:, None, None], **layers.DIAMOND)
    book.storyboard({}, {"α": 1.1 * edge}, {"run": 2},
                    {"α": alphas[-1]})  # fmt: skip
    texts = [[edges_caption(alpha, edge, *grown, losses) for losses in runs]
             for alpha, *grown, runs in zip(alphas, square, single, excess,
                                            strict=True)]  # fmt: skip
    return book.caption(np.array(texts)).draw()


def _between(problem, count, seed):
    """A slider for α across both edges, the edge of the mean, and how single runs grow at each."""
    edge, gd = sampling.critical_rate(problem, 1), problem.critical_rate
    alphas = sliders.with_exactly(np.geomspace(0.5 * edge, 1.4 * gd, count), [edge, 1.1 * edge])
    rng = np.random.default_rng(seed)
    grown = sampling.lyapunov(problem, alphas, 1, 400, runs=60, rng=rng).mean(axis=-1)
    names = {edge: "edge of the mean"}
    below = np.flatnonzero((grown[:-1] < 0) & (grown[1:] >= 0))
    if len(below):
        at = below[-1]
        share = grown[at] / (grown[at] - grown[at + 1])
        crossing = alphas[at] * (1 - share) + alphas[at + 1] * share
        names = sliders.merged([*names.items(), (crossing, "edge of single runs")])
    values = sliders.with_exactly(alphas, [*names, 1.1 * edge])
    return (
        Slider(values, marks=sliders.marks(values, names)),
        edge,
        np.interp(values, alphas, grown),
    )


def noise_floor(x, y=None, *, steps=1600, rates=61, seed=0):
    """Turn α and the batch size, and see the cloud that SGD ends in grow and shrink.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    steps, rates : int
        How many steps of a run that begins at the minimum, and how many learning rates.
    seed : int
        Of the batches.

    Returns
    -------
    book : Flipbook
        Sliders α and batch size; where the run is at 200 of its steps, with the ellipse in which
        86 % of them are expected, and the floor against α, measured and predicted.

    Examples
    --------
    >>> book = noise_floor([0, 1, 2, 3], [3, 6, 7, 8], steps=400)
    >>> sorted(book.position)
    ['batch size', 'α']
    """
    problem = given.line_problem(x, y)
    steps = _check.whole_number("steps", steps, least=1, most=20_000)
    rates = _check.whole_number("rates", rates, least=2, most=100)
    seed = _check.whole_number("seed", seed, least=0)
    sizes = _batch_sizes(problem)
    top = sampling.critical_rate(problem, 1)
    alphas = 0.72 * top * 2.0 ** (np.arange(1 - rates, 1) / 12)  # 12 positions are a factor of 2
    theta = _runs([problem], sizes[:-1], problem.minimizer, alphas, steps, seed)[:, :, 0]
    at_rest = np.broadcast_to(problem.minimizer, theta[:, :1].shape)  # all points: no noise
    theta = np.concatenate([theta, at_rest], axis=1)[:, :, steps // 4 :]
    measured = problem.excess(theta).mean(axis=-1)
    floors = np.stack([sampling.floor(problem, alphas, size) for size in sizes], axis=1)
    spreads = np.stack([sampling.spread(problem, alphas, size) for size in sizes], axis=1)

    figure, (left, right) = figures.canvas([5.2, 5.8], 4.0)
    reach = 3.2 * np.sqrt(np.maximum(np.diagonal(spreads[-1, 0]), 0))
    reach = np.where(reach > 0, reach, 1.0)
    corners = problem.minimizer - reach, problem.minimizer + reach
    figures.window(left, *corners, title="where SGD is, step after step")
    left.plot(*problem.minimizer, "*", color=OPTIMUM, markersize=13)
    lifted = floors[0] > 0
    limits = views.spanning(floors[:, lifted]) if lifted.any() else (1e-6, 1.0)
    floor_lines(right, alphas, floors[:, lifted].T, np.array(sizes)[lifted], limits)

    start = alphas[rates // 2]
    book = Flipbook(
        figure,
        {"α": alphas, "batch size": np.array(sizes)},
        start={"α": start, "batch size": 1},
        description="Where the steps of SGD are about the minimum, with the predicted ellipse, and "
        "the floor against α for every batch size, measured and predicted.",
    )
    cloud = theta[:, :, :: max(1, theta.shape[2] // 200)]
    book.line(left, cloud[..., 0], cloud[..., 1], color=PATH, width=0, marker="o", size=3.6,
              opacity=0.55)  # fmt: skip
    ring = views.ellipse(problem.minimizer, spreads)
    book.line(left, ring[..., 0], ring[..., 1], **layers.FLOOR)
    lines = np.where(floors > 0, floors, np.nan)
    book.line(right, alphas, lines.T[None], color=PATH, width=2.2)
    dots = np.where(floors > 0, measured, np.nan)
    book.line(right, alphas, dots.T[None], color=PATH, width=0, marker="o", size=6)
    book.line(right, alphas[:, None, None], dots[..., None], **layers.DIAMOND)
    book.storyboard({}, {"α": start / 2}, {"α": start, "batch size": 2})
    texts = [[floor_caption(alpha, size, len(problem.y), *heights)
              for size, *heights in zip(sizes, *rows, strict=True)]
             for alpha, *rows in zip(alphas, floors, measured, strict=True)]  # fmt: skip
    return book.caption(np.array(texts)).draw()


def _stage(problem, start, steps, farthest):
    """The figure of `noise` and its three axes, with all that stands still."""
    figure, (left, middle, right) = figures.canvas([3.5, 3.9, 3.9])
    wide = np.concatenate([problem.y, farthest])
    title = crowd.said(min(len(problem.y), crowd.MOST), len(problem.y), "the data and the line")
    figures.frame(left, title, "x", "y",
                  figures.padded(problem.X[:, 0], 0.08), figures.padded(wide, 0.15))  # fmt: skip
    ends = np.array(left.get_xlim())
    left.plot(ends, views.heights(problem.minimizer, ends), color=OPTIMUM, linewidth=1.6)
    views.surface_of(middle, problem, start)
    figures.excess_loss(right, steps, *views.decades(problem.excess(start), 6, 4))
    figures.key(right, {"SGD": {"color": PATH}, "GD": GD, "floor": layers.FLOOR}, loc="upper right")
    return figure, (left, middle, right)


def _with_noise(problem, scale):
    """The problem with its errors about the best line scaled: same θ*, same surface."""
    if scale == 1:
        return problem
    best = problem.X @ problem.minimizer
    return LeastSquares(problem.X, best + scale * (problem.y - best))


def _batch_sizes(problem, few=(1, 2, 5, 10, 20)):
    n = len(problem.y)
    return [size for size in few if size < n] + [n]


def _safe_rates(problem, edge, count):
    """A logarithmic slider for α on which the edge of single examples and of GD are marked."""
    special = sliders.merged([(problem.critical_rate, "edge of GD"), (edge, "edge for B = 1")])
    grid = np.geomspace(0.15, 1.3, count) * problem.critical_rate
    values = sliders.with_exactly(grid, list(special))
    return Slider(values, marks=sliders.marks(values, special))


def _runs(problems, sizes, start, alphas, steps, seed):
    """SGD with the same seed for each batch size and problem, (α, size, problem, steps + 1, 2)."""

    def run(size, problem):
        if size == len(problem.y):  # the same run, without drawing all examples at each step
            return gradient_descent(problem.gradient, start, alphas, steps).theta
        rng = np.random.default_rng(seed)
        return stochastic_gradient_descent(
            problem, start, alphas, steps, batch_size=size, rng=rng
        ).theta

    return _each(run, sizes, problems)


def _each(function, sizes, problems):
    """What a function of size and problem returns, (α, ...), as (α, size, problem, ...)."""
    return np.stack(
        [np.stack([function(size, each) for each in problems], axis=1) for size in sizes], axis=1
    )


def _level(book, ax, floor, steps):
    """Draw a floor (...) that stays the same at all steps."""
    heights = np.broadcast_to(floor[..., None, None], (*floor.shape, 1, 2))
    book.line(ax, [0, steps], heights, **layers.FLOOR)


def floor_lines(ax, rates, heights, sizes, limits):
    """Draw the noise floor (sizes, rates) against α on log-log axes, a line for each batch size.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> floor_lines(ax, [0.01, 0.1], [[1e-3, 1e-2]], [1], (1e-4, 1)).get_xscale()
    'log'
    """
    for size, height in zip(sizes, heights, strict=True):
        ax.plot(rates, height, color=figures.FAINT, linewidth=1.2)
        ax.text(rates[-1], height[-1], f"  B = {size}", color=figures.DATA, va="center", fontsize=9)
    figures.powers_of_ten(ax.yaxis, *limits)
    ax.set_xscale("log")
    ticks = np.ravel([[1 * 10.0**k, 2 * 10.0**k, 5 * 10.0**k] for k in range(-12, 9)])
    ticks = rates if len(rates) < 6 else ticks[(ticks >= rates[0]) & (ticks <= rates[-1])]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FixedFormatter([f"{tick:g}" for tick in ticks]))
    ax.xaxis.set_minor_locator(NullLocator())
    title = r"the floor: mean of  $J(\theta_t) - J^\star$"
    return figures.frame(ax, title, "α", "", (rates[0] / 1.2, rates[-1] * 1.7), limits)


def noise_caption(scatter, size, n, rate, edge, floor, excess):
    """Whether a run of SGD settles.

    Parameters
    ----------
    scatter : str
        The noise of the data: none, as in the data, or doubled.
    size, n : int
        Of the batch, and of the data.
    rate, edge, floor : float
        α, the edge for this batch size, and the mean excess loss it ends with.
    excess : array (steps + 1,)
    """
    steps = len(excess) - 1
    who = f"All {n} points each step" if size == n else f"Batches of {size}"
    who += {"none": ", no noise", "doubled": ", noise doubled"}.get(scatter, "")
    if rate > edge * (1 + 1e-9):
        return (
            f"{who}: over the edge at α = {number(edge)}. The mean square of the error has "
            f"no bound; this run is at {number(excess[-1], 2)} after {steps} steps."
        )
    if floor == 0:
        return (
            f"{who}: there is no floor. After {steps} steps the excess loss is "
            f"{number(excess[-1], 2)}."
        )
    late = excess[-(steps // 3) :]
    if not np.isfinite(floor) and scatter == "none":
        return (
            f"{who}: α is exactly at its edge, where the mean square of the error does not die "
            f"out. This run is at {number(excess[-1], 2)} after {steps} steps."
        )
    if not np.isfinite(floor):
        return (
            f"{who}: α is exactly at its edge, and there is no floor that would hold the run. "
            f"The last {len(late)} steps average {number(np.mean(late), 2)}."
        )
    return (
        f"{who}: the last {len(late)} steps average an excess loss of {number(np.mean(late), 2)}. "
        f"The floor is {number(floor, 2)}."
    )


def edges_caption(rate, edge, square, single, excess):
    """What α does in the mean square, and what to a single run.

    Parameters
    ----------
    rate, edge : float
        α, and the edge of the mean square.
    square, single : float
        By how much the logarithm of the error grows in a step, noise left out: the root of the
        mean square's, and that of a single run in the long run.
    excess : array (steps + 1,)

    Examples
    --------
    >>> edges_caption(0.8, 0.5, 0.2, -0.1, np.array([2.0, 50.0, 1.0]))[:23]
    'Above the edge of the m'
    """
    where = "Above" if rate > edge * (1 + 1e-9) else "Up to"
    run = f"This run peaks at {number(excess.max(), 2)}"
    if excess[0] >= excess.max() > 0:
        run = "This run stays below its beginning"
    elif excess[0] > 0:
        run = f"This run peaks at {number(excess.max() / excess[0], 2)} times its beginning"
    return (
        f"{where} the edge of the mean. Noise left out, a step multiplies the root mean square of "
        f"the error by {number(np.exp(square))}, a single run's by {number(np.exp(single))}. {run}."
    )


def floor_caption(rate, size, n, predicted, measured):
    """How high the floor is, predicted and measured in one run.

    Examples
    --------
    >>> floor_caption(0.1, 40, 40, 0.0, 0.0)
    'All 40 points each step, α = 0.1: no noise, no floor, and the cloud is one point.'
    """
    who = f"All {n} points each step" if size == n else f"Batches of {size}"
    who += f", α = {number(rate)}"
    if predicted == 0:
        return f"{who}: no noise, no floor, and the cloud is one point."
    return (
        f"{who}: the floor is predicted at {number(predicted, 2)}, "
        f"and this run averaged {number(measured, 2)}."
    )
