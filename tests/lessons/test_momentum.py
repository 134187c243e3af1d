"""The lesson against plain loops, eigenvalues of the step's matrix, and runs at the edge."""

import json
import re

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, exercises, explorers, gradient_descent
from lrlab.lessons.momentum import maths as heavy_ball
from lrlab.optimizers import momentum

x, y = datasets.line()
x = 4 * x
X = np.column_stack([x, np.ones_like(x)])
FLAT, STEEP = np.linalg.eigvalsh(X.T @ X / len(x))
START = (-0.5, 6)


@pytest.fixture(scope="module")
def book():
    return explorers.momentum(x, y, start=START)


def roll(rate, beta, steps, start=START):
    """The heavy ball in Polyak's form: every θ, (steps + 1, 2)."""
    before = now = np.array(start, float)
    went = [now]
    for _ in range(steps):
        gradient = X.T @ (X @ now - y) / len(y)
        before, now = now, now - rate * gradient + beta * (now - before)
        went.append(now)
    return np.array(went)


def excess_of(theta):
    error = theta - np.linalg.lstsq(X, y)[0]
    return 0.5 * np.einsum("...i,ij,...j->...", error, X.T @ X / len(x), error)


def radius(rate, beta, curvature, nesterov=False):
    """The spectral radius of a step on (θ, v), v ← βv + λθ."""
    ahead = np.array([beta, curvature])  # the new v, made of v and θ
    way = beta * ahead + [0, curvature] if nesterov else ahead
    return np.abs(np.linalg.eigvals([ahead, np.array([0, 1]) - rate * way])).max()


@pytest.mark.parametrize("nesterov", [False, True])
def test_what_a_step_keeps_is_the_spectral_radius(nesterov):
    rng = np.random.default_rng(0)
    for rate, beta, curvature in rng.uniform(0, [2, 0.99, 3], (300, 3)):
        expected = radius(rate, beta, curvature, nesterov)
        assert heavy_ball.kept(rate, beta, curvature, nesterov) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("beta", [0, 0.3, 0.6, 0.9, 0.99])
def test_runs_converge_just_below_the_edge_and_diverge_just_above(beta, nesterov):
    problem = LeastSquares(X, y)
    rates = np.array([0.999, 1.001]) * heavy_ball.edge(beta, STEEP, nesterov)
    rule = momentum(beta, nesterov)
    theta = gradient_descent(problem.gradient, START, rates, 20_000, optimizer=rule).theta
    ratio = problem.excess(theta[:, -1]) / problem.excess(START)
    assert ratio[0] < 1e-8 and ratio[1] > 1e8


@pytest.mark.parametrize("condition", [1.0, 3.0, 75.0, 1e5])
def test_no_pair_on_a_grid_beats_the_best(condition):
    rate, beta = heavy_ball.best(2.0, 2.0 * condition)
    curvatures = np.array([2.0, 2.0 * condition])
    least = heavy_ball.kept(rate, beta, curvatures).max()
    root = np.sqrt(condition)
    assert least == pytest.approx((root - 1) / (root + 1), abs=1e-6)
    rates = np.linspace(0.01, 4, 200)[:, None, None] / curvatures[1]
    betas = np.append(np.linspace(0, 0.99, 199), beta)[:, None]
    assert heavy_ball.kept(rates, betas, curvatures).max(axis=-1).min() >= least - 1e-6


@pytest.mark.parametrize("share", [0.8, 0.9, 0.95, 0.99, 1.0])
def test_a_region_holds_the_pairs_that_keep_less(share):
    corners = heavy_ball.region(share, FLAT, STEEP)
    middle = corners.mean(axis=0)
    for corner in corners:
        for scale, inside in [(0.99, True), (1.01, False)]:
            rate, beta = middle + scale * (corner - middle)
            if rate > 0 and 0 <= beta < 1:
                largest = max(radius(rate, beta, each) for each in (FLAT, STEEP))
                assert (largest < share) == inside


@pytest.mark.parametrize("start", [START, (0, 0), (5, -9)])
@pytest.mark.parametrize("unit", [0.25, 1, 1000])
def test_what_travels_to_the_browser_is_small(start, unit):
    state, _, buffers = _remove_buffers(explorers.momentum(unit * x, y, start=start).get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000


def test_every_edge_and_the_best_pair_are_positions(book):
    rates, betas = (book.sliders[name].values for name in "αβ")
    best = (2 / (np.sqrt(FLAT) + np.sqrt(STEEP))) ** 2
    for beta in betas:
        edge = 2 * (1 + beta) / STEEP
        assert np.abs(rates - edge).min() < 1e-12 or beta not in np.arange(20) / 20
    marks = {name: rates[at] for at, name in book.sliders["α"].marks.items()}
    expected = {"2/λ_max": 2 / STEEP, "best": best, "4/λ_max": 4 / STEEP}
    assert marks == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(30))
