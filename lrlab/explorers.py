"""One function for each picture of a lesson: data in, a Flipbook out.

Every explorer takes the course's data or the learner's own, and computes nothing that regression
and descent do not compute already.
"""

import numpy as np

from lrlab import captions, figures
from lrlab.descent import gradient_descent
from lrlab.figures import DATA, FAINT, INK, OPTIMUM, PATH
from lrlab.flipbook import Flipbook, Slider
from lrlab.regression import LeastSquares

TRAIL = {"color": PATH, "width": 1.3, "marker": "o", "size": 4.5}
DOT = {"color": PATH, "width": 0, "marker": "o", "size": 9}
STAR = {"color": OPTIMUM, "width": 0, "marker": "*", "size": 13}
DIAMOND = {"color": INK, "width": 0, "marker": "D", "size": 9}


def self_test():
    """Show whether sliders work here: a ball in a bowl, and a sentence that says so.

    Returns
    -------
    book : Flipbook

    Examples
    --------
    >>> self_test()
    Flipbook at position = 0
    Drag the slider, or click it and press an arrow key.
    """
    where = np.linspace(-1, 1, 41)
    figure, (ax,) = figures.canvas([7], 1.9)
    ax.plot(where * 1.2, (where * 1.2) ** 2, color=DATA)
    figures.frame(ax, "a ball in a bowl", "", "", (-1.3, 1.3), (-0.1, 1.5))
    ax.axis("off")
    labels = [f"{value:.2g}" for value in where]
    book = Flipbook(
        figure,
        {"position": Slider(where, labels=labels)},
        start={"position": 0},
        description="A ball in a bowl that follows the slider.",
    )
    book.line(
        ax, where[:, None], where[:, None] ** 2 + 0.07, color=PATH, marker="o", width=0, size=15
    )
    moved = "The sliders work: the ball moved, and no Python was asked."
    texts = np.where(where == 0, "Drag the slider, or click it and press an arrow key.", moved)
    return book.caption(texts).draw()


def line_by_hand(x, y=None, *, start=(0.0, 0.0), positions=31):
    """Move a line by hand: slope and intercept are the sliders, (w, b) is the point on the surface.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float
        Slope and intercept to begin with.
    positions : int
        Positions of each slider.

    Returns
    -------
    book : Flipbook
        The data and the line with its errors, the level sets, and the bowl in three dimensions.

    Examples
    --------
    >>> book = line_by_hand([0, 1, 2], [3, 5, 7], start=(2, 3))
    >>> book.position
    {'slope w': 2.0, 'intercept b': 3.0}
    """
    problem = _line(x, y)
    w, b = (_round_grid(*limits, positions) for limits in np.transpose(_window(problem, start)))
    figure, (left, middle, right) = figures.canvas([3.5, 3.7, 3.6], three_d={2})
    x, y = problem.X[:, 0], problem.y
    figures.data(left, x, y)
    left.set_ylim(*_padded(np.concatenate([y, problem.X @ start])))
    grid = np.stack(np.meshgrid(w, b), axis=-1)
    excess = problem.excess(grid)
    figures.surface(middle, w, b, excess, minimizer=problem.minimizer)
    figures.bowl(right, w, b, problem.loss(grid))

    book = Flipbook(
        figure,
        {"slope w": w, "intercept b": b},
        start={"slope w": start[0], "intercept b": start[1]},
        description="The data with a line, the point (w, b) on the level sets of the loss, and the "
        "same point on the bowl.",
    )
    theta = np.stack(np.meshgrid(w, b, indexing="ij"), axis=-1)
    ends = np.array(left.get_xlim())
    sample = np.linspace(0, len(x) - 1, min(len(x), 12)).astype(int)
    book.line(left, *_sticks(x[sample], y[sample], theta), color=DATA, width=1.1, opacity=0.8)
    book.line(left, ends, _heights(theta, ends), color=PATH, width=2.2)
    point = theta[..., None, :]
    book.line(middle, point[..., 0], point[..., 1], **DOT)
    book.line(right, point[..., 0], point[..., 1], problem.loss(point), **DOT)
    return book.caption(captions.by_hand(problem, theta)).draw()


