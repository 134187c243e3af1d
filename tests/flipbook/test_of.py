"""Functions of the kind that people give to `interact`, made books.

What a book shows is compared with what the function itself draws, through Matplotlib alone: its
pixels, and where its points are.
"""

import functools
import io
import math
import re
import time
from contextlib import contextmanager

import matplotlib
import numpy as np
import pytest
from decoded import content, drawn, in_points
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider, fixed
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from PIL import Image, ImageFilter

from lrlab.flipbook import Flipbook, Slider
from lrlab.flipbook.stage import all_axes


@pytest.fixture(autouse=True)
def nothing_stays_open():
    plt.switch_backend("agg")
    yield
    left = plt.get_fignums()
    plt.close("all")
    assert left == []


# Ten functions as a notebook has them for interact.


def descent(learning_rate, steps):
    """Gradient descent on a parabola."""
    w = np.linspace(-4, 4, 101)
    path = [3.5]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * 2 * path[-1])
    path = np.array(path)
    plt.figure(figsize=(7, 4))
    plt.plot(w, w**2, color="tab:blue", label="loss")
    plt.plot(path, path**2, "o-", color="tab:red", label="descent")
    plt.xlim(-4, 4)
    plt.ylim(-1, 16)
    plt.xlabel("w")
    plt.ylabel("loss")
    plt.title(f"learning rate {learning_rate:.2f}, {steps} steps")
    plt.legend(loc="upper center")
    plt.show()


rng = np.random.default_rng(0)
sizes = rng.uniform(0, 10, 40)
prices = 3 + 2 * sizes + rng.normal(size=40)


def fit_by_hand(slope, intercept):
    predicted = intercept + slope * sizes
    _, ax = plt.subplots()
    ax.scatter(sizes, prices, label="houses")
    ax.plot([0, 10], [intercept, intercept + 10 * slope], "r", lw=2, label="model")
    ax.vlines(sizes, prices, predicted, color="gray", linestyle="--", linewidth=2)
    ax.set(xlim=(0, 10), ylim=(-5, 35), xlabel="size", ylabel="price")
    mse = np.mean((prices - predicted) ** 2)
    ax.text(0.05, 0.9, f"MSE = {mse:.2f}", transform=ax.transAxes, fontsize=12)
    ax.legend(loc="lower right")
    plt.show()


t = np.linspace(0, 1, 15)
noisy = np.sin(2 * np.pi * t) + np.random.default_rng(1).normal(scale=0.2, size=15)


def polynomial(degree):
    fine = np.linspace(0, 1, 200)
    curve = np.polynomial.Polynomial.fit(t, noisy, degree)(fine)
    plt.plot(fine, np.sin(2 * np.pi * fine), "g--", label="truth")
    plt.plot(fine, curve, "r-", label=f"degree {degree}")
    plt.scatter(t, noisy, s=50, facecolors="w", edgecolors="b", label="data", zorder=3)
    plt.ylim(-2, 2)
    plt.legend()
    plt.title("Overfitting" if degree > 8 else "")


