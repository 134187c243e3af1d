"""The lesson: steps and examples to a target, against plain loops and runs."""

import json
import re

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, exercises, explorers, sampling
from lrlab.lessons.how_large_a_batch.maths import critical_batch_size, fewest_steps

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
PROBLEM = LeastSquares.line(x, y)
START = np.array([-2.0, 4.0])
FIRST = PROBLEM.excess(START)


# The mathematics


def mean_by_examples(rate, size, steps):
    """The mean excess loss (steps + 1,) by moments, example by example, in plain NumPy."""
    n, H = len(y), X.T @ X / len(y)
    best = np.linalg.solve(H, X.T @ y / n)
    m, out = START - best, []
    M, share = np.outer(m, m), (n - size) / (size * (n - 1))
    for _ in range(steps + 1):
        out.append(0.5 * np.trace(H @ M))
        total = np.zeros((2, 2))
        for row, target in zip(X, y, strict=True):
            A, g = np.outer(row, row) - H, row * (row @ best - target)
            total += A @ M @ A + A @ np.outer(m, g) + np.outer(g, m) @ A + np.outer(g, g)
        step = np.eye(2) - rate * H
        M, m = step @ M @ step + rate**2 * share * total / n, step @ m
    return np.array(out)


@pytest.mark.parametrize(("size", "share"), [(1, 0.1), (4, 0.01), (40, 0.001)])
def test_the_fewest_steps_are_really_taken_and_one_less_is_not_enough(size, share):
    found = fewest_steps(PROBLEM, START, [share * FIRST], [size], rates=60, most=500)
    steps, rate = int(found.steps[0, 0]), found.rates[0, 0]
    excess = mean_by_examples(rate, size, steps)
    assert excess[-1] <= share * FIRST < excess[:-1].min()
    for other in np.geomspace(0.02, 0.99, 30) * sampling.critical_rate(PROBLEM, size):
        fewer = mean_by_examples(other, size, steps - 2)
        assert (fewer > share * FIRST).all()


def test_plain_descent_needs_as_many_steps_as_a_plain_loop():
    found = fewest_steps(PROBLEM, START, [0.001 * FIRST], [40], rates=60, most=500)
    theta, count = START, 0
    while PROBLEM.loss(theta) - PROBLEM.minimum > 0.001 * FIRST:
        theta, count = theta - found.rates[0, 0] * X.T @ (X @ theta - y) / 40, count + 1
    assert count == found.steps[0, 0]


def test_what_is_out_of_reach_takes_inf_steps_with_no_rate():
    found = fewest_steps(PROBLEM, START, [0.5 * FIRST, 1e-9 * FIRST], [1, 40], rates=20, most=60)
    assert np.isinf(found.steps).tolist() == [[False, True], [False, True]]
    assert np.isnan(found.rates).tolist() == [[False, True], [False, True]]
    assert np.isnan(critical_batch_size(found.steps, [1, 40])).tolist() == [False, True]


def test_the_edges_of_the_lesson_are_met_from_both_sides():
    for size, edge in {1: 0.661, 2: 0.803, 4: 0.887, 8: 0.932, 16: 0.954, 40: 0.968}.items():
        assert sampling.critical_rate(PROBLEM, size) == pytest.approx(edge, abs=5e-4)
        for share, grows in [(0.998, False), (1.002, True)]:
            far = sampling.mean_excess(PROBLEM, START, share * edge, 20_000, batch_size=size)
            assert (far[-1] > 1e6) == grows or size == 40  # where there is no noise to grow from


def test_for_one_parameter_and_much_data_the_edge_goes_as_b_over_b_plus_a_number():
    wide = np.random.default_rng(1).standard_normal(4000)
    one = LeastSquares(wide[:, None], wide)
    star = np.mean(wide**4) / np.mean(wide**2) ** 2 - 1
    assert 1.8 < star < 2.2  # of a normal distribution it is 2
    for size in (1, 2, 8, 32):
        law = one.critical_rate * size / (size + star)
        assert sampling.critical_rate(one, size) == pytest.approx(law, rel=0.01)


def test_the_edge_never_falls_with_the_batch_whatever_the_data():
    rng = np.random.default_rng(2)
    for scale in (1, 10):
        problem = LeastSquares(scale * rng.standard_exponential((25, 3)), rng.standard_normal(25))
        edges = [sampling.critical_rate(problem, size) for size in range(1, 26)]
        assert (np.diff(edges) > 0).all()


# The explorer


@pytest.fixture(scope="module")
def book():
    return explorers.batch_size(x, y, start=START)


