"""The lesson: schedules on the noisy problem, and how fast is too fast to decay."""

import itertools
import json
import re

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, exercises, explorers, sampling, schedules
from lrlab import stochastic_gradient_descent as sgd
from lrlab.lessons.turning_it_down import maths, picture

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
BEST = np.linalg.lstsq(X, y)[0]
PROBLEM = LeastSquares.line(x, y)
START = np.array([-2.0, 4.0])
EXPLORERS = {
    "decay": lambda x, y: explorers.decay(x, y, start=START),
    "decay_speed": lambda x, y: explorers.decay_speed(x, y, start=START),
}


@pytest.fixture(scope="module")
def books():
    return {name: explorer(x, y) for name, explorer in EXPLORERS.items()}


def excess_of(theta):
    return 0.5 * np.mean(((theta - BEST) @ X.T) ** 2, axis=-1)


def moments(rates):
    """Mean error and E[e eᵀ] at the end, from every point in turn: no map, no Kronecker product."""
    mean, second = START - BEST, np.outer(START - BEST, START - BEST)
    for alpha in rates:
        new_mean, new_second = np.zeros(2), np.zeros((2, 2))
        for row, error in zip(X, X @ BEST - y, strict=True):
            keep, pull = np.eye(2) - alpha * np.outer(row, row), -alpha * error * row
            new_mean += keep @ mean + pull
            cross = np.outer(keep @ mean, pull)
            new_second += keep @ second @ keep.T + cross + cross.T + np.outer(pull, pull)
        mean, second = new_mean / len(y), new_second / len(y)
    return mean, second


def layers(book, panel):
    return [k for k, layer in enumerate(book._layers) if layer.axes is book.figure.axes[panel]]


# The average run


def test_the_average_of_all_sequences_of_points_is_the_average_run():
    """Five points, four steps: all 625 runs there are."""
    few, alphas = LeastSquares(X[:5], y[:5]), [0.3, 0.5, 0.0, 0.4]
    ends = []
    for draws in itertools.product(range(5), repeat=4):
        theta = START
        for alpha, i in zip(alphas, draws, strict=True):
            theta = theta - alpha * (X[i] @ theta - y[i]) * X[i]
        ends.append(theta)
    run = sampling.average_run(few, START, np.array(alphas), [4], batch_size=1)
    np.testing.assert_allclose(run.theta[0], np.mean(ends, axis=0), rtol=1e-10)
    np.testing.assert_allclose(run.spread[0], np.cov(np.transpose(ends), bias=True), rtol=1e-9)
    np.testing.assert_allclose(run.excess[0], np.mean(few.excess(np.array(ends))), rtol=1e-10)


def test_batches_average_as_all_batches_do():
    few, alphas = LeastSquares(X[:5], y[:5]), [0.3, 0.4]
    batches = [list(each) for each in itertools.combinations(range(5), 2)]
    ends = []
    for draws in itertools.product(batches, repeat=2):
        theta = START
        for alpha, b in zip(alphas, draws, strict=True):
            theta = theta - alpha * X[b].T @ (X[b] @ theta - y[b]) / 2
        ends.append(theta)
    run = sampling.average_run(few, START, np.array(alphas), [2], batch_size=2)
    np.testing.assert_allclose(run.excess[0], np.mean(few.excess(np.array(ends))), rtol=1e-10)


def test_in_the_long_run_it_is_the_floor_and_beyond_the_edge_it_is_large():
    rates = np.repeat([[0.1], [0.5], [0.8]], 3000, axis=1)
    excess = sampling.average_run(PROBLEM, START, rates, [0, 3000], batch_size=1).excess
    np.testing.assert_allclose(excess[:, 0], excess_of(START), rtol=1e-10)
    np.testing.assert_allclose(excess[:2, 1], sampling.floor(PROBLEM, [0.1, 0.5], 1), rtol=1e-6)
    assert 1e100 < excess[2, 1] < np.inf


