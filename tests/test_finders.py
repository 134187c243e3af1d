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
def test_a_sweep_on_a_line_without_noise_answers_at_most_the_edge(seed):
    """Also where numbers are not round, and rounding keeps the gradient from being 0."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3, 3, 12)
    problem = LeastSquares.line(x, 2.1 * x + 0.3)
    low, high = 1e-5 * problem.critical_rate, 1e4 * problem.critical_rate
    for steps in (100, 1000):
        found = finders.range_test(*tools(problem), low, high, steps=steps, rule="explosion")
        assert found.rate < 1.5 * problem.critical_rate


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


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5, 6])
def test_a_loss_that_is_no_number_leads_no_finder_on(seed):
    """Beyond a wall the loss and the gradient are NaN, and a sweep walks into it."""
    ends, problem = [], fresh(seed)
    inside = lambda theta: problem.excess(theta) <= problem.excess(0 * problem.minimizer)  # noqa: E731
    loss = lambda theta: np.where(inside(theta), problem.loss(theta), np.nan)  # noqa: E731
    gradient = lambda theta: np.where(inside(theta)[..., None], problem.gradient(theta), np.nan)  # noqa: E731
    for steps in (10, 100):
        found = finders.range_test(gradient, loss, 0 * problem.minimizer, *RANGE, steps=steps)
        ends.append(found.losses[-1])
        assert np.isfinite(found.losses[:-1]).all()
        assert found.rate > RANGE[0] and np.isfinite(found.theta).all()
    assert np.inf in ends
    found = finders.backtracking(gradient, loss, 0 * problem.minimizer, 1e4, gradients=60)
    assert np.isfinite(found.losses).all() and found.losses[-1] < loss(0 * problem.minimizer)


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


# A rate anew at each step


def quadratic(seed, most=6):
    """∇J, J and a start of a bowl whose curvatures are known: H, its minimum and J* as well."""
    rng = np.random.default_rng(seed)
    d = rng.integers(1, most)
    turned = np.linalg.qr(rng.standard_normal((d, d)))[0]
    H = turned * np.exp(rng.uniform(-4, 4, d)) @ turned.T
    best, least = rng.standard_normal(d), rng.standard_normal()
    gradient = lambda theta: H @ (theta - best)  # noqa: E731
    loss = lambda theta: least + (theta - best) @ H @ (theta - best) / 2  # noqa: E731
    return gradient, loss, rng.standard_normal(d), H, best, least


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_two_points_tell_a_rate_between_those_of_the_curvatures(seed, short):
    gradient, _, start, H, best, _ = quadratic(seed)
    run = finders.two_point(gradient, start, 1e-3, 400, short=short)
    low, *_, high = np.sort(np.r_[np.linalg.eigvalsh(H), np.linalg.eigvalsh(H)])
    rates = run.learning_rate[1:]
    assert (rates * high > 1 - 1e-6).all() and (rates * low < 1 + 1e-6).all()
    theta, before = start, None
    for t in range(12):  # as the paper has it
        g = H @ (theta - best)
        rate = 1e-3
        if before is not None and (g != before[1]).any():
            s, z = theta - before[0], g - before[1]
            rate = s @ z / (z @ z) if short else s @ s / (s @ z)
        if np.linalg.norm(theta - best) > 1e-6:
            assert run.learning_rate[t] == pytest.approx(rate, rel=1e-5)
            np.testing.assert_allclose(run.theta[t], theta, rtol=1e-5, atol=1e-7)
        before, theta = (theta, g), theta - rate * g
    assert not run.diverged
    assert np.linalg.norm(run.theta[-1] - best) < 1e-5 * np.linalg.norm(start - best)


def test_two_points_of_one_curvature_are_enough():
    run = finders.two_point(lambda x: 5 * (x - 2), 8.0, 0.01, 4)
    np.testing.assert_allclose(run.theta[:, 0], [8.0, 7.7, 2, 2, 2])
    np.testing.assert_allclose(run.learning_rate[:2], [0.01, 0.2])


def test_two_points_on_a_hill_keep_the_rate():
    """J = cos has its top at 0: there the curvature is negative, and tells no rate."""
    run = finders.two_point(lambda x: -np.sin(x), 0.1, 0.2, 9)
    np.testing.assert_allclose(run.learning_rate, 0.2)
    assert (np.diff(run.theta[:, 0]) > 0).all()


@pytest.mark.parametrize("seed", range(20))
def test_polyaks_step_comes_closer_by_what_the_docstring_says(seed):
    gradient, loss, start, H, best, least = quadratic(seed)
    run = finders.polyak(gradient, loss, start, least, 60)
    low, high = np.linalg.eigvalsh(H)[[0, -1]]
    for theta, new, rate in zip(run.theta, run.theta[1:], run.learning_rate, strict=False):
        g = H @ (theta - best)
        above = (theta - best) @ g / 2
        if above < 1e-8:  # J − J* is all rounding then
            break
        assert rate == pytest.approx(above / (g @ g), rel=1e-6)
        assert 0.5 / high < rate * (1 + 1e-6) and rate * (1 - 1e-6) < 0.5 / low
        np.testing.assert_allclose(new, theta - rate * g, rtol=1e-9)
        fell = np.sum((theta - best) ** 2) - np.sum((new - best) ** 2)
        assert fell == pytest.approx(3 * above**2 / (g @ g), rel=1e-5)


@pytest.mark.parametrize("curvature", [1e-5, 1.0, 300.0])
def test_polyaks_step_halves_the_error_of_a_parabola(curvature):
    gradient, loss = lambda x: curvature * x, lambda x: -3 + curvature * x[0] ** 2 / 2
    run = finders.polyak(gradient, loss, 1.0, -3, 5)
    np.testing.assert_allclose(run.theta[:, 0], 0.5 ** np.arange(6), rtol=1e-6)
    np.testing.assert_allclose(run.learning_rate, 0.5 / curvature, rtol=1e-6)


def test_a_minimum_that_is_too_large_ends_the_run_and_one_too_small_keeps_it_going():
    gradient, loss = lambda x: x, lambda x: 1 + x[0] ** 2 / 2
    early = finders.polyak(gradient, loss, 2.0, 1.5, 50)
    assert loss(early.theta[-1]) <= 1.5 and early.learning_rate[-1] == 0
    late = finders.polyak(gradient, loss, 2.0, 0.9, 200)
    assert late.learning_rate.min() > 0 and np.abs(late.theta[-100:]).max() > 0.1


@pytest.mark.parametrize("seed", range(10))
def test_dog_is_the_furthest_over_the_root_of_the_sum_of_squares(seed):
    gradient, _, start, H, best, _ = quadratic(seed)
    run = finders.dog(gradient, start, 80, first=0.01)
    theta, far, squares = [start], [0.01], []
    for t in range(80):
        g = H @ (theta[t] - best)
        squares.append(g @ g)
        rate = max(far) / np.sqrt(sum(squares))
        assert run.learning_rate[t] == pytest.approx(rate, rel=1e-8)
        theta.append(theta[t] - rate * g)
        far.append(np.linalg.norm(theta[-1] - start))
    np.testing.assert_allclose(run.theta, theta, rtol=1e-7, atol=1e-9)
    assert np.linalg.norm(run.theta[1] - start) == pytest.approx(0.01)


def test_dog_begins_with_a_millionth_of_the_start():
    run = finders.dog(lambda x: 3 * x, [30.0, 40.0], 1)
    assert np.linalg.norm(run.theta[1] - run.theta[0]) == pytest.approx(51e-6)


def test_dog_takes_a_gradient_with_noise():
    """Of the average of its θ, far from the start and with a first step of any small length."""
    rng = np.random.default_rng(0)
    ends = []
    for first in (1e-6, 1e-3, 0.1):
        noisy = lambda x: x - 5 + rng.standard_normal(2)  # noqa: E731
        run = finders.dog(noisy, [0.0, 0.0], 3000, first=first)
        ends.append(run.theta[1500:].mean(axis=0))
    np.testing.assert_allclose(ends, 5, atol=0.2)


ANEW = {
    "two_point": lambda g, loss, start, steps: finders.two_point(g, start, 1e-3, steps),
    "polyak": lambda g, loss, start, steps: finders.polyak(g, loss, start, 0.0, steps),
    "dog": lambda g, loss, start, steps: finders.dog(g, start, steps, first=1e-3),
}


@pytest.mark.parametrize("name", ANEW)
def test_a_rate_anew_at_each_step_is_a_run_like_others(name):
    """It rests where the gradient is 0, knows no scale, and costs a gradient a step."""
    gradient, loss, start = bowl([1.0, 30.0])
    low = lambda theta: loss(theta) - 0.1  # noqa: E731
    rest = ANEW[name](gradient, low, 0 * start, 9)
    assert (rest.theta == 0).all() and not rest.diverged and rest.theta.shape == (10, 2)
    assert ANEW[name](gradient, low, start, 0).theta.tolist() == [start.tolist()]
    asked = []
    run = ANEW[name](lambda t: asked.append(t) or gradient(t), low, start, 25)
    assert len(asked) == 26 and run.learning_rate.shape == (25,) and run.diverged.shape == ()
    steps = np.diff(run.theta, axis=0)
    slopes = np.array([gradient(theta) for theta in run.theta[:-1]])
    np.testing.assert_allclose(steps, -run.learning_rate[:, None] * slopes, atol=1e-12)
    if name != "two_point":  # it is told its first rate
        tall = ANEW[name](lambda t: 8 * gradient(t), lambda t: 8 * low(t), start, 25)
        np.testing.assert_allclose(tall.theta, run.theta, rtol=1e-9)


@pytest.mark.parametrize("name", ANEW)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_run_that_leaves_stays_where_it_was(name, value):
    gradient, loss, start = bowl([1.0, 30.0])
    asked = []
    bad = lambda t: asked.append(0) or (gradient(t) if len(asked) < 6 else value + 0 * t)  # noqa: E731
    run = ANEW[name](bad, loss, start, 20)
    assert run.diverged and np.isfinite(run.theta).all() and np.isfinite(run.learning_rate).all()
    assert (run.theta[5:] == run.theta[5]).all()
    with pytest.raises(ValueError, match=r"gradient\(theta0\) must be finite"):
        ANEW[name](lambda t: value + 0 * t, loss, start, 3)


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
        (lambda: finders.two_point(GOOD[0], GOOD[2], 0.0, 5), "rate must be positive"),
        (lambda: finders.two_point(GOOD[0], GOOD[2], 1.0, 5, short=3), "short must be"),
        (lambda: finders.two_point(GOOD[0], [[1.0]], 1.0, 5), "theta0 must have shape"),
        (lambda: finders.two_point(GOOD[0], 1e200, 1.0, 5), "theta0 must be at most"),
        (lambda: finders.polyak(*GOOD, np.nan, 5), "minimum must be finite"),
        (lambda: finders.polyak(GOOD[0], 3, GOOD[2], 0.0, 5), "loss must be callable"),
        (lambda: finders.dog(GOOD[0], GOOD[2], -1), "steps must be"),
        (lambda: finders.dog(GOOD[0], GOOD[2], 5, first=0), "first must be positive"),
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
