"""What the notebooks on PyTorch and TensorFlow say and ask, as far as it needs neither of them."""

import numpy as np
import pytest

from lrlab import LeastSquares, datasets, exercises, gradient_descent
from lrlab.optimizers import adam, momentum
from lrlab.predict import questions

pytestmark = pytest.mark.filterwarnings("error")

ASKED = questions()
LINE = LeastSquares.line(*datasets.line())


def wide_line():
    """Return the points of the notebook on TensorFlow."""
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 10, 100)
    return x, 2 * x + 3 + rng.standard_normal(100)


def every_number_said(name):
    texts = [ASKED[name]["question"], *(choice["says"] for choice in ASKED[name]["choices"])]
    return " ".join(texts)


# What the questions say


def test_half_the_edge():
    said = every_number_said("half-the-edge")
    assert f"{LINE.critical_rate:.3f}" in said and f"{LINE.critical_rate / 2:.3f}" in said
    assert LINE.regime([0.9, 1.0]).tolist() == ["oscillating", "diverging"]


@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_adam_does_not_feel_a_factor_in_the_loss_and_momentum_does(rate):
    def run(factor, alpha, rule):
        slope = lambda theta: factor * LINE.gradient(theta)  # noqa: E731
        return gradient_descent(slope, [-2, 4], alpha, 40, optimizer=rule).theta

    np.testing.assert_allclose(run(2, rate, adam()), run(1, rate, adam()), rtol=0, atol=1e-6)
    halved = run(2, rate / 2, momentum(0.9))
    np.testing.assert_allclose(halved, run(1, rate, momentum(0.9)), rtol=0, atol=1e-12)


def test_what_is_left_after_sixty_steps_and_in_the_usual_average():
    path = gradient_descent(LINE.gradient, [-2, 4], 0.4, 60).theta
    average = path[1]
    for theta in path[2:]:
        average = 0.999 * average + 0.001 * theta
    last, remembered = LINE.excess(path[-1]), LINE.excess(average)
    said = every_number_said("usual-decay")
    assert f"{last:.4f}" in said and f"{remembered:.2f}" in said and remembered > 2000 * last


def test_gradients_that_are_never_cleared_swing_for_ever_unless_the_rate_is_large():
    def largest(alpha):
        theta, total, excess = np.array([-2.0, 4.0]), np.zeros(2), []
        for _ in range(1000):
            total = total + LINE.gradient(theta)
            theta = theta - alpha * total
            excess.append(LINE.excess(theta))
        return max(excess[:100]), max(excess[900:])

    assert largest(0.2)[1] == pytest.approx(largest(0.2)[0], rel=0.02)
    assert largest(2.1)[1] > 1e9


def test_the_wide_line():
    x, y = wide_line()
    problem = LeastSquares.line(x, y)
    assert 31 <= np.mean(x**2) < 31.5
    for name, edge in [("tape-at-a-tenth", 1), ("same-rate-in-keras", 0.5)]:
        assert f"{edge * problem.critical_rate:.3f}" in every_number_said(name)
    run = gradient_descent(problem.gradient, [0, 0], [0.05, 0.1], 100)
    assert run.diverged.tolist() == [False, True]
    assert (np.abs(run.theta[1, -1]) > 1e12).all()
    assert 2 < 0.1 * problem.curvatures[-1] - 1 < 2.5  # about twofold at each step


def test_the_edge_from_the_range_of_x():
    for length in (5, 10, 100):
        x = np.linspace(0, length, 10_001)
        assert LeastSquares.line(x, x).critical_rate == pytest.approx(6 / length**2, rel=0.12)


# The checker


def descend(x, y, start, learning_rate, steps, factor=1.0, kept=0.0):
    """Descend on `factor` times J, with a share of the old gradients that is not cleared."""
    theta, total = np.array(start, dtype=float), 0
    path = [theta]
    for _ in range(steps):
        error = theta[0] * x + theta[1] - y
        total = kept * total + factor * np.array([np.mean(error * x), np.mean(error)])
        theta = theta - learning_rate * total
        path.append(theta)
    return path


def with_rate(times):
    return lambda x, y, start, rate, steps: descend(x, y, start, times * rate, steps)


def broadcast_by_mistake(x, y, start, learning_rate, steps):
    path = [np.array(start)]
    for _ in range(steps):
        error = (path[-1][0] * x + path[-1][1])[:, None] - y
        slope = np.array([np.mean(error * x), np.mean(error)])
        path.append(path[-1] - learning_rate * slope)
    return path


def closed_form(x, y, start, learning_rate, steps):
    """Return the path from the powers of 1 − αλ, without a loop over steps."""
    X = np.column_stack([x, np.ones(len(x))])
    end = np.linalg.lstsq(X, y, rcond=None)[0]
    curvatures, directions = np.linalg.eigh(X.T @ X / len(x))
    powers = (1 - learning_rate * curvatures) ** np.arange(steps + 1)[:, None]
    return end + powers * (directions.T @ (np.asarray(start) - end)) @ directions.T


def recursive(x, y, start, learning_rate, steps):
    if steps == 0:
        return [list(start)]
    before = recursive(x, y, start, learning_rate, steps - 1)
    return [*before, list(descend(x, y, before[-1], learning_rate, 1)[1])]


def in_place(x, y, start, learning_rate, steps):
    path, X = [start.copy()], np.column_stack([x, np.ones_like(x)])
    for _ in range(steps):
        start -= learning_rate * X.T @ (X @ start - y) / len(x)
        path.append(start.copy())
    return path


