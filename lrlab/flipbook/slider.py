"""One slider of a book: the values it can take, and how they are written and spoken."""

import operator
import re
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class Slider:
    """One slider: the values it can take, and how they are written and spoken.

    Two sliders are equal when all that is said of them here is. The arrays are copied.

    Parameters
    ----------
    values : array (p,)
        Numbers in ascending order, or words.
    labels : sequence of p str, optional
        What is shown for each value; by default three significant digits, or more where two
        neighbours would look the same.
    bands : sequence of (int, str, str)
        The position at which each band begins, its name, and its colour as #rrggbb. They ascend,
        and the first begins at 0.
    marks : dict of int to str
        Positions that can be gone to with one click, and their names.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> Slider([0.01, 0.1, 1]).labels
    ('0.01', '0.1', '1')
    >>> Slider([1, 2], marks={1: "edge"})
    Slider([1, 2], marks={1: 'edge'})
    """

    values: np.ndarray
    labels: tuple = None
    bands: tuple = ()
    marks: dict = field(default_factory=dict)

    def __post_init__(self):
        values = _values(self.values)
        facts = {
            "values": values,
            "labels": _labels(self.labels, values),
            "bands": _bands(self.bands, len(values)),
            "marks": _marks(self.marks, len(values)),
        }
        for name, fact in facts.items():
            object.__setattr__(self, name, fact)

    def __eq__(self, other):
        return isinstance(other, Slider) and self._facts() == other._facts()

    def __hash__(self):
        return hash(self._facts())

    def __repr__(self):
        said = [f"{self.values.tolist()}"]
        if self.labels != tuple(_written(self.values.tolist())):
            said.append(f"labels={list(self.labels)}")
        said += [f"bands={list(self.bands)}"] * bool(self.bands)
        said += [f"marks={self.marks}"] * bool(self.marks)
        return f"Slider({', '.join(said)})"

    def __reduce__(self):
        return Slider, (self.values, self.labels, self.bands, self.marks)

    def nearest(self, value, name="value"):
        """The position whose value is nearest to ``value``, or whose mark has this name.

        Where the values are words it must be one of them. An error says ``name`` for what was
        wrong.

        Examples
        --------
        >>> Slider([1, 2, 4], marks={2: "edge"}).nearest(2.6)
        1
        >>> Slider([1, 2, 4], marks={2: "edge"}).nearest("edge")
        2
        """
        if isinstance(value, str) and value in self.marks.values():
            return next(at for at, mark in self.marks.items() if mark == value)
        if self.values.dtype.kind in "iuf":
            if not isinstance(value, (int, float, np.number)) or not np.isfinite(value):
                marks = f" or one of {[*self.marks.values()]}" if self.marks else ""
                raise ValueError(f"{name} must be a finite number{marks}, got {value!r}")
            return int(np.argmin(np.abs(self.values - value)))
        if not isinstance(value, str) or value not in self.values.tolist():
            raise ValueError(f"{name} must be one of {self.values.tolist()}, got {value!r}")
        return int(np.flatnonzero(self.values == value)[0])

    def band(self, position):
        """The name of the band at a position, or '' where there are none."""
        names = [name for first, name, _ in self.bands if first <= position]
        return names[-1] if names else ""

    def said(self, position):
        """What is said of a position: its value, its mark, its band.

        Examples
        --------
        >>> Slider([1, 2, 3], bands=[(0, "low", "#56B4E9"), (1, "high", "#E69F00")]).said(2)
        '3, high'
        """
        mark = self.marks.get(position, "").replace("_", " ")
        return ", ".join(
            part for part in (self.labels[position], mark, self.band(position)) if part
        )

    def _facts(self):
        marks = tuple(sorted(self.marks.items()))
        return tuple(self.values.tolist()), self.labels, self.bands, marks


def _values(given):
    try:
        values = np.array(given)
    except ValueError:  # NumPy's word for rows of different lengths
        values = np.array(None)
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"values must be one row of at least one value, got {np.shape(values)}")
    if values.dtype.kind not in "iufU" or np.ma.is_masked(given):
        raise TypeError(f"values must be numbers, or words alone, got {given!r}")
    if not _ascends(values):
        raise ValueError(f"values must be finite and ascend, or be words that differ, got {values}")
    values.flags.writeable = False
    return values


def _labels(given, values):
    labels = tuple(_written(values.tolist()) if given is None else map(str, given))
    if len(labels) != len(values):
        raise ValueError(f"labels must be {len(values)}, one a value, got {len(labels)}")
    return labels


def _bands(given, size):
    try:
        bands = tuple((operator.index(first), str(name), str(hue)) for first, name, hue in given)
    except (TypeError, ValueError):
        raise TypeError(f"bands must be triples (position, name, #rrggbb), got {given!r}") from None
    firsts = [first for first, *_ in bands]
    if firsts and (firsts[0] != 0 or firsts != sorted(set(firsts)) or firsts[-1] >= size):
        raise ValueError(f"bands must begin at 0 and ascend up to {size - 1}, got {given!r}")
    if wrong := [hue for *_, hue in bands if not re.fullmatch("#[0-9a-fA-F]{6}", hue)]:
        raise ValueError(f"bands must have colours like #rrggbb, got {wrong[0]!r}")
    return bands


def _marks(given, size):
    try:
        marks = {operator.index(at): str(name) for at, name in dict(given).items()}
    except (TypeError, ValueError):
        raise TypeError(f"marks must be a dict of position to name, got {given!r}") from None
    if outside := [at for at in marks if not 0 <= at < size]:
        raise ValueError(f"marks must be at positions 0 to {size - 1}, got {outside[0]}")
    return marks


def _ascends(values):
    if values.dtype.kind in "iuf":
        return np.isfinite(values).all() and (values[1:] > values[:-1]).all()
    return len(set(values.tolist())) == len(values)


def _written(values):
    def write(at, digits):
        value = values[at] if 0 <= at < len(values) else None
        return f"{value:.{digits}g}" if isinstance(value, float) else str(value)

    def differs(at, digits):
        return write(at, digits) not in (write(at - 1, digits), write(at + 1, digits))

    return [
        write(at, next(digits for digits in range(3, 18) if differs(at, digits)))
        for at in range(len(values))
    ]
