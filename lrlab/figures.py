"""Drawing for the whole course: finished arrays and an Axes come in, the Axes goes back.

One colour has one meaning everywhere; the palette is that of Okabe and Ito (2008), which is told
apart with every common kind of colour vision. Colour never stands alone: markers, words and
position say the same.
"""

import re
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import style as _style
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.scale import LogScale
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Bbox

STYLE = Path(__file__).with_name("lrlab.mplstyle")

INK = "#222222"
DATA = "#555555"
FAINT = "#bbbbbb"
PATH = "#D55E00"
OPTIMUM = "#009E73"
SECOND = "#0072B2"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
REGIME = {"monotone": "#56B4E9", "oscillating": "#E69F00", "diverging": "#D55E00"}
# What a strip may be divided into: the regimes of one minimum, or which of two can hold a run.
BANDS = REGIME | {
    "both hold": REGIME["monotone"],
    "the flat one holds": REGIME["oscillating"],
    "neither": REGIME["diverging"],
}


class RowLayout(LayoutEngine):
    """Fit each axes of a row, with its labels, into its own cell: one measurement, no search.

    Matplotlib's constrained layout does more, and takes three times as long.
    """

    _adjust_compatible = True
    _colorbar_gridspec = False
    _pad = 5  # points

    def execute(self, figure):
        """Set the positions of the axes of a figure."""
        pad = self._pad * figure.dpi / 72
        boxes = [(ax.get_tightbbox(), ax.bbox) for ax in figure.axes]
        low = max(box.y0 - tight.y0 for tight, box in boxes) + pad
        high = figure.bbox.height - max(tight.y1 - box.y1 for tight, box in boxes) - pad
        insets = [(box.x0 - tight.x0 + pad, tight.x1 - box.x1 + pad) for tight, box in boxes]
        for ax, (left, right), (start, stop) in zip(
            figure.axes, insets, cells(figure), strict=True
        ):
            corners = np.array([[start + left, low], [stop - right, high]])
            ax.set_position(Bbox(corners / figure.bbox.size))


def cells(figure):
    """Where the cell of each axes of a row begins and ends across the figure, in pixels.

    Examples
    --------
    >>> figure, _ = canvas([1, 3])
    >>> [(round(a), round(b)) for a, b in cells(figure)]
    [(0, 100), (100, 400)]
    """
    widths = np.cumsum(figure.axes[0].get_gridspec().get_width_ratios() or [1.0])
    edges = [0.0, *(widths / widths[-1] * figure.bbox.width)]
    spans = [ax.get_subplotspec().colspan for ax in figure.axes]
    return [(edges[span.start], edges[span.stop]) for span in spans]


@contextmanager
def look():
    """Draw with the style of the course for the length of a ``with`` block.

    Examples
    --------
    >>> with look():
    ...     figure = Figure()
    >>> figure.get_layout_engine() is not None
    True
    """
    with _style.context(STYLE):
        yield


def canvas(widths, height=3.7, *, three_d=()):
    """A figure with one row of axes, off screen.

    Parameters
    ----------
    widths : sequence of float
        Width of each axes in inches.
    height : float
        Height of the figure in inches.
    three_d : container of int
        Which of the axes are three-dimensional.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : list of matplotlib.axes.Axes

    Examples
    --------
    >>> figure, axes = canvas([4, 4])
    >>> len(axes)
    2
    """
    with look():
        figure = Figure(figsize=(sum(widths), height), layout=RowLayout())
        grid = figure.add_gridspec(1, len(widths), width_ratios=widths)
        axes = [
            figure.add_subplot(cell, projection="3d" if k in three_d else None)
            for k, cell in enumerate(grid)
        ]
    return figure, axes


def frame(ax, title, xlabel, ylabel, xlim=None, ylim=None):
    """Set the words around an axes, and its limits (pairs).

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> frame(ax, "the loss", "w", "J", (0, 1)).get_title(loc="left")
    'the loss'
    """
    ax.set_title(title, loc="left")
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=xlim, ylim=ylim)
    return ax


def data(ax, x, y, *, xlabel="x", ylabel="y", title="the data and the line"):
    """Draw the observations x (n,) and y (n,) as dots, with room around them.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> data(ax, [0, 1], [1, 3]).get_xlabel()
    'x'
    """
    ax.plot(x, y, "o", color=DATA, markersize=4.5, alpha=0.75, markeredgewidth=0, label="data")
    return frame(ax, title, xlabel, ylabel, _room(x), _room(y, 0.25))


