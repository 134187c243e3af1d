import re

import numpy as np
import pytest
from decoded import assert_drawn, caption, drawn, in_points, layers, read, until_left
from plain import descend, excess_of
from test_exercises import CHECKS, RIGHT, WRONG, X10, with_one

from lrlab import LeastSquares, datasets, exercises, explorers
from lrlab.drawing import figures
from lrlab.lessons.the_edge import maths, picture

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
CURVATURES = np.linalg.eigvalsh(X.T @ X / len(x))
LINE = LeastSquares([[1.0, 0.0], [0.0, 2.0]], [0, 0])  # curvatures 1/2 and 2: the edge is at α = 1


@pytest.fixture(scope="module")
def book():
    return explorers.learning_rate(x, y)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.3, "without crossing the valley. A step multiplies the flat error by 0.85, the steep"),
        (0.5, "steepest direction is solved in one step; the flat one takes its time. A step"),
        (0.7, "crosses the valley and lands closer. A step multiplies the flat error by 0.65, the"),
        (0.8, "fastest rate in the long run: each step keeps 0.6 of the error. A step"),
        (1.0, "edge: the path bounces between the two walls of the valley for ever. A step"),
        (1.5, "steep error by −2, and it grows for ever. The flat one is multiplied by 0.25, and"),
        (4.5, "Over the edge. A step multiplies the flat error by −1.25, the steep one by −8."),
    ],
)
def test_the_caption_says_what_a_run_does_from_every_start(rate, words):
    assert words in picture.caption(LINE, rate)


@pytest.mark.parametrize(
    ("rate", "words"),
    [(0.4, "0.4 is below it"), (0.5, "0.5 is exactly there"), (0.6, "0.6 is above it")],
)
def test_the_edge_says_on_which_side_a_rate_is(rate, words):
    said = picture.edge_caption(0.5, rate)
    assert words in said and said.startswith("The critical rate is 0.5.")
    assert ("diverges" in said) == (rate > 0.5)


@pytest.mark.parametrize("seed", range(40))
def test_the_picture_goes_where_the_loop_goes_from_every_start(book, seed):
    rng = np.random.default_rng(seed)
    i, k, m = (int(rng.integers(n)) for n in book.shape[:3])
    rates, w, b, steps = (each.values for each in book.sliders.values())
    theta = descend(X, y, (w[k], b[m]), rates[i], 40)
    left, middle, right = book.figure.axes
    line, trail, dot, curve = range(4)
    for t in (0, 3, 40):
        at, ends = (i, k, m, t), np.array(left.get_xlim())
        expected = in_points(left, np.column_stack([ends, theta[t, 0] * ends + theta[t, 1]]))
        near = (np.abs(expected) < 1000).all(axis=-1)
        np.testing.assert_allclose(drawn(book, line, at)[near], expected[near], atol=1 / 16)
        place = in_points(middle, theta[[t]])
        if np.abs(place).max() < 1000:
            np.testing.assert_allclose(drawn(book, dot, at), place, atol=1 / 16)
    seen, expected = drawn(book, trail, at), in_points(middle, theta)
    near = (np.abs(expected) < 1000).all(axis=-1)
    np.testing.assert_allclose(seen[near], expected[near], atol=1 / 16)
    excess = excess_of(X, y, theta)
    known = excess > 1e-9  # nearer to the minimum the loop's own rounding shows
    losses = in_points(right, np.column_stack([steps, excess]))[known]
    reached = np.abs(losses[:, 1]) < 350  # what is far above the picture is not kept exactly
    seen = drawn(book, curve, at)[known][reached]
    np.testing.assert_allclose(seen, losses[reached], atol=1 / 16)


def test_more_than_ten_million_pictures_fit_into_a_page(book):
    assert np.prod(book.shape) > 10**7 and len(book.draw()._packed) < 400_000