def test_a_run_that_once_was_beyond_all_bounds_stays_there():
    rates = np.append(np.full(4000, 0.8), np.full(4000, 0.1))
    assert sampling.average_run(PROBLEM, START, rates, [8000], batch_size=1).excess[0] > 1e100


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"rates": [-0.1, 0.1]}, "rates must be 0 or more and finite, got"),
        ({"times": [2, 1]}, "times must be ascending, got"),
        ({"times": [3]}, "times must be at most the number of steps, got"),
        ({"batch_size": 41}, "batch_size must be .* got 41"),
    ],
)
def test_bad_arguments_of_the_average_are_refused_by_name(bad, message):
    right = {"rates": np.array([0.1, 0.1]), "times": [2], "batch_size": 1}
    with pytest.raises((TypeError, ValueError), match=message):
        sampling.average_run(PROBLEM, START, **(right | bad))


# The family


def test_the_explorer_has_the_five_and_the_family_has_them_too(books):
    shown = books["decay"].sliders["schedule"].values.tolist()
    assert shown == ["linear", "exponential", "step", "inverse time", "cosine"]
    family = explorers.schedule_family(0.4, 100)
    assert {*shown} < {*family} and len(family) == 13


@pytest.mark.parametrize("steps", [4, 100, 103])
def test_the_five_end_where_they_are_told_to_and_are_the_textbook_formulas(steps):
    t, f = np.arange(steps), np.array([0.001, 0.1, 1.0])[:, None]
    quarter = int(np.ceil(steps / 4))
    expected = {
        "linear": 0.4 * (1 - (1 - f) * t / steps),
        "exponential": 0.4 * f ** (t / steps),
        "step": 0.4 * f ** (t // quarter / 3),
        "inverse time": 0.4 / (1 + (1 / f - 1) * t / steps),
        "cosine": 0.4 * (f + (1 - f) * np.cos(np.pi * t / steps / 2) ** 2),
    }
    found = maths.five(0.4, steps, f[:, 0])
    assert list(found) == list(expected)
    for name, rates in expected.items():
        np.testing.assert_allclose(found[name](t), rates, rtol=1e-10, err_msg=name)
        at = steps - 1 if name == "step" else steps
        np.testing.assert_allclose(found[name](at), 0.4 * f[:, 0], rtol=1e-12, err_msg=name)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"rate": 0}, "rate must be between"),
        ({"steps": 3}, "steps must be .* got 3"),
        ({"final_share": 0}, "final_share must be between 1e-300 .* got 0"),
        ({"final_share": [0.1, 1.5]}, "final_share must be at most 1, got 1.5 at index 1"),
        ({"rate": [1, 2], "final_share": [0.1, 0.2, 0.3]}, "broadcast"),
    ],
)
def test_bad_ends_are_refused_by_name(bad, message):
    with pytest.raises((TypeError, ValueError), match=message):
        maths.five(**({"rate": 0.3, "steps": 100, "final_share": 0.1} | bad))


def test_the_small_multiples_are_the_five():
    figure = picture.small_multiples((0.5, 0.01))
    assert len(figure.axes) == 5
    for ax, (name, schedule) in zip(figure.axes, maths.five(1, 200, [0.5, 0.01]).items(),
                                    strict=True):  # fmt: skip
        assert ax.get_title(loc="left") == name
        for line, rates in zip(ax.lines, schedule(np.arange(200)), strict=False):
            np.testing.assert_allclose(line.get_ydata(), rates)
    with pytest.raises(ValueError, match="final_shares"):
        picture.small_multiples([2.0])


