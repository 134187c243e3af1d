"""The picture of this lesson: a range test, and how its answer moves with length and noise."""

import numpy as np

from lrlab import _check, finders
from lrlab.drawing import figures, given, layers, views
from lrlab.drawing.colours import DATA, INK, PATH, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider
from lrlab.lessons.finding_alpha.maths import drawn_gradient

LENGTHS = (8, 10, 12, 15, 20, 25, 30, 40, 50, 70, 100, 140, 200, 300, 400, 600, 1000)
NAMES = {"steepest": "steepest fall", "least": "lowest / 10", "explosion": "end / 10"}
STYLES = (
    {"color": SECOND, "marker": "s", "size": 4},
    {"color": DATA, "dash": (6, 3), "marker": "^", "size": 4},
    {"color": INK, "dash": (1.5, 2.5), "marker": "o", "size": 4},
)
SWEEP = {"color": PATH, "width": 1.3, "marker": "o", "size": 3.5}
ANSWER = {"color": INK, "dash": (5, 3)}  # up to where the name of the edge stands


def range_test(x, y=None, *, start=None, low=None, high=None, lengths=LENGTHS, batches=(10, 1)):
    """Turn the length of a range test, its batches and the way it is read: its answer moves.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    start : pair of float, optional
        Slope and intercept to begin with. Default: (0, 0).
    low, high : float, optional
        The first and the last rate. Default: seven powers of ten around the critical rate.
    lengths : sequence of int
        How many steps the sweep may have, ascending, 2 or more.
    batches : sequence of int
        Batch sizes, 1 or more, each another one, besides that of all data; those of n or more are
        left out.

    Returns
    -------
    book : Flipbook
        Sliders for the steps, the batch and the rule; the loss of all data against the rate beside
        the critical rate, and the answer of each rule against the steps.

    Examples
    --------
    >>> book = range_test([0, 1, 2, 3], [3, 5, 7, 8])
    >>> book.position = {"sweep steps": 20, "answer": "end / 10"}
    >>> book.seen[:30]
    'A sweep of 20 steps ends at α '
    """
    problem = given.line_problem(x, y)
    start = given.start(problem, start)
    lengths = given.ascending("lengths", lengths, least=2)
    batches = _sizes(batches, len(problem.y))
    counts = ("lengths", int(lengths[-1])), ("batches", len(batches))
    given.affordable(4, ("lengths", len(lengths)), *counts)
    edge = problem.critical_rate
    ends = views.decades(edge, 5, 2)
    low = given.positive("low", ends[0] if low is None else low)
    high = given.positive("high", ends[1] if high is None else high)
    if low >= high:
        raise ValueError(f"low must be below high, got {low:g} and {high:g}")
    sweeps = [[_sweep(problem, start, low, high, int(n), size) for size in batches]
              for n in lengths]  # fmt: skip
    first = problem.loss(start)
    answers = np.array([[[rule(each.rates, np.append(first, each.losses))
                          for rule in finders.RULES.values()] for each in row]
                        for row in sweeps])  # fmt: skip

    every = [each for row in sweeps for each in row]
    lowest = max(min(each.losses.min() for each in every), 1e-6 * first, 1e-12)
    bottom, top = views.spanning([lowest, 5 * first + 10 * lowest])
    figure, (left, right) = _stage(edge, (low, high), (bottom, top), lengths)
    marks = {int(np.argmax(lengths == 100)): "usual"} if 100 in lengths else {}
    names = ["all data", *(f"{size:,}" for size in batches[1:])]
    book = Flipbook(
        figure,
        {"sweep steps": Slider(lengths, marks=marks), "batch": np.array(names),
         "answer": np.array(list(NAMES.values()))},
        start={"sweep steps": 100},
        description="The loss of a run whose rate grows at each step, against the rate, with the "
        "critical rate and the answer; and the answers of three rules against the steps.",
    )  # fmt: skip
    shape = (*answers.shape[:2], 1, -1)
    rates, losses = (_padded([getattr(each, what) for each in every]).reshape(shape)
                     for what in ("rates", "losses"))  # fmt: skip
    book.line(left, rates, losses, **SWEEP)
    book.line(left, answers[..., None] * [1, 1], [bottom, top**0.9 * bottom**0.1], **ANSWER)
    book.line(left, answers[..., None], [bottom], **layers.DIAMOND)
    for rows, style in zip(np.moveaxis(answers, (2, 0), (0, -1)) / edge, STYLES, strict=True):
        book.line(right, lengths, rows[None, :, None, :], **style)
    at = lengths[:, None, None, None]
    book.line(right, at, answers[..., None] / edge, **layers.DIAMOND)
    book.storyboard({}, {"sweep steps": 200}, {"sweep steps": 400}, {"answer": "end / 10"},
                    {"batch": names[-1]}, {"batch": "all data", "sweep steps": 10})  # fmt: skip
    texts = [[[caption(rule, n, each.gradients, rate, edge)
               for rule, rate in zip(finders.RULES, row, strict=True)]
              for each, row in zip(tests, rows, strict=True)]
             for n, tests, rows in zip(lengths, sweeps, answers, strict=True)]  # fmt: skip
    return book.caption(texts).draw()


