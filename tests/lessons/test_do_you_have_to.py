"""The lesson: what averages of the iterates leave, exactly, and the picture of it."""

import json
import re

import numpy as np
import pytest
from decoded import assert_drawn, caption, drawn, in_points, layers, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import (
    LeastSquares,
    averaging,
    datasets,
    exercises,
    explorers,
    sampling,
    stochastic_gradient_descent,
)
from lrlab.lessons.do_you_have_to import maths, picture

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
PROBLEM = LeastSquares.line(x, y)
START = np.array([-2.0, 4.0])
EDGE = sampling.critical_rate(PROBLEM, 1)
T = [100, 1000, 10_000]


def runs(rate, steps, count, batch_size=1, start=START):
    """θ (count, steps + 1, 2) of independent runs, by a plain loop over the steps."""
    rng = np.random.default_rng(8)
    theta = np.tile(np.asarray(start, float), (count, 1))
    path = [theta]
    for _ in range(steps):
        batch = np.argsort(rng.random((count, 40)), axis=1)[:, :batch_size]
        residuals = np.einsum("rbd,rd->rb", PROBLEM.X[batch], theta) - y[batch]
        theta = theta - rate * np.einsum("rb,rbd->rd", residuals, PROBLEM.X[batch]) / batch_size
        path.append(theta)
    return np.stack(path, axis=1)


def measured(average):
    """Mean excess loss of many runs (count, 2), and its standard error."""
    excess = PROBLEM.excess(average)
    return excess.mean(), excess.std(ddof=1) / np.sqrt(len(excess))


@pytest.mark.parametrize("rate", [0.01, 0.3, 0.7])
def test_a_share_of_0_is_the_last_iterate_of_sampling(rate):
    times = [1, 2, 7, 50]
    known = sampling.average_run(PROBLEM, START, np.full(50, rate), times, batch_size=3)
    found = maths.mean_tail(PROBLEM, START, rate, times, 0, batch_size=3)
    for one, other in zip(found, known, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 5])
@pytest.mark.parametrize("share", [0.25, 0.5, 1])
def test_the_tail_of_many_runs_is_on_average_what_the_moments_say(share, batch_size):
    theta = averaging.tail(runs(0.3, 60, 4000, batch_size), share)
    found = maths.mean_tail(PROBLEM, START, 0.3, [9, 60], share, batch_size=batch_size)
    for k, t in enumerate([9, 60]):
        mean, error = measured(theta[:, t])
        assert abs(found.excess[k] - mean) < 4 * error
        np.testing.assert_allclose(found.theta[k], theta[:, t].mean(axis=0), atol=0.06)
        cov = np.cov(theta[:, t].T)
        np.testing.assert_allclose(found.spread[k], cov, atol=0.12 * np.abs(cov).max())


def test_the_tail_on_a_tiny_problem_is_the_mean_over_every_draw():
    tiny = LeastSquares([[1.0], [2.0]], [1.0, 3.0])
    losses = []
    for draw in np.ndindex(*[2] * 6):
        theta = [np.array([2.0])]
        for i in draw:
            theta.append(theta[-1] - 0.2 * (tiny.X[i] @ theta[-1] - tiny.y[i]) * tiny.X[i])
        losses.append(tiny.excess(averaging.tail(np.array(theta), 0.5)[-1]))
    found = maths.mean_tail(tiny, [2.0], 0.2, [6], 0.5)
    np.testing.assert_allclose(found.excess, [np.mean(losses)], rtol=1e-12)


@pytest.mark.parametrize(
    ("weights", "beta", "average"),
    [
        (lambda t: 1 / t, 0.0, lambda theta: averaging.tail(theta, 1)),
        (lambda t: np.full(len(t), 0.1), 0.0, lambda theta: averaging.ema(theta, 0.9)),
        (lambda t: 1 / t, 0.9, None),
        (lambda t: 1 / t, 0.5, None),
    ],
)
def test_running_averages_of_every_draw_are_on_average_what_the_moments_say(weights, beta, average):
    tiny = LeastSquares([[1.0], [2.0]], [1.0, 3.0])
    losses = []
    for draw in np.ndindex(*[2] * 7):
        draws = iter(draw)

        def gradient(theta, draws=draws):
            i = next(draws)
            return (tiny.X[i] @ theta - tiny.y[i]) * tiny.X[i]

        run = averaging.schedule_free(gradient, [2.0], 0.2, 7, beta=beta)
        path = run.average if average is None else average(run.theta)
        losses.append(tiny.excess(path))
    found = maths.mean_run(tiny, [2.0], 0.2, weights(np.arange(1, 8)), beta=beta)
    np.testing.assert_allclose(found, np.mean(losses, axis=0), rtol=1e-11)