def surface(ax, w, b, excess, *, minimizer, xlabel="slope w", ylabel="intercept b"):
    """Draw the level sets of a loss over a grid, and a star on its minimum.

    Parameters
    ----------
    ax : Axes
    w, b : arrays (p,), (q,)
        The grid, in the units of the parameters.
    excess : array (q, p)
        J − J* on the grid. The levels are spaced as squares, so that on a quadratic the rings
        stand at even distances.
    minimizer : pair of float
        Where the star goes.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> w = b = np.linspace(-1, 1, 5)
    >>> surface(ax, w, b, w**2 + b[:, None] ** 2, minimizer=(0, 0)).get_title(loc="left")
    'the MSE surface'
    """
    levels = np.max(excess) * (np.arange(1, 13) / 12) ** 2
    ax.contour(w, b, excess, levels=levels, colors=FAINT, linewidths=0.9)
    ax.plot(*minimizer, "*", color=OPTIMUM, markersize=13, label="minimum")
    return window(ax, (w[0], b[0]), (w[-1], b[-1]), xlabel=xlabel, ylabel=ylabel)


def window(ax, low, high, *, xlabel="slope w", ylabel="intercept b", title="the MSE surface"):
    """Prepare the axes of the MSE surface without level sets: corners low, high (2,) each.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> window(ax, [0, 0], [1, 2]).get_ylim()
    (np.float64(0.0), np.float64(2.0))
    """
    limits = zip(low, high, strict=True)
    return frame(ax, title, xlabel, ylabel, *limits)


def bowl(ax, w, b, loss):
    """Draw a loss (q, p) over the grid w (p,), b (q,) as a surface in three dimensions.

    Of p and q one more than a multiple of 12 is best: Matplotlib then cuts the surface into equal
    patches, where of unequal ones it reads memory that nothing was written to, and may warn.

    Examples
    --------
    >>> _, (ax,) = canvas([4], three_d={0})
    >>> w = b = np.linspace(-1, 1, 5)
    >>> bowl(ax, w, b, w**2 + b[:, None] ** 2).get_zlabel()
    ''
    """
    ax.plot_surface(*np.meshgrid(w, b), loss, color=REGIME["monotone"], alpha=0.35, rcount=13,
                    ccount=13, linewidth=0.4, edgecolor=DATA, shade=False)  # fmt: skip
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.pane.fill = False
        axis._axinfo["grid"]["color"] = FAINT  # the only way Matplotlib offers
    ax.view_init(elev=28, azim=-60)
    ax.locator_params(nbins=5)
    return frame(ax, "the same surface, as a bowl", "slope w", "intercept b")


def rates(ax, x, critical, learning_rate, *, xlabel):
    """Draw the critical rate (p,) against x (p,), and α as a level line.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> rates(ax, [0, 1], [0.4, 0.1], 0.2, xlabel="x").get_xlabel()
    'x'
    """
    ax.plot(x, critical, color=INK, linewidth=1.6)
    ax.axhline(learning_rate, color=PATH, linewidth=1.6, linestyle="--")
    ax.text(x[0], learning_rate, f" α = {learning_rate:g}", color=INK, va="bottom")
    title = r"the critical rate $2/\lambda_{\mathrm{max}}$"
    top = 1.1 * max(np.max(critical), learning_rate)
    return frame(ax, title, xlabel, "", _room(x, 0.04), (0, top))


def edges(ax, counts, critical, names, markers, limits):
    """Draw critical rates (k, p) against the number of copies (p,) of the data, both as powers.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> edges(ax, [1, 10], [[1, 1], [1, 0.1]], ["MSE", "SSE"], "os", (0.01, 10)).get_xlabel()
    'copies of the data'
    """
    for each, name, marker in zip(critical, names, markers, strict=False):
        ax.plot(counts, each, color=DATA, linewidth=1.6, marker=marker, markersize=4.5, label=name)
        ax.annotate(f"edge of the {name}", (counts[0], each[0]), (4, 7), color=INK,
                    textcoords="offset points")  # fmt: skip
    powers_of_ten(ax.yaxis, *limits)
    ax.set_xscale("log")
    ax.set_xticks(counts, [str(count) for count in counts])
    ax.xaxis.set_minor_locator(NullLocator())
    xlimits = counts[0] / 1.2, counts[-1] * 1.2
    return frame(ax, "the critical rates", "copies of the data", "α", xlimits, limits)


