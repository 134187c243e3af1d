"""The lesson against finite differences, plain loops, and runs on both sides of every edge."""

import json
import re

import numpy as np
import pytest
from decoded import caption, drawn, in_points
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import datasets, exercises, explorers, gradient_descent, schedules
from lrlab.drawing.words import number
from lrlab.lessons.two_weights_deep import maths
from lrlab.lessons.two_weights_deep.maths import TwoWeights

x, y = datasets.line(intercept=0)
SURFACE = TwoWeights(x, y)
FALLING = TwoWeights([1.0, -2.0, 3.0], [-2.0, 5.0, -6.5])
SURFACES = [SURFACE, FALLING, TwoWeights([0.001, 0.003], [5e4, 2e5]), TwoWeights([1, 2], [9, 18])]
START = np.array([6.0, 0.5])


def differences(function, theta, step=1e-5):
    ways = step * np.eye(theta.shape[-1])
    return np.stack([(function(theta + way) - function(theta - way)) / (2 * step) for way in ways],
                    axis=-1)  # fmt: skip


def descend(surface, start, rate, steps):
    """Every (u, v) of a run, with derivatives of its own."""
    m, w = np.mean(surface.x**2), np.sum(surface.x * surface.y) / np.sum(surface.x**2)
    (u, v), went = start, [tuple(start)]
    for _ in range(steps):
        r = m * (u * v - w)
        u, v = u - rate * r * v, v - rate * r * u
        went.append((u, v))
        if max(abs(u), abs(v)) > 1e60:
            break
    return np.array(went)


# The surface


def test_the_loss_is_its_definition_and_gradient_and_sharpness_its_derivatives():
    theta = np.random.default_rng(0).uniform(-3, 3, (30, 2))
    for surface in (SURFACE, FALLING):
        for each in theta:
            expected = np.mean((each[0] * each[1] * surface.x - surface.y) ** 2) / 2
            assert surface.loss(each) == pytest.approx(expected)
        np.testing.assert_allclose(
            surface.gradient(theta), differences(surface.loss, theta), atol=1e-6
        )
        curved = differences(surface.gradient, theta)
        np.testing.assert_allclose(
            surface.sharpness(theta), np.linalg.eigvalsh(curved)[:, -1], rtol=1e-6, atol=1e-5
        )
        least = np.linalg.lstsq(surface.x[:, None], surface.y)[1][0] / (2 * len(surface.x))
        assert surface.loss([1, surface.slope]) == pytest.approx(least)


@pytest.mark.parametrize("surface", SURFACES)
def test_the_flattest_minimum_is_where_both_weights_are_as_large(surface):
    u = np.sqrt(abs(surface.slope)) * np.geomspace(0.01, 100, 801)
    found = surface.sharpness(np.stack([u, surface.slope / u], axis=-1))
    assert found.argmin() == 400 and found[400] == pytest.approx(surface.flattest)
    assert surface.highest_rate == pytest.approx(1 / abs(np.mean(surface.x * surface.y)))


@pytest.mark.parametrize("surface", [SURFACE, FALLING])
def test_a_run_that_settles_ends_where_alpha_can_hold_it(surface):
    rng = np.random.default_rng(5)
    begin = 5 * np.sqrt(abs(surface.slope)) * rng.uniform(-1, 1, (3000, 2))
    rates = surface.highest_rate * np.exp(rng.uniform(-4, 0.6, 3000))
    ends = gradient_descent(surface.gradient, begin, rates, 2500).theta[:, -1]
    settled = surface.excess(ends) < 1e-12 * surface.mean_square * surface.slope**2
    assert settled.sum() > 1000
    assert (rates * surface.sharpness(ends))[settled].max() < 2
    assert not settled[rates > surface.highest_rate].any()


def test_the_difference_of_squares_shrinks_as_the_formula_says():
    for rate in (0.01, 0.05, 0.08):
        theta = descend(SURFACE, START, rate, 12)
        d, r = theta[:, 0] ** 2 - theta[:, 1] ** 2, theta.prod(axis=1) - SURFACE.slope
        np.testing.assert_allclose(
            d[1:], d[:-1] * (1 - (rate * SURFACE.mean_square * r[:-1]) ** 2), rtol=1e-9
        )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TwoWeights([1, 2], [1]), r"y must have shape \(2,\), got \(1,\)"),
        (lambda: TwoWeights([[1]], [1]), "x must have shape"),
        (lambda: TwoWeights([0, 0], [1, 2]), "x must have its largest from 1e-50 to 1e50, got 0"),
        (lambda: TwoWeights([1, 1], [1, -1]), "y must rise or fall with x, got a best slope of 0"),
        (lambda: TwoWeights([1, np.nan], [1, -1]), "x must be finite, got nan"),
        (lambda: SURFACE.gradient([1.0]), "theta must have shape"),
        (lambda: maths.network_loss(np.zeros(7)), "theta must have shape"),
        (lambda: maths.digits_gradient(np.zeros((2, 65))), "theta must have shape"),
        (lambda: explorers.two_weights(SURFACE, steps=0), "steps must be an integer ≥ 1, got 0"),
        (lambda: explorers.two_weights(SURFACE, rates=1), "rates must be .* got 1"),
        (lambda: explorers.two_weights(SURFACE, steps=400), "steps .* must be at most .* got"),
    ],
)
def test_errors_name_what_was_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_picture_is_of_two_weights_only():
    with pytest.raises(TypeError, match=r"surface must be a TwoWeights, got \[1, 2\]"):
        explorers.two_weights([1, 2])