def test_all_averaged_is_the_same_either_way():
    rates = np.array([0.05, 0.3])
    one = maths.mean_run(PROBLEM, START, rates, 1 / np.arange(1, 301))[:, [1, 20, 300]]
    other = maths.mean_tail(PROBLEM, START, rates, [1, 20, 300], 1).excess
    np.testing.assert_allclose(one, other, rtol=1e-9)


def test_without_noise_the_average_falls_as_the_sum_of_the_way_says():
    exact = LeastSquares(PROBLEM.X, PROBLEM.X @ PROBLEM.minimizer)
    found = maths.mean_tail(exact, START, 0.1, [40], 1, batch_size=40)
    errors = [(START - PROBLEM.minimizer) @ PROBLEM.directions]
    for _ in range(40):
        errors.append((1 - 0.1 * PROBLEM.curvatures) * errors[-1])
    kept = 1 - 0.1 * PROBLEM.curvatures
    mean = errors[0] * kept * (1 - kept**40) / (0.1 * PROBLEM.curvatures * 40)
    np.testing.assert_allclose(np.mean(errors[1:], axis=0), mean, rtol=1e-12)
    np.testing.assert_allclose(found.excess, [0.5 * PROBLEM.curvatures @ mean**2], rtol=1e-9)


def test_the_noise_of_the_average_is_that_of_the_formula_at_a_small_rate():
    single = PROBLEM.X * (PROBLEM.X @ PROBLEM.minimizer - y)[:, None]
    formula = 0.5 * np.trace(np.linalg.solve(PROBLEM.hessian, single.T @ single / 40))
    left = maths.mean_tail(PROBLEM, PROBLEM.minimizer, 0.01, [100_000], 1).excess[0]
    assert left * 100_000 == pytest.approx(formula, rel=0.01)


def test_constant_and_the_last_half_beside_thirteen_tuned_schedules():
    half = maths.mean_tail(PROBLEM, START, 0.3, T, 0.5).excess
    rates = 0.0015 * 2 ** (np.arange(40) / 4)
    for left, steps, most in zip(half, T[:2], (1.0, 1.4), strict=False):
        family = explorers.schedule_family(rates, steps)
        each = np.stack([schedule(np.arange(steps)) for schedule in family.values()])
        best = sampling.average_run(PROBLEM, START, each, [steps], batch_size=1).excess.min()
        assert left < most * best


def test_a_rate_over_the_edge_has_no_bound_and_is_said_so():
    found = maths.mean_tail(PROBLEM, START, [1.5 * EDGE, 0.3], [10, 10_000], [0, 0.5])
    assert np.isinf(found.excess[0, :, 1]).all() and np.isfinite(found.excess[1]).all()
    assert np.isfinite(found.excess[0, :, 0]).all()
    assert "above 10¹⁰⁰" in picture.caption(1.0, EDGE, 0.5, 100, np.inf, np.inf, np.inf)


# The picture


@pytest.fixture(scope="module")
def book():
    return explorers.averaging(x, y, start=START)


def test_it_travels_lightly_and_has_many_rates(book):
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(map(len, buffers)) <= 400_000
    rates = book.sliders["α"].values
    assert len(rates) >= 60 and EDGE in rates and 0.3 in rates
    assert rates[next(iter(book.sliders["α"].marks))] == EDGE
    assert book.position == {"α": 0.3, "share averaged": 0.5, "steps T": 10_000}


def loss_of_loop(rate, share, steps):
    """Mean excess loss of the tail, from the plain recursion of the mean square errors."""
    count = max(int(np.ceil(share * steps - 1e-9)), 1)
    known = sampling.average_run(
        PROBLEM, START, np.full(steps, rate), np.arange(steps + 1), batch_size=1
    )
    error = known.theta - PROBLEM.minimizer
    square = known.spread + error[:, :, None] * error[:, None, :]
    total = 0.0
    for curvature, way in zip(PROBLEM.curvatures, PROBLEM.directions.T, strict=True):
        before = 0.0  # what the errors so far have in common with the next one
        for each in np.einsum("i,tij,j->t", way, square, way)[steps + 1 - count :]:
            total += 0.5 * curvature * (each + 2 * before) / count**2
            before = (1 - rate * curvature) * (before + each)
    return total


