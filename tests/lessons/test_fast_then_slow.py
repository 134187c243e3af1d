"""The lesson: two clocks, the rate that wins, and what scaling buys."""

import json
import re
from fractions import Fraction

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, exercises, explorers, gradient_descent
from lrlab.lessons.fast_then_slow import maths, picture

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
HOUSES, PRICE = datasets.houses()
DISTANCE = HOUSES[:, 2]
EXPLORERS = {
    "clocks": lambda: explorers.clocks(x, y),
    "horizon": lambda: explorers.horizon(DISTANCE / 1000, PRICE),
    "scaling": lambda: explorers.scaling(DISTANCE, PRICE, quantity="distance"),
}


@pytest.fixture(scope="module")
def books():
    return {name: explorer() for name, explorer in EXPLORERS.items()}


def descend(X, y, theta, rate, steps):
    """The loop of the lesson: every θ it goes through, (steps + 1, d)."""
    went = [np.array(theta, float)]
    for _ in range(steps):
        went.append(went[-1] - rate * X.T @ (X @ went[-1] - y) / len(y))
    return np.array(went)


def excess_of(X, y, theta):
    """J − J* from residuals; exact to about 1e-12 of J*."""
    best = np.linalg.lstsq(X, y)[0]
    return 0.5 * np.mean(((theta - best) @ X.T) ** 2, axis=-1)


def ones(*columns):
    return np.column_stack([*columns, np.ones(len(columns[0]))])


def layers(book, panel):
    return [k for k, layer in enumerate(book._layers) if layer.axes is book.figure.axes[panel]]


def assert_drawn(book, layer, index, xy):
    seen, expected = drawn(book, layer, index), in_points(book._layers[layer].axes, xy)
    reached = (np.abs(expected) < 2000).all(axis=-1)
    assert reached.any()
    np.testing.assert_allclose(seen[reached], expected[reached], rtol=0, atol=1 / 16)


# The split of the excess loss


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), d=st.integers(1, 4), share=st.floats(0.01, 1.2))
def test_the_split_at_any_step_is_what_a_run_gives(seed, d, share):
    rng = np.random.default_rng(seed)
    problem = LeastSquares(rng.normal(size=(d + 5, d)), rng.normal(size=d + 5))
    rate, start = share * problem.critical_rate, rng.normal(size=d)
    run = gradient_descent(problem.gradient, start, rate, 12)
    split = problem.split(start, rate, np.arange(13))
    excess = problem.excess(run.theta)
    np.testing.assert_allclose(split.sum(axis=-1), excess, rtol=1e-8, atol=1e-14 * excess.max())
    np.testing.assert_allclose(problem.split(run.theta), split, rtol=1e-6, atol=1e-12 * split.max())


def test_directions_are_eigenvectors_in_the_order_of_the_curvatures():
    problem = LeastSquares(ones(HOUSES), PRICE)
    vectors = np.linalg.eigh(problem.hessian)[1]
    np.testing.assert_allclose(np.abs(problem.directions), np.abs(vectors), atol=1e-7)
    np.testing.assert_allclose(problem.directions.T @ problem.directions, np.eye(4), atol=1e-12)
    assert (problem.directions[np.abs(vectors).argmax(axis=0), range(4)] > 0).all()


def test_a_flat_direction_holds_no_loss_and_overflow_is_infinite():
    problem = LeastSquares([[1.0, 1.0], [2.0, 2.0]], [1.0, 2.0])
    assert problem.directions.shape == (2, 2)
    assert problem.split([5.0, -3.0])[0] == 0
    assert LeastSquares([[1.0]], [0.0]).split([1.0], 100.0, 1000).tolist() == [np.inf]
    assert LeastSquares([[1.0]], [0.0]).split([0.0], 100.0, 1000).tolist() == [0.0]


@pytest.mark.parametrize("share", [0.5, 0.01, 1e-6])
@pytest.mark.parametrize("roots", [[1.0], [0.3, 0.7, 1.0], [0.05, 1.0]])
def test_steps_to_are_enough_and_one_fewer_is_not(share, roots):
    problem = LeastSquares(np.diag(roots), np.zeros(len(roots)))
    start = 1 / np.sqrt(problem.curvatures)  # the same loss in all directions
    start = start * np.isin(problem.curvatures, problem.curvatures[[0, -1]])
    theta = problem.minimizer + problem.directions @ start
    left = lambda t: problem.split(theta, problem.fastest_rate, t).sum() / problem.excess(theta)  # noqa: E731
    steps = problem.steps_to(share)
    assert left(steps) <= share * (1 + 1e-9)
    assert steps == 1 or left(steps - 1) > share


