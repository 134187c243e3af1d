import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrlab
from lrlab import LeastSquares, gradient_descent, optimizers, schedules, stochastic_gradient_descent

pytestmark = pytest.mark.filterwarnings("error")
quick = settings(max_examples=40, deadline=None)

PROBLEM = LeastSquares.line(*lrlab.datasets.line())
THETA0 = np.array([-1.0, 0.5])
RULES = {
    "none": None,
    "momentum": optimizers.momentum(0.9),
    "nesterov": optimizers.momentum(0.9, nesterov=True),
    "adagrad": optimizers.adagrad(),
    "rmsprop": optimizers.rmsprop(),
    "adam": optimizers.adam(),
}


def closed_form(rates):
    """θ* + Π(I − α_t H)(θ_0 − θ*), as the eigenvectors of H see it."""
    curvatures, directions = np.linalg.eigh(PROBLEM.X.T @ PROBLEM.X / len(PROBLEM.y))
    factors = np.cumprod(1 - np.outer(rates, curvatures), axis=0)
    factors = np.concatenate([np.ones((1, 2)), factors])
    start = (THETA0 - PROBLEM.minimizer) @ directions
    return PROBLEM.minimizer + (factors * start) @ directions.T


@quick
@given(st.floats(0.001, 1.5), st.integers(0, 60))
def test_iterates_equal_the_closed_form(rate, steps):
    run = gradient_descent(PROBLEM.gradient, THETA0, rate, steps)
    expected = closed_form(np.full(steps, rate))
    assert run.theta.shape == (steps + 1, 2) and run.learning_rate.tolist() == [rate] * steps
    scale = np.abs(expected).max(axis=-1, keepdims=True)
    assert (np.abs(run.theta - expected) <= 1e-10 * scale).all()


def test_iterates_equal_the_closed_form_under_a_schedule():
    schedule = schedules.cosine(0.9, 50)
    run = gradient_descent(PROBLEM.gradient, THETA0, schedule, 60)
    np.testing.assert_array_equal(run.learning_rate, schedule(np.arange(60)))
    np.testing.assert_allclose(run.theta, closed_form(schedule(np.arange(60))), rtol=1e-10)


@pytest.mark.parametrize("name", RULES)
def test_a_batch_of_rates_equals_the_loop_over_rates(name):
    rates = np.geomspace(0.01, 1.2, 20)
    batch = gradient_descent(PROBLEM.gradient, THETA0, rates, 50, optimizer=RULES[name])
    assert batch.theta.shape == (20, 51, 2) and batch.learning_rate.shape == (20, 50)
    for i, rate in enumerate(rates):
        one = gradient_descent(PROBLEM.gradient, THETA0, rate, 50, optimizer=RULES[name])
        np.testing.assert_allclose(batch.theta[i], one.theta, rtol=1e-9)
        np.testing.assert_array_equal(batch.learning_rate[i], one.learning_rate)
        assert batch.diverged[i] == one.diverged


def test_beginnings_rates_and_optimizers_broadcast():
    beginnings = np.random.default_rng(0).normal(size=(4, 1, 1, 2))
    rates, betas = np.array([0.1, 0.3, 0.5])[:, None], np.array([0.0, 0.9])
    grid = gradient_descent(
        PROBLEM.gradient, beginnings, rates, 15, optimizer=optimizers.momentum(betas)
    )
    assert grid.theta.shape == (4, 3, 2, 16, 2) and grid.diverged.shape == (4, 3, 2)
    for i, j, k in itertools.product(range(4), range(3), range(2)):
        rule = optimizers.momentum(betas[k])
        one = gradient_descent(
            PROBLEM.gradient, beginnings[i, 0, 0], rates[j, 0], 15, optimizer=rule
        )
        np.testing.assert_allclose(grid.theta[i, j, k], one.theta, rtol=1e-10, atol=1e-12)


def test_a_number_to_begin_with_and_a_plain_function_for_a_gradient():
    run = gradient_descent(lambda x: 2 * x, 1.0, 0.25, 3)
    assert run.theta.tolist() == [[1.0], [0.5], [0.25], [0.125]]
    assert run.diverged.shape == () and not run.diverged


def test_a_schedule_may_be_any_function_of_the_step():
    run = gradient_descent(lambda x: x, 1.0, lambda t: 0.5 if t < 2 else 0, 4)
    assert run.theta[:, 0].tolist() == [1, 0.5, 0.25, 0.25, 0.25]
    assert run.learning_rate.tolist() == [0.5, 0.5, 0, 0]
    family = gradient_descent(lambda x: x, 1.0, schedules.constant([0.1, 0.2, 0.3]), 0)
    assert family.theta.shape == (3, 1, 1) and family.learning_rate.shape == (3, 0)


