"""Finders against plain loops, closed forms, and a gradient that counts what is asked of it."""

import numpy as np
import pytest

from lrlab import LeastSquares, datasets, finders

RANGE = 1e-4, 1e4


def fresh(seed, n=60):
    return LeastSquares(*datasets.any_scale(n, rng=np.random.default_rng(seed)))


def tools(problem):
    return problem.gradient, problem.loss, np.zeros_like(problem.minimizer)


def bowl(curvatures):
    """A loss with its minimum at 0, so that errors shrink without end, and its start of ones."""
    curvatures = np.asarray(curvatures, float)
    loss = lambda theta: 0.1 + 0.5 * np.sum(curvatures * theta**2, axis=-1)  # noqa: E731
    return lambda theta: theta * curvatures, loss, np.ones(len(curvatures))


def descend(problem, theta, rates):
    for rate in rates:
        theta = theta - rate * (problem.X.T @ (problem.X @ theta - problem.y)) / len(problem.y)
    return theta


def plain_loss(problem, theta):
    return np.sum((problem.X @ theta - problem.y) ** 2) / (2 * len(problem.y))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("steps", [1, 4])
def test_a_grid_search_is_a_loop_over_rates_with_equal_ratios(seed, steps):
    problem = fresh(seed)
    found = finders.grid_search(*tools(problem), *RANGE, trials=9, steps=steps)
    np.testing.assert_allclose(found.rates, 10.0 ** np.arange(-4, 5))
    ends = [descend(problem, 0 * problem.minimizer, [rate] * steps) for rate in found.rates]
    losses = [plain_loss(problem, end) for end in ends]
    np.testing.assert_allclose(found.losses, losses, rtol=1e-6)
    assert found.rate == found.rates[np.argmin(losses)]
    np.testing.assert_allclose(found.theta, ends[np.argmin(losses)], rtol=1e-6)


