"""The lesson against plain loops, eigenvalues of the step's matrix, and runs at the edge."""

import json
import re

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, exercises, explorers, gradient_descent, sampling
from lrlab.descent import least_worst
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


@pytest.mark.parametrize("condition", [2.0, 75.0, 1e4])
def test_no_polynomial_of_gradients_beats_the_least_worst(condition):
    grid = 0.5 * (1 + np.cos(np.linspace(0, np.pi, 4001))) * (1 - 1 / condition) + 1 / condition
    for steps in (1, 2, 5, 9):
        # Chebyshev's polynomial, from its roots, attains it at steps + 1 places and nowhere more.
        nodes = np.cos(np.pi * (np.arange(steps) + 0.5) / steps)
        roots = 0.5 * (1 + 1 / condition + (1 - 1 / condition) * nodes)
        worst = np.abs(np.prod(1 - grid[:, None] / roots, axis=-1)).max()
        assert least_worst(steps, condition) == pytest.approx(worst, rel=1e-4)
        rng = np.random.default_rng(steps)
        for size in (0.01, 0.1, 1):  # other roots, near and far: each is worse
            others = roots * np.exp(size * rng.standard_normal((200, steps)))
            left = np.abs(np.prod(1 - grid[:, None, None] / others, axis=-1)).max(axis=0)
            assert left.min() >= worst * (1 - 1e-6)


def test_each_step_takes_the_share_beta_of_an_energy():
    rng = np.random.default_rng(3)
    for rate, beta in zip(rng.uniform(0.001, 0.09, 20), rng.uniform(0.2, 0.99, 20), strict=True):
        error = roll(rate, beta, 30) - np.linalg.lstsq(X, y)[0]
        H, before, now = X.T @ X / len(x), error[:-1], error[1:]
        energy = (
            np.sum(now**2 - (1 + beta) * now * before + beta * before**2, axis=-1)
            + rate * np.einsum("ti,ij,tj->t", now, H, before)
        )  # fmt: skip
        expected = energy[:-1] * beta
        np.testing.assert_allclose(energy[1:], expected, rtol=1e-6, atol=1e-9 * abs(energy[0]))


@pytest.mark.parametrize("batch_size", [1, 4])
def test_the_floor_is_where_many_runs_are_on_average(batch_size):
    problem, rng = LeastSquares(X, y), np.random.default_rng(8)
    rate, beta, runs, steps = 0.004, 0.8, 400, 900
    before = now = np.tile(problem.minimizer, (runs, 1))
    seen = []
    for t in range(steps):
        rows = np.argsort(rng.random((runs, 40)), axis=1)[:, :batch_size]
        misses = np.einsum("rbj,rj->rb", X[rows], now) - y[rows]
        slope = np.einsum("rb,rbj->rj", misses, X[rows]) / batch_size
        before, now = now, now - rate * slope + beta * (now - before)
        if t >= 600:
            seen.append(problem.excess(now))
    means = np.mean(seen, axis=0)
    expected = heavy_ball.noise_floor(problem, rate, beta, batch_size)
    assert abs(means.mean() - expected) < 4 * means.std() / np.sqrt(runs)


def test_without_momentum_floor_and_edge_are_those_of_plain_descent():
    problem = LeastSquares(X, y)
    for size in (1, 4, 16):
        expected = sampling.floor(problem, 0.01, size)
        assert heavy_ball.noise_floor(problem, 0.01, 0.0, size) == pytest.approx(expected)
        edge = heavy_ball.noisy_edge(problem, 0.0, size)
        assert edge == pytest.approx(sampling.critical_rate(problem, size), rel=1e-6)


def test_with_all_examples_there_is_no_floor_and_the_edge_is_the_heavy_balls():
    problem = LeastSquares(X, y)
    assert heavy_ball.noise_floor(problem, 0.1, 0.5, 40) == 0
    for beta in (0.0, 0.5, 0.9):
        edge = heavy_ball.noisy_edge(problem, beta, 40)
        assert edge == pytest.approx(2 * (1 + beta) / STEEP, rel=1e-6)


