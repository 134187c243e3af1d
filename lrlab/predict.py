"""The public index of questions: each asks before its picture is seen.

The questions stand in the rooms of the lessons and not in the notebooks, so that no learner reads
the answer in the cell that asks.
"""

import tomllib
from copy import deepcopy
from functools import cache
from pathlib import Path

from lrlab import _check
from lrlab.flipbook import Prediction

_LESSONS = Path(__file__).with_name("lessons")


def questions():
    """Return every question of the course: a dict of its name to what it asks.

    Examples
    --------
    >>> questions()["a-little-more"]["question"]
    'With α = 0.95 this run converges. What will α = 0.99 do?'
    """
    return deepcopy(_questions())


@cache
def _questions():
    files = sorted(_LESSONS.glob("*/questions.toml"))
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return {name: asked for table in tables for name, asked in table.items()}


def predict(name, opens=None):
    """Ask the question of a lesson before its picture is seen.

    Parameters
    ----------
    name : str
        Its name in the lesson's questions.toml.
    opens : Flipbook, optional
        The picture that stays covered until an answer is locked.

    Returns
    -------
    prediction : Prediction
        Works in the browser alone, with or without a kernel. Its `reveal` covers what a later cell
        finds until an answer is locked.

    Raises
    ------
    ValueError
        There is no such question, or `opens` is not a Flipbook.

    Examples
    --------
    >>> print(predict("a-little-more"))
    Predict: With α = 0.95 this run converges. What will α = 0.99 do?
      a) Converge a little faster: larger steps get there sooner
      b) Converge, and swing a little more
      c) Diverge
    """
    known = _questions()
    _check.one_of("name", name, sorted(known))
    asked = known[name]
    return Prediction(
        asked["question"], asked.get("choices", ()), opens=opens, number=asked.get("number")
    )
