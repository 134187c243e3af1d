"""The estimator against scikit-learn's checks and least squares, and what it says on failing."""

import pickle
import tracemalloc
import warnings

import joblib
import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning, NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from lrlab import datasets, optimizers, schedules
from lrlab.estimator import GradientDescentRegressor, _problem

houses, price = datasets.houses()
X = (houses - houses.mean(axis=0)) / houses.std(axis=0)
EDGE = 2 / np.linalg.eigvalsh(np.cov(X.T, bias=True)).max()  # the intercept's curvature is 1


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_scikit_learn_finds_nothing_to_complain_about(fit_intercept):
    checks = check_estimator(GradientDescentRegressor(fit_intercept=fit_intercept))
    for check in checks or []:  # scikit-learn 1.5 says nothing
        assert check["status"] in ("passed", "skipped") and not check["expected_to_fail"], check


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


STORES = {
    "pickle": lambda model, path: pickle.loads(pickle.dumps(model)),
    "joblib": lambda model, path: joblib.load(joblib.dump(model, path / "model")[0]),
}


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(
    "options",
    [
        {"learning_rate": 0.5},
        {"learning_rate": schedules.warmup(schedules.cosine(0.5, 4000), 20)},
        {"optimizer": optimizers.momentum(0.5), "learning_rate": schedules.constant(0.3)},
    ],
)
def test_it_can_be_cloned_and_stored(options, store, tmp_path):
    model = GradientDescentRegressor(**options, max_iter=2000, tol=1e-3)
    again = clone(model)
    assert again.get_params() == model.get_params() and repr(again) == repr(model)
    fitted = model.fit(X, price)
    stored = STORES[store](fitted, tmp_path)
    np.testing.assert_array_equal(stored.predict(X), fitted.predict(X))
    assert stored.get_params() == fitted.get_params()
    assert stored.learning_rate_ == fitted.learning_rate_
    np.testing.assert_array_equal(clone(stored).fit(X, price).coef_, fitted.coef_)


def test_it_leaves_the_data_of_others_alone():
    mine, before = X.copy(), X.copy()
    GradientDescentRegressor(fit_intercept=False).fit(mine, price)
    np.testing.assert_array_equal(mine, before)
    assert mine.flags.writeable
    mine, weights = sparse.csr_array(X), WEIGHTS.copy()
    GradientDescentRegressor().fit(mine, price, weights)
    np.testing.assert_array_equal(mine.toarray(), X)
    np.testing.assert_array_equal(weights, WEIGHTS)


# Weights

WEIGHTS = np.random.default_rng(3).integers(0, 4, len(price)).astype(float)
ROWS = np.repeat(np.arange(len(price)), WEIGHTS.astype(int))
KINDS = {
    "dense": np.asarray,
    "csr_array": sparse.csr_array,
    "csc_matrix": sparse.csc_matrix,
    "coo_array": sparse.coo_array,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_weighted_and_sparse_data_give_the_model_of_weighted_least_squares(kind, fit_intercept):
    model = GradientDescentRegressor(tol=1e-14, fit_intercept=fit_intercept)
    model.fit(KINDS[kind](X), price, sample_weight=WEIGHTS)
    columns = np.column_stack([X, np.ones(len(X)) * fit_intercept])
    root = np.sqrt(WEIGHTS)
    theta = np.linalg.lstsq(columns * root[:, None], price * root)[0]
    np.testing.assert_allclose([*model.coef_, model.intercept_], theta, rtol=1e-5, atol=1e-9)
    other = LinearRegression(fit_intercept=fit_intercept).fit(X, price, sample_weight=WEIGHTS)
    np.testing.assert_allclose(model.predict(KINDS[kind](X)), other.predict(X), rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_of_weight_2_counts_as_two_and_one_of_weight_0_as_none(kind):
    make = KINDS[kind]
    model = GradientDescentRegressor(0.2).fit(make(X), price, sample_weight=WEIGHTS)
    again = GradientDescentRegressor(0.2).fit(X[ROWS], price[ROWS])
    assert 0 in WEIGHTS and 3 in WEIGHTS and model.n_iter_ == again.n_iter_
    np.testing.assert_allclose(model.coef_, again.coef_, rtol=1e-9)
    np.testing.assert_allclose(model.intercept_, again.intercept_, rtol=1e-9)
    some = WEIGHTS > 0
    fewer = GradientDescentRegressor(0.2).fit(make(X[some]), price[some], WEIGHTS[some])
    np.testing.assert_array_equal(model.coef_, fewer.coef_)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("weight", [1, 0.3, 1e300])
def test_equal_weights_are_no_weights(kind, weight):
    plain = GradientDescentRegressor().fit(KINDS[kind](X), price)
    weighted = GradientDescentRegressor().fit(KINDS[kind](X), price, np.full(len(price), weight))
    assert weighted.n_iter_ == plain.n_iter_ and weighted.intercept_ == plain.intercept_
    assert weighted.critical_rate_ == plain.critical_rate_
    np.testing.assert_array_equal(weighted.coef_, plain.coef_)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_move_the_edge_and_say_when_to_stop(kind):
    data, weights = KINDS[kind](X), np.exp(2 * X[:, 0])
    columns = np.column_stack([X, np.ones(len(X))])
    hessian = columns.T @ (weights[:, None] * columns) / weights.sum()
    edge = 2 / np.linalg.eigvalsh(hessian).max()
    model = GradientDescentRegressor(0.99 * edge, tol=1e-5).fit(data, price, weights)
    assert model.critical_rate_ == pytest.approx(edge) != pytest.approx(EDGE, rel=0.1)
    with pytest.raises(ValueError, match="must be below the critical rate"):
        GradientDescentRegressor(1.01 * edge).fit(data, price, weights)
    best = LinearRegression().fit(X, price, weights).score(X, price, weights)
    within = best - model.score(data, price, weights)
    with pytest.warns(ConvergenceWarning):
        before = GradientDescentRegressor(0.99 * edge, tol=1e-5, max_iter=model.n_iter_ - 1)
        before.fit(data, price, weights)
    assert within <= 1e-5 < best - before.score(data, price, weights)


# Sparse data


def scattered(n, d, seed=0):
    """Two entries in each row."""
    rng = np.random.default_rng(seed)
    at = np.repeat(np.arange(n), 2), rng.integers(d, size=2 * n)
    return sparse.csr_array((rng.normal(1.0, 1.0, 2 * n), at), shape=(n, d))


def test_sparse_data_take_the_steps_of_dense_data():
    data, y = scattered(300, 20), np.random.default_rng(1).normal(size=300)
    for options in {}, {"learning_rate": 0.5}, {"fit_intercept": False, "tol": 1e-12}:
        thin = GradientDescentRegressor(**options).fit(data, y)
        thick = GradientDescentRegressor(**options).fit(data.toarray(), y)
        assert thin.n_iter_ == thick.n_iter_
        assert thin.critical_rate_ == pytest.approx(thick.critical_rate_, rel=1e-12)
        np.testing.assert_allclose(thin.coef_, thick.coef_, rtol=1e-8)
        np.testing.assert_allclose(thin.predict(data), thick.predict(data.toarray()), rtol=1e-8)


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_array])
def test_the_loss_is_half_the_weighted_mean_squared_error(make):
    problem = _problem(make(X), price, WEIGHTS, fit_intercept=True)
    ones = np.column_stack([X, np.ones(len(X))])
    best = np.linalg.lstsq(ones[ROWS], price[ROWS])[0]
    np.testing.assert_allclose(problem.minimizer, best, rtol=1e-9)
    for theta in best * np.random.default_rng(0).normal(1, 0.5, size=(5, 4)):
        squares = (ones @ theta - price) ** 2
        loss = np.average(squares, weights=WEIGHTS) / 2
        assert problem.loss(theta) == pytest.approx(loss, rel=1e-12)
    assert 0 < problem.excess(problem.minimizer + 1e-9) < 1e-17