def test_random_rates_are_even_in_their_logarithms():
    draw = lambda seed: finders.random_search(  # noqa: E731
        *tools(fresh(0)), *RANGE, trials=4000, steps=1, rng=np.random.default_rng(seed)
    )
    found = draw(1)
    counts, _ = np.histogram(np.log10(found.rates), bins=8, range=(-4, 4))
    assert counts.sum() == 4000 and np.abs(counts - 500).max() < 5 * np.sqrt(500)
    assert (draw(1).rates == found.rates).all() and (draw(2).rates != found.rates).all()
    assert found.rate == found.rates[np.argmin(found.losses)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("steps", [2, 20, 90])
def test_a_range_test_is_one_run_with_growing_rates(seed, steps):
    problem = fresh(seed)
    found = finders.range_test(*tools(problem), *RANGE, steps=steps)
    made = len(found.rates)
    np.testing.assert_allclose(found.rates, np.geomspace(*RANGE, steps)[:made])
    theta = [descend(problem, 0 * problem.minimizer, found.rates[:k]) for k in range(made + 1)]
    losses = np.array([plain_loss(problem, each) for each in theta])
    np.testing.assert_allclose(found.losses, losses[1:], rtol=1e-5)
    assert found.rate == found.rates[np.argmax(losses[:-1] - losses[1:])]
    least = np.minimum.accumulate(losses)
    exploded = losses[1:] > 4 * least[:-1]
    assert not exploded[:-1].any() and (exploded[-1] or made == steps)
    np.testing.assert_allclose(found.theta, theta[np.argmin(losses)], rtol=1e-5)
    again = {rule: finders.range_test(*tools(problem), *RANGE, steps=steps, rule=rule).rate
             for rule in ("least", "explosion")}  # fmt: skip
    assert again["explosion"] == pytest.approx(found.rates[-1] / 10)
    assert again["least"] == pytest.approx(found.rates[max(np.argmin(losses) - 1, 0)] / 10)


def test_a_sweep_ends_where_the_loss_is_over_its_least_by_the_factor():
    """Also when it grows slowly: 1.5 times the least, in steps that are all smaller."""
    found = finders.range_test(*bowl([1.0]), 2.001, 2.1, steps=400, stop=1.5)
    growth = found.losses[1:] / found.losses[:-1]
    assert growth.max() < 1.02 and len(found.rates) == 41
    assert found.losses[-1] > 1.5 * 0.6 >= found.losses[-2]


@pytest.mark.parametrize("curvature", [1e-3, 1.0, 40.0])
@pytest.mark.parametrize("steps", [100, 400, 1600])
def test_the_steepest_fall_is_where_the_formula_has_it(curvature, steps):
    low, high = 1e-5 / curvature, 1e2 / curvature
    found = finders.range_test(*bowl([curvature]), low, high, steps=steps)
    log_ratio = np.log(high / low) / (steps - 1)
    assert found.rate == pytest.approx(log_ratio / (2 * curvature), rel=0.6 * log_ratio + 0.01)


def test_without_rounding_a_long_sweep_explodes_at_six_times_the_edge():
    for steps, least in [(200, 5.5), (1000, 6.0)]:
        found = finders.range_test(*bowl([1.0]), 1e-5, 1e2, steps=steps, rule="explosion")
        assert least < found.rates[-1] / 2 < 6.3
    moved = LeastSquares.line(*datasets.line())  # here θ* is not 0, and rounding ends the shrinking
    found = finders.range_test(*tools(moved), 1e-5, 1e2, steps=1000)
    assert found.rates[-1] / moved.critical_rate < 3


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("slope", "grow"), [(1e-4, 1.0), (0.5, 1.0), (0.3, 1.5)])
def test_backtracking_accepts_up_to_armijos_limit(seed, slope, grow):
    problem = fresh(seed)
    found = finders.backtracking(*tools(problem), 1e4, gradients=80, slope=slope, grow=grow)
    theta, tried, refused = 0 * problem.minimizer, 1e4, 0
    for rate, loss in zip(found.rates, found.losses, strict=True):
        g = problem.gradient(theta)
        limit = 2 * (1 - slope) * (g @ g) / (g @ problem.hessian @ g)
        while tried > limit * (1 + 1e-9):
            tried, refused = tried / 2, refused + 1
        assert rate == pytest.approx(tried)
        theta, tried = theta - rate * g, rate * grow
        assert loss == pytest.approx(problem.loss(theta), rel=1e-9)
    assert 0 <= 79 - len(found.rates) - refused <= 3  # the last refusals lead to no step
    assert (np.diff([problem.loss(0 * theta), *found.losses]) < 0).all()
    np.testing.assert_allclose(found.theta, theta)
    assert found.rate == found.rates[-1]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("draws", [False, True])
def test_power_iteration_rises_to_the_largest_curvature(seed, draws):
    problem = fresh(seed)
    top = np.linalg.eigvalsh(problem.X.T @ problem.X / len(problem.y))[-1]
    rng = np.random.default_rng(seed) if draws else None
    gradient, _, start = tools(problem)
    found = finders.power_iteration(gradient, start, iterations=300, rng=rng)
    seen = 1 / found.rates
    assert (np.diff(seen) > -1e-6 * top).all() and (seen < top * (1 + 1e-6)).all()
    assert found.rate == found.rates[-1] == pytest.approx(1 / top, rel=2e-3)


def test_power_iteration_finds_the_curvature_where_it_stands():
    """On a logistic loss, whose curvature changes from place to place."""
    rng = np.random.default_rng(4)
    X, y = rng.standard_normal((200, 3)) * [1, 2, 5], rng.integers(0, 2, 200)
    chance = lambda theta: 1 / (1 + np.exp(-X @ theta))  # noqa: E731
    gradient = lambda theta: X.T @ (chance(theta) - y) / 200  # noqa: E731
    for theta in (np.zeros(3), np.array([0.5, -0.3, 0.4])):
        p = chance(theta)
        top = np.linalg.eigvalsh(X.T @ (X * (p * (1 - p))[:, None]) / 200)[-1]
        found = finders.power_iteration(gradient, theta, iterations=40, length=1e-5)
        assert 1 / found.rate == pytest.approx(top, rel=1e-3)


