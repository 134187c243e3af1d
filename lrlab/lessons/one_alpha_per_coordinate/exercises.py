"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab._checking import call, checker, is_close, numbers
from lrlab.drawing.words import number


@checker("The same run in the new unit, for plain descent and for AdamW.")
def rescaled(attempt):
    """Check a function of s -> factors of plain descent's α, AdamW's α and δ, if x is times s.

    Examples
    --------
    >>> rescaled(lambda s: (1 / s**2, 1 / s, s))
    ✓ The same run in the new unit, for plain descent and for AdamW.
    >>> rescaled(lambda s: (1 / s**2, 1 / s**2, 1))
    Not yet. AdamW's α: the size of a gradient divides out, so only one of your two s is left.
    """
    for s in (4.0, 0.2, 1000.0):
        got = numbers(call(attempt, s), "Three factors: of plain descent's α, AdamW's α and its δ")
        if got.shape != (3,):
            return f"Three factors are asked for; yours has the shape {got.shape}."
        if hint := _about_factors(*got, s):
            return hint
    return None


def _about_factors(plain, adaptive, decay, s):
    """What to say of the three factors for one s; None where they are right."""
    if is_close(plain, s**2) or is_close(adaptive, s):
        return "The other way round: as x grows, the parameter shrinks, and so must its steps."
    if is_close(plain, 1 / s) and is_close(adaptive, 1 / s**2):
        return "The first two in the other order: plain descent first."
    if is_close(plain, 1 / s):
        return "Plain: the gradient grows by s, and the parameter shrinks by s besides."
    if not is_close(plain, 1 / s**2, 1e-8):
        return "Plain: think of the edge 2/λ_max. By what does λ grow?"
    if is_close(adaptive, 1):
        return "AdamW's α: its step is α long, whatever the gradient. But how far is the way now?"
    if is_close(adaptive, 1 / s**2):
        return "AdamW's α: the size of a gradient divides out, so only one of your two s is left."
    if not is_close(adaptive, 1 / s):
        return "Plain descent is right. AdamW's α: how long is its first step, and how far the way?"
    if is_close(decay, 1):
        return "δ: a step shrinks θ by the share αδ, and α has just changed."
    if is_close(decay, 1 / s):
        return "δ: your αδ, the share that a step takes of θ, is now smaller by s twice."
    if not is_close(decay, s):
        return "Both α are right. δ: in how many steps is a weight forgotten, now and before?"
    return None


@checker("The same predictions, and a diagonal Hessian: Adam has no angle left to feel.")
def whiten(attempt):
    """Check a function X -> as many columns, made of those of X, with a diagonal Hessian.

    Their lengths may be any, as Adam does not feel the curvatures of a diagonal Hessian.

    Examples
    --------
    >>> whiten(lambda X: X @ np.linalg.eigh(X.T @ X)[1])
    ✓ The same predictions, and a diagonal Hessian: Adam has no angle left to feel.
    >>> whiten(lambda X: X / X.std(axis=0)).text[:50]
    'The Hessian of your columns is not diagonal: with '
    """
    rng = np.random.default_rng(9)
    for d in (2, 3):
        X = rng.standard_normal((30, d)) @ rng.uniform(0.2, 2, (d, d)) + rng.uniform(0, 2, d)
        new = numbers(call(attempt, X), "A table like X")
        if new.shape != X.shape:
            return f"Yours has the shape {new.shape}; as many rows and columns as X are asked for."
        length = np.sqrt(np.mean(new**2, axis=0))
        if not (length > 1e-9 * length.max()).all():
            return "One of your columns is 0: its parameter would have nothing to do."
        missed = X - new @ np.linalg.lstsq(new, X)[0]
        if np.abs(missed).max() > 1e-6 * np.abs(X).max():
            return (
                "With your columns other predictions can be made than with those of X. "
                "Make each of yours a sum of theirs, with weights, and subtract no mean."
            )
        unit = new / length
        product = np.abs(unit.T @ unit / len(X) - np.eye(d)).max()
        if product > 1e-6:
            return (
                "The Hessian of your columns is not diagonal: with lengths made 1, two of them "
                f"have a mean product of {number(product, 2)}."
            )
    return None