def normal(mu, sigma, shade=True):
    x = np.linspace(-10, 10, 400)
    y = np.exp(-0.5 * ((x - mu) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    fig = plt.figure(figsize=(6, 4))
    plt.plot(x, y, lw=2, color="navy")
    if shade:
        inside = np.abs(x - mu) <= sigma
        plt.fill_between(x, y, where=inside, alpha=0.3, color="orange")
    plt.axvline(mu, color="k", linestyle=":")
    plt.title(rf"$\mu = {mu}$, $\sigma = {sigma}$")
    plt.grid(True)
    plt.tight_layout()
    return fig


def waves(frequency, phase, shape):
    x = np.linspace(0, 2, 300)
    y = shape(2 * np.pi * frequency * x + phase)
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(6, 5), sharex=True)
    top.plot(x, y)
    top.set_ylabel("signal")
    bottom.plot(x, np.cumsum(y) * (x[1] - x[0]), "C1")
    bottom.axhline(0, color="0.7")
    bottom.set_ylabel("sum")
    fig.suptitle(f"{frequency} Hz")
    return fig


centres = np.array([[0, 0], [4, 1], [2, 4]])
cloud = np.concatenate([c + np.random.default_rng(2).normal(size=(30, 2)) for c in centres])


def k_means(k, iteration):
    means = cloud[:: len(cloud) // k][:k].copy()
    for _ in range(iteration):
        labels = np.argmin(((cloud[:, None] - means) ** 2).sum(-1), axis=1)
        means = np.array([cloud[labels == j].mean(axis=0) for j in range(k)])
    labels = np.argmin(((cloud[:, None] - means) ** 2).sum(-1), axis=1)
    plt.figure()
    plt.scatter(*cloud.T, c=labels, cmap="viridis", vmin=0, vmax=5, s=20)
    plt.scatter(*means.T, c="red", marker="X", s=150)
    plt.title("k = %d, iteration %d" % (k, iteration))  # noqa: UP031, as people write it
    plt.show()


draws = np.random.default_rng(3).normal(size=500)


def histogram(bins, density):
    _, ax = plt.subplots(figsize=(6, 3.5))
    ax.hist(draws, bins=bins, range=(-4, 4), density=density, color="steelblue", edgecolor="black")
    ax.set_xlabel("value")
    return ax


def logistic(w1, b1, w2, b2):
    x = np.arange(-5, 5, 0.05)
    plt.plot(x, 1 / (1 + np.exp(-(w1 * x + b1))), "-b")
    plt.plot(x, 1 / (1 + np.exp(-(w2 * x + b2))), "-r")
    plt.axis([-5, 5, -0.5, 1.5])
    plt.show()


def bowl(correlation, level, ax):
    X, Y = np.meshgrid(np.linspace(-3, 3, 40), np.linspace(-3, 3, 40))
    Z = X**2 + Y**2 + 2 * correlation * X * Y
    ax.contour(X, Y, Z, levels=[1, 4, 9], colors=["#888888"])
    ax.contourf(X, Y, Z, levels=[0, level], colors=["#ffcc99"], alpha=0.6)
    ax.plot(0, 0, "k+", markersize=12)
    ax.set_aspect("equal")


def binomial(n, p, mean=False):
    k = np.arange(n + 1)
    mass = np.array([math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in k])
    _, ax = plt.subplots()
    ax.bar(k, mass, color="C0", alpha=0.6, label="probability")
    error = np.sqrt(mass * (1 - mass) / 100)
    ax.errorbar(k, mass, yerror := error, fmt="none", ecolor="black", capsize=3)
    assert yerror is error
    if mean:
        ax.axvline(n * p, color="red", label="mean")
    ax.legend(loc="upper right")
    print(f"mean {n * p:.1f}")
    plt.show()


# Of each function: the sliders as given, and some positions with what the function takes there.
CASES = {
    descent: (
        {"learning_rate": (0.05, 1.1, 0.15), "steps": range(0, 16, 5)},
        [{"learning_rate": 0.05, "steps": 15}, {"learning_rate": 0.8, "steps": 10}],
    ),
    fit_by_hand: (
        {"slope": (-1.0, 4.0, 1.0), "intercept": np.arange(0, 11, 5)},
        [{"slope": -1.0, "intercept": 10}, {"slope": 2.0, "intercept": 5}],
    ),
    polynomial: ({"degree": [0, 1, 3, 5, 12]}, [{"degree": 0}, {"degree": 5}, {"degree": 12}]),
    normal: (
        {"mu": (-3, 3, 3), "sigma": FloatSlider(min=0.5, max=3, step=0.5, value=1), "shade": True},
        [{"mu": -3, "sigma": 0.5, "shade": "yes"}, {"mu": 3, "sigma": 2.5, "shade": "no"}],
    ),
    waves: (
        {"frequency": (1.0, 3.0, 0.5), "phase": [0, 1, 2],
         "shape": {"sine": np.sin, "cosine": np.cos}},
        [{"frequency": 1.0, "phase": 0, "shape": "sine"},
         {"frequency": 2.5, "phase": 2, "shape": "cosine"}],
    ),
    k_means: (
        {"k": [2, 3, 4], "iteration": IntSlider(min=0, max=5)},
        [{"k": 2, "iteration": 0}, {"k": 3, "iteration": 5}, {"k": 4, "iteration": 2}],
    ),
    histogram: (
        {"bins": range(5, 40, 10), "density": False},
        [{"bins": 5, "density": "no"}, {"bins": 35, "density": "yes"}],
    ),
    logistic: (
        {"w1": (-4, 4, 4), "b1": [0, 1], "w2": (-4, 4, 4), "b2": [0, 1]},
        [{"w1": -4, "b1": 1, "w2": 4, "b2": 0}, {"w1": 0, "b1": 0, "w2": -4, "b2": 1}],
    ),
    bowl: (
        {"correlation": (-0.8, 0.8, 0.4), "level": [1, 2, 5]},
        [{"correlation": -0.8, "level": 5}, {"correlation": 0.4, "level": 2}],
    ),
    binomial: (
        {"n": (2, 14, 6), "p": [0.1, 0.5, 0.8], "mean": True},
        [{"n": 2, "p": 0.5, "mean": "yes"}, {"n": 14, "p": 0.8, "mean": "yes"}],
    ),
}  # fmt: skip
PLACES = [(draw, position) for draw, (_, every) in CASES.items() for position in every]
MEANT = {"no": False, "yes": True, "sine": np.sin, "cosine": np.cos}


@functools.cache
def book_of(draw):
    return Flipbook.of(draw, quiet=True, **CASES[draw][0])


@contextmanager
def own(draw, position):
    """What a function draws by itself: its figure, in the limits and at the place of the book."""
    book = book_of(draw)
    book.position = position
    assert book.position == position
    values = {name: MEANT.get(value, value) for name, value in position.items()}
    if draw is bowl:
        values["ax"] = plt.figure().subplots()
    draw(**values)
    figure = plt.gcf()
    pairs = list(zip(all_axes(book.figure), all_axes(figure), strict=True))
    for mine, its in pairs:
        its.set(xlim=mine.get_xlim(), ylim=mine.get_ylim(), title=mine.get_title())
        its.set_position(mine.get_position())
        if draw is polynomial:  # its legend goes wherever is best, and in a book that is one place
            its.get_legend().set_loc(mine.get_legend()._loc)
    if figure.get_suptitle():
        figure.suptitle("")
    try:
        yield book, figure, pairs
    finally:
        plt.close("all")


def pixels(picture):
    picture = picture.convert("L").filter(ImageFilter.GaussianBlur(2))
    return np.asarray(picture, float)


def differing(book, figure):
    """The share of the picture where a book's still and a figure are not the same."""
    figure.set_dpi(100)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100)
    expected = pixels(Image.open(buffer))
    found = pixels(Image.open(io.BytesIO(book.png())))[30 : 30 + len(expected)]
    return (np.abs(found - expected) > 40).mean()


@pytest.mark.parametrize(("draw", "position"), PLACES)
def test_a_still_looks_as_the_function_draws_it(draw, position):
    with own(draw, position) as (book, figure, _):
        assert differing(book, figure) < 0.001


@pytest.mark.parametrize("draw", CASES)
def test_a_still_of_another_position_does_not(draw):
    first, *_, last = CASES[draw][1]
    with own(draw, first) as (book, figure, _):
        book.position = last
        assert differing(book, figure) > 0.004


def shown(book, panel):
    """The colour and the points that a browser shows of each line in a panel, and the stage's."""
    for number, layer in enumerate(book._layers):
        if layer.axes is panel and layer.kind == "line":
            points = drawn(book, number)
            yield layer.style["color"], points[~np.isnan(points).any(axis=1)]
    for line in panel.lines:
        yield to_hex(line.get_color()), in_points(panel, line.get_xydata())


@pytest.mark.parametrize(("draw", "position"), PLACES)
def test_every_line_is_where_the_function_draws_it(draw, position):
    with own(draw, position) as (book, _, pairs):
        for mine, its in pairs:
            found = list(shown(book, mine))
            for line in its.lines:
                if line.get_transform() != its.transData or line.get_marker() in ("+", "_"):
                    continue
                points = in_points(mine, line.get_xydata())
                near = (np.abs(points) < 2000).all(axis=1)
                assert any(
                    len(xy) == len(points) and color == to_hex(line.get_color())
                    and np.abs(xy - points)[near].max() <= 1 / 16
                    for color, xy in found
                ), line  # fmt: skip


# What is on the stage, and what is a layer


def kinds(book):
    return [layer.kind for layer in book._layers]


def test_what_never_changes_stays_on_the_stage_unless_it_lies_above_what_does():
    def draw(a):
        plt.plot([0, 1], [0, 1], "k", zorder=1)
        plt.plot([0, 1], [0, a], "r", zorder=2)
        plt.plot([0, 1], [1, 0], "b", zorder=3)
        plt.text(0.5, 0.5, "still")

    book = Flipbook.of(draw, a=[1, 2], quiet=True)
    (ax,) = book.figure.axes
    assert [to_hex(line.get_color()) for line in ax.lines] == ["#000000"]
    assert [layer.style["color"] for layer in book._layers] == ["#ff0000", "#0000ff"]
    shapes = [layer["y"]["shape"] for layer in content(book)["layers"]]
    assert shapes == [[2, 2], [1, 2]] and [text.get_text() for text in ax.texts] == ["still"]


def test_what_appears_and_vanishes_is_a_gap():
    def draw(n, seen):
        for k in range(n):
            plt.plot([0, 1], [k, k], "r")
        if seen:
            plt.fill_between([0, 1], [0, 1], facecolor="b")
        plt.axis([0, 1, -1, 4])

    book = Flipbook.of(draw, n=[1, 2, 3], seen=True, quiet=True)
    for n, seen in np.ndindex(3, 2):
        here = [
            layer.kind
            for k, layer in enumerate(book._layers)
            if not np.isnan(drawn(book, k, [n, seen])).all()
        ]
        # The first line lies above the area, which comes and goes, so that it is a layer too.
        assert here.count("fill") == seen and here.count("line") == n + 1


def test_a_colour_that_changes_is_a_layer_a_colour():
    def draw(good):
        plt.plot([0, 1], [0, 1], color="green" if good else "red")

    book = Flipbook.of(draw, good=False, quiet=True)
    for at, color in enumerate(["#ff0000", "#008000"]):
        seen = [layer.style["color"] for k, layer in enumerate(book._layers)
                if not np.isnan(drawn(book, k, [at])).any()]  # fmt: skip
        assert seen == [color]


def test_many_lines_of_one_look_are_one_layer():
    def draw(seed):
        walks = np.random.default_rng(seed).normal(size=(50, 20)).cumsum(axis=1)
        plt.plot(walks.T, color="grey")

    book = Flipbook.of(draw, seed=range(3), quiet=True)
    assert len(book._layers) == 1 and drawn(book, 0).shape == (50 * 21 - 1, 2)


def test_what_stands_at_a_share_of_the_axes_stays_there():
    def draw(a):
        plt.plot([0, 9], [0, a])
        plt.axvline(a, 0.25, 0.5, color="k")
        plt.annotate("here", (a, 1), xytext=(6, 12), textcoords="offset points")
        plt.text(0.5, 0.75, f"a = {a}\nor so", transform=plt.gca().transAxes, va="top")

    book = Flipbook.of(draw, a=[1, 4], quiet=True)
    (ax,) = book.figure.axes
    (low, high), (left, right) = ax.get_ylim(), ax.get_xlim()
    upright = next(k for k, layer in enumerate(book._layers) if layer.style["color"] == "#000000")
    for at, a in enumerate([1, 4]):
        heights = low + np.array([0.25, 0.5]) * (high - low)
        expected = in_points(ax, np.column_stack([[a, a], heights]))
        np.testing.assert_allclose(drawn(book, upright, [at]), expected, atol=1 / 16)
        texts = {
            str(np.broadcast_to(layer.texts, 2)[at]): drawn(book, k, [at])[0]
            for k, layer in enumerate(book._layers)
            if layer.kind == "text"
        }
        here = in_points(ax, (a, 1)) + [6, -12]
        np.testing.assert_allclose(texts["here"], here, atol=1 / 16)
        first = in_points(ax, ((left + right) / 2, low + 0.75 * (high - low)))
        np.testing.assert_allclose(texts[f"a = {a}"], first, atol=1 / 16)
        np.testing.assert_allclose(texts["or so"], first + [0, 12], atol=1 / 16)


def test_markers_that_are_strokes_keep_their_size_in_points():
    def draw(a):
        plt.plot([1], [a], "x", markersize=8, color="r")
        plt.axis([0, 2, 0, 9])

    book = Flipbook.of(draw, a=[1, 4], quiet=True)
    xy = drawn(book, 0, [1])
    middle = in_points(book.figure.axes[0], (1, 4))
    corners = (xy - middle)[~np.isnan(xy).any(axis=1)]
    np.testing.assert_allclose(np.abs(corners), 4, atol=1 / 8)


def test_lines_in_three_dimensions_are_carried():
    def draw(turns):
        ax = plt.figure().add_subplot(projection="3d")
        s = np.linspace(0, 1, 30)
        ax.plot(np.cos(turns * s), np.sin(turns * s), s, "r")

    book = Flipbook.of(draw, turns=[3, 6], quiet=True)
    assert kinds(book) == ["line"] and len(book._layers[0].points) == 3
    assert not np.array_equal(drawn(book, 0, [0]), drawn(book, 0, [1]))


# Words


def test_titles_labels_and_what_is_printed_become_the_caption():
    def draw(a):
        plt.plot([0, 1], [0, a])
        plt.title(rf"$\theta_{a}$")
        plt.xlabel(f"{a} steps")
        plt.ylabel("loss")
        print("so it is", a)

    book = Flipbook.of(draw, a=[1, 2], quiet=True)
    book.position = {"a": 2}
    assert book.seen == r"$\theta_2$; x: 2 steps; so it is 2"
    (ax,) = book.figure.axes
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("", "", "loss")


def test_the_words_of_a_legend_change_in_their_place():
    book = book_of(polynomial)
    (layer,) = [k for k, each in enumerate(book._layers) if each.kind == "text"]
    assert book._layers[layer].texts.tolist() == [f"degree {n}" for n in (0, 1, 3, 5, 12)]
    texts = book.figure.axes[0].get_legend().get_texts()
    assert [text.get_text() for text in texts if text.get_visible()] == ["truth", "data"]
    above, below = (texts[k].get_window_extent().extents for k in (0, 2))
    between = book.figure.get_figheight() * 72 - (above + below)[[1, 3]].mean() / 2
    np.testing.assert_allclose(drawn(book, layer)[0], [above[0], between], atol=0.5)


def test_a_legend_holds_every_entry_that_is_ever_there():
    texts = book_of(binomial).figure.axes[0].get_legend().get_texts()
    assert [text.get_text() for text in texts] == ["mean", "probability"]


# Limits, sizes, seconds


def line_to(a):
    plt.plot([0, 1], [0, a])
    plt.margins(0)


def test_limits_hold_every_position_and_this_is_said(capsys):
    book = Flipbook.of(line_to, a=(1, 8))
    assert book.figure.axes[0].get_ylim() == (0, 8)
    assert capsys.readouterr().out == (
        "8 positions, about 5 kB\nThe axes hold every position: y from 0 to 8.\n"
    )
    Flipbook.of(line_to, a=(1, 8), quiet=True)
    assert capsys.readouterr().out == ""


def test_limits_that_run_backwards_do_so_in_the_book():
    def draw(a):
        line_to(a)
        plt.gca().invert_yaxis()

    assert Flipbook.of(draw, a=(1, 8), quiet=True).figure.axes[0].get_ylim() == (8, 0)


def test_what_is_too_large_is_refused_before_it_is_run():
    calls = []

    def draw(a, b):
        calls.append((a, b))
        assert len(calls) < 9
        plt.plot(np.cos(np.arange(5000) * a) + b)

    message = r"max_bytes=1,000,000, but 10,201 positions of draw take about .* bytes"
    with pytest.raises(ValueError, match=message):
        Flipbook.of(draw, a=(0.0, 10.0), b=(0.0, 10.0), max_seconds=np.inf)
    assert len(calls) == 3


def test_what_takes_too_long_is_refused_unless_more_is_allowed(capsys, monkeypatch):
    def draw(a):
        time.sleep(0.05)
        plt.plot([0, a])
        plt.ylim(0, 9)

    with pytest.raises(ValueError, match=r"max_seconds=1, but 30 positions take about .* s:"):
        Flipbook.of(draw, a=range(30), max_seconds=1)
    monkeypatch.setattr("lrlab.flipbook.of.SLOW", 0.5)
    Flipbook.of(draw, a=range(30), max_seconds=100)
    assert re.fullmatch(r"30 positions, about \d+ kB, about \d+ s\n", capsys.readouterr().out)


def test_what_is_too_large_at_the_end_is_refused():
    def draw(a):
        plt.plot(np.random.default_rng(a).normal(size=900), color="r")

    with pytest.raises(ValueError, match="max_bytes=9,000, got"):
        Flipbook.of(draw, a=range(9), max_bytes=9000, quiet=True)


# What cannot be carried


def image(a):
    plt.imshow([[a, 1], [1, 1]])


def surface(a):
    ax = plt.figure().add_subplot(projection="3d")
    X, Y = np.meshgrid([0, 1], [0, 1])
    ax.plot_surface(X, Y, a * X)


def view(a):
    plt.figure().add_subplot(projection="3d").view_init(30, a)


def field(a):
    plt.quiver([0, 1], [0, 1], [a, 1], [1, 1])


def arrow(a):
    plt.annotate("", (a, 1), (0, 0), arrowprops={"arrowstyle": "->"})


def arrow_patch(a):
    plt.gca().add_patch(FancyArrowPatch((0, 0), (a, 1)))


def scale(a):
    plt.plot([1, 2])
    plt.yscale("log" if a > 1 else "linear")


def ticks(a):
    plt.xticks([0, a])


def tick_words(a):
    plt.xticks([0, 1], ["none", f"{a} steps"])


def beside(a):
    plt.plot([0, 1], label=f"run {a}")
    plt.legend(bbox_to_anchor=(1, 1), loc="upper left")


def axes(a):
    plt.subplots(1, a)


def turned(a):
    plt.text(0.5, 0.5, f"{a}", rotation=45)


def fraction(a):
    plt.plot([0, 1])
    plt.title(rf"$\frac{{1}}{{{a}}}$")


def colours(a):
    plt.scatter(np.arange(200), np.arange(200) * a, c=np.arange(200))


def entries(a):
    plt.plot([0, 1], color=f"C{a}", label=f"run {a}")
    plt.legend()


def nothing(a):
    pass


def two(a):
    plt.plot([0, 1])
    plt.figure()
    plt.plot([0, 1])


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (image, "AxesImage 1 of axes 1 changes with a: draw contour lines"),
        (surface, "Poly3DCollection 1 of axes 1 changes with a: draw contour lines in a flat"),
        (view, r"the frame of axes 1 \(its scales, ticks or view\) changes with a"),
        (field, "Quiver 1 of axes 1 changes with a: draw each arrow as a line"),
        (arrow, "Annotation 1 of axes 1 changes with a: draw the arrow as a line"),
        (arrow_patch, "FancyArrowPatch 1 of axes 1 changes with a: draw a line with a dot"),
        (scale, "the frame of axes 1"),
        (ticks, "the frame of axes 1"),
        (tick_words, "the frame of axes 1"),
        (axes, "the number of axes changes with a"),
        (turned, "Text 1 of axes 1 changes with a: use level text"),
        (fraction, r"title of axes 1 is .*frac.*: use letters"),
        (colours, "at most 100 things of different looks"),
        (entries, "its entries change with a: label the same lines"),
        (nothing, "draw one figure.* got 0"),
        (two, "draw one figure.* got 2"),
    ],
)
def test_what_cannot_be_carried_is_refused_in_a_sentence(draw, message):
    with pytest.raises(ValueError, match=f"^{draw.__name__} must .*{message}"):
        Flipbook.of(draw, a=[1, 2], quiet=True)


