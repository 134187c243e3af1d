"""The pictures of this lesson: α on the surface, two parts of an error, what moves the edge."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, sliders, views, words
from lrlab.drawing.colours import FAINT, OPTIMUM, PATH
from lrlab.drawing.words import number
from lrlab.flipbook import Blend, Flipbook
from lrlab.lessons.the_edge import maths


def learning_rate(x, y=None, *, start=None, steps=40, rates=110, xlabel="x", ylabel="y"):
    """Turn the learning rate and watch descent converge, oscillate or diverge on the surface.

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
        Sliders α, the start and step t; the data and the line, the path on the surface, the
        excess loss.

    Examples
    --------
    >>> book = learning_rate([0, 1, 2], [3, 5, 7])
    >>> book.position = {"α": 100}
    >>> "diverging" in repr(book)
    True
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = _check.whole_number("steps", steps, least=1)
    slider = sliders.rate_slider(problem, rates=rates)
    given.affordable(5, ("steps", steps), ("rates", rates))
    labels = {"xlabel": given.text("xlabel", xlabel), "ylabel": given.text("ylabel", ylabel)}
    figure, (left, middle, right) = figures.canvas([3.5, 3.9, 3.7])
    figures.data(left, problem.X[:, 0], problem.y, **labels)
    views.surface_of(middle, problem, start)
    figures.excess_loss(right, steps, *views.decades(problem.excess(start), 8, 4))
    ends = np.array(left.get_xlim())
    left.plot(ends, views.heights(problem.minimizer, ends), color=OPTIMUM, linewidth=1.6)

    starts = layers.start_sliders(*views.window(problem, start), start)
    book = layers.descent_book(
        figure,
        {"α": slider, **starts},
        {"α": 0.2 * problem.critical_rate, "start w": start[0], "start b": start[1]},
        steps,
        "The data with the fitted line, the path of descent on the level sets of the loss, and the "
        "excess loss at each step.",
    )
    factors = 1 - slider.values[:, None, None] * problem.curvatures
    with np.errstate(over="ignore", under="ignore"):
        kept = factors ** np.arange(steps + 1)[:, None]
    rows, sizes = layers.sums(problem, kept, *starts.values())
    _line_of_sums(book, left, problem, rows, sizes, ends)
    layers.path_of_sums(book, middle, problem, rows, sizes)
    layers.loss_of_sums(book, right, problem, rows, sizes, **layers.TRAIL, ghost=True)
    book.storyboard(*sliders.across_the_edge(problem))
    texts = np.array([caption(problem, rate) for rate in slider.values])
    return book.caption(texts[:, None, None, None]).draw()


def _line_of_sums(book, ax, problem, rows, sizes, ends):
    """Draw the line that a run from every start has come to; see `layers.sums`."""
    here = [np.swapaxes(row, -1, -2) for row in rows]
    heights = views.heights(problem.directions.T, ends)  # of each direction, as a line
    with np.errstate(over="ignore", invalid="ignore"):
        moved = [np.nan_to_num(row * height) for row, height in zip(here, heights, strict=True)]
    best = views.heights(problem.minimizer, ends)
    heights = Blend([best - best[0], *moved], [1.0, *sizes], best[0])
    book.line(ax, ends, heights, color=PATH, width=2.2)