# The measured losses


def test_gradients_of_network_and_logistic_regression_are_the_derivatives():
    rng = np.random.default_rng(2)
    for loss, gradient, size in [
        (maths.network_loss, maths.network_gradient, 1200),
        (maths.digits_loss, maths.digits_gradient, 65),
    ]:
        theta, way = rng.normal(0, 0.1, size), rng.normal(0, 1e-5, size)
        slope = (loss(theta + way) - loss(theta - way)) / 2
        assert slope == pytest.approx(way @ gradient(theta), rel=1e-5)


def test_the_digits_loss_is_least_where_scikit_learn_says():
    from sklearn.linear_model import LogisticRegression

    images, digit = datasets.digits(3, 8)
    pixels = np.column_stack([images, np.ones(len(images))])[:250]
    model = LogisticRegression(C=1 / (250 * 0.01), fit_intercept=False, tol=1e-10, max_iter=10_000)
    best = model.fit(pixels, digit[:250] == 8).coef_[0]
    assert np.abs(maths.digits_gradient(best)).max() < 1e-6
    p = model.predict_proba(pixels)[:, 1]
    hessian = pixels.T * (p * (1 - p)) @ pixels / 250 + 0.01 * np.eye(65)
    assert 2.46 < 2 / np.linalg.eigvalsh(hessian)[-1] < 2.5


def test_the_networks_sharpness_is_the_largest_eigenvalue():
    theta = gradient_descent(maths.network_gradient, maths.network_start(), 0.2, 300).theta[-1]
    hessian = differences(maths.network_gradient, theta, 1e-4)
    true = np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1]
    assert maths.network_sharpness(theta) == pytest.approx(true, rel=0.03)
    losses, sharpness = maths.network_run(0.2, 300, 300)
    assert sharpness[-1] == maths.network_sharpness(theta)
    assert losses.tolist() == [maths.network_loss(each) for each in (maths.network_start(), theta)]


# The explorer


@pytest.fixture(scope="module")
def book():
    return explorers.two_weights(SURFACE)


@pytest.mark.parametrize("surface", SURFACES)
def test_what_travels_is_small_and_every_sentence_is_one(surface, book):
    book = book if surface is SURFACE else explorers.two_weights(surface)
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(map(len, buffers)) <= 400_000
    assert len(book.sliders["α"].values) >= 60
    for index in np.ndindex(*book.shape[:3]):
        text = caption(book, (*index, 40))
        assert re.fullmatch(r"[AN].*\.", text) and "nan" not in text and "inf" not in text
        assert len(text) <= 200
    book._repr_mimebundle_()


def test_special_rates_are_positions_exactly(book):
    slider, edge = book.sliders["α"], 2 / SURFACE.sharpness(START)
    marks = {name: slider.values[at] for at, name in slider.marks.items()}
    assert marks == {"2/λ at (6, 0.5)": edge, "2/λ_flattest": SURFACE.highest_rate}
    assert 2 * edge in slider.values
    for at, rate in enumerate(slider.values):
        name = "some minima hold" if rate <= SURFACE.highest_rate else "none"
        assert slider.band(at) == name
    assert 6.0 in book.sliders["start u"].values and 0.5 in book.sliders["start v"].values


