"""Predict, lock, reveal: a question before a picture, answered in the browser."""

from pathlib import Path

import anywidget
import traitlets

from lrlab.flipbook.book import CSS, Flipbook


class Prediction(anywidget.AnyWidget):
    """A question with choices; locking one shows what is right and opens a picture.

    Works in the browser alone, with or without a kernel.

    Parameters
    ----------
    question : str
    choices : sequence of dict
        What can be answered: each has a ``text``, what it ``says`` once it is locked, and the right
        one has ``right``, which is true.
    opens : Flipbook, optional
        The picture that stays covered until an answer is locked.

    Attributes
    ----------
    answer : int
        The position of the choice that was locked, -1 before.

    Raises
    ------
    ValueError
        `opens` is not a Flipbook.

    Examples
    --------
    >>> choices = [{"text": "Up", "says": "No."}, {"text": "Down", "right": True, "says": "Yes."}]
    >>> Prediction("Which way?", choices)
    Predict: Which way?
      a) Up
      b) Down
    """

    _esm = Path(__file__).with_name("prediction.js")
    _css = CSS
    _question = traitlets.Unicode().tag(sync=True)
    _choices = traitlets.List().tag(sync=True)
    _opens = traitlets.Unicode().tag(sync=True)
    answer = traitlets.Int(-1).tag(sync=True)

    def __init__(self, question, choices, opens=None):
        if opens is not None and not isinstance(opens, Flipbook):
            raise ValueError(f"opens must be a Flipbook, got {type(opens).__name__}")
        if opens is not None:
            opens.covered = True
        super().__init__(
            _question=question,
            _choices=list(choices),
            _opens=opens.model_id if opens is not None else "",
        )

    def __repr__(self):
        letters = [f"  {'abcdefgh'[k]}) {each['text']}" for k, each in enumerate(self._choices)]
        return "\n".join([f"Predict: {self._question}", *letters])
