"""The lesson: what units, centring and standardising buy, and what they cannot cure."""

import json
import re

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers
from sklearn.preprocessing import StandardScaler

from lrlab import LeastSquares, datasets, exercises, explorers, gradient_descent
from lrlab.lessons.fix_the_data import maths, picture

pytestmark = pytest.mark.filterwarnings("error")

HOUSES, PRICE = datasets.houses()
DISTANCE = HOUSES[:, 2]


@pytest.fixture(scope="module")
def book():
    return explorers.scaling(DISTANCE, PRICE, quantity="distance")


def ones(*columns):
    return np.column_stack([*columns, np.ones(len(columns[0]))])


def layers(book, panel):
    return [k for k, layer in enumerate(book._layers) if layer.axes is book.figure.axes[panel]]


def assert_drawn(book, layer, index, xy):
    seen, expected = drawn(book, layer, index), in_points(book._layers[layer].axes, xy)
    reached = (np.abs(expected) < 2000).all(axis=-1)
    assert reached.any()
    np.testing.assert_allclose(seen[reached], expected[reached], rtol=0, atol=1 / 16)


def test_what_travels_is_small_and_is_described(book):
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000
    assert len(book.description) > 20
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
        assert len(text) <= 180


@pytest.mark.parametrize("how", ["raw", "centred", "standardised"])
def test_scaling_says_what_the_eigenvalues_say(book, how):
    for k, factor in enumerate([1000, 100, 1, 0.001]):
        column = DISTANCE * factor
        column = column if how == "raw" else column - column.mean()
        column = column / column.std() if how == "standardised" else column
        values = np.linalg.svd(ones(column), compute_uv=False) ** 2 / len(column)
        kappa = values[0] / values[1]
        text = caption(book, (k, picture.TREATMENTS.index(how)))
        said = re.search(r"κ = (.*), the edge is at α = (.*), 1 % .* after (.*) steps?,", text)
        wanted = [kappa, 2 / values[0], 1 if kappa < 1.01 else np.log(100) / 4 * kappa]
        np.testing.assert_allclose([read(each) for each in said.groups()], wanted, rtol=0.11)
        (edge,) = layers(book, 0)
        index = (k, picture.TREATMENTS.index(how))
        assert_drawn(book, edge, index, [(k, 2 / values[0])])


def test_rings_of_the_bowl_are_as_long_as_the_root_of_kappa(book):
    rings, _ = layers(book, 1)
    for index, kappa in {(3, 0): 120.15, (3, 1): 4.377, (1, 2): 1.0}.items():
        ring = drawn(book, rings, index)[-66:-1]
        radius = np.linalg.norm(ring - np.nanmean(ring[:-1], axis=0), axis=1)
        assert radius.max() / radius.min() == pytest.approx(np.sqrt(kappa), rel=0.03)


def test_steps_that_can_be_run_reach_one_percent_when_they_should():
    for data, wanted in (((DISTANCE / 1000, PRICE), 139), (datasets.diabetes(), 30_317)):
        problem = LeastSquares.line(*data)
        run = gradient_descent(problem.gradient, [0, 0], problem.fastest_rate, wanted).theta
        left = problem.excess(run) / problem.excess([0, 0])
        assert left[-1] <= 0.01 < left[-2]
        assert problem.steps_to(0.01) == wanted