def one_parameter(x, y, *, steps=20, starts=9, rates=90):
    """Watch descent on the parabola of y ≈ w·x: the error is multiplied by 1 − αλ each step.

    Parameters
    ----------
    x, y : arrays (n,)
        The data of a line through the origin.
    steps, starts, rates : int
        How many steps, starting points and (about) learning rates.

    Returns
    -------
    book : Flipbook
        Sliders α, start and step t; the parabola with its path, and the excess loss.

    Examples
    --------
    >>> book = one_parameter([1, 2, 3], [2, 4, 6])
    >>> book.position = {"α": 1.0}
    >>> "away" in book.seen
    True
    """
    problem = LeastSquares(np.asarray(x, float)[:, None], y)
    (minimizer,) = problem.minimizer
    reach = 1.5 * (abs(minimizer) or 1.0)
    w0 = _round_grid(minimizer - reach, minimizer + reach, starts)
    slider = rate_slider(problem, count=rates)
    alphas = slider.values
    run = gradient_descent(problem.gradient, w0[:, None], alphas[:, None], steps)
    excess = problem.excess(run.theta)

    figure, (left, right) = figures.canvas([5.5, 5.5])
    span = minimizer + np.linspace(-1.8, 1.8, 121) * reach
    left.plot(span, problem.loss(span[:, None]), color=DATA, linewidth=1.6)
    left.plot(minimizer, problem.minimum, "*", color=OPTIMUM, markersize=13)
    top = problem.excess(span[:1])
    height = problem.minimum - 0.05 * top, problem.minimum + top
    figures.frame(left, "the loss J(w)", "slope w", "", (span[0], span[-1]), height)
    figures.excess_loss(right, steps, *_decades(excess[:, :, 0].max(), 10, 4))

    book = _descent_book(
        figure,
        {"α": slider, "start w_0": w0},
        {"α": 0.2 * problem.critical_rate, "start w_0": w0[0]},
        steps,
        "The parabola of the loss with the steps of descent on it, and the excess loss.",
    )
    diverges = problem.regime(slider.values)[:, None] == "diverging"
    shown, _ = _leaving(run.theta, diverges, left.get_xlim())
    _path(book, left, shown[..., 0], problem.loss(shown))
    _loss_curve(book, right, excess)
    texts = [captions.one_parameter(problem, rate) for rate in alphas]
    return book.caption(np.array(texts)[:, None, None]).draw()


