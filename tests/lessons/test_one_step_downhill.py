import re
from itertools import accumulate

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from plain import descend, excess_of, mean_half_square
from test_exercises import CHECKS, RIGHT, WRONG, loop

from lrlab import LeastSquares, datasets, explorers, gradient_descent
from lrlab.lessons.one_step_downhill import picture

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
SLOPE = LeastSquares([[2.0]], [0])  # curvature 4: the edge is at α = 1/2


@pytest.fixture(scope="module")
def book():
    return explorers.one_parameter(x, y)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.125, "= 0.5: it shrinks, always on the same side."),
        (0.25, "= 0: one step lands on the minimum."),
        (0.375, "= −0.5: it changes sides and shrinks."),
        (0.5, "= −1: it changes sides for ever."),
        (0.75, "= −2: it changes sides and grows, away from the minimum."),
        (0.5 * (1 + 1e-9), "grows, away from the minimum."),
        (0.5 * (1 - 1e-9), "it changes sides and shrinks."),
    ],
)
def test_the_caption_says_what_becomes_of_the_error(rate, words):
    assert picture.caption(SLOPE, rate).endswith(words)


@pytest.mark.parametrize("seed", range(30))
def test_one_parameter_goes_where_the_loop_goes(book, seed):
    rng = np.random.default_rng(seed)
    left, right = book.figure.axes
    trail, dot, curve = range(3)
    rates, starts, steps = (each.values for each in book.sliders.values())
    i = [*book.sliders["α"].marks][seed] if seed < 2 else int(rng.integers(len(rates)))
    j = int(rng.integers(len(starts)))
    theta = descend(x[:, None], y, [starts[j]], rates[i], steps[-1])
    excess = excess_of(x[:, None], y, theta)
    loss = mean_half_square(x[:, None], y, theta)
    expected = in_points(left, np.column_stack([theta, loss]))
    near = (np.abs(expected) < 1000).all(axis=-1)
    seen = drawn(book, trail, (i, j, 0))
    np.testing.assert_allclose(seen[near], expected[near], rtol=0, atol=1 / 16)
    np.testing.assert_allclose(drawn(book, dot, (i, j, 0)), expected[:1], rtol=0, atol=1 / 16)
    known = excess > 1e-9  # nearer to the minimum the loop's own rounding shows
    seen = drawn(book, curve, (i, j, 0))[known]
    expected = in_points(right, np.column_stack([steps, np.maximum(excess, 1e-300)]))[known]
    inside = np.abs(expected[:, 1]) < 2000
    np.testing.assert_allclose(seen[inside], expected[inside], rtol=0, atol=1 / 16)


@pytest.mark.parametrize("seed", range(20))
def test_the_tangent_touches_and_the_step_is_as_long_as_alpha_times_its_slope(book, seed):
    rng = np.random.default_rng(seed)
    tangent, drop, bar = range(3, 6)
    rates, starts, _ = (each.values for each in book.sliders.values())
    at = tuple(int(rng.integers(n)) for n in (40, len(starts), 8))  # small rates stay in sight
    w = descend(x[:, None], y, [starts[at[1]]], rates[at[0]], 8)[at[2], 0]
    loss, slope = np.mean((w * x - y) ** 2) / 2, np.mean((w * x - y) * x)
    left = book.figure.axes[0]
    after = w - rates[at[0]] * slope
    end = np.mean((after * x - y) ** 2) / 2
    for layer, ends in ((bar, [(w, loss), (after, loss)]), (drop, [(after, loss), (after, end)])):
        np.testing.assert_allclose(drawn(book, layer, at), in_points(left, ends), atol=1 / 16)
    seen = drawn(book, tangent, at)
    expected = in_points(left, [(w - 1, loss - slope), (w + 1, loss + slope)])
    lean = np.diff(seen[:, 1]) / np.diff(seen[:, 0])
    assert lean == pytest.approx(
        np.diff(expected[:, 1]) / np.diff(expected[:, 0]), rel=1e-2, abs=2e-3
    )
    np.testing.assert_allclose(seen.mean(axis=0), in_points(left, (w, loss)), atol=1 / 8)


