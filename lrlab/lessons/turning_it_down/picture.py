"""The pictures of this lesson: five schedules on the noisy problem, and how fast is too fast."""

import numpy as np

from lrlab import _check, sampling
from lrlab.drawing import figures, given, layers, sliders, views
from lrlab.drawing.colours import INK, PATH, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider
from lrlab.lessons.turning_it_down.maths import five

RATE = {"color": PATH, "width": 2.0}
OTHER = {"color": SECOND, "width": 2.0, "dash": (6, 3)}
# Rates that are positions of their own, rounded, as shares of the edge of SGD.
SHARES = np.array([0.03, 0.06, 0.12, 0.24, 0.45, 0.75, 0.95, 1.2])
USUAL = SHARES[4]
FINAL = np.array([0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0])


def small_multiples(final_shares=(0.3, 0.1, 0.001)):
    """Draw the five schedules side by side, each with its ends at some shares of α_0.

    Parameters
    ----------
    final_shares : sequence of float
        Three at most, above 0 and at most 1, dimensionless.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> [ax.get_title(loc="left") for ax in small_multiples().axes][:2]
    ['linear', 'exponential']
    """
    shares = _check.numbers("final_shares", final_shares, "between 0 and 1")
    _check.shape("final_shares", shares, (None,))
    if len(shares) > 3:
        raise ValueError(f"final_shares must be three at most, got {len(shares)}")
    styles = [{"color": INK, "dash": (1.5, 2)}, OTHER, RATE][-len(shares) :]
    named = {f"f = {share:g}": style for share, style in zip(shares, styles, strict=True)}
    figure, axes = figures.canvas([2.1] * 5, 2.5)
    t = np.arange(200)
    for ax, (name, schedule) in zip(axes, five(1.0, 200, shares).items(), strict=True):
        figures.frame(ax, name, "t / T", "", (0, 1), (0, 1.2))
        ax.set_xticks([0, 0.5, 1], ["0", "½", "1"])
        ax.set_yticks([0, 0.5, 1], ["0", "", "α₀"] if ax is axes[0] else ["", "", ""])
        for rates, style in zip(schedule(t), styles, strict=True):
            figures.curve(ax, t / 200, rates, **style)
    figures.key(axes[2], named, loc="upper right")
    return figure


