"""The picture of notebook 02: one parameter, step by step."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, layers, sliders, views
from lrlab.drawing.colours import DATA, OPTIMUM
from lrlab.drawing.words import number
from lrlab.regression import LeastSquares


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
    x = _check.numbers("x", x)
    _check.shape("x", x, (None,))
    starts = _check.whole_number("starts", starts, least=2)
    steps = _check.whole_number("steps", steps, least=1)
    problem = LeastSquares(x[:, None], y)
    (minimizer,) = problem.minimizer
    reach = np.sqrt(problem.loss([0]) / problem.curvatures[0]) or 1.0
    reach = max(1.5 * abs(minimizer), reach)
    w0 = views.round_grid(minimizer - reach, minimizer + reach, starts)
    slider = sliders.rate_slider(problem, rates=rates)
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
    figures.excess_loss(right, steps, *views.decades(excess[:, :, 0].max(), 10, 4), parameter="w")

    book = layers.descent_book(
        figure,
        {"α": slider, "start w_0": w0},
        {"α": 0.2 * problem.critical_rate, "start w_0": w0[0]},
        steps,
        "The parabola of the loss with the steps of descent on it, and the excess loss.",
    )
    diverges = problem.regime(slider.values)[:, None] == "diverging"
    shown, _ = views.leaving(run.theta, diverges, left.get_xlim())
    layers.path(book, left, shown[..., 0], problem.loss(shown))
    layers.loss_curve(book, right, excess)
    texts = [caption(problem, rate) for rate in alphas]
    starts = [start_caption(error) for error in w0 - minimizer]
    book.storyboard(*sliders.across_the_edge(problem))
    return book.caption(np.array(texts)[:, None, None], np.array(starts)[:, None]).draw()


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
    if rate == problem.critical_rate:
        return "Each step multiplies the error by 1 − αλ = −1: it changes sides for ever."
    regime = {
        "monotone": "it shrinks, always on the same side",
        "oscillating": "it changes sides and shrinks",
        "diverging": "it changes sides and grows, away from the minimum",
    }[problem.regime(rate)]
    written = number(factor).replace("-", "−")
    return f"Each step multiplies the error by 1 − αλ = {written}: {regime}."


def start_caption(error):
    """How far from the minimum a run of one parameter starts.

    Examples
    --------
    >>> start_caption(-2.5)
    'At the start it is −2.5.'
    """
    return f"At the start it is {number(error).replace('-', '−')}."