def test_the_family_is_what_its_names_say():
    t = np.arange(1000)
    family = {n: each(t) for n, each in explorers.schedule_family(0.4, 1000).items()}
    share = t / 1000
    expected = {
        "constant": np.full(1000, 0.4),
        "linear": 0.4 * (1 - share),
        "polynomial": 0.4 * (1 - share) ** 2,
        "exponential": 0.4 * 10 ** (-3 * share),
        "step": 0.4 * 0.3 ** (t // 250),
        "piecewise": 0.4 * np.where(t < 500, 1, np.where(t < 750, 0.1, 0.01)),
        "inverse time": 0.4 / (1 + 10 * share),
        "inverse power": 0.4 / np.sqrt(1 + 10 * share),
        "cosine": 0.2 * (1 + np.cos(np.pi * share)),
        "cosine restarts": 0.2 * (1 + np.cos(np.pi * (4 * share % 1))),
        "cyclic": 0.4 - 0.36 * np.abs(10 * share % 2 - 1),
    }
    for name, rates in expected.items():
        np.testing.assert_allclose(family[name], rates, rtol=1e-9, err_msg=name)
    for name in ("one cycle", "warm-up"):
        top = int(family[name].argmax())
        assert 0 < top < 300 and family[name].max() == pytest.approx(0.4)
        assert (np.diff(family[name][: top + 1]) > 0).all()
        assert (np.diff(family[name][top + 1 :]) < 0).all() and family[name][-1] < 1e-5


# The explorers


@pytest.mark.parametrize("name", EXPLORERS)
@pytest.mark.parametrize("data", [(x, y), ([0, 1, 2], [3, 5, 7]), (1000 * x - 7, 1e-3 * y)])
def test_what_travels_is_small_and_is_described(name, data):
    book = EXPLORERS[name](*data)
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000
    assert len(book.description) > 20
    for text in {caption(book, index) for index in np.ndindex(book.shape)}:
        assert re.fullmatch(r"[A-Z].*\.", text) and not re.search(r"\b(nan|inf)\b", text)
        assert len(text) <= 180


@pytest.mark.parametrize("name", EXPLORERS)
@pytest.mark.parametrize("data", [([0, 1], [0, 0]), ([-1, 1], [1, 1]), ([1, 2], [1, 2])])
def test_the_smallest_data_make_a_picture(name, data):
    steps = {"decay": [20, 40], "decay_speed": 100}[name]
    book = getattr(explorers, name)(*data, steps=steps)
    assert book.png(40) and not any(re.search(r"\b(nan|inf)\b", said) for _, said in book.sweep())


@pytest.mark.parametrize("name", EXPLORERS)
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"x": [0, 1, np.nan]}, "x must be finite, got nan"),
        ({"x": [1, 1, 1]}, "x must have at least two values that differ, got 1"),
        ({"y": None}, "y must be given"),
        ({"start": 3}, r"start must .* \(2,\), got"),
        ({"batch_size": 0}, "batch_size must be .* got 0"),
    ],
)
def test_bad_data_and_options_are_refused_by_name(name, bad, message):
    with pytest.raises((TypeError, ValueError), match=message):
        getattr(explorers, name)(**({"x": [0, 1, 2], "y": [1, 2, 4]} | bad))


def test_loss_rate_and_words_are_those_of_the_moments_from_point_to_point(books):
    book = books["decay"]
    names, alphas, shares = (book.sliders[each].values for each in ("schedule", "α", "final share"))
    (rate_layer,), (_, loss_layer) = layers(book, 0), layers(book, 2)
    left, right = book.figure.axes[0], book.figure.axes[2]
    for i, j, k in [*itertools.product(range(5), (4, 40), (0, 4)), (0, 40, 6)]:
        index = (i, j, k, 0)
        rates = maths.five(alphas[j], 100, shares[k])[str(names[i])](np.arange(100))
        mean, second = moments(rates)
        excess = 0.5 * np.trace(X.T @ X / len(x) @ second)
        seen = drawn(book, loss_layer, index)[-1]
        np.testing.assert_allclose(seen, in_points(right, [[1, excess]])[0], atol=0.1)
        seen = drawn(book, rate_layer, index)
        np.testing.assert_allclose(seen[0], in_points(left, [[0, rates[0]]])[0], atol=0.1)
        last = in_points(left, [[1, shares[k] * alphas[j]]])[0]
        np.testing.assert_allclose(seen[-1], last, atol=0.1)
        text = caption(book, index)
        said = re.search(r"loss (.*) on average, (.*)\. The rates add up to (.*)\.", text)
        assert read(said[1]) == pytest.approx(excess, rel=0.06)
        assert read(said[3]) == pytest.approx(rates.sum(), rel=0.06)
        way = 50 * mean @ (X.T @ X / len(x)) @ mean / excess
        share = re.search(r"(\S+) % of it way", said[2])
        found = read(share[1]) if share else 0.0 if "noise" in said[2] else 100.0
        assert found == pytest.approx(way, rel=0.06, abs=0.5)


