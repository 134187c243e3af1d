"""Averages are what their plain loops say; schedule-free descent is the published one."""

import numpy as np
import pytest

from lrlab import LeastSquares, averaging, datasets, gradient_descent

pytestmark = pytest.mark.filterwarnings("error")

PROBLEM = LeastSquares.line(*datasets.line())


def path(*shape, seed=0):
    return np.random.default_rng(seed).normal(3, 2, shape)


def plain_tail(theta, share):
    """The mean of the last iterates, each time from the start."""
    means = []
    for t in range(len(theta)):
        count = next(k for k in range(1, t + 2) if k >= share * t - 1e-9)
        means.append(sum(theta[t - k] for k in range(count)) / count)
    return np.array(means)


def plain_ema(theta, decay):
    mean = theta[0]
    means = [mean]
    for each in theta[1:]:
        mean = mean + (1 - decay) * (each - mean)
        means.append(mean)
    return np.array(means)


@pytest.mark.parametrize("share", [0, 0.1, 0.25, 1 / 3, 0.5, 0.7, 0.99, 1])
@pytest.mark.parametrize("steps", [0, 1, 2, 7, 100])
def test_tail_is_the_mean_of_the_last_share(steps, share):
    theta = path(steps + 1, 2)
    np.testing.assert_allclose(averaging.tail(theta, share), plain_tail(theta, share), rtol=1e-12)


@pytest.mark.parametrize("decay", [0, 0.3, 0.9, 0.999])
def test_ema_is_its_recursion(decay):
    theta = path(60, 3)
    np.testing.assert_allclose(averaging.ema(theta, decay), plain_ema(theta, decay), rtol=1e-12)
    weights = decay ** np.arange(59.0, -1, -1) * np.where(np.arange(60) > 0, 1 - decay, 1)
    assert weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(averaging.ema(theta, decay)[-1], weights @ theta, rtol=1e-12)


@pytest.mark.parametrize("average", [lambda a: averaging.tail(a, 0.5),
                                     lambda a: averaging.ema(a, 0.8)])  # fmt: skip
def test_many_runs_are_averaged_as_each_alone_and_nothing_is_changed(average):
    theta = path(3, 4, 20, 2)
    before = theta.copy()
    together = average(theta)
    assert together.shape == theta.shape
    np.testing.assert_array_equal(theta, before)
    for at in np.ndindex(3, 4):
        np.testing.assert_allclose(together[at], average(theta[at]), rtol=1e-12)
        early = average(theta[at][:9])  # what comes later does not count
        np.testing.assert_allclose(together[at][:9], early, rtol=1e-12)


def test_a_converged_run_keeps_its_digits():
    run = gradient_descent(PROBLEM.gradient, [-2, 4], 0.8, 3000)
    assert PROBLEM.excess(averaging.tail(run.theta, 0.5)[-1]) < 1e-28


def test_averages_of_all_sizes():
    constant = np.full((50, 1), 1e150)
    assert (averaging.tail(constant, 0.5) == 1e150).all()
    np.testing.assert_allclose(averaging.ema(constant, 0.9), 1e150)


class Published:
    """SGDScheduleFree as it is published, for one list of floats and none of lrlab.

    Training mode holds y; the average x is never stored, and made from y and z on request.
    """

    def __init__(self, start, lr, momentum, warmup_steps):
        self.y, self.z = list(start), list(start)
        self.lr, self.momentum, self.warmup_steps = lr, momentum, warmup_steps
        self.k, self.weight_sum, self.lr_max = 0, 0.0, -1.0

    def step(self, grad):
        ramp = (self.k + 1) / self.warmup_steps if self.k < self.warmup_steps else 1.0
        lr = self.lr * ramp
        self.lr_max = max(lr, self.lr_max)
        self.weight_sum += self.lr_max**2
        share = self.lr_max**2 / self.weight_sum
        for j, g in enumerate(grad):
            moved = self.y[j] + share * (self.z[j] - self.y[j])
            self.y[j] = moved + lr * (self.momentum * (1 - share) - 1) * g
            self.z[j] -= lr * g
        self.k += 1

    def evaluation(self):
        return [y + (1 - 1 / self.momentum) * (z - y) for y, z in zip(self.y, self.z, strict=True)]