def test_words_of_a_legend_that_change_beside_its_axes_are_refused():
    with pytest.raises(ValueError, match=r"must stand inside its axes, .* got 'run 1'"):
        Flipbook.of(beside, a=[1, 2], quiet=True)


def test_an_image_that_stays_is_no_hindrance():
    def draw(a):
        plt.imshow([[0, 1], [2, 3]])
        plt.plot([0, 1], [0, a], "r")

    assert kinds(Flipbook.of(draw, a=[0, 1], quiet=True)) == ["line"]


def test_an_error_says_where_it_happened():
    with pytest.raises(ZeroDivisionError) as caught:
        Flipbook.of(lambda a: plt.plot([0, 1 / a]), a=[1, 2, 0], quiet=True)
    assert caught.value.__notes__ == ["while <lambda> drew at {'a': 0}"]


# Where it is drawn


def test_figures_that_are_open_stay_as_they_are(capsys):
    plt.switch_backend("svg")
    mine = plt.figure(1)
    plt.plot([0, 1])

    def draw(a):
        plt.figure(1)
        plt.plot([0, a])
        plt.show()

    book = Flipbook.of(draw, a=[1, 2], quiet=True)
    assert plt.get_fignums() == [1] and plt.gcf() is mine and len(mine.axes[0].lines) == 1
    assert book.figure is not mine and matplotlib.get_backend() == "svg"
    plt.close("all")