def test_captions_say_where_alpha_begins_and_ends_and_whether_it_is_constant(books):
    book = books["decay"]
    names, alphas, shares, steps = (each.values for each in book.sliders.values())
    for at in np.ndindex(book.shape):
        text = caption(book, at)
        assert f" over {steps[at[3]]:,} steps, " in text
        if shares[at[2]] == 1:
            assert read(re.match(r"Constant .* α = (.*?):", text)[1]) == pytest.approx(
                alphas[at[1]], rel=0.01
            )
            continue
        begin, end = re.match(rf"{names[at[0]].capitalize()} .* α from (.*) to (.*?):",
                              text).groups()  # fmt: skip
        assert read(begin) == pytest.approx(alphas[at[1]], rel=0.01)
        assert read(end) == pytest.approx(alphas[at[1]] * shares[at[2]], rel=0.06)


def test_the_dotted_ellipse_holds_86_of_100_runs(books):
    book = books["decay"]
    at = (0, int(np.argmax(book.sliders["α"].values == 0.3)), 0, 0)
    path, ring = layers(book, 1)
    schedule = maths.five(0.3, 100, 0.001)["linear"]
    ends = np.array([
        sgd(PROBLEM, START, schedule, 100, batch_size=1,
            rng=np.random.default_rng(seed)).theta[-1]
        for seed in range(150)
    ])  # fmt: skip
    shape = drawn(book, ring, at)[:-1]
    centre = shape.mean(axis=0)
    np.testing.assert_allclose(centre, drawn(book, path, at)[-1], atol=0.2)
    cov = 2 * np.cov((shape - centre).T, bias=True) / 4
    points = in_points(book.figure.axes[1], ends) - centre
    inside = np.mean(np.einsum("ni,ij,nj->n", points, np.linalg.inv(cov), points) <= 4)
    assert 0.78 < inside < 0.94


def test_a_rate_that_stays_above_the_edge_is_said_to_grow_and_one_that_leaves_is_not(books):
    book = books["decay"]
    last, constant = book.shape[1] - 1, book.shape[2] - 1
    assert "passes 10¹⁰⁰" in caption(book, (0, last, constant, 1))
    assert "passes" not in caption(book, (0, last, 0, 0))


def test_exponential_stops_at_every_speed_and_what_it_says_is_so(books):
    book = books["decay_speed"]
    speeds, alphas = (each.values for each in book.sliders.values())
    for i, j in np.ndindex(book.shape):
        if j % 12:  # a few are enough
            continue
        text = caption(book, (i, j))
        fast, slow, total = (
            read(each) for each in re.search(r"is at (.*), inverse time at (.*?)\. .* = (.*)\.",
                                             text).groups()
        )  # fmt: skip
        assert total == pytest.approx(alphas[j] / speeds[i], rel=0.01)
        if speeds[i] >= 0.1:  # so fast that a hundred steps tell the end
            rates = alphas[j] * (1 - speeds[i]) ** np.arange(150)
            _, second = moments(rates)
            assert fast == pytest.approx(0.5 * np.trace(X.T @ X / len(x) @ second), rel=0.06)
        if speeds[i] <= 0.002 or speeds[i] >= 0.02:
            assert (slow < fast) == (speeds[i] >= 0.02), text


