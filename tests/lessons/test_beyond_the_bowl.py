"""The lesson against finite differences, scikit-learn, and runs on both sides of every edge."""

import json
import re

import numpy as np
import pytest
from decoded import caption, content, drawn, in_points, read
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import datasets, exercises, explorers, finders, gradient_descent
from lrlab.drawing.words import number
from lrlab.flipbook import still
from lrlab.lessons.beyond_the_bowl.maths import Logistic, TwoMinima
from lrlab.predict import predict

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
    assert (ends["in the pothole"][rates > 0.1001] != 0).all()
    assert (ends["on the right"] != 0).all() and (ends["below left"] != 0).all()
    path = descend(HOLES, (-1.1, 0.45), rates[rates > 0.1001][0], 40)
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=-1)
    assert lengths[1:5].max() < 0.03 and np.linalg.norm(path - HOLES.minima[0], axis=-1).max() > 0.6


class Network:
    """The network of the notebook, once more, in loops of its own."""

    def __init__(self):
        images, digit = datasets.digits()
        self.inputs = np.column_stack([images[:300], np.ones(300)])
        self.targets = np.eye(10)[digit[:300]]

    def loss(self, theta):
        hidden = np.tanh(self.inputs @ theta[:1040].reshape(65, 16))
        return np.sum((hidden @ theta[1040:].reshape(16, 10) - self.targets) ** 2) / 600

    def gradient(self, theta):
        hidden = np.tanh(self.inputs @ theta[:1040].reshape(65, 16))
        V = theta[1040:].reshape(16, 10)
        error = (hidden @ V - self.targets) / 300
        first = self.inputs.T @ (
            error @ V.T / np.cosh(self.inputs @ theta[:1040].reshape(65, 16)) ** 2
        )
        return np.append(first, hidden.T @ error)


def test_the_sharpness_is_the_largest_eigenvalue():
    network = Network()
    theta = descend(network, np.random.default_rng(0).normal(0, 0.05, 1200), 0.2, 300)[-1]
    hessian = differences(network.gradient, theta, 1e-4)
    found = finders.power_iteration(network.gradient, theta, iterations=40, length=1e-3)
    assert 1 / found.rate == pytest.approx(
        np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1], rel=0.03
    )


def test_another_start_goes_to_the_edge_of_stability_too(seed=1):
    network, begin = Network(), np.random.default_rng(seed).normal(0, 0.05, 1200)
    for rate, low, high in [(0.1, 0.5, 0.85), (0.2, 0.85, 1.15), (0.4, 0.85, 1.2)]:
        path = descend(network, begin, rate, 2000)[1000::100]
        sharp = [1 / finders.power_iteration(network.gradient, each, iterations=40,
                                             length=1e-3).rate for each in path]  # fmt: skip
        assert low < np.min(sharp) * rate / 2 and np.max(sharp) * rate / 2 < high
        assert network.loss(path[-1]) < network.loss(path[0]) < 0.25 * network.loss(begin)


def test_the_questions_say_what_the_notebook_shows():
    assert np.isclose(1 - 1.01 * 2, -1.02) and 370 < 1.02**300 < 390
    said = [each["says"] for each in predict("past-the-edge")._choices]
    assert "−1.02" in said[1] and "−1.02" in said[2]
    for name in ("past-the-edge", "out-of-the-pothole", "sharpness"):
        assert [each.get("right") for each in predict(name)._choices].count(True) == 1
    network, begin = Network(), np.random.default_rng(0).normal(0, 0.05, 1200)
    path = descend(network, begin, 0.2, 350)
    sharp = [1 / finders.power_iteration(network.gradient, path[t], iterations=40, length=1e-3).rate
             for t in (0, 250, 300, 350)]  # fmt: skip
    assert sharp[0] == pytest.approx(2.2, abs=0.05) and 9 < sharp[2] < 11


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
    assert row.axes[0].texts[0].get_window_extent().x1 <= row.bbox.width


# The exercises


def of_logistic(weight, scale=2, at=-1, mean=True, extra=1):
    """A function like the one asked for, with some part of it exchanged."""

    def edge(X, theta, penalty):
        p = 1 / (1 + np.exp(-X @ theta))
        hessian = X.T * weight(p) @ X / (len(X) if mean else 1)
        return scale / (np.linalg.eigvalsh(hessian)[at] + extra * penalty)

    return edge


def true_weight(p):
    return p * (1 - p)


OTHER = TwoMinima(sharp=(10, 50), flat=(0.5, 1.25), height=0.5)


def test_right_answers_pass():
    assert exercises.logistic_edge(of_logistic(true_weight)).passed
    for rate in (0.0401, 0.3, 1.59):
        assert exercises.only_flat(rate, OTHER).passed
        run = gradient_descent(OTHER.gradient, OTHER.minima[0] + 0.01, rate, 6000)
        assert OTHER.reached(run.theta[-1]) == 1
    assert exercises.leaves(lambda H, rate: 2 / rate < np.linalg.eigvalsh(H).max()).passed
    assert exercises.leaves(
        lambda H, rate: bool(np.abs(1 - rate * np.linalg.eigvalsh(H)).max() > 1)
    ).passed


WRONG = {
    exercises.logistic_edge: [
        of_logistic(true_weight, scale=1),
        of_logistic(true_weight, extra=0),
        of_logistic(np.ones_like),
        of_logistic(lambda p: 0.25 + 0 * p),
        of_logistic(true_weight, at=0),
        of_logistic(true_weight, mean=False),
        of_logistic(lambda p: p),
        lambda X, theta, penalty: 2 / of_logistic(true_weight)(X, theta, penalty),
        lambda X, theta, penalty: (
            2
            / np.linalg.eigvalsh(
                Logistic(X, np.zeros(len(X)), penalty).hessian(theta) + penalty * (1 - np.eye(3))
            )[-1]
        ),
        lambda X, theta, penalty: 1e-9,
        lambda X, theta, penalty: theta,
    ],
    (lambda attempt: exercises.only_flat(attempt, OTHER)): [0.01, 2.0, -1, 0.04, "0.3"],
    exercises.leaves: [
        lambda hessian, rate: True,
        lambda hessian, rate: False,
        lambda hessian, rate: rate > 1 / np.linalg.norm(hessian, 2),
        lambda hessian, rate: rate > 2 / np.trace(hessian),
        lambda hessian, rate: rate < 2 / np.linalg.norm(hessian, 2),
        lambda hessian, rate: rate > 2 / np.linalg.eigvalsh(hessian)[0],
        lambda hessian, rate: 0.3,
    ],
}


@pytest.mark.parametrize(("check", "attempts"), WRONG.items())
def test_each_wrong_answer_gets_a_hint(check, attempts):
    verdicts = [check(attempt) for attempt in attempts]
    assert [verdict.passed for verdict in verdicts] == [False] * len(attempts)
    assert len({verdict.text for verdict in verdicts}) >= len(attempts) - 2
    assert not any("Error" in verdict.text for verdict in verdicts)
    assert check(...).passed is None
    if attempts[0] != 0.01:
        assert check(lambda *args: ...).passed is None


def test_the_hint_names_the_mistake():
    itself, everywhere = WRONG[exercises.logistic_edge][7:9]
    assert "λ_max itself" in exercises.logistic_edge(itself).text
    assert "on the diagonal alone" in exercises.logistic_edge(everywhere).text
    turned = lambda hessian, rate: rate < 2 / np.linalg.norm(hessian, 2)  # noqa: E731
    assert "the other way round" in exercises.leaves(turned).text
    assert exercises.leaves(lambda hessian, rate: 0.3).text.endswith("returns 0.3.")
