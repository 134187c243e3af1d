"""Predict, lock, reveal: a question before a picture, answered in the browser.

The questions stand in questions.toml and not in the notebooks, so that no learner reads the
answer in the cell that asks.
"""

import tomllib
from pathlib import Path

import anywidget
import traitlets

from lrlab.flipbook import CSS, Flipbook

QUESTIONS = Path(__file__).with_name("questions.toml")


class Prediction(anywidget.AnyWidget):
    """A question with choices; locking one shows what is right and opens a picture.

    Attributes
    ----------
    answer : int
        The position of the choice that was locked, -1 before.
    """

    _esm = Path(__file__).with_name("predict.js")
    _css = CSS
    _question = traitlets.Unicode().tag(sync=True)
    _choices = traitlets.List().tag(sync=True)
    _opens = traitlets.Unicode().tag(sync=True)
    answer = traitlets.Int(-1).tag(sync=True)

    def __repr__(self):
        letters = [f"  {'abcdefgh'[k]}) {each['text']}" for k, each in enumerate(self._choices)]
        return "\n".join([f"Predict: {self._question}", *letters])


def predict(name, opens=None):
    """Ask the question of a lesson before its picture is seen.

    Parameters
    ----------
    name : str
        Its name in questions.toml.
    opens : Flipbook, optional
        The picture that stays covered until an answer is locked.

    Returns
    -------
    prediction : Prediction
        Works in the browser alone, with or without a kernel.

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
    questions = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))
    if name not in questions:
        raise ValueError(f"name must be one of {sorted(questions)}, got {name!r}")
    if opens is not None and not isinstance(opens, Flipbook):
        raise ValueError(f"opens must be a Flipbook, got {type(opens).__name__}")
    asked = questions[name]
    if opens is not None:
        opens.covered = True
    return Prediction(
        _question=asked["question"],
        _choices=asked["choices"],
        _opens=opens.model_id if opens is not None else "",
    )