def test_a_floor_of_one_direction_is_the_formula_of_additive_noise():
    # The noise is in y alone: its spread is ασ²(1 + β)/((1 − β)(2(1 + β) − αλ)λ).
    problem = LeastSquares(np.ones((6, 1)), [0, 1, 2, 3, 4, 8])
    noise = np.var(problem.y)
    for rate, beta in [(0.1, 0.0), (0.3, 0.5), (1.0, 0.9)]:
        spread = rate * noise * (1 + beta) / ((1 - beta) * (2 * (1 + beta) - rate))
        got = heavy_ball.noise_floor(problem, rate, beta, 1)
        assert got == pytest.approx(spread / 2)
    assert heavy_ball.noise_floor(problem, 3.9, 0.9, 1) == np.inf


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99])
def test_below_the_noisy_edge_the_floor_is_finite_and_above_it_is_not(beta):
    problem = LeastSquares(X, y)
    edge = heavy_ball.noisy_edge(problem, beta, 1)
    for share in (0.01, 0.1, 0.3, 0.6, 0.9, 0.999, 1.001, 1.1, 1.5, 3):
        floor = heavy_ball.noise_floor(problem, share * edge, beta, 1)
        assert (0 < floor < np.inf) == (share < 1)


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


def edge_by_roots(X, beta):
    """From the step's own matrix: where its largest root reaches size 1, by bisection."""
    low, high = 0.0, 5.0 / curvature(X)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if radius(middle, beta, curvature(X)) < 1 else (low, middle)
    return low


def edge_by_power(X, beta):
    v = np.ones(X.shape[1])
    for _ in range(20_000):
        v = X.T @ (X @ v)
        v /= np.linalg.norm(v)
    return [2 * (1 + beta) * len(X) / np.linalg.norm(X.T @ (X @ v))]


def in_place(X, beta):
    X /= np.sqrt(len(X))
    return 2 * (1 + beta) / np.linalg.svd(X, compute_uv=False)[0] ** 2


def always(value):
    return lambda X, beta: value(X) if callable(value) else value


BEST_HARD = heavy_ball.best(*HARD.curvatures)
ANSWERS = {
    "momentum_edge": (
        exercises.momentum_edge,
        [lambda X, beta: (2 + 2 * beta) / curvature(X), edge_by_roots, edge_by_power, in_place,
         lambda X, beta: np.float64(heavy_ball.edge(beta, curvature(X))),
         lambda X, beta: np.array([2 * (1 + beta) / np.linalg.norm(X.T @ X / len(X), 2)]),
         lambda X, beta: (1 + beta) * LeastSquares(X, np.zeros(len(X))).critical_rate,
         lambda X, beta: 2 * (1 + beta) / np.linalg.eig(X.T @ X / len(X))[0].max(),
         lambda X, b: 2 * len(X) * (1 + b) / np.linalg.norm(X @ X.T, 2)],
        [lambda X, beta: 2.6 / curvature(X), lambda X, beta: 2 / curvature(X),
         lambda X, beta: 2 * (1 - beta) / curvature(X), lambda X, beta: 4 / curvature(X),
         lambda X, beta: 2 / (1 - beta) / curvature(X), lambda X, beta: (1 + beta) / curvature(X),
         lambda X, beta: 2 * (1 + beta) / len(X) / curvature(X), always(0.5), 0.13,
         lambda X, beta: 2 * (1 + beta) / (1 + 2 * beta) / curvature(X),
         lambda X, beta: 2 * (1 + beta) / np.linalg.eigvalsh(X.T @ X / len(X))[0],
         lambda X, beta: 2 * (1 + beta) / np.trace(X.T @ X / len(X)),
         lambda X, beta: 2 * (1 + beta) / np.linalg.eigvalsh(X.T @ X / len(X))[-2:],
         lambda X, beta: round(2 * (1 + beta) / curvature(X), 2),
         lambda X, beta: 2 * (1 + beta) / curvature(X[:20]),
         lambda X, beta: print(2 * (1 + beta) / curvature(X))],
    ),
    "under": (
        lambda answer: exercises.under(answer, HARD),
        [BEST_HARD, list(BEST_HARD), np.array(BEST_HARD), (0.07, 0.8), [0.072, 0.8],
         (np.float64(0.06), 0.82), np.array([[0.075, 0.78]])[0], (0.0765, 0.768)],
        [0.07, (0.2, 0.8), (0.04, 0.0), (0.05, 0.95), (0.01, 0.6), (-0.1, 0.5), (0.07, 1.5),
         BEST_HARD[::-1], (0.07, 0.9), (0.0765, -0.1), "0.07, 0.8", (0.07, 0.8, 100),
         (np.nan, 0.8), ((0.07, 0.8),), (0.07, None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_hints_differ(name):
    check, _, wrong = ANSWERS[name]
    hints = {re.sub(r"[\d.]+", "", check(each).text) for each in wrong}
    assert len(hints) >= 8 and check(...).passed is None


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
