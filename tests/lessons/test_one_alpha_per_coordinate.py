"""The lesson against plain loops, NumPy's eigenvalues, closed forms, and runs in turned views."""

import json
import re
from functools import cache

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, exercises, explorers, gradient_descent, schedules
from lrlab.lessons.one_alpha_per_coordinate import maths as rotation
from lrlab.optimizers import adagrad, adam, adamw, rmsprop

x, y = datasets.line()
x = 4 * x
X = np.column_stack([x, np.ones_like(x)])
H = X.T @ X / len(x)
BEST = np.linalg.lstsq(X, y)[0]
START = np.array([-0.5, 6.0])
VALLEY = LeastSquares(X, y)
OWN = np.degrees(np.arctan2(np.linalg.eigh(H)[1][1, 1], np.linalg.eigh(H)[1][0, 1])) % 180
FLAT = np.linalg.eigvalsh(H)[0]
NAMES = ["plain descent", "AdaGrad", "RMSProp", "Adam"]


@pytest.fixture(scope="module")
def book():
    return explorers.adaptive(x, y, start=START)


def turn(degrees):
    angle = np.radians(degrees - OWN)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@cache
def walk(name, rate, degrees, steps):
    """Every φ (steps + 1, 2) and its excess loss, coordinate by coordinate."""
    R = turn(degrees)
    turned = R @ H @ R.T
    phi = R @ (START - BEST)
    v, s, went = np.zeros(2), np.zeros(2), [phi]
    for t in range(1, steps + 1):
        g = turned @ phi
        if name == "AdaGrad":
            s = s + g * g
            g = g / (np.sqrt(s) + 1e-10)
        elif name == "RMSProp":
            s = 0.9 * s + 0.1 * g * g
            g = g / (np.sqrt(s) + 1e-8)
        elif name == "Adam":
            v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g * g
            g = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
        phi = phi - rate * g
        went.append(phi)
    went = np.array(went)
    return went, 0.5 * np.einsum("ti,ij,tj->t", went, turned, went)


def hundredth(excess):
    low = excess <= 0.01 * excess[0]
    return int(np.argmax(low)) if low.any() else None


def test_the_own_angle_shows_the_parameters_themselves():
    assert rotation.own_angle(VALLEY) == pytest.approx(OWN)
    np.testing.assert_allclose(rotation.hessian(VALLEY, OWN), H, rtol=1e-12)
    np.testing.assert_allclose(rotation.turned(VALLEY, OWN, START), START - BEST, rtol=1e-10)


@pytest.mark.parametrize("shift", [-9.0, -1.0, 0.0, 3.0])
def test_any_line_has_its_own_angle_between_0_and_90(shift):
    problem = LeastSquares.line(x + shift, y)
    own = rotation.own_angle(problem)
    assert 0 <= own <= 90
    np.testing.assert_allclose(rotation.hessian(problem, own), problem.hessian, atol=1e-12)
    steep = rotation.directions(problem, 0)[:, 1]
    assert abs(steep[0]) == pytest.approx(1) and steep[1] == 0


