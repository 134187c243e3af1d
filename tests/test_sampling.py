"""What batches do on average, against every run there is, plain loops and published cases."""

from itertools import combinations, product

import numpy as np
import pytest

from lrlab import LeastSquares, datasets, sampling, stochastic_gradient_descent

pytestmark = pytest.mark.filterwarnings("error")

SMALL = LeastSquares.line([0.0, 0.5, 1.5, 2.0], [1, 0, 2, 4])
PROBLEM = LeastSquares.line(*datasets.line())
START = (-2.0, 4.0)


def every_run(problem, start, rate, steps, size):
    """The excess loss (runs, steps + 1) of all the runs that drawing batches can make."""
    batches = [list(rows) for rows in combinations(range(len(problem.y)), size)]
    for drawn in product(batches, repeat=steps):
        theta, path = np.array(start, float), [start]
        for rows in drawn:
            X, y = problem.X[rows], problem.y[rows]
            theta = theta - rate * X.T @ (X @ theta - y) / size
            path.append(theta)
        yield [problem.loss(each) - problem.minimum for each in path]


@pytest.mark.parametrize(("size", "steps"), [(1, 5), (2, 4), (3, 5), (4, 3)])
@pytest.mark.parametrize("rate", [0.1, 0.7])
def test_the_mean_excess_is_the_mean_of_every_run(size, steps, rate):
    mean = np.mean([*every_run(SMALL, START, rate, steps, size)], axis=0)
    got = sampling.mean_excess(SMALL, START, rate, steps, batch_size=size)
    np.testing.assert_allclose(got, mean, rtol=1e-10)


@pytest.mark.parametrize(("rate", "size"), [(0.3, 1), (0.6, 4), (0.9, 20)])
def test_the_mean_excess_is_where_runs_are_within_their_standard_error(rate, size):
    rng = np.random.default_rng(3)
    starts = np.broadcast_to(START, (1, 2))
    runs = np.array([
        PROBLEM.excess(stochastic_gradient_descent(PROBLEM, starts, rate, 60, batch_size=size,
                                                   rng=rng).theta[0])
        for _ in range(150)
    ])  # fmt: skip
    error = runs.std(axis=0, ddof=1) / np.sqrt(len(runs))
    got = sampling.mean_excess(PROBLEM, START, rate, 60, batch_size=size)
    apart = (runs.mean(axis=0) - got)[1:] / error[1:]
    assert np.abs(apart).max() < 4.5


def test_powers_of_one_map_say_what_taking_the_steps_one_by_one_says():
    rates = np.geomspace(0.003, 0.6, 20)
    fast = sampling.mean_excess(PROBLEM, START, rates, 700, batch_size=1)
    each = np.repeat(rates[:, None], 700, axis=1)
    slow = sampling.average_run(PROBLEM, START, each, np.arange(701), batch_size=1).excess
    np.testing.assert_allclose(fast, slow, rtol=1e-9)
    assert fast[-1, -1] == pytest.approx(sampling.floor(PROBLEM, rates[-1], 1), rel=1e-6)


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 8, 9, 10, 99])
def test_any_number_of_steps_is_as_long_as_asked_for(steps):
    got = sampling.mean_excess(PROBLEM, START, 0.3, steps, batch_size=2)
    assert got.shape == (steps + 1,)
    long = sampling.mean_excess(PROBLEM, START, 0.3, 200, batch_size=2)
    np.testing.assert_allclose(got, long[: steps + 1], rtol=1e-10)


def test_what_grows_without_bound_is_inf_from_there_on():
    got = sampling.mean_excess(PROBLEM, START, [0.3, 2.0, 1e200], 5000, batch_size=1)
    assert np.isfinite(got[0]).all()
    assert np.isfinite(got[1][:5]).all() and (got[1][-10:] == np.inf).all()
    assert got[2][0] == pytest.approx(PROBLEM.excess(START)) and (got[2][2:] == np.inf).all()


@pytest.mark.parametrize(("rate", "size"), [(0.05, 1), (0.4, 4), (0.9, 40)])
def test_the_steps_to_a_target_are_those_of_a_plain_loop(rate, size):
    once, targets = np.eye(2), np.array([3.0, 0.3, 0.05])
    n = len(PROBLEM.y)
    share = (n - size) / (size * (n - 1))
    slopes = PROBLEM.X * (PROBLEM.X @ PROBLEM.minimizer - PROBLEM.y)[:, None]
    e = np.array(START) - PROBLEM.minimizer
    M, H, found = np.outer(e, e), PROBLEM.hessian, {}
    for t in range(400):
        for target in targets:
            if 0.5 * np.trace(H @ M) <= target:
                found.setdefault(target, t)
        # A step of every single example, and the share of it that a batch's mean has.
        single, m = np.zeros((2, 2)), e
        for x, g in zip(PROBLEM.X, slopes, strict=True):
            A = np.outer(x, x) - H
            single += A @ M @ A + A @ np.outer(m, g) + np.outer(g, m) @ A + np.outer(g, g)
        full = once - rate * H
        M, e = full @ M @ full + rate**2 * share * single / n, full @ m
    got = sampling.steps_to(PROBLEM, START, rate, targets, batch_size=size, most=399)
    assert got.tolist() == [found.get(target, np.inf) for target in targets]