def test_no_step_is_a_run_that_stays():
    run = gradient_descent(PROBLEM.gradient, THETA0, 1e9, 0)
    np.testing.assert_array_equal(run.theta, [THETA0])
    assert not run.diverged


def test_a_plateau_is_fed_with_the_loss_of_each_run():
    # At its critical rate the loss never improves: patience 2 means three losses, then half.
    problem = LeastSquares([[1.0]], [0.0])
    plateau = schedules.Plateau([2.0, 0.5], problem.loss, factor=0.5, patience=2, threshold=0.0)
    run = gradient_descent(problem.gradient, 1.0, plateau, 6)
    assert run.learning_rate.tolist() == [[2, 2, 2, 2, 1, 1], [0.5] * 6]
    again = gradient_descent(problem.gradient, 1.0, plateau, 6)
    np.testing.assert_array_equal(run.theta, again.theta)


def test_what_it_was_given_is_left_alone():
    theta0, rates = THETA0.copy(), np.array([0.1, 0.2])
    run = gradient_descent(PROBLEM.gradient, theta0, rates, 3)
    run.theta[:] = 0
    run.learning_rate[:] = 0
    np.testing.assert_array_equal(theta0, THETA0)
    np.testing.assert_array_equal(rates, [0.1, 0.2])


# Divergence is a result, not an accident.


def test_diverged_above_the_critical_rate_and_not_on_it():
    critical = PROBLEM.critical_rate
    rates = critical * np.array([0.5, 0.99, 1, 1.001, 1.05, 2, 1e6, 1e300])
    run = gradient_descent(PROBLEM.gradient, THETA0, rates, 1000)
    assert run.diverged.tolist() == [False, False, False, True, True, True, True, True]


def test_rounding_is_not_divergence():
    for seed in range(30):
        problem = LeastSquares.line(*lrlab.datasets.line(rng=np.random.default_rng(seed)))

        def gradient(theta, problem=problem):  # at the minimizer it is 0 up to rounding only
            return (theta @ problem.X.T - problem.y) @ problem.X / 40

        rates = np.array([0.1, 0.5, 0.9, 1.0]) * problem.critical_rate
        resting = gradient_descent(gradient, problem.minimizer, rates, 100)
        uphill = problem.minimizer + np.linalg.eigh(problem.hessian)[1][:, -1]
        bouncing = gradient_descent(problem.gradient, uphill, problem.critical_rate, 1001)
        assert not resting.diverged.any() and not bouncing.diverged


def test_on_the_critical_rate_it_bounces_for_ever():
    run = gradient_descent(PROBLEM.gradient, THETA0, PROBLEM.critical_rate, 5001)
    top = np.linalg.eigh(PROBLEM.hessian)[1][:, -1]
    error = (run.theta - PROBLEM.minimizer) @ top
    np.testing.assert_allclose(error[1:], -error[:-1], rtol=1e-9)


@pytest.mark.parametrize("name", RULES)
@quick
@given(
    rates=st.lists(st.floats(1e-320, 1e308), min_size=1, max_size=5),
    theta0=st.lists(st.floats(-1e150, 1e150), min_size=2, max_size=2),
)
def test_whatever_the_rate_the_run_is_finite_and_silent(name, rates, theta0):
    run = gradient_descent(PROBLEM.gradient, theta0, rates, 60, optimizer=RULES[name])
    assert np.isfinite(run.theta).all() and np.abs(run.theta).max() <= 1e150
    assert run.diverged.dtype == bool
    assert np.isfinite(PROBLEM.loss(run.theta / 1e3)).all()
    assert (PROBLEM.loss(run.theta) >= 0).all()


@quick
@given(
    value=st.sampled_from([np.nan, np.inf, -np.inf, 1e200]),
    when=st.integers(0, 9),
)
def test_a_run_stays_where_it_was_last_finite(value, when):
    def gradient(theta):
        calls.append(theta)
        bad = len(calls) == when + 2  # one call is made before the first step
        return np.where(bad & (np.arange(3) == 1), value, theta.T).T

    calls = []
    run = gradient_descent(gradient, np.ones((3, 1)), 0.5, 10)
    expected = 0.5 ** np.arange(11.0)
    np.testing.assert_array_equal(run.theta[[0, 2], :, 0], [expected, expected])
    np.testing.assert_array_equal(run.theta[1, :, 0], np.maximum(expected, expected[when]))
    assert run.diverged.tolist() == [False, True, False]


