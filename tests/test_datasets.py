import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from lrlab import LeastSquares, datasets


def test_the_main_data_are_always_the_same():
    x, y = datasets.line()
    np.testing.assert_array_equal((x, y), datasets.line())
    assert x.shape == y.shape == (40,) and x.min() >= 0 and x.max() <= 2
    # Not (2, 3): sampling noise has moved the minimizer, and lessons quote it.
    np.testing.assert_allclose(LeastSquares.line(x, y).minimizer, [2.32, 2.70], atol=0.005)


def test_a_line_scatters_as_told():
    rng = np.random.default_rng(1)
    x, y = datasets.line(100_000, slope=-1.0, intercept=4.0, noise=0.25, rng=rng)
    assert (y + x - 4).std() == pytest.approx(0.25, rel=0.01)
    assert x.mean() == pytest.approx(1, rel=0.01)
    x, y = datasets.line(noise=0.0, rng=np.random.default_rng(1))
    np.testing.assert_allclose(y, 2 * x + 3)


def test_houses_are_badly_conditioned_until_scaled():
    X, price = datasets.houses()
    np.testing.assert_array_equal(X, datasets.houses()[0])
    ones = np.ones(len(X))
    assert LeastSquares(np.column_stack([X, ones]), price).condition_number > 1e7
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    assert LeastSquares(np.column_stack([scaled, ones]), price).condition_number < 100
    assert (X > 0).all() and (price > 0).all()


def test_diabetes_is_what_scikit_learn_brings():
    bunch = load_diabetes(scaled=False)
    for feature, column in zip(bunch.feature_names, bunch.data.T, strict=True):
        x, y = datasets.diabetes(feature)
        np.testing.assert_array_equal(x, column)
        np.testing.assert_array_equal(y, bunch.target)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: datasets.line(0), ValueError, "n must be an integer ≥ 1, got 0"),
        (lambda: datasets.line(noise=-1), ValueError, "noise must be 0 or more and finite, got -1"),
        (lambda: datasets.line(slope=[1, 2]), TypeError, "slope must be a number, got an array"),
        (lambda: datasets.line(intercept=np.nan), ValueError, "intercept must be finite, got nan"),
        (lambda: datasets.line(rng=3), TypeError, "rng must be like .* got 3"),
        (lambda: datasets.houses(2.5), TypeError, "n must be an integer ≥ 1, got 2"),
        (lambda: datasets.houses(rng=np.random), TypeError, "rng must be like"),
        (lambda: datasets.diabetes("weight"), ValueError, "feature must be one of age, .*'weight'"),
    ],
)
def test_bad_arguments_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