def decay(x, y=None, *, start=(0.0, 0.0), steps=(100, 1000), batch_size=1):
    """Turn the schedule, its rate, where it ends and the steps, and see what is left at the end.

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
        Sliders schedule, α, final share and steps T; the rate of each step, the mean path of SGD
        with the ellipse in which most runs end, 86 % if they are spread normally, and the mean
        excess loss: over all draws, exactly.

    Examples
    --------
    >>> book = decay([0, 1, 2, 3], [3, 6, 7, 8], steps=[40, 80])
    >>> book.position = {"schedule": "inverse time", "final share": 0.1}
    >>> "Inverse time over 40 steps" in book.seen
    True
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = given.ascending("steps", steps, least=20, count=3)
    given.in_time("steps, added up,", int(steps.sum()), 5_000)
    edge = sampling.critical_rate(problem, batch_size)
    alphas = _alphas(edge, SHARES)
    times, run, sums = _averages(problem, start, alphas, steps, batch_size)
    figure, axes = _stage(problem, start, alphas)
    names = list(five(1.0, 4, 1.0))
    book = Flipbook(
        figure,
        {
            "schedule": Slider(names),
            "α": Slider(alphas, marks={int(np.argmax(alphas == edge)): "edge"}),
            "final share": Slider(FINAL, labels=[f"{share:g}" for share in FINAL]),
            "steps T": Slider(list(steps), labels=[f"{total:,}" for total in steps]),
        },
        start={"schedule": "exponential", "α": USUAL * edge, "final share": 1.0,
               "steps T": steps[0]},
        description="The learning rate of each step, the mean path of SGD on the level sets of the "
        "loss with the ellipse in which most runs end, and the mean excess loss.",
    )  # fmt: skip
    _layers(book, axes, problem, alphas, times / np.array(steps)[:, None], run, batch_size)
    book.storyboard({}, {"final share": 0.001}, {"steps T": steps[-1]},
                    {"schedule": "inverse time"}, {"schedule": "cosine"})  # fmt: skip
    texts, excess, to_go = np.empty(book.shape, object), run.excess[..., -1], run.to_go[..., -1]
    for at in np.ndindex(texts.shape):
        i, j, k, m = at
        what = names[i], alphas[j], FINAL[k], steps[m]
        texts[at] = decay_caption(*what, excess[at], to_go[at], sums[at])
    return book.caption(texts).draw()


def decay_speed(x, y=None, *, start=(0.0, 0.0), steps=10_000, batch_size=1):
    """Turn how fast the rate falls, exponentially and as 1/t, and see which one arrives.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float
        Slope and intercept to begin with.
    steps : int
        How many steps, 100 or more.
    batch_size : int
        Points in a step.

    Returns
    -------
    book : Flipbook
        Sliders k, the share that the exponential rate loses in a step, and α; the rate of each step
        and the mean excess loss of both schedules.

    Examples
    --------
    >>> book = decay_speed([0, 1, 2, 3], [3, 6, 7, 8], steps=100)
    >>> sorted(book.position)
    ['decay k', 'α']
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = _check.whole_number("steps", steps, least=100, most=50_000)
    edge = sampling.critical_rate(problem, batch_size)
    alphas = _alphas(edge, SHARES[2:-1])
    speeds = np.array([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
    times = np.unique(np.geomspace(1, steps + 1, 110).astype(int) - 1)
    k, alpha = np.meshgrid(speeds, alphas, indexing="ij")
    # In proportion to α, so that each speed is computed once; the step goes first in memory.
    t = np.arange(steps)[:, None]
    shapes = np.stack([(1 - speeds) ** t, 1 / (1 + speeds * t)], axis=1)
    rates = np.moveaxis(shapes[..., None] * alphas, 0, -1)
    run = sampling.average_run(problem, start, rates, times, batch_size=batch_size)

    figure, (left, right) = figures.canvas([5.4, 5.6], 3.9)
    low, high = views.spanning([alphas[0], alphas[-1]])
    axes = [(left, r"the rate  $\alpha_t$", (low * 1e-5, high)),
            (right, r"mean excess loss  $J(\theta_t) - J^\star$",
             views.decades(problem.excess(start), 6, 1))]  # fmt: skip
    for ax, title, limits in axes:
        across = 0.8, 10 ** np.ceil(np.log10(steps)) * 1.2
        figures.powers_of_ten(ax.yaxis, *limits)
        figures.powers_of_ten(ax.xaxis, *views.spanning([1, steps]))
        figures.frame(ax, title, "step t + 1", "", across, limits)
    figures.key(left, {"exponential": OTHER, "inverse time": RATE})

    book = Flipbook(
        figure,
        {"decay k": speeds, "α": alphas},
        start={"decay k": 0.02, "α": USUAL * edge},
        description="The rates of exponential and of inverse-time decay, step by step, and the "
        "mean excess loss of SGD under each, on logarithmic axes.",
    )
    excess = run.excess
    for style, each, mean in zip((OTHER, RATE), rates, excess, strict=True):
        seen = each[..., np.minimum(times, steps - 1)]
        book.line(left, times + 1, np.where(seen > 1e-300, seen, 1e-300), **style)
        book.line(right, times + 1, mean, **style)
    book.storyboard(*({"decay k": speed} for speed in (0.02, 0.001, 0.2)))
    texts, carried = np.empty(k.shape, object), shapes[:, 0].sum(axis=0)[:, None] * alphas
    for at in np.ndindex(texts.shape):
        ends = excess[(slice(None), *at, -1)]
        texts[at] = speed_caption(k[at], alpha[at], steps, ends, carried[at])
    return book.caption(texts).draw()


def _alphas(edge, shares):
    """Rates from the first share of an edge to the last, these shares and the edge among them."""
    special = [edge, *(float(f"{share * edge:.2g}") for share in shares)]
    return sliders.with_exactly(np.geomspace(min(special), max(special), 62), special)


def _averages(problem, start, alphas, steps, batch_size):
    """Where SGD is on average, for all schedules, α, final shares and horizons T.

    Returns
    -------
    times : array of int (T, k)
        The steps that are drawn.
    run : sampling.Average
        Of arrays (schedule, α, share, T, k, …).
    sums : array (schedule, α, share, T)
        Of all rates.
    """
    share = np.append(np.linspace(0, 0.1, 8, endpoint=False) ** 2, np.linspace(0.01, 1, 42))
    times = np.array([np.floor(total * share + 1e-9) for total in steps]).astype(int)
    runs, sums = [], []
    for total, at in zip(steps, times, strict=True):
        shapes = np.stack([each(np.arange(total)) for each in five(1.0, total, FINAL).values()])
        rates = np.moveaxis(shapes.transpose(2, 0, 1)[:, :, None] * alphas[:, None], 0, -1)
        runs.append(sampling.average_run(problem, start, rates, at, batch_size=batch_size))
        sums.append(shapes.sum(axis=-1)[:, None] * alphas[:, None])
    run = sampling.Average(*(np.stack(each, axis=3) for each in zip(*runs, strict=True)))
    return times, run, np.stack(sums, axis=3)


def _stage(problem, start, alphas):
    """The figure and its three axes, with all that stands still."""
    figure, (left, middle, right) = figures.canvas([3.6, 3.9, 3.8])
    figures.frame(left, r"the rate  $\alpha_t$", "share of the steps,  t / T", "",
                  (-0.02, 1.02), (-0.03 * alphas[-1], 1.05 * alphas[-1]))  # fmt: skip
    views.surface_of(middle, problem, start)
    figures.excess_loss(right, 1, *views.decades(problem.excess(start), 6, 2))
    figures.frame(right, r"mean excess loss  $J(\theta_t) - J^\star$", "share of the steps,  t / T",
                  "", (-0.02, 1.02), right.get_ylim())  # fmt: skip
    middle.set_title("the mean path, and where runs end", loc="left")
    for ax in (left, right):
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "¼", "½", "¾", "1"])
    figures.key(right, {"floor of a constant α": layers.FLOOR}, loc="upper right")
    return figure, (left, middle, right)