def _sizes(batches, n):
    """Batch sizes, with all n examples first."""
    batches = _check.whole_numbers("batches", batches, least=1)
    _check.shape("batches", batches, (None,))
    if len(set(batches.tolist())) < len(batches):
        raise ValueError(f"batches must be different sizes, got {batches.tolist()}")
    return [n, *(size for size in batches.tolist() if size < n)]


def _sweep(problem, start, low, high, steps, size):
    gradient = drawn_gradient(problem, size, rng=np.random.default_rng(0))
    return finders.range_test(gradient, problem.loss, start, low, high, steps=steps)


def _stage(edge, rates, losses, lengths):
    """The figure and its two axes, with all that stands still; limits are pairs."""
    figure, (left, right) = figures.canvas([5.2, 4.6], 3.9)
    figures.powers_of_ten(left.xaxis, *rates)
    figures.powers_of_ten(left.yaxis, *losses)
    figures.frame(left, "the loss after each step of the sweep", "α", "", rates, losses)
    figures.uprights(left, {"2/λ_max": edge})
    figures.powers_of_ten(right.xaxis, 1, 1e4)
    figures.powers_of_ten(right.yaxis, 1e-4, 10)
    figures.frame(right, "the answer, in units of the edge", "sweep steps", "",
                  (lengths[0] / 1.2, lengths[-1] * 1.2), (1e-4, 10))  # fmt: skip
    figures.level(right, 1.0, "edge")
    figures.key(right, dict(zip(NAMES.values(), STYLES, strict=True)), loc="lower left")
    return figure, (left, right)


def _padded(curves):
    """Curves of many lengths (k,) as one array (curves, longest), NaN after their ends."""
    longest = max(len(each) for each in curves)
    rows = [np.append(each, np.full(longest - len(each), np.nan)) for each in curves]
    return np.array(rows)


def caption(rule, length, spent, rate, edge):
    """What a range test answers, and where that is.

    Parameters
    ----------
    rule : {"steepest", "least", "explosion"}
    length, spent : int
        The steps that were planned, and the gradients that it spent.
    rate, edge : float
        The answer and the critical rate.

    Examples
    --------
    >>> caption("explosion", 100, 84, 0.5, 1.0)[:70]
    'A sweep of 100 steps ends at α = 5, and a tenth of that is 50 % of the'
    """
    share = rate / edge
    where = f"{number(100 * share, 2)} % of the edge"
    if share > 1 + 1e-12:
        where = f"{number(share)} times the edge, where descent diverges"
    elif share > 1 - 1e-12:
        where = "exactly the edge"
    said = {
        "steepest": f"falls most steeply at α = {number(rate)}, which is",
        "least": f"is lowest at α = {number(10 * rate)}, and a tenth of that is",
        "explosion": f"ends at α = {number(10 * rate)}, and a tenth of that is",
    }[rule]
    return f"A sweep of {length} steps {said} {where}. It spends {spent} gradients."
