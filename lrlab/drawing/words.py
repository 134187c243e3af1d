"""How sentences under pictures write their numbers: a few digits, and powers of ten as such."""

import math

import numpy as np

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value, digits=3):
    """Write a number for reading: a few digits, and powers of ten as such.

    Examples
    --------
    >>> number(0.25), number(1234.5), number(1.2e-7), number(3e40)
    ('0.25', '1,230', '1.2 × 10⁻⁷', '3 × 10⁴⁰')
    """
    value = float(value)
    if math.isinf(value):
        return "more than 10³⁰⁸"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        rounded = f"{value:.{digits - 1}e}"
        places = max(0, digits - 1 - int(rounded.partition("e")[2]))
        text = f"{float(rounded):,.{places}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    head, power = f"{value:.1e}".split("e")
    return f"{head.removesuffix('.0')} × 10{str(int(power)).translate(RAISED)}"


def factor(value):
    """Write what a step multiplies an error by; near 1 say by how much it falls short.

    Examples
    --------
    >>> factor(0.25), factor(-1.05), factor(1 - 2e-5), factor(-1 + 2e-5), factor(1.0)
    ('0.25', '−1.05', '1 − 2 × 10⁻⁵', '−1 + 2 × 10⁻⁵', '1')
    """
    value = float(np.round(value, 12))
    short = 1 - abs(value)
    if not 0 < abs(short) < 5e-4:
        return number(value).replace("-", "−")
    sign, minus = ("", "−+") if value > 0 else ("−", "+−")
    return f"{sign}1 {minus[short < 0]} {number(abs(short), 2)}"


def left(excess):
    """What becomes of an excess loss (steps + 1,), of which the first is above 0.

    Examples
    --------
    >>> left(np.array([4.0, 2.0, 1.0]))
    'After 2 steps 25 % of the excess loss is left.'
    """
    with np.errstate(over="ignore"):
        times = excess[-1] / excess[0]
    after = f"After {len(excess) - 1} steps"
    if times > 1.005:
        return f"{after} the excess loss is {number(times, 2)} times the first."
    return f"{after} {number(100 * times, 2)} % of the excess loss is left."
