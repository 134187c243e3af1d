"""The picture of this lesson: one optimizer, one α, and a valley that can be turned."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, sliders, views, words
from lrlab.drawing.colours import FAINT, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Slider
from lrlab.lessons.one_alpha_per_coordinate import maths
from lrlab.optimizers import adagrad, adam, rmsprop

RULES = {"plain descent": None, "AdaGrad": adagrad(), "RMSProp": rmsprop(0.9), "Adam": adam()}
ANGLES = np.arange(0.0, 91, 15)
UPRIGHT = {"color": SECOND, "dash": (7, 3), "width": 2.0}
FAR = 1e60  # times the first loss, or a share of it: outside, and not too far to be drawn
RING = {"color": FAINT, "width": 0.9}


def adaptive(x, y=None, *, start=None, steps=100):
    """Turn a valley under an optimizer and watch whether its path feels where the axes lie.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float, optional
        Slope and intercept to begin with, in any picture the same place in the valley. Default:
        (0, 0).
    steps : int
        How many steps.

    Returns
    -------
    book : Flipbook
        Sliders optimizer, α, angle and step t; the path on the turned surface, which can be turned
        by hand, and the excess loss beside that of the same run at 0°. RMSProp has ρ = 0.9. At the
        angle marked 'w, b' the parameters are slope and intercept, measured from the minimum.

    Examples
    --------
    >>> book = adaptive([0, 1, 2, 3], [3, 5, 7, 8])
    >>> book.position = {"optimizer": "plain descent", "angle": 45}
    >>> book.seen[:39]
    'Turned by 45°, plain descent is at 1 % '
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    steps = _check.whole_number("steps", steps, least=1)
    given.affordable(5, ("steps", steps), ("runs", 4 * 12 * len(ANGLES)))
    own = maths.own_angle(problem)
    degrees = np.sort(np.append(ANGLES[np.abs(ANGLES - own) > 1e-6], own))
    distance = float(np.linalg.norm(start - problem.minimizer)) or 1.0
    usual = {share: _usual(share * distance) for share in (0.06, 0.15, 0.6)}
    rates = _rates(problem, distance)
    theta, excess = _runs(problem, degrees, start, rates.values, steps)
    first = excess[0, 0, 0, 0]

    reach = 1.25 * distance
    figure, (left, right) = _stage(reach, first, steps)
    labels = [f"{each}°" for each in _angles(degrees)]
    names = list(RULES)
    book = layers.descent_book(
        figure,
        {"optimizer": names, "α": rates,
         "angle": Slider(degrees, labels, marks={int(np.flatnonzero(degrees == own)[0]): "w, b"})},
        {"optimizer": "Adam", "α": usual[0.06]},
        steps,
        "The path of an optimizer on the level sets of the loss, which can be turned, and its "
        "excess loss at each step beside that of the same run where the valley lies along an axis.",
    )  # fmt: skip
    book.line(left, *_rings(problem, degrees, reach), **RING)
    over = np.zeros(excess.shape[:-1], bool)
    over[0] = (problem.regime(rates.values) == "diverging")[:, None]
    shown, _ = views.leaving(theta, over, left.get_xlim(), left.get_ylim())
    # Without a dot at its head, which far outside would not be kept once with the path.
    way = shown[..., None, :, 0], shown[..., None, :, 1]
    book.line(left, *way, **layers.TRAIL, reveal=True, ghost=True)
    near = np.clip(excess, first / FAR, first * FAR)
    book.line(right, np.arange(steps + 1), near[:, :, :1, None], **UPRIGHT, reveal=True)
    layers.loss_curve(book, right, near)
    ahead = (start - problem.minimizer) @ problem.directions[:, 0] < 0  # where no run begins
    floor = maths.directions(problem, degrees)[..., 0] * (1 if ahead else -1)
    _grip(book, left, floor, 0.9 * reach)
    fastest = problem.fastest_rate
    book.storyboard({"optimizer": "plain descent", "α": fastest}, {"angle": 45},
                    {"optimizer": "Adam", "α": usual[0.06], "angle": 0}, {"angle": 45},
                    {"optimizer": "AdaGrad", "α": usual[0.6], "angle": 0}, {"angle": 45},
                    {"optimizer": "RMSProp", "α": usual[0.15], "angle": 0})  # fmt: skip
    edge = [over_the_edge(problem, rate) for rate in rates.values]
    texts = [[[caption(name, angle, run, runs[0], "" if i else edge[j])
               for angle, run in zip(degrees, runs, strict=True)]
              for j, runs in enumerate(excess[i])] for i, name in enumerate(names)]  # fmt: skip
    return book.caption(np.array(texts)[..., None]).draw()


def _stage(reach, first, steps):
    """Prepare the surface, measured from the minimum, and the excess loss below its first value."""
    figure, (left, right) = figures.canvas([4.3, 5.2], 4.1)
    figures.window(left, [-reach, -reach], [reach, reach], xlabel=r"$\varphi_1$, from the minimum",
                   ylabel=r"$\varphi_2$", title="the loss J, turned")  # fmt: skip
    left.set_box_aspect(1)
    left.plot(0, 0, "*", color=figures.OPTIMUM, markersize=13)
    figures.excess_loss(right, steps, *views.decades(first, 9, 3), parameter=r"\varphi")
    figures.key(right, {"this run": layers.TRAIL, "the same at 0°": UPRIGHT}, loc="upper right")
    return figure, (left, right)


