"""The lesson against finite differences, scikit-learn, and runs on both sides of every edge."""

import json
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from decoded import caption, content, drawn, in_points, read
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import datasets, exercises, explorers, gradient_descent
from lrlab.drawing.words import number
from lrlab.flipbook import still
from lrlab.lessons.beyond_the_bowl import picture
from lrlab.lessons.beyond_the_bowl.exercises import POTHOLES
from lrlab.lessons.beyond_the_bowl.maths import Logistic, TwoMinima
from lrlab.predict import predict

pytestmark = pytest.mark.filterwarnings("error")

rng = np.random.default_rng(0)
HOLES = TwoMinima()
SURFACES = [HOLES, TwoMinima(height=-1.5), TwoMinima((6, 40), (0.5, 2.5), 0.2)]
STARTS = {"far left": (-2.4, 0.9), "in the pothole": (-1.1, 0.45),
          "below left": (-2.0, -1.5), "on the right": (2.6, 1.4)}  # fmt: skip


def some_logistic(n=60, d=4, penalty=0.05):
    X = rng.standard_normal((n, d)) * [1, 2, 3, 1]
    return Logistic(X, (X @ [1, -1, 0.5, 0] + rng.standard_normal(n) > 0) * 1.0, penalty)


def differences(function, theta, step=1e-5):
    """The derivatives of a function of θ (..., d) along each axis, on a new last axis."""
    ways = step * np.eye(theta.shape[-1])
    return np.stack([(function(theta + way) - function(theta - way)) / (2 * step) for way in ways],
                    axis=-1)  # fmt: skip


def descend(surface, theta, rate, steps):
    went = [np.array(theta, float)]
    for _ in range(steps):
        went.append(went[-1] - rate * surface.gradient(went[-1]))
    return np.array(went)


# The surfaces


@pytest.mark.parametrize("surface", [some_logistic(), *SURFACES], ids=lambda s: repr(s)[:30])
def test_gradient_and_hessian_are_the_derivatives(surface):
    d = 4 if isinstance(surface, Logistic) else 2
    theta = rng.uniform(-2.5, 2.5, (5, 40, d))
    slopes = differences(surface.loss, theta)
    np.testing.assert_allclose(surface.gradient(theta), slopes, rtol=1e-5, atol=1e-6)
    curved = differences(surface.gradient, theta)
    np.testing.assert_allclose(surface.hessian(theta), curved, rtol=1e-4, atol=1e-4)


def test_the_loss_of_logistic_regression_is_its_definition():
    surface, theta = some_logistic(), rng.standard_normal(4)
    p = 1 / (1 + np.exp(-surface.X @ theta))
    entropy = -np.log(np.where(surface.y == 1, p, 1 - p)).mean()
    assert surface.loss(theta) == pytest.approx(entropy + 0.025 * theta @ theta)
    np.testing.assert_allclose(surface.probabilities(theta), p)


def test_the_minimizer_is_that_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    surface = some_logistic()
    model = LogisticRegression(C=1 / (60 * 0.05), fit_intercept=False, tol=1e-10, max_iter=10_000)
    best = model.fit(surface.X, surface.y).coef_[0]
    np.testing.assert_allclose(surface.minimizer, best, atol=1e-5)
    assert surface.excess(surface.minimizer) == 0 < surface.excess(best + 0.1)


def test_scores_too_large_for_an_exponential_are_no_trouble():
    surface = Logistic([[1e4], [-1e4], [3e4]], [1, 1, 0], 1.0)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.isfinite(surface.loss([[50.0], [-50.0]])).all()
        assert np.isfinite(surface.hessian([50.0])).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_bound_holds_everywhere_and_below_it_every_step_goes_down(seed):
    some = np.random.default_rng(seed)
    X = some.standard_normal((12, 3)) * some.uniform(0.1, 5, 3)
    surface = Logistic(X, some.integers(0, 2, 12), 0.02)
    theta = some.normal(0, 3, (20, 3))
    assert np.linalg.eigvalsh(surface.hessian(theta)).max() <= surface.bound * (1 + 1e-12)
    assert np.linalg.eigvalsh(surface.hessian(np.zeros(3)))[-1] == pytest.approx(surface.bound)
    losses = surface.loss(gradient_descent(surface.gradient, theta, 1.99 / surface.bound, 60).theta)
    assert (np.diff(losses) <= 1e-12 * losses[:, :-1]).all()


