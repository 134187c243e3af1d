"""Checkers for the exercises: they test the property asked for, on the learner's own answer.

Any right answer passes. A wrong one gets a hint that says what was off, and not the answer; an
answer that raises gets a hint too, and no traceback of ours.
"""

from lrlab.exercises._checking import Verdict
from lrlab.exercises.adaptive import break_adam, rescaled, whiten
from lrlab.exercises.beyond import leaves, logistic_edge, only_flat
from lrlab.exercises.clinic import diagnose, honest_mse, patients, trains
from lrlab.exercises.conventions import bigger_batch, mystery_step, scale_of, translate
from lrlab.exercises.decay import no_reset, pure_schedule, reach
from lrlab.exercises.edge import can_y_do_it, critical_rate, just_diverges
from lrlab.exercises.estimator import invscaling, repaired, to_eta0
from lrlab.exercises.finders import curvature_along, design, log_grid
from lrlab.exercises.frameworks import same_path
from lrlab.exercises.momentum import momentum_edge, rescue, under
from lrlab.exercises.noise import batch_gradient, sgd_edge, third_floor
from lrlab.exercises.point import by_hand, closed_form, loss
from lrlab.exercises.speed import back_to_units, standardise, steps_to_share
from lrlab.exercises.step import descend, gradient, one_step

__all__ = [
    "Verdict",
    "back_to_units",
    "batch_gradient",
    "bigger_batch",
    "break_adam",
    "by_hand",
    "can_y_do_it",
    "closed_form",
    "critical_rate",
    "curvature_along",
    "descend",
    "design",
    "diagnose",
    "gradient",
    "honest_mse",
    "invscaling",
    "just_diverges",
    "leaves",
    "log_grid",
    "logistic_edge",
    "loss",
    "momentum_edge",
    "mystery_step",
    "no_reset",
    "one_step",
    "only_flat",
    "patients",
    "pure_schedule",
    "reach",
    "repaired",
    "rescaled",
    "rescue",
    "same_path",
    "scale_of",
    "sgd_edge",
    "standardise",
    "steps_to_share",
    "third_floor",
    "to_eta0",
    "trains",
    "translate",
    "under",
    "whiten",
]
