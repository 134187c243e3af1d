"""The picture of this lesson: one parameter, step by step."""

import numpy as np

from lrlab import _check
from lrlab.drawing import figures, given, layers, sliders, views, words
from lrlab.drawing.colours import DATA, OPTIMUM, PATH, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Blend
from lrlab.regression import LeastSquares

TANGENT = {"color": SECOND, "width": 2.4}
STEP = {"color": PATH, "width": 4.0}


def one_parameter(x, y, *, steps=20, starts=61, rates=90):
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
        Sliders α, start and step t; the parabola with its path, the tangent where it stands and
        the step that comes next, and the excess loss.

    Examples
    --------
    >>> book = one_parameter([1, 2, 3], [2, 4, 6])
    >>> book.position = {"α": 1.0}
    >>> "away" in book.seen
    True
    """
    problem = _ray_problem(x, y)
    starts = _check.whole_number("starts", starts, least=2, most=100)
    steps = _check.whole_number("steps", steps, least=1)
    (minimizer,) = problem.minimizer
    reach = np.sqrt(problem.loss([0]) / problem.curvatures[0]) or 1.0
    reach = max(1.5 * abs(minimizer), reach)
    w0 = views.round_grid(minimizer - reach, minimizer + reach, starts)
    slider = sliders.rate_slider(problem, rates=rates)
    given.affordable(3, ("steps", steps), ("rates", rates), ("starts", starts))
    alphas = slider.values

    figure, (left, right) = figures.canvas([5.5, 5.5])
    span = minimizer + np.linspace(-1.8, 1.8, 121) * reach
    left.plot(span, problem.loss(span[:, None]), color=DATA, linewidth=1.6)
    left.plot(minimizer, problem.minimum, "*", color=OPTIMUM, markersize=13)
    top = problem.excess(span[:1])
    height = problem.minimum - 0.05 * top, problem.minimum + top
    figures.frame(left, "the loss J(w)", "slope w", "", (span[0], span[-1]), height)
    figures.excess_loss(
        right, steps, *views.decades(problem.excess(w0[:, None]).max(), 10, 4), parameter="w"
    )

    book = layers.descent_book(
        figure,
        {"α": slider, "start w_0": w0},
        {"α": 0.2 * problem.critical_rate, "start w_0": w0[0]},
        steps,
        "The parabola of the loss with the steps of descent on it, the tangent at the last and the "
        "step that comes next; and the excess loss.",
    )
    _draw(book, problem, alphas, w0, steps)
    _tangent(book, problem, alphas, w0, steps, 0.45 * reach)
    figures.key(left, {"tangent": TANGENT, "the step: α × its slope": STEP}, loc="upper center")
    book.position = {"step t": 0}
    texts = [caption(problem, rate) for rate in alphas]
    starts = [start_caption(error) for error in w0 - minimizer]
    first, *others = sliders.across_the_edge(problem)
    book.storyboard({**first, "step t": 0}, {"step t": 1}, {"step t": steps}, *others)
    return book.caption(np.array(texts)[:, None, None], np.array(starts)[:, None]).draw()


def _ray_problem(x, y):
    """The problem of a line through the origin, y ≈ w·x, from its data."""
    x = _check.numbers("x", x)
    _check.shape("x", x, (None,))
    if not 1e-100 < np.abs(x).max() < 1e100:
        raise ValueError(
            f"x must have a largest size from 1e-100 to 1e100, got {np.abs(x).max():g}"
        )
    return LeastSquares(x[:, None], y)


def _draw(book, problem, alphas, w0, steps):
    """Draw the run of every rate from every start: t steps make (1 − αλ)^t of an error."""
    left, right = book.figure.axes
    curvature, minimizer, error = (
        problem.curvatures[0],
        problem.minimizer[0],
        w0 - problem.minimizer,
    )
    with np.errstate(over="ignore", under="ignore"):
        row = (1 - alphas[:, None, None, None] * curvature) ** np.arange(steps + 1)
        square = np.minimum(row**2, 1e300)
    size, weight = error[:, None], 0.5 * curvature * error[:, None] ** 2
    for style, x, y in ((layers.TRAIL, row, square), (layers.DOT, *_here(row, square))):
        across, up = Blend([x], [size], minimizer), Blend([y], [weight], problem.minimum)
        run = {"reveal": True, "ghost": True} if style is layers.TRAIL else {}
        book.line(left, across, up, **style, **run)
    losses = Blend([square], [weight])
    book.line(right, np.arange(steps + 1), losses, **layers.TRAIL, reveal=True, ghost=True)
    book.handle(left, w0[:, None], problem.loss(w0[:, None])[:, None], color=PATH)
    book.handle(right, "step t")


def _tangent(book, problem, alphas, w0, steps, reach):
    """Draw the tangent at the point, and the step from there: sideways, then down to the curve.

    From an error e the loss is J* + ½λe², its slope λe, and the step leads from e to (1 − αλ)e.
    """
    left = book.figure.axes[0]
    curvature, minimizer = problem.curvatures[0], problem.minimizer[0]
    error = (w0 - minimizer)[:, None]
    with np.errstate(over="ignore", under="ignore"):
        kept = (1 - alphas[:, None, None, None] * curvature) ** np.arange(steps + 2)
    kept = np.clip(np.swapaxes(kept, -1, -2), -1e150, 1e150)
    here, after = kept[..., :-1, :], kept[..., 1:, :]
    both, sides = np.ones(2), np.array([-1.0, 1.0])
    across = Blend([here * both, sides], [error, reach], minimizer)
    square, weight = np.minimum(here**2, 1e300), 0.5 * curvature * error**2
    up = Blend([square * both, here * sides], [weight, curvature * error * reach], problem.minimum)
    book.line(left, across, up, **TANGENT)
    ends = np.concatenate([here, after], axis=-1)
    for style, x, y in (
        ({"color": PATH, "width": 1.0, "dash": (2, 2)}, after * both,
         np.concatenate([square, np.minimum(after**2, 1e300)], axis=-1)),
        (STEP, ends, square * both),
    ):  # fmt: skip
        book.line(left, Blend([x], [error], minimizer),
                  Blend([y], [weight], problem.minimum), **style)  # fmt: skip


def _here(*rows):
    """Rows (..., 1, steps + 1) as one point for each step."""
    return [np.swapaxes(row, -1, -2) for row in rows]


def caption(problem, rate):
    """What α does to the error of one parameter, in one step and for ever.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> caption(LeastSquares([[1.0]], [2]), 0.5)
    'Each step multiplies the error by 1 − αλ = 0.5: it shrinks, always on the same side.'
    """
    factor = 1 - rate * problem.curvatures[0]
    if abs(factor) < 1e-9:
        return "Each step multiplies the error by 1 − αλ = 0: one step lands on the minimum."
    if sliders.stands_on(rate, problem.critical_rate):
        return "Each step multiplies the error by 1 − αλ = −1: it changes sides for ever."
    regime = {
        "monotone": "it shrinks, always on the same side",
        "oscillating": "it changes sides and shrinks",
        "diverging": "it changes sides and grows, away from the minimum",
    }[problem.regime(rate)]
    written = words.factor(factor)
    return f"Each step multiplies the error by 1 − αλ = {written}: {regime}."


def start_caption(error):
    """How far from the minimum a run of one parameter starts.

    Examples
    --------
    >>> start_caption(-2.5)
    'At the start it is −2.5.'
    """
    return f"At the start it is {number(error).replace('-', '−')}."