def test_the_picture_goes_where_the_loop_goes_from_every_start(book, seed):
    rng = np.random.default_rng(seed)
    i, j, k, m = (int(rng.integers(n)) for n in book.shape[:4])
    rates, betas, w, b, _ = (each.values for each in book.sliders.values())
    theta = roll(rates[i], betas[j], 60, (w[k], b[m]))
    here, trail, dot, plain, curve = range(5)
    left, middle, right = book.figure.axes
    at = (i, j, k, m, 60)
    place = in_points(left, [(rates[i], betas[j])])
    np.testing.assert_allclose(drawn(book, here, at), place, atol=1 / 16)
    seen, expected = drawn(book, trail, at), in_points(middle, theta)
    near = (np.abs(expected) < 1000).all(axis=-1)
    np.testing.assert_allclose(seen[near], expected[near], atol=1 / 16)
    assert not (np.abs(seen[~near]) < 900).all(axis=-1).any()
    if near[60]:
        np.testing.assert_allclose(drawn(book, dot, at)[0], expected[60], atol=1 / 16)
    descent = roll(2 / (FLAT + STEEP), 0.0, 60, (w[k], b[m]))
    for layer, run in ((curve, theta), (plain, descent)):
        excess = excess_of(run)
        known = (excess > 1e-12) & (excess < 1e12)
        losses = in_points(right, np.column_stack([np.arange(61), excess]))[known]
        reached = np.abs(losses[:, 1]) < 2000
        seen = drawn(book, layer, at)[known][reached]
        np.testing.assert_allclose(seen, losses[reached], atol=2 / 16)


def test_the_sentence_says_what_the_run_does(book):
    rates, betas, *_ = (each.values for each in book.sliders.values())
    seen = set()
    for i, rate in enumerate(rates):
        for j, beta in enumerate(betas):
            text = caption(book, (i, j, 0, 0, 60))
            assert re.fullmatch(r"[A-Z].*\.", text) and len(text) <= 180
            keeps = [radius(rate, beta, each) for each in (FLAT, STEEP)]
            distance = rate * STEEP / (2 * (1 + beta)) - 1
            assert text.startswith("Over the edge") == (distance > 1e-9)
            if distance > 1e-9:
                grows = read(re.search(r"steep error by (.*)\.$", text)[1])
                assert grows == pytest.approx(keeps[1], rel=6e-3) and keeps[1] > 1
                continue
            assert ("Exactly at the edge" in text) == (abs(distance) < 1e-9)
            if said := re.search(r"(?:√β = |keeps )([\d.]+\d)", text):
                assert read(said[1]) == pytest.approx(max(keeps), rel=6e-3)
            seen.add(text.split(" ")[1])
    assert {"flat", "best", "directions", "at"} <= seen


@pytest.mark.parametrize(
    "data",
    [([0, 1], [0, 0]), ([-1, 1], [1, 2]), ([1000, 1001, 1003], [5, 5, 6]), ([1e-3, 2], [3, 4])],
)
def test_any_data_make_a_picture(data):
    book = explorers.momentum(*data)
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
    for slider in book.sliders.values():
        assert len(set(slider.labels)) == len(slider.labels)
    book._repr_mimebundle_()


HARD = LeastSquares.line(np.linspace(1, 11, 20), np.linspace(3.5, 8.5, 20))
VALLEY = LeastSquares(X, y)


def curvature(X):
    return np.linalg.eigvalsh(X.T @ X / len(X))[-1]


def test_right_answers_pass():
    assert exercises.rescue(0.6, VALLEY, 0.14).passed
    assert exercises.momentum_edge(lambda X, beta: (2 + 2 * beta) / curvature(X)).passed
    assert exercises.under(heavy_ball.best(*HARD.curvatures), HARD).passed
    assert exercises.under([0.07, 0.8], HARD).passed


@pytest.mark.parametrize(
    ("check", "attempts"),
    [
        (lambda a: exercises.rescue(a, VALLEY, 0.14),
         [0.1, 1.0, -0.2, "0.6", 0.14 * STEEP / 2 - 1]),
        (exercises.momentum_edge,
         [lambda X, b: 2 / curvature(X), lambda X, b: 2 * (1 - b) / curvature(X),
          lambda X, b: 2 / (1 - b) / curvature(X), lambda X, b: (1 + b) / curvature(X),
          lambda X, b: 2 * (1 + b) / len(X) / curvature(X)]),
        (lambda a: exercises.under(a, HARD),
         [0.07, (0.2, 0.8), (0.04, 0.0), (0.05, 0.95), (0.01, 0.6), (-0.1, 0.5), (0.07, 1.5)]),
    ],
)  # fmt: skip
def test_each_wrong_answer_gets_a_hint_of_its_own(check, attempts):
    verdicts = [check(attempt) for attempt in attempts]
    assert [verdict.passed for verdict in verdicts] == [False] * len(attempts)
    hints = [re.sub(r"[\d.]+", "", verdict.text) for verdict in verdicts]
    assert len(set(hints)) >= len(attempts) - 1  # a β too small and one too large are told alike
    assert check(...).passed is None


def test_in_a_round_bowl_the_steep_direction_may_be_the_slow_one():
    book = explorers.momentum([-1, 1, 2], [1, 2, 2])
    low, high = np.linalg.eigvalsh(np.array([[2, 2 / 3], [2 / 3, 1]]))
    told = 0
    for i, rate in enumerate(book.sliders["α"].values):
        for j, beta in enumerate(book.sliders["β"].values):
            text = caption(book, (i, j, 0, 0, 0))
            if "steep direction" in text:
                assert radius(rate, beta, high) > radius(rate, beta, low) - 1e-12
                told += 1
    assert told > 5