@pytest.mark.parametrize("share", [0, 1, -0.1, np.nan, "0.1", [0.1]])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises((TypeError, ValueError), match=r"share must be .* got"):
        LeastSquares.line(x, y).steps_to(share)


# The explorers


@pytest.mark.parametrize("name", EXPLORERS)
def test_what_travels_is_small_and_is_described(books, name):
    book = books[name]
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000
    assert len(book.description) > 20
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
        assert len(text) <= 180


def test_the_clocks_are_those_of_the_loop(books):
    book = books["clocks"]
    X, rates = ones(x), book.sliders["α"].values
    values, vectors = np.linalg.eigh(X.T @ X / len(x))
    flat, steep, whole = layers(book, 1)
    best = np.linalg.lstsq(X, y)[0]
    for i in (0, 30, *book.sliders["α"].marks, len(rates) - 1):
        theta = descend(X, y, (5, 3), rates[i], 40)
        parts = 0.5 * values * ((theta - best) @ vectors) ** 2
        for layer, losses in zip((flat, steep, whole), (*parts.T, parts.sum(axis=1)), strict=True):
            known = losses > np.maximum(1e-20, 1e-24 * parts.max())
            np.testing.assert_allclose(
                drawn(book, layer, (i, 0))[known][:, 1].clip(-500, 500),
                in_points(book.figure.axes[1], np.column_stack([range(41), losses]))[known][
                    :, 1
                ].clip(-500, 500),
                atol=0.1,
            )
        said = re.findall(r"by (\S+), the steep one by (\S+)\.", caption(book, (i, 0)))[0]
        factors = [read(each) for each in said]
        np.testing.assert_allclose(factors, 1 - rates[i] * values, rtol=6e-3, atol=1e-9)
        times = parts[-1].sum() / parts[0].sum()
        end = r"loss is (.*) times the" if times > 1 else r"steps (.*) % of"
        left = read(re.search(end, caption(book, (i, 0)))[1])
        assert left == pytest.approx(times if times > 1 else 100 * times, rel=0.06)


def test_directions_of_the_clocks_stand_at_right_angles_in_the_picture(books):
    ax = books["clocks"].figure.axes[0]
    lines = [line for line in ax.lines if len(line.get_xdata()) == 2]
    ways = [np.diff(in_points(ax, line.get_xydata()), axis=0)[0] for line in lines]
    cosine = ways[0] @ ways[1] / np.linalg.norm(ways[0]) / np.linalg.norm(ways[1])
    assert len(ways) == 2 and abs(cosine) < 0.02


def test_the_winner_wins_against_every_rate_that_was_run(books):
    book = books["horizon"]
    X = ones(DISTANCE / 1000)
    edge = 2 / np.linalg.eigvalsh(X.T @ X / len(X))[-1]
    rates = edge * np.linspace(0.3, 1.05, 600)
    problem = LeastSquares(X, PRICE)
    run = gradient_descent(problem.gradient, [0, 0], rates, 1000).theta
    for at, t in enumerate(book.sliders["steps T"].values):
        if t > 1000:
            break
        excess = excess_of(X, PRICE, run[:, int(t)])
        winner = read(re.search(r"α = (\S+) wins", caption(book, (at,)))[1])
        assert winner == pytest.approx(rates[np.argmin(excess)], rel=8e-3)
        mine = problem.split([0, 0], winner, t).sum()
        assert mine < 1.1 * excess.min()


def test_the_winner_of_ten_steps_loses_after_a_thousand(books):
    book = books["horizon"]
    at = {name: k for k, name in book.sliders["steps T"].marks.items()}
    stands = r"-step winner (\S+?)[,.](?: |$)"
    early, late = (
        [read(value) for value in re.findall(stands, caption(book, (at[name],)))]
        for name in ("short run", "long run")
    )
    assert early[0] == late[1] == 1
    assert early[1] > 3 and late[0] > 50
    assert [book.sliders["steps T"].values[k] for k in at.values()] == [10, 1000]


def test_horizon_takes_any_problem_and_stops_before_floats_do():
    table = (HOUSES - HOUSES.mean(axis=0)) / HOUSES.std(axis=0)
    book = explorers.horizon(LeastSquares(ones(table), PRICE))
    assert 10 < book.sliders["steps T"].values[-1] < 10_000
    for k in range(book.shape[0]):
        assert "nan" not in caption(book, (k,)) and "inf" not in caption(book, (k,))
    with pytest.raises(ValueError, match="y must be given"):
        explorers.horizon(x)


@pytest.mark.parametrize("how", ["raw", "centred", "standardised"])
def test_scaling_says_what_the_eigenvalues_say(books, how):
    book = books["scaling"]
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