@pytest.mark.parametrize("surface", [SURFACE, FALLING])
def test_what_is_said_of_each_run_is_so(surface, book):
    book = book if surface is SURFACE else explorers.two_weights(surface)
    rates, *starts = (book.sliders[name].values for name in ("α", "start u", "start v"))
    begin = np.stack(np.meshgrid(*starts, indexing="ij"), axis=-1)
    run = gradient_descent(surface.gradient, begin, rates[:, None, None], 2000)
    for index in np.ndindex(*book.shape[:3]):
        text, last = caption(book, (*index, 40)), run.theta[index][-1]
        rate = rates[index[0]]
        held = re.search(r"below 2/α = (.*?)\.(?: |$)", text)
        if rate < surface.highest_rate * (1 - 1e-9):
            assert held[1] == number(2 / rate)
        if (surface.gradient(begin[index[1:]]) == 0).all():
            assert text.endswith("This one begins where the gradient is 0, and stays.")
            continue
        first = number(surface.sharpness(begin[index[1:]]), 2)
        assert f"Begun at sharpness {first}, this run" in text
        if "settles at" in text:
            assert surface.excess(last) < 1e-9 * surface.mean_square * surface.slope**2
            said = float(re.search(r"settles at (.*)\.$", text)[1].replace(",", ""))
            assert said == pytest.approx(surface.sharpness(last), rel=0.06)
        elif "explodes" in text:
            assert np.abs(last).max() > 1e40
        else:
            assert text.endswith("has not settled after 40 steps.")


@pytest.mark.parametrize("at", [0, 20, 21, 30, 34, 40, 57, 62])
@pytest.mark.parametrize(("i", "j"), [(11, 4), (5, 0), (2, 8)])
def test_the_picture_goes_where_the_loop_goes(book, at, i, j):
    rate, start = book.sliders["α"].values[at], (
        book.sliders["start u"].values[i], book.sliders["start v"].values[j])  # fmt: skip
    theta = descend(SURFACE, start, rate, 40)
    left, right = book.figure.axes
    circle, level, trail, dot, curve = range(5)
    index = (at, i, j, 40)
    seen, expected = drawn(book, trail, index), in_points(left, theta)
    inside = np.flatnonzero((np.abs(theta) <= 7).all(axis=1))[-1] + 1
    np.testing.assert_allclose(seen[:inside], expected[:inside], atol=1 / 16)
    if len(theta) == 41:
        np.testing.assert_allclose(drawn(book, dot, index)[0], expected[-1], atol=1 / 16)
    else:
        assert np.isnan(seen[inside + 1 :]).all()
    ring = drawn(book, circle, index)
    angle = np.linspace(0, 2 * np.pi, 73)
    radius = np.sqrt(2 / rate / np.mean(x * x))
    points = radius * np.column_stack([np.cos(angle), np.sin(angle)])
    near = (np.abs(points) < 14).all(axis=1)
    np.testing.assert_allclose(ring[near], in_points(left, points)[near], atol=1 / 16)
    sharp = SURFACE.sharpness(theta)
    known = np.flatnonzero(sharp < 1e3)
    places = in_points(right, np.column_stack([np.arange(len(theta)), sharp]))
    np.testing.assert_allclose(drawn(book, curve, index)[known], places[known], atol=2 / 16)
    height = in_points(right, np.array([[0, 2 / rate]]))[0, 1]
    np.testing.assert_allclose(drawn(book, level, index)[:, 1], height, atol=1 / 16)


def test_the_scenes_show_what_the_page_for_lecturers_says(book):
    said = []
    for scene in book.scenes:
        book.position = scene
        said.append(book.seen)
    ends = ["settles" if "settles" in each else "explodes" for each in said]
    assert ends == ["settles"] * 3 + ["explodes", "settles", "explodes"] or ends[:5] == (
        ["settles"] * 3 + ["explodes", "settles"]
    )
    assert "rises" not in said[0] and all("rises" in each for each in said[1:3])
    assert said[5].startswith("No minimum holds") and "settles" not in said[5]


def test_just_above_the_edge_of_the_start_the_run_is_thrown_and_settles(book):
    for at in range(22, 33):
        text = caption(book, (at, 11, 4, 40))
        assert "rises to" in text or "not settled" in text
    assert 2 / SURFACE.sharpness(START) == book.sliders["α"].values[20]


# The exercises

EDGE = 2 / SURFACE.sharpness(START)


def check_ramp(attempt):
    return exercises.warm_up(attempt, SURFACE, START, 4 * EDGE, 30)


def ramp(low, high, steps):
    return lambda t: EDGE * min(high, low + (high - low) * t / steps)


def listed(schedule):
    return [schedule(t) for t in range(400)]


def by_loops(x, weights):
    total = 0
    for k in range(len(weights)):
        product = 1.0
        for j, each in enumerate(weights):
            product *= each if j != k else 1
        total += product**2
    return total * sum(each**2 for each in x) / len(x)


def by_hessian(x, weights):
    others = np.array([np.prod(np.delete(weights, k)) for k in range(len(weights))])
    return np.linalg.eigvalsh(np.mean(x**2) * np.outer(others, others))[-1]


def by_examples(x, weights):
    rows = np.outer(x, np.prod(weights) / weights)
    return np.linalg.norm(rows, 2) ** 2 / len(x)