@pytest.mark.parametrize(
    ("i", "j", "k"), [(3, 6, 0), (40, 3, 1), (62, 1, 1), (70, 3, 0), (20, 0, 1)]
)
def test_the_losses_drawn_are_those_of_a_plain_loop(book, i, j, k):
    rates, shares, steps = (each.values for each in book.sliders.values())
    middle, right = book.figure.axes[1:]
    last, low, average, spot = layers(book, 1)
    true = loss_of_loop(rates[i], shares[j], steps[k])
    at_last = loss_of_loop(rates[i], 0, steps[k])
    assert_drawn(book, spot, (i, j, k), [(rates[i], true)])
    assert_drawn(book, low, (i, j, k), [(rates[i], at_last)])
    for layer, loss in ((last, at_last), (average, true)):
        expected = in_points(middle, [(rates[i], loss)])[0]
        np.testing.assert_allclose(drawn(book, layer, (i, j, k))[i], expected, atol=0.1)
    assert_drawn(book, layers(book, 2)[3], (i, j, k), [(steps[k], true)])
    curve = drawn(book, layers(book, 2)[2], (i, j, k))
    gap = np.abs(curve - in_points(right, [(steps[k], true)])[0]).max(axis=1).min()
    assert gap < 0.1  # the step of the diamond is a point of the curve


def test_the_ring_holds_86_of_100_averages(book):
    i = int(np.argmax(book.sliders["α"].values == 0.3))
    left = book.figure.axes[0]
    ring = layers(book, 0)[2]
    ends = averaging.tail(runs(0.3, 100, 3000), 0.5)[:, -1]
    shape = drawn(book, ring, (i, 3, 0))[:-1]
    centre = shape.mean(axis=0)
    cov = 2 * np.cov((shape - centre).T, bias=True) / 4
    points = in_points(left, ends) - centre
    inside = np.einsum("ri,ij,rj->r", points, np.linalg.inv(cov), points) < 4
    assert 0.83 < inside.mean() < 0.89


def test_what_is_said_is_true_at_every_position(book):
    rates, shares, steps = (each.values for each in book.sliders.values())
    losses = maths.mean_tail(PROBLEM, START, rates, steps, shares)
    for index in np.ndindex(book.shape):
        said, (i, j, k) = caption(book, index), index
        assert said.startswith("Over the edge") == (rates[i] > EDGE)
        assert re.fullmatch(r"[A-Z].*\.", said) and len(said) <= 200
        assert not re.search(r"\b(nan|inf)\b", said)
        assert ("This is the last iterate" in said) == (shares[j] == 0 and "above" not in said)
        if "above" in said:
            continue
        way = losses.to_go[index] / losses.excess[index]
        if "all noise" in said:
            assert way < 0.0051
        elif "all of it way" in said:
            assert way > 0.9949
        else:
            assert read(re.search(r"(\d+) % of it way", said)[1]) == pytest.approx(
                100 * way, abs=0.6
            )
        both = re.search(r"averaged: (.*?),.*iterate: (.*)\.$", said)
        if both:
            found = [read(each) for each in both.groups()]
            expected = losses.excess[index], losses.excess[i, 0, k]
            assert found == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize("data", [([0, 1], [0, 0]), ([-1, 1], [1, 1]), ([1, 2], [1, 2])])
def test_the_smallest_data_make_a_picture(data):
    book = explorers.averaging(*data, steps=[20, 40])
    assert book.png(40) and not any(re.search(r"\b(nan|inf)\b", said) for _, said in book.sweep())


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"x": [0, 1, np.nan]}, "x must be finite, got nan"),
        ({"x": [1, 1, 1]}, "x must have at least two values that differ, got 1"),
        ({"y": None}, "y must be given"),
        ({"start": 3}, r"start must .* \(2,\), got"),
        ({"steps": [5]}, "steps must be 20 or more, got 5"),
        ({"steps": [200, 100]}, "steps must be ascending, got 100"),
        ({"steps": [10**7]}, "steps must be 1000000 or less"),
        ({"batch_size": 41}, "batch_size must be an integer from 1 to 3, got 41"),
    ],
)
def test_bad_arguments_are_refused_by_name(bad, message):
    with pytest.raises((ValueError, TypeError), match=message):
        explorers.averaging(**{"x": [0, 1, 2], "y": [1, 2, 4]} | bad)


def test_a_run_of_lrlab_is_one_of_those_averaged():
    # Some 40 runs of the public function, against the moments: within four standard errors.
    ends = []
    for seed in range(40):
        run = stochastic_gradient_descent(
            PROBLEM, START, 0.3, 200, batch_size=1, rng=np.random.default_rng(seed)
        )
        ends.append(averaging.tail(run.theta, 0.5)[-1])
    mean, error = measured(np.array(ends))
    assert abs(maths.mean_tail(PROBLEM, START, 0.3, [200], 0.5).excess[0] - mean) < 4 * error


