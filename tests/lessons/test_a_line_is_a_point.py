import re

import numpy as np
import pytest
from decoded import assert_drawn, caption, drawn, in_points, layers, read
from plain import mean_half_square
from test_exercises import CHECKS, HALVES, RIGHT, STAIR, WRONG

from lrlab import LeastSquares, datasets, explorers
from lrlab.drawing import figures
from lrlab.lessons.a_line_is_a_point import picture

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
LINE = LeastSquares([[1.0, 0.0], [0.0, 2.0]], [0, 0])  # curvatures 1/2 and 2: the edge is at α = 1


@pytest.fixture(scope="module")
def book():
    return explorers.line_by_hand(x, y)


def test_by_hand_says_the_loss_of_each_theta():
    theta = np.array([[[2.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [1.0, 1.0]]])
    texts = picture.caption(LINE, theta)
    losses = [[read(re.search(r"= (\S+)\. ", text)[1]) for text in row] for row in texts]
    assert losses == [[1, 1], [0, 1.25]]  # J = w²/4 + b²
    assert texts[1, 0].endswith("The lowest point of the bowl is 0.")


def test_the_loss_by_hand_is_the_mean_of_half_the_squares(book):
    best = mean_half_square(X, y, np.polyfit(x, y, 1))
    for index in np.ndindex(*book.shape):
        w, b = book._values(index).values()
        loss, least = re.findall(r"(?:= |is )(\S+(?: × \S+)?)\.(?: |$)", caption(book, index))
        assert read(loss) == pytest.approx(mean_half_square(X, y, [w, b]), rel=6e-3)
        assert read(least) == pytest.approx(best, rel=6e-3)


def test_a_line_by_hand_its_errors_and_its_point_are_where_they_belong(book):
    left = book.figure.axes[0]
    (sticks, line), (point,) = layers(book, 0), layers(book, 1)
    for index in [(0, 0), (7, 20), (-1 + book.shape[0], 3)]:
        w, b = book._values(index).values()
        ends = np.array(left.get_xlim())
        assert_drawn(book, line, index, np.column_stack([ends, w * ends + b]))
        assert_drawn(book, point, index, [(w, b)])
        seen = drawn(book, sticks, index).reshape(-1, 3, 2)
        assert np.isnan(seen[:, 2]).all() and len(np.unique(seen[:, 0], axis=0)) == 12
        for stick in seen[:, :2]:
            i = np.argmin(np.abs(in_points(left, np.column_stack([x, y])) - stick[0]).sum(axis=1))
            expected = in_points(left, [(x[i], y[i]), (x[i], w * x[i] + b)])
            np.testing.assert_allclose(stick, expected, rtol=0, atol=1 / 16)


def test_the_bowl_is_cut_into_equal_patches(book):
    # Matplotlib fills unequal ones up with memory that it never wrote, and may warn of overflow.
    (bowl,) = book.figure.axes[2].collections
    assert bowl._invalid_vertices is False and len(bowl._faces) == 12 * 12


def test_a_bowl_is_as_high_as_the_loss():
    _, (ax,) = figures.canvas([4], three_d={0})
    w, b = np.linspace(-1, 1, 7), np.linspace(0, 2, 5)
    loss = 3 + w**2 + b[:, None] ** 2
    assert picture.bowl(ax, w, b, loss) is ax
    heights = np.concatenate([face[:, 2] for face in ax.collections[0]._faces])
    assert (heights.min(), heights.max()) == (loss.min(), loss.max())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("slope w", "intercept b")


# Checkers


def loss_by_dot(w, b, x, y):
    errors = np.subtract(y, np.polyval([w, b], x))
    return errors @ errors / (2 * len(errors))


def loss_by_matrix(w, b, x, y):
    A = np.column_stack([x, np.ones_like(x), y])
    return np.linalg.norm(A @ [w, b, -1]) ** 2 / len(x) / 2


def formula_by_pairs(X, y):
    """Gauss and Jordan, a row at a time, the largest pivot first."""
    rows = [[*row, value] for row, value in zip(X.T @ X, X.T @ y, strict=True)]
    for k in range(len(rows)):
        best = max(range(k, len(rows)), key=lambda i: abs(rows[i][k]))
        rows[k], rows[best] = rows[best], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(len(rows)):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def formula_by_newton(X, y):
    theta = np.ones(X.shape[1])
    return theta - np.linalg.inv(X.T @ X) @ (X.T @ (X @ theta - y))


def svd_formula(X, y):
    U, s, V = np.linalg.svd(X, full_matrices=False)
    return V.T @ (U.T @ y / s)


half = lambda residuals: np.mean(residuals**2) / 2  # noqa: E731
ANSWERS = {
    "loss": (
        CHECKS["loss"],
        [
            *RIGHT["loss"],
            loss_by_dot,
            loss_by_matrix,
            lambda w, b, x, y: np.var(w * x + b - y) / 2 + np.mean(w * x + b - y) ** 2 / 2,
            lambda w, b, x, y: np.array([[half(w * x + b - y)]]),
        ],
        [
            *(answer for answer, _ in WRONG["loss"]),
            lambda w, b, x, y: np.sum((w * x + b - y) ** 2) / 50,  # right for 25 points
            lambda w, b, x, y: np.var(w * x + b - y) / 2,
            lambda w, b, x, y: half(1.5 * x - 0.5 - y),
            lambda w, b, x, y: half(w * x - 0.5 - y),
            lambda w, b, x, y: half(w * np.sort(x) + b - y),
            lambda w, b, x, y: (
                np.sum((w * x + b - y) ** 2) / (2 * (len(x) - 1)) if len(x) > 1 else 0
            ),
        ],
    ),
    "by_hand": (
        CHECKS["by_hand"],
        [
            *RIGHT["by_hand"],
            [list(point) for point in STAIR],
            [np.array(point) for point in STAIR],
            np.array(STAIR, dtype=np.float32),
            [(0, b) for b in HALVES] + [(w, 2.5) for w in HALVES],
        ],
        [answer for answer, _ in WRONG["by_hand"]],
    ),
    "closed_form": (
        CHECKS["closed_form"],
        [*RIGHT["closed_form"], formula_by_pairs, formula_by_newton, svd_formula],
        [
            *(answer for answer, _ in WRONG["closed_form"]),
            lambda X, y: np.linalg.inv(X.T @ X / 30) @ X.T @ y / len(y),  # right for 30 rows
            lambda X, y: np.linalg.lstsq(X, y)[0].round(2),
            lambda X, y: np.linalg.solve(X.T @ X + 1e-3 * np.eye(X.shape[1]), X.T @ y),
            lambda X, y: np.linalg.lstsq(X - X.mean(axis=0), y)[0],
        ],
    ),
}


# The walk that turns


@pytest.fixture(scope="module")
def turned():
    return explorers.turned_walk(x, y)


def test_a_walk_curves_as_its_loss_does(turned):
    best = np.linalg.lstsq(X, y)[0]
    H = X.T @ X / len(x)
    slider = turned.sliders["angle in °"]
    assert len(slider.values) >= 61
    (walk, tip), (parabola,), (dot,) = (layers(turned, panel) for panel in range(3))
    reach = np.linalg.norm(best)
    for at in range(0, len(slider.values), 9):
        angle = np.radians(slider.values[at])
        v = np.array([np.cos(angle), np.sin(angle)])
        assert_drawn(turned, walk, (at,), [best - reach * v, best + reach * v])
        assert_drawn(turned, tip, (at,), [best + 0.8 * reach * v])
        assert_drawn(turned, dot, (at,), [(slider.values[at], v @ H @ v)])
        s = np.linspace(-reach, reach, 61)
        losses = mean_half_square(X, y, best + s[:, None] * v)
        assert_drawn(turned, parabola, (at,), np.column_stack([s, losses]))
        assert read(re.search(r"with (\S+?)\.( |$)", caption(turned, (at,)))[1]) == pytest.approx(
            v @ H @ v, rel=6e-3
        )


def test_the_extremes_are_positions_at_right_angles_and_the_eigenvalues(turned):
    slider = turned.sliders["angle in °"]
    at = {name: k for k, name in slider.marks.items()}
    assert abs(slider.values[at["steepest"]] - slider.values[at["flattest"]]) == pytest.approx(90)
    low, high = np.linalg.eigvalsh(X.T @ X / len(x))
    said = [caption(turned, (k,)) for k in range(len(slider.values))]
    assert [k for k, text in enumerate(said) if "most of all" in text] == [at["steepest"]]
    assert [k for k, text in enumerate(said) if "least of all, " in text] == [at["flattest"]]
    numbers = [read(re.search(r"with (\S+?)\. ", said[at[name]])[1]) for name in at]
    assert sorted(numbers) == pytest.approx([low, high], rel=6e-3)


def test_a_right_angle_looks_like_one(turned):
    left = turned.figure.axes[0]
    corner, right, up = in_points(left, [(0, 0), (1, 0), (0, 1)])
    assert np.linalg.norm(right - corner) == pytest.approx(np.linalg.norm(up - corner), rel=0.03)


def test_a_round_bowl_has_no_steepest_walk():
    book = explorers.turned_walk([-1, 1], [1, 3])
    assert book.sliders["angle in °"].marks == {}
    assert all("as it does at every angle" in text for _, text in book.sweep())