def _grip(book, ax, floor, reach):
    """Draw a diamond where the floor of the valley (angle, 2) ends: it turns the valley."""
    x, y = reach * floor.T[:, :, None]
    book.line(ax, x[..., None], y[..., None], **layers.DIAMOND).handle(ax, x, y)


def _rates(problem, distance):
    """α from a tenth of the edge, or less, to the distance; 1, 2, 5, … and plain descent's own."""
    edge, fastest = problem.critical_rate, problem.fastest_rate
    low, high = min(edge / 10, distance / 300), max(2 * edge, 1.5 * distance)
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    usual = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
    special = sliders.merged([(edge, "2/λ_max"), (fastest, "fastest"),
                              *((rate, "") for rate in usual if low <= rate <= high)])  # fmt: skip
    values = sliders.with_exactly(np.geomspace(low, high, 64), list(special))
    return Slider(values, marks=sliders.marks(values, special))


def _usual(rate):
    """The rate 1, 2, 5, … of some power of ten that is nearest to a rate."""
    power = 10.0 ** np.floor(np.log10(rate))
    return min((float(f"{digit * power:.1g}") for digit in (1, 2, 5, 10)),
               key=lambda each: abs(each - rate))  # fmt: skip


def _angles(degrees):
    """Angles as they are written: with a few digits, or more where two would look the same."""
    digits = next(
        k for k in range(3, 18) if len({number(each, k) for each in degrees}) == len(degrees)
    )
    return [number(each.round(6), digits) for each in degrees]


def _runs(problem, degrees, start, rates, steps):
    """Run every optimizer at every α and angle: φ (4, α, angle, steps + 1, 2), and its excess."""
    gradient = maths.gradient(problem, degrees)
    begin = maths.turned(problem, degrees, start)
    theta = np.stack([
        gradient_descent(gradient, begin, rates[:, None], steps, optimizer=rule).theta
        for rule in RULES.values()
    ])  # fmt: skip
    return theta, maths.excess(problem, degrees[:, None], theta)


def _rings(problem, degrees, reach):
    """Level sets that turn with the valley, as lines (angle, 1, points) across and upwards."""
    radii = 1.5 * reach * (np.arange(1, 11) / 10) ** 1.5  # along the steep direction
    rings = problem.level_set(0.5 * problem.curvatures[-1] * radii**2)
    turned = maths.turned(problem, degrees[:, None], figures.joined(rings))
    return turned[:, None, :, 0], turned[:, None, :, 1]


def shares(ax, rates, left):
    """Draw the share of the excess loss that each optimizer leaves, against α.

    Parameters
    ----------
    ax : Axes
    rates : array (k,)
    left : dict of up to four names to arrays (k,)
        Shares; what is beyond the picture is drawn at its rim.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> shares(ax, [0.1, 1], {"plain": [0.5, 2]}).get_xlabel()
    'α'
    """
    looks = zip([SECOND, figures.INK, figures.DATA, figures.PATH], ["-", "--", ":", "-."],
                strict=True)  # fmt: skip
    for (name, share), (colour, style) in zip(left.items(), looks, strict=False):
        ax.plot(rates, np.clip(share, 1e-6, 1e5), style, color=colour, label=name)
    figures.powers_of_ten(ax.xaxis, rates[0], rates[-1])
    figures.powers_of_ten(ax.yaxis, 1e-6, 1e4)
    ax.legend(loc="upper left", ncols=2)
    return figures.frame(ax, "share of the excess loss left", "α", "", None, (7e-7, 1e4))


def caption(name, degrees, excess, upright, plain=""):
    """How an optimizer gets on in a turned valley, and how the same run does at 0°.

    Parameters
    ----------
    name : str
    degrees : float
        The angle of the valley.
    excess, upright : array (steps + 1,)
        The excess loss of the run, and of the same run at 0°.
    plain : str
        What plain descent does at its edge or above; '' for all other runs.

    Examples
    --------
    >>> caption("Adam", 45.0, np.array([1, 0.1, 0.005]), np.array([1, 0.01, 0.0]))[:70]
    'Turned by 45°, Adam is at 1 % of the excess loss at step 2, at 0° at s'
    """
    where = f"Turned by {number(degrees)}°" if degrees else "At 0°"
    if excess[0] == 0:
        return f"{where}, {name} starts at the minimum, where there is no slope, and stays."
    here, there = (_hundredth(each) for each in (excess, upright))
    does = f"is at 1 % of the excess loss at {here}" if here else "is not at 1 % yet"
    said = f"{where}, {name} {plain or does}"
    if degrees:
        said += (
            ", as at 0°" if here == there else f", at 0° {f'at {there}' if there else 'not yet'}"
        )
    return f"{said}. {words.left(excess)}"


def _hundredth(excess):
    low = excess <= 0.01 * excess[0]
    return f"step {np.argmax(low)}" if low.any() else ""


def over_the_edge(problem, rate):
    """What plain descent does at its edge or above it; '' below.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> over_the_edge(LeastSquares([[1.0]], [2]), 2.0)
    'bounces for ever, exactly at its edge'
    """
    if sliders.stands_on(rate, problem.critical_rate):
        return "bounces for ever, exactly at its edge"
    return "is over its edge" if problem.regime(rate) == "diverging" else ""