def test_with_more_classes_the_weight_is_at_most_a_half():
    for p in rng.dirichlet(np.full(10, 0.1), 500):
        assert np.linalg.eigvalsh(np.diag(p) - np.outer(p, p))[-1] <= 0.5
    p = np.array([0.5, 0.5, 0])
    assert np.linalg.eigvalsh(np.diag(p) - np.outer(p, p))[-1] == pytest.approx(0.5)


@pytest.mark.parametrize("surface", SURFACES, ids=repr)
def test_each_minimum_is_one_and_has_about_the_curvatures_asked_for(surface):
    assert np.abs(surface.gradient(surface.minima)).max() < 1e-10
    np.testing.assert_allclose(surface.curvatures, [surface.sharp, surface.flat], rtol=1e-3)
    np.testing.assert_allclose(surface.loss(surface.minima), [surface.height, 0], atol=1e-3)
    np.testing.assert_allclose(surface.critical_rates * surface.curvatures[:, -1], 2)
    for k, place in enumerate(surface.minima):
        ring = place + 0.1 * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
        assert (surface.loss(ring) > surface.loss(place)).all()
        assert surface.reached(place) == k
    assert surface.reached([9.0, 9.0]) == -1


@pytest.mark.parametrize("surface", SURFACES, ids=repr)
def test_runs_stay_just_below_each_edge_and_leave_just_above(surface):
    ways = np.array([[1e-3, 1e-3], [-1e-3, 5e-4], [0, -1e-3]])
    for k in (0, 1):
        rates = np.array([[0.998], [1.002]]) * surface.critical_rates[k]
        run = gradient_descent(surface.gradient, surface.minima[k] + ways, rates, 2500)
        assert (surface.reached(run.theta[0, :, -1], within=5e-4) == k).all()
        assert (surface.reached(run.theta[1, :, -50:]) != k).all()
    far = gradient_descent(surface.gradient, [2.0, 2.0], 1.01 * surface.critical_rates[1], 3000)
    assert far.diverged


def test_far_out_it_is_the_flat_bowl():
    theta = np.array([[1e6, -1e6], [1e12, 3e12]])
    bowl = np.einsum("...i,ij,...j->...", theta, HOLES.hessian(HOLES.minima[1]), theta) / 2
    np.testing.assert_allclose(HOLES.loss(theta), bowl, rtol=1e-4)
    np.testing.assert_allclose(HOLES.hessian(theta)[1], HOLES.hessian(HOLES.minima[1]), rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Logistic([1.0, 2.0], [0, 1]), r"X must have shape \(≥ 1, ≥ 1\), got \(2,\)"),
        (lambda: Logistic([[1.0], [2.0]], [0, 2]), "y must be 0 or 1, got 2.0 at index 1"),
        (lambda: Logistic([[1.0]], [0, 1]), r"y must have shape \(1,\), got \(2,\)"),
        (lambda: Logistic([[1.0]], [0], 0), "penalty must be positive"),
        (lambda: Logistic([[1.0]], [0]).loss([1.0, 2.0]), "theta must have shape"),
        (lambda: TwoMinima(height=4), "height must be lower, .* got TwoMinima"),
        (lambda: TwoMinima(sharp=(1, 2), flat=(3, 4), height=-9), "sharp must be larger than flat"),
        (lambda: TwoMinima(sharp=(1, 2, 3)), r"sharp must have shape \(2,\)"),
        (lambda: TwoMinima(flat=(0, 1)), "flat must be positive"),
        (lambda: HOLES.gradient([1.0]), "theta must have shape"),
        (lambda: datasets.digits(3, 10), "which must be an integer from 0 to 9, got 10"),
        (lambda: explorers.two_minima(steps=0), "steps must be an integer ≥ 1, got 0"),
    ],
)
def test_errors_name_what_was_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_picture_is_of_two_minima_only():
    with pytest.raises(TypeError, match="surface must be a TwoMinima, got 3"):
        explorers.two_minima(3)


# What the notebook says


