"""Checkers for the exercises: they test the property asked for, on the learner's own answer.

Any right answer passes. A wrong one gets a hint that says what was off, and not the answer; an
answer that raises gets a hint too, and no traceback of ours.
"""

from lrlab.exercises._checking import Verdict
from lrlab.exercises.conventions import bigger_batch, mystery_step, scale_of, translate
from lrlab.exercises.edge import can_y_do_it, critical_rate, just_diverges
from lrlab.exercises.noise import batch_gradient, sgd_edge, third_floor
from lrlab.exercises.point import by_hand, closed_form, loss
from lrlab.exercises.step import descend, gradient, one_step

__all__ = [
    "Verdict",
    "batch_gradient",
    "by_hand",
    "can_y_do_it",
    "bigger_batch",
    "closed_form",
    "critical_rate",
    "descend",
    "gradient",
    "just_diverges",
    "loss",
    "one_step",
    "sgd_edge",
    "mystery_step",
    "third_floor",
    "scale_of",
]
    "translate",
