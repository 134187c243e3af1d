"""The lesson against Chebyshev polynomials of NumPy, plain loops, and runs that round."""

import json
import re

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers
from numpy.polynomial import Chebyshev

from lrlab import LeastSquares, exercises, explorers, gradient_descent, schedules
from lrlab.descent import least_worst
from lrlab.flipbook import still
from lrlab.lessons.past_the_edge import maths

pytestmark = pytest.mark.filterwarnings("error")

COUNTS, ORDERS = [1, 2, 4, 8, 16], ["ascending", "fractal", "descending", "silver"]


@pytest.fixture(scope="module")
def book():
    return explorers.past_the_edge()


def rates_of(count, order, condition):
    """Sixteen rates in units of 1/λ_max, from the roots that NumPy finds."""
    if order == "silver":
        two = [(t & -t).bit_length() - 1 for t in range(1, 17)]
        return 1 + (1 + np.sqrt(2)) ** (np.array(two) - 1.0)
    roots = np.sort(Chebyshev.basis(count, domain=[1 / condition, 1]).roots().real)[::-1]
    taken = [0]
    while order == "fractal" and len(taken) < count:
        taken = [each for k in taken for each in (k, 2 * len(taken) - 1 - k)]
    if order != "fractal":
        taken = range(count) if order == "ascending" else range(count)[::-1]
    return np.resize(1 / roots[list(taken)], 16)


def run_of(rates, curvature):
    error, went = np.ones_like(curvature), [np.ones_like(curvature)]
    for rate in rates:
        error = error - rate * curvature * error
        went.append(error)
    return np.array(went)


# What steps leave


@pytest.mark.parametrize("condition", [1.2, 25.0, 100.0, 1e4])
@pytest.mark.parametrize("steps", [1, 2, 5, 16])
def test_the_promise_is_what_numpys_polynomial_says_and_what_is_left(steps, condition):
    said = 1 / Chebyshev.basis(steps)((condition + 1) / (condition - 1))
    assert least_worst(steps, condition) == pytest.approx(said, rel=1e-6)
    rates = schedules.chebyshev(0.5, 0.5 * condition, steps, "ascending")(np.arange(steps))
    worst = maths.worst(rates, 0.5, 0.5 * condition)
    assert worst[-1] == pytest.approx(said, rel=1e-4)


def test_what_is_left_is_what_a_loop_leaves():
    rng = np.random.default_rng(0)
    rates, curvature = rng.uniform(0.01, 3, (4, 7)), rng.uniform(0, 2, 9)
    got = maths.left(rates, curvature)
    for k in range(4):
        np.testing.assert_allclose(got[k], run_of(rates[k], curvature), rtol=1e-9, atol=1e-12)
    low, high = 0.3, 2.0
    grid = np.linspace(low, high, 20_001)
    for k in range(4):
        found = np.abs(run_of(rates[k], grid)).max(axis=1)
        np.testing.assert_allclose(maths.worst(rates, low, high)[k], found, rtol=1e-4)


def test_no_other_rates_beat_the_promise():
    rng = np.random.default_rng(1)
    best = schedules.chebyshev(1.0, 25.0, 4)(np.arange(4))
    near = best * np.exp(rng.normal(0, [[0.003]] * 100 + [[0.1]] * 100, (200, 4)))
    assert (maths.worst(near, 1.0, 25.0)[:, -1] > least_worst(4, 25.0)).all()


def test_of_three_orders_only_the_fractal_one_survives_rounding():
    rng = np.random.default_rng(2)
    directions = np.linalg.qr(rng.normal(size=(12, 12)))[0]
    X = np.sqrt(12 * np.linspace(1, 100, 12))[:, None] * directions
    goal = rng.normal(size=12)
    left = {}
    for order in ORDERS[:3]:
        schedule = schedules.chebyshev(1.0, 100.0, 64, order)
        theta = np.zeros(12)
        for t in range(64):  # and not with lrlab's gradient, which rounds in another way
            theta = theta - schedule(t) * X.T @ (X @ theta - X @ goal) / 12
        left[order] = np.linalg.norm(theta - goal) / np.linalg.norm(goal)
    assert left["fractal"] < least_worst(64, 100.0) < 1e-5
    assert min(left["ascending"], left["descending"]) > 1e6


def test_two_steps_end_any_run_on_a_line():
    problem = LeastSquares.line([0, 1, 2, 5, 7], [3, 1, 2, 8, 4])
    low, high = problem.curvatures
    for rates in ([1 / low, 1 / high], [1 / high, 1 / low]):
        run = gradient_descent(problem.gradient, [9, -4], lambda t, r=rates: r[t], 2)
        assert problem.excess(run.theta[-1]) < 1e-20 * problem.excess([9, -4])


# The picture


def test_what_travels_to_the_browser_is_small(book):
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000


