"""Arguments are checked where they enter: what it is called, what it must be, what it was.

A number is a real one: of Python or NumPy, a Fraction or a Decimal, alone or in a list, an array, a
Series or a table. True and False are none; nor are complex numbers, text and dates, which NumPy
would turn into floats or half lose. An entry that is masked or missing is refused, not used.
"""

import operator
import reprlib
from decimal import Decimal
from itertools import chain
from numbers import Integral, Real

import numpy as np

_RULES = {
    "finite": np.isfinite,
    "positive": lambda a: a > 0,
    "positive and finite": lambda a: (a > 0) & (a < np.inf),
    "0 or more and finite": lambda a: (a >= 0) & (a < np.inf),
    "at least 0 and below 1": lambda a: (a >= 0) & (a < 1),
    "between 1e-300 and 1e300": lambda a: (a >= 1e-300) & (a <= 1e300),
    "between 0 and 1": lambda a: (a >= 0) & (a <= 1),
}
_FLOAT = np.dtype(float)
_NUMBERS = "a number or an array of numbers"

# More steps, trials or examples than this fit in no memory and in nobody's patience.
_MOST = 10**8

# Beyond it floats skip integers, so that a step would not be known from the next one.
_LARGEST_STEP = 2**53

# How deep NumPy looks into lists of lists.
_DEEPEST = 64

# What stands in most lists, and needs no second look.
_USUAL = (int, float, list, tuple, np.number)

_WORDS = reprlib.Repr()
_WORDS.maxother = _WORDS.maxstring = 70


def numbers(name, value, rule="finite"):
    """Return `value` as a float array of its own, whose entries all obey `rule`."""
    return np.array(read(name, value, rule))


def read(name, value, rule="finite"):
    """Return `value` as a float array whose entries all obey `rule`: its own memory, if it can."""
    array = _floats(name, value)
    demand(name, array, _RULES[rule](array), rule)
    return array


def number(name, value, rule="finite"):
    """Return `value` as a float that obeys `rule`."""
    array = numbers(name, value, rule)
    if array.ndim:
        raise TypeError(f"{name} must be a number, got an array of shape {array.shape}")
    return float(array)


def place(name, value, d):
    """Return `value` as a float array (..., d), where a run that left may have NaN or inf."""
    array = _floats(name, value)
    if array.shape[-1:] != (d,):  # asked at each step, so the usual case is a quick one
        shape(name, array, (..., d))
    return array


def returned(name, value, expected):
    """Return what the function `name` answered as a float array of the shape `expected`."""
    array = _floats(f"what {name} returns", value)
    if array.shape != expected:
        raise ValueError(f"{name} must return shape {expected}, got {array.shape}")
    return array


def whole_numbers(name, value, least=0):
    """Return `value` as an integer array whose entries are all at least `least`."""
    array = _array(name, value, "iu", "an integer or an array of integers")
    demand(name, array, array >= least, f"{least} or more")
    demand(name, array, array <= _LARGEST_STEP, f"at most {_LARGEST_STEP}")
    return array.astype(np.int64)


def whole_number(name, value, least=0, most=None):
    """Return `value` as an int from `least` to `most`, both included."""
    must = f"an integer from {least} to {most}" if most is not None else f"an integer ≥ {least}"
    unmasked(name, value)
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"{name} must be {must}, got {said(value)}")
    if number < least or (most is not None and number > most):
        raise ValueError(f"{name} must be {must}, got {said(number)}")
    if most is None and number > _MOST:
        raise ValueError(f"{name} must be at most {_MOST}, got {said(number)}")
    return number


def flag(name, value):
    """Return `value` as the bool it is."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {said(value)}")
    return bool(value)


def unmasked(name, value):
    """Fail if an entry of `value` is masked, in a list of arrays as well."""
    for each in _unusual(value):
        _refuse_masked(name, each)


def generator(name, value):
    """Fail unless `value` draws random numbers."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} must be like np.random.default_rng(0), got {said(value)}")


def function(name, value):
    """Fail unless `value` can be called."""
    if not callable(value):
        raise TypeError(f"{name} must be callable, got {said(value)}")


def instance(name, value, kind):
    """Fail unless `value` is of the class `kind`."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise TypeError(f"{name} must be {article} {kind.__name__}, got {said(value)}")


def shape(name, array, expected, why=""):
    """Fail unless `array` has the shape `expected`, and say why it must.

    None stands for any positive length, and ... at the beginning for any axes.
    """
    rest = expected[1:] if expected[0] is ... else expected
    ends = array.shape[-len(rest) :] if expected[0] is ... else array.shape
    fits = len(ends) == len(rest) and all(
        length == want or (want is None and length > 0)
        for length, want in zip(ends, rest, strict=True)
    )
    if not fits:
        words = {None: "≥ 1", ...: "..."}
        wanted = ", ".join(words.get(want, str(want)) for want in expected)
        wanted += "," if len(expected) == 1 else ""
        raise ValueError(f"{name} must have shape ({wanted}), got {array.shape}{why and ': '}{why}")


def one_of(name, value, options):
    """Fail unless `value` is one of the strings in `options`."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}, got {said(value)}")


