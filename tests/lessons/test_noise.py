"""The lesson: what is said of batches, against every batch there is and against runs."""

import json
import re
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import (
    LeastSquares,
    datasets,
    exercises,
    explorers,
    sampling,
    stochastic_gradient_descent,
)

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
BEST = np.linalg.lstsq(X, y)[0]
PROBLEM = LeastSquares.line(x, y)
START = (-2, 4)
SMALL = LeastSquares.line([0.0, 0.5, 1.5, 2.0, 3.0], [1, 0, 2, 1, 4])


def batches(problem, size):
    """H_B and the gradient at θ* of every batch there is."""
    for rows in combinations(range(len(problem.y)), size):
        A, b = problem.X[list(rows)], problem.y[list(rows)]
        yield A.T @ A / size, A.T @ (A @ problem.minimizer - b) / size


def loop(X, y, start, rate, steps, size, seed=0):
    """The loop of the lesson, (steps + 1, d)."""
    rng, path = np.random.default_rng(seed), [np.array(start, float)]
    for _ in range(steps):
        rows = rng.choice(len(y), size, replace=False, shuffle=False)
        errors = X[rows] @ path[-1] - y[rows]
        path.append(path[-1] - rate * X[rows].T @ errors / size)
    return np.array(path)


def excess(theta):
    return (((theta - BEST) @ X.T) ** 2).mean(axis=-1) / 2


# The mathematics


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_the_second_moment_map_is_the_mean_over_every_batch(size):
    alpha, one = 0.13, np.eye(2)
    each = [np.kron(one - alpha * H, one - alpha * H) for H, _ in batches(SMALL, size)]
    got = sampling.second_moment_map(SMALL, alpha, size)
    np.testing.assert_allclose(got, np.mean(each, axis=0), atol=1e-13)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_the_cloud_is_where_the_mean_over_every_batch_comes_to_rest(size):
    alpha, cloud = 0.08, np.zeros((2, 2))
    for _ in range(4000):
        cloud = np.mean([(np.eye(2) - alpha * H) @ cloud @ (np.eye(2) - alpha * H)
                         + alpha**2 * np.outer(g, g) for H, g in batches(SMALL, size)],
                        axis=0)  # fmt: skip
    np.testing.assert_allclose(sampling.spread(SMALL, alpha, size), cloud, rtol=1e-9)
    height = 0.5 * np.trace(SMALL.hessian @ cloud)
    assert sampling.floor(SMALL, alpha, size) == pytest.approx(height, rel=1e-9)


@pytest.mark.parametrize("scale", [1e-4, 1, 1e4, 1e9])
def test_the_cloud_is_exact_in_any_unit_of_x(scale):
    x, y = scale * np.array([1.0, 2.0, 4.0, 5.0]), np.array([3.0, 5.0, 6.0, 9.0])
    problem = LeastSquares.line(x, y)
    rate = 0.4 * sampling.critical_rate(problem, 1)
    columns = [[Fraction(a), Fraction(1)] for a in x]
    slopes = [[e * v for v in row] for row, e in zip(columns, _errors(columns, y), strict=True)]
    cells = [(i, j) for i in range(2) for j in range(2)]
    mean = lambda values: sum(values) / len(x)  # noqa: E731
    alpha, one = Fraction(rate), np.eye(2, dtype=int)
    H = [[mean(r[i] * r[j] for r in columns) for j in range(2)] for i in range(2)]
    matrix = [
        [H[i][k] * int(one[j, m]) + H[j][m] * int(one[i, k])
         - alpha * mean(r[i] * r[j] * r[k] * r[m] for r in columns) for k, m in cells]
        for i, j in cells
    ]  # fmt: skip
    right = [alpha * mean(s[i] * s[j] for s in slopes) for i, j in cells]
    exact = np.reshape([float(each) for each in _solved(matrix, right)], (2, 2))
    np.testing.assert_allclose(sampling.spread(problem, rate, 1), exact, rtol=1e-6)


def _errors(columns, y):
    """The errors of the best line, as fractions."""
    A = [[sum(r[i] * r[j] for r in columns) for j in range(2)] for i in range(2)]
    b = [sum(r[i] * Fraction(v) for r, v in zip(columns, y, strict=True)) for i in range(2)]
    best = _solved(A, b)
    return [r[0] * best[0] + r[1] * best[1] - Fraction(v) for r, v in zip(columns, y, strict=True)]


