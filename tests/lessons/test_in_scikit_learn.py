"""The lesson against SGDRegressor itself: its order, its rates, its steps, its end."""

import json
import re
import warnings

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDRegressor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import RobustScaler, StandardScaler

from lrlab import LeastSquares, datasets, exercises, explorers, sampling, schedules
from lrlab.estimator import GradientDescentRegressor
from lrlab.lessons.in_scikit_learn import maths as sgd
from lrlab.predict import questions

x, y = datasets.line()
PROBLEM = LeastSquares.line(x, y)
houses, price = datasets.houses()
HOUSES = LeastSquares(np.column_stack([houses, np.ones(len(houses))]), price)
QUESTIONS = questions()


def fitted(X=x[:, None], y=y, **settings):
    """Coefficients, intercept last, and the epochs that SGDRegressor took."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = SGDRegressor(**{"random_state": 0, **settings}).fit(X, y)
    return np.append(model.coef_, model.intercept_), model.n_iter_


# What SGDRegressor does


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**32 - 1])
def test_examples_come_in_the_order_of_scikit_learn(seed):
    """Each example has a feature of its own, so its size tells when it was met."""
    n = 12
    order = sgd.orders(n, 3, seed)
    assert (np.sort(order) == np.arange(n)).all()
    settings = {"random_state": seed, "learning_rate": "invscaling", "power_t": 1.0, "eta0": 1e-3}
    settings |= {"penalty": None, "tol": None, "max_iter": 3, "fit_intercept": False}
    coef = np.zeros(n)
    for t, i in enumerate(order.ravel()):
        coef[i] -= 1e-3 / (t + 1) * (coef[i] - 1)
    np.testing.assert_allclose(fitted(np.eye(n), np.ones(n), **settings)[0][:n], coef, rtol=1e-9)


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("penalty", [None, "l2"])
@pytest.mark.parametrize(
    ("name", "alpha"), [("constant", 1e-4), ("constant", 0.5), ("invscaling", 1e-4), ("optimal", 5)]
)
def test_fixed_rates_lead_where_scikit_learn_ends(name, alpha, penalty, seed):
    found, _ = fitted(learning_rate=name, eta0=0.05, alpha=alpha, penalty=penalty, tol=None,
                      max_iter=9, random_state=seed)  # fmt: skip
    run = sgd.descend(
        PROBLEM, sgd.rate(name, 0.05, alpha=alpha), sgd.orders(40, 9, seed),
        penalty=np.array([alpha, 0]) if penalty else 0.0,
    )  # fmt: skip
    np.testing.assert_allclose(run.theta[-1], found, rtol=1e-9)


@pytest.mark.parametrize("tol", [0, 1e-3, 1e-2])
@pytest.mark.parametrize(("eta0", "patience"), [(0.01, 5), (0.3, 5), (0.3, 2)])
def test_adaptive_is_a_plateau(eta0, patience, tol):
    found, epochs = fitted(learning_rate="adaptive", eta0=eta0, tol=tol, penalty=None, max_iter=80,
                           n_iter_no_change=patience)  # fmt: skip
    rule = sgd.rate("adaptive", eta0, tol=tol, n_iter_no_change=patience)
    run = sgd.descend(PROBLEM, rule, sgd.orders(40, 80, 0))
    np.testing.assert_allclose(run.theta[epochs], found, rtol=1e-9)
    end = sgd.stops_after(run, tol=tol, n_iter_no_change=patience, adaptive=True)
    assert end == epochs or (end is None and epochs == 80)


@pytest.mark.parametrize("name", ["constant", "invscaling"])
@pytest.mark.parametrize("eta0", [0.003, 0.01, 0.1, 0.3])
@pytest.mark.parametrize("tol", [1e-3, 1e-2])
def test_it_stops_when_scikit_learn_stops(name, eta0, tol):
    _, epochs = fitted(learning_rate=name, eta0=eta0, tol=tol, penalty=None, max_iter=300)
    run = sgd.descend(PROBLEM, sgd.rate(name, eta0), sgd.orders(40, 300, 0))
    assert sgd.stops_after(run, tol=tol) == epochs < 300


def test_the_rates_are_those_of_the_formulas_in_its_source():
    t = np.arange(1, 400)
    np.testing.assert_allclose(sgd.rate("invscaling", 0.2, power_t=0.4)(t - 1), 0.2 / t**0.4)
    alpha = 0.03
    began = np.sqrt(1 / np.sqrt(alpha))
    t0 = 1 / (began * alpha)
    np.testing.assert_allclose(sgd.rate("optimal", alpha=alpha)(t - 1), 1 / (alpha * (t0 + t - 1)))
    assert isinstance(sgd.rate("adaptive"), schedules.Plateau)


def test_a_family_of_runs_is_each_run_by_itself():
    eta0, order = np.array([0.01, 0.1, 0.3]), sgd.orders(40, 30, 3)
    for name in sgd.RATES:
        family = sgd.descend(PROBLEM, sgd.rate(name, eta0), order)
        for k, each in enumerate(eta0):
            one = sgd.descend(PROBLEM, sgd.rate(name, each), order)
            at = () if name == "optimal" else (k,)
            np.testing.assert_allclose(family.theta[at][:20], one.theta[:20], rtol=1e-9)
            np.testing.assert_allclose(family.learning_rate[at], one.learning_rate)


@pytest.mark.parametrize("name", sgd.RATES)
def test_unscaled_columns_ruin_all_four_in_silence(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = SGDRegressor(learning_rate=name, random_state=0).fit(houses, price)
    assert 1e6 < np.abs(model.coef_).max() < 1e17
    assert model.n_iter_ < 1000


def test_clipped_steps_are_those_of_scikit_learn_and_others_overflow_within_100():
    order = sgd.orders(200, 2, 0)
    found, _ = fitted(houses, price, penalty=None, tol=None, max_iter=2)
    run = sgd.descend(HOUSES, sgd.rate("invscaling"), order)
    np.testing.assert_allclose(run.theta[-1], found, rtol=1e-6)
    free = sgd.descend(HOUSES, sgd.rate("invscaling"), order[:1, :100], steepest=np.inf)
    assert not np.isfinite(free.theta[-1]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sgd.orders(0, 1, 0), "n must be an integer ≥ 1, got 0"),
        (lambda: sgd.orders(3, 1, -1), "random_state must be an integer from 0 to .* got -1"),
        (lambda: sgd.rate("exponential"), "name must be one of constant, invscaling, .* got"),
        (lambda: sgd.rate("optimal", alpha=0), "alpha must be positive and finite, got 0"),
        (lambda: sgd.rate("constant", -1), "eta0 must be positive and finite, got -1"),
        (lambda: sgd.descend(PROBLEM, sgd.rate("constant"), [0, 1]), "orders must have shape"),
        (lambda: sgd.descend(PROBLEM, sgd.rate("constant"), [[40]]), "orders must be below"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


# What the prose and the questions say


def test_the_answers_name_true_numbers():
    edge = sampling.critical_rate(PROBLEM, 1)
    assert f"{edge:.2f}" == "0.66"
    optimal = sgd.rate("optimal")
    assert optimal(0) == pytest.approx(10)
    assert f"{optimal(50 * 40):.1f}" == "3.3"
    assert all("0.66" in each["says"] for each in QUESTIONS["optimal-rate"]["choices"])
    assert "still at 3.3" in QUESTIONS["optimal-rate"]["choices"][1]["says"]
    assert 0.01 / sampling.critical_rate(HOUSES, 1) > 1e5


def test_the_wrong_shape_can_make_a_better_model_look_worse():
    """Of two predictions the one that is right has the larger mean over all pairs."""
    target = np.arange(10.0)
    good, flat = target, np.full(10, target.mean())
    pairs = [np.mean((target[:, None] - each) ** 2) for each in (good, flat)]
    assert np.mean((target - good) ** 2) < np.mean((target - flat) ** 2)
    assert pairs[0] > pairs[1]


def test_what_a_tenfold_eta0_leaves_depends_on_the_seed():
    """A thousandth at one, a twentieth at another; at each less than the smaller eta0 leaves."""
    ratios = []
    for seed in range(12):
        order = sgd.orders(40, 50, seed)
        end = sgd.descend(PROBLEM, sgd.rate("invscaling", np.array([0.01, 0.1])), order).theta[
            :, -1
        ]
        found = [fitted(eta0=eta0, penalty=None, tol=None, max_iter=50, random_state=seed)[0]
                 for eta0 in (0.01, 0.1)]  # fmt: skip
        np.testing.assert_allclose(end, found, rtol=1e-9)
        ratios.append(PROBLEM.excess(end[1]) / PROBLEM.excess(end[0]))
    assert [f"{each:.0e}" for each in ratios[:5]] == ["6e-04", "6e-03", "2e-03", "4e-02", "3e-04"]
    assert max(ratios) < 0.1


def test_optimal_takes_its_rate_from_alpha_alone():
    """Also without regularisation, and whatever eta0."""
    ends = [fitted(learning_rate="optimal", eta0=eta0, penalty=None, alpha=alpha)[0][0]
            for eta0, alpha in [(0.01, 1e-4), (0.5, 1e-4), (0.01, 0.01)]]  # fmt: skip
    assert ends[0] == ends[1] and abs(ends[0]) > 1e10 and 2 < ends[2] < 3


@pytest.mark.parametrize("begin", [1, 300])
def test_an_average_counts_from_the_step_it_is_told(begin):
    theta, seen = np.zeros(2), []
    for i in sgd.orders(40, 20, 0).ravel():
        theta = theta - 0.05 * (PROBLEM.X[i] @ theta - y[i]) * PROBLEM.X[i]
        seen.append(theta)
    found, _ = fitted(learning_rate="constant", eta0=0.05, penalty=None, tol=None, max_iter=20,
                      average=True if begin == 1 else begin)  # fmt: skip
    np.testing.assert_allclose(found, np.mean(seen[begin - 1 :], axis=0), rtol=1e-9)


def test_regularisation_makes_alpha_the_least_curvature_there_can_be():
    X = np.random.default_rng(0).standard_normal((30, 4))
    X[:, 3] = X[:, 0] - X[:, 1]  # a direction without curvature
    curved = np.linalg.eigvalsh(X.T @ X / 30 + 0.02 * np.eye(4))
    assert curved[0] == pytest.approx(0.02)


# The picture


@pytest.fixture(scope="module")
def book():
    return explorers.sgd_rates(x, y)


def test_what_travels_to_the_browser_is_small(book):
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000
    assert len(book.description) > 20


def test_the_default_and_the_edge_are_positions_exactly(book):
    slider = book.sliders["eta0"]
    marks = {name: slider.values[at] for at, name in slider.marks.items()}
    assert marks == {"default": 0.01, "edge": sampling.critical_rate(PROBLEM, 1)}


@pytest.mark.parametrize("name", ["constant", "invscaling", "adaptive"])
@pytest.mark.parametrize("k", [0, 5, 11, 15])
def test_the_picture_goes_where_scikit_learn_goes(book, name, k):
    eta0, i = book.sliders["eta0"].values[k], sgd.RATES.index(name)
    settings = {"learning_rate": name, "eta0": eta0, "penalty": None}
    tol = {"tol": 1e-3} if name == "adaptive" else {"tol": None}
    at, _ = fitted(**settings, **tol, max_iter=20)
    rates, path, losses, stop = range(4)
    left, middle, right = book.figure.axes
    low, high = np.transpose([middle.get_xlim(), middle.get_ylim()])
    if ((low < at) & (at < high)).all():
        seen = drawn(book, path, (i, k))[20]
        if not np.isnan(seen).any():
            np.testing.assert_allclose(seen, in_points(middle, at), atol=1 / 16)
    error = at - np.linalg.lstsq(PROBLEM.X, y)[0]
    excess = np.mean((PROBLEM.X @ error) ** 2) / 2
    seen = drawn(book, losses, (i, k))[20]
    np.testing.assert_allclose(seen, in_points(right, (20, excess)), atol=1 / 8)
    np.testing.assert_allclose(
        drawn(book, rates, (i, k))[0], in_points(left, (0, eta0)), atol=1 / 16
    )
    _, epochs = fitted(**settings, max_iter=51)
    diamond = drawn(book, stop, (i, k))[0]
    assert np.isnan(diamond).any() == (epochs > 50)
    if epochs <= 50:
        assert diamond[0] == pytest.approx(in_points(right, (epochs, 1))[0], abs=1 / 16)
        assert f"stops by itself after {epochs}." in caption(book, (i, k))
    else:
        assert caption(book, (i, k)).endswith("has not stopped by itself yet.")


def test_the_sentence_says_what_the_run_does(book):
    eta0 = book.sliders["eta0"].values
    edge = sampling.critical_rate(PROBLEM, 1)
    diverged = 0
    for i, name in enumerate(sgd.RATES):
        run = sgd.descend(PROBLEM, sgd.rate(name, eta0), sgd.orders(40, 50, 0))
        for k, each in enumerate(eta0):
            text = caption(book, (i, k))
            assert re.fullmatch(r"[A-Z].*\.", text) and len(text) <= 200
            assert text.startswith(f"{name.capitalize()}, ")
            theta = run.theta if name == "optimal" else run.theta[k]
            excess = PROBLEM.excess(theta)
            said = read(re.search(r"loss is (.*?)\.(?: |$)", text)[1])
            if name != "optimal":
                assert said == pytest.approx(excess[-1], rel=0.06)
            first = 10 if name == "optimal" else each
            began = read(re.search(r"α (?:stays at|falls from) (.*?)(?: to|\. )", text)[1])
            assert began == pytest.approx(first, rel=0.01)
            if "No error" in text:
                assert first > edge * (1 - 1e-9) and excess[-1] > excess[0]
                diverged += 1
            assert ("eta0 =" in text) == (name != "optimal")
    assert diverged >= len(eta0)


@pytest.mark.parametrize(
    "data",
    [([0, 1], [0, 0]), ([-1, 1], [1, 2]), ([1000, 1001, 1003], [5, 5, 6]), ([1e-3, 2], [3, 4])],
)
def test_any_data_make_a_picture(data):
    book = explorers.sgd_rates(*data)
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
    for slider in book.sliders.values():
        assert len(set(slider.labels)) == len(slider.labels)
    book._repr_mimebundle_()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"x": x}, "y must be given"),
        ({"x": x, "y": y, "epochs": 9}, "epochs must be an integer ≥ 10, got 9"),
        ({"x": x, "y": y, "random_state": 0.5}, "random_state must be an integer"),
    ],
)
def test_the_picture_refuses_what_it_cannot_show(bad, message):
    with pytest.raises((TypeError, ValueError), match=message):
        explorers.sgd_rates(**bad)


# The exercises


def scaled(model):
    return make_pipeline(StandardScaler(), model)


BROKEN = make_pipeline(
    StandardScaler(with_std=False), SGDRegressor(learning_rate="optimal", random_state=0)
)


class ByHand(GradientDescentRegressor):
    """Scales by numbers of its own, which fit the units of these houses alone."""

    def fit(self, X, y):
        return super().fit(X / [50, 2, 2000], y)

    def predict(self, X):
        return super().predict(X / [50, 2, 2000])


class Column(GradientDescentRegressor):
    def predict(self, X):
        return super().predict(X)[:, None]


class Mean(GradientDescentRegressor):
    """Ignores what it is given."""

    def predict(self, X):
        return np.full(len(X), 250.0)


RIGHT_MODELS = [
    scaled(SGDRegressor(random_state=0)),
    scaled(SGDRegressor(learning_rate="adaptive")),
    scaled(SGDRegressor(learning_rate="constant", eta0=0.001, random_state=3)),
    scaled(SGDRegressor(eta0=0.1, average=True, random_state=1)),
    scaled(SGDRegressor(learning_rate="optimal", alpha=0.1, penalty=None, random_state=0)),
    scaled(GradientDescentRegressor()),
    scaled(GradientDescentRegressor(0.5)),
    Pipeline([("scale", RobustScaler()), ("fit", GradientDescentRegressor())]),
    GridSearchCV(scaled(SGDRegressor(random_state=0)), {"sgdregressor__eta0": [0.003, 0.01]}),
]
WRONG_MODELS = [
    SGDRegressor,
    0.01,
    "SGDRegressor()",
    SGDRegressor(random_state=0),
    GradientDescentRegressor(0.01),
    scaled(SGDRegressor(eta0=1e-6, max_iter=5, tol=None, random_state=0)),
    scaled(SGDRegressor(learning_rate="optimal", alpha=10, random_state=0)),
    scaled(SGDRegressor(learning_rate="optimal", random_state=0)),
    scaled(SGDRegressor),
    make_pipeline(StandardScaler(with_std=False), SGDRegressor(random_state=0)),
    make_pipeline(SGDRegressor(), StandardScaler()),
    make_pipeline(StandardScaler()),
    ByHand(tol=1e-4),
    scaled(Column()),
    scaled(Mean()),
]
ANSWERS = {
    "to_eta0": (
        lambda a: exercises.to_eta0(a, 0.02),
        [0.04, 2 * 0.02, np.float64(0.04), np.float32(0.04), np.array(0.04), [0.04], (0.04,),
         np.array([[0.04]]), 0.02 + 0.02],
        [0.02, 0.01, 0.001, 0.08, -0.04, 0.0, 0.0401, 0.03, "0.04", None, [0.04, 0.04], np.nan,
         4, lambda: 0.04, 0.04 / 40],
    ),
    "repaired": (exercises.repaired, RIGHT_MODELS, WRONG_MODELS),
}  # fmt: skip


@pytest.mark.parametrize("rate", [1e-3, 0.05])
def test_eta0_is_twice_whatever_the_rate(rate):
    assert exercises.to_eta0(2 * rate, rate).passed
    assert exercises.to_eta0(rate, rate).passed is False


@pytest.mark.parametrize(
    ("check", "attempts"),
    [
        (lambda a: exercises.to_eta0(a, 0.02), [0.02, 0.01, 0.001, 0.08, -0.02, "0.02"]),
        (exercises.repaired, [WRONG_MODELS[k] for k in (0, 1, 3, 4, 5, 6, 8)]),
    ],
)
def test_each_wrong_answer_gets_a_hint_of_its_own(check, attempts, capsys):
    verdicts = [check(attempt) for attempt in attempts]
    assert [verdict.passed for verdict in verdicts] == [False] * len(attempts)
    assert len({verdict.text for verdict in verdicts}) == len(attempts)
    assert not any(re.search(r"Traceback|0\.04\b", verdict.text) for verdict in verdicts)
    assert check(...).passed is None


@pytest.mark.parametrize(
    "half",
    [
        BROKEN,
        scaled(SGDRegressor(learning_rate="optimal", random_state=0)),
        make_pipeline(StandardScaler(with_std=False), SGDRegressor(random_state=0)),
    ],
)
def test_both_defects_of_the_pipeline_must_be_mended(half):
    assert exercises.repaired(half).text.startswith("Its prices are more than a thousand times")


def test_the_hint_names_the_mistake():
    turned = make_pipeline(SGDRegressor(), StandardScaler())
    assert "pipeline ends with its model" in exercises.repaired(turned).text
    pulled = scaled(SGDRegressor(learning_rate="optimal", alpha=10, random_state=0))
    assert "alpha pulls the slopes towards 0" in exercises.repaired(pulled).text


def test_scaling_by_hand_does_not_survive_other_units():
    verdict = exercises.repaired(ByHand(tol=1e-4))
    assert verdict.passed is False
    assert "in other units" in verdict.text


def test_a_model_of_the_learner_is_left_as_it_was():
    model = scaled(SGDRegressor(random_state=0))
    exercises.repaired(model)
    assert not hasattr(model[-1], "coef_")
