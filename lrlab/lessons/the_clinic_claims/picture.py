"""The picture of this lesson: what a falling loss says of a run, and what it hides."""

import numpy as np

from lrlab.drawing import figures, given, layers, sliders, views
from lrlab.drawing.colours import OPTIMUM, PATH
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider

LENGTHS = np.array([10, 30, 100, 300, 1000, 10_000, 100_000])
POINTS = np.linspace(0, 1, 61)


def falling_loss(x, y=None, *, start=(0.0, 0.0), rates=70, xlabel="x", ylabel="y"):
    """Turn the learning rate and the length of a run, and compare its loss with where it stands.

    Nothing is run: where descent stands after any number of steps has a closed form.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float
        Slope and intercept to begin with.
    rates : int
        About how many learning rates.
    xlabel, ylabel : str
        What the data are, with their units.

    Returns
    -------
    book : Flipbook
        Sliders α and steps T; the loss as a training log has it, the line at the end beside the
        best one, and how much error is left along each direction.

    Examples
    --------
    >>> book = falling_loss([0, 1, 2, 3], [3, 5, 7, 10])
    >>> book.position = {"α": 0.0001, "steps T": 10}
    >>> book.seen[:43]
    'In 10 steps the loss falls from 22.9 to 22,'
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    words = {"xlabel": given.text("xlabel", xlabel), "ylabel": given.text("ylabel", ylabel)}
    slider = sliders.rate_slider(problem, low=1 / 1000, high=2, rates=rates)
    given.affordable(1300, ("rates", rates))
    steps = np.round(LENGTHS[:, None] * POINTS).astype(int)
    alpha = slider.values[:, None, None]
    loss = problem.minimum + problem.split(start, alpha, steps).sum(axis=-1)
    ends = problem.after(start, slider.values[:, None], LENGTHS)
    with np.errstate(over="ignore"):
        kept = np.abs(1 - alpha[..., None] * problem.curvatures) ** steps[..., None]

    figure, (left, middle, right) = figures.canvas([3.9, 3.6, 3.9])
    top = 1.08 * (loss[0, 0, 0] or 1.0)
    run(left, "the loss, as a training log has it", (-0.05 * top, top))
    figures.data(middle, problem.X[:, 0], problem.y, **words, title="the line at the end")
    run(right, "share of the error left", (-0.05, 1.4))
    right.set_yticks([0, 0.5, 1])
    figures.key(
        right, {"flat direction": layers.FLAT, "steep direction": layers.STEEP}, loc="upper right"
    )
    limits = np.array(middle.get_xlim())
    middle.plot(limits, views.heights(problem.minimizer, limits), color=OPTIMUM, linewidth=1.6)

    lengths = Slider(LENGTHS, [f"{length:,}" for length in LENGTHS])
    book = Flipbook(
        figure,
        {"α": slider, "steps T": lengths},
        start={"α": 1 / problem.curvatures[-1], "steps T": 100},
        description="The loss at each step of a run, the line it ends with beside the best line, "
        "and how much of the error is left along the flat and the steep direction.",
    )
    book.line(left, steps / LENGTHS[:, None], loss, color=PATH, width=2.2)
    book.line(middle, limits, views.heights(ends, limits), color=PATH, width=2.2)
    for k, style in enumerate((layers.FLAT, layers.STEEP)):
        book.line(right, steps / LENGTHS[:, None], kept[..., k], **style)
    book.storyboard({"α": 1 / problem.curvatures[-1]}, {"steps T": 10_000}, {"steps T": 100_000},
                    {"α": problem.fastest_rate, "steps T": 1000})  # fmt: skip
    texts = [
        [caption(problem, rate, length, loss[i, j, [0, -1]], kept[i, j, -1])
         for j, length in enumerate(LENGTHS)]
        for i, rate in enumerate(slider.values)
    ]  # fmt: skip
    return book.caption(texts).draw()


def run(ax, title, ylim):
    """Prepare the axes of a run from its start to its end, however many steps that are.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> [text.get_text() for text in run(ax, "the loss", (0, 1)).get_xticklabels()]
    ['start', 'half', 'step T']
    """
    ax.set_xticks([0, 0.5, 1], ["start", "half", "step T"])
    return figures.frame(ax, title, "", "", (-0.03, 1.06), ylim)


def caption(problem, rate, steps, loss, kept):
    """What the loss of a run says, and where the run stands.

    Parameters
    ----------
    problem : LeastSquares
    rate : float
    steps : int
    loss : pair of float
        J at the start and after these steps.
    kept : pair of float
        How much of the error is left along the flat and along the steep direction, 1 for all.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares.line([0, 1, 2], [3, 5, 6])
    >>> caption(problem, 0.1, 10, (11.5, 0.25), (0.8, 0.01))[:53]
    'In 10 steps the loss falls from 11.5 to 0.25, 800 % a'
    """
    if loss[0] == problem.minimum:
        return "The run starts at the minimum, where there is no slope, and stays."
    flat, steep = (number(0 if share < 1e-8 else 100 * share, 2) for share in kept)
    left = f"Error left: flat {flat} %, steep {steep} %."
    run = f"n {steps:,} steps the loss"
    way = f"from {number(loss[0])} to {number(loss[1])}"
    if problem.regime(rate) == "diverging":
        return f"Over the edge: i{run} goes {way}. {left}"
    exactly = sliders.stands_on(rate, problem.critical_rate)
    run = f"Exactly at the edge: i{run} goes {way}" if exactly else f"I{run} falls {way}"
    if problem.minimum <= 1e-12 * loss[0]:
        return f"{run}; the least is 0. {left}"
    return f"{run}, {number(100 * (loss[1] / problem.minimum - 1), 2)} % above the least. {left}"