def curve(ax, x, y, *, color, width=1.6, dash=None, marker=None, size=5, label=None):
    """Draw a line that stays, in the words of `Flipbook.line`; the lengths of dashes are points.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> curve(ax, [0, 1], [2, 3], color=PATH, dash=(7, 3)).get_color()
    '#D55E00'
    """
    (drawn,) = ax.plot(x, y, color=color, linewidth=width, marker=marker, markersize=size,
                       markeredgewidth=0, label=label)  # fmt: skip
    if dash:
        drawn.set_linestyle((0, [length / width for length in dash]))  # Matplotlib counts widths
    return drawn


def key(ax, styles, loc="lower left"):
    """Say what each line is: a dict of its name and its style, in the words of `Flipbook.line`.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> [text.get_text() for text in key(ax, {"the path": {"color": PATH}}).get_texts()]
    ['the path']
    """
    lines = [curve(ax, [], [], label=name, **style) for name, style in styles.items()]
    return ax.legend(handles=lines, loc=loc, handlelength=2.6, frameon=False, labelcolor=INK)


def direction(ax, centre, way, name, **style):
    """Draw a line through a centre (2,), as far as the way (2,) to both sides, with its name.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> direction(ax, [0, 0], [1, 1], "flat", color=SECOND).texts[0].get_text()
    'flat'
    """
    curve(ax, *np.transpose([np.subtract(centre, way), np.add(centre, way)]), **style)
    ax.annotate(name, np.add(centre, way), (5, 5), color=INK, textcoords="offset points")
    return ax


def uprights(ax, marks):
    r"""Draw thin lines upwards at some places across, a dict of name and place.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> uprights(ax, {"2/λ_max": 0.5}).texts[0].get_text()
    '2/λ$_{\\mathrm{max}}$'
    """
    for name, place in marks.items():
        ax.axvline(place, color=FAINT, linewidth=1.0)
        ax.annotate(mathtext(name), (place, 1), (3, -3), xycoords=("data", "axes fraction"),
                    textcoords="offset points", color=INK, va="top", fontsize=9)  # fmt: skip
    return ax


def level(ax, height, name):
    """Draw a thin line across at a height, with its name at the right, outside.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> level(ax, 0.01, "1 %").texts[0].get_text()
    '1 %'
    """
    ax.axhline(height, color=FAINT, linewidth=1.0)
    ax.annotate(name, (1, height), (3, 0), xycoords=("axes fraction", "data"), va="center",
                textcoords="offset points", color=INK, fontsize=9)  # fmt: skip
    return ax


def stability(ax, regions, shares, best, top):
    """Draw the map of momentum: where a step keeps at most some shares of the error.

    Parameters
    ----------
    ax : Axes
    regions : array (k, 4, 2)
        The corners (α, β) of each region, the widest first: the one outside which it diverges.
    shares : sequence of k float
        What a step keeps at most.
    best : pair of float
        The α and β that keep least.
    top : float
        Where the axis of α ends.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> wide = np.array([[0, 0], [2, 0], [4, 1], [0, 1]])
    >>> stability(ax, [wide, 0.5 * wide], [1, 0.5], (1, 0.2), 5).get_ylabel()
    'β'
    """
    beyond = [regions[0][1], (top, 0), (top, 1), regions[0][2]]
    ax.fill(*np.transpose(beyond), color=PATH, alpha=0.3, linewidth=0)
    for at, (region, share) in enumerate(zip(regions, shares, strict=True)):
        ax.fill(*np.transpose(region), color=OPTIMUM, alpha=0.2, linewidth=0)
        ax.plot(*np.transpose([*region, region[0]]), color=INK, linewidth=0.6 if at else 1.8)
        if at:
            (left, height), (right, _) = region[3], region[2]
            place = left + (right - left) * at / len(regions), height
            ax.annotate(f"≤ {share:.4g}", place, (0, -2), textcoords="offset points", ha="center",
                        color=INK, va="top", fontsize=9)  # fmt: skip
    ax.plot(*best, "*", color=OPTIMUM, markersize=13, markeredgecolor=INK, markeredgewidth=0.8)
    ax.text(0.97, 0.06, "diverges", color=INK, transform=ax.transAxes, ha="right")
    return frame(ax, "what a step keeps of the error", "α", "β", (0, top), (0, 1))