def test_rings_of_the_bowl_are_as_long_as_the_root_of_kappa(books):
    book = books["scaling"]
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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: explorers.clocks(x, y, start=3), r"start must .* got \(\)"),
        (lambda: explorers.clocks(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.clocks([1, 1], [2, 3]), "x must have .* got 1"),
        (lambda: explorers.horizon(x, y, start=[1.0]), r"start must have shape .* got \(1,\)"),
        (lambda: explorers.scaling(x, y, start=(1, np.nan)), "start must be finite, got nan"),
        (lambda: explorers.scaling([0, 1], [1, np.inf]), "y must be finite, got inf"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


# The exercises


RIGHT = {
    "standardise": [
        lambda X: (X - X.mean(axis=0)) / X.std(axis=0),
        lambda X: np.array([(c - c.mean()) / np.sqrt(np.mean((c - c.mean()) ** 2)) for c in X.T]).T,
    ],
    "back_to_units": [
        lambda t, m, s: (t[0] / s, t[1] - t[0] * m / s),
        lambda t, m, s: np.polyfit([0, 1], [t[1] + t[0] * (v - m) / s for v in (0, 1)], 1),
    ],
    "steps_to_share": [
        lambda share, k: np.log(share) / (2 * np.log((k - 1) / (k + 1))),
        lambda share, k: np.ceil(np.log(share) / np.log(((k - 1) / (k + 1)) ** 2)),
        lambda share, k: next(t for t in range(9999) if ((k - 1) / (k + 1)) ** (2 * t) <= share),
        lambda share, k: -np.log(share) / 4 * k,
    ],
}
WRONG = {
    "standardise": [
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
    ],
    "back_to_units": [
        (lambda t, m, s: (t[0] / s, t[1]), "x is 0, not the mean"),
        (lambda t, m, s: (t[0] * s, t[1] - t[0] * m), "Undo that"),
        (lambda t, m, s: (t[0], t[1] - t[0] * m), "still that of the scaled x"),
        (lambda t, m, s: (t[0] / s, t[1] + t[0] * m / s), "a sign turned"),
        (lambda t, m, s: (t[0] / s, t[1] - t[0] * m), "the mean was divided by the spread"),
        (lambda t, m, s: (t[1] - t[0] * m / s, t[0] / s), "the other way round"),
        (lambda t, m, s: t[0] / s, "Two numbers"),
    ],
    "steps_to_share": [
        (lambda share, k: np.log(share) / np.log((k - 1) / (k + 1)), "for the error. The loss"),
        (lambda share, k: np.log(share) / (2 * np.log(1 - 1 / k)), "That is for α = 1/λ_max"),
        (lambda share, k: -np.log(share) / (2 * np.log((k - 1) / (k + 1))), "sign is turned"),
        (lambda share, k: np.log(1 - share) / (2 * np.log((k - 1) / (k + 1))), "share is gone"),
        (lambda share, k: 1.15 * k, "for a share of 1 %"),
        (lambda share, k: 3.0, "too small"),
    ],
}


def each(table):
    return [
        (name, *np.atleast_1d(np.array(case, dtype=object)))
        for name in table
        for case in table[name]
    ]


@pytest.mark.parametrize(("name", "answer"), each(RIGHT))
def test_right_answers_pass(name, answer):
    verdict = getattr(exercises, name)(answer)
    assert verdict.passed is True, verdict


@pytest.mark.parametrize(("name", "answer", "piece"), each(WRONG))
def test_wrong_answers_get_their_own_hint(name, answer, piece):
    verdict = getattr(exercises, name)(answer)
    assert verdict.passed is False
    assert piece in verdict.text
    others = {other for _, other in WRONG[name]} - {piece}
    assert not [other for other in others if other in verdict.text]


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("odd", ["text", None, [], float("nan"), 1 + 2j, np.zeros((3, 3, 3)), len])
def test_odd_answers_get_a_hint(name, odd):
    check = getattr(exercises, name)
    assert check(...).passed is None
    assert check(odd).passed is False
    assert check(lambda *args: odd).passed is False


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


@pytest.mark.parametrize("condition", [30.0, 1e6, 1e12, 1e18])
@pytest.mark.parametrize("steps", [1, 10, 1000])
def test_the_winner_is_the_winner_however_flat_a_direction_is(condition, steps):
    rates = np.linspace(0.31, 1.99, 85)
    problem = LeastSquares(np.diag([1.0, condition**-0.5]), [0.0, 0.0])
    curvatures = [Fraction(each) for each in problem.curvatures]
    left = [
        sum(each * (1 - Fraction(rate) * each) ** (2 * steps) for each in curvatures)
        for rate in rates
    ]
    (winner,) = maths.winners(problem, [1.0, 1.0], rates, np.array([steps]))
    assert left[winner] == min(left)