def learning_rate(x, y=None, *, start=None, steps=40, rates=110):
    """Turn the learning rate and watch descent converge, oscillate or diverge on the MSE surface.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float, optional
        Slope and intercept to begin with. Default: (0, 0).
    steps, rates : int
        How many steps, and (about) how many learning rates.

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
    problem = _line(x, y)
    start = np.zeros(2) if start is None else np.asarray(start, float)
    slider = rate_slider(problem, count=rates)
    run = gradient_descent(problem.gradient, start, slider.values, steps)
    excess = problem.excess(run.theta)

    figure, (left, middle, right) = figures.canvas([3.5, 3.9, 3.7])
    figures.data(left, problem.X[:, 0], problem.y)
    _surface_of(middle, problem, start)
    figures.excess_loss(right, steps, *_decades(excess[0, 0], 8, 4))
    ends = np.array(left.get_xlim())
    left.plot(ends, _heights(problem.minimizer, ends), color=OPTIMUM, linewidth=1.6)

    book = _descent_book(
        figure,
        {"α": slider},
        {"α": 0.2 * problem.critical_rate},
        steps,
        "The data with the fitted line, the path of descent on the level sets of the loss, and the "
        "excess loss at each step.",
    )
    book.line(left, ends, _heights(run.theta, ends), color=PATH, width=2.2)
    diverges = problem.regime(slider.values) == "diverging"
    shown, left_at = _leaving(run.theta, diverges, middle.get_xlim(), middle.get_ylim())
    _path(book, middle, shown[..., 0], shown[..., 1])
    _loss_curve(book, right, excess)
    texts = [captions.descent(problem, rate, losses, at)
             for rate, losses, at in zip(slider.values, excess, left_at, strict=True)]  # fmt: skip
    return book.caption(np.array(texts)[:, None]).draw()


def outlier(x, y, *, learning_rate=0.1, reach=None, steps=40, positions=(31, 11)):
    """Move one more point about and watch the edge: moved in x it shifts, moved in y it does not.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; the point that moves is added to them.
    learning_rate : float
        The α of the run that is drawn.
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
    base = _line(x, y)
    x, y = base.X[:, 0], base.y
    reach = reach or ((np.mean(x), 3 * x.max() - 2 * x.min()), _padded(y, 1.0))
    across, up = (_round_grid(*limits, n) for limits, n in zip(reach, positions, strict=True))
    problems = [[LeastSquares.line([*x, a], [*y, b]) for b in up] for a in across]
    each = lambda function: np.array([[function(problem) for problem in row] for row in problems])  # noqa: E731
    paths = each(lambda p: gradient_descent(p.gradient, [0, 0], learning_rate, steps).theta)
    critical = np.array([row[0].critical_rate for row in problems])

    figure, (left, middle, right) = figures.canvas([3.6, 3.9, 3.6])
    figures.data(left, x, y)
    left.set(xlim=_padded(np.append(x, across), 0.05), ylim=_padded(np.append(y, up), 0.05))
    figures.window(middle, *_window(base, (0, 0)))
    figures.rates(right, across, critical, learning_rate, xlabel="outlier x")

    book = Flipbook(
        figure,
        {"outlier x": across, "outlier y": up},
        start={"outlier x": np.median(x), "outlier y": np.median(y)},
        description="The data with one point that moves, the level sets of the loss with the path "
        "of descent, and the critical rate at each x of the point.",
    )
    ends = np.array(left.get_xlim())
    minimizers = each(lambda problem: problem.minimizer)
    levels = base.excess([0, 0]) * (np.arange(1, 5) / 4) ** 2
    rings = each(lambda problem: figures.joined(problem.level_set(levels, 44)))
    book.line(left, ends, _heights(minimizers, ends), color=OPTIMUM)
    book.line(left, across[:, None, None], up[:, None], **DIAMOND)
    book.line(middle, rings[..., 0], rings[..., 1], color=FAINT, width=0.9)
    book.line(middle, minimizers[..., :1], minimizers[..., 1:], **STAR)
    diverges = (critical < learning_rate)[:, None]
    shown, _ = _leaving(paths, diverges, middle.get_xlim(), middle.get_ylim())
    book.line(middle, shown[..., 0], shown[..., 1], **TRAIL)
    book.line(right, across[:, None, None], critical[:, None, None], **DIAMOND)
    texts = [captions.edge(rate, learning_rate) for rate in critical]
    return book.caption(np.array(texts)[:, None]).draw()


def rate_slider(problem, *, low=1 / 20, high=2.5, count=110):
    """The slider for α of a problem: logarithmic, with its regimes and its special rates.

    Parameters
    ----------
    problem : LeastSquares
    low, high : float
        Its ends, as multiples of the critical rate.
    count : int
        About how many positions.

    Returns
    -------
    slider : Slider
        1/λ_max, the fastest rate and 2/λ_max are positions of their own, exactly.

    Examples
    --------
    >>> slider = rate_slider(LeastSquares([[1.0], [2.0]], [1, 2]))
    >>> slider.marks, slider.bands[-1][1]
    ({64: '1/λ', 84: '2/λ'}, 'diverging')
    """
    top = problem.curvatures[-1]
    special = {
        1 / top: "1/λ_max",
        problem.fastest_rate: "fastest",
        problem.critical_rate: "2/λ_max",
    }
    if problem.curvatures[0] == top:
        special = {1 / top: "1/λ", problem.critical_rate: "2/λ"}
    grid = np.geomspace(low * problem.critical_rate, high * problem.critical_rate, count)
    exact = np.array(list(special))
    apart = np.abs(np.log(grid[:, None] / exact)).min(axis=1) > 0.4 * np.log(grid[1] / grid[0])
    values = np.sort(np.concatenate([grid[apart], exact]))
    regimes = problem.regime(values)
    bands = [(int(np.argmax(regimes == name)), name) for name in dict.fromkeys(regimes.tolist())]
    marks = {int(np.flatnonzero(values == rate)[0]): name for rate, name in special.items()}
    return Slider(values, bands=bands, marks=marks)


def _descent_book(figure, sliders, start, steps, description):
    """A book whose last slider is the step, at its end."""
    sliders = {**sliders, "step t": np.arange(steps + 1)}
    start = {**start, "step t": steps}
    return Flipbook(figure, sliders, start=start, play="step t", description=description)