def test_a_figure_that_a_function_keeps_is_not_taken_apart():
    ax = Figure().subplots()
    (line,) = ax.plot([0, 1], [0, 1], "r")
    ax.set_ylim(0, 9)

    def draw(a):
        line.set_ydata([0, a])
        return ax

    book = Flipbook.of(draw, a=[1, 4], quiet=True)
    assert book.figure is not ax.figure and ax.lines[0] is line
    expected = in_points(book.figure.axes[0], [(0, 0), (1, 4)])
    np.testing.assert_allclose(drawn(book, 0, [1]), expected, atol=1 / 16)


@pytest.mark.parametrize("back", ["ax", "figure", "lines", "pair", "nothing"])
def test_a_function_may_return_what_it_drew(back):
    def draw(a, ax):
        found = ax.plot([0, a])
        return {"ax": ax, "figure": ax.figure, "lines": found, "pair": (ax.figure, [ax])}.get(back)

    assert len(Flipbook.of(draw, a=[1, 2], quiet=True)._layers) == 1


def test_random_numbers_begin_alike_and_go_on_as_before():
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002

    def draw(a):
        plt.plot(np.random.normal(size=9), "k")  # noqa: NPY002
        plt.plot([0, a], [5, 5], "r")
        plt.axis([0, 9, -9, 9])

    book = Flipbook.of(draw, a=[1, 2], quiet=True)
    assert len(book._layers) == 1 and len(book.figure.axes[0].lines) == 1
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_the_same_function_is_the_same_book_to_the_last_byte():
    sliders = CASES[polynomial][0]
    packed = [Flipbook.of(polynomial, quiet=True, **sliders)._packed for _ in range(2)]
    assert packed[0] == packed[1]


