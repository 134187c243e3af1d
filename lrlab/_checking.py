"""How an answer is run and compared, and how a hint gets from there to the learner."""

import reprlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import wraps

import numpy as np


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a checker says.

    Attributes
    ----------
    passed : bool or None
        None for an exercise that was not attempted.
    text : str
        What the learner reads.
    """

    passed: bool | None
    text: str

    def __repr__(self):
        sign = {True: "✓ ", False: "Not yet. ", None: ""}[self.passed]
        return sign + self.text


def checker(praise):
    """Turn a function that returns a hint, or None for a right answer, into a checker."""

    def decorate(hint_for):
        @wraps(hint_for)
        def check(attempt, *args, **kwargs):
            if attempt is ...:
                return Verdict(None, "Not attempted yet: put your answer in place of the dots.")
            try:
                with np.errstate(all="ignore"):
                    hint = hint_for(attempt, *args, **kwargs)
            except NotAttempted:
                return Verdict(None, "Not attempted yet: your function returns nothing so far.")
            except Hint as raised:
                hint = str(raised)
            return Verdict(hint is None, hint or praise)

        return check

    return decorate


class Hint(Exception):
    """What to say to a wrong answer, from deep inside a check."""


class NotAttempted(Exception):
    """The learner's function has no body yet."""


def fresh_line():
    rng = np.random.default_rng(11)
    x = rng.uniform(-1, 3, 25)
    return x, 0.7 * x + 2 + rng.standard_normal(25)


def call(function, *args):
    """Return what the learner's function makes of args, or say what kept it from an answer."""
    if not callable(function):
        raise Hint(
            f"Give the function itself, by its name and without calling it; "
            f"you gave {brief(function)}."
        )
    try:
        # Copies, as a function that changes its arguments in place may still be right.
        result = function(*[np.copy(a) if isinstance(a, np.ndarray) else a for a in args])
    except Exception as error:
        raise Hint(_said_of(error, args)) from None
    if result is ... or (result is None and _is_empty(function)):
        raise NotAttempted
    if result is None:
        raise Hint("Your function returns nothing: end it with `return`; printing is not enough.")
    return result


def _said_of(error, args):
    if "bitwise_xor" in str(error) or "for ^" in str(error):
        return "In Python a power is written **; ^ means something else."
    shapes = ", ".join(f"{each.shape}" for each in args if isinstance(each, np.ndarray))
    given = f" (it was given arrays shaped {shapes})" if shapes else ""
    said = f": {error}" if str(error) else ""
    return f"Your function raised {type(error).__name__}{said}{given}."


def _is_empty(function):
    """Whether the body of a function is still `...`."""

    def empty(): ...

    code = getattr(function, "__code__", None)
    return code is not None and len(code.co_code) == len(empty.__code__.co_code)


def numbers(value, what):
    """Return value as an array of floats none of which is too large to square, or say why not."""
    try:
        array = np.asarray(value)
    except Exception:  # rows of different lengths, or an object that refuses
        array = np.array(None)
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real  # as from np.linalg.eig
    if array.dtype.kind not in "iuf":
        raise Hint(f"{what} is asked for; yours is {_kind(value, array)}.")
    array = array.astype(float)
    if not (np.abs(array) < 1e100).all():
        raise Hint(f"{what} is asked for; there is a NaN, an infinity or the like in yours.")
    return array


def _kind(value, array):
    if isinstance(value, str):
        return f"the text {brief(value)}: a number stands without quotation marks"
    if callable(value):
        return "a function: give what it returns"
    if isinstance(value, Iterator):
        return f"a {type(value).__name__}: put list( ) around it"
    if array.dtype.kind == "c":
        return "complex: a symmetric matrix has real eigenvalues, as np.linalg.eigvalsh knows"
    return brief(value)


def brief(value):
    try:
        text = " ".join(reprlib.repr(value).split())
    except Exception:  # a whole number of 5,000 digits has no repr
        return f"a very long {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:59]}…"


def scalar(value, advice=""):
    array = numbers(value, "One number")
    if array.size != 1:
        raise Hint(f"One number is asked for; yours has the shape {array.shape}. {advice}".strip())
    return float(array.reshape(()))


def is_close(got, value, tolerance=1e-5):
    return np.allclose(got, value, rtol=tolerance, atol=1e-9)


def is_about(got, value, tolerance=1e-5):
    """Whether got is value, or half or twice it: a ½ or a 2 may be lost besides."""
    return any(is_close(got, scale * value, tolerance) for scale in (0.5, 1, 2))


def size(got, true):
    return "large" if got > true else "small"
