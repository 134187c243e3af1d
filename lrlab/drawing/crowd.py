"""Which points of very many are shown, so that a picture stays light and true.

What is computed is computed from all of them.
"""

import numpy as np

MOST = 1000
_ODD = 40  # of these: the farthest from the best line, half of them above it


def shown(x, y, most=MOST):
    """Return which of the points x (n,), y (n,) stand for all of them.

    Parameters
    ----------
    x, y : arrays (n,)
        In any order.
    most : int
        How many may be shown.

    Returns
    -------
    array of int (min(n, most),)
        All of them where there are few. Else points at even distances in the order of x, with the
        first and the last; and those that lie farthest from the best line and from the middle of
        y, so that no outlier is lost.

    Examples
    --------
    >>> shown([3, 1, 2], [0, 0, 0]).tolist(), len(shown(np.arange(5000), np.zeros(5000)))
    ([0, 1, 2], 1000)
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    n = len(x)
    if n <= most:
        return np.arange(n)
    order = np.argsort(x, kind="stable")
    away = x - x.mean(), y - y.mean()
    size = [np.abs(each).max() or 1.0 for each in away]
    across, up = (each / top for each, top in zip(away, size, strict=True))
    off = up - across * (across @ up / ((across @ across) or 1.0))
    half = _ODD // 2
    odd = [*np.argpartition(off, half)[:half], *np.argpartition(off, -half)[-half:]]
    odd = np.unique([*odd, y.argmin(), y.argmax(), order[0], order[-1]])
    rest = order[~np.isin(order, odd)]
    even = rest[np.linspace(0, len(rest) - 1, most - len(odd)).astype(int)]
    return np.sort(np.concatenate([odd, even]))


def said(count, n, otherwise):
    """Say that only some of n points are shown; otherwise what a title says anyhow.

    Examples
    --------
    >>> said(1000, 10**6, "the data"), said(40, 40, "the data")
    ('1,000 of 1,000,000 points are shown', 'the data')
    """
    return otherwise if count == n else f"{count:,} of {n:,} points are shown"