def test_the_training_images_can_be_separated():
    images, digit = datasets.digits(3, 8)
    X = np.column_stack([images, np.ones(len(images))])[:250]
    assert X.shape == (250, 65) and len(images) - 250 == 107
    theta = Logistic(X, (digit == 8)[:250] * 1.0, 1e-4).minimizer
    assert ((X @ theta > 0) == (digit == 8)[:250]).all()
    entropy = lambda scale: np.logaddexp(0, -scale * (2.0 * (digit[:250] == 8) - 1) * (X @ theta))  # noqa: E731
    assert entropy(2).mean() < entropy(1).mean()


def test_the_sentences_are_eighty_and_all_of_them_differ():
    texts, weather = datasets.sentences()
    assert len(set(texts)) == 80 and weather.sum() == 40
    assert weather[:60].sum() == 30 and all(text.endswith(".") for text in texts)


def test_the_ways_past_the_pothole():
    rates = explorers.two_minima().sliders["α"].values
    ends = {name: HOLES.reached(gradient_descent(HOLES.gradient, start, rates, 100).theta[:, -1])
            for name, start in STARTS.items()}  # fmt: skip
    assert (ends["far left"][rates < 0.055] == 0).all()
    assert (ends["far left"][(rates > 0.079) & (rates < 0.99)] == 1).all()
    assert (ends["in the pothole"][rates < 0.0999] == 0).all()
    assert (ends["in the pothole"][(rates > 0.1001) & (rates < 0.99)] == 1).all()
    assert (ends["in the pothole"][rates > 0.99] == -1).all()
    between = ends["far left"][(rates > 0.055) & (rates < 0.079)]
    assert between.tolist() == [1, 1, 1, 0, 1] and 0.07 < rates[19] < 0.0715
    assert (ends["on the right"] != 0).all() and (ends["below left"] != 0).all()
    path = descend(HOLES, (-1.1, 0.45), rates[rates > 0.1001][0], 40)
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=-1)
    assert lengths[1:5].max() < 0.03 and np.linalg.norm(path - HOLES.minima[0], axis=-1).max() > 0.6


@pytest.fixture(scope="module")
def digits():
    """The loss on threes and eights, its edge, and a place near the minimum."""
    images, digit = datasets.digits(3, 8)
    X = np.column_stack([images, np.ones(len(images))])[:250]
    surface = Logistic(X, (digit == 8)[:250] * 1.0, 0.01)
    curvatures, ways = np.linalg.eigh(surface.hessian(surface.minimizer))
    return surface, 2 / curvatures[-1], surface.minimizer + 0.01 * ways[:, -1]


def plain_run(surface, theta, rate, steps):
    """The excess loss along a run, from the gradient written out."""
    X, y, n, path = surface.X, surface.y, len(surface.y), []
    for _ in range(steps):
        path.append(theta)
        p = np.exp(-np.logaddexp(0, -X @ theta))
        theta = theta - rate * (X.T @ (p - y) / n + 0.01 * theta)
    return np.array(path), surface.excess(np.array(path))


@pytest.mark.parametrize("times", [1.01, 1.02, 1.03, 1.04])
@pytest.mark.parametrize("side", [1, -1])
def test_just_above_the_edge_a_run_bounces_between_two_places(digits, times, side):
    surface, edge, near = digits
    begin = surface.minimizer + side * (near - surface.minimizer)
    path, excess = plain_run(surface, begin, times * edge, 6000)
    np.testing.assert_allclose(path[-2:], path[-4:-2], atol=1e-9)
    assert np.abs(path[-1] - path[-2]).max() > 0.04 and 0.002 < excess[-1] < 0.011
    if times == 1.01:
        assert 0.0023 < excess[-1] < 0.0026


