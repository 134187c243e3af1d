import re

import numpy as np
import pytest
from decoded import assert_drawn, caption, drawn, layers, read, until_left
from plain import descend, excess_of

from lrlab import LeastSquares, datasets, explorers
from lrlab.drawing import figures
from lrlab.lessons.the_edge import picture

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
CURVATURES = np.linalg.eigvalsh(X.T @ X / len(x))
LINE = LeastSquares([[1.0, 0.0], [0.0, 2.0]], [0, 0])  # curvatures 1/2 and 2: the edge is at α = 1


@pytest.fixture(scope="module")
def book():
    return explorers.learning_rate(x, y)


@pytest.mark.parametrize(
    ("rate", "excess", "left_at", "words"),
    [
        (0.3, [8, 4, 2], -1, "without crossing the valley. After 2 steps 25 % of the excess"),
        (0.5, [8, 4, 2], -1, "steepest direction is solved in one step; the flat one takes its"),
        (0.7, [8, 4, 0.08], -1, "crosses the valley and lands closer. After 2 steps 1 % of"),
        (0.8, [8, 4, 0], -1, "fastest rate in the long run: each step keeps 0.6 of the error. Aft"),
        (1.0, [8, 8, 8], -1, "edge: the path bounces between the two walls of the valley for ever"),
        (1.5, [2, 8, 32], 1, "away. Path and line leave the picture at step 1, and after 2 steps"),
        (1.5, [2, 8, 32], 1, "the excess loss is 16 times the first."),
        (1.1, [2, 3, 4], -1, "away. It is still in the picture, but after 2 steps the excess loss"),
        (1.5, [1e-300, 1, 1e300], 1, "the excess loss is more than 10³⁰⁸ times the first."),
        (0.3, [0, 0, 0], -1, "starts at the minimum"),
        (1.5, [0, 0, 0], -1, "starts at the minimum"),
    ],
)
def test_descent_says_what_a_run_does(rate, excess, left_at, words):
    assert words in picture.caption(LINE, rate, np.array(excess, float), left_at)


@pytest.mark.parametrize(
    ("rate", "words"),
    [(0.4, "0.4 is below it"), (0.5, "0.5 is exactly there"), (0.6, "0.6 is above it")],
)
def test_the_edge_says_on_which_side_a_rate_is(rate, words):
    said = picture.edge_caption(0.5, rate)
    assert words in said and said.startswith("The critical rate is 0.5.")
    assert ("diverges" in said) == (rate > 0.5)


def test_the_learning_rate_goes_where_the_loop_goes_and_says_so(book):
    middle = book.figure.axes[1]
    (path,), (curve,) = layers(book, 1, True), layers(book, 2, True)
    steps = np.arange(41)
    said = []
    for i, rate in enumerate(book.sliders["α"].values):
        theta = descend(X, y, (0, 0), rate, 40)
        excess = excess_of(X, y, theta)
        diverges = rate * CURVATURES[-1] > 2 + 1e-9
        left_at, shown = until_left(middle, theta, diverges)
        assert_drawn(book, path, (i, 0), shown)
        assert_drawn(book, curve, (i, 0), np.column_stack([steps, excess]))
        text = caption(book, (i, 0))
        share = excess[-1] / excess[0]
        if diverges:
            assert "farther away" in text and f"leave the picture at step {left_at}, and" in text
            assert read(
                re.search(r"excess loss is (.*) times the first", text)[1]
            ) == pytest.approx(share, rel=0.06)
        else:
            assert read(re.search(r"40 steps (.*) % of the", text)[1]) == pytest.approx(
                100 * share, rel=0.06
            )
        said.append(text)
    at = {mark: said[i] for i, mark in book.sliders["α"].marks.items()}
    assert "bounces between the two walls of the valley for ever" in at["2/λ_max"]
    assert "fastest rate" in at["fastest"] and "one step" in at["1/λ_max"]
    keeps = read(re.search(r"keeps (\S+) of the error", at["fastest"])[1])
    assert keeps == pytest.approx(np.ptp(CURVATURES) / CURVATURES.sum(), rel=0.06)
    assert sum("for ever" in text for text in said) == 1