@pytest.mark.parametrize("degrees", [0, 7, 45, 80, 90, 200, -30])
def test_a_turned_view_has_the_same_curvatures_and_losses(degrees):
    R = turn(degrees)
    np.testing.assert_allclose(rotation.hessian(VALLEY, degrees), R @ H @ R.T, atol=1e-12)
    rng = np.random.default_rng(0)
    theta = rng.normal(0, 3, (20, 2))
    phi = rotation.turned(VALLEY, degrees, theta)
    np.testing.assert_allclose(phi, (theta - BEST) @ R.T, atol=1e-10)
    np.testing.assert_allclose(rotation.excess(VALLEY, degrees, phi), VALLEY.excess(theta))
    slope = rotation.gradient(VALLEY, degrees)(phi)

    def height(way):
        return rotation.excess(VALLEY, degrees, phi + way)

    rise = [height(way) - height(-way) for way in 1e-6 * np.eye(2)]
    np.testing.assert_allclose(slope, np.transpose(rise) / 2e-6, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("degrees", [0, 3, 11, 45, 60, 90])
def test_no_units_leave_a_smaller_condition_than_those_that_make_the_diagonal_one(degrees):
    turned = rotation.hessian(VALLEY, degrees)
    left = rotation.scaled_condition(VALLEY, degrees)
    unit = turned / np.sqrt(np.outer(np.diag(turned), np.diag(turned)))
    assert np.linalg.cond(unit) == pytest.approx(left)
    for ratio in np.geomspace(1e-3, 1e3, 121):
        scale = np.array([1, ratio])
        assert np.linalg.cond(turned * np.outer(scale, scale)) >= left * (1 - 1e-9)


def test_at_45_degrees_units_gain_nothing_and_at_0_everything():
    kappa = np.linalg.cond(H)
    left = rotation.scaled_condition(VALLEY, [0, 45, 90])
    np.testing.assert_allclose(left, [1, kappa, 1], rtol=1e-9)


@pytest.mark.parametrize("rule", [adagrad(), rmsprop(0.9), adam()])
def test_along_the_axes_no_curvature_changes_the_path(rule):
    runs = [
        gradient_descent(lambda e, c=c: c * e, [0.4, 3.4], 0.5, 30, optimizer=rule).theta
        for c in np.array([[1, 1], [20.5, 0.27], [1e6, 1]])
    ]
    np.testing.assert_allclose(runs[1], runs[0], atol=1e-4)
    np.testing.assert_allclose(runs[2], runs[0], atol=1e-4)


@pytest.mark.parametrize("rule", [adagrad(), rmsprop(0.9), adam()])
def test_the_scale_of_the_loss_divides_out(rule):
    runs = [
        gradient_descent(lambda theta, c=c: c * VALLEY.gradient(theta), START, 0.5, 25,
                         optimizer=rule).theta
        for c in (1, 1000)
    ]  # fmt: skip
    np.testing.assert_allclose(runs[0], runs[1], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("rho", [0.5, 0.9, 0.95])
@pytest.mark.parametrize("degrees", [0, 20, 70])
def test_rmsprop_ends_in_two_corners_of_a_square_whatever_rho(rho, degrees):
    begin = rotation.turned(VALLEY, degrees, START)
    slope = rotation.gradient(VALLEY, degrees)
    phi = gradient_descent(slope, begin, 0.3, 3000, optimizer=rmsprop(rho)).theta
    np.testing.assert_allclose(np.abs(phi[-2:]), 0.15, rtol=1e-5)
    np.testing.assert_allclose(phi[-1], -phi[-2], rtol=1e-5)


@pytest.mark.parametrize("ratio", [0.99, 1.01])
def test_a_frozen_adam_has_its_edge_at_38(ratio):
    error, v = 1.0, 0.0
    for _ in range(20_000):
        v = 0.9 * v + 0.1 * error
        error = error - 38 * ratio * v
        if abs(error) > 1e6:
            break
    assert (abs(error) > 1e6) == (ratio > 1)


def test_what_the_questions_say_is_so():
    plain = [hundredth(walk("plain descent", VALLEY.fastest_rate, a, 200)[1]) for a in (0, 30, 45)]
    assert plain == [87] * 3
    assert [hundredth(walk("Adam", 0.2, a, 200)[1]) for a in (0, 45)] == [18, 59]


def test_momentum_is_what_adam_keeps_at_45_degrees():
    begin = rotation.turned(VALLEY, 45, START)
    rates = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
    least = []
    for beta1 in (0.0, 0.9):
        path = gradient_descent(rotation.gradient(VALLEY, 45), begin, rates, 500,
                                optimizer=adam(beta1)).theta  # fmt: skip
        counts = [hundredth(each) for each in rotation.excess(VALLEY, 45, path)]
        least.append(min(filter(None, counts)))
    assert least[1] < 0.5 * least[0] and 60 < least[0] < 87


@pytest.mark.parametrize("start", [tuple(START), (500, -900)])
@pytest.mark.parametrize("unit", [1e-4, 1, 1000])
def test_what_travels_to_the_browser_is_small(start, unit):
    state, _, buffers = _remove_buffers(explorers.adaptive(unit * x, y, start=start).get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000


def test_special_positions_are_exact(book):
    rates = book.sliders["α"]
    named = {name: rates.values[at] for at, name in rates.marks.items()}
    low, high = np.linalg.eigvalsh(H)
    assert named == pytest.approx({"2/λ_max": 2 / high, "fastest": 2 / (low + high)})
    angles = book.sliders["angle"]
    assert {name: angles.values[at] for at, name in angles.marks.items()} == {
        "w, b": pytest.approx(OWN)
    }
    assert {0.0, 45.0, 90.0} <= set(angles.values.tolist())


@pytest.mark.parametrize("i", range(4))
@pytest.mark.parametrize("j", [0, 4, 7, 9])
@pytest.mark.parametrize("k", [0, 1, 4, 6])
def test_the_picture_goes_where_the_loop_goes(book, i, j, k):
    rate, degrees = book.sliders["α"].values[j], book.sliders["angle"].values[k]
    theta, excess = walk(NAMES[i], rate, degrees, 100)
    # A bouncing RMSProp makes much of rounding for a while; so does plain descent far outside.
    sure = 25 if NAMES[i] == "RMSProp" else 101
    left, right = book.figure.axes
    _, trail, upright, curve, _ = range(5)
    where = (i, j, k, 100)
    expected = in_points(left, theta)
    limit = left.get_xlim()[1]
    outside = (np.abs(theta) > limit).any(axis=-1)
    if i == 0 and outside.any():
        sure = int(np.argmax(outside))
    near = (np.abs(expected) < 2000).all(axis=-1) & (np.arange(101) < sure)
    np.testing.assert_allclose(drawn(book, trail, where)[near], expected[near], atol=2 / 16)
    for layer, loss in [(curve, excess), (upright, walk(NAMES[i], rate, 0, 100)[1])]:
        known = (loss > 1e-9) & (loss < 1e9) & (np.arange(101) < sure)
        points = in_points(right, np.column_stack([np.arange(101), loss]))[known]
        np.testing.assert_allclose(drawn(book, layer, where)[known], points, atol=3 / 16)


def test_the_curve_of_plain_descent_does_not_feel_the_turn(book):
    for j in range(5):
        at = [drawn(book, 3, (0, j, k, 100)) for k in range(book.shape[2])]
        for each in at[1:]:
            np.testing.assert_allclose(each, at[0], atol=1 / 16)


def test_the_valley_can_be_taken_by_the_end_of_its_floor(book):
    left = book.figure.axes[0]
    for k, degrees in enumerate(book.sliders["angle"].values):
        grip = drawn(book, 4, (0, 0, k, 0))[0]
        scale = in_points(left, [[1, 0], [0, 0], [0, 1]])
        phi = (grip - scale[1]) / [scale[0, 0] - scale[1, 0], scale[2, 1] - scale[1, 1]]
        R = turn(degrees)
        slope = R @ H @ R.T @ phi
        np.testing.assert_allclose(slope, FLAT * phi, atol=0.5)  # an eigenvector, the flat one
        assert (np.abs(phi) < left.get_xlim()[1]).all()


def test_the_rings_turn_with_the_valley(book):
    left = book.figure.axes[0]
    for k, degrees in enumerate(book.sliders["angle"].values):
        ring = drawn(book, 0, (0, 0, k, 100))[:65]
        scale = in_points(left, [[1, 0], [0, 0], [0, 1]])
        phi = (ring - scale[1]) / [scale[0, 0] - scale[1, 0], scale[2, 1] - scale[1, 1]]
        R = turn(degrees)
        heights = 0.5 * np.einsum("ti,ij,tj->t", phi, R @ H @ R.T, phi)
        np.testing.assert_allclose(heights, heights.mean(), rtol=0.12)


def test_the_sentence_says_what_the_run_does(book):
    rates, angles = book.sliders["α"].values, book.sliders["angle"].values
    seen = set()
    for i, name in enumerate(NAMES):
        for j, rate in enumerate(rates):
            upright = hundredth(walk(name, rate, 0, 100)[1])
            for k, degrees in enumerate(angles):
                text = caption(book, (i, j, k, 100))
                assert re.fullmatch(r"[A-Z].*\.", text) and len(text) <= 200
                assert text.startswith("At 0°" if degrees == 0 else "Turned by")
                excess = walk(name, rate, degrees, 100)[1]
                here, times = hundredth(excess), excess[-1] / excess[0]
                if name == "plain descent" and rate >= 2 / np.linalg.eigvalsh(H)[1] * (1 - 1e-9):
                    seen.add(re.search(r"bounces for ever|over its edge", text)[0])
                elif here is None:
                    assert "is not at 1 % yet" in text
                elif name != "RMSProp":
                    assert f"excess loss at step {here}" in text
                if degrees and name not in ("plain descent", "RMSProp") and upright != here:
                    assert f"at 0° {f'at step {upright}' if upright else 'not'}" in text
                elif degrees and name == "plain descent":
                    assert "as at 0°" in text
                if name != "RMSProp" and 1e-12 < times < 1e6:
                    said = re.search(r"steps ([^a-z]*) % of|loss is (.*) times", text)
                    value = read(said[1]) / 100 if said[1] else read(said[2])
                    assert value == pytest.approx(times, rel=0.06)
    assert seen == {"bounces for ever", "over its edge"}


@pytest.mark.parametrize(
    "data",
    [([-1, 1], [1, 2]), ([1000, 1001, 1003], [5, 5, 6]), ([-3, -1, -2], [1, 2, 2]),
     ([1e-3, 2], [3, 4])],
)  # fmt: skip
def test_any_data_make_a_picture(data):
    book = explorers.adaptive(*data)
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
    for slider in book.sliders.values():
        assert len(set(slider.labels)) == len(slider.labels)
    book._repr_mimebundle_()


def test_from_the_minimum_nothing_moves():
    book = explorers.adaptive([0, 1, 2], [1, 2, 3], start=(1, 1))
    assert "starts at the minimum" in book.seen or "1 %" in book.seen
    assert "starts at the minimum" in explorers.adaptive([0, 1], [0, 0]).seen


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [(([0, 1],), {}, "y must be given"), (([0, 1], [0, 1]), {"start": 3}, "start"),
     (([0, 1], [0, 1]), {"steps": 0}, "steps"), (([2, 2], [0, 1]), {}, "x must")],
)  # fmt: skip
def test_bad_arguments_are_named(arguments, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        explorers.adaptive(*arguments, **options)


def test_only_two_parameters_can_be_turned():
    with pytest.raises(ValueError, match="two parameters, got 3"):
        rotation.directions(LeastSquares(np.eye(3), [1, 2, 3]), 10)
    with pytest.raises(ValueError, match="degrees must be finite"):
        rotation.hessian(VALLEY, np.nan)


def whitened(X):
    return X @ np.linalg.eigh(X.T @ X)[1]


def along_singular_vectors(X):
    return X @ np.linalg.svd(X)[2].T


def gram_schmidt(X):
    columns = []
    for column in X.T:
        for other in columns:
            column = column - other * (other @ column) / (other @ other)
        columns.append(column)
    return np.array(columns).T.tolist()


def in_place(X):
    X[:] = np.linalg.qr(X)[0]
    return X


def root_of_the_inverse(X):
    values, vectors = np.linalg.eigh(X.T @ X / len(X))
    return X @ vectors / np.sqrt(values) @ vectors.T


ANSWERS = {
    "rescaled": (
        exercises.rescaled,
        [lambda s: (1 / s**2, 1 / s, s), lambda s: [s**-2.0, s**-1.0, s],
         lambda s: np.array([1 / s / s, 1 / s, s]), lambda s: 1.0 / s ** np.array([2, 1, -1]),
         lambda s: (np.float64(s) ** -2, np.float64(s) ** -1, np.float64(s)),
         lambda s: tuple(s**power for power in (-2, -1, 1)),
         lambda s: np.array([1 / s, 1, s * s]) / s,
         lambda s: [1 / (s * s), s / (s * s), 1 / (1 / s)]],
        [lambda s: (1 / s**2, 1, 1), lambda s: (1 / s, 1 / s, s), lambda s: (s**2, s, 1 / s),
         lambda s: (1 / s**2, 1 / s**2, s), lambda s: (1 / s, 1 / s**2, s), lambda s: 1 / s,
         lambda s: (1, 1, 1), lambda s: (1 / s**2, 1 / s), lambda s: (1 / s**2, 1 / s, 1),
         lambda s: (1 / s**2, 1 / s, 1 / s), lambda s: (1 / s**2, 1 / s, s**2),
         lambda s: (1 / 16, 1 / 4, 4), lambda s: (1e-6, 1e-3, 1e3), (1 / 16, 1 / 4, 4),
         lambda s: (1 / s**2, 1 / s**0.5, s), lambda s: "1/s**2, 1/s, s", lambda s: None],
    ),
    "whiten": (
        exercises.whiten,
        [whitened, lambda X: np.linalg.qr(X)[0], along_singular_vectors, gram_schmidt, in_place,
         lambda X: X @ np.linalg.inv(np.linalg.cholesky(X.T @ X)).T, root_of_the_inverse,
         lambda X: np.linalg.svd(X, full_matrices=False)[0],
         lambda X: 1000 * whitened(X)[:, ::-1]],
        [lambda X: X, lambda X: whitened(X - X.mean(axis=0)), lambda X: X[:, :1], lambda X: X * 0,
         lambda X: np.full(X.shape, "a"), lambda X: X / X.std(axis=0), lambda X: X.T,
         lambda X: (X - X.mean(axis=0)) / X.std(axis=0), lambda X: X - X.mean(axis=0),
         lambda X: X @ np.linalg.inv(X.T @ X), lambda X: np.eye(len(X))[:, : X.shape[1]],
         lambda X: np.column_stack([X[:, 0]] * X.shape[1]), lambda X: whitened(X).round(1),
         lambda X: np.linalg.qr(X[:, :2])[0], whitened(X), lambda X: X @ X.T,
         lambda X: X @ np.array([[0.8, -0.6], [0.6, 0.8]])],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_hints_differ(name):
    check, _, wrong = ANSWERS[name]
    hints = {re.sub(r"[\d.]+", "", check(each).text) for each in wrong}
    assert len(hints) >= 6 and check(...).passed is None


@pytest.mark.parametrize("s", [0.2, 30.0])
def test_the_factors_of_a_unit_make_the_same_run(s):
    one, other = (LeastSquares(scale * x[:, None], y) for scale in (1, s))
    plain = [gradient_descent(p.gradient, [3.0 / q], 0.02 / q**2, 50).theta * q
             for p, q in ((one, 1), (other, s))]  # fmt: skip
    np.testing.assert_allclose(*plain, rtol=1e-9)
    runs = [
        gradient_descent(p.gradient, [3.0 / q], 0.1 / q, 200,
                         optimizer=adamw(eps=1e-30, weight_decay=0.3 * q)).theta * q
        for p, q in ((one, 1), (other, s))
    ]  # fmt: skip
    np.testing.assert_allclose(*runs, rtol=1e-7)


def test_a_heavy_ball_with_known_curvatures_is_below_adam_for_good():
    begin = np.array(START) - BEST
    low, high = np.linalg.eigvalsh(H)
    low, high = np.sqrt([low, high])
    best = (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2
    for (rate, beta), first, for_good in [(best, 26, 26), ((0.1, 0.9), 10, 46)]:
        before = now = begin
        excess = []
        for _ in range(400):
            excess.append(0.5 * now @ H @ now)
            before, now = now, now - rate * H @ now + beta * (now - before)
        above = np.array(excess) > 0.01 * excess[0]
        assert (np.argmin(above), np.flatnonzero(above)[-1] + 1) == (first, for_good)


@pytest.mark.parametrize("weight_decay", [1.0, 2.0])
def test_adamw_ends_at_one_over_its_decay_where_the_minimum_is_farther(weight_decay):
    problem = LeastSquares(X / [4, 1], y)
    assert (problem.minimizer > 1 / weight_decay).all()
    rate = schedules.linear(0.01, 4000)
    rule = adamw(weight_decay=weight_decay)
    end = gradient_descent(problem.gradient, [0, 0], rate, 4000, optimizer=rule).theta[-1]
    np.testing.assert_allclose(end, 1 / weight_decay, rtol=0.02)


def test_what_adamw_took_in_fades_by_one_minus_alpha_delta_a_step():
    rate, decay = 0.02, 0.3
    run = gradient_descent(VALLEY.gradient, START, rate, 300, optimizer=adamw(weight_decay=decay))
    own = adam()
    state, taken = own.init(START), []
    for theta in run.theta[:-1]:
        direction, state = own.update(VALLEY.gradient(theta), state)
        taken.append(rate * direction)
    fade = (1 - rate * decay) ** np.arange(300)[::-1]
    expected = (1 - rate * decay) ** 300 * START - fade @ np.array(taken)
    np.testing.assert_allclose(run.theta[-1], expected, rtol=1e-9)


def test_a_whitened_adam_does_not_feel_the_angle():
    counts = []
    for degrees in (0, 20, 45, 70):
        R = turn(degrees)
        table = X @ R.T
        new = LeastSquares(whitened(table), y)
        begin = np.linalg.lstsq(new.X, X @ START)[0]
        run = gradient_descent(new.gradient, begin, 0.2, 100, optimizer=adam())
        counts.append(hundredth(new.excess(run.theta)))
    assert counts == [18] * 4
