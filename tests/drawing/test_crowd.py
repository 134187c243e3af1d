import numpy as np
import pytest

from lrlab.drawing import crowd, figures

rng = np.random.default_rng(3)
X = rng.normal(0, 1, 20_000)
Y = 3 * X + rng.normal(0, 1, 20_000)


@pytest.mark.parametrize("n", [1, 2, 999, 1000])
def test_few_points_are_all_shown(n):
    assert crowd.shown(X[:n], Y[:n]).tolist() == list(range(n))


@pytest.mark.parametrize("scale", [1e-9, 1, 1e9])
def test_of_many_a_thousand_are_shown_with_the_ends_and_the_outliers(scale):
    x, y = scale * X, Y / scale
    y[[17, 4000]] = 1e6 / scale, -1e6 / scale
    at = crowd.shown(x, y)
    assert len(at) == 1000 == len(set(at)) and (np.diff(at) > 0).all()
    assert {17, 4000, x.argmin(), x.argmax(), y.argmin(), y.argmax()} <= set(at)


def test_those_shown_are_spread_as_all_are():
    at = crowd.shown(X, Y)
    shares = np.linspace(0.05, 0.95, 19)
    np.testing.assert_allclose(np.quantile(X[at], shares), np.quantile(X, shares), atol=0.05)
    np.testing.assert_allclose(np.quantile(Y[at], shares), np.quantile(Y, shares), atol=0.4)


@pytest.mark.parametrize(("x", "y"), [(np.zeros(5000), np.arange(5000)), (X, 0 * X), (X, 2 * X)])
def test_no_spread_or_no_errors_are_no_trouble(x, y):
    assert len(crowd.shown(x, y)) == 1000


def test_axes_reach_as_far_as_all_points():
    y = Y.copy()
    y[5] = 1e3
    _, (ax,) = figures.canvas([4])
    figures.data(ax, X, y)
    assert ax.get_title(loc="left") == "1,000 of 20,000 points are shown"
    assert ax.get_ylim()[1] > 1e3 and len(ax.lines[0].get_xdata()) == 1000