def test_a_little_farther_above_it_there_is_calm_and_there_are_bursts(digits):
    surface, edge, near = digits
    path, excess = plain_run(surface, near, 1.1 * edge, 3000)
    assert 0.45 < np.mean(excess < 1e-6) < 0.55 and 2.2 < excess.max() < 2.5
    peaks = np.flatnonzero((excess[1:] > 0.1) & (excess[:-1] <= 0.1))
    assert len(peaks) > 9 and np.abs(np.diff(peaks) - 260).max() < 50
    # The surface is flatter than 2/α after a peak, and steeper in the calm.
    steepest = np.linalg.eigvalsh(surface.hessian(path[::5]))[:, -1]
    assert (steepest[excess[::5] < 1e-6] > 2 / (1.1 * edge)).all()
    assert all(steepest[k // 5 + 3 : k // 5 + 7].max() < 2 / (1.1 * edge) for k in peaks[1:-1])


def test_no_rate_below_two_over_the_penalty_makes_it_explode(digits):
    surface, _, near = digits
    for rate in (2.7, 30, 199):
        path, _ = plain_run(surface, near, rate, 3000)
        pull = rate * np.linalg.norm(surface.X, axis=1).mean() / (1 - abs(1 - rate * 0.01))
        assert np.linalg.norm(path, axis=1).max() < max(pull, np.linalg.norm(near))
    assert np.linalg.norm(plain_run(surface, near, 201, 6000)[0][-1]) > 1e20


@pytest.mark.parametrize(("fourth", "bounces"), [(-0.1, True), (0.1, False)])
def test_walls_that_get_flatter_catch_the_swings_and_steeper_ones_do_not(fourth, bounces):
    x = 0.01  # on x²/2 + fourth x⁴/4, at 1.01 times the edge
    for _ in range(3000):
        x = x - 2.02 * (x + fourth * x**3) if abs(x) < 1e3 else np.inf
    assert (abs(x) < 1) == bounces


def test_the_picture_of_a_run_above_the_edge_is_of_what_it_was_given():
    excess, steepest = np.geomspace(1, 1e-8, 101), np.linspace(1, 2, 21)
    left, right = picture.above_the_edge(excess, steepest, 1.5, 10).axes
    np.testing.assert_array_equal(left.lines[0].get_xydata()[:, 1], excess)
    np.testing.assert_array_equal(right.lines[0].get_xydata()[:, 0], np.arange(0, 101, 5))
    assert right.lines[1].get_ydata()[0] == 1.5 and left.get_xlim() == right.get_xlim()


def test_the_questions_say_what_the_notebook_shows():
    assert np.isclose(1 - 1.01 * 2, -1.02) and 370 < 1.02**300 < 390
    said = [each["says"] for each in predict("just-above-a-bowl")._choices]
    assert "−1.02" in said[1] and "−1.02" in said[2]
    places = [
        [each.get("right") for each in predict(name)._choices].index(True)
        for name in ("just-above-a-bowl", "ten-per-cent-above", "out-of-the-pothole")
    ]
    assert places == [1, 0, 2]


# The explorer


@pytest.fixture(scope="module")
def book():
    return explorers.two_minima()


@pytest.mark.parametrize("surface", SURFACES, ids=repr)
def test_what_travels_to_the_browser_is_small(surface):
    book = explorers.two_minima(surface)
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
    book._repr_mimebundle_()


def test_both_edges_are_positions_exactly_and_the_bands_end_there(book):
    slider = book.sliders["α"]
    marks = {name: slider.values[at] for at, name in slider.marks.items()}
    assert marks == {"2/λ_sharp": HOLES.critical_rates[0], "2/λ_flat": HOLES.critical_rates[1]}
    for at, rate in enumerate(slider.values):
        holds = int((rate <= HOLES.critical_rates).sum())
        assert slider.band(at) == ["neither", "the flat one holds", "both hold"][holds]


@pytest.mark.parametrize("i", [0, 10, 15, 16, 30, 37, 40])
@pytest.mark.parametrize("j", range(4))
def test_the_picture_goes_where_the_loop_goes(book, i, j):
    rate, start = book.sliders["α"].values[i], list(STARTS)[j]
    assert book.sliders["start"].values[j] == start
    theta = descend(HOLES, STARTS[start], rate, 100)
    left, right = book.figure.axes
    trail, dot, curve = range(3)
    low, high = np.transpose([left.get_xlim(), left.get_ylim()])
    outside = ((theta < low) | (theta > high)).any(axis=-1)
    gone = rate > HOLES.critical_rates[1] * (1 + 1e-9) and outside.any()
    end = np.argmax(outside) + 1 if gone else 101
    seen, expected = drawn(book, trail, (i, j, 100)), in_points(left, theta)
    assert np.isnan(seen[end:]).all()
    np.testing.assert_allclose(seen[: end - 1], expected[: end - 1], atol=1 / 16)
    if not gone:
        np.testing.assert_allclose(drawn(book, dot, (i, j, 100))[0], expected[-1], atol=1 / 16)
    excess = HOLES.loss(theta) - HOLES.loss(HOLES.minima).min()
    known = (excess > 1e-6) & (excess < 1e3)
    losses = in_points(right, np.column_stack([np.arange(101), excess]))
    np.testing.assert_allclose(drawn(book, curve, (i, j, 100))[known], losses[known], atol=2 / 16)


def test_the_sentence_says_where_the_run_is_and_why(book):
    sharp, flat = HOLES.critical_rates
    for i, rate in enumerate(book.sliders["α"].values):
        for j, start in enumerate(STARTS):
            text, theta = caption(book, (i, j, 100)), descend(HOLES, STARTS[start], rate, 100)
            assert len(text) <= 170 and f"Begun {start}, this one is" in text
            verdicts = ["neither", "the flat minimum is exactly", "only the flat",
                        "the sharp minimum is exactly", "both"]  # fmt: skip
            verdict = verdicts[np.sum([rate <= flat, rate < flat, rate <= sharp, rate < sharp])]
            assert text.startswith(f"At α = {number(rate)} {verdict}")
            away = np.linalg.norm(theta[-1] - HOLES.minima, axis=-1)
            assert ("is in the sharp minimum" in text) == (away[0] < 0.05)
            assert ("is in the flat minimum" in text) == (away[1] < 0.05)
            seen = (np.abs(theta) <= [3, 2]).all(axis=-1)
            assert ("out of the picture" in text) == (rate > flat * (1 + 1e-9) and not seen[-1])
            assert ("in neither" in text) == (min(away) >= 0.05 and "out of" not in text)
            excess = HOLES.loss(theta[-1])
            said = re.search(r"excess loss is (.*)\.$", text)[1]
            if said == "below 10⁻⁶":
                assert excess < 1e-6
            else:
                assert read(said) == pytest.approx(excess, rel=0.06)


@pytest.mark.parametrize("name", ["α", "start", "step t"])
def test_each_slider_changes_the_picture_and_the_sentence(book, name):
    before = list(book._index)
    axis = list(book.sliders).index(name)
    after = list(before)
    after[axis] = 3
    assert caption(book, before) != caption(book, after)
    if name == "step t":
        assert not np.array_equal(drawn(book, 1, before), drawn(book, 1, after))
    else:
        assert not np.array_equal(drawn(book, 0, before), drawn(book, 0, after), equal_nan=True)


def test_the_still_picture_has_room_for_its_sentences(book):
    longest = max(content(book)["captions"][0]["texts"], key=len)
    row = still.sentence(longest, book.figure.get_figwidth())
    row.draw_without_rendering()
    assert row.texts[0].get_window_extent().x1 <= row.bbox.width


@pytest.mark.parametrize("surface", SURFACES, ids=repr)
def test_what_is_said_to_hold_a_run_holds_one_and_nothing_else_does(surface):
    """The sentence at every α, against runs from close to each minimum."""
    book = explorers.two_minima(surface)
    rates = book.sliders["α"].values
    close = surface.minima[:, None] + 0.003
    path = gradient_descent(surface.gradient, close, rates, 5000).theta[..., -1, :]
    stays = surface.reached(path) == [[0], [1]]
    for i, rate in enumerate(rates):
        text = caption(book, (i, 0, 0))
        if "exactly" in text:
            assert np.isclose(rate, surface.critical_rates, rtol=1e-12).any()
            continue
        expected = {(True, True): "both minima can", (False, True): "only the flat minimum can",
                    (False, False): "neither minimum can"}[tuple(stays[:, i].tolist())]  # fmt: skip
        assert expected in text


# The exercises


@pytest.mark.parametrize("shape", POTHOLES, ids=str)
def test_between_the_edges_each_run_leaves_the_sharp_minimum_and_settles_in_the_flat_one(shape):
    surface = TwoMinima(**shape)
    sharp, flat = surface.critical_rates
    rates = np.geomspace(1.005 * sharp, 0.995 * flat, 60)
    begin = surface.minima[0] + np.array([[[0.01, 0.01]], [[-0.003, 0.01]], [[0, -0.01]]])
    run = gradient_descent(surface.gradient, begin, rates, 4000)
    assert (surface.reached(run.theta[..., -1, :]) == 1).all()


def test_no_single_rate_fits_all_potholes():
    edges = np.array([TwoMinima(**shape).critical_rates for shape in POTHOLES])
    assert edges[:, 0].max() > edges[:, 1].min()


def of_logistic(weight, scale=2, at=-1, mean=True, extra=1):
    """A function like the one asked for, with some part of it exchanged."""

    def edge(X, theta, penalty):
        p = 1 / (1 + np.exp(-X @ theta))
        hessian = X.T * weight(p) @ X / (len(X) if mean else 1)
        return scale / (np.linalg.eigvalsh(hessian)[at] + extra * penalty)

    return edge


def true_weight(p):
    return p * (1 - p)


right_edge = of_logistic(true_weight)


def edge_by_loops(X, theta, penalty):
    n, d = X.shape
    hessian = [[penalty * (j == k) for k in range(d)] for j in range(d)]
    for row in X:
        p = 1 / (1 + np.exp(-sum(row * theta)))
        for j in range(d):
            for k in range(d):
                hessian[j][k] += p * (1 - p) * row[j] * row[k] / n
    return 2 / max(np.linalg.eigvals(np.array(hessian)).real)


def edge_by_power_iteration(X, theta, penalty):
    hessian = Logistic(X, np.zeros(len(X)), penalty).hessian(theta)
    way = np.ones(len(theta))
    for _ in range(3000):
        way = hessian @ way / np.linalg.norm(hessian @ way)
    return 2 / (way @ hessian @ way)


def edge_in_place(X, theta, penalty):
    p = np.exp(X @ theta)
    p /= 1 + p
    X *= np.sqrt(p * (1 - p))[:, None]
    return 2 / (np.linalg.norm(X, 2) ** 2 / len(X) + penalty)


def edge_by_differences(X, theta, penalty):
    surface = Logistic(X, np.zeros(len(X)), penalty)
    hessian = differences(surface.gradient, np.asarray(theta), 1e-4)
    return 2 / np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1]


def only_for_three(X, theta, penalty):
    return right_edge(X, theta, penalty) if X.shape[1] == 3 else 1.0


def spread_penalty(X, theta, penalty):
    hessian = Logistic(X, np.zeros(len(X)), penalty).hessian(theta)
    return 2 / np.linalg.eigvalsh(hessian + penalty * (1 - np.eye(len(theta))))[-1]


def steepness(hessian):
    return np.linalg.eigvalsh(hessian)[-1]


def leaves_by_a_run(hessian, rate):
    error = np.ones(len(hessian)) + 0.1 * np.arange(len(hessian))
    for _ in range(5000):
        error = error - rate * hessian @ error
        if not 1e-3 < np.linalg.norm(error) < 100:
            break
    return np.linalg.norm(error) > 10


def with_an_if(hessian, rate):
    if rate * max(np.linalg.eigvals(hessian).real) > 2:  # noqa: SIM103
        return True
    return False


def middle(surface):
    return surface.critical_rates.mean()


def far_from_both(surface):
    return np.sqrt(np.prod(2 / np.linalg.eigvalsh(surface.hessian(surface.minima))[:, -1]))


def by_a_search(surface):
    """The first of many rates with which a run leaves one minimum and settles in the other."""
    for rate in np.geomspace(1e-3, 1e2, 14):
        run = gradient_descent(surface.gradient, surface.minima[0] + 0.01, rate, 800)
        if surface.reached(run.theta[-1]) == 1:
            return rate


ANSWERS = {
    "logistic_edge": (
        exercises.logistic_edge,
        [right_edge, edge_by_loops, edge_by_power_iteration, edge_in_place, edge_by_differences,
         lambda X, theta, penalty: [right_edge(X, theta, penalty)],
         lambda X, theta, penalty: np.array(right_edge(X, theta, penalty)),
         lambda *given: float(right_edge(*given)), lambda *given: right_edge(*given) + 0j,
         lambda X, theta, penalty:
             2 / np.linalg.norm(Logistic(X, 1.0 * (X[:, 0] > 0), penalty).hessian(theta), 2)],
        [of_logistic(true_weight, scale=1), of_logistic(true_weight, scale=4),
         of_logistic(true_weight, extra=0), of_logistic(np.ones_like),
         of_logistic(lambda p: 0.25 + 0 * p), of_logistic(true_weight, at=0),
         of_logistic(true_weight, mean=False), of_logistic(lambda p: p),
         lambda *given: 2 / right_edge(*given), spread_penalty, only_for_three,
         lambda X, theta, penalty: right_edge(X, theta, 0.07),
         lambda X, theta, penalty: right_edge(X, 0 * theta, penalty),
         lambda *given: np.round(right_edge(*given), 2), lambda *given: 1.001 * right_edge(*given),
         lambda *given: 1e-9, lambda X, theta, penalty: theta, lambda *given: "2",
         lambda *given: np.nan, lambda *given: print(), lambda X: 1.0, 0.3],
    ),
    "only_flat": (
        exercises.only_flat,
        [middle, far_from_both, by_a_search, lambda s: 1.001 * s.critical_rates[0],
         lambda s: 0.999 * s.critical_rates[1], lambda s: 3 / s.curvatures[0, -1],
         lambda s: [middle(s)], lambda s: np.array(middle(s)), lambda s: float(middle(s)),
         lambda s: 1 / s.hessian(s.minima[1]).trace() + 1 / s.hessian(s.minima[0]).trace()],
        [0.3, lambda s: 0.3, lambda s: 0.04, lambda s: s.critical_rates[0],
         lambda s: s.critical_rates[1], lambda s: s.critical_rates, lambda s: -middle(s),
         lambda s: 0, lambda s: s.critical_rates.sum(), lambda s: s.critical_rates[0] / 2,
         lambda s: 2 / s.curvatures[0, 0] if s.height > 1 else 1e-3, lambda s: "middle",
         lambda s: np.inf, lambda s: print(), lambda s: s.curvatures[0, -1], lambda: 0.3],
    ),
    "leaves": (
        exercises.leaves,
        [lambda H, rate: rate > 2 / np.linalg.norm(H, 2), with_an_if, leaves_by_a_run,
         lambda H, rate: np.array(rate * steepness(H) > 2),
         lambda H, rate: [bool(rate * steepness(H) > 2)],
         lambda H, rate: np.abs(1 - rate * np.linalg.eigvalsh(H)).max() > 1,
         lambda H, rate: np.any(rate * np.linalg.eigvalsh(H) > 2),
         lambda H, rate: bool(max(abs(np.linalg.eigvals(np.eye(len(H)) - rate * H))) > 1),
         lambda H, rate: int(rate * steepness(H) > 2),
         lambda H, rate: (rate * np.linalg.eigvalsh(H)[-1:] > 2),
         lambda H, rate: Fraction(2) / Fraction(rate) < Fraction(float(steepness(H)))],
        [lambda H, rate: True, lambda H, rate: False, lambda H, rate: np.array(True),
         lambda H, rate: rate > 1 / np.linalg.norm(H, 2), lambda H, rate: rate > 2 / np.trace(H),
         lambda H, rate: rate < 2 / np.linalg.norm(H, 2),
         lambda H, rate: rate > 2 / np.linalg.eigvalsh(H)[0],
         lambda H, rate: rate > 2 / np.linalg.norm(H), lambda H, rate: rate > 2 / np.diag(H).max(),
         lambda H, rate: rate > 0.5, lambda H, rate: rate > 1.9 / np.linalg.norm(H, 2),
         lambda H, rate: rate * np.linalg.eigvalsh(H) > 2, lambda H, rate: 0.3,
         lambda H, rate: "yes", lambda H, rate: Decimal(1), lambda H, rate: H,
         lambda H, rate: np.linalg.det(rate * H) > 2, lambda H, rate: print(), 0.3],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_wrong_in_different_ways_is_told_in_different_ways(name):
    check, _, wrong = ANSWERS[name]
    assert len({check(each).text for each in wrong}) >= 10
    assert check(...).passed is None and check(lambda *args: ...).passed is None


def test_the_hint_names_the_mistake():
    wrong = ANSWERS["logistic_edge"][2]
    assert "λ_max itself" in exercises.logistic_edge(wrong[8]).text
    assert "on the diagonal alone" in exercises.logistic_edge(wrong[9]).text
    assert "For 8 examples" in exercises.logistic_edge(wrong[10]).text
    turned = lambda hessian, rate: rate < 2 / np.linalg.norm(hessian, 2)  # noqa: E731
    assert "the other way round" in exercises.leaves(turned).text
    assert "Frobenius" in exercises.leaves(lambda H, rate: rate > 2 / np.linalg.norm(H)).text
    assert exercises.leaves(lambda hessian, rate: 0.3).text.endswith("returns 0.3.")
    assert "0.04 and 1.6" in exercises.only_flat(lambda surface: 0.3).text
