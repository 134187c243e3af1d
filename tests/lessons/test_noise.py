"""The lesson: what is said of batches, against every batch there is and against runs."""

import json
import re
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, exercises, explorers, sampling

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
    }


@pytest.mark.parametrize("name", ["noise", "noise_floor"])
def test_what_travels_is_small_and_every_position_says_something(books, name):
    book = books[name]
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(each) for each in buffers) <= 400_000
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
        assert len(text) <= 180


def layers(book, panel):
    return [k for k, layer in enumerate(book._layers) if layer.axes is book.figure.axes[panel]]


def assert_at(book, layer, index, xy):
    seen, expected = drawn(book, layer, index), in_points(book._layers[layer].axes, xy)
    reached = (np.abs(expected) < 2000).all(axis=-1)
    assert reached.any()
    np.testing.assert_allclose(seen[reached], expected[reached], rtol=0, atol=1 / 16)


@pytest.mark.parametrize("index", [(0, 0, 0), (20, 2, 1), (33, 1, 2), (12, 4, 1), (27, 3, 2)])
def test_a_run_goes_where_the_loop_goes_beside_plain_descent(books, index):
    book = books["noise"]
    alphas, sizes, _, steps = (each.values for each in book.sliders.values())
    rate, size, scale = alphas[index[0]], sizes[index[1]], index[2]
    scattered = X @ BEST + scale * (y - X @ BEST)
    theta = loop(X, scattered, START, rate, 80, size)
    plain = loop(X, y, START, rate, 80, 40)
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
        assert_at(book, floor, at, [(0, height), (80, height)])
        late, said = re.search(r"loss of (\S+)\. The floor is (\S+)\.", caption(book, at)).groups()
        assert read(late) == pytest.approx(excess(theta)[-26:].mean(), rel=0.06)
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


# The exercises

RATES = np.array([0.1, 0.05, 0.02])
FLOORS = sampling.floor(PROBLEM, RATES, 2)
ASKED = {
    "batch_gradient": exercises.batch_gradient,
    "third_floor": lambda floors: exercises.third_floor(floors, PROBLEM),
    "sgd_edge": exercises.sgd_edge,
}


def by_bisection(x):
    low, high = 0, 2 / np.mean(x**2)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.mean((1 - middle * x**2) ** 2) < 1 else (low, middle)
    return low


def one_by_one(X, y, theta, batch):
    return sum(X[i] * (X[i] @ theta - y[i]) for i in batch) / len(batch)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("batch_gradient", one_by_one),
        ("batch_gradient", lambda X, y, t, B: LeastSquares(X[B], y[B]).gradient(t)),
        ("third_floor", FLOORS),
        ("third_floor", [*FLOORS[:2] * 1.2, FLOORS[1] * 1.2 * 0.4]),
        ("third_floor", [[FLOORS[0] * 0.85], [FLOORS[1] * 0.8], [FLOORS[0] * 0.85 / 5]]),
        ("sgd_edge", lambda x: 2 * np.mean(x**2) / np.mean(x**4)),
        ("sgd_edge", by_bisection),
        ("sgd_edge", lambda x: sampling.critical_rate(LeastSquares(x[:, None], x), 1)),
    ],
)
def test_right_answers_pass(name, answer):
    assert ASKED[name](answer).passed


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
        ("batch_gradient", lambda X, y, t, B: X.T @ (X @ t - y) / len(y), "all examples; take"),
        ("batch_gradient", lambda X, y, t, B: X[B].T @ (X[B] @ t - y[B]), "not the sum"),
        ("batch_gradient", lambda X, y, t, B: X[B].T @ (X[B] @ t - y[B]) / len(y), "You divide by"),
        ("batch_gradient", lambda X, y, t, B: X[B].T @ (y[B] - X[B] @ t) / len(B), "climbs"),
        (
            "batch_gradient",
            lambda X, y, t, B: X[: len(B)].T @ (X[: len(B)] @ t - y[: len(B)]) / len(B),
            "first examples",
        ),
        ("batch_gradient", lambda X, y, t, B: 2 * X[B].T @ (X[B] @ t - y[B]) / 3, "factor 2"),
        ("batch_gradient", lambda X, y, t, B: np.mean(X[B] @ t - y[B]), "2 parameters"),
        ("third_floor", [*FLOORS[:2], FLOORS[1] * 0.16], "falls with α²"),
        ("third_floor", [*FLOORS[:2], FLOORS[1] * 2.5], "higher floor"),
        ("third_floor", [*FLOORS[:2], FLOORS[1]], "too large"),
        ("third_floor", [FLOORS[0] * 3, *FLOORS[1:]], "Leave the way down out"),
        ("third_floor", [FLOORS[0] / 5, *FLOORS[1:]], "Average over many steps"),
        ("third_floor", FLOORS + PROBLEM.minimum, "above J"),
        ("third_floor", FLOORS[::-1], "another order"),
        ("third_floor", sampling.floor(PROBLEM, RATES, 1), "batches of 1;"),
        ("third_floor", FLOORS[:2], "three numbers"),
        ("third_floor", -FLOORS, "above 0"),
        ("sgd_edge", lambda x: 2 / np.mean(x**2), "gradient descent"),
        ("sgd_edge", lambda x: np.mean(x**2) / np.mean(x**4), "Half of it"),
        ("sgd_edge", lambda x: 2 / np.max(x**2), "no example overshoots"),
        ("sgd_edge", lambda x: 2 / np.mean(x**4), "beside it"),
        ("sgd_edge", lambda x: np.mean(x**4) / np.mean(x**2), "Upside down"),
        ("sgd_edge", lambda x: 2 * np.mean(x) ** 2 / np.mean(x) ** 4, "powers of x first"),
        ("sgd_edge", lambda x: 2 * np.sum(x**2) / np.mean(x**4), "means of both"),
        ("sgd_edge", lambda x: 1.23, "too large"),
    ],
)
def test_each_wrong_answer_is_told_what_was_wrong_with_it(name, answer, hint):
    verdict = ASKED[name](answer)
    assert verdict.passed is False
    assert hint in verdict.text


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("junk", [None, "0.1", [], np.nan, lambda *a: "x", lambda *a: np.nan])
def test_junk_gets_a_hint_and_no_traceback(name, junk):
    assert ASKED[name](junk).passed is False


@pytest.mark.parametrize("name", ASKED)
def test_an_exercise_not_attempted_says_so(name):
    assert ASKED[name](...).passed is None