def test_the_caption_is_true_of_every_rate(book):
    rates = book.sliders["α"].values
    said = [caption(book, (i, 0, 0, 40)) for i in range(len(rates))]
    low, high = CURVATURES
    for rate, text in zip(rates, said, strict=True):
        flat, steep = (read(each) for each in re.findall(r"by (−?[\d.]+\d|−?\d)", text)[::1][:2])
        if text.startswith("Over"):
            flat, steep = steep, flat
        assert [flat, steep] == pytest.approx([1 - rate * low, 1 - rate * high], rel=6e-3, abs=1e-9)
        assert text.startswith("Over the edge") == (rate * high > 2 + 1e-9)
    at = {mark: said[i] for i, mark in book.sliders["α"].marks.items()}
    assert "bounces between the two walls of the valley for ever" in at["2/λ_max"]
    assert "fastest rate" in at["fastest"] and "one step" in at["1/λ_max"]
    keeps = read(re.search(r"keeps (\S+) of the error", at["fastest"])[1])
    assert keeps == pytest.approx(np.ptp(CURVATURES) / CURVATURES.sum(), rel=0.06)
    assert sum("bounces" in text for text in said) == 1


def test_another_start_and_other_steps_are_taken():
    book = explorers.learning_rate(x, y, start=(5.123, -1), steps=7, rates=30)
    assert book.shape[3] == 8 and 28 <= book.shape[0] <= 33
    assert book.position["start w"] == 5.123 and book.position["start b"] == -1
    rate = book.sliders["α"].values[4]
    at = [4, *book._index[1:3], 7]
    expected = in_points(book.figure.axes[1], descend(X, y, (5.123, -1), rate, 7))
    np.testing.assert_allclose(drawn(book, 1, at), expected, atol=1 / 16)


@pytest.fixture(scope="module")
def parts():
    return explorers.two_factors(x, y)


@pytest.mark.parametrize("seed", range(20))
def test_the_two_parts_add_up_to_the_error_of_the_loop(parts, seed):
    rng = np.random.default_rng(seed)
    at = tuple(int(rng.integers(n)) for n in parts.shape)
    rates, w, b, _ = (each.values for each in parts.sliders.values())
    theta = descend(X, y, (w[at[1]], b[at[2]]), rates[at[0]], 40)[at[3]]
    best = np.linalg.lstsq(X, y)[0]
    flat = np.linalg.eigh(X.T @ X)[1][:, 0]
    corner = best + flat * (flat @ (theta - best))
    left = parts.figure.axes[0]
    leg, other = layers(parts, 0)[2:]
    ends = in_points(left, [best, corner, theta])
    if np.abs(ends).max() < 1000:
        np.testing.assert_allclose(drawn(parts, leg, at), ends[:2], atol=1 / 8)
        np.testing.assert_allclose(drawn(parts, other, at), ends[1:], atol=1 / 8)
    for k, layer in enumerate(layers(parts, 1)):
        place = (rates[at[0]], abs(1 - rates[at[0]] * CURVATURES[k]))
        assert_drawn(parts, layer, at, [place])


def test_what_a_step_keeps_is_said_truly_at_every_rate(parts):
    rates = parts.sliders["α"].values
    said = [caption(parts, (i, 0, 0, 40)) for i in range(len(rates))]
    for rate, text in zip(rates, said, strict=True):
        flat, steep = np.abs(1 - rate * CURVATURES)
        numbers = [read(each) for each in re.findall(r"(\d[\d.]*) of the", text)]
        assert numbers == pytest.approx([flat, steep], rel=6e-3, abs=1e-9)
        assert ("over the edge" in text) == (rate * CURVATURES[1] > 2 + 1e-9)
        assert ("flat part is left" in text) == (flat > steep + 1e-9)
        assert ("steep part is left" in text) == (flat + 1e-9 < steep < 1 - 1e-9)
    assert sum("with any other α" in text for text in said) == 1
    assert sum("keeps its size" in text for text in said) == 1
    worst = [max(np.abs(1 - rate * CURVATURES)) for rate in rates]
    assert "with any other α" in said[int(np.argmin(worst))]


def test_the_distance_falls_while_the_loss_rises_just_over_the_edge():
    theta = descend(X, y, (-2, 4), 0.99, 8)
    away = np.linalg.norm(theta - np.linalg.lstsq(X, y)[0], axis=1)
    assert away.round(2).tolist()[:7] == [4.51, 4.05, 3.72, 3.51, 3.40, 3.35, 3.37]
    assert (np.diff(excess_of(X, y, theta)) > 0).all()


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


