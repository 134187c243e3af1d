"""What a slider may be given as, where `ipywidgets.interact` is used to it."""

from dataclasses import dataclass

import numpy as np

from lrlab.flipbook.slider import Slider


@dataclass(frozen=True, eq=False)
class Choice:
    """A slider, what a function is given at each of its positions, and where it begins."""

    slider: Slider  # None where there is one value, and nothing to choose
    values: list
    start: int = 0


def choice(name, given):
    """Read one keyword of `Flipbook.of`.

    Parameters
    ----------
    name : str
        Of the keyword, for the sentence of an error.
    given : Slider, array, range, list, dict, tuple, bool, number or a slider of ipywidgets
        Values in a row; (low, high) or (low, high, step); words; a dict of words to values.

    Returns
    -------
    choice : Choice

    Raises
    ------
    TypeError, ValueError
        It is nothing of all this.

    Examples
    --------
    >>> choice("n", (1, 4)).values
    [1, 2, 3, 4]
    >>> choice("α", (0.0, 0.5, 0.25)).slider
    Slider([0.0, 0.25, 0.5])
    >>> choice("f", {"sine": np.sin, "cosine": np.cos}).slider
    Slider(['sine', 'cosine'])
    >>> choice("grid", True).values
    [False, True]
    """
    try:
        return _choice(given)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from None


def _choice(given):
    if isinstance(given, Slider):
        return Choice(given, given.values.tolist())
    if isinstance(given, (bool, np.bool_)):
        return Choice(Slider(["no", "yes"]), [False, True], int(given))
    if isinstance(given, (int, float, np.number)):
        low, high = sorted((-given, 3 * given)) if given else (0, 1)
        return _along(low, high, 0.1 if isinstance(given, (float, np.floating)) else 1, given)
    if isinstance(given, dict):
        return _named(list(given), list(given.values()))
    if isinstance(given, tuple) and len(given) in (2, 3) and all(map(_is_number, given)):
        whole = all(isinstance(each, (int, np.integer)) for each in given)
        return _along(*given, *[1 if whole else 0.1][len(given) - 2 :])
    if hasattr(given, "value") and not isinstance(given, np.ndarray):
        return _of_widget(given)
    return _in_a_row(given)


def _is_number(value):
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _along(low, high, step, start=None):
    """From low to high in steps, both ends included where the steps end there."""
    if not (high >= low and step > 0):
        raise ValueError(f"low, high, step must ascend, got {(low, high, step)}")
    count = int((high - low) / step + 1e-9) + 1
    values = [low + step * k for k in range(count)]
    if isinstance(low + step, float):
        values = [float(f"{each:.12g}") for each in values]  # 0.3, and not 0.30000000000000004
    slider = Slider(values)
    return Choice(slider, values, count // 2 if start is None else slider.nearest(start))


def _of_widget(given):
    """A slider, a choice, a tick box or a fixed value of ipywidgets."""
    if hasattr(given, "options"):
        named = given.options.items() if isinstance(given.options, dict) else given.options
        found = _in_a_row(list(named))
        at = next((k for k, each in enumerate(found.values) if each is given.value), 0)
        return Choice(found.slider, found.values, at)
    if not all(hasattr(given, name) for name in ("min", "max", "step")):
        tick_box = isinstance(given.value, bool) and hasattr(given, "indent")
        return _choice(given.value) if tick_box else Choice(None, [given.value])
    if not hasattr(given, "base"):
        return _along(given.min, given.max, given.step, given.value)
    powers = _along(given.min, given.max, given.step).values
    slider = Slider([given.base**each for each in powers])
    return Choice(slider, slider.values.tolist(), slider.nearest(given.value))


def _in_a_row(given):
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        raise TypeError(f"values must stand in a row, or be (low, high, step), got {given!r}")
    if getattr(given, "ndim", 1) != 1:
        raise ValueError(f"values must stand in one row, got the shape {given.shape}")
    values = given.tolist() if hasattr(given, "tolist") else list(given)
    if values and all(map(_is_number, values)):
        slider = Slider(np.unique(values))
        return Choice(slider, slider.values.tolist())
    if values and all(isinstance(each, tuple) and len(each) == 2 for each in values):
        return _named(*zip(*values, strict=True))
    return _named(values, values)


def _named(names, values):
    return Choice(Slider([_name(each) for each in names]), list(values))


def _name(value):
    return str(getattr(value, "__name__", value))