@pytest.mark.parametrize("seed", range(24))
def test_the_picture_shows_what_a_loop_does(book, seed):
    rng = np.random.default_rng(seed)
    i, j, k = (int(rng.integers(n)) for n in book.shape[:3])
    condition = book.sliders["κ"].values[k]
    rates = rates_of(COUNTS[i], ORDERS[j], condition)
    used, constant, curve, _, _, trail, dot, dashed, worst, *_ = range(10)
    first, second, third, last = book.figure.axes
    t = int(rng.integers(17))
    at = (i, j, k, t)
    seen = drawn(book, used, (i, j, k, 16))[1:]
    expected = in_points(first, np.column_stack([np.arange(1, 17), rates / 2]))
    np.testing.assert_allclose(seen, expected, atol=1 / 16)
    grid = np.append(
        0, 1 / condition + (1 - 1 / condition) * np.sin(np.arange(97) * np.pi / 192) ** 2
    )
    best = np.full(16, 2 / (1 + 1 / condition))
    for layer, made in ((curve, rates), (constant, best)):
        value = np.abs(run_of(made, grid))[t]
        inside = (value > 1e-4) & (value < 1e10)
        expected = in_points(second, np.column_stack([grid, value]))
        np.testing.assert_allclose(drawn(book, layer, at)[inside], expected[inside], atol=1 / 8)
    path = run_of(rates, np.array([1 / condition, 1.0]))
    expected = in_points(third, path)
    near = (np.abs(expected) < 1000).all(axis=1)
    np.testing.assert_allclose(drawn(book, trail, (i, j, k, 16))[near], expected[near], atol=1 / 16)
    if near[t]:
        np.testing.assert_allclose(drawn(book, dot, at)[0], expected[t], atol=1 / 16)
    fine = np.geomspace(1 / condition, 1, 30_001)
    for layer, made in ((worst, rates), (dashed, best)):
        value = np.abs(run_of(made, fine)).max(axis=1)
        expected = in_points(last, np.column_stack([np.arange(17), np.clip(value, 1e-12, None)]))
        inside = value > 1e-4
        seen = drawn(book, layer, (i, j, k, 16))
        np.testing.assert_allclose(seen[inside], expected[inside], atol=1 / 8)


def test_the_sentence_is_true_at_every_position(book):
    seen = set()
    for i, count in enumerate(COUNTS):
        for j, order in enumerate(ORDERS):
            for k, condition in enumerate(book.sliders["κ"].values):
                text = caption(book, (i, j, k, 16))
                assert re.fullmatch(r"[A-Z].*\.", text) and len(text) <= 180
                rates = rates_of(count, order, condition)
                grid = np.geomspace(1 / condition, 1, 3001)
                grid = np.append(grid, np.linspace(1 / condition, 1, 3001))
                worst = np.abs(run_of(rates, grid)).max(axis=1)
                constant = ((condition - 1) / (condition + 1)) ** 16
                if count == 1 and order != "silver":
                    assert read(re.search(r"steps (.*) of", text)[1]) == pytest.approx(
                        constant, rel=0.03
                    )
                    continue
                over, largest, end, least = (
                    read(re.search(pattern, text)[1])
                    for pattern in (r"16 steps (\d+)", r"largest (.*?) times", r"ends at (.*?);",
                                    r"leaves (.*)\.$")
                )  # fmt: skip
                assert over == np.sum(rates > 2 + 1e-9)
                found = [largest, end, least]
                close = [rates.max() / 2, worst[-1], constant]
                assert found == pytest.approx(close, rel=0.03)  # 1.2 × 10⁻⁵ has two digits
                assert text.startswith("Silver") == (order == "silver")
                if "peaks at" in text:
                    peak = read(re.search(r"peaks at (.*?) and", text)[1])
                    assert peak == pytest.approx(worst.max(), rel=0.03) and worst.max() > 1
                    seen.add("peaks")
                elif "never grows" in text:
                    assert (np.diff(worst) <= 1e-6).all()
                    seen.add("never grows")
                else:
                    assert "never exceeds 1" in text and worst.max() <= 1 + 1e-9
                    assert np.diff(worst).max() > 0
    assert seen == {"peaks", "never grows"}


def test_the_still_picture_has_room_for_its_sentences(book):
    for i, j, k in np.ndindex(book.shape[:3]):
        text = caption(book, (i, j, k, 10))
        row = still.sentence(text, book.figure.get_figwidth())
        row.draw_without_rendering()
        assert row.texts[0].get_window_extent().x1 <= row.bbox.width, text


def test_conditions_of_ones_own_make_a_picture():
    book = explorers.past_the_edge([1.1, 12.253, 1e6])
    assert book.png(40).startswith(b"\x89PNG")
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([1.0, 5.0], "conditions must be from 1.1 to 1,000,000, got 1.0 at index 0"),
        ([5.0, 4.0], "conditions must be ascending, got 4.0 at index 1"),
        ([1e7], "conditions must be from 1.1 .* got 10000000.0"),
        (5.0, r"conditions must have shape \(≥ 1,\), got \(\)"),
        (np.arange(2.0, 30), "conditions must be at most 20 numbers, got 28"),
        (["4"], "conditions must be a number or an array of numbers"),
    ],
)
def test_bad_conditions_are_refused_by_name(bad, message):
    with pytest.raises((ValueError, TypeError), match=message):
        explorers.past_the_edge(bad)