def test_the_line_and_the_dot_follow_the_step(book):
    left = book.figure.axes[0]
    (line,), (dot,) = layers(book, 0, False), layers(book, 1, False)
    ends = np.array(left.get_xlim())
    rates = book.sliders["α"].values
    for i, t in [(3, 0), (3, 40), (80, 7)]:
        w, b = descend(X, y, (0, 0), rates[i], t)[-1]
        assert_drawn(book, line, (i, t), np.column_stack([ends, w * ends + b]))
        assert_drawn(book, dot, (i, t), [(w, b)])
    last = len(rates) - 1  # it leaves at step 1, and says that the line does as well
    assert not np.isnan(drawn(book, line, (last, 1))).any()
    assert np.isnan(drawn(book, line, (last, 2))).all()


def test_another_start_and_other_steps_are_taken():
    book = explorers.learning_rate(x, y, start=(5, -1), steps=7, rates=30)
    rates = book.sliders["α"].values
    assert book.shape[1] == 8 and 28 <= len(rates) <= 33
    assert_drawn(book, *layers(book, 1, True), (4, 0), descend(X, y, (5, -1), rates[4], 7))


@pytest.mark.parametrize("rate", [0.1, 0.8])
def test_an_outlier_moves_the_edge_by_its_x_alone(rate):
    book = explorers.outlier(x, y, learning_rate=rate)
    left, middle, _ = book.figure.axes
    (fit, point), (_, star, path), (diamond,) = (layers(book, panel) for panel in range(3))
    across, up = (each.values for each in book.sliders.values())
    ends = np.array(left.get_xlim())
    for i, j in [(0, 0), (len(across) - 1, len(up) - 1), (len(across) // 2, 2)]:
        ax, ay = np.append(x, across[i]), np.append(y, up[j])
        A = np.column_stack([ax, np.ones_like(ax)])
        critical = 2 / np.linalg.eigvalsh(A.T @ A / len(ax))[-1]
        best = np.polyfit(ax, ay, 1)
        assert_drawn(book, fit, (i, j), np.column_stack([ends, np.polyval(best, ends)]))
        assert_drawn(book, point, (i, j), [(across[i], up[j])])
        assert_drawn(book, star, (i, j), [best])
        assert_drawn(book, diamond, (i, j), [(across[i], critical)])
        theta = until_left(middle, descend(A, ay, (0, 0), rate, 40), rate > critical)[1]
        assert_drawn(book, path, (i, j), theta)
        said = caption(book, (i, j))
        number, verdict = re.search(r"is (\S+?)\. α = \S+ is (\w+) it", said).groups()
        assert read(number) == pytest.approx(critical, rel=6e-3)
        assert verdict == ("below" if rate < critical else "above")
    edges = {
        caption(book, (i, j)).split(" The best line")[0]
        for i in range(len(across))
        for j in range(len(up))
    }
    assert len(edges) <= len(across)


def test_the_rings_about_an_outliers_minimum_are_level():
    book = explorers.outlier(x, y)
    middle = book.figure.axes[1]
    rings = layers(book, 1)[0]
    index = (book.shape[0] - 1, 2)
    a, b = book._values(index).values()
    A, ay = np.column_stack([np.append(x, a), np.ones(len(x) + 1)]), np.append(y, b)
    xy = drawn(book, rings, index)
    down = book.figure.get_figheight() * 72 - xy[:, 1]
    theta = middle.transData.inverted().transform(np.column_stack([xy[:, 0], down]))
    ends = np.flatnonzero(np.isnan(theta[:, 0]))
    levels = [excess_of(A, ay, ring[~np.isnan(ring[:, 0])]) for ring in np.split(theta, ends)][:-1]
    for level in levels:
        np.testing.assert_allclose(level, level.mean(), rtol=0.02)
    roots = np.sqrt([level.mean() for level in levels])
    np.testing.assert_allclose(np.diff(roots), roots[0], rtol=0.02)


def test_rates_show_the_curve_and_the_level_of_alpha():
    _, (ax,) = figures.canvas([4])
    assert picture.critical_rates(ax, [1, 2, 3], [0.9, 0.4, 0.2], 0.5, xlabel="x") is ax
    curve, level = ax.lines
    np.testing.assert_array_equal(curve.get_xydata(), [[1, 0.9], [2, 0.4], [3, 0.2]])
    assert set(level.get_ydata()) == {0.5} and "0.5" in ax.texts[0].get_text()
    assert ax.get_ylim()[0] == 0 and ax.get_ylim()[1] > 0.9