def _path(book, ax, x, y):
    """Draw a run (..., steps + 1) up to the step shown, and mark where it stands."""
    book.line(ax, x[..., None, :], y[..., None, :], **TRAIL, reveal=True, ghost=True)
    book.line(ax, x[..., None], y[..., None], **DOT)


def _loss_curve(book, ax, excess):
    """Draw the excess loss (..., steps + 1) against the step, up to the step shown."""
    steps = np.arange(excess.shape[-1])
    book.line(ax, steps, excess[..., None, :], **TRAIL, reveal=True, ghost=True)


def _line(x, y):
    """The problem of a line, from itself or from its data."""
    if y is None and not isinstance(x, LeastSquares):
        raise ValueError(
            f"y must be given with x, or x must be a LeastSquares problem, got {type(x)}"
        )
    problem = LeastSquares.line(x, y) if y is not None else x
    if problem.X.shape[1] != 2 or not (problem.X[:, 1] == 1).all():
        raise ValueError(f"x must be the problem of a line, X = [x, 1], got X {problem.X.shape}")
    if problem.curvatures[0] <= 1e-14 * problem.curvatures[1]:
        raise ValueError("x must have at least two values that differ, got one line for all slopes")
    return problem


def _surface_of(ax, problem, start):
    low, high = _window(problem, start)
    w, b = np.linspace(low, high, 81).T
    excess = problem.excess(np.stack(np.meshgrid(w, b), axis=-1))
    return figures.surface(ax, w, b, excess, minimizer=problem.minimizer)


def _window(problem, start):
    """The corners (2,), (2,) of a view about the minimum, wide enough to bounce in for ever."""
    run = gradient_descent(problem.gradient, start, problem.critical_rate, 1).theta
    level = max(problem.excess(start), 1e-3 * problem.loss([0, 0]), 1e-12)
    ways = np.concatenate([1.25 * (run - problem.minimizer),
                           0.3 * (problem.level_set(level) - problem.minimizer)])  # fmt: skip
    reach = np.abs(ways).max(axis=0)
    return problem.minimizer - reach, problem.minimizer + reach


def _heights(theta, x):
    """The lines θ (..., 2) at x (2,), as (..., 2)."""
    return theta[..., :1] * x + theta[..., 1:]


def _sticks(x, y, theta):
    """The errors of the lines θ (..., 2) as upright sticks, a gap after each: x, y (..., 3n)."""
    ends = np.stack([np.broadcast_to(y, (*theta.shape[:-1], len(y))), _heights(theta, x)], axis=-1)
    gaps = np.full((*ends.shape[:-1], 1), np.nan)
    return np.repeat(x, 3), np.concatenate([ends, gaps], axis=-1).reshape(*theta.shape[:-1], -1)


def _leaving(theta, diverges, *limits):
    """Cut diverging paths where they leave the picture.

    Parameters
    ----------
    theta : array (..., steps + 1, d)
        The paths.
    diverges : array (...)
        Whether each one diverges.
    limits : d pairs of float
        The picture: from where to where each parameter is shown.

    Returns
    -------
    shown : array (..., steps + 1, d)
        The paths with NaN after the first step that is outside.
    left_at : array (...)
        That step; -1 where there is none.
    """
    low, high = np.transpose(limits)
    outside = ((theta < low) | (theta > high)).any(axis=-1) & np.asarray(diverges)[..., None]
    gone = np.cumsum(outside, axis=-1) - outside > 0
    left_at = np.where(outside.any(axis=-1), outside.argmax(axis=-1), -1)
    return np.where(gone[..., None], np.nan, theta), left_at


def _round_grid(low, high, count):
    """About `count` even positions from low to high on round numbers, 0 among them if between."""
    step = (high - low) / (count - 1)
    unit = 10.0 ** np.floor(np.log10(step))
    step = unit * min((1, 2, 2.5, 5, 10), key=lambda nice: abs(np.log(nice * unit / step)))
    return np.round(np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step, 10) + 0.0


def _padded(values, share=0.25):
    low, high = np.min(values), np.max(values)
    margin = share * ((high - low) or 1.0)
    return low - margin, high + margin


def _decades(value, below, above):
    """A range of powers of ten around a value."""
    at = np.ceil(np.log10(value)) if value > 0 else 0.0
    return 10.0 ** (at - below), 10.0 ** (at + above)