def test_one_run_is_thin_and_the_mean_over_all_is_thick():
    one, mean = np.array([[8.0, 1, 3], [8, 2, 1]]), np.array([[8.0, 2, 2], [8, 2, 0.5]])
    thin_last, thin_average, last, average = picture.one_and_all(one, mean).axes[0].lines
    for line, losses in zip((thin_last, thin_average, last, average), [*one, *mean], strict=True):
        np.testing.assert_array_equal(line.get_ydata(), losses)
    assert thin_last.get_linewidth() < last.get_linewidth()
    assert thin_average.get_color() == average.get_color() != last.get_color()
    assert average.get_label() == "average of the last half"
    with pytest.raises(ValueError, match="mean must"):
        picture.one_and_all(one, mean[:, :2])


# Checkers


def noise(x, y, steps):
    w = x @ y / (x @ x)
    return np.mean((x * (w * x - y)) ** 2) / (2 * np.mean(x**2) * steps)


def noise_by_hand(x, y, steps):
    n = len(x)
    curvature = sum(v * v for v in x) / n
    w = sum(v * u for v, u in zip(x, y, strict=True)) / n / curvature
    total = 0
    for v, u in zip(x, y, strict=True):
        total += (v * (w * v - u)) ** 2
    return total / n / curvature / steps / 2


def noise_of_lrlab(x, y, steps):
    problem = LeastSquares(x[:, None], y)
    single = problem.X[:, 0] * (problem.X @ problem.minimizer - y)
    return np.mean(single**2) / (2 * problem.hessian[0, 0] * steps)


def noise_from_lstsq(x, y, steps):
    w = np.linalg.lstsq(x[:, None], y)[0]
    single = x * (x * w - y)
    return [float(single @ single / (x @ x) / 2 / steps)]


def noise_in_sums(x, y, steps):
    w = np.sum(x * y) / np.sum(x * x)
    return np.sum(x**2 * (y - w * x) ** 2) / np.sum(2 * x**2) / steps


def at(value):
    """A noise that is right for one T alone."""
    return lambda x, y, steps: noise(x, y, value)


def scaled(factor):
    return lambda x, y, steps: noise(x, y, steps) * factor(x, y, steps)


def forgetful(answer):
    return exercises.forgetful(answer, PROBLEM, START)


ANSWERS = {
    "forgetful": (
        forgetful,
        [0.994, 0.9935, np.float64(0.994), [0.9938], np.array([0.994]), np.array(0.9942),
         np.float32(0.994), (0.9943,), 1 - 1 / 160],
        [0.9, 0.99, 0.992, 0.997, 0.999, 0.0, 1.0, -0.5, 994, "0.994", None, [0.99, 0.994], np.nan,
         True, 0.006],
    ),
    "noise_left": (
        exercises.noise_left,
        [
            noise,
            noise_by_hand,
            noise_of_lrlab,
            noise_from_lstsq,
            noise_in_sums,
            lambda x, y, steps: np.array([noise(x, y, steps)]),
            lambda x, y, steps: np.array(noise(x, y, 1)) / steps,
            lambda x, y, steps: noise(x, y, 2) * 2 / steps,
            lambda x, y, steps: np.mean(np.square(x * (x * (x @ y) / (x @ x) - y)))
            * (2 * np.mean(x * x) * steps) ** -1,
        ],
        [
            scaled(lambda x, y, steps: 2),
            scaled(lambda x, y, steps: 0.5),
            scaled(lambda x, y, steps: steps),
            scaled(lambda x, y, steps: 1 / steps),
            scaled(lambda x, y, steps: steps**0.5),
            scaled(lambda x, y, steps: np.mean(x**2)),
            scaled(lambda x, y, steps: 1 / np.mean(x**2)),
            scaled(lambda x, y, steps: len(x)),
            scaled(lambda x, y, steps: 1 / len(x)),
            scaled(lambda x, y, steps: -1),
            scaled(lambda x, y, steps: 1.01),
            scaled(lambda x, y, steps: 0.3),
            at(1000),
            at(1),
            lambda x, y, steps: np.mean((x @ y / (x @ x) * x - y) ** 2)
            / (2 * np.mean(x**2) * steps),
            lambda x, y, steps: np.mean((x * y) ** 2) / (2 * np.mean(x**2) * steps),
            lambda x, y, steps: 0.0,
            lambda x, y: noise(x, y, 1000),
            lambda x, y, steps: [noise(x, y, steps)] * 2,
            lambda x, y, steps: noise(x[:12], y[:12], steps),
            0.001,
        ],
    ),
}  # fmt: skip
