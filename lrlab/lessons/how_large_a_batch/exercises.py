"""Checkers for the exercises of this lesson."""

from itertools import chain

import numpy as np

from lrlab._checking import Hint, call, checker, is_about, is_close, numbers, scalar, size


@checker("The gradient of any batch, and of nothing but the batch.")
def batch_gradient(attempt):
    """Check a function (X, y, theta, batch) -> ∇J of the examples numbered in batch.

    Examples
    --------
    >>> batch_gradient(lambda X, y, theta, batch: X.T @ (X @ theta - y) / len(y))
    Not yet. This is the gradient of all examples; take those in `batch` alone, as X[batch].
    """
    for seed, (n, d, b) in enumerate([(12, 2, 3), (9, 3, 1), (20, 1, 8)], start=21):
        rng = np.random.default_rng(seed)
        X, y, theta = rng.standard_normal((n, d)) + 1, rng.standard_normal(n), rng.normal(size=d)
        batch = rng.permutation(n)[:b]
        got = numbers(call(attempt, X, y, theta, batch), "A gradient, one number a parameter,")
        if hint := _gradient_hint(got, X, y, theta, batch):
            return hint
    return None


def _gradient_hint(got, X, y, theta, batch):
    n, b, d = len(y), len(batch), len(theta)
    if got.size != d:
        return f"Return one number for each of {d} parameters; yours has the shape {got.shape}."
    got = got.reshape(d)
    true, whole = _gradient(X[batch], y[batch], theta), _gradient(X, y, theta)
    if is_close(got, true):
        return None
    if is_close(got, -true):
        return "The sign is turned: a step against this gradient climbs."
    if is_close(got, 2 * true) or is_close(got, true / 2):
        return "Off by a factor 2: the 2 from the square and the ½ of J cancel."
    if is_about(got, b * true):
        return "This grows with the batch: take the mean over its examples, not the sum."
    if is_about(got, b / n * true):
        return "You divide by the number of all examples; the mean is over those of the batch."
    if is_about(got, whole):
        return "This is the gradient of all examples; take those in `batch` alone, as X[batch]."
    if is_about(got, _gradient(X[:b], y[:b], theta)):
        return "These are the first examples; `batch` holds the numbers of those to take."
    return "Not the gradient of the batch. Take X[batch] and y[batch], and treat them as all data."


def _gradient(X, y, theta):
    return X.T @ (X @ theta - y) / len(y)


@checker("Each example once an epoch, in an order that is new each time.")
def batches(attempt):
    """Check a function (n, batch_size, rng) -> the batches of one epoch, shuffled.

    Examples
    --------
    >>> batches(lambda n, size, rng: np.split(rng.permutation(n), range(size, n, size)))
    ✓ Each example once an epoch, in an order that is new each time.
    >>> batches(lambda n, size, rng: [rng.choice(n, size) for _ in range(n // size)])
    Not yet. Some example is in no batch of the epoch, or in two: each is to be read once.
    """
    for n, b in [(12, 3), (10, 10), (11, 4), (5, 1)]:
        epoch = _epoch(attempt, n, b, np.random.default_rng(n))
        sizes = [len(each) for each in epoch]
        rows = [*chain.from_iterable(epoch)]
        if min(rows, default=0) < 0 or max(rows, default=0) >= n:
            return f"With n = {n} the numbers of the examples go from 0 to {n - 1}."
        if sorted(rows) != [*range(n)]:
            return "Some example is in no batch of the epoch, or in two: each is to be read once."
        if max(sizes) > b or len(sizes) != -(-n // b) or any(each != b for each in sizes[:-1]):
            return f"{n} examples in batches of {b}: all are full but, perhaps, the last."
    rng = np.random.default_rng(5)
    epochs = [_epoch(attempt, 6, 2, rng) for _ in range(300)]
    return _order_hint(np.array(epochs))


def _order_hint(epochs):
    """What is wrong with the order of 300 epochs of six examples in three batches."""
    if (epochs == epochs[0]).all():
        return "Every epoch has the same order: shuffle anew each time, with `rng`."
    together = np.mean([(np.sort(each, axis=1) == [0, 1]).all(axis=1).any() for each in epochs])
    if not 0.08 < together < 0.36:  # 1/5, with a standard error of 0.023
        return "The same examples share a batch too often: shuffle the examples, not the batches."
    often = np.array([(epochs == k).any(axis=2).mean(axis=0) for k in range(6)])
    if np.abs(often - 1 / 3).max() > 0.12:  # more than four standard errors
        return "Some examples come early more often than others: every order should be as likely."
    return None


def _epoch(attempt, n, batch_size, rng):
    """The batches as lists of whole numbers, whatever holds them."""
    got = call(attempt, n, batch_size, rng)
    try:
        several = [*got]
        rows = [numbers([*each] if np.ndim(each) != 1 else each, "A batch") for each in several]
    except TypeError:
        raise Hint("Give all the batches of an epoch: a list of arrays, one for each.") from None
    except Hint:
        raise
    except Exception as error:
        raise Hint(f"Your batches raised {type(error).__name__}: {error}.") from None
    if any((each != np.round(each)).any() for each in rows):
        raise Hint("A batch holds the numbers of examples, and these are whole.")
    return [each.astype(int).tolist() for each in rows]


@checker("In proportion to the batch, as far as the edge lets it.")
def scaled_rate(attempt):
    """Check a function (rate, size, new_size, edge) -> α for the new batch size.

    The one with the same α/B, and half of `edge` where that would be more.

    Examples
    --------
    >>> scaled_rate(lambda rate, size, new_size, edge: min(rate * new_size / size, edge / 2))
    ✓ In proportion to the batch, as far as the edge lets it.
    >>> scaled_rate(lambda rate, size, new_size, edge: rate * new_size / size)
    Not yet. From 0.2 at B = 2 to B = 16 the edge of 0.9 comes in between: half of it is the most.
    """
    cases = [(0.02, 2, 8, 0.9), (0.1, 8, 2, 0.8), (0.3, 4, 3, 1.7), (0.03, 1, 5, 0.31),
             (0.2, 2, 16, 0.9), (1.5, 4, 4, 1.2), (0.08, 64, 640, 1.6)]  # fmt: skip
    for rate, old, new, edge in cases:
        got = scalar(call(attempt, rate, old, new, edge), "One α for the new batch size.")
        linear, most = rate * new / old, edge / 2
        if is_close(got, min(linear, most)):
            continue
        here = f"From {rate} at B = {old} to B = {new}"
        if linear > most and got > most:
            return f"{here} the edge of {edge} comes in between: half of it is the most."
        if is_close(got, rate) and old != new:
            return f"{here} your α stays, and the floor does not: it is proportional to α/B."
        if is_close(got, rate * np.sqrt(new / old)):
            return "This goes with the square root of B; the floor is proportional to α/B itself."
        if is_close(got, rate * old / new):
            return "Upside down: a larger batch has less noise, and so bears a larger α."
        if is_close(got, most) and linear < most:
            return f"{here} half the edge is more than is asked for: the floor would be higher."
        return f"{here}, with an edge of {edge}, your α is too {size(got, min(linear, most))}."
    return None
