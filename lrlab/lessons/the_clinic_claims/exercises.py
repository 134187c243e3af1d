"""The checker for the exercise of this lesson."""

from collections.abc import Mapping

from lrlab.lessons._checking import brief, checker
from lrlab.lessons.the_clinic_claims.maths import DIAGNOSES

LOOKS = {
    "too small": "A rate that is too small makes a line that still falls at the end, slowly",
    "right": "A right rate makes a line that falls fast, far down and to the end",
    "too large": "A rate that is too large makes a curve that rises in the end",
    "noise floor": "A run at its noise floor falls and then trembles about one height",
    "stops short": "A rate that is turned down too fast leaves a smooth, level line high up",
}


@checker("All five: the shape of a curve tells what ails its learning rate.")
def diagnose(attempt):
    """Check a dict of letters A to E and what ails the run, in the words of `LOOKS`.

    Pairs of a letter and a diagnosis do as well, and so do five diagnoses in the order A to E.

    Examples
    --------
    >>> diagnose({letter: "right" for letter in "ABCDE"})
    Not yet. A: A right rate makes a line that falls fast, far down and to the end. Does A?
    """
    said = _by_letter(attempt)
    if said is None or set(said) != set(DIAGNOSES):
        return f"A dict with the letters A to E is asked for; yours is {brief(attempt)}."
    for letter, one in sorted(said.items()):
        if one is ...:
            return f"{letter} has no diagnosis yet."
        name = " ".join(one.split()).casefold() if isinstance(one, str) else None
        if name not in LOOKS:
            return f"{letter}: one of {', '.join(LOOKS)} is asked for; yours is {brief(one)}."
        if name != DIAGNOSES[letter]:
            return f"{letter}: {LOOKS[name]}. Does {letter}?"
    return None


def _by_letter(attempt):
    """Return what is said of each letter as a dict, or None where that cannot be read."""
    if hasattr(attempt, "to_dict"):  # a Series
        attempt = attempt.to_dict()
    if isinstance(attempt, str):
        return None
    try:
        pairs = list(attempt.items() if isinstance(attempt, Mapping) else attempt)
        if len(pairs) == len(DIAGNOSES) and all(isinstance(each, str) for each in pairs):
            return dict(zip(DIAGNOSES, pairs, strict=True))
        return {str(letter).strip().upper(): said for letter, said in pairs}
    except (TypeError, ValueError):
        return None