def layers(book, panel):
    return [k for k, layer in enumerate(book._layers) if layer.axes is book.figure.axes[panel]]


def assert_at(book, layer, index, xy):
    seen, expected = drawn(book, layer, index), in_points(book._layers[layer].axes, xy)
    reached = (np.abs(expected) < 2000).all(axis=-1)
    assert reached.any()
    np.testing.assert_allclose(seen[reached], expected[reached], rtol=0, atol=1 / 16)


def test_what_travels_is_small_and_every_position_says_something(book):
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(each) for each in buffers) <= 400_000
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
        assert len(text) <= 200
    targets = book.sliders["target"].values
    assert {0.001, 0.01, 0.1} <= set(targets) and len(targets) >= 40


@pytest.mark.parametrize("index", [(0, 0), (0, 30), (4, 12), (10, 25)])
def test_the_three_panels_show_the_same_run(book, index):
    sizes, targets = (each.values for each in book.sliders.values())
    size, share = sizes[index[0]], targets[index[1]]
    said = re.search(r"in (\S+) steps?, with α = (\S+), and read (\S+) ex", caption(book, index))
    steps, rate, read_ = (read(each.replace(",", "")) for each in said.groups())
    assert read_ == steps * size
    excess = mean_by_examples(rate, size, int(steps) + 1)
    assert excess[-2] <= 1.02 * share * FIRST  # α is said to three digits
    target, curve, diamond = layers(book, 0)
    assert_at(book, target, index, [(1, share * FIRST), (2000, share * FIRST)])
    assert_at(book, diamond, index, [(steps, share * FIRST)])
    assert np.isfinite(drawn(book, curve, index)).all()
    for panel, height in ((1, steps), (2, steps * size)):
        *_, dots, diamond = layers(book, panel)
        assert_at(book, diamond, index, [(size, height)])
        place = in_points(book.figure.axes[panel], [(size, height)])
        np.testing.assert_allclose(drawn(book, dots, index)[index[0]], place[0], atol=1 / 16)


def test_the_bounds_touch_from_below_and_meet_where_it_is_said(book):
    sizes, targets = (each.values for each in book.sliders.values())
    fewest = fewest_steps(PROBLEM, START, targets * FIRST, sizes, rates=60, most=2000).steps
    for j in range(0, len(targets), 7):
        level, slope = fewest[:, j].min(), (fewest[:, j] * sizes).min()
        assert (fewest[:, j] >= np.maximum(level, slope / sizes)).all()
        said = read(re.search(r"meet at B = (\S+)\.$", caption(book, (0, j)))[1])
        assert said == pytest.approx(slope / level, rel=0.06)
        first, second, *_ = layers(book, 1)
        assert_at(book, first, (0, j), [(1, level), (40, level)])
        assert_at(book, second, (0, j), [(1, slope), (40, slope / 40)])
        first, second, *_ = layers(book, 2)
        assert_at(book, first, (0, j), [(1, level), (40, 40 * level)])
        assert_at(book, second, (0, j), [(1, slope), (40, slope)])


def test_the_curve_is_the_mean_excess_loss(book):
    sizes, _ = (each.values for each in book.sliders.values())
    _, curve, _ = layers(book, 0)
    index = (3, 20)
    found = fewest_steps(PROBLEM, START, [book.sliders["target"].values[20] * FIRST], [sizes[3]],
                         rates=60, most=2000)  # fmt: skip
    excess = mean_by_examples(found.rates[0, 0], sizes[3], 300)
    points = in_points(book.figure.axes[0], np.column_stack([np.arange(301), excess])[1:])
    seen = drawn(book, curve, index)
    seen = seen[seen[:, 0] <= points[-1, 0]]
    heights = np.interp(seen[:, 0], points[:, 0], points[:, 1])
    np.testing.assert_allclose(seen[:, 1], heights, atol=0.3)


def test_a_target_out_of_reach_is_said_to_be():
    far = explorers.batch_size([100.0, 101, 103, 104], [1, 5, 2, 8], steps=20)
    far.position = {"target": far.sliders["target"].values[0]}
    assert "do not come to 0.05 %" in far.seen and "meet" not in far.seen


