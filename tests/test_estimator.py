"""The estimator against scikit-learn's checks and least squares, and what it says on failing."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning, NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from lrlab import datasets, optimizers, schedules
from lrlab.estimator import GradientDescentRegressor

houses, price = datasets.houses()
X = (houses - houses.mean(axis=0)) / houses.std(axis=0)
EDGE = 2 / np.linalg.eigvalsh(np.cov(X.T, bias=True)).max()  # the intercept's curvature is 1


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_scikit_learn_finds_nothing_to_complain_about(fit_intercept):
    check_estimator(GradientDescentRegressor(fit_intercept=fit_intercept))


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize(
    "rate",
    ["fastest", 0.3, 1, schedules.warmup(0.5, 20), lambda t: 1.2 if t < 3 else 0.4],
)
def test_every_convergent_rate_gives_the_model_of_least_squares(rate, fit_intercept):
    model = GradientDescentRegressor(rate, tol=1e-14, fit_intercept=fit_intercept).fit(X, price)
    other = LinearRegression(fit_intercept=fit_intercept).fit(X, price)
    np.testing.assert_allclose(model.coef_, other.coef_, rtol=1e-5)
    np.testing.assert_allclose(model.intercept_, other.intercept_, rtol=1e-7)
    np.testing.assert_allclose(model.predict(X[:5]), other.predict(X[:5]), rtol=1e-6)


def test_it_takes_the_steps_of_gradient_descent_and_no_more_than_it_needs():
    ones = np.column_stack([X, np.ones(len(X))])
    theta, far, best = np.zeros(4), [], np.linalg.lstsq(ones, price)[0]
    model = GradientDescentRegressor(0.2, tol=1e-5).fit(X, price)
    for _ in range(model.n_iter_ + 1):
        far.append(np.mean((ones @ (theta - best)) ** 2) / price.var())
        last, theta = theta, theta - 0.2 * ones.T @ (ones @ theta - price) / len(price)
    np.testing.assert_allclose([*model.coef_, model.intercept_], last, rtol=1e-9)
    assert far[-1] <= 1e-5 < far[-2]
    within = LinearRegression().fit(X, price).score(X, price) - model.score(X, price)
    assert 0 < within <= 1e-5


def test_it_knows_the_edge_of_the_data_and_does_not_begin_above_it():
    model = GradientDescentRegressor().fit(X, price)
    assert model.critical_rate_ == pytest.approx(EDGE)
    assert model.learning_rate_ < EDGE
    assert GradientDescentRegressor(0.999 * EDGE).fit(X, price).n_iter_ > 100
    with pytest.raises(ValueError, match=r"learning_rate=1\.1.* must be below .*, 1\.063\. Choose"):
        GradientDescentRegressor(1.1).fit(X, price)
    with pytest.raises(ValueError, match="must be below"):  # too few steps to see it
        GradientDescentRegressor(1.0001 * EDGE, max_iter=1).fit(X, price)


@pytest.mark.parametrize(
    "options",
    [{"learning_rate": lambda t: 1.2}, {"learning_rate": 4, "optimizer": optimizers.momentum(0.5)}],
)
def test_other_runs_that_diverge_are_errors_too(options):
    model = GradientDescentRegressor(**options, max_iter=2000)
    with pytest.raises(ValueError, match=r"diverges .* compare it with the critical rate"):
        model.fit(X, price)
    with pytest.raises(NotFittedError):
        model.predict(X)


def test_momentum_may_go_beyond_the_edge_of_plain_descent():
    model = GradientDescentRegressor(1.3, optimizer=optimizers.momentum(0.5), tol=1e-14)
    np.testing.assert_allclose(
        model.fit(X, price).coef_, LinearRegression().fit(X, price).coef_, rtol=1e-5
    )


def test_a_run_that_has_not_arrived_says_what_to_do():
    with pytest.warns(ConvergenceWarning, match=r"max_iter=50 .* 9\.033e-08.* StandardScaler"):
        model = GradientDescentRegressor(max_iter=50).fit(houses, price)
    assert model.n_iter_ == 50
    assert np.isfinite(model.coef_).all()


def test_a_pipeline_is_silent_and_as_good_as_least_squares():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = make_pipeline(StandardScaler(), GradientDescentRegressor()).fit(houses, price)
    best = LinearRegression().fit(houses, price).score(houses, price)
    assert model.score(houses, price) == pytest.approx(best, abs=1e-8)


def test_a_search_survives_rates_that_diverge_and_tries_schedules():
    rates = [0.3, schedules.linear(0.5, 400), 50.0]
    search = GridSearchCV(GradientDescentRegressor(), {"learning_rate": rates}, cv=3)
    with pytest.warns(FitFailedWarning, match="3 fits failed"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "One or more of the test scores")
        search.fit(X, price)
    scores = search.cv_results_["mean_test_score"]
    assert np.ptp(scores[:2]) < 1e-4
    assert np.isnan(scores[2])
    assert search.best_params_["learning_rate"] in rates[:2]


def test_winners_of_a_search_are_told_apart_by_tol_alone():
    spread = []
    for tol in (1e-8, 1e-14):
        model = make_pipeline(StandardScaler(), GradientDescentRegressor(tol=tol))
        rates = {"gradientdescentregressor__learning_rate": [0.1, 0.3, 1.0]}
        search = GridSearchCV(model, rates, cv=5).fit(houses, price)
        spread.append(np.ptp(search.cv_results_["mean_test_score"]))
    assert 1e-6 < spread[0] < 1e-4
    assert spread[1] < 1e-7


def test_it_can_be_cloned_and_stored():
    model = GradientDescentRegressor(schedules.constant(0.5), max_iter=70, tol=1e-3)
    again = clone(model)
    assert again.get_params() == model.get_params()
    fitted = GradientDescentRegressor(0.5).fit(X, price)
    stored = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(stored.predict(X), fitted.predict(X))


def test_it_leaves_the_data_of_others_alone():
    mine, before = X.copy(), X.copy()
    GradientDescentRegressor(fit_intercept=False).fit(mine, price)
    np.testing.assert_array_equal(mine, before)
    assert mine.flags.writeable


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("y", [np.zeros(20), np.full(20, 0.1), 1e6 + np.arange(20.0)])
def test_targets_without_spread_or_far_from_0_are_fitted(y):
    x = 1 + np.random.default_rng(1).standard_normal((20, 1))
    model = GradientDescentRegressor().fit(x, y)
    other = LinearRegression().fit(x, y)
    np.testing.assert_allclose(model.predict(x), other.predict(x), atol=1e-3 * y.std() + 1e-8)


@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        ({"learning_rate": "slowest"}, ValueError, "learning_rate must be one of fastest, got"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be positive and finite, got 0"),
        ({"learning_rate": None}, TypeError, "learning_rate must be a number"),
        ({"max_iter": 0}, ValueError, "max_iter must be an integer ≥ 1, got 0"),
        ({"tol": -1}, ValueError, "tol must be 0 or more and finite, got -1"),
        ({"optimizer": "adam"}, TypeError, "optimizer must come from lrlab.optimizers, got 'adam'"),
    ],
)
def test_parameters_are_checked_by_name_when_fitted(bad, error, message):
    with pytest.raises(error, match=message):
        GradientDescentRegressor(**bad).fit(X, price)


def test_several_targets_are_refused():
    with pytest.raises(ValueError, match="y should be a 1d array, got an array of shape"):
        GradientDescentRegressor().fit(X, np.column_stack([price, price]))