# Sliders


@pytest.mark.parametrize(
    ("given", "values", "begins"),
    [
        ([3, 1, 2], [1, 2, 3], 1),
        (range(3), [0, 1, 2], 0),
        ((0, 4), [0, 1, 2, 3, 4], 2),
        ((0.0, 0.5), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5], 0.3),
        ((0, 10, 5), [0, 5, 10], 5),
        (2, [-2, -1, 0, 1, 2, 3, 4, 5, 6], 2),
        (True, ["no", "yes"], "yes"),
        (["b", "a"], ["b", "a"], "b"),
        ({"one": 1, "two": 2}, ["one", "two"], "one"),
        ([("one", 1), ("two", 2)], ["one", "two"], "one"),
        ([np.sin, np.cos], ["sin", "cos"], "sin"),
        (Slider([1, 5], marks={1: "edge"}), [1, 5], 1),
        (FloatSlider(min=0, max=1, step=0.5, value=1), [0, 0.5, 1], 1),
        (FloatLogSlider(min=-2, max=0, step=1, value=0.1), [0.01, 0.1, 1], 0.1),
        (Dropdown(options={"one": 1, "two": 2}, value=2), ["one", "two"], "two"),
    ],
)
def test_a_slider_is_given_as_interact_has_it(given, values, begins):
    seen = []

    def draw(a):
        seen.append(a)
        plt.plot([0, 1])

    book = Flipbook.of(draw, a=given, quiet=True)
    assert book.sliders["a"].values.tolist() == pytest.approx(values)
    assert book.position["a"] == begins
    meant = {"no": False, "yes": True, "one": 1, "two": 2, "sin": np.sin, "cos": np.cos}
    assert {*seen} == {meant.get(value, value) for value in book.sliders["a"].values.tolist()}
    if isinstance(given, tuple) and given != (True,):
        assert type(seen[0]) is type(values[0])


def test_what_is_fixed_is_given_on_and_is_no_slider():
    seen = []

    def draw(a, b, c):
        seen.append((a, b, c))
        plt.plot([0, 1])

    book = Flipbook.of(draw, a=fixed("one"), b=[1, 2], c=fixed(True), quiet=True)
    assert list(book.sliders) == ["b"] and {*seen} == {("one", 1, True), ("one", 2, True)}


@pytest.mark.parametrize("given", ["words", 1 + 2j, (3, 1), np.ones((2, 2)), np.nan])
def test_what_is_no_slider_is_refused_by_name(given):
    with pytest.raises((TypeError, ValueError), match=r"^rate: "):
        Flipbook.of(line_to, rate=given)
