"""What a call makes, and can say of itself: by which call it was made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from inspect import Parameter, ismethod, isroutine, signature
from types import MappingProxyType

import numpy as np

_MANY = 20  # numbers; of more than these a repr shows the ends


class Call:
    """Base of frozen dataclasses that are the call which made them.

    An object reads as that call could be typed. It equals what an equal call makes, with the same
    hash, and is pickled and copied as the call, which is then made again. Arguments are equal when
    their shapes and numbers are: 4, 4.0 and a 0-d array are, 4 and [4] are not.

    Examples
    --------
    >>> from lrlab import schedules
    >>> schedule = schedules.linear([1, 2], 4)
    >>> schedule
    linear([1.0, 2.0], 4, end=0.0)
    >>> schedule == schedules.linear(np.array([1.0, 2.0]), np.int64(4), end=0)
    True
    """

    def _call(self):
        """Return what was called, and its arguments by name; here, a class with its fields."""
        given = [each.name for each in fields(self) if each.init]
        return type(self), {name: getattr(self, name) for name in given}

    def __repr__(self):
        make, arguments = self._call()
        parameters = signature(make).parameters
        named = {name for name, each in parameters.items() if each.default is not Parameter.empty}
        said = [f"{name}=" * (name in named) + _said(value) for name, value in arguments.items()]
        return f"{make.__name__}({', '.join(said)})"

    def __eq__(self, other):
        return self._key() == other._key() if isinstance(other, Call) else NotImplemented

    def __hash__(self):
        return hash(self._key())

    def __reduce__(self):
        make, arguments = self._call()
        return partial(make, **arguments), ()

    def _key(self):
        make, arguments = self._call()
        return make, *map(_comparable, arguments.values())


@dataclass(frozen=True, eq=False, repr=False)
class Made(Call):
    """Base of what a function makes; a class that is called itself needs no more than `Call`.

    Attributes
    ----------
    make : callable
        The function.
    arguments : mapping of str to array, number or callable
        What it was given, in its order and defaults included; arrays are copies and read-only.
    """

    make: Callable
    arguments: Mapping

    def __post_init__(self):
        """Keep copies of the arguments."""
        copies = {name: kept(value) for name, value in self.arguments.items()}
        object.__setattr__(self, "arguments", MappingProxyType(copies))

    def _call(self):
        return self.make, self.arguments


def kept(value):
    """Return a copy of an array that nobody can change; anything else as it is."""
    if not isinstance(value, np.ndarray):
        return value
    value = np.array(value, order="C")
    value.flags.writeable = False
    return value


def _comparable(value):
    if isinstance(value, np.ndarray):
        return value.shape, tuple(value.ravel().tolist())
    if ismethod(value):  # Python tells the methods of two equal objects apart.
        return value.__name__, value.__self__
    return value


def _said(value):
    if isinstance(value, np.ndarray):
        return _written(value)
    if ismethod(value):
        return f"{value.__self__!r}.{value.__name__}"
    return value.__name__ if isroutine(value) else repr(value)  # whose repr is an address


def _written(array):
    if array.size <= _MANY:
        return repr(array.tolist())
    each = {"float_kind": "{:.4g}".format, "int_kind": str}
    short = np.array2string(array, separator=", ", formatter=each, threshold=0, edgeitems=2)
    return " ".join(short.split())