def test_what_the_notebook_asks_to_try_is_so(books):
    book = books["decay"]

    def left(name, alpha, share, steps):
        rates = maths.five(alpha, steps, share)[name](np.arange(steps))
        return sampling.average_run(PROBLEM, START, rates, [steps], batch_size=1).excess[0]

    assert {0.3, 0.63, 0.79} <= set(book.sliders["α"].values.tolist())
    ends = book.sliders["final share"].values.tolist()
    few = [left("exponential", 0.3, share, 100) for share in ends]
    many = [left("exponential", 0.3, share, 1000) for share in ends]
    assert np.argmin(few) == ends.index(0.3) and np.argmin(many) == ends.index(0.003)
    assert left("exponential", 0.3, 0.001, 100) > 0.25
    for share in (0.001, 0.003):
        every = {name: left(name, 0.3, share, 1000) for name in maths.five(1, 4, 1)}
        assert max(every, key=every.get) == "inverse time" and every["inverse time"] > 0.1
    assert left("linear", 0.79, 1.0, 1000) > 1e100 > 0.01 > left("linear", 0.79, 0.001, 1000)


# The exercises


def _looping(epochs, steps):
    rates, rate = [], 0.3
    for _ in range(epochs):
        for _ in range(steps):
            rates.append(rate)
            rate *= 0.99
    return rates


def _yielding(epochs, steps):
    yield from (0.3 * 0.99**t for t in range(epochs * steps))


def _counting_across(epochs, steps):
    schedule, t = schedules.exponential(0.3, 0.99), itertools.count()
    return tuple(schedule(next(t)) for _ in range(epochs) for _ in range(steps))


def _recursive(rate, decay):
    def schedule(t):
        return rate if t == 0 else decay * schedule(t - 1)

    return schedule


def _table(rate, decay):
    rates = rate * np.cumprod(np.append(1, np.full(200, decay)))
    return lambda t: rates[t]


def _lazy_table(rate, decay):
    rates = [rate]

    def schedule(t):
        while len(rates) <= t:
            rates.append(rates[-1] * decay)
        return rates[t]

    return schedule


class _Schedule:
    def __init__(self, rate, decay):
        self.rate, self.decay = rate, decay

    def __call__(self, t):
        return np.float64(self.rate) * self.decay**t


def _remembering(rate, decay):
    now = [rate / decay]

    def schedule(t):
        now[0] *= decay
        return now[0]

    return schedule


def _resetting(rate, decay):
    """Begins anew when it is asked for step 0, and else counts its calls."""
    now = [rate]

    def schedule(t):
        now[0] = rate if t == 0 else now[0] * decay
        return now[0]

    return schedule


def _of_the_last(rate, decay):
    """A little lower where the step before was another one."""
    last = [3]

    def schedule(t):
        before, last[0] = last[0], t
        return rate * decay**t * (1 if t == before else 1 - 0.01 * (t > before))

    return schedule


SHARED = {}


def _sharing(rate, decay):
    SHARED.update(rate=rate, decay=decay)
    return lambda t: SHARED["rate"] * SHARED["decay"] ** t