def _layers(book, axes, problem, alphas, across, run, batch_size):
    """Draw the rates, the mean path with the ellipse where runs end, and the mean excess loss."""
    left, middle, right = axes
    t = np.append(np.arange(0, 12_000, 100), 11_999)
    shapes = np.stack([each(t) for each in five(1.0, 12_000, FINAL).values()])
    rates = alphas[:, None, None] * shapes[:, None]
    book.line(left, t / 12_000, rates[..., None, :], **RATE, ghost=True)
    sparse = [*range(0, 14, 2), 16, 20, 26, 34, across.shape[-1] - 1]
    path, view = run.theta[..., sparse, :], (middle.get_xlim(), middle.get_ylim())
    shown, _ = views.leaving(path, np.ones(path.shape[:-2], bool), *view)
    book.line(middle, shown[..., 0], shown[..., 1], **layers.TRAIL)
    ring = views.ellipse(0.0, run.spread[..., -1, :, :], points=20) + run.theta[..., -1:, :]
    book.line(middle, ring[..., 0], ring[..., 1], **layers.FLOOR)
    floors = sampling.floor(problem, alphas, batch_size)
    floors = np.where((floors > 0) & np.isfinite(floors), floors, np.nan)
    book.line(right, [0, 1], floors[:, None, None, None], **layers.FLOOR)
    book.line(right, across, run.excess, **RATE, ghost=True)


def decay_caption(name, rate, final_share, steps, excess, to_go, total):
    """What a schedule leaves at the end, on average, and what of it is way and what is noise.

    Parameters
    ----------
    name : str
    rate : float
        α.
    final_share : float
        Which share of α is left at the end; with 1 it is constant, whatever its name.
    steps : int
    excess, to_go : float
        The mean excess loss at the end, and that of the mean θ.
    total : float
        The sum of all α_t.

    Examples
    --------
    >>> decay_caption("linear", 0.3, 0.1, 100, 0.02, 0.005, 15.15)[:58]
    'Linear over 100 steps, α from 0.3 to 0.03: excess loss 0.0'
    """
    ends = f"α from {number(rate)} to {number(final_share * rate)}"
    run = f"{name.capitalize()} over {steps:,} steps, {ends}"
    if final_share == 1:
        run = f"Constant over {steps:,} steps, α = {number(rate)}"
    added = f"The rates add up to {number(total, 2)}."
    if excess > 1e100:
        return f"{run}: the mean excess loss passes 10¹⁰⁰. {added}"
    share = 100 * to_go / excess if excess else 0.0
    split = f"{number(share, 2)} % of it way still to go"
    if share < 0.5 or share > 99.5:
        split = "all of it noise" if share < 0.5 else "all of it way still to go"
    return f"{run}: excess loss {number(excess, 2)} on average, {split}. {added}"


def speed_caption(speed, rate, steps, ends, total):
    """What exponential and inverse-time decay of one speed leave, and how far the first can go.

    Parameters
    ----------
    speed, rate : float
        k and α.
    steps : int
    ends : pair of float
        The mean excess loss of exponential and of inverse-time decay.
    total : float
        The sum of the exponential's rates.

    Examples
    --------
    >>> speed_caption(0.02, 0.3, 10_000, (0.009, 0.0001), 15.0)[:40]
    'After 10,000 steps exponential decay is '
    """
    return (
        f"After {steps:,} steps exponential decay is at {number(ends[0], 2)}, inverse time at "
        f"{number(ends[1], 2)}. The exponential rates add up to α/k = {number(total)}."
    )