FINDERS = {
    "grid": lambda *tools: finders.grid_search(*tools, *RANGE, trials=7, steps=3),
    "random": lambda *tools: finders.random_search(
        *tools, *RANGE, trials=7, steps=3, rng=np.random.default_rng(0)
    ),
    "range": lambda *tools: finders.range_test(*tools, *RANGE, steps=40),
    "backtracking": lambda *tools: finders.backtracking(*tools, 1e4, gradients=50),
    "power": lambda gradient, loss, theta0: finders.power_iteration(gradient, theta0),
}


@pytest.mark.parametrize("name", FINDERS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_finder_asks_at_as_many_places_as_it_says(name, seed):
    gradient, loss, start = tools(fresh(seed))
    places = set()

    def counted(function):
        def call(theta):
            places.update(map(tuple, np.asarray(theta).reshape(-1, len(start))))
            return function(theta)

        return call

    found = FINDERS[name](counted(gradient), counted(loss), start)
    assert len(places) == found.gradients


@pytest.mark.parametrize("name", FINDERS)
def test_a_finder_knows_no_scale(name):
    """In other units of the loss, and with its range in them, it finds the same."""
    gradient, loss, start = tools(fresh(7))
    found = FINDERS[name](gradient, loss, start)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(globals(), "RANGE", (1e-4 / 8, 1e4 / 8))
        if name == "backtracking":
            other = finders.backtracking(
                lambda t: 8 * gradient(t), lambda t: 8 * loss(t), start, 1e4 / 8, gradients=50
            )
        else:
            other = FINDERS[name](lambda t: 8 * gradient(t), lambda t: 8 * loss(t), start)
    assert other.rate == pytest.approx(found.rate / 8)


@pytest.mark.parametrize("seed", range(20))
def test_a_sweep_on_exactly_linear_data_ends_where_it_rests(seed):
    """There the gradient gets exactly 0, and no rate however large would make the loss rise."""
    rng = np.random.default_rng(seed)
    x = np.round(rng.uniform(-3, 3, 12), 1)
    problem = LeastSquares.line(x, rng.integers(-3, 4) * x + rng.integers(-3, 4))
    low, high = 1e-5 * problem.critical_rate, 1e4 * problem.critical_rate
    found = finders.range_test(*tools(problem), low, high, steps=1000, rule="explosion")
    assert found.rate < problem.critical_rate and found.rates[-1] < 3 * problem.critical_rate


@pytest.mark.parametrize("name", FINDERS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_without_numbers_where_it_begins_a_finder_finds_nothing(name, value):
    gradient, loss, start = tools(fresh(0))
    nowhere = lambda theta: value * np.ones(np.shape(theta)[:-1])  # noqa: E731
    if name != "power":
        with pytest.raises(ValueError, match=r"loss\(theta0\) must be finite, got"):
            FINDERS[name](gradient, nowhere, start)
    with pytest.raises(ValueError, match=r"gradient\(theta0\) must be finite, got"):
        FINDERS[name](lambda theta: value + 0 * theta, loss, start)


def test_backtracking_refuses_a_step_to_where_the_loss_is_no_number():
    loss = lambda theta: np.where(theta[..., 0] < 0, np.nan, theta[..., 0])  # noqa: E731
    found = finders.backtracking(np.ones_like, loss, [1.0], 8.0, gradients=9)
    assert found.rates[0] == 1.0 and (found.losses >= 0).all() and found.theta >= 0


def test_a_curvature_is_measured_however_small_the_gradient():
    found = finders.power_iteration(lambda theta: 4 * theta, [1e-200, 1e-200], length=1e-200)
    assert found.rate == pytest.approx(0.25)


def test_numbers_that_overflow_are_no_accident():
    gradient, loss, start = tools(fresh(3))
    found = finders.grid_search(gradient, loss, start, 1e-4, 1e250, trials=5, steps=9)
    assert np.isfinite(found.rate) and np.isfinite(found.theta).all()
    found = finders.range_test(gradient, loss, start, 1e-9, 1e300, steps=3)
    assert np.isfinite(found.theta).all()
    found = finders.backtracking(gradient, loss, start, 1e300, gradients=2000)
    assert found.losses[-1] < loss(start)


GOOD = bowl([1.0, 2.0])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: finders.grid_search(*GOOD, 0.0, 1.0), "low must be positive"),
        (lambda: finders.grid_search(*GOOD, 2.0, 1.0), "low must be at most high, got"),
        (lambda: finders.grid_search(*GOOD, 0.1, 1.0, trials=0), "trials must be"),
        (lambda: finders.grid_search(*GOOD, 0.1, 1.0, steps=0), "steps must be"),
        (lambda: finders.grid_search(*GOOD[:2], [[1.0]], 0.1, 1.0), "theta0 must have shape"),
        (lambda: finders.grid_search(GOOD[0], np.sum, GOOD[2], 0.1, 1.0), "loss must return"),
        (lambda: finders.grid_search(GOOD[0], 3, GOOD[2], 0.1, 1.0), "loss must be callable"),
        (lambda: finders.random_search(*GOOD, 0.1, 1.0, rng=3), "rng must be like"),
        (lambda: finders.range_test(*GOOD, 0.1, 0.1), "low must be below high"),
        (lambda: finders.range_test(*GOOD, 0.1, 1.0, stop=1), "stop above 1, got"),
        (lambda: finders.range_test(*GOOD, 0.1, 1.0, steps=1), "steps must be"),
        (lambda: finders.range_test(*GOOD, 1e3, 1e4), "low must be a rate whose step does not exp"),
        (lambda: finders.range_test(*GOOD, 0.1, 1.0, rule="middle"), "rule must be one of"),
        (lambda: finders.backtracking(*GOOD, -1.0), "rate must be positive"),
        (lambda: finders.backtracking(*GOOD, 1.0, shrink=1.0), "shrink must be below 1"),
        (lambda: finders.backtracking(*GOOD, 1.0, grow=0.9), "grow 1 or more"),
        (lambda: finders.backtracking(*GOOD, 1.0, slope=1.0), "slope must be"),
        (lambda: finders.backtracking(*GOOD, 1.0, gradients=0), "gradients must be"),
        (lambda: finders.power_iteration(np.sum, [1.0, 2.0]), "gradient must return shape"),
        (lambda: finders.power_iteration(GOOD[0], [0.0, 0.0]), "gradient must change"),
        (lambda: finders.power_iteration(np.ones_like, [1.0]), "gradient must change"),
        (lambda: finders.power_iteration(GOOD[0], [1.0, 1.0], length=0), "length must be"),
        (lambda: finders.power_iteration(GOOD[0], [1.0, 1.0], iterations=0), "iterations must"),
        (lambda: finders.power_iteration(GOOD[0], [1.0, 1.0], rng=1), "rng must be like"),
        (lambda: finders.power_iteration(3, [1.0, 1.0]), "gradient must be callable"),
        (lambda: finders.power_iteration(GOOD[0], [np.nan]), "theta0 must be finite"),
    ],
)  # fmt: skip
def test_an_error_names_the_argument(call, said):
    with pytest.raises((TypeError, ValueError), match=said):
        call()


def test_problems_of_any_scale_are_what_they_say():
    sizes = []
    for seed in range(200):
        X, y = datasets.any_scale(30, rng=np.random.default_rng(seed))
        assert y.shape == (30,) and len(X) == 30
        curvatures = np.linalg.eigvalsh(X.T @ X / 30)
        sizes.append([X.shape[1], curvatures[-1], curvatures[-1] / curvatures[0]])
    d, top, condition = np.transpose(sizes)
    assert set(d) == set(range(2, 11))
    assert 1e-3 <= top.min() < 0.01 and 100 < top.max() <= 1e3
    assert 30 * 0.999 < condition.min() < 40 and 2000 < condition.max() < 3000 * 1.001
    with pytest.raises(ValueError, match="n must be"):
        datasets.any_scale(9, rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match="rng must be"):
        datasets.any_scale(rng=0)