def by_differences(x, y, start, learning_rate, steps):
    def loss(theta):
        return np.mean((theta[0] * x + theta[1] - y) ** 2) / 2

    path = [np.array(start)]
    for _ in range(steps):
        slope = [(loss(path[-1] + h) - loss(path[-1] - h)) / 2e-4 for h in 1e-4 * np.eye(2)]
        path.append(path[-1] - learning_rate * np.array(slope))
    return tuple(path)


def as_columns(x, y, start, learning_rate, steps):
    """Descend as PyTorch does, on inputs and targets (n, 1) in single precision."""
    x, y = np.float32(x)[:, None], np.float32(y)[:, None]
    w, b, path = np.float32(start[0]), np.float32(start[1]), [tuple(start)]
    for _ in range(steps):
        error = w * x + b - y
        w, b = w - learning_rate * (error * x).mean(), b - learning_rate * error.mean()
        path.append((float(w), float(b)))
    return path


def with_lrlab(x, y, start, learning_rate, steps):
    slope = LeastSquares.line(x, y).gradient
    return gradient_descent(slope, start, learning_rate, steps).theta


def one_after_the_other(x, y, start, learning_rate, steps):
    """Move b along a gradient that has already seen the new w."""
    w, b = start
    path = [(w, b)]
    for _ in range(steps):
        w = w - learning_rate * np.mean((w * x + b - y) * x)
        b = b - learning_rate * np.mean(w * x + b - y)
        path.append((w, b))
    return path


def in_batches(x, y, start, learning_rate, steps):
    path = [np.array(start)]
    for t in range(steps):
        some = np.arange(t, t + 8) % len(x)
        path.append(descend(x[some], y[some], path[-1], learning_rate, 1)[1])
    return path


def falling(x, y, start, learning_rate, steps):
    path = descend(x, y, start, learning_rate, min(steps, 5))
    for t in range(5, steps):
        path.append(descend(x, y, path[-1], 0.99 ** (t - 4) * learning_rate, 1)[1])
    return path


def halved(problem_of):
    return lambda *given: problem_of(*given[:3], given[3] / 2, given[4])


RIGHT = {
    "as it is": descend,
    "a list of lists": lambda *given: [list(map(float, theta)) for theta in descend(*given)],
    "2J with half the rate": halved(lambda *given: descend(*given, factor=2)),
    "rounded to single precision": lambda *given: np.float32(descend(*given)),
    "columns in single precision": as_columns,
    "closed form": closed_form,
    "recursive": recursive,
    "in place": in_place,
    "finite differences": by_differences,
    "with lrlab": with_lrlab,
}
WRONG = {
    "MSE": (lambda *given: descend(*given, factor=2), "2 times as long as that of J"),
    "SSE": (lambda x, *given: descend(x, *given, factor=2 * len(x)), "50 times as long"),
    "a factor for 25 points": (
        lambda x, *given: descend(x, *given, factor=len(x) / 25),
        "On 40 other points, with α = 0.11 and 33 steps: Your first step is 1.6 times as long",
    ),
    "halved twice": (with_rate(0.5), "0.5 times as long"),
    "always 0.05": (lambda *given: descend(*given[:3], 0.05, given[4]), "0.4545 times as long"),
    "always 20 steps": (lambda *given: descend(*given[:4], 20), "(34, 2) is asked for"),
    "always from (-2, 4)": (
        lambda x, y, start, *rest: descend(x, y, [-2, 4], *rest),
        "begin at the start",
    ),
    "uphill": (lambda *given: descend(*given, factor=-1), "uphill"),
    "never cleared": (lambda *given: descend(*given, kept=1), "nothing clears the old ones"),
    "half cleared": (lambda *given: descend(*given, kept=0.5), "Up to step 1 your path is right"),
    "falling after step 5": (falling, "Up to step 5 your path is right"),
    "batches": (in_batches, "points another way"),
    "one after the other": (one_after_the_other, "points another way"),
    "rounded": (lambda *given: np.round(descend(*given), 3), "rounded"),
    "no start": (lambda *given: descend(*given)[1:], "the start belongs to it"),
    "no end": (lambda *given: descend(*given)[:-1], "the start belongs to it"),
    "the end alone": (lambda *given: descend(*given)[-1], "a row for each θ"),
    "on its side": (lambda *given: np.transpose(descend(*given)), "a row for each θ"),
    "intercept first": (lambda *given: np.array(descend(*given))[:, ::-1], "changed places"),
    "another start": (lambda x, y, start, *r: descend(x, y, start + 1, *r), "begin at the start"),
    "the same rows": (lambda *given: [descend(*given)[-1]] * (given[4] + 1), "note a copy"),
    "mixed shapes": (broadcast_by_mistake, "points another way"),
    "a word": (lambda *given: "path", "the text 'path'"),
    "an error": (lambda *given: 1 / 0, "ZeroDivisionError"),
    "too few arguments": (lambda x, y: 0, "TypeError"),
    "no function": (3, "Give the function itself"),
    "exploded": (lambda *given: np.full((given[4] + 1, 2), np.nan), "NaN"),
}
ANSWERS = {
    "same_path": (
        exercises.same_path,
        [*RIGHT.values()],
        [attempt for attempt, _ in WRONG.values()],
    ),
}


@pytest.mark.parametrize(("attempt", "hint"), WRONG.values(), ids=WRONG)
def test_another_path_gets_a_hint(attempt, hint):
    verdict = exercises.same_path(attempt)
    assert verdict.passed is False and hint in repr(verdict)


def test_an_exercise_not_begun_says_so():
    def empty(x, y, start, learning_rate, steps): ...

    for nothing in (..., empty):
        verdict = exercises.same_path(nothing)
        assert verdict.passed is None and "Not attempted" in verdict.text