RUN = np.arange
ANSWERS = {
    "no_reset": (
        exercises.no_reset,
        [
            lambda e, s: 0.3 * 0.99 ** RUN(e * s),
            lambda e, s: list(0.3 * 0.99 ** RUN(e * s)),
            lambda e, s: [0.3 * 0.99 ** (k * s + i) for k in range(e) for i in range(s)],
            lambda e, s: 0.3 * 0.99 ** RUN(e * s).reshape(e, s),
            lambda e, s: schedules.exponential(0.3, 0.99)(RUN(e * s)),
            lambda e, s: 0.3 * np.cumprod(np.append(1, np.full(e * s - 1, 0.99))),
            _looping,
            _yielding,
            _counting_across,
        ],
        [
            lambda e, s: list(0.3 * 0.99 ** RUN(s)) * e,
            lambda e, s: np.repeat(0.3 * 0.99 ** RUN(e), s),
            lambda e, s: 0.3 * 0.99 ** RUN(s),
            lambda e, s: 0.3 * 0.99 ** RUN(1, e * s + 1),
            lambda e, s: np.full(e * s, 0.3),
            lambda e, s: 0.3 * 0.99 ** RUN(28),
            lambda e, s: np.round(0.3 * 0.99 ** RUN(e * s), 4),
            lambda e, s: 0.3 * (1 - 0.01 * RUN(e * s)),
            lambda e, s: 0.3 / (1 + 0.01 * RUN(e * s)),
            lambda e, s: (0.3 * 0.99 ** RUN(e * s))[::-1],
            lambda e, s: 0.3 * 0.99 ** np.minimum(RUN(e * s), 50),
            lambda e, s: [0.3 * 0.99 ** (k * (s - 1) + i) for k in range(e) for i in range(s)],
            lambda e, s: [0.3 * 0.99 ** (k * 7 + i) for k in range(e) for i in range(s)],
            lambda e, s: print(end=""),
            0.3 * 0.99 ** RUN(28),
        ],
    ),
    "pure_schedule": (
        exercises.pure_schedule,
        [
            schedules.exponential,
            lambda rate, decay: lambda t: rate * decay**t,
            lambda rate, decay: lambda t: rate * np.prod([decay] * t),
            lambda rate, decay: lambda t: [rate * np.exp(t * np.log(decay))],
            lambda rate, decay: lambda step: np.asarray(rate) * np.power(decay, step),
            _recursive,
            _table,
            _lazy_table,
            _Schedule,
        ],
        [
            _remembering,
            _resetting,
            _of_the_last,
            _sharing,
            lambda rate, decay: rate * decay,
            lambda rate, decay: lambda t: rate * decay ** (t + 1),
            lambda rate, decay: lambda t: rate,
            lambda rate, decay: lambda t: rate * decay if t else rate,
            lambda rate, decay: lambda t: 0.5 * decay**t,  # ignores its rate
            lambda rate, decay: lambda t: rate * 0.9**t,  # ignores its factor
            lambda rate, decay: lambda t: rate * decay ** min(t, 5),  # wrong from step 6
            lambda rate, decay: lambda t: rate * decay ** (t if t < 6 else 2 * t),
            lambda rate, decay: lambda t: rate * decay ** min(t, 50),
            lambda rate, decay: lambda t: rate / (1 + (1 / decay - 1) * t),
            lambda rate, decay: lambda t: round(rate * decay**t, 3),
            lambda rate, decay: lambda t: rate * (1 - (1 - decay) * t),
            lambda rate, decay: lambda: rate,
        ],
    ),
}


@pytest.mark.parametrize(
    ("check", "hint", "attempt"),
    [
        (exercises.no_reset, "begins anew", lambda e, s: list(0.3 * 0.99 ** RUN(s)) * e),
        (exercises.no_reset, "once an epoch", lambda e, s: np.repeat(0.3 * 0.99 ** RUN(e), s)),
        (exercises.no_reset, "28 rates; you give 7", lambda e, s: 0.3 * 0.99 ** RUN(s)),
        (exercises.no_reset, "Off by one", lambda e, s: 0.3 * 0.99 ** RUN(1, e * s + 1)),
        (exercises.no_reset, "never falls", lambda e, s: np.full(e * s, 0.3)),
        (exercises.no_reset, "step 51", lambda e, s: 0.3 * 0.99 ** np.minimum(RUN(e * s), 50)),
        (exercises.pure_schedule, "Asked twice", _remembering),
        (exercises.pure_schedule, "another order", _of_the_last),
        (exercises.pure_schedule, "share something", _sharing),
        (exercises.pure_schedule, "a number", lambda r, d: r * d),
        (exercises.pure_schedule, "Off by one", lambda r, d: lambda t: r * d ** (t + 1)),
        (exercises.pure_schedule, "no longer falls", lambda r, d: lambda t: r),
        (exercises.pure_schedule, "at step 2", lambda r, d: lambda t: r * d if t else r),
        (exercises.pure_schedule, "rate 2, it is 0.5", lambda r, d: lambda t: 0.5 * d**t),
        (exercises.pure_schedule, "at step 6", lambda r, d: lambda t: r * d ** min(t, 5)),
    ],
)
def test_each_wrong_answer_is_told_what_is_wrong_with_it(check, hint, attempt):
    verdict = check(attempt)
    assert verdict.passed is False and hint in verdict.text
    assert check(...).passed is None
