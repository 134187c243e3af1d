"""Small data sets, made on the spot or read from scikit-learn's own files; never downloaded."""

import numpy as np

from lrlab import _check


def line(n=40, slope=2.0, intercept=3.0, noise=0.5, *, rng=None):
    """Return points scattered about a line, with x uniform on [0, 2].

    Parameters
    ----------
    n : int
        Number of points, 1 or more.
    slope, intercept : float
        Of the line.
    noise : float
        Standard deviation of y about the line, 0 or more, in the unit of y.
    rng : numpy.random.Generator, optional
        Without one, always the same points: the course's main data.

    Returns
    -------
    x, y : array (n,)
        Dimensionless.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> x, y = line()
    >>> x[:3].round(3).tolist(), y[:3].round(3).tolist()
    ([1.25, 1.794, 1.551], [5.445, 6.644, 6.135])
    """
    n = _check.whole_number("n", n, least=1)
    slope, intercept = _check.number("slope", slope), _check.number("intercept", intercept)
    noise = _check.number("noise", noise, "0 or more and finite")
    rng = np.random.default_rng(7) if rng is None else rng
    _check.generator("rng", rng)
    x = rng.uniform(0, 2, n)
    return x, slope * x + intercept + noise * rng.standard_normal(n)


def houses(n=200, *, rng=None):
    """Return made-up houses and their prices, in units that no one would scale by hand.

    The columns differ in size by thousands, so that with an intercept κ is about 10⁸.

    Parameters
    ----------
    n : int
        Number of houses, 1 or more.
    rng : numpy.random.Generator, optional
        Without one, always the same houses.

    Returns
    -------
    X : array (n, 3)
        Living area in m², number of rooms, distance to the station in m.
    price : array (n,)
        In thousands of euros.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> X, price = houses()
    >>> X.shape, X.mean(axis=0).round().tolist()
    ((200, 3), [126.0, 5.0, 4213.0])
    """
    n = _check.whole_number("n", n, least=1)
    rng = np.random.default_rng(0) if rng is None else rng
    _check.generator("rng", rng)
    area = rng.uniform(40, 200, n)
    rooms = np.maximum(1, np.round(area / 25 + rng.normal(0, 1, n)))
    distance = rng.uniform(100, 8000, n)
    price = 80 + 2.5 * area + 15 * rooms - 0.02 * distance + rng.normal(0, 30, n)
    return np.stack([area, rooms, distance], axis=-1), price


def diabetes(feature="bmi"):
    """Return one measurement of 442 patients and how their diabetes had progressed a year later.

    Needs scikit-learn, which brings the data (Efron et al., "Least Angle Regression", 2004).

    Parameters
    ----------
    feature : {"age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"}
        bmi is in kg/m², bp (mean blood pressure) in mmHg, age in years.

    Returns
    -------
    x : array (442,)
        As measured, not scaled.
    y : array (442,)
        A score from 25 to 346, dimensionless.

    Raises
    ------
    ValueError
        There is no such feature.

    Examples
    --------
    >>> x, y = diabetes()
    >>> x[:3].tolist(), y[:3].tolist()
    ([32.1, 21.6, 30.5], [151.0, 75.0, 141.0])
    """
    from sklearn.datasets import load_diabetes  # heavy, and only needed here

    data = load_diabetes(scaled=False)
    _check.one_of("feature", feature, data.feature_names)
    return data.data[:, data.feature_names.index(feature)], data.target