def test_sparse_columns_may_depend_on_each_other():
    x, y = np.random.default_rng(0).normal(size=(2, 100))
    columns = np.column_stack([x, 3 * x, np.zeros(100), x + 2, np.ones(100)])
    thick = GradientDescentRegressor().fit(columns, x + 0.5 + y)
    thin = GradientDescentRegressor().fit(sparse.csr_array(columns), x + 0.5 + y)
    assert thin.n_iter_ == thick.n_iter_ > 5
    assert thin.learning_rate_ == pytest.approx(thick.learning_rate_, rel=1e-9)
    np.testing.assert_allclose(thin.coef_, thick.coef_, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_array])
def test_a_small_column_that_is_needed_is_not_taken_for_rounding(make):
    y, noise = np.random.default_rng(0).normal(size=(2, 100))
    columns = make(np.column_stack([1e-9 * y, noise]))
    with pytest.warns(ConvergenceWarning, match="has not converged"):
        GradientDescentRegressor(max_iter=200).fit(columns, y)


def test_sparse_data_are_never_made_dense():
    data = scattered(200_000, 300)
    y = data @ np.ones(300)
    tracemalloc.start()
    try:
        model = GradientDescentRegressor(tol=0.01).fit(data, y, np.abs(y))
        model.predict(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60e6 < 8 * data.shape[0] * data.shape[1] / 5


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


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learning_rate": schedules.linear([0.1, 0.2], 9)}, r"learning_rate must .*\(2,\)"),
        ({"learning_rate": lambda t: np.array([0.1])}, r"learning_rate must .* shape \(1,\)"),
        ({"optimizer": optimizers.momentum([0.1, 0.2])}, r"optimizer must have numbers .*\(2,\)"),
        ({"optimizer": optimizers.adam(eps=[[1e-8]])}, r"optimizer must have numbers .*\(1, 1\)"),
    ],
)
def test_a_family_of_runs_is_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        GradientDescentRegressor(**options).fit(X, price)


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        (np.ones(3), ValueError, r"sample_weight must have shape \(\d+,\), got \(3,\)"),
        (np.ones((len(price), 1)), ValueError, "sample_weight must have shape"),
        (np.zeros(len(price)), ValueError, "sample_weight must be above 0 for some example"),
        (-np.ones(len(price)), ValueError, "sample_weight must be 0 or more .* at index 0"),
        (np.full(len(price), np.nan), ValueError, "sample_weight must be 0 or more .* got nan"),
        (["a"] * len(price), TypeError, "sample_weight must be a number or an array of numbers"),
    ],
)
def test_weights_are_checked(weights, error, message):
    with pytest.raises(error, match=message):
        GradientDescentRegressor().fit(X, price, sample_weight=weights)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("make", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize(
    ("data", "y"),
    [
        (1e200 * X, price),
        (1e-200 * X, price),
        (0 * X, price),
        (np.vstack([[1e308, 0.0, 0.0], X[1:]]), price),
        (X, 1e200 * price),
    ],
)
def test_data_whose_squares_are_no_floats_are_refused(make, data, y):
    weights = np.exp(-np.arange(len(y)))
    with pytest.raises(ValueError, match=r"(X|y|X and y) must"):
        GradientDescentRegressor(fit_intercept=False).fit(make(data), y, weights)


def test_several_targets_are_refused():
    with pytest.raises(ValueError, match="y should be a 1d array, got an array of shape"):
        GradientDescentRegressor().fit(X, np.column_stack([price, price]))