def test_rates_and_targets_broadcast_and_a_start_at_the_target_takes_no_step():
    rates, targets = np.array([[0.1], [0.3]]), np.array([100.0, 1.0, 1e-9])
    got = sampling.steps_to(PROBLEM, START, rates, targets, batch_size=1, most=50)
    assert got.shape == (2, 3)
    assert (got[:, 0] == 0).all() and (got[:, 2] == np.inf).all()
    assert sampling.steps_to(PROBLEM, START, 0.3, 1.0, batch_size=1, most=50) == got[1, 1]


@pytest.mark.parametrize("rate", [0.2, 0.9, 1.3])
def test_the_growth_of_one_parameter_is_the_mean_logarithm(rate):
    x, y = datasets.line()
    one = LeastSquares(x[:, None], y)
    rng = np.random.default_rng(2)
    runs = sampling.lyapunov(one, rate, 1, 2000, runs=50, rng=rng)
    exact = np.mean(np.log(np.abs(1 - rate * x**2)))
    error = runs.std(ddof=1) / np.sqrt(50)
    assert abs(runs.mean() - exact) < 4 * error < 0.05


@pytest.mark.parametrize("size", [2, 5])
def test_the_growth_of_batches_is_that_of_a_product_of_matrices(size):
    rng, rate, logs = np.random.default_rng(8), 0.9, []
    for _ in range(40):
        e, total = np.array([1.0, 0.3]), 0.0
        for t in range(300):
            rows = rng.choice(40, size, replace=False)
            e = e - rate * PROBLEM.X[rows].T @ (PROBLEM.X[rows] @ e) / size
            length = np.hypot(*e)
            e, total = e / length, total + np.log(length) * (t >= 20)
        logs.append(total / 280)
    got = sampling.lyapunov(PROBLEM, rate, size, 280, runs=40, rng=np.random.default_rng(9))
    error = np.hypot(np.std(logs, ddof=1), np.std(got, ddof=1)) / np.sqrt(40)
    assert abs(np.mean(logs) - np.mean(got)) < 4 * error < 0.05


def test_all_data_grow_as_plain_descent_does():
    for rate in (0.3, 1.2):
        got = sampling.lyapunov(PROBLEM, rate, 40, 200, runs=2, rng=np.random.default_rng(0))
        factor = np.abs(1 - rate * PROBLEM.curvatures).max()
        np.testing.assert_allclose(got, np.log(factor), atol=1e-2)


def test_the_logarithm_grows_less_than_the_mean_square():
    rates = np.array([0.3, 0.8, 1.1]) * sampling.critical_rate(PROBLEM, 1)
    single = sampling.lyapunov(PROBLEM, rates, 1, 500, runs=60, rng=np.random.default_rng(1))
    maps = sampling.second_moment_map(PROBLEM, rates, 1)
    mean_square = np.log(np.abs(np.linalg.eigvals(maps)).max(axis=-1)) / 2
    assert (single.mean(axis=-1) < mean_square).all()


def test_an_error_that_vanishes_has_grown_by_minus_infinity():
    one = LeastSquares([[1.0], [1.0]], [1.0, 1.0])
    got = sampling.lyapunov(one, [1.0, 0.5], 1, 5, runs=2, rng=np.random.default_rng(0))
    assert (got[0] == -np.inf).all() and np.isfinite(got[1]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sampling.mean_excess(PROBLEM, [1.0], 0.1, 3, batch_size=1), "theta0 must have"),
        (lambda: sampling.mean_excess(PROBLEM, START, 0.1, -1, batch_size=1), "steps must be"),
        (lambda: sampling.mean_excess(PROBLEM, START, 0, 3, batch_size=1), "learning_rate must"),
        (lambda: sampling.mean_excess(PROBLEM, START, 0.1, 3, batch_size=41), "batch_size must"),
        (lambda: sampling.steps_to(PROBLEM, START, 0.1, 0, batch_size=1, most=3), "target must"),
        (lambda: sampling.steps_to(PROBLEM, START, 0.1, 1, batch_size=1, most=-3), "most must"),
        (lambda: sampling.lyapunov(PROBLEM, 0.1, 1, 0, runs=2, rng=np.random.default_rng()),
         "steps must"),
        (lambda: sampling.lyapunov(PROBLEM, 0.1, 1, 5, runs=0, rng=np.random.default_rng()),
         "runs must"),
        (lambda: sampling.lyapunov(PROBLEM, 0.1, 1, 5, runs=2, rng=3), "rng must"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