@pytest.mark.parametrize("warmup_steps", [0, 1, 13])
@pytest.mark.parametrize("momentum", [0.3, 0.9, 0.98])
@pytest.mark.parametrize("lr", [0.05, 0.8])
def test_schedule_free_is_the_published_one(lr, momentum, warmup_steps):
    draws, again = np.random.default_rng(1), np.random.default_rng(1)

    def noisy(theta, rng):
        i = rng.integers(40)
        return (PROBLEM.X[i] @ theta - PROBLEM.y[i]) * PROBLEM.X[i]

    run = averaging.schedule_free(
        lambda theta: noisy(theta, draws), [-2, 4], lr, 200,
        beta=momentum, warmup_steps=warmup_steps,
    )  # fmt: skip
    known = Published([-2.0, 4.0], lr, momentum, warmup_steps)
    for t in range(1, 201):
        known.step(noisy(np.array(known.y), again).tolist())
        np.testing.assert_allclose(run.theta[t], known.y, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(run.fast[t], known.z, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(run.average[t], known.evaluation(), rtol=1e-9, atol=1e-10)


def test_without_beta_it_is_descent_with_the_average_of_all_beside_it():
    run = averaging.schedule_free(PROBLEM.gradient, [-2, 4], 0.5, 50, beta=0)
    plain = gradient_descent(PROBLEM.gradient, [-2, 4], 0.5, 50).theta
    np.testing.assert_allclose(run.theta, plain, rtol=1e-12)
    np.testing.assert_allclose(run.average, averaging.tail(plain, 1), rtol=1e-11)


def test_rates_betas_and_starts_broadcast():
    rates, betas = np.array([0.1, 0.5, 0.9]), np.array([[0.0], [0.9]])
    together = averaging.schedule_free(PROBLEM.gradient, [1, 2], rates, 30, beta=betas)
    assert together.average.shape == (2, 3, 31, 2)
    for i, j in np.ndindex(2, 3):
        alone = averaging.schedule_free(PROBLEM.gradient, [1, 2], rates[j], 30, beta=betas[i, 0])
        for one, other in zip(together, alone, strict=True):
            np.testing.assert_allclose(one[i, j], other, rtol=1e-12)


def test_a_run_that_leaves_stays_where_it_was_and_others_go_on():
    run = averaging.schedule_free(lambda x: 2 * x, 1.0, [0.25, 1e10], 60, beta=0.5)
    assert all(np.isfinite(each).all() for each in run)
    assert (run.fast[1, -5:] == run.fast[1, -1]).all() and abs(run.fast[1, -1, 0]) > 1e100
    assert abs(run.average[0, -1, 0]) < 0.1


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: averaging.tail([1.0, 2.0], 0.5), ValueError, r"theta must have shape .* \(2,\)"),
        (lambda: averaging.tail([[1.0]], 1.5), ValueError, "share must be between 0 and 1"),
        (lambda: averaging.tail([[np.inf]], 1), ValueError, "theta must be finite, got inf"),
        (lambda: averaging.tail([[1.0]], [0.5]), TypeError, "share must be a number, got"),
        (lambda: averaging.ema([[1.0]], 1), ValueError, "decay must be at least 0 and below 1"),
        (lambda: averaging.ema(3.0, 0.5), ValueError, r"theta must have shape .* got \(\)"),
        (lambda: averaging.schedule_free(3, 1.0, 0.1, 2), TypeError, "gradient must be"),
        (lambda: averaging.schedule_free(np.abs, 1.0, 0, 2), ValueError, "learning_rate must"),
        (lambda: averaging.schedule_free(np.abs, 1.0, 1, 2, beta=2), ValueError, "beta must be"),
        (lambda: averaging.schedule_free(np.sum, [1.0, 2], 1, 2), ValueError, "gradient must"),
        (lambda: averaging.schedule_free(np.abs, 1.0, 1, 2, warmup_steps=-1), ValueError, "warmup"),
        (lambda: averaging.schedule_free(np.abs, [1.0, 2], [1, 2, 3], 2, beta=[0, 1]), ValueError,
         "shapes must broadcast together"),
    ],
)  # fmt: skip
def test_bad_arguments_are_refused_by_name(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