@pytest.mark.parametrize("n", [2, 3, 40, 5000])
def test_one_more_point_needs_no_copy_of_the_others(n):
    rng = np.random.default_rng(n)
    x, y = rng.normal(1000, 3, n), rng.normal(5, 1, n)
    places = [(1003.0, -7.0), (900.0, 5.0)]
    for few, (a, b) in zip(maths.with_points(LeastSquares.line(x, y), places), places, strict=True):
        A, ay = np.column_stack([np.append(x, a), np.ones(n + 1)]), np.append(y, b)
        best = np.linalg.lstsq(A, ay)[0]
        np.testing.assert_allclose(few.hessian, A.T @ A / (n + 1), rtol=1e-12)
        np.testing.assert_allclose(few.minimizer, best, rtol=1e-8)
        assert few.minimum == pytest.approx(np.mean((A @ best - ay) ** 2) / 2, rel=1e-9)


def test_runs_at_multiples_of_the_edge_are_drawn_each_with_a_dash_of_its_own():
    excess = [[4, 1, 0.25], [4, 8, 16], [4, 400, 4e4]]
    (ax,) = picture.divergence(excess, [0.9, 1.05, 3]).axes
    assert [line.get_label() for line in ax.lines] == ["0.9 × edge", "1.05 × edge", "3 × edge"]
    np.testing.assert_array_equal([line.get_ydata() for line in ax.lines], excess)
    assert len({line.get_linestyle() for line in ax.lines}) == 3 and ax.get_yscale() == "log"


# Checkers


def by_gershgorin(X):
    H = X.T @ X / len(X)
    return 2 / np.abs(H).sum(axis=1).max()


def by_bisection(X):
    """The largest rate at which no power of I − αH grows."""
    low, high = 0.0, 4 * len(X) / np.sum(X**2) * X.shape[1]
    for _ in range(100):
        middle = (low + high) / 2
        factor = np.linalg.norm(np.eye(X.shape[1]) - middle * X.T @ X / len(X), 2)
        low, high = (low, middle) if factor > 1 + 1e-12 else (middle, high)
    return low


def in_place(X):
    X /= np.sqrt(len(X))
    return [2 / np.linalg.svd(X)[1].max() ** 2]


def changed_in_place(far):
    """The check after a learner has moved the last point of the data that it begins with."""
    x10 = X10.copy()
    x10[-1] = far
    return lambda answer: exercises.just_diverges(answer(x10), x10, learning_rate=0.1)


H = lambda X: X.T @ X / len(X)  # noqa: E731
ANSWERS = {
    "critical_rate": (
        CHECKS["critical_rate"],
        [
            *RIGHT["critical_rate"],
            in_place,
            by_bisection,
            lambda X: LeastSquares(X, np.zeros(len(X))).critical_rate,
        ],
        [
            *(answer for answer, _ in WRONG["critical_rate"]),
            by_gershgorin,
            lambda X: 2 / np.linalg.eigvalsh(X.T @ X / 20)[-1],  # right for 20 examples
            lambda X: 2 / np.linalg.eigvalsh(np.atleast_2d(np.cov(X.T, bias=True)))[-1],
            lambda X: 2 / max(np.diag(H(X))),
            lambda X: 2 / np.linalg.eigh(H(X))[0][2 % X.shape[1]],  # right for 3 columns
        ],
    ),
    "just_diverges": (
        CHECKS["just_diverges"],
        [
            *RIGHT["just_diverges"],
            tuple(with_one(-1, 11.6)),
            with_one(3, 10.7),
            np.array(with_one(-1, 11.6), dtype=np.float32),
            with_one(-1, np.float64(11.6)),
        ],
        [
            *(answer for answer, _ in WRONG["just_diverges"]),
            with_one(-1, 11.6, with_one(0, 1.0)),
            with_one(-1, -5.0),
            with_one(0, 5.0),
            list(reversed(with_one(-1, 11.6))),
            sum(with_one(-1, 11.6)),
        ],
    ),
}


@pytest.mark.parametrize("far", [11.6, 11.9, 30.0])
@pytest.mark.parametrize("answer", [lambda x: x, np.copy, list, lambda x: with_one(0, -0.5, x),
                                    lambda x: with_one(-1, 11.6, x)])  # fmt: skip
def test_data_changed_in_place_are_told_from_a_point_that_has_not_moved(far, answer):
    verdict = changed_in_place(far)(answer)
    assert verdict.passed is False and "changed in place" in verdict.text


def test_data_changed_in_place_before_they_diverge_are_no_answer():
    assert changed_in_place(8.0)(lambda x: x).passed is False