@pytest.mark.parametrize("n", [2, 3, 40, 5000])
def test_other_units_need_no_copy_of_the_data(n):
    rng = np.random.default_rng(n)
    x, y = rng.normal(50, 3, n), rng.normal(5, 1, n)
    centred = x - x.mean()
    for factor, row in zip(
        [1000, 0.01], maths.in_units(LeastSquares.line(x, y), [1000, 0.01]), strict=True
    ):
        columns = factor * x, factor * centred, centred / x.std()
        for few, column in zip(row, columns, strict=True):
            A = np.column_stack([column, np.ones(n)])
            size = np.sqrt(np.mean(A**2, axis=0))
            np.testing.assert_allclose(
                few.hessian / np.outer(size, size), (A.T @ A / n) / np.outer(size, size), atol=1e-12
            )
            np.testing.assert_allclose(few.minimizer, np.linalg.lstsq(A, y)[0], rtol=1e-7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: explorers.scaling([0, 1], [1, 2], start=(1, np.nan)), "start must be finite, got"),
        (lambda: explorers.scaling([0, 1], [1, np.inf]), "y must be finite, got inf"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


# The exercises


def in_place(X):
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return X


def by_loop(X):
    table = [list(row) for row in X]
    for k in range(len(table[0])):
        column = [row[k] for row in table]
        mean = sum(column) / len(column)
        spread = (sum((each - mean) ** 2 for each in column) / len(column)) ** 0.5
        for row in table:
            row[k] = (row[k] - mean) / spread
    return table


def through_two_points(t, m, s):
    """The line goes through two points, whose x are m and m + s."""
    return np.linalg.solve([[m, 1.0], [m + s, 1.0]], [t[1], t[1] + t[0]])


def by_fitting(t, m, s):
    column = m + s * np.linspace(-2, 2, 9)
    return LeastSquares.line(column, t[0] * (column - m) / s + t[1]).minimizer


STANDARDISE = [
    (lambda X: X / X.std(axis=0), "do not have mean 0"),
    (lambda X: X - X.mean(axis=0), "not yet scaled"),
    (lambda X: (X - X.mean(axis=0)) / X.var(axis=0), "this is the variance"),
    (lambda X: (X - X.mean()) / X.std(), "one mean for the whole table"),
    (lambda X: (X - X.mean(axis=0)) / X.std(), "one spread for the whole table"),
    (lambda X: ((X.T - X.mean(axis=1)) / X.std(axis=1)).T, "scaled each row"),
    (lambda X: (X - X.mean(axis=0)) / X.std(axis=0, ddof=1), "n − 1"),
    (lambda X: (X - X.mean(axis=0)) / np.ptp(X, axis=0), "the range"),
    (lambda X: X.mean(axis=0), "has the shape (30, 3)"),
    (lambda X: (X - X.mean(axis=0)) / X.std(axis=0) * -1, "not of these data"),
]
BACK_TO_UNITS = [
    (lambda t, m, s: (t[0] / s, t[1]), "x is 0, not the mean"),
    (lambda t, m, s: (t[0] * s, t[1] - t[0] * m), "Undo that"),
    (lambda t, m, s: (t[0], t[1] - t[0] * m), "still that of the scaled x"),
    (lambda t, m, s: (t[0] / s, t[1] + t[0] * m / s), "a sign turned"),
    (lambda t, m, s: (t[0] / s, t[1] - t[0] * m), "the mean was divided by the spread"),
    (lambda t, m, s: (t[1] - t[0] * m / s, t[0] / s), "the other way round"),
    (lambda t, m, s: t[0] / s, "Two numbers"),
]


def descended(X, y, theta0, steps=4000):
    """The end of a long run, at 0.9 times the edge."""
    theta, rate = np.array(theta0), 1.8 / np.linalg.eigvalsh(X.T @ X)[-1]
    for _ in range(steps):
        theta = theta - rate * X.T @ (X @ theta - y)
    return theta


def by_gradients(X, y, theta0):
    """Conjugate gradients: as many steps as X has columns, and never out of their span."""
    theta = np.array(theta0)
    residual = X.T @ (y - X @ theta)
    way = residual
    for _ in theta0:
        if residual @ residual < 1e-20:
            break
        step = residual @ residual / (way @ X.T @ X @ way)
        theta, last = theta + step * way, residual
        residual = residual - step * X.T @ X @ way
        way = residual + residual @ residual / (last @ last) * way
    return theta


def projected(X, y, theta0):
    values, vectors = np.linalg.eigh(X.T @ X)
    still = vectors[:, values < 1e-9 * values[-1]]
    return np.linalg.lstsq(X, y)[0] + still @ (still.T @ theta0)


def in_eigenvectors(X, y, theta0):
    _, singular, rows = np.linalg.svd(X, full_matrices=False)
    rows = rows[singular > 1e-9 * singular[0]]
    return theta0 + rows.T @ np.linalg.lstsq(X @ rows.T, y - X @ theta0)[0]


ENDS = [
    (lambda X, y, t: np.linalg.pinv(X) @ y, "what of the start is kept"),
    (lambda X, y, t: t, "the start itself"),
    (lambda X, y, t: descended(X, y, t, steps=8), "more steps"),
    (lambda X, y, t: t[:1], "parts; yours 1"),
    (lambda X, y, t: 0 * t, "not least there"),
]
ANSWERS = {
    "where_it_ends": (
        exercises.where_it_ends,
        [
            lambda X, y, t: t + np.linalg.pinv(X) @ (y - X @ t),
            lambda X, y, t: t + np.linalg.lstsq(X, y - X @ t)[0],
            descended,
            by_gradients,
            projected,
            in_eigenvectors,
            lambda X, y, t: (t - np.linalg.pinv(X) @ X @ t + np.linalg.pinv(X) @ y).tolist(),
            lambda X, y, t: LeastSquares(X, y).after(t, LeastSquares(X, y).fastest_rate, 10**6),
            lambda X, y, t: (LeastSquares(X, y - X @ t).minimizer + t)[:, None],
        ],
        [
            *(answer for answer, _ in ENDS),
            lambda X, y, t: np.linalg.lstsq(X, y)[0] + t,
            lambda X, y, t: np.linalg.solve(X.T @ X + 0.1 * np.eye(len(t)), X.T @ y),
            lambda X, y, t: np.linalg.lstsq(X, y)[0] + (t - t.mean()),
            lambda X, y, t: np.linalg.lstsq(X, y)[0] + (t - t[::-1]) / 2,
            lambda X, y, t: t - np.linalg.pinv(X) @ (y - X @ t),
            lambda X, y, t: t + np.linalg.pinv(X) @ y,
            lambda X, y, t: np.linalg.solve(X.T @ X, X.T @ y),
            lambda X, y, t: descended(X, y, 0 * t),
            [1.0, 2.0],
        ],
    ),
    "standardise": (
        exercises.standardise,
        [
            lambda X: (X - X.mean(axis=0)) / X.std(axis=0),
            lambda X: np.array([(c - c.mean()) / np.sqrt(np.mean((c - c.mean()) ** 2))
                                for c in X.T]).T,
            in_place,
            by_loop,
            lambda X: StandardScaler().fit_transform(X),
            lambda X: ((X - X.mean(0)) / np.sqrt((X**2).mean(0) - X.mean(0) ** 2)).tolist(),
            lambda X: np.apply_along_axis(lambda c: (c - c.mean()) / c.std(), 0, X),
            lambda X: np.asfortranarray((X - np.mean(X, 0, keepdims=True)) / np.std(X, 0)),
        ],
        [
            *(answer for answer, _ in STANDARDISE),
            lambda X: X,
            lambda X: (X - np.median(X, axis=0)) / X.std(axis=0),
            lambda X: (X - X.mean(axis=0)) / X[:, 0].std(),
            lambda X: np.random.default_rng(0).permutation((X - X.mean(0)) / X.std(0)),
            lambda X: ((X - X.mean(axis=0)) / X.std(axis=0)).T,
            lambda X: (X - X.mean(axis=0)) / X.std(axis=0) if len(X) == 30 else X,
            lambda X: np.round((X - X.mean(axis=0)) / X.std(axis=0), 2),
        ],
    ),
    "back_to_units": (
        exercises.back_to_units,
        [
            lambda t, m, s: (t[0] / s, t[1] - t[0] * m / s),
            lambda t, m, s: np.polyfit([0, 1], [t[1] + t[0] * (v - m) / s for v in (0, 1)], 1),
            through_two_points,
            by_fitting,
            lambda t, m, s: [t @ [1 / s, 0], t @ [-m / s, 1]],
            lambda t, m, s: np.array([[1, 0], [-m, s]]) @ t / s,
            lambda t, m, s: [[t[0] / s], [t[1] - t[0] / s * m]],
            lambda t, m, s: np.linalg.inv([[s, 0], [m, 1]]) @ t,
        ],
        [
            *(answer for answer, _ in BACK_TO_UNITS),
            lambda t, m, s: t,
            lambda t, m, s: (t[0] / s, t[1] - m),
            lambda t, m, s: (t[0] / s, (t[1] - t[0] * m) / s),
            lambda t, m, s: (1.5, 22.0),
            lambda t, m, s: (t[0] / s, t[1] - abs(t[0] * m / s)),
            lambda t, m, s: np.round([t[0] / s, t[1] - t[0] * m / s]),
            (1.5, 22.0),
        ],
    ),
}  # fmt: skip
WRONG = {"standardise": STANDARDISE, "back_to_units": BACK_TO_UNITS, "where_it_ends": ENDS}


@pytest.mark.parametrize(
    ("name", "answer", "piece"), [(name, *case) for name in WRONG for case in WRONG[name]]
)
def test_wrong_answers_get_their_own_hint(name, answer, piece):
    verdict = getattr(exercises, name)(answer)
    assert verdict.passed is False and piece in verdict.text
    others = {other for _, other in WRONG[name]} - {piece}
    assert not [other for other in others if other in verdict.text]


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("odd", ["text", None, [], float("nan"), 1 + 2j, np.zeros((3, 3, 3)), len])
def test_odd_answers_get_a_hint(name, odd):
    check = getattr(exercises, name)
    assert check(...).passed is None
    assert check(odd).passed is False
    assert check(lambda *args: odd).passed is False


def test_pairs_are_the_formula_and_the_eigenvalues_of_each_pair():
    table = np.random.default_rng(2).normal(50, [1, 1e-4, 900], (60, 3)) @ np.triu(np.ones((3, 3)))
    found = maths.pairs(table)
    for (rho, kappa), (i, j) in zip(found, [(0, 1), (0, 2), (1, 2)], strict=True):
        correlation = np.corrcoef(table[:, i], table[:, j])
        assert rho == pytest.approx(abs(correlation[0, 1]), rel=1e-6)
        assert kappa == pytest.approx(np.linalg.cond(correlation), rel=1e-6)


def test_runs_in_the_valley_end_on_the_line_of_least_loss_and_keep_their_difference():
    problem = LeastSquares([[1, 1], [2, 2]], [2, 5])
    starts = np.array([(0, 0), (3.0, 1), (-2, 2)])
    figure = picture.valley(problem, starts, 0.3 * problem.critical_rate, 80)
    bottom, *paths, ends = figure.axes[0].lines[:5]
    for start, path, end in zip(starts, paths, ends.get_xydata(), strict=True):
        np.testing.assert_allclose(path.get_xydata()[0], start)
        np.testing.assert_allclose(path.get_xydata()[-1], end)
        assert np.diff(end) == pytest.approx(np.diff(start)) and problem.excess(end) < 1e-9
    assert np.allclose(problem.excess(bottom.get_xydata()), 0)