def by_log(x, weights):
    size = np.exp(2 * np.sum(np.log(np.abs(weights))))
    return np.dot(x, x) / x.size * size * np.sum(weights**-2.0)


def in_place(x, weights):
    x *= x
    weights **= 2
    return x.mean() * weights.prod() * (1 / weights).sum()


def of_two(function):
    return lambda x, w: function(x, w) if len(w) == 2 else np.mean(x**2)


RIGHT_SHARPNESS = [
    by_loops,
    by_hessian,
    by_examples,
    by_log,
    in_place,
    lambda x, w: [np.mean(x**2) * np.sum((np.prod(w) / w) ** 2)],
    lambda x, w: np.array(np.mean(x**2) * np.sum((np.prod(w) / w) ** 2)),
    lambda x, w: float(np.var(x) + np.mean(x) ** 2) * sum((w.prod() / each) ** 2 for each in w),
]
WRONG_SHARPNESS = [
    lambda x, w: np.mean(x**2) * np.sum(w**2),
    lambda x, w: np.mean(x**2),
    lambda x, w: 2 / by_loops(x, w),
    lambda x, w: by_loops(x, w) / 2,
    lambda x, w: len(x) * by_loops(x, w),
    lambda x, w: np.mean(x) ** 2 / np.mean(x**2) * by_loops(x, w),
    lambda x, w: np.mean(x**2) * np.max((np.prod(w) / w) ** 2),
    lambda x, w: np.mean(x**2) * np.sum(np.prod(w) / w) ** 2,
    lambda x, w: np.mean(x**2) * np.sum(np.abs(np.prod(w) / w)),
    lambda x, w: np.round(by_loops(x, w), 2),
    lambda x, w: 1.1 * by_loops(x, w),
    of_two(by_loops),
    lambda x, w: by_loops(x, w[:3]),
    lambda x, w: by_loops(np.ones(3), w),
    lambda x, w: np.mean(x**2) * len(w) * np.prod(np.abs(w)) ** (2 - 2 / len(w)),
    lambda x, w: w,
    lambda x, w: None,
    7.0,
]
RIGHT_RAMPS = [
    ramp(1, 4, 200),
    listed(ramp(1, 4, 200)),
    np.array(listed(ramp(1, 4, 250))),
    tuple(listed(ramp(0.95, 4, 300))),
    lambda t: np.array([ramp(1, 4, 290)(t)]),
    lambda t: np.float64(ramp(1, 4, 220)(t)),
    EDGE * np.append(np.geomspace(1, 4, 250), np.full(150, 4)),
    lambda t: EDGE * (2.5 - 1.5 * np.cos(np.pi * min(t, 280) / 280)),
    EDGE * np.append(np.linspace(1, 4, 290), np.full(110, 4)),
]
WRONG_RAMPS = [
    lambda t: 4 * EDGE,
    [4 * EDGE] * 400,
    ramp(0.5, 4, 200),
    ramp(1, 4, 10),
    ramp(1, 4, 25),
    ramp(1, 4, 350),
    ramp(1, 3, 100),
    lambda t: EDGE,
    lambda t: EDGE * (5 if t == 100 else ramp(1, 4, 200)(t)),
    lambda t: 0.0 if t < 50 else 4 * EDGE,
    listed(ramp(1, 4, 200))[:-1],
    listed(ramp(1, 4, 200)) + [4 * EDGE],
    [[rate] for rate in listed(ramp(1, 4, 200))],
    schedules.warmup(4 * EDGE, 300),
    lambda t: "0.1",
    lambda t: np.nan,
    0.1,
    iter(listed(ramp(1, 4, 200))),
]
ANSWERS = {
    "sharpness_in_a_row": (exercises.sharpness_in_a_row, RIGHT_SHARPNESS, WRONG_SHARPNESS),
    "warm_up": (check_ramp, RIGHT_RAMPS, WRONG_RAMPS),
}


def test_a_run_that_rests_where_alpha_cannot_hold_it_is_told_so():
    slow = listed(lambda t: EDGE * (0.5 if t < 300 else 4))
    assert "a nudge of a millionth" in check_ramp(slow).text
    assert check_ramp(...).passed is None


def test_the_hint_names_the_mistake():
    hint = exercises.sharpness_in_a_row(WRONG_SHARPNESS[0]).text
    assert "one weight" in hint
    mended = lambda x, w: np.mean(x**2) * (np.sum(w**2) if len(w) > 1 else 1)  # noqa: E731
    assert "right for two" in exercises.sharpness_in_a_row(mended).text
    assert "explodes" in check_ramp(WRONG_RAMPS[0]).text
    assert "on the way" in check_ramp(WRONG_RAMPS[4]).text
