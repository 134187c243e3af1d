"""The picture of this lesson: the last iterate and the average of the last share, side by side."""

import numpy as np

from lrlab import _check, sampling
from lrlab.drawing import figures, given, layers, sliders, views
from lrlab.drawing.colours import PATH, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider
from lrlab.lessons.do_you_have_to import maths

AVERAGE = {"color": PATH, "width": 2.2}
LAST = {"color": SECOND, "width": 2.0, "dash": (6, 3)}
SHARES = np.array([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])
# Rates that are positions of their own, rounded, as shares of the edge of SGD.
ROUND = np.array([0.01, 0.15, 0.3, 0.45, 0.75])
USUAL = ROUND[3]


def averaging(x, y=None, *, start=(0.0, 0.0), steps=(100, 1000, 10_000), batch_size=1):
    """Turn a constant α and the share of the steps that is averaged, and see what is left.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float
        Slope and intercept to begin with.
    steps : sequence of int
        The horizons T, ascending.
    batch_size : int
        Points in a step.

    Returns
    -------
    book : Flipbook
        Sliders α, the share averaged and steps T; the ellipses with 86 % of the last iterates and
        of the averages if they are spread normally, and at least half however they are; their
        mean excess loss against α, and against the step: over all draws of the batches, exactly.

    Examples
    --------
    >>> book = averaging([0, 1, 2, 3], [3, 6, 7, 8], steps=[40, 80])
    >>> book.position = {"share averaged": 0}
    >>> "This is the last iterate" in book.seen
    True
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = given.ascending("steps", steps, least=20, most=10**6, count=6)
    edge = sampling.critical_rate(problem, batch_size)
    alphas = _alphas(edge)
    times = np.unique(np.append(np.geomspace(1, steps[-1], 44).astype(int), steps))
    run = maths.mean_tail(problem, start, alphas, times, SHARES, batch_size=batch_size)
    at = np.searchsorted(times, steps)
    figure, axes = _stage(problem, start, alphas, times)
    book = Flipbook(
        figure,
        {
            "α": Slider(alphas, marks={int(np.argmax(alphas == edge)): "edge of SGD"}),
            "share averaged": Slider(SHARES, labels=[f"{100 * share:.0f} %" for share in SHARES]),
            "steps T": Slider(list(steps), labels=[f"{total:,}" for total in steps]),
        },
        start={"α": _usual(alphas, edge), "share averaged": 0.5, "steps T": steps[-1]},
        description="Where the last iterates of SGD and the averages of its last iterates are, on "
        "the level sets of the loss, and the mean excess loss of both against α and the step.",
    )
    _clouds(book, axes[0], run, at)
    excess = run.excess
    _losses(book, axes[1:], alphas, times, excess, at)
    book.storyboard(
        {"share averaged": 0}, {"share averaged": 0.5}, {"α": alphas[alphas < edge][-3]},
        {"α": _usual(alphas, edge), "share averaged": 1, "steps T": steps[0]},
        {"share averaged": 0.5, "α": alphas[0]},
    )  # fmt: skip
    texts = np.empty((len(alphas), len(SHARES), len(steps)), object)
    for i, j, k in np.ndindex(texts.shape):
        here = i, j, at[k]
        texts[i, j, k] = caption(
            alphas[i], edge, SHARES[j], steps[k], excess[i, 0, at[k]], excess[here],
            run.to_go[here],
        )  # fmt: skip
    return book.caption(texts).draw()


def _alphas(edge):
    """Rates from 0.003 of the edge of SGD to a little above it, round ones and it among them."""
    special = [edge, *(float(f"{share * edge:.2g}") for share in ROUND)]
    return sliders.with_exactly(np.geomspace(0.003 * edge, 1.1 * edge, 80), special)


def _usual(alphas, edge):
    return alphas[np.argmin(np.abs(alphas - float(f"{USUAL * edge:.2g}")))]


def _stage(problem, start, alphas, times):
    """The figure and its three axes, with all that stands still."""
    figure, (left, middle, right) = figures.canvas([3.7, 3.9, 3.9])
    # Near enough to see a cloud; the start is in sight, and each part of the way from there.
    near = 0.45 * (np.array(views.window(problem, start)) - problem.minimizer)
    error = start - problem.minimizer
    parts = (problem.directions * (error @ problem.directions)).T
    ends = problem.minimizer + np.concatenate([near, 1.06 * parts, [1.06 * error]])
    views.surface_of(left, problem, start, (ends.min(axis=0), ends.max(axis=0)))
    left.set_title("where most runs are, after T steps", loc="left")
    limits = views.decades(problem.excess(start), 6, 1)
    for ax, title, across, along in [
        (middle, "mean excess loss after T steps", "α", alphas),
        (right, "mean excess loss, step by step", "step t", times),
    ]:
        figures.powers_of_ten(ax.yaxis, *limits)
        figures.powers_of_ten(ax.xaxis, *views.spanning(along))
        wide = along[0] / 1.15, along[-1] * 1.15
        figures.frame(ax, title, across, "", wide, limits)
    figures.key(right, {"last iterate": LAST, "average": AVERAGE})
    return figure, (left, middle, right)


def _clouds(book, ax, run, at):
    """The ellipses of the last iterate and of the average, about their means."""
    for rows, style in ((run.spread[:, :1], LAST), (run.spread, AVERAGE)):
        mean = run.theta[:, : rows.shape[1], at]
        spread = np.where(np.isfinite(rows[:, :, at]), rows[:, :, at], 0.0)
        centre = np.where(np.isfinite(mean), mean, np.nan)[..., None, :]
        ring = centre + views.ellipse(0.0, spread, points=24)
        low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
        far = 20 * (high - low)  # beyond it nothing is seen of a ring
        ring = np.where((np.abs(ring - low) < far).all(axis=-2, keepdims=True), ring, np.nan)
        book.line(ax, ring[..., 0], ring[..., 1], **style)
        book.line(
            ax, centre[..., 0], centre[..., 1], color=style["color"], width=0, marker="o", size=5
        )


def _losses(book, axes, alphas, times, excess, at):
    """The loss of both against α, and against the step; diamonds stand at the position."""
    middle, right = axes
    excess = layers.within_sight(middle, np.where(excess > 0, excess, 1e-300))
    after = np.moveaxis(excess[..., at], 0, -1)  # (share, T, α)
    for rows, style in ((slice(0, 1), LAST), (slice(None), AVERAGE)):
        book.line(middle, alphas, after[None, rows], **style)
        book.line(right, times, excess[:, rows, None], **style, ghost=style is AVERAGE)
        spot = {"color": style["color"], "width": 0, "marker": "D", "size": 8}
        book.line(middle, alphas[:, None, None, None], excess[:, rows][..., at, None], **spot)
        book.line(right, times[at][:, None], excess[:, rows][..., at, None], **spot)
    book.handle(middle, "α")


def one_and_all(one, mean):
    """Draw one run, thin, and the mean over all runs: of the last iterate and of the average.

    Parameters
    ----------
    one, mean : pair of arrays (steps + 1,)
        The excess loss at each step, in units of y²: of the last iterate, and of the average.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> figure = one_and_all(([8, 1, 3], [8, 2, 1]), ([8, 2, 2], [8, 2, 1]))
    >>> [each.get_label() for each in figure.axes[0].lines[2:]]
    ['last iterate', 'average of the last half']
    """
    one, mean = (_check.numbers(name, each) for name, each in (("one", one), ("mean", mean)))
    _check.shape("one", one, (2, None))
    _check.shape("mean", mean, one.shape)
    figure, (ax,) = figures.canvas([7.0])
    figures.excess_loss(ax, one.shape[1] - 1, 1e-6, 1e1)
    for each, colour in zip(one, (SECOND, PATH), strict=True):
        ax.plot(each, color=colour, linewidth=0.5, alpha=0.7)
    names = ("last iterate", "average of the last half")
    for each, colour, name in zip(mean, (SECOND, PATH), names, strict=True):
        ax.plot(each, color=colour, linewidth=2.5, label=name)
    ax.legend(loc="upper right")
    return figure


def caption(rate, edge, share, steps, last, average, to_go):
    """What averaging leaves, beside what the last iterate leaves.

    Parameters
    ----------
    rate, edge : float
        α, and the edge of SGD at this batch size.
    share : float
        Of the iterates, that is averaged.
    steps : int
        T.
    last, average, to_go : float
        The mean excess loss of the last iterate and of the average, and of the mean of the average.

    Examples
    --------
    >>> caption(0.3, 0.66, 0.5, 1000, 0.036, 0.00036, 1e-20)
    'The last 50 % of 1,000 steps averaged: 3.6 × 10⁻⁴, all noise. The last iterate: 0.036.'
    """
    over = rate > edge * (1 + 1e-9)
    start = "Over the edge of SGD. " if over else ""
    if not (last < 1e100 and average < 1e100):
        return f"{start}After {steps:,} steps a mean excess loss is above 10¹⁰⁰."
    split = ""
    if average > 0:
        part = to_go / average
        split = f", {100 * part:.0f} % of it way to go"
        if part < 0.005 or part > 0.995:
            split = ", all noise" if part < 0.005 else ", all of it way to go"
    if share == 0:
        return f"{start}This is the last iterate of {steps:,} steps: {number(average, 2)}{split}."
    what = "All" if share == 1 else f"The last {100 * share:.0f} % of"
    return (
        f"{start}{what} {steps:,} steps averaged: {number(average, 2)}{split}. "
        f"The last iterate: {number(last, 2)}."
    )
