"""The picture of notebook 13: what a falling loss says of a run, and what it hides."""

import numpy as np

from lrlab import captions, figures, heavy_ball
from lrlab.explorers import _parts as parts
from lrlab.explorers.speed import FLAT, STEEP
from lrlab.figures import OPTIMUM, PATH
from lrlab.flipbook import Flipbook, Slider

LENGTHS = np.array([10, 30, 100, 300, 1000, 10_000, 100_000])
POINTS = np.linspace(0, 1, 61)


def falling_loss(x, y=None, *, start=(0.0, 0.0), rates=32, xlabel="x", ylabel="y"):
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
    problem = parts.line_problem(x, y)
    start = parts.pair("start", start)
    slider = parts.rate_slider(problem, low=1 / 1000, high=2, rates=rates)
    steps = np.round(LENGTHS[:, None] * POINTS).astype(int)
    alpha = slider.values[:, None, None]
    loss = problem.minimum + problem.split(start, alpha, steps).sum(axis=-1)
    ends = problem.after(start, slider.values[:, None], LENGTHS)
    with np.errstate(over="ignore"):
        kept = heavy_ball.kept(alpha[..., None], 0.0, problem.curvatures) ** steps[..., None]

    figure, (left, middle, right) = figures.canvas([3.9, 3.6, 3.9])
    top = 1.08 * (loss[0, 0, 0] or 1.0)
    figures.run(left, "the loss, as a training log has it", (-0.05 * top, top))
    figures.data(middle, problem.X[:, 0], problem.y, xlabel=xlabel, ylabel=ylabel,
                 title="the line at the end")  # fmt: skip
    figures.run(right, "share of the error left", (-0.05, 1.08))
    figures.key(right, {"flat direction": FLAT, "steep direction": STEEP}, loc="center right")
    limits = np.array(middle.get_xlim())
    middle.plot(limits, parts.heights(problem.minimizer, limits), color=OPTIMUM, linewidth=1.6)

    lengths = Slider(LENGTHS, [f"{length:,}" for length in LENGTHS])
    book = Flipbook(
        figure,
        {"α": slider, "steps T": lengths},
        start={"α": 1 / problem.curvatures[-1], "steps T": 100},
        description="The loss at each step of a run, the line it ends with beside the best line, "
        "and how much of the error is left along the flat and the steep direction.",
    )
    book.line(left, steps / LENGTHS[:, None], loss, color=PATH, width=2.2)
    book.line(middle, limits, parts.heights(ends, limits), color=PATH, width=2.2)
    for k, style in enumerate((FLAT, STEEP)):
        book.line(right, steps / LENGTHS[:, None], kept[..., k], **style)
    book.storyboard({"α": "1/λ_max"}, {"steps T": 10_000}, {"steps T": 100_000},
                    {"α": "fastest", "steps T": 1000})  # fmt: skip
    texts = [
        [captions.falling_loss(problem, rate, length, loss[i, j, [0, -1]], kept[i, j, -1])
         for j, length in enumerate(LENGTHS)]
        for i, rate in enumerate(slider.values)
    ]  # fmt: skip
    return book.caption(texts).draw()
