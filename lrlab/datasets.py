"""Small data sets, made on the spot or read from scikit-learn's own files; never downloaded."""

import tomllib
from pathlib import Path

import numpy as np

from lrlab import _check

_SENTENCES = Path(__file__).with_name("sentences.toml")


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
    with np.errstate(over="ignore", invalid="ignore"):
        y = slope * x + intercept + noise * rng.standard_normal(n)
    if not np.isfinite(y).all():
        raise ValueError(f"y must be finite, got {slope=}, {intercept=} and {noise=}")
    return x, y


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


def any_scale(n=100, *, rng):
    """Return a regression problem whose curvatures nobody would guess.

    λ_max is between 10⁻³ and 10³, κ between 30 and 3,000, d between 2 and 10. All are drawn evenly
    at random, λ_max and κ in their logarithms, and so are the curvatures between the two ends.

    Parameters
    ----------
    n : int
        Number of examples, 10 or more.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    X : array (n, d)
        Dimensionless, without a column of ones.
    y : array (n,)
        Xθ with θ normal, and noise.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> X, y = any_scale(rng=np.random.default_rng(0))
    >>> X.shape, np.linalg.eigvalsh(X.T @ X / 100)[[0, -1]].round(3).tolist()
    ((100, 9), [0.001, 0.042])
    """
    n = _check.whole_number("n", n, least=10)
    _check.generator("rng", rng)
    d = int(rng.integers(2, 11))
    top, condition = 10 ** rng.uniform([-3, np.log10(30)], [3, np.log10(3000)])
    between = rng.uniform(0, 1, d - 2)
    curvatures = top / condition ** np.array([0, *between, 1])
    left = np.linalg.qr(rng.standard_normal((n, d)))[0]
    right = np.linalg.qr(rng.standard_normal((d, d)))[0]
    X = left * np.sqrt(n * curvatures) @ right.T
    noise = 0.5 * np.sqrt(top) * rng.standard_normal(n)
    return X, X @ rng.standard_normal(d) + noise


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


def digits(*which):
    """Return small images of handwritten digits, and which digit each one shows.

    Needs scikit-learn, which brings the data (Alpaydin and Kaynak, "Optical Recognition of
    Handwritten Digits", UCI Machine Learning Repository, 1998).

    Parameters
    ----------
    *which : int
        The digits wanted, from 0 to 9. Default: all.

    Returns
    -------
    images : array (n, 64)
        The brightness of 8 × 8 pixels, row by row, from 0 to 1. 1,797 images in all.
    digit : int array (n,)

    Raises
    ------
    TypeError, ValueError
        A digit is not one.

    Examples
    --------
    >>> images, digit = digits(3, 8)
    >>> images.shape, digit[:6].tolist()
    ((357, 64), [3, 8, 3, 8, 3, 8])
    """
    from sklearn.datasets import load_digits  # heavy, and only needed here

    for each in which:
        _check.whole_number("which", each, most=9)
    data = load_digits()
    wanted = np.isin(data.target, which or range(10))
    return data.data[wanted] / 16, data.target[wanted]


def sentences():
    """Return short sentences about the weather or about the kitchen, by turns.

    Returns
    -------
    texts : list of n str
    weather : int array (n,)
        1 for the weather, 0 for the kitchen.

    Examples
    --------
    >>> texts, weather = sentences()
    >>> texts[:2], weather[:2].tolist()
    (['The wind blows hard from the north today.', 'Chop the onion and fry it in butter.'], [1, 0])
    """
    topics = tomllib.loads(_SENTENCES.read_text(encoding="utf-8"))
    pairs = zip(topics["weather"], topics["kitchen"], strict=True)
    texts = [text for pair in pairs for text in pair]
    return texts, np.tile([1, 0], len(texts) // 2)