# The checkers

BEST = schedules.chebyshev(1, 25, 8)
ASCENDING = schedules.chebyshev(1, 25, 8, "ascending")(np.arange(8))
CALM = BEST(np.arange(8))
FOUR = schedules.chebyshev(1, 25, 4)(np.arange(8))
HAND = 1 / np.array([1.2, 3, 6, 10, 15, 19, 23, 25])


def by_loop(curvatures):
    rates = []
    for each in curvatures:
        rates.append(1 / each)
    return rates


def one_by_one(curvatures):
    yield from (1.0 / each for each in sorted(curvatures))


def in_place(curvatures):
    curvatures[:] = 1 / curvatures
    return curvatures


def recursive(curvatures):
    return [] if len(curvatures) == 0 else [1 / curvatures[0], *recursive(curvatures[1:])]


def eight(attempt):
    return exercises.eight_rates(attempt, 1, 25, target=0.2)


def calm(attempt):
    return exercises.calm_rates(attempt, 1, 25, target=0.2, most=12)


WRONG_ROWS = [
    [0.1] * 7, [*ASCENDING, 0.1], [2 / 26] * 8, 1 / np.geomspace(1, 25, 8), 0.1, [0.1] * 8,
    -ASCENDING, [*ASCENDING[:7], 0.0], "eight", [*ASCENDING[:7], np.nan], None, ASCENDING * 25,
    schedules.constant(2 / 26), schedules.silver(2 / 25, 7), np.tile(ASCENDING, (2, 1)),
    1 / ASCENDING, ASCENDING * 2, lambda t: 0.5,
]  # fmt: skip
ANSWERS = {
    "finish": (
        exercises.finish,
        [lambda c: 1 / c, by_loop, one_by_one, in_place, recursive, lambda c: tuple(1 / c),
         lambda c: np.sort(1 / c)[::-1], lambda c: 1 / np.unique(c), np.reciprocal,
         lambda c: map(np.reciprocal, c)],
        [lambda c: 2 / c, lambda c: c, lambda c: 1 / (2 * c), lambda c: np.tile(1 / c, 2),
         lambda c: [1 / c.max()] * len(c), lambda c: [1 / c.min(), 1 / c.max()],
         lambda c: 1 / c[:-1] if len(c) > 1 else 1 / c, lambda c: np.append(1 / c, 0.1),
         lambda c: -1 / c, lambda c: 0 * c, lambda c: "1/c", lambda c: None, lambda c: c[99],
         lambda c: np.round(1 / c, 2), lambda c: [0.25], 0.25, lambda c: 1 / c**2,
         lambda c: 2 / (c.min() + c.max()) * np.ones(len(c)), lambda c: [[1 / each] for each in c],
         lambda c: schedules.chebyshev(c.min(), c.max(), len(c), "ascending")(np.arange(len(c)))],
    ),
    "eight_rates": (
        eight,
        [BEST, ASCENDING, ASCENDING[::-1].tolist(), tuple(FOUR), HAND, iter(HAND), list(HAND),
         lambda t: HAND[t], (1 / each for each in 1 / HAND), 1.002 * ASCENDING,
         schedules.chebyshev(1.1, 24.9, 8, "descending")],
        WRONG_ROWS,
    ),
    "calm_rates": (
        calm,
        [BEST, CALM, CALM[::-1], CALM.tolist(), FOUR, iter(CALM), tuple(FOUR), lambda t: CALM[t],
         schedules.chebyshev(1, 26, 4), 1.001 * CALM],
        [*WRONG_ROWS, ASCENDING, ASCENDING[::-1], HAND, HAND[::-1], np.sort(FOUR)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_wrong_in_different_ways_is_told_in_different_ways(name):
    check, _, wrong = ANSWERS[name]
    hints = {re.sub(r"[\d.,× ⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", " ", check(each).text) for each in wrong}
    assert len(hints) >= 6
    assert check(...).passed is None


@pytest.mark.parametrize("name", ANSWERS)
def test_a_checker_measures_what_a_plain_loop_measures(name):
    if name == "finish":
        return
    rng, grid = np.random.default_rng(3), np.linspace(1, 25, 4001)
    verdicts = []
    for _ in range(60):
        rates = rng.permutation(ASCENDING) * np.exp(rng.normal(0, 0.02, 8))
        met = np.abs(run_of(rates, grid))[-1].max() <= 0.2
        if name == "calm_rates":
            met &= max(np.abs(run_of(each, grid)).max() for each in (rates, rates[::-1])) <= 12
        verdicts.append(met)
        assert ANSWERS[name][0](rates).passed == met
    assert name == "calm_rates" or sum(verdicts) > 0