def test_a_run_that_overflowed_stays_though_its_rate_recovers():
    run = gradient_descent(lambda x: x, 1.0, lambda t: 1e200 if t == 1 else 0.5, 5)
    assert run.theta[:, 0].tolist() == [1, 0.5, 0.5, 0.5, 0.5, 0.5] and run.diverged


def test_the_path_reaches_far_before_it_stops():
    run = gradient_descent(lambda x: x, 1.0, 11.0, 200)
    assert run.theta[149, 0] == pytest.approx(-1e149)
    assert run.theta[150, 0] == run.theta[-1, 0]
    assert abs(run.theta[-1, 0]) == pytest.approx(1e150, rel=1e-9) or run.diverged


def test_steps_cost_the_same_for_any_number_of_examples():
    problem = LeastSquares.line(*lrlab.datasets.line(n=1000))
    seen = []

    def gradient(theta):
        seen.append(theta.shape)
        return problem.gradient(theta)

    expected = gradient_descent(problem.gradient, THETA0, np.linspace(0.01, 1, 200), 100)
    object.__setattr__(problem, "X", None)
    object.__setattr__(problem, "y", None)
    run = gradient_descent(gradient, THETA0, np.linspace(0.01, 1, 200), 100)
    np.testing.assert_array_equal(run.theta, expected.theta)
    # All rates in one call a step, and two more to see whether it ended steeper than it began.
    assert seen == [(200, 2)] * 102


# Stochastic gradient descent


def stochastic(problem=PROBLEM, theta0=THETA0, rate=0.1, steps=30, *, batch_size, seed=0, **rest):
    rng = np.random.default_rng(seed)
    return stochastic_gradient_descent(
        problem, theta0, rate, steps, batch_size=batch_size, rng=rng, **rest
    )


@pytest.mark.parametrize("name", RULES)
def test_a_batch_of_all_examples_is_gradient_descent(name):
    rates = np.array([0.05, 0.5, 1.1])
    run = stochastic(rate=rates, batch_size=40, optimizer=RULES[name])
    full = gradient_descent(PROBLEM.gradient, THETA0, rates, 30, optimizer=RULES[name])
    np.testing.assert_allclose(run.theta, full.theta, rtol=1e-7)
    np.testing.assert_array_equal(run.diverged, full.diverged)


def test_all_rates_see_the_same_batches():
    together = stochastic(rate=[0.1, 0.3, 0.1], batch_size=3)
    np.testing.assert_allclose(together.theta[0], together.theta[2], rtol=1e-12)
    for i, rate in enumerate([0.1, 0.3]):
        np.testing.assert_allclose(together.theta[i], stochastic(rate=rate, batch_size=3).theta)
    assert not np.allclose(together.theta[0], stochastic(batch_size=3, seed=1).theta)


def test_a_step_follows_the_mean_gradient_of_distinct_examples():
    # With y_i = 2^i, θ = 0 and x = 1, a gradient names the examples that it is the mean of.
    problem = LeastSquares(np.ones((8, 1)), 2.0 ** np.arange(8))
    drawn = set()
    for seed in range(200):
        run = stochastic(problem, 0.0, rate=1.0, steps=1, batch_size=2, seed=seed)
        total = round(2 * float(run.theta[1, 0]))
        assert total.bit_count() == 2
        drawn.add(total)
    assert len(drawn) == 8 * 7 / 2


def test_the_noise_floor_is_what_theory_says():
    # With x = 1 it averages: Var θ = α/(2 − α) · s²/B · (n − B)/(n − 1) about the mean of y.
    y = np.random.default_rng(5).normal(3, 2, 100)
    problem = LeastSquares(np.ones((100, 1)), y)
    rates, size = np.array([0.1, 0.5, 1.0]), 10
    run = stochastic(problem, 3.0, rates, 20_000, batch_size=size)
    settled = run.theta[:, 500:, 0]
    variance = rates / (2 - rates) * y.var() / size * (100 - size) / 99
    np.testing.assert_allclose(settled.var(axis=-1), variance, rtol=0.1)
    np.testing.assert_allclose(settled.mean(axis=-1), y.mean(), atol=0.05)


def test_noise_about_the_minimizer_is_not_divergence():
    for batch_size in 1, 5, 40:
        run = stochastic(
            theta0=PROBLEM.minimizer, rate=[0.01, 0.1, 1e3], steps=100, batch_size=batch_size
        )
        assert run.diverged.tolist() == [False, False, True]


