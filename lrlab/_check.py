"""Arguments are checked where they enter: what it is called, what it must be, what it was."""

import operator

import numpy as np

_RULES = {
    "finite": np.isfinite,
    "positive and finite": lambda a: (a > 0) & (a < np.inf),
    "0 or more and finite": lambda a: (a >= 0) & (a < np.inf),
    "at least 0 and below 1": lambda a: (a >= 0) & (a < 1),
    "between 0 and 1": lambda a: (a >= 0) & (a <= 1),
}


def numbers(name, value, rule="finite"):
    """Return `value` as a float array whose entries all obey `rule`."""
    array = _array(name, value, "iuf", "a number or an array of numbers").astype(float)
    demand(name, array, _RULES[rule](array), rule)
    return array


def number(name, value, rule="finite"):
    """Return `value` as a float that obeys `rule`."""
    array = numbers(name, value, rule)
    if array.ndim:
        raise TypeError(f"{name} must be a number, got an array of shape {array.shape}")
    return float(array)


def whole_numbers(name, value, least=0):
    """Return `value` as an integer array whose entries are all at least `least`."""
    array = _array(name, value, "iu", "an integer or an array of integers")
    demand(name, array, array >= least, f"{least} or more")
    return array


def whole_number(name, value, least=0, most=None):
    """Return `value` as an int from `least` to `most`, both included."""
    must = f"an integer from {least} to {most}" if most is not None else f"an integer ≥ {least}"
    if isinstance(value, (bool, np.bool_)) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be {must}, got {value!r}")
    number = operator.index(value)
    if number < least or (most is not None and number > most):
        raise ValueError(f"{name} must be {must}, got {number}")
    return number


def generator(name, value):
    """Fail unless `value` draws random numbers."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} must be like np.random.default_rng(0), got {value!r}")


def function(name, value):
    """Fail unless `value` can be called."""
    if not callable(value):
        raise TypeError(f"{name} must be callable, got {value!r}")


def shape(name, array, expected):
    """Fail unless `array` has the shape `expected`, where None stands for any positive length."""
    fits = len(array.shape) == len(expected) and all(
        length == want or (want is None and length > 0)
        for length, want in zip(array.shape, expected, strict=True)
    )
    if not fits:
        wanted = ", ".join("≥ 1" if want is None else str(want) for want in expected)
        wanted += "," if len(expected) == 1 else ""
        raise ValueError(f"{name} must have shape ({wanted}), got {array.shape}")


def one_of(name, value, options):
    """Fail unless `value` is one of the strings in `options`."""
    if value not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}, got {value!r}")


def broadcast(**shapes):
    """Return the common shape of `shapes`, or fail naming each of them."""
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        said = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"shapes must broadcast together, got {said}") from None


def demand(name, array, obeys, rule):
    """Fail at the first entry of `array` that is False in `obeys`."""
    if np.all(obeys):
        return
    index = tuple(int(i) for i in np.argwhere(~np.asarray(obeys))[0])
    where = f" at index {index if len(index) > 1 else index[0]}" if index else ""
    raise ValueError(f"{name} must be {rule}, got {array[index]}{where}")


def _array(name, value, kinds, what):
    try:
        array = np.asarray(value)
    except ValueError:  # NumPy's word for rows of different lengths
        raise TypeError(f"{name} must be {what}, got {value!r}") from None
    if array.dtype.kind not in kinds:
        got = repr(value) if array.ndim == 0 else f"an array of {array.dtype}"
        raise TypeError(f"{name} must be {what}, got {got}")
    return array
