"""The pictures of this lesson: every schedule on the noisy problem, and how fast is too fast."""

import numpy as np

from lrlab import _check, sampling, schedules
from lrlab.drawing import figures, given, layers, sliders, views
from lrlab.drawing.colours import PATH, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider

RATE = {"color": PATH, "width": 2.0}
OTHER = {"color": SECOND, "width": 2.0, "dash": (6, 3)}
# Rates that are positions of their own, rounded, as shares of the edge of SGD.
SHARES = np.array([0.03, 0.06, 0.12, 0.24, 0.45, 0.75, 0.95, 1.2])
USUAL = SHARES[4]


def schedule_family(rate, steps):
    """Return every schedule of lrlab.schedules, each told how many steps there are.

    Parameters
    ----------
    rate : number or array (...)
        α_0, or the highest rate where a schedule rises first.
    steps : int
        T, 20 or more.

    Returns
    -------
    dict of str to schedule
        Exponential falls to a thousandth over T steps; inverse time and inverse power have k =
        10/T, and inverse power p = ½.

    Examples
    --------
    >>> family = schedule_family(0.5, 100)
    >>> len(family), family["linear"](50)
    (13, 0.25)
    """
    steps = _check.whole_number("steps", steps, least=20)
    warm, quarter = steps // 10, steps // 4
    return {
        "constant": schedules.constant(rate),
        "linear": schedules.linear(rate, steps),
        "polynomial": schedules.polynomial(rate, steps, 2),
        "exponential": schedules.exponential(rate, 0.001 ** (1 / steps)),
        "step": schedules.step(rate, 0.3, every=quarter),
        "piecewise": schedules.piecewise(rate, [steps // 2, 3 * steps // 4], 0.1),
        "inverse time": schedules.inverse_time(rate, 10 / steps),
        "inverse power": schedules.inverse_power(rate, 10 / steps, 0.5),
        "cosine": schedules.cosine(rate, steps),
        "cosine restarts": schedules.cosine_restarts(rate, quarter),
        "cyclic": schedules.cyclic(np.asarray(rate) / 10, rate, steps // 10),
        "one cycle": schedules.one_cycle(rate, steps),
        "warm-up": schedules.warmup(schedules.cosine(rate, steps - warm), warm),
    }


def decay(x, y=None, *, start=(0.0, 0.0), steps=(100, 1000, 10_000), batch_size=1):
    """Turn the schedule, its rate and the number of steps, and see what is left at the end.

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
        Sliders schedule, α and steps T; the rate of each step, the mean path of SGD with the
        ellipse in which 86 % of the runs end, and the mean excess loss: over all draws, exactly.

    Examples
    --------
    >>> book = decay([0, 1, 2, 3], [3, 6, 7, 8], steps=[40, 80])
    >>> book.position = {"schedule": "inverse time"}
    >>> "Inverse time over 40 steps" in book.seen
    True
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = given.ascending("steps", steps, least=20, count=6)
    given.in_time("steps, added up,", int(steps.sum()), 50_000)
    edge = sampling.critical_rate(problem, batch_size)
    alphas = _alphas(edge, SHARES)
    names = list(schedule_family(1.0, steps[0]))
    times, excess, theta, to_go, spread, sums, drawn = _averages(
        problem, start, alphas, steps, batch_size
    )
    figure, (left, middle, right) = _stage(problem, start, alphas)
    book = Flipbook(
        figure,
        {
            "schedule": Slider(names),
            "α": Slider(alphas, marks={int(np.argmax(alphas == edge)): "edge"}),
            "steps T": Slider(list(steps), labels=[f"{total:,}" for total in steps]),
        },
        start={"schedule": "constant", "α": USUAL * edge, "steps T": steps[0]},
        description="The learning rate of each step, the mean path of SGD on the level sets of the "
        "loss with the ellipse in which most runs end, and the mean excess loss.",
    )
    across = times / np.array(steps)[:, None]
    book.line(left, across, drawn, **RATE, ghost=True)
    view = middle.get_xlim(), middle.get_ylim()
    sparse = [*range(15), 16, 18, 21, 26, 34, 48, 66, times.shape[-1] - 1]
    shown, _ = views.leaving(theta[..., sparse, :], np.ones(theta.shape[:3], bool), *view)
    book.line(middle, shown[..., 0], shown[..., 1], **layers.TRAIL)
    ring = views.ellipse(0.0, spread, points=24) + theta[..., -1:, :]
    book.line(middle, ring[..., 0], ring[..., 1], **layers.FLOOR)
    floors = sampling.floor(problem, alphas, batch_size)
    floors = np.where((floors > 0) & np.isfinite(floors), floors, np.nan)
    book.line(right, [0, 1], floors[:, None, None], **layers.FLOOR)
    book.line(right, across, excess, **RATE, ghost=True)
    book.storyboard({}, {"schedule": "exponential"}, {"steps T": 1000}, {"schedule": "linear"},
                    {"schedule": "cosine restarts"})  # fmt: skip
    texts = np.empty(excess.shape[:3], object)
    for i, j, k in np.ndindex(texts.shape):
        at = i, j, k
        texts[at] = decay_caption(names[i], alphas[j], steps[k], excess[at][-1], to_go[at],
                                      sums[at])  # fmt: skip
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
        Sliders k, the share that the rate loses in the first step, and α; the rate of each step
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
    both = [schedules.exponential(alpha, 1 - k), schedules.inverse_time(alpha, k)]
    rates = np.stack([each(np.arange(steps)) for each in both])
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
    for style, each, excess in zip((OTHER, RATE), rates, run.excess, strict=True):
        seen = each[..., np.minimum(times, steps - 1)]
        book.line(left, times + 1, np.where(seen > 1e-300, seen, 1e-300), **style)
        book.line(right, times + 1, excess, **style)
    book.storyboard(*({"decay k": speed} for speed in (0.02, 0.001, 0.2)))
    texts = np.empty(k.shape, object)
    for at in np.ndindex(texts.shape):
        ends = run.excess[(slice(None), *at, -1)]
        texts[at] = speed_caption(k[at], alpha[at], steps, ends, rates[0][at].sum())
    return book.caption(texts).draw()


def _alphas(edge, shares):
    """Rates from the first share of an edge to the last, these shares and the edge among them."""
    special = [edge, *(float(f"{share * edge:.2g}") for share in shares)]
    return sliders.with_exactly(np.geomspace(min(special), max(special), 62), special)


def _averages(problem, start, alphas, steps, batch_size):
    """Where SGD is on average, for all schedules, α and horizons T.

    Returns
    -------
    times : array of int (T, k)
        The steps that are drawn.
    excess, theta : arrays (schedule, α, T, k), (schedule, α, T, k, 2)
    to_go, spread : arrays (schedule, α, T), (schedule, α, T, 2, 2)
        At the end.
    sums, drawn : arrays (schedule, α, T), (schedule, α, T, k)
        Of all rates; and the rates at these steps.
    """
    share = np.append(np.linspace(0, 0.1, 10, endpoint=False) ** 2, np.linspace(0.01, 1, 80))
    times = np.array([np.floor(total * share + 1e-9) for total in steps]).astype(int)
    rates = [_rates(alphas, total) for total in steps]
    runs = [
        sampling.average_run(problem, start, each, at, batch_size=batch_size)
        for each, at in zip(rates, times, strict=True)
    ]
    columns = (
        np.stack(each, axis=2)
        for each in (
            [run.excess for run in runs],
            [run.theta for run in runs],
            [run.to_go[..., -1] for run in runs],
            [run.spread[..., -1, :, :] for run in runs],
            [each.sum(axis=-1) for each in rates],
            [each[..., np.minimum(at, total - 1)]
             for each, at, total in zip(rates, times, steps, strict=True)],
        )
    )  # fmt: skip
    return times, *columns


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


def _rates(alphas, steps):
    """The rates of all schedules, (schedule, α, steps)."""
    family = schedule_family(alphas, steps).values()
    return np.stack([each(np.arange(steps)) for each in family])


def decay_caption(name, rate, steps, excess, to_go, total):
    """What a schedule leaves at the end, on average, and what of it is way and what is noise.

    Parameters
    ----------
    name : str
    rate : float
        α.
    steps : int
    excess, to_go : float
        The mean excess loss at the end, and that of the mean θ.
    total : float
        The sum of all α_t.

    Examples
    --------
    >>> decay_caption("linear", 0.3, 100, 0.02, 0.005, 15.15)[:53]
    'Linear over 100 steps, α = 0.3: the excess loss is 0.'
    """
    run = f"{name.capitalize()} over {steps:,} steps, α = {number(rate)}"
    added = f"The rates add up to {number(total, 2)}."
    if excess > 1e100:
        return f"{run}: the mean excess loss passes 10¹⁰⁰. {added}"
    share = 100 * to_go / excess if excess else 0.0
    split = f"{number(share, 2)} % of it way still to go"
    if share < 0.5 or share > 99.5:
        split = "all of it noise" if share < 0.5 else "all of it way still to go"
    return f"{run}: the excess loss is {number(excess, 2)} on average, {split}. {added}"


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
