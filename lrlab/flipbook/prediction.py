"""Predict, lock, reveal: a question before a picture, answered in the browser."""

import random
from pathlib import Path

import anywidget
import traitlets

from lrlab.flipbook.book import Flipbook
from lrlab.flipbook.reveal import Reveal
from lrlab.flipbook.theme import CSS


class Prediction(anywidget.AnyWidget):
    """A question with choices, or for a number; locking an answer shows what is right.

    Works in the browser alone, with or without a kernel. The choices are shown in an order of
    their own, the same for everyone; the text has them as they were given.

    Parameters
    ----------
    question : str
    choices : sequence of dict
        What can be answered: each has a ``text``, what it ``says`` once it is locked, and the right
        one has ``right``, which is true.
    opens : Flipbook, optional
        The picture that stays covered until an answer is locked.
    number : dict, optional
        In place of choices: the ``right`` number, ``within`` which share of it a guess is near,
        and what it ``says`` of it.

    Attributes
    ----------
    answer : int
        The position of the choice that was locked, -1 before; 0 once a number is locked.
    guess : float
        The number that was locked.

    Raises
    ------
    ValueError
        `opens` is not a Flipbook, or there are both choices and a number, or neither.

    Examples
    --------
    >>> choices = [{"text": "Up", "says": "No."}, {"text": "Down", "right": True, "says": "Yes."}]
    >>> asked = Prediction("Which way?", choices)
    >>> asked
    Predict: Which way?
      a) Up
      b) Down
    >>> asked.reveal("It went down.").covered
    True
    >>> Prediction("How many?", number={"right": 4, "within": 0.1, "says": "Count them."})
    Predict: How many?
      a number
    """

    _esm = Path(__file__).with_name("prediction.js").read_text(encoding="utf-8")
    _css = CSS
    _question = traitlets.Unicode().tag(sync=True)
    _choices = traitlets.List().tag(sync=True)
    _order = traitlets.List().tag(sync=True)
    _number = traitlets.Dict().tag(sync=True)
    _opens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    answer = traitlets.Int(-1).tag(sync=True)
    guess = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, question, choices=(), opens=None, number=None):
        if opens is not None and not isinstance(opens, Flipbook):
            raise ValueError(f"opens must be a Flipbook, got {type(opens).__name__}")
        if bool(choices) == bool(number):
            raise ValueError(
                f"give choices or a number, got choices={choices!r} and number={number!r}"
            )
        super().__init__(
            _question=question,
            _choices=list(choices),
            _order=random.Random(question).sample(range(len(choices)), len(choices)),
            _number=dict(number or {}),
        )
        if opens is not None:
            self._hide(opens)

    def reveal(self, value):
        """Return a figure, a text or what a cell found, covered until an answer is locked.

        Parameters
        ----------
        value : object
            A Matplotlib figure, a str, or anything with a repr.

        Returns
        -------
        result : Reveal
            The last line of a cell shows it.
        """
        result = Reveal(value, covered=True)
        self._hide(result)
        return result

    def _hide(self, widget):
        widget.covered = self.answer < 0
        self._opens = [*self._opens, widget.model_id]

    def __repr__(self):
        letters = [f"  {'abcdefgh'[k]}) {each['text']}" for k, each in enumerate(self._choices)]
        return "\n".join([f"Predict: {self._question}", *(letters or ["  a number"])])