def two_minima(ax, u, v, excess, minima, top):
    """Draw the level sets of a loss with a sharp and a flat minimum, and a named star on each.

    Parameters
    ----------
    ax : Axes
    u, v : arrays (p,), (q,)
        The grid.
    excess : array (q, p)
        J above the lower minimum on the grid.
    minima : array (2, 2)
        Where the stars go: the sharp one, the flat one.
    top : float
        Where the levels end; they are spaced as squares.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> u = v = np.linspace(-1, 1, 5)
    >>> ax = two_minima(ax, u, v, u**2 + v[:, None] ** 2, [[-0.5, 0], [0, 0]], 1.0)
    >>> [text.get_text() for text in ax.texts]
    ['sharp', 'flat']
    """
    levels = top * (np.arange(1, 17) / 16) ** 2
    ax.contour(u, v, excess, levels=levels, colors=FAINT, linewidths=0.9)
    for place, name in zip(minima, ["sharp", "flat"], strict=True):
        ax.plot(*place, "*", color=OPTIMUM, markersize=13)
        ax.annotate(name, place, (0, -10), textcoords="offset points", ha="center", va="top",
                    color=INK)  # fmt: skip
    words = {"xlabel": r"$\theta_1$", "ylabel": r"$\theta_2$", "title": "the surface"}
    return window(ax, (u[0], v[0]), (u[-1], v[-1]), **words)


def joined(curves):
    """Put curves (k, points, d) into one, (k · (points + 1), d), with a gap after each.

    Examples
    --------
    >>> joined(np.zeros((2, 3, 2))).shape
    (8, 2)
    """
    gap = np.full((len(curves), 1, curves.shape[-1]), np.nan)
    return np.concatenate([curves, gap], axis=1).reshape(-1, curves.shape[-1])


def excess_loss(ax, steps, low, high, *, parameter=r"\theta"):
    """Prepare the axes of the excess loss J(θ_t) − J*: steps across, powers of ten upwards.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> excess_loss(ax, 40, 1e-6, 1e3).get_yscale()
    'log'
    """
    powers_of_ten(ax.yaxis, low, high)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    title = rf"excess loss  $J({parameter}_t) - J^\star$"
    return frame(ax, title, "step t", "", (-0.02 * steps, 1.02 * steps), (low, high))


def run(ax, title, ylim):
    """Prepare the axes of a run from its start to its end, however many steps that are.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> [text.get_text() for text in run(ax, "the loss", (0, 1)).get_xticklabels()]
    ['start', 'half', 'step T']
    """
    ax.set_xticks([0, 0.5, 1], ["start", "half", "step T"])
    return frame(ax, title, "", "", (-0.03, 1.06), ylim)


def floors(ax, rates, heights, sizes, limits):
    """Draw the noise floor (sizes, rates) against α on log-log axes, a line for each batch size.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> floors(ax, [0.01, 0.1], [[1e-3, 1e-2]], [1], (1e-4, 1)).get_xscale()
    'log'
    """
    for size, height in zip(sizes, heights, strict=True):
        ax.plot(rates, height, color=FAINT, linewidth=1.2)
        ax.text(rates[-1], height[-1], f"  B = {size}", color=DATA, va="center", fontsize=9)
    powers_of_ten(ax.yaxis, *limits)
    ax.set_xscale("log")
    ticks = np.ravel([[1 * 10.0**k, 2 * 10.0**k, 5 * 10.0**k] for k in range(-12, 9)])
    ticks = rates if len(rates) < 6 else ticks[(ticks >= rates[0]) & (ticks <= rates[-1])]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FixedFormatter([f"{tick:g}" for tick in ticks]))
    ax.xaxis.set_minor_locator(NullLocator())
    title = r"the floor: mean of  $J(\theta_t) - J^\star$"
    return frame(ax, title, "α", "", (rates[0] / 1.2, rates[-1] * 1.7), limits)