def test_a_start_at_the_minimum_has_no_way_to_go():
    exact = LeastSquares(X, X @ [2.0, 3.0])
    resting = explorers.batch_size(exact, start=exact.minimizer)
    if exact.excess(exact.minimizer) == 0:
        assert all("start is the minimum" in text for _, text in resting.sweep())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: explorers.batch_size(x, y, start=(1, np.nan)), "start must be finite, got nan"),
        (lambda: explorers.batch_size(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.batch_size(x, y, rates=1), "rates must be .* got 1"),
        (lambda: explorers.batch_size(x, y, targets=1), "targets must be .* got 1"),
    ],
)
def test_bad_options_are_refused_by_name(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


# The exercises


def one_by_one(X, y, theta, batch):
    return sum(X[i] * (X[i] @ theta - y[i]) for i in batch) / len(batch)


def by_differences(X, y, theta, batch):
    loss = lambda t: np.mean((X[batch] @ t - y[batch]) ** 2) / 2  # noqa: E731
    ways = 1e-5 * np.eye(len(theta))
    return [(loss(theta + way) - loss(theta - way)) / 2e-5 for way in ways]


def in_place(X, y, theta, batch):
    X, y = X[batch], y[batch]
    y -= X @ theta
    X *= -y[:, None]
    return X.mean(axis=0)


def plain(n, size, rng):
    order = rng.permutation(n)
    return [order[k : k + size] for k in range(0, n, size)]


def popped(n, size, rng):
    left, out = [*range(n)], []
    while left:
        out.append([left.pop(int(rng.integers(len(left)))) for _ in range(min(size, len(left)))])
    return out


def generated(n, size, rng):
    order = rng.permutation(n)
    for k in range(0, n, size):
        yield order[k : k + size]


def shuffled(n, size, rng):
    rows = np.arange(n)
    rng.shuffle(rows)
    return tuple(tuple(rows[k : k + size].tolist()) for k in range(0, n, size))


def chosen(n, size, rng):
    return np.array_split(rng.choice(n, n, replace=False), range(size, n, size))


def by_keys(n, size, rng):
    order = np.argsort(rng.random(n))
    return {k: order[k : k + size] for k in range(0, n, size)}.values()


def blocks(n, size, rng):
    parts = [np.arange(k, min(k + size, n)) for k in range(0, n, size)]
    full, last = parts[: n // size], parts[n // size :]
    return [full[k] for k in rng.permutation(len(full))] + last


def rolled(n, size, rng):
    order = np.roll(np.arange(n), rng.integers(n))
    return [order[k : k + size] for k in range(0, n, size)]


def law(rate, size, new_size, edge):
    return min(rate * new_size / size, edge / 2)


def by_if(rate, size, new_size, edge):
    per_example = rate / size
    if per_example * new_size > 0.5 * edge:
        return edge * 0.5
    return per_example * new_size


ANSWERS = {
    "batch_gradient": (
        exercises.batch_gradient,
        [
            one_by_one,
            by_differences,
            in_place,
            lambda X, y, t, B: LeastSquares(X[B], y[B]).gradient(t),
            lambda X, y, t, B: X[B].T @ (X[B] @ t - y[B]) / len(B),
            lambda X, y, t, B: np.mean(X[B] * (X[B] @ t - y[B])[:, None], axis=0),
            lambda X, y, t, B: ((X[B] @ t - y[B]) @ X[B] / B.size).tolist(),
            lambda X, y, t, B: np.einsum("bd,b->d", X[B], X[B] @ t - y[B])[:, None] / len(B),
        ],
        [
            lambda X, y, t, B: X.T @ (X @ t - y) / len(y),
            lambda X, y, t, B: X[B].T @ (X[B] @ t - y[B]),
            lambda X, y, t, B: X[B].T @ (X[B] @ t - y[B]) / len(y),
            lambda X, y, t, B: X[B].T @ (y[B] - X[B] @ t) / len(B),
            lambda X, y, t, B: one_by_one(X, y, t, range(len(B))),
            lambda X, y, t, B: 2 * one_by_one(X, y, t, B),
            lambda X, y, t, B: np.mean(X[B] @ t - y[B]),
            lambda X, y, t, B: X[B].T @ (X[B] @ t - y[B]) / 3,
            lambda X, y, t, B: one_by_one(X, y, t, B[:1]),
            lambda X, y, t, B: one_by_one(X, y, t, B[:3]),
            lambda X, y, t, B: one_by_one(X, y, t, sorted(B)[1:] or B),
            lambda X, y, t, B: one_by_one(X, y, 0 * t, B),
            lambda X, y, t, B: one_by_one(X, y, t, B).round(2),
        ],
    ),
    "batches": (
        exercises.batches,
        [
            plain,
            popped,
            generated,
            shuffled,
            chosen,
            by_keys,
            lambda n, size, rng: np.split(rng.permutation(n), range(size, n, size)),
            lambda n, size, rng: [each.tolist() for each in plain(n, size, rng)],
            lambda n, size, rng: iter(plain(n, size, rng)),
            lambda n, size, rng: [each.astype(float) for each in plain(n, size, rng)],
            lambda n, size, rng: (set(each.tolist()) for each in plain(n, size, rng)),
        ],
        [
            lambda n, size, rng: [np.arange(n)[k : k + size] for k in range(0, n, size)],
            lambda n, size, rng: plain(n, size, np.random.default_rng(0)),
            lambda n, size, rng: [rng.choice(n, size) for _ in range(-(-n // size))],
            lambda n, size, rng: [rng.choice(n, size, replace=False) for _ in range(n // size)],
            blocks,
            rolled,
            lambda n, size, rng: plain(n, size, rng)[: n // size],
            lambda n, size, rng: [rng.permutation(n)],
            lambda n, size, rng: rng.permutation(n),
            lambda n, size, rng: np.array_split(rng.permutation(n), n // size),
            lambda n, size, rng: [each + 1 for each in plain(n, size, rng)],
            lambda n, size, rng: [[k] for k in rng.permutation(n)],
            lambda n, size, rng: plain(n, size, rng)[::-1],
            lambda n, size, rng: [np.sort(rng.permutation(n))[k : k + size]
                                  for k in range(0, n, size)],
            lambda n, size, rng: [],
            lambda n, size, rng: [np.r_[each, each[:1]] for each in plain(n, size, rng)],
        ],
    ),
    "scaled_rate": (
        exercises.scaled_rate,
        [
            law,
            by_if,
            lambda r, b, new, edge: np.minimum(r / b * new, edge / 2),
            lambda r, b, new, edge: np.clip(r * new / b, 0, edge / 2),
            lambda r, b, new, edge: [sorted([r * new / b, edge / 2])[0]],
            lambda r, b, new, edge: np.array([min(new * r, b * edge / 2) / b]),
            lambda r, b, new, edge: np.float64(law(r, b, new, edge)),
            lambda r, b, new, edge: r * min(new / b, edge / (2 * r)),
            lambda r, b, new, edge: edge / 2 if r * new / b > edge / 2 else r * new / b,
        ],
        [
            lambda r, b, new, edge: r * new / b,
            lambda r, b, new, edge: min(r * new / b, edge),
            lambda r, b, new, edge: min(r * np.sqrt(new / b), edge / 2),
            lambda r, b, new, edge: min(r * b / new, edge / 2),
            lambda r, b, new, edge: min(r, edge / 2),
            lambda r, b, new, edge: r,
            lambda r, b, new, edge: edge / 2,
            lambda r, b, new, edge: min(r * new, edge / 2),
            lambda r, b, new, edge: min(max(r, r * new / b), edge / 2),
            lambda r, b, new, edge: r * new / b if r * new / b < edge / 2 else r,
            lambda r, b, new, edge: min(0.08, edge / 2),
            lambda r, b, new, edge: min(r * (new // b), edge / 2),
            lambda r, b, new, edge: round(law(r, b, new, edge), 2),
            lambda r, b, new, edge: 0.45 if edge > 0.4 else law(r, b, new, edge),
        ],
    ),
}  # fmt: skip
HINTS = [
    ("batch_gradient", lambda X, y, t, B: X[B].T @ (X[B] @ t - y[B]), "not the sum"),
    ("batch_gradient", lambda X, y, t, B: -one_by_one(X, y, t, B), "climbs"),
    ("batch_gradient", lambda X, y, t, B: one_by_one(X, y, t, range(len(B))), "first examples"),
    ("batch_gradient", lambda X, y, t, B: 2 * one_by_one(X, y, t, B), "factor 2"),
    ("batches", blocks, "not the batches"),
    ("batches", lambda n, size, rng: plain(n, size, np.random.default_rng(0)), "same order"),
    ("batches", lambda n, size, rng: rng.permutation(n), "a list of arrays"),
    ("batches", lambda n, size, rng: [each + 1 for each in plain(n, size, rng)], "from 0 to 11"),
    ("batches", lambda n, size, rng: [rng.permutation(n)], "all are full"),
    ("scaled_rate", lambda r, b, new, edge: min(r * b / new, edge / 2), "Upside down"),
    ("scaled_rate", lambda r, b, new, edge: r, "stays"),
    ("scaled_rate", lambda r, b, new, edge: min(r * np.sqrt(new / b), edge / 2), "square root"),
    ("scaled_rate", lambda r, b, new, edge: edge / 2, "half the edge is more"),
]