def _solved(matrix, right):
    """Gauss and Jordan's elimination of fractions."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for k in range(len(rows)):
        pivot = next(i for i in range(k, len(rows)) if rows[i][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(len(rows)):
            if i != k:
                rows[i] = [v - rows[i][k] * w for v, w in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def test_the_edge_of_single_points_and_of_all_of_them():
    line = LeastSquares(x[:, None], y)
    closed = 2 * np.mean(x**2) / np.mean(x**4)
    assert sampling.critical_rate(line, 1) == pytest.approx(closed, rel=1e-9)
    edges = [sampling.critical_rate(PROBLEM, size) for size in range(1, 41)]
    assert edges[-1] == pytest.approx(2 / np.linalg.eigvalsh(X.T @ X / 40)[-1], rel=1e-9)
    assert (np.diff(edges) > 0).all()


@pytest.mark.parametrize("size", [1, 2, 10])
def test_the_edge_is_where_the_second_moment_begins_to_grow(size):
    edge = sampling.critical_rate(PROBLEM, size)
    for share, grows in [(0.999, False), (1.001, True)]:
        step = sampling.second_moment_map(PROBLEM, share * edge, size)
        moment = np.linalg.matrix_power(step, 20_000) @ np.eye(2).ravel()
        assert (np.abs(moment).max() > 1) == grows


def test_a_direction_without_curvature_does_not_move_the_edge():
    flat = LeastSquares(np.column_stack([x, np.zeros_like(x)]), y)
    alone = LeastSquares(x[:, None], y)
    both = [sampling.critical_rate(each, 1) for each in (flat, alone)]
    assert both[0] == pytest.approx(both[1], rel=1e-6)


def test_the_floor_is_alpha_over_batch_size_for_small_alpha():
    many = LeastSquares.line(*datasets.line(4000, rng=np.random.default_rng(1)))
    slopes = many.X * (many.X @ many.minimizer - many.y)[:, None]
    square = np.mean(np.sum(slopes**2, axis=1))
    for size in (1, 4, 16):
        got = sampling.floor(many, np.array([1e-4, 1e-3]), size)
        np.testing.assert_allclose(got, np.array([1e-4, 1e-3]) * square / (4 * size), rtol=0.01)


@pytest.mark.parametrize(("rate", "size"), [(0.1, 1), (0.3, 1), (0.3, 5)])
def test_the_floor_is_where_runs_stay(rate, size):
    late = [excess(loop(X, y, BEST, rate, 1500, size, seed))[300:] for seed in range(12)]
    assert np.mean(late) == pytest.approx(sampling.floor(PROBLEM, rate, size), rel=0.1)


def test_no_floor_without_noise_with_all_data_or_above_the_edge():
    exact = LeastSquares(X, X @ [2.0, 3.0])
    assert sampling.floor(exact, 0.3, 1) == 0
    assert sampling.floor(PROBLEM, 0.3, 40) == 0
    edge = sampling.critical_rate(PROBLEM, 1)
    below, above = sampling.floor(PROBLEM, edge * np.array([0.99, 1.01]), 1)
    assert np.isfinite(below) and above == np.inf


@pytest.mark.parametrize("function", ["second_moment_map", "spread", "floor"])
@pytest.mark.parametrize(
    ("rate", "size", "message"),
    [
        (-0.1, 1, "learning_rate must be positive and finite, got -0.1"),
        (0.1, 0, "batch_size must be an integer from 1 to 40, got 0"),
        (0.1, 41, "batch_size must be an integer from 1 to 40, got 41"),
    ],
)
def test_what_cannot_be_is_refused_by_name(function, rate, size, message):
    with pytest.raises(ValueError, match=message):
        getattr(sampling, function)(PROBLEM, rate, size)


def test_a_cloud_needs_curvature_in_all_directions():
    flat = LeastSquares(np.column_stack([x, x]), y)
    with pytest.raises(ValueError, match="problem must be curved in all directions, got"):
        sampling.floor(flat, 0.1, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: explorers.noise(x, y, start=(1, np.nan)), "start must be finite, got nan"),
        (lambda: explorers.noise(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.noise(x, y, rates=1), "rates must be .* got 1"),
        (lambda: explorers.noise_floor(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.noise_floor(x, y, rates=1.5), "rates must be .* got 1.5"),
        (lambda: explorers.two_edges(x, y, start=(1, 2, 3)), "start must have shape"),
        (lambda: explorers.two_edges(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.two_edges(x, y, seed=-1), "seed must be .* got -1"),
    ],
)
def test_bad_options_are_refused_by_name(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


# The explorers


@pytest.fixture(scope="module")
def books():
    return {
        "noise": explorers.noise(x, y, start=START),
        "noise_floor": explorers.noise_floor(x, y),
        "two_edges": explorers.two_edges(x, y, start=START),
    }


@pytest.mark.parametrize("name", ["noise", "noise_floor", "two_edges"])
def test_what_travels_is_small_and_every_position_says_something(books, name):
    book = books[name]
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(each) for each in buffers) <= 400_000
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
        assert len(text) <= 200


def layers(book, panel):
    return [k for k, layer in enumerate(book._layers) if layer.axes is book.figure.axes[panel]]


def assert_at(book, layer, index, xy):
    seen, expected = drawn(book, layer, index), in_points(book._layers[layer].axes, xy)
    reached = (np.abs(expected) < 2000).all(axis=-1)
    assert reached.any()
    np.testing.assert_allclose(seen[reached], expected[reached], rtol=0, atol=1 / 16)


@pytest.mark.parametrize("index", [(0, 0, 0), (20, 2, 1), (33, 1, 2), (12, 3, 1), (27, 2, 2)])
def test_a_run_goes_where_the_loop_goes_beside_plain_descent(books, index):
    book = books["noise"]
    alphas, sizes, _, steps = (each.values for each in book.sliders.values())
    rate, size, scale = alphas[index[0]], sizes[index[1]], index[2]
    scattered = X @ BEST + scale * (y - X @ BEST)
    theta = loop(X, scattered, START, rate, 64, size)
    plain = loop(X, y, START, rate, 64, 40)
    dots, line = layers(book, 0)
    calm, trail, head = layers(book, 1)
    floor, plain_loss, loss = layers(book, 2)
    at = (*index, 60)
    ends = np.array(book.figure.axes[0].get_xlim())
    assert_at(book, dots, at, np.column_stack([x, scattered]))
    assert_at(book, line, at, np.column_stack([ends, theta[60, 0] * ends + theta[60, 1]]))
    assert_at(book, calm, at, plain)
    assert_at(book, trail, at, theta)
    assert_at(book, head, at, theta[60:61])
    assert_at(book, plain_loss, at, np.column_stack([steps, np.maximum(excess(plain), 1e-300)]))
    assert_at(book, loss, at, np.column_stack([steps, np.maximum(excess(theta), 1e-300)]))
    height = sampling.floor(LeastSquares(X, scattered), rate, size)
    if size < 40 and scale:
        assert_at(book, floor, at, [(0, height), (64, height)])
        late, said = re.search(r"loss of (\S+)\. The floor is (\S+)\.", caption(book, at)).groups()
        assert read(late) == pytest.approx(excess(theta)[-21:].mean(), rel=0.06)
        assert read(said) == pytest.approx(height, rel=0.06)
    else:
        assert np.isnan(drawn(book, floor, at)).all()
        assert "no floor" in caption(book, at)


def test_the_two_edges_are_positions_exactly_and_the_caption_knows_them(books):
    book = books["noise"]
    slider = book.sliders["α"]
    marked = {name: slider.values[at] for at, name in slider.marks.items()}
    assert marked["edge of GD"] == PROBLEM.critical_rate
    assert marked["edge for B = 1"] == sampling.critical_rate(PROBLEM, 1)
    sizes = book.sliders["batch size"].values
    for i, j in np.ndindex(len(slider.values), len(sizes)):
        edge = sampling.critical_rate(PROBLEM, sizes[j])
        safe = slider.values[i] <= edge * (1 + 1e-9)
        text = caption(book, (i, j, 1, 0))
        assert ("no bound" not in text) == safe
        if not safe:
            assert read(re.search(r"α = (\S+)\. The", text)[1]) == pytest.approx(edge, rel=6e-3)


def test_at_the_edge_without_noise_a_run_dies_out_and_the_mean_square_does_not(books):
    book, edge = books["noise"], sampling.critical_rate(PROBLEM, 1)
    i = int(np.flatnonzero(book.sliders["α"].values == edge)[0])
    said = [caption(book, (i, 0, k, 0)) for k in (0, 1)]
    assert "does not die out. This run is at" in said[0] and "no floor" not in said[0]
    assert "no floor that would hold the run" in said[1]
    exact = LeastSquares(PROBLEM.X, PROBLEM.X @ PROBLEM.minimizer)
    mean = sampling.mean_excess(exact, START, edge, 300, batch_size=1)
    assert mean[-1] == pytest.approx(mean[-100]) and mean[-1] > mean[0]
    assert read(re.search(r"is at (.*) after 64", said[0])[1]) < 1e-9


def test_a_run_that_leaves_the_picture_is_drawn_coming_back(books):
    book = books["noise"]
    _, trail, _ = layers(book, 1)
    alphas = book.sliders["α"].values
    view = np.array([book.figure.axes[1].get_xlim(), book.figure.axes[1].get_ylim()]).T
    back = 0
    for i in np.flatnonzero(alphas > sampling.critical_rate(PROBLEM, 1)):
        theta = loop(X, y, START, alphas[i], 64, 1)
        outside = ((theta < view[0]) | (theta > view[1])).any(axis=-1)
        assert not np.isnan(drawn(book, trail, (i, 0, 1, 64))).any()
        if outside.any() and not outside[np.argmax(outside) :].all():
            back += 1
            assert_at(book, trail, (i, 0, 1, 64), theta)
    assert back >= 3


def test_all_points_above_their_edge_end_where_they_leave(books):
    book = books["noise"]
    _, trail, _ = layers(book, 1)
    assert book.sliders["α"].values[-1] > PROBLEM.critical_rate
    assert np.isnan(drawn(book, trail, (len(book.sliders["α"].values) - 1, 3, 1, 64))).any()


def test_every_move_of_alpha_batch_and_noise_changes_the_caption(books):
    book = books["noise"]
    texts = [caption(book, (*index, 0)) for index in np.ndindex(book.shape[:3])]
    assert len(set(texts)) > 0.9 * len(texts)


def test_the_cloud_fills_its_ellipse_and_the_measured_floor_is_near_the_predicted(books):
    book = books["noise_floor"]
    alphas, sizes = (each.values for each in book.sliders.values())
    cloud, ring = layers(book, 0)
    line, dots, diamond = layers(book, 1)
    for i, j in [(0, 0), (30, 0), (60, 0), (24, 2), (42, 4)]:
        floors = np.array([sampling.floor(PROBLEM, alpha, sizes[j]) for alpha in alphas])
        assert_at(book, line, (i, j), np.column_stack([alphas, floors]))
        measured = excess(loop(X, y, PROBLEM.minimizer, alphas[i], 1600, sizes[j])[400:]).mean()
        assert_at(book, diamond, (i, j), [(alphas[i], measured)])
        assert measured == pytest.approx(floors[i], rel=0.5)
        words = re.search(r"at (.+), and this run averaged (.+)\.$", caption(book, (i, j))).groups()
        said = [read(each) for each in words]
        assert said == pytest.approx([floors[i], measured], rel=0.06)
        edge = drawn(book, ring, (i, j))
        centre = edge[:-1].mean(axis=0)
        covariance = np.cov((edge[:-1] - centre).T) * 2 / 4 * 47 / 48  # of a circle: r²/2
        apart = drawn(book, cloud, (i, j)) - centre
        inside = np.einsum("ni,ij,nj->n", apart, np.linalg.inv(covariance), apart) < 4
        assert 0.7 < inside.mean() <= 1
    assert "no floor" in caption(book, (3, 5)) and np.isnan(drawn(book, dots, (3, 5))).all()


# The two edges


def test_a_burst_is_the_loop_and_the_mean_is_over_all_draws(books):
    book = books["two_edges"]
    alphas = book.sliders["α"].values
    mean, run = layers(book, 0)
    for i, k in [(3, 0), (34, 1), (48, 3)]:
        theta = loop(X, y, START, alphas[i], 500, 1, seed=k)
        assert_at(book, run, (i, k), np.column_stack([np.arange(501), excess(theta)]))
        exact = sampling.mean_excess(PROBLEM, START, alphas[i], 500, batch_size=1)
        heights = np.column_stack([np.arange(501), np.where(exact < 1e60, exact, np.nan)])
        assert_at(book, mean, (i, k), heights)


def test_the_marks_are_where_the_two_growths_cross_zero(books):
    slider = books["two_edges"].sliders["α"]
    marked = {name: slider.values[at] for at, name in slider.marks.items()}
    assert len(slider.values) >= 60
    assert marked["edge of the mean"] == sampling.critical_rate(PROBLEM, 1)
    assert np.abs(slider.values / marked["edge of the mean"] - 1.1).min() < 1e-12
    single = marked["edge of single runs"]
    around = sampling.lyapunov(PROBLEM, [0.98 * single, 1.02 * single], 1, 2000, runs=60,
                               rng=np.random.default_rng(77)).mean(axis=-1)  # fmt: skip
    assert around[0] < 0 < around[1]


def test_the_caption_knows_the_edge_and_both_growths(books):
    book = books["two_edges"]
    alphas = book.sliders["α"].values
    edge = sampling.critical_rate(PROBLEM, 1)
    maps = sampling.second_moment_map(PROBLEM, alphas, 1)
    square = np.sqrt(np.abs(np.linalg.eigvals(maps)).max(axis=-1))
    rng = np.random.default_rng(5)
    single = np.exp(sampling.lyapunov(PROBLEM, alphas, 1, 1000, runs=40, rng=rng).mean(axis=-1))
    for i, k in np.ndindex(book.shape):
        text = caption(book, (i, k))
        assert text.startswith("Above") == (alphas[i] > edge * (1 + 1e-9))
        said = re.search(r"error by (\S+), a single run's by (\S+)\. ", text).groups()
        assert read(said[0]) == pytest.approx(square[i], rel=6e-3)
        assert read(said[1]) == pytest.approx(single[i], rel=0.02)
        losses = excess(loop(X, y, START, alphas[i], 500, 1, seed=k)) if i % 20 == 3 else None
        if losses is not None and losses.max() == losses[0]:
            assert "stays below its beginning" in text
        elif losses is not None:
            peak = read(re.search(r"peaks at (.+) times", text)[1])
            assert peak == pytest.approx(losses.max() / losses[0], rel=0.06)


def test_a_start_at_the_minimum_has_no_beginning_to_be_compared_with():
    exact = LeastSquares(X, X @ [2.0, 3.0])
    book = explorers.two_edges(exact, start=tuple(exact.minimizer), steps=20)
    assert "peaks at" in book.seen and "times" not in book.seen.split("peaks")[1]


# The exercises


def by_bisection(x):
    low, high = 0, 2 / np.mean(x**2)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.mean((1 - middle * x**2) ** 2) < 1 else (low, middle)
    return low


def run_and(summary, skip=500, steps=4000, start=None):
    """A function for the first exercise: SGD by plain NumPy, and something made of its losses."""

    def floor(problem, rate, size, rng):
        theta = np.array(problem.minimizer if start is None else start, float)
        losses = []
        for _ in range(steps):
            rows = rng.choice(len(problem.y), size, replace=False)
            theta = theta - rate * (
                problem.X[rows].T @ (problem.X[rows] @ theta - problem.y[rows]) / size
            )
            losses.append(problem.excess(theta))
        return summary(np.array(losses[skip:]))

    return floor


def by_lrlab(problem, rate, size, rng):
    theta0 = problem.minimizer
    run = stochastic_gradient_descent(problem, theta0, rate, 4000, batch_size=size, rng=rng)
    return problem.excess(run.theta)[500:].mean()


def of_many_runs(problem, rate, size, rng):
    starts = np.broadcast_to(problem.minimizer, (1, 2))
    ends = [stochastic_gradient_descent(problem, starts, rate, 200, batch_size=size, rng=rng)
            for _ in range(20)]  # fmt: skip
    return np.mean([problem.excess(each.theta[0, 40:]) for each in ends])


def by_loss(problem, rate, size, rng):
    theta0 = problem.minimizer
    run = stochastic_gradient_descent(problem, theta0, rate, 5000, batch_size=size, rng=rng)
    return problem.loss(run.theta[300:]).mean() - problem.minimum


def by_spread(problem, rate, size, rng):
    return np.array([0.5 * np.trace(problem.hessian @ sampling.spread(problem, rate, size))])


def by_mean_excess(problem, rate, size, rng):
    return sampling.mean_excess(problem, problem.minimizer, rate, 500, batch_size=size)[-1]


def exact(problem, rate, size, rng):
    return sampling.floor(problem, rate, size)


def squares(x):
    total, fourth = 0.0, 0.0
    for each in x:
        total, fourth = total + each**2, fourth + each**4
    return 2 * total / fourth


ANSWERS = {
    "measured_floor": (
        exercises.measured_floor,
        [
            exact,
            by_lrlab,
            of_many_runs,
            by_loss,
            by_spread,
            by_mean_excess,
            run_and(np.mean),
            run_and(lambda losses: [losses.mean()], start=(1.0, 1.0)),
            lambda *args: float(exact(*args)) * 1.1,
        ],
        [
            run_and(np.median, steps=2000),
            run_and(lambda losses: losses[-1], steps=1000),
            run_and(np.max, steps=1000),
            run_and(np.mean, steps=60, skip=0, start=(9.0, 9.0)),
            lambda *args: exact(*args) / 2,
            lambda problem, rate, size, rng: exact(problem, rate, 1, rng),
            lambda problem, rate, size, rng: exact(problem, 0.2, size, rng),
            lambda problem, rate, size, rng: exact(problem, rate, size, rng) * rate**0.3,
            lambda problem, rate, size, rng: problem.minimum + exact(problem, rate, size, rng),
            lambda problem, rate, size, rng: problem.minimum,
            lambda problem, rate, size, rng: exact(problem, rate, size, rng) / np.sqrt(size),
            lambda *args: 0.0,
            lambda *args: -exact(*args),
            lambda *args: 0.0079,
            lambda *args: np.sqrt(exact(*args)),
        ],
    ),
    "sgd_edge": (
        exercises.sgd_edge,
        [
            lambda x: 2 * np.mean(x**2) / np.mean(x**4),
            lambda x: 2 * np.sum(x**2) / np.sum(x**4),
            by_bisection,
            squares,
            lambda x: sampling.critical_rate(LeastSquares(x[:, None], x), 1),
            lambda x: [2 * (x @ x) / (x**2 @ x**2)],
            lambda x: np.array([[2 * np.mean(x**2) / np.mean(x**4)]]),
            lambda x: float(np.poly1d([np.mean(x**4), -2 * np.mean(x**2)]).roots[0]),
        ],
        [
            lambda x: 2 / np.mean(x**2),
            lambda x: np.mean(x**2) / np.mean(x**4),
            lambda x: 2 / np.max(x**2),
            lambda x: 2 / np.mean(x**4),
            lambda x: np.mean(x**4) / np.mean(x**2),
            lambda x: 2 * np.mean(x) ** 2 / np.mean(x) ** 4,
            lambda x: 2 * np.sum(x**2) / np.mean(x**4),
            lambda x: 1.23,
            lambda x: 2 * np.mean(x**2) / np.mean(x**4) + 1e-3,
            lambda x: round(2 * np.mean(x**2) / np.mean(x**4), 1),
            lambda x: 2 * np.var(x) / np.mean(x**4),
            lambda x: by_bisection(x[:15]) if len(x) != 40 else 0.7,
            lambda x: by_bisection(np.random.default_rng(22).uniform(0.5, 3, 15)),
        ],
    ),
}
HINTS = [
    ("measured_floor", run_and(np.median, steps=2000), "not the median"),
    ("measured_floor", lambda p, rate, size, rng: exact(p, rate, 1, rng), "looks like batches of"),
    ("measured_floor", lambda p, rate, size, rng: p.minimum, "This is J"),
    ("measured_floor", lambda *args: exact(*args) * 30, "way down"),
    ("measured_floor", lambda *args: -1.0, "above 0"),
    ("measured_floor", lambda *args: exact(*args) or 0.1, "Without noise"),
    ("sgd_edge", lambda x: 2 / np.mean(x**2), "gradient descent"),
    ("sgd_edge", lambda x: np.mean(x**2) / np.mean(x**4), "Half of it"),
    ("sgd_edge", lambda x: 2 / np.max(x**2), "no example overshoots"),
    ("sgd_edge", lambda x: 2 / np.mean(x**4), "beside it"),
    ("sgd_edge", lambda x: np.mean(x**4) / np.mean(x**2), "Upside down"),
    ("sgd_edge", lambda x: 2 * np.mean(x) ** 2 / np.mean(x) ** 4, "powers of x first"),
    ("sgd_edge", lambda x: 2 * np.sum(x**2) / np.mean(x**4), "means of both"),
    ("sgd_edge", lambda x: 1.23, "too large"),
]
