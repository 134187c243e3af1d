"""The picture of this lesson: a run that explodes, and the learning rate that may rescue it."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, views, words
from lrlab.drawing.colours import OPTIMUM, PATH
from lrlab.flipbook import Flipbook, Slider

_DECADES, _A_DECADE = (-4, 1), 20  # of α about where the run begins; positions of each
_RESCUED = 0.05  # of the excess loss is left


def rescue(x, y=None, *, steps=40, xlabel="x", ylabel="y"):
    """Rescue a run that explodes by guessing α; it says, too, whether sliders work here.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    steps : int
        How many steps are taken from slope 0 and intercept 0.
    xlabel, ylabel : str
        What the data are, with their units.

    Returns
    -------
    book : Flipbook
        A slider for α, which begins at a power of ten well above the critical rate and names
        no edge; the lines that the run comes through, and the excess loss.

    Examples
    --------
    >>> book = rescue([0, 1, 2], [3, 5, 7])
    >>> book.position = {"α": 0.5}
    >>> book.seen.partition(" no Python was asked. ")[2]
    'Rescued! After 40 steps 9.4 × 10⁻⁶ % of the excess loss is left.'
    """
    problem = given.line_problem(x, y)
    steps = _check.whole_number("steps", steps, least=1, most=300)
    labels = {"xlabel": given.text("xlabel", xlabel), "ylabel": given.text("ylabel", ylabel)}
    begin = given.start(problem, None)
    rates, first = _rates(problem)
    theta = gradient_descent(problem.gradient, begin, rates, steps).theta
    excess = problem.excess(theta)

    figure, (left, right) = figures.canvas([5.5, 5.5])
    figures.data(left, problem.X[:, 0], problem.y, **labels, title="the data and the line")
    left.set_ylim(*figures.padded(np.append(problem.y, 0.0), 0.1))  # the first line is at 0
    figures.excess_loss(right, steps, *views.decades(excess[0, 0], 4, 8))
    ends = np.array(left.get_xlim())
    left.plot(ends, views.heights(problem.minimizer, ends), color=OPTIMUM, linewidth=1.6)
    figures.key(left, {"best line": {"color": OPTIMUM}, "lines of descent": {"color": PATH}},
                loc="upper left")  # fmt: skip
    book = Flipbook(
        figure,
        {"α": Slider(rates, [words.number(rate) for rate in rates])},
        start={"α": rates[first]},
        description="The data with the lines that descent comes through, the last one bold, and "
        "the excess loss at each step.",
    )
    with np.errstate(over="ignore", invalid="ignore"):
        lines = np.clip(views.heights(theta, ends), -1e150, 1e150)
    some = lines[:, np.unique(np.append(0, np.geomspace(1, steps, 8).astype(int)))]
    gaps = np.full((*some.shape[:-1], 1), np.nan)
    drawn = np.concatenate([some, gaps], axis=-1).reshape(len(rates), -1)
    across = np.tile([*ends, np.nan], some.shape[1])
    book.line(left, across, drawn, color=PATH, width=0.8, opacity=0.5)
    book.line(left, ends, lines[:, -1], color=PATH, width=2.4)
    seen = layers.within_sight(right, excess)
    book.line(right, np.arange(steps + 1), seen, **layers.TRAIL, ghost=True)
    texts = [caption(problem, rate, run) for rate, run in zip(rates, excess, strict=True)]
    texts = [f"The sliders work, and no Python was asked. {text}" for text in texts]
    texts[first] = (
        f"{caption(problem, rates[first], excess[first])} Drag the slider, or click it and press "
        "an arrow key."
    )
    book.storyboard({}, *({"α": share * problem.critical_rate} for share in (0.7, 1e-3)))
    return book.caption(texts).draw()


def _rates(problem):
    """Rates around a power of ten, two to twenty times the critical rate, and its position."""
    power = np.ceil(np.log10(2 * problem.critical_rate))
    low, high = _DECADES
    powers = np.arange(low * _A_DECADE, high * _A_DECADE + 1) / _A_DECADE
    return np.array([float(f"{10 ** (power + each):.3g}") for each in powers]), -low * _A_DECADE


def caption(problem, rate, excess):
    """What became of a run from (0, 0) at one rate, with its excess loss (steps + 1,).

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> caption(LeastSquares.line([0, 1, 2], [3, 5, 7]), 2.0, np.array([4.0, 100.0]))
    'It explodes! After 1 steps the excess loss is 25 times the first.'
    """
    if excess[0] == 0:
        return "This run starts at the minimum, so nothing moves."
    along = problem.minimizer @ problem.directions
    factors = 1 - rate * problem.curvatures
    grows = (np.abs(factors) > 1 + 1e-12) & (along != 0)
    after = words.left(excess)
    if grows.any():
        far = excess[-1] > 2 * excess[0]
        return f"It explodes! {after}" if far else f"It will explode, later. {after}"
    if excess[-1] <= _RESCUED * excess[0]:
        return f"Rescued! {after}"
    return f"It does not explode, and is slow. {after}"