def powers_of_ten(axis, low, high, nonpositive="mask"):
    """Make an axis logarithmic from low to high, with a few plain powers of ten for ticks.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> powers_of_ten(ax.yaxis, 1e-6, 1e3)
    >>> [text.get_text() for text in ax.get_yticklabels()][:3]
    ['10⁻⁶', '10⁻⁴', '10⁻²']
    """
    first, last = (round(np.log10(limit)) for limit in (low, high))
    stride = next(n for n in (1, 2, 3, 5, 10, 20, 50, 100) if (last - first) / n <= 8)
    powers = np.arange(-(-first // stride) * stride, last + 1, stride)
    axis.axes.set(**{f"{axis.axis_name}scale": LogScale(axis, nonpositive=nonpositive)})
    axis.set_major_locator(FixedLocator([float(f"1e{power}") for power in powers]))
    axis.set_major_formatter(FixedFormatter([power_of_ten(power) for power in powers]))
    axis.set_minor_locator(NullLocator())


def power_of_ten(power):
    """Write 10 to a whole power as text.

    Examples
    --------
    >>> power_of_ten(-3), power_of_ten(0), power_of_ten(12)
    ('10⁻³', '1', '10¹²')
    """
    return {0: "1", 1: "10"}.get(int(power), f"10{str(power).translate(RAISED)}")


def strips(ax, names, rates, regimes, *, notes):
    """Draw several strips above one axis of learning rates, a row each, the first on top.

    Parameters
    ----------
    ax : Axes
    names, notes : sequences of k str
        What stands beside each strip: its name, and below it a note.
    rates : array (p,)
        Learning rates, evenly spaced in their logarithms.
    regimes : array of str (k, p)
        What happens at each of them.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> rows = np.array([["monotone"] * 5 + ["diverging"] * 5])
    >>> strips(ax, ["MSE"], np.geomspace(0.01, 1, 10), rows, notes=["edge 0.1"]).get_ylim()
    (np.float64(0.5), np.float64(-0.5))
    """
    ends = np.sqrt(rates[1:] * rates[:-1])
    for row, each in enumerate(np.asarray(regimes)):
        changes = np.flatnonzero(each[1:] != each[:-1])
        edges = [rates[0], *ends[changes], rates[-1]]
        for left, right, name in zip(edges, edges[1:], each[[*changes, -1]], strict=False):
            ax.fill_between([left, right], row - 0.3, row + 0.3, color=REGIME[name], alpha=0.4,
                            linewidth=0)  # fmt: skip
            if np.log(right / left) > 0.12 * np.log(rates[-1] / rates[0]):
                at = np.sqrt(left * right)
                ax.text(at, row - 0.15, name, color=INK, ha="center", va="center", fontsize=8)
    powers_of_ten(ax.xaxis, rates[0], rates[-1])
    said = [f"{name}\n{note}" for name, note in zip(names, notes, strict=True)]
    ax.set_yticks(range(len(said)), said)
    ax.tick_params(axis="y", length=0)
    limits = (rates[0], rates[-1]), (len(said) - 0.5, -0.5)
    return frame(ax, "one α in every convention", "α", "", *limits)


def strip(ax, bands, marks, at, size):
    """Draw a slider as a strip: its regimes as bands, its special positions as ticks.

    Parameters
    ----------
    ax : Axes
    bands : sequence of (first, name)
        Position at which each regime begins, in order; the first begins at 0.
    marks : dict of int to str
        Position and name of each special value.
    at, size : int
        The position shown, and how many there are.

    Examples
    --------
    >>> _, (ax,) = canvas([4], 0.6)
    >>> strip(ax, [(0, "monotone"), (6, "oscillating")], {6: "1/λ"}, 3, 10).get_xlim()
    (np.float64(-0.5), np.float64(9.5))
    """
    edges = [border(first, marks) for first, _ in bands] + [size - 0.5]
    for (_, name), left, right in zip(bands, edges, edges[1:], strict=False):
        ax.axvspan(left, right, color=BANDS[name], alpha=0.4, linewidth=0)
        ax.text((left + right) / 2, 0.5, name, ha="center", va="center", fontsize=9)
    for row, (position, name) in enumerate(sorted(marks.items())):
        y, anchor = ((-0.15, "top"), (1.1, "bottom"))[row % 2]
        ax.plot([position, position], [0, 1], color=INK, linewidth=0.8)
        ax.text(position, y, mathtext(name), ha="center", va=anchor, fontsize=9)
    ax.plot(at, 0.82, "v", color=INK, markersize=9)
    ax.set(xlim=(-0.5, size - 0.5), ylim=(0, 1))
    ax.axis("off")
    return ax


def border(first, marks):
    """Where the band that begins at a position begins in the strip: at the mark before, if any.

    Examples
    --------
    >>> border(6, {5: "1/λ"}), border(6, {}), border(0, {})
    (5.0, 5.5, -0.5)
    """
    return first - 1.0 if first - 1 in marks else first - 0.5


def sentence(text, width, **style):
    """A row of text for a picture: a figure of that width in inches.

    Examples
    --------
    >>> sentence("The sliders work.", 7).get_size_inches().tolist()
    [7.0, 0.3]
    """
    figure, (ax,) = canvas([width], 0.3)
    ax.axis("off")
    ax.text(0, 0.5, mathtext(text), va="center", transform=ax.transAxes, **style)
    return figure


def mathtext(name):
    r"""Write ``λ_max`` as Matplotlib's mathematics, and other text as it is.

    Examples
    --------
    >>> mathtext("2/λ_max")
    '2/λ$_{\\mathrm{max}}$'
    """
    return re.sub(r"_(\w+)", r"$_{\\mathrm{\1}}$", name)


def describe(figure):
    """Say in words and rounded numbers what a figure shows.

    It stands beside every picture as its text: for readers who do not see the picture, and so that
    a changed curve changes a text that tests compare.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> _ = ax.plot([0, 1, 2], [1, 4, 9], label="squares")
    >>> print(describe(ax.figure))
    Figure with 1 panel
      panel 1: x -0.1 to 2.1, y 0.6 to 9.4
        line 'squares': 3 points, (0, 1) over (1, 4) to (2, 9), y from 1 to 9
    """
    panels = [ax for ax in figure.axes if ax.axison or ax.lines or ax.collections]
    lines = [f"Figure with {len(panels)} panel{'s' if len(panels) != 1 else ''}"]
    for k, ax in enumerate(panels, 1):
        lines += [f"  panel {k}: {_headline(ax)}", *(f"    {text}" for text in _artists(ax))]
    return "\n".join(lines)


def load(ipython):
    """Set the style of the course in a notebook, and its summaries of figures.

    Called by ``%load_ext lrlab``.
    """
    import matplotlib.pyplot as plt

    plt.style.use(STYLE)
    if "inline" in matplotlib.get_backend():
        # Setting formats forgets all formatters of figures, so ours comes after.
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("png", metadata={"Software": None})
    ipython.display_formatter.formatters["text/plain"].for_type(
        Figure, lambda figure, printer, cycle: printer.text(describe(figure))
    )


def _headline(ax):
    title = ax.get_title(loc="left") or ax.get_title()
    axes = [
        f"{ax.get_xlabel() or 'x'} {_extent(ax.get_xlim())}",
        f"{ax.get_ylabel() or 'y'} {_extent(ax.get_ylim())}",
    ]
    return f"{title}: {', '.join(axes)}" if title else ", ".join(axes)


def _artists(ax):
    for line in ax.lines:
        label = "" if line.get_label().startswith("_") else f" '{line.get_label()}'"
        yield f"line{label}: {_curve(np.asarray(line.get_xdata()), np.asarray(line.get_ydata()))}"
    for collection in ax.collections:
        kind = type(collection).__name__
        if kind == "PathCollection":
            yield f"points: {_curve(*np.transpose(collection.get_offsets()))}"
        else:
            levels = getattr(collection, "levels", None)
            yield kind if levels is None else f"{kind}: levels {_extent(levels[[0, -1]])}"
    for text in ax.texts:
        yield f"text: {text.get_text()}"


def _curve(x, y):
    x, y = (np.atleast_1d(np.asarray(v, float)) for v in (x, y))
    if x.size == 0:
        return "empty"
    first, middle, last = (f"({_short(x[k])}, {_short(y[k])})" for k in (0, x.size // 2, -1))
    if x.size == 1:
        return first
    finite = y[np.isfinite(y)]
    span = f", y from {_short(finite.min())} to {_short(finite.max())}" if finite.size else ""
    over = f" over {middle}" if x.size > 2 else ""
    return f"{x.size} points, {first}{over} to {last}{span}"


def _extent(interval):
    low, high = interval
    return f"{_short(low)} to {_short(high)}"


def _short(value):
    value = float(value)
    return "0" if abs(value) < 1e-9 else f"{value:.3g}"


def _room(values, share=0.08):
    low, high = np.min(values), np.max(values)
    margin = share * ((high - low) or 1.0)
    return low - margin, high + margin