def test_one_parameter_says_what_becomes_of_the_error(book):
    for i, rate in enumerate(book.sliders["α"].values):
        text = caption(book, (i, 0, 0))
        factor = 1 - rate * np.mean(x**2)
        assert read(re.search(r"1 − αλ = (\S+?)[:.]? ", text)[1]) == pytest.approx(
            factor, rel=6e-3, abs=1e-9
        )
        outcome = {
            "one step lands on the minimum": abs(factor) < 1e-9,
            "shrinks, always on the same side": factor >= 1e-9,
            "changes sides and shrinks": -1 + 1e-9 < factor <= -1e-9,
            "changes sides for ever": abs(factor + 1) <= 1e-9,
            "changes sides and grows": factor < -1 - 1e-9,
        }
        assert [words in text for words in outcome] == list(outcome.values())


# Checkers


def gradient_in_place(w, x, y):
    y -= w * x
    y *= -x
    return y.mean()


def loop_by_recipe(gradient, w0, learning_rate, steps):
    step = lambda w, _: w - learning_rate * gradient(w)  # noqa: E731
    return list(accumulate([w0, *range(steps)], step))


def loop_by_while(gradient, w0, learning_rate, steps):
    path = np.empty(0)
    while len(path) <= steps:
        path = np.append(path, w0)
        w0 -= learning_rate * gradient(w0)
    return path


def stops_after_six(gradient, w0, learning_rate, steps):
    path = loop(gradient, w0, learning_rate, min(steps, 6))
    return path + path[-1:] * (steps - 6)


def by_the_factor(gradient, w0, learning_rate, steps):
    return 2 + (w0 - 2) * (1 - 3 * learning_rate) ** np.arange(steps + 1)


EXACT = 4 / 270
ANSWERS = {
    "gradient": (
        CHECKS["gradient"],
        [
            *RIGHT["gradient"],
            gradient_in_place,
            lambda w, x, y: w * np.mean(x**2) - np.mean(x * y),
            lambda w, x, y: [np.dot(x, w * x - y) / x.size],
            lambda w, x, y: LeastSquares(x[:, None], y).gradient([w]),
        ],
        [
            *(answer for answer, _ in WRONG["gradient"]),
            lambda w, x, y: np.sum((w * x - y) * x) / 25,  # right for 25 points
            lambda w, x, y: np.mean((1.5 * x - y) * x),
            lambda w, x, y: (
                (np.mean((1.1 * w * x - y) ** 2) - np.mean((w * x - y) ** 2)) / (0.2 * w)
            ),
            lambda w, x, y: np.mean((w * x - y) * x).round(2),
        ],
    ),
    "one_step": (
        CHECKS["one_step"],
        [*RIGHT["one_step"], np.float32(EXACT), np.array(EXACT), (EXACT,), np.array([[EXACT]])],
        [answer for answer, _ in WRONG["one_step"]],
    ),
    "descend": (
        CHECKS["descend"],
        [
            *RIGHT["descend"],
            loop_by_recipe,
            loop_by_while,
            lambda g, w, a, n: gradient_descent(g, w, a, n).theta,
            lambda g, w, a, n: gradient_descent(g, w, a, n).theta[:, 0],
            lambda g, w, a, n: [[each] for each in loop(g, w, a, n)],
        ],
        [
            *(answer for answer, _ in WRONG["descend"]),
            stops_after_six,
            by_the_factor,
            lambda g, w, a, n: loop(g, w, 0.1, n),
            lambda g, w, a, n: loop(g, w, a, 6),
            lambda g, w, a, n: loop(lambda v: 3 * (v - 2), w, a, n),
        ],
    ),
}
