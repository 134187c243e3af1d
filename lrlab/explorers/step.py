"""The picture of notebook 02: one parameter, step by step."""

import numpy as np

from lrlab import _check, captions, figures
from lrlab.descent import gradient_descent
from lrlab.explorers import _parts as parts
from lrlab.figures import DATA, OPTIMUM
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
    w0 = parts.round_grid(minimizer - reach, minimizer + reach, starts)
    slider = parts.rate_slider(problem, rates=rates)
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
    figures.excess_loss(right, steps, *parts.decades(excess[:, :, 0].max(), 10, 4), parameter="w")

    book = parts.descent_book(
        figure,
        {"α": slider, "start w_0": w0},
        {"α": 0.2 * problem.critical_rate, "start w_0": w0[0]},
        steps,
        "The parabola of the loss with the steps of descent on it, and the excess loss.",
    )
    diverges = problem.regime(slider.values)[:, None] == "diverging"
    shown, _ = parts.leaving(run.theta, diverges, left.get_xlim())
    parts.path(book, left, shown[..., 0], problem.loss(shown))
    parts.loss_curve(book, right, excess)
    texts = [captions.one_parameter(problem, rate) for rate in alphas]
    starts = [captions.start(error) for error in w0 - minimizer]
    book.storyboard(*parts.across_the_edge(problem))
    return book.caption(np.array(texts)[:, None, None], np.array(starts)[:, None]).draw()