def test_stochastic_overflow_is_silent():
    run = stochastic(rate=[1e-3, 1e3, 1e300], steps=200, batch_size=2)
    assert np.isfinite(run.theta).all() and run.diverged.tolist() == [False, True, True]
    assert stochastic(theta0=[1e150, -1e150], rate=1.0, batch_size=1).diverged.shape == ()


# Bad input


@quick
@given(
    st.one_of(
        st.floats(max_value=0.0),
        st.just(np.nan),
        st.just(np.inf),
        st.lists(st.floats(-1, 0), min_size=1, max_size=3).map(lambda bad: [0.1, *bad]),
    )
)
def test_bad_rates_are_refused(rate):
    with pytest.raises(ValueError, match="learning_rate must be positive and finite, got"):
        gradient_descent(PROBLEM.gradient, THETA0, rate, 3)


@quick
@given(st.one_of(st.floats(max_value=-1e-300), st.just(np.nan), st.just(np.inf)), st.integers(0, 4))
def test_bad_rates_of_a_schedule_are_refused(rate, when):
    with pytest.raises(ValueError, match=rf"learning_rate\({when}\) must be 0 or more and finite"):
        gradient_descent(PROBLEM.gradient, THETA0, lambda t: rate if t == when else 0.1, 5)


@quick
@given(st.integers(max_value=-1))
def test_negative_steps_are_refused(steps):
    with pytest.raises(ValueError, match=f"steps must be an integer ≥ 0, got {steps}"):
        gradient_descent(PROBLEM.gradient, THETA0, 0.1, steps)


@quick
@given(st.one_of(st.integers(max_value=0), st.integers(min_value=41)))
def test_batch_sizes_outside_the_data_are_refused(size):
    message = f"batch_size must be an integer from 1 to 40, got {size}"
    with pytest.raises(ValueError, match=message):
        stochastic(batch_size=size)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"gradient": 3.0}, TypeError, "gradient must be callable, got 3.0"),
        ({"gradient": lambda x: x[:1]}, ValueError, r"gradient must return shape \(2,\), got"),
        ({"gradient": lambda x: 1.0}, ValueError, r"gradient must return shape \(2,\), got \(\)"),
        ({"theta0": [1.0, np.nan]}, ValueError, "theta0 must be finite, got nan at index 1"),
        ({"theta0": [1.0, 1e200]}, ValueError, r"theta0 must be at most 1e\+150 in size, got 1e"),
        ({"theta0": [1.0, 2.0, 3.0]}, ValueError, r"theta must have shape \(..., 2\), got \(3,\)"),
        ({"theta0": []}, ValueError, "theta0 must have shape"),
        ({"theta0": "here"}, TypeError, "theta0 must be a number or an array of numbers"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate must be a number .* got 'fast'"),
        ({"learning_rate": None}, TypeError, "learning_rate must be a number .* got None"),
        ({"steps": 2.5}, TypeError, "steps must be an integer ≥ 0, got 2.5"),
        ({"steps": True}, TypeError, "steps must be an integer ≥ 0, got True"),
        ({"optimizer": "adam"}, TypeError, "optimizer must come from lrlab.optimizers, got 'adam'"),
        (
            {"theta0": np.ones((3, 2)), "learning_rate": [0.1, 0.2]},
            *(ValueError, r"broadcast together, got theta0 \(3,\), learning_rate \(2,\)"),
        ),
        (
            {"learning_rate": schedules.Plateau(0.1, lambda theta: theta)},
            *(ValueError, r"loss must return shape \(\), got \(2,\)"),
        ),
    ],
)
def test_bad_arguments_are_refused(change, error, message):
    good = {
        "gradient": PROBLEM.gradient,
        "theta0": THETA0,
        "learning_rate": 0.1,
        "steps": 3,
        "optimizer": None,
    }
    with pytest.raises(error, match=message):
        gradient_descent(**good | change)


def test_bad_arguments_of_the_stochastic_kind_are_refused():
    with pytest.raises(TypeError, match=r"rng must be like np.random.default_rng\(0\), got 0"):
        stochastic_gradient_descent(PROBLEM, THETA0, 0.1, 3, batch_size=1, rng=0)
    with pytest.raises(TypeError, match="problem must be a LeastSquares, got"):
        stochastic(problem=PROBLEM.gradient, batch_size=1)
    with pytest.raises(ValueError, match=r"theta0 must have shape \(2,\), got \(3,\)"):
        stochastic(theta0=[1.0, 2.0, 3.0], batch_size=1)
    with pytest.raises(TypeError, match="batch_size must be an integer from 1 to 40, got"):
        stochastic(batch_size=1.5)
