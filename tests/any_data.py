"""What learners bring as x and y: numbers in every container, of every scale, and none at all."""

import datetime

import numpy as np
import pandas as pd
from scipy import sparse

from lrlab import LeastSquares

N = 24
_rng = np.random.default_rng(7)
X = _rng.normal(3, 2, N).round(3)
Y = (2 * X + 1 + _rng.normal(0, 1, N)).round(3)
WHOLE = np.arange(1, N + 1)
LINE = X, 2 * X + 1
_million = np.random.default_rng(1).normal(3, 2, 10**6)
_frame = pd.DataFrame({"x": X, "y": Y})
_holes = _frame.mask(pd.DataFrame({"x": WHOLE == 6, "y": WHOLE == 6}))
_even = np.linspace(-1, 1, N)


def _standard(x):
    return (x - x.mean()) / x.std()


def _with(array, value, at=3, kind=float):
    changed = np.array(array, kind)
    changed[at] = value
    return changed


def _days(kind, y=False):
    """Dates or spans of time as x, or as y."""
    days = np.arange(N).astype(kind)
    return (X, days) if y else (days, Y)


# The same numbers in many containers: each is taken for what it is.
FORMS = {
    "arrays": (X, Y),
    "lists": (X.tolist(), Y.tolist()),
    "tuples": (tuple(X), tuple(Y)),
    "a range": (range(N), Y),
    "Series": (_frame["x"], _frame["y"]),
    "Series with an index": (_frame["x"].set_axis(_frame["y"]), Y),
    "columns of a large frame": (_frame.assign(z=1)["x"], _frame.assign(z=1)["y"]),
    "nullable Float64, none missing": (_frame["x"].astype("Float64"), _frame["y"]),
    "nullable Int64, none missing": (pd.Series(WHOLE, dtype="Int64"), Y),
    "integers": (WHOLE, 3 * WHOLE + 1),
    "unsigned": (WHOLE.astype("uint8"), WHOLE.astype("uint16")),
    "float32": (X.astype("float32"), Y.astype("float32")),
    "float16": (X.astype("float16"), Y.astype("float16")),
    "longdouble": (X.astype("longdouble"), Y),
    "big endian": (X.astype(">f8"), Y.astype(">i4")),
    "a view with steps": (np.repeat(X, 2)[::2], Y[::-1][::-1]),
    "read-only": (np.broadcast_to(X, (1, N))[0], Y),
    "a memoryview": (memoryview(X), memoryview(Y)),
    "masked, with no masked entry": (np.ma.array(X), np.ma.array(Y)),
    "a problem": (LeastSquares.line(X, Y), None),
}
# Each makes a picture.
PICTURES = {
    "arrays": (X, Y),
    "two points": ([1.0, 2.0], [3.0, 5.0]),
    "two points about 0": ([-1.0, 1.0], [1.0, 4.0]),
    "two points at 0 and 1": ([0, 1], [5, 5]),
    "three points": ([0, 1, 2], [3, 5, 6]),
    "constant y": (X, np.full(N, 5.0)),
    "constant negative y": (X, np.full(N, -0.1)),
    "constant large y": (X, np.full(N, 1e9)),
    "exactly linear": LINE,
    "exactly proportional": (X, 2 * X),
    "standardised": (_standard(X), Y),
    "standardised, again": (_standard(_rng.normal(5, 1, 50)), _rng.normal(0, 1, 50)),
    "standardised, of whole numbers": (_standard(WHOLE * 1.0), Y),
    "both standardised": (_standard(X), _standard(Y)),
    "symmetric": (_even, Y),
    "symmetric and small": (1e-3 * _even, Y),
    "sorted": (np.sort(X), Y),
    "sorted backwards": (np.sort(X)[::-1], Y),
    "duplicated": (np.repeat(X[:6], 4), Y),
    "two values of x": (WHOLE % 2, Y),
    "one point apart": (_with(np.zeros(N), 1.0), Y),
    "x of 1e-9": (1e-9 * X, Y),
    "x of 1e-4": (1e-4 * X, Y),
    "x of 1e4": (1e4 * X, Y),
    "x of 1e9": (1e9 * X, Y),
    "populations": (np.linspace(0, 1e7, 20), np.linspace(1, 50, 20) ** 0.5),
    "revenues": (10 ** np.linspace(4, 9, N), 3e-7 * 10 ** np.linspace(4, 9, N) + Y),
    "y of 1e-9": (X, 1e-9 * Y),
    "y of 1e9": (X, 1e9 * Y),
    "x of 1e9, y of 1e-9": (1e9 * X, 1e-9 * Y),
    "x of 1e-9, y of 1e9": (1e-9 * X, 1e9 * Y),
    "years": (np.arange(2000, 2025), np.arange(25) ** 2 / 10 + 300),
    "seconds since 1970": (1.7e9 + 86400 * np.arange(3000) * 10, np.sqrt(np.arange(3000))),
    "an offset of y": (X, Y + 1e8),
    "negative": (-np.abs(X) - 1, -np.abs(Y)),
    "an outlier in y": (X, _with(Y, 1e6)),
    "an outlier in x": (_with(X, 1e6), Y),
    "an outlier far below": (_with(X, -50), _with(Y, -1e4)),
    "no relation": (X, _rng.normal(0, 1, N)),
    "y of 0 and 1": (X, (Y > 7).astype(int)),
    "5,000 points": (_million[:5000], np.sin(_million[:5000])),
}
# One value for all of x or none but 0 of y: a picture where there is one, else named.
EITHER = {
    "a million points": (_million, 2 * _million + _million[::-1]),
    "y of 0": (X, np.zeros(N)),
    "far from 0": (1e6 + np.arange(N), Y),
    "objects that are floats": (X.astype(object), Y),
    "x of 1e-60": (1e-60 * X, Y),
    "x of 1e60": (1e60 * X, Y),
    "x of 1e200": (1e200 * X, Y),
    "y of 1e100": (X, 1e100 * Y),
    "y of 1e200": (X, 1e200 * Y),
    "y of 1e-100": (X, 1e-100 * Y),
    "a constant x": (np.full(N, 5.0), Y),
    "x of 0": (np.zeros(N), Y),
    "almost constant x": (5 + 1e-15 * X, Y),
    "one point": ([1.0], [2.0]),
    "not a line": (LeastSquares([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]], [1, 2, 4]), None),
    "three parameters": (LeastSquares(_rng.normal(0, 1, (9, 3)), np.arange(9)), None),
}
# Each is refused, by name.
REFUSED = {
    "a frame": (_frame, Y),
    "a column frame": (_frame[["x"]], Y),
    "missing in x": (_holes["x"], _frame["y"]),
    "missing in y": (_frame["x"], _holes["y"]),
    "nullable, missing": (_holes["x"].astype("Float64"), Y),
    "bool": (X > 3, Y),
    "y of bool": (X, Y > 7),
    "NaN": (_with(X, np.nan), Y),
    "NaN in y": (X, _with(Y, np.nan)),
    "inf": (_with(X, np.inf), Y),
    "-inf in y": (X, _with(Y, -np.inf)),
    "None inside": (_with(X, None, kind=object), Y),
    "None inside a list of y": (X, [None, *Y[1:]]),
    "strings": ([f"a{k}" for k in range(N)], Y),
    "strings of digits": (X.astype(str), Y),
    "categories": (pd.Series(["a", "b"] * (N // 2), dtype="category"), Y),
    "bytes": (b"ab", Y),
    "2-D": (np.stack([X, X]), Y),
    "a column vector": (X[:, None], Y),
    "a column vector of y": (X, Y[:, None]),
    "a matrix": (np.asmatrix(X), Y),
    "complex": (X + 1j, Y),
    "complex y": (X, Y + 0j),
    "dates": _days("datetime64[D]"),
    "y of dates": _days("datetime64[D]", y=True),
    "time spans": _days("timedelta64[s]"),
    "datetimes": ([datetime.datetime(2020, 1, 1 + k) for k in range(N)], Y),
    "Timestamps": (pd.Series(pd.date_range("2020", periods=N)), Y),
    "wrong lengths": (X, Y[:-1]),
    "one y for all": (X, 3.0),
    "empty": ([], []),
    "a number": (3.0, 4.0),
    "no y": (X, None),
    "nothing": (None, None),
    "a generator": ((v for v in X), Y),
    "a map of y": (X, map(float, Y)),
    "a dict": (dict(enumerate(X)), Y),
    "a set": (set(X), Y),
    "a sparse matrix": (sparse.csr_matrix(X), Y),
    "a string": ("x", "y"),
    "a function": (np.sin, Y),
    "rows of many lengths": ([[1, 2], [3]], [1, 2]),
    "integers too large": ([10**400] * N, Y),
    "records": (np.zeros(N, [("a", float)]), Y),
    "a problem and y": (LeastSquares.line(X, Y), Y),
}
_masked = np.ma.array(X, mask=np.arange(N) == 3)
REFUSED |= {"masked entries": (_masked, Y), "masked entries of y": (X, _masked)}
