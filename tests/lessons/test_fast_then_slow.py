"""The lesson: two clocks, and the rate that wins."""

import json
import re
from decimal import Decimal, localcontext

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, exercises, explorers, gradient_descent
from lrlab.lessons.fast_then_slow import maths

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
HOUSES, PRICE = datasets.houses()
DISTANCE = HOUSES[:, 2]
EXPLORERS = {
    "clocks": lambda: explorers.clocks(x, y),
    "horizon": lambda: explorers.horizon(DISTANCE / 1000, PRICE),
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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: explorers.clocks(x, y, start=3), r"start must .* got \(\)"),
        (lambda: explorers.clocks(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.clocks([1, 1], [2, 3]), "x must have .* got 1"),
        (lambda: explorers.horizon(x, y, start=[1.0]), r"start must have shape .* got \(1,\)"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


@pytest.mark.parametrize("condition", [30.0, 1e6, 1e12, 1e18])
@pytest.mark.parametrize("steps", [1, 10, 1000])
def test_the_winner_is_the_winner_however_flat_a_direction_is(condition, steps):
    rates = np.linspace(0.31, 1.99, 85)
    problem = LeastSquares(np.diag([1.0, condition**-0.5]), [0.0, 0.0])
    with localcontext(prec=100):
        curvatures = [Decimal(float(each)) for each in problem.curvatures]
        left = [
            sum(each * (1 - Decimal(float(rate)) * each) ** (2 * steps) for each in curvatures)
            for rate in rates
        ]
    (winner,) = maths.winners(problem, [1.0, 1.0], rates, np.array([steps]))
    assert left[winner] == min(left)


@pytest.mark.parametrize("start", [(5, 3), (0, 5), (-2, 4)])
def test_winners_tend_to_the_fastest_rate_from_below_or_from_above(start):
    problem = LeastSquares.line(x, y)
    rates = problem.critical_rate * np.linspace(0.3, 1.5, 4001)
    steps = np.array([1, 10, 100, 1500])
    best = rates[maths.winners(problem, start, rates, steps)]
    toward = np.diff(np.abs(best - problem.fastest_rate))
    assert (toward < 0).all() and best[-1] == pytest.approx(problem.fastest_rate, rel=1e-3)
    slope = problem.gradient(start)  # of one step the best rate is a line search along its slope
    assert best[0] == pytest.approx(slope @ slope / (slope @ problem.hessian @ slope), rel=1e-3)
    assert (best[0] > problem.critical_rate) == (start == (0, 5))


# The exercises


def by_loop(share, k):
    """Count the steps, one at a time."""
    left = 1.0
    for t in range(99_999):
        if left <= share:
            return t
        left *= ((k - 1) / (k + 1)) ** 2
    return None


def by_descent(share, k):
    """Descend in both directions at the fastest rate, from the same error."""
    theta, curvatures, steps = np.ones(2), np.array([1.0, k]), 0
    while (curvatures * theta**2).sum() > share * curvatures.sum():
        theta, steps = theta - 2 / (1 + k) * curvatures * theta, steps + 1
    return [steps]


def kept(k):
    return (k - 1) / (k + 1)


FLAT_WAY = LeastSquares.line(x, y).directions[:, 0]
LOWEST = LeastSquares.line(x, y).minimizer


def misled(start):
    return exercises.misleads(start, x, y)


ANSWERS = {
    "steps_to_share": (
        exercises.steps_to_share,
        [
            lambda share, k: np.log(share) / (2 * np.log((k - 1) / (k + 1))),
            lambda share, k: np.ceil(np.log(share) / np.log(kept(k) ** 2)),
            lambda share, k: next(t for t in range(9999) if kept(k) ** (2 * t) <= share),
            by_loop,
            by_descent,
            lambda share, k: -np.log(share) / (4 * np.arctanh(1 / k)),
            lambda share, k: int(np.ceil(0.5 * np.emath.logn(kept(k), share))),
            lambda share, k: np.array(np.log10(share) / np.log10(kept(k)) / 2),
            lambda share, k: LeastSquares(np.diag([1, k**0.5]), [0, 0]).steps_to(share),
        ],
        [
            lambda share, k: np.log(1 / share) / 4 * k,
            lambda share, k: 9,
            lambda share, k: 1.8 * k,
            lambda share, k: 1.15 * k,
            lambda share, k: -np.log(share) / 4 * k,
            lambda share, k: np.log(share) / np.log(kept(k)),
            lambda share, k: -np.log(share) / (2 * np.log(kept(k))),
            lambda share, k: np.floor(np.log(share) / (2 * np.log(kept(k)))),
            lambda share, k: np.round(np.log(share) / (2 * np.log(kept(k)))),
            lambda share, k: 1 + np.log(share) / (2 * np.log(kept(k))),
            lambda share, k: np.log(0.01) / (2 * np.log(kept(k))),
            lambda share, k: np.log(share) / (2 * np.log(kept(5))),
            lambda share, k: np.log(share) / (2 * np.log(1 - 1 / k)),
            lambda share, k: np.log(1 - share) / (2 * np.log(kept(k))),
            lambda share, k: np.log10(share) / (2 * np.log(kept(k))),
            3.0,
        ],
    ),
    "misleads": (
        misled,
        [
            (LOWEST + 2 * FLAT_WAY).tolist(),
            tuple(LOWEST - 5 * FLAT_WAY),
            LOWEST + FLAT_WAY,
            (LOWEST - 1e-3 * FLAT_WAY)[:, None],
            np.round(LOWEST + 100 * FLAT_WAY, 1),
            list((LOWEST + 7 * FLAT_WAY).astype(object)),
            np.round(LOWEST - 3 * FLAT_WAY, 2).astype(np.float32),
            LOWEST + 1e4 * FLAT_WAY,
        ],
        [
            (0, 0), (0, 5), (5, 3), (-2, 4), LOWEST, LOWEST.round(2),
            LOWEST + 2 * LeastSquares.line(x, y).directions[:, 1],
            LOWEST + 2 * FLAT_WAY[::-1], LOWEST + [1, -1], LOWEST + [-1, 1], FLAT_WAY,
            LOWEST * 2, 3.0, [1, 2, 3], "flat", (np.nan, 1), [],
        ],
    ),
}  # fmt: skip
WRONG = {
    "steps_to_share": [
        (lambda share, k: np.log(share) / np.log((k - 1) / (k + 1)), "for the error. The loss"),
        (lambda share, k: np.log(share) / (2 * np.log(1 - 1 / k)), "That is for α = 1/λ_max"),
        (lambda share, k: -np.log(share) / (2 * np.log((k - 1) / (k + 1))), "sign is turned"),
        (lambda share, k: np.log(1 - share) / (2 * np.log((k - 1) / (k + 1))), "share is gone"),
        (lambda share, k: 1.15 * k, "for a share of 1 %"),
        (lambda share, k: 3.0, "too small"),
        (lambda share, k: -np.log(share) / 4 * k, "the whole formula"),
    ],
    "misleads": [
        (LOWEST, "nothing left to win"),
        ((0, 5), "0.93 times the edge"),
        ([1, 2, 3], "yours are 3"),
    ],
}


@pytest.mark.parametrize(
    ("name", "answer", "piece"), [(name, *case) for name in WRONG for case in WRONG[name]]
)
def test_wrong_answers_get_their_own_hint(name, answer, piece):
    verdict = ANSWERS[name][0](answer)
    assert verdict.passed is False and piece in verdict.text
    others = {other for _, other in WRONG[name]} - {piece}
    assert not [other for other in others if other in verdict.text]


@pytest.mark.parametrize("odd", ["text", None, [], float("nan"), 1 + 2j, np.zeros((3, 3, 3)), len])
def test_odd_answers_get_a_hint(odd):
    assert exercises.steps_to_share(...).passed is None and misled(...).passed is None
    for answer in (odd, lambda *args: odd):
        assert exercises.steps_to_share(answer).passed is False
    assert misled(odd).passed is False