def two_factors(x, y=None, *, start=None, steps=40, rates=90):
    """Split the error into its two eigen-parts, and see what a step leaves of each, against α.

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
        Sliders α, the start and step t; the path, whose last error is the sum of a flat part and
        a steep one, and what a step keeps of each, the size of 1 − αλ, against α.

    Examples
    --------
    >>> book = two_factors([0, 1, 2], [3, 5, 7])
    >>> book.position = {"α": "fastest"}
    >>> book.seen[:62]
    'A step keeps 0.791 of the flat part and 0.791 of the steep one'
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = _check.whole_number("steps", steps, least=1)
    slider = sliders.rate_slider(problem, high=1.3, rates=rates)
    given.affordable(5, ("steps", steps), ("rates", rates))
    figure, (left, right) = figures.canvas([5.0, 6.0])
    views.surface_of(left, problem, start)
    _vees(right, problem)
    starts = layers.start_sliders(*views.window(problem, start), start)
    book = layers.descent_book(
        figure,
        {"α": slider, **starts},
        {"α": 0.2 * problem.critical_rate, "start w": start[0], "start b": start[1]},
        steps,
        "The path of descent, whose last error is the sum of a flat part and a steep one; and what "
        "a step leaves of each part, against α.",
    )
    factors = 1 - slider.values[:, None, None] * problem.curvatures
    with np.errstate(over="ignore", under="ignore"):
        kept = factors ** np.arange(steps + 1)[:, None]
    rows, sizes = layers.sums(problem, kept, *starts.values())
    layers.path_of_sums(book, left, problem, rows, sizes)
    _parts(book, left, problem, rows, sizes)
    book.handle(right, "α")
    for style, each in zip((layers.FLAT, layers.STEEP), np.abs(factors[:, 0]).T, strict=True):
        dot = {**layers.DIAMOND, "color": style["color"]}
        place = (-1, 1, 1, 1, 1)
        book.line(right, slider.values.reshape(place), each.reshape(place), **dot)
    book.position = {"step t": 0}
    first, *others = sliders.across_the_edge(problem)
    book.storyboard({**first, "step t": 0}, {"step t": 1}, {"step t": min(5, steps)}, *others)
    texts = np.array([parts_caption(problem, rate) for rate in slider.values])
    return book.caption(texts[:, None, None, None]).draw()


def _parts(book, ax, problem, rows, sizes):
    """Draw the error of every run as two legs from the minimum: the flat part, then the steep."""
    flat, steep = (np.swapaxes(row, -1, -2) for row in rows)  # a point for each step
    from_0, whole = np.array([0.0, 1.0]), np.ones(2)
    for style, legs in (
        (layers.FLAT, [flat * from_0, steep * 0 * whole]),
        (layers.STEEP, [flat * whole, steep * from_0]),
    ):
        x, y = (
            Blend(legs, [(sizes[k], problem.directions[axis, k]) for k in (0, 1)],
                  problem.minimizer[axis])
            for axis in (0, 1)
        )  # fmt: skip
        book.line(ax, x, y, **{**style, "width": 2.6})


def _vees(ax, problem):
    """Draw what a step leaves of the flat part and of the steep one, against α."""
    low, high = problem.curvatures
    edge, fastest = problem.critical_rate, problem.fastest_rate
    rates = np.array([0.0, 1 / high, 1.3 * edge])
    for style, each in ((layers.FLAT, low), (layers.STEEP, high)):
        figures.curve(ax, rates, np.abs(1 - rates * each), **style)
    figures.level(ax, 1, "1")
    names = {edge: ("edge", "left", 3)}
    if not sliders.is_round(problem):
        names[fastest] = ("fastest", "right", -3)
    for place, (name, side, shift) in names.items():
        ax.axvline(place, color=FAINT, linewidth=1.0)
        ax.annotate(name, (place, 0), (shift, 3), xycoords=("data", "axes fraction"), ha=side,
                    textcoords="offset points", color=figures.INK, fontsize=9)  # fmt: skip
    signs = {r"flat part: $|1 - \alpha\lambda_{\mathrm{min}}|$": layers.FLAT,
             r"steep part: $|1 - \alpha\lambda_{\mathrm{max}}|$": layers.STEEP}  # fmt: skip
    figures.key(ax, signs, loc="upper left")
    title = "what one step keeps of each part"
    return figures.frame(ax, title, "α", "", (0, 1.3 * edge), (0, 1.7))


def parts_caption(problem, rate):
    """What a step leaves of the flat part and of the steep part of an error.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> parts_caption(LeastSquares([[1.0, 0.0], [0.0, 2.0]], [0, 0]), 0.9)[:57]
    'A step keeps 0.55 of the flat part and 0.8 of the steep o'
    """
    flat, steep = np.abs(1 - rate * problem.curvatures)
    said = f"A step keeps {words.factor(flat)} of the flat part and {words.factor(steep)} of the "
    said += "steep one"
    if sliders.is_round(problem):
        over = " It is over the edge." if problem.regime(rate) == "diverging" else ""
        return f"The two parts are alike: a step keeps {words.factor(steep)} of each.{over}"
    if sliders.stands_on(rate, problem.critical_rate):
        return f"{said}: this is the edge, and the steep part keeps its size for ever."
    if sliders.stands_on(rate, problem.fastest_rate):
        return f"{said}: with any other α the larger of the two numbers is larger."
    if problem.regime(rate) != "diverging":
        return f"{said}: in the long run the {'flat' if flat > steep else 'steep'} part is left."
    other = ", the flat one shrinks" if flat < 1 else ""
    return f"{said}: over the edge the steep part grows{other}."


def divergence(excess, shares):
    """Draw the excess loss of runs at some multiples of the edge, up to the largest floats.

    Parameters
    ----------
    excess : array (k, steps + 1)
        The excess loss of each run.
    shares : array (k,)
        Their rates, as multiples of the critical rate; at most four.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Examples
    --------
    >>> figure = divergence([[4, 1, 0.25], [4, 8, 16]], [0.9, 1.1])
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['0.9 × edge', '1.1 × edge']
    """
    figure, (ax,) = figures.canvas([6.0], 3.2)
    figures.excess_loss(ax, np.shape(excess)[1] - 1, 1e-60, 1e308)
    for style, share, losses in zip(["-", ":", "--", "-."], shares, excess, strict=False):
        ax.plot(losses, style, color=PATH, label=f"{share:g} × edge")
    ax.legend(title="α", loc="lower right", bbox_to_anchor=(1, 0.3))
    return figure


def outlier(x, y, *, learning_rate=None, reach=None, steps=40, positions=(41, 21)):
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
    learning_rate = given.positive("learning_rate", learning_rate)
    steps = _check.whole_number("steps", steps, least=0)
    across, up = _places(x, y, reach, positions)
    given.affordable(2, ("steps", steps), ("positions", len(across)), ("positions", len(up)))
    places = np.stack(np.meshgrid(across, up, indexing="ij"), axis=-1)
    problems = np.reshape(maths.with_points(base, places.reshape(-1, 2)), places.shape[:2])
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
    book.handle(left, "outlier x", "outlier y")
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


def _places(x, y, reach, positions):
    """Where the point that moves may be, across and upwards: round numbers."""
    positions = _check.whole_numbers("positions", positions, least=2)
    _check.shape("positions", positions, (2,))
    given.affordable(450, *(("positions", count) for count in positions))
    if reach is None:
        reach = (np.mean(x), 3 * x.max() - 2 * x.min()), figures.padded(y, 1.0)
    reach = _check.numbers("reach", reach)
    _check.shape("reach", reach, (2, 2))
    for low, high in reach:
        if not high - low > 1e-9 * max(abs(low), abs(high)):
            raise ValueError(f"reach must be pairs from low to high, got {low:g} to {high:g}")
    return [views.round_grid(*limits, n) for limits, n in zip(reach, positions, strict=True)]


def critical_rates(ax, x, critical, learning_rate, *, xlabel):
    """Draw the critical rate (p,) against x (p,), and α as a level line.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> critical_rates(ax, [0, 1], [0.4, 0.1], 0.2, xlabel="x").get_xlabel()
    'x'
    """
    ax.plot(x, critical, color=figures.INK, linewidth=1.6)
    ax.axhline(learning_rate, color=figures.INK, linewidth=1.2, linestyle="--")
    away, side = (4, "bottom") if critical[0] < learning_rate else (-4, "top")  # of the curve
    ax.annotate(f"α = {learning_rate:g}", (x[0], learning_rate), (3, away), va=side,
                textcoords="offset points", color=figures.INK)  # fmt: skip
    title = r"the critical rate $2/\lambda_{\mathrm{max}}$"
    top = 1.1 * max(np.max(critical), learning_rate)
    return figures.frame(ax, title, xlabel, "", figures.padded(x, 0.04), (0, top))


def caption(problem, rate):
    """What a run with one α does on the surface, from whichever start.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> caption(LeastSquares.line([0, 1, 2], [3, 5, 7]), 1.0)[:52]
    'Over the edge: each step multiplies the steep error '
    """
    factors = 1 - rate * problem.curvatures
    flat, steep = (words.factor(each) for each in factors)
    each = f"A step multiplies the flat error by {flat}, the steep one by {steep}."
    if sliders.is_round(problem):
        each = f"A step multiplies the error by {steep}, in every direction."
    if problem.regime(rate) != "diverging":
        return f"{_crossing(problem, rate)} {each}"
    if abs(factors[0]) < 1:
        return (
            f"Over the edge: each step multiplies the steep error by {steep}, and it grows for "
            f"ever. The flat one is multiplied by {flat}, and shrinks."
        )
    return f"Over the edge. {each}"


def _crossing(problem, rate):
    if sliders.is_round(problem) and sliders.stands_on(rate, 1 / problem.curvatures[-1]):
        return "All directions are equally steep: one step lands on the minimum."
    if sliders.stands_on(rate, problem.critical_rate):
        return "Exactly at the edge: the path bounces between the two walls of the valley for ever."
    if sliders.stands_on(rate, problem.fastest_rate):
        condition = problem.condition_number
        lost = 2 / (condition + 1)
        kept = number(1 - lost, 2) if lost > 0.01 else f"1 − {number(lost, 2)}"
        return f"The fastest rate in the long run: each step keeps {kept} of the error."
    if sliders.stands_on(rate, 1 / problem.curvatures[-1]):
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