def broadcast(**shapes):
    """Return the common shape of `shapes`, or fail naming each of them."""
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        given = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"shapes must broadcast together, got {given}") from None


def demand(name, array, obeys, rule):
    """Fail at the first entry of `array` that is False in `obeys`."""
    if np.all(obeys):
        return
    index = tuple(int(i) for i in np.argwhere(~np.asarray(obeys))[0])
    raise ValueError(f"{name} must be {rule}, got {array[index]}{_at(index)}")


def said(value):
    """Return what `value` is in a few words, however large it is."""
    if isinstance(value, str | bytes):
        return _WORDS.repr(value)
    if getattr(value, "shape", ()):
        kind = f"an array of {value.dtype}" if hasattr(value, "dtype") else type(value).__name__
        return f"{kind} of shape {value.shape}"
    try:
        return _WORDS.repr(value)
    except Exception:  # a repr that fails, as that of an integer with ten thousand digits
        return f"an object of class {type(value).__name__}"


def _floats(name, value):
    """Return `value` as a float array: itself where it is one."""
    if type(value) is np.ndarray and value.dtype is _FLOAT:
        return value
    array = _array(name, value, "iuf", _NUMBERS)
    with np.errstate(over="ignore"):  # a long double may be too large: then it is inf
        return array.astype(float, copy=False)


def _array(name, value, kinds, what):
    """Return `value` as an array of one of these kinds, or fail."""
    for each in _unusual(value):
        _refuse_masked(name, each)
        if isinstance(each, bool) or getattr(getattr(each, "dtype", None), "kind", "") == "b":
            inside = " in a list" if isinstance(value, list | tuple) else ""
            raise TypeError(f"{name} must be {what}, got {said(each)}{inside}")
    try:
        array = np.asarray(value)
    except Exception:  # a class of the user's own may raise anything
        got = "rows of different lengths" if isinstance(value, list | tuple) else said(value)
        raise TypeError(f"{name} must be {what}, got {got}") from None
    if array.dtype.kind == "O":
        return _unboxed(name, array, kinds, what)
    if array.dtype.kind not in kinds:
        got = said(value) if array.ndim == 0 else f"an array of {array.dtype}"
        raise TypeError(f"{name} must be {what}, got {got}")
    return array


def _unboxed(name, objects, kinds, what):
    """Return an array of objects as one of numbers, or fail at the first that is none."""
    kind, allowed = (float, Real | Decimal) if "f" in kinds else (np.int64, Integral)
    array = np.empty(objects.shape, kind)
    for index, each in np.ndenumerate(objects):
        if isinstance(each, bool) or not isinstance(each, allowed):
            missing = index and (each is None or type(each).__name__ in ("NAType", "NaTType"))
            got = f"a missing value ({said(each)})" if missing else said(each)
            raise TypeError(f"{name} must be {what}, got {got}{_at(index)}")
        try:
            array[index] = kind(each)
        except (OverflowError, ValueError):
            raise ValueError(
                f"{name} must be small enough for {array.dtype}, got {said(each)}{_at(index)}"
            ) from None
    return array


def _refuse_masked(name, value):
    if isinstance(value, np.ma.MaskedArray) and not value.dtype.names and np.ma.is_masked(value):
        index = tuple(int(i) for i in np.argwhere(np.ma.getmaskarray(value))[0])
        raise ValueError(f"{name} must have no masked entry, got one{_at(index)}")


def _unusual(value):
    """Yield truth values and what has a dtype of its own: `value`, or what it holds.

    It may be a list of lists. NumPy makes numbers of some of these in silence, and says itself
    what is wrong with all else.
    """
    level = [value]
    for _ in range(_DEEPEST):
        kinds = set(map(type, level))  # a set of types is made quickly, however many numbers
        if odd := {kind for kind in kinds if _is_unusual(kind)}:
            yield from (each for each in level if type(each) in odd)
        if not any(issubclass(kind, list | tuple) for kind in kinds):
            return
        level = list(chain.from_iterable(each for each in level if isinstance(each, list | tuple)))


def _is_unusual(kind):
    return kind is bool or (not issubclass(kind, _USUAL) and hasattr(kind, "dtype"))


def _at(index):
    return f" at index {index if len(index) > 1 else index[0]}" if index else ""
