"""Checkers for the exercises: they test the property asked for, on the learner's own answer.

Any right answer passes. A wrong one gets a hint that says what was off, and not the answer; an
answer that raises gets a hint too, and no traceback of ours.
"""

from lrlab.lessons._checking import Verdict
from lrlab.lessons.a_line_is_a_point.exercises import by_hand, closed_form, loss
from lrlab.lessons.beyond_the_bowl.exercises import leaves, logistic_edge, only_flat
from lrlab.lessons.extras.exercises import same_path
from lrlab.lessons.fast_then_slow.exercises import back_to_units, standardise, steps_to_share
from lrlab.lessons.finding_alpha.exercises import curvature_along, design, log_grid
from lrlab.lessons.in_scikit_learn.exercises import invscaling, repaired, to_eta0
from lrlab.lessons.momentum.exercises import momentum_edge, rescue, under
from lrlab.lessons.noise.exercises import batch_gradient, sgd_edge, third_floor
from lrlab.lessons.one_alpha_per_coordinate.exercises import break_adam, rescaled, whiten
from lrlab.lessons.one_step_downhill.exercises import descend, gradient, one_step
from lrlab.lessons.past_the_edge.exercises import calm_rates, eight_rates, finish
from lrlab.lessons.the_clinic_programs.exercises import diagnose, honest_mse, trains
from lrlab.lessons.the_edge.exercises import can_y_do_it, critical_rate, just_diverges
from lrlab.lessons.turning_it_down.exercises import no_reset, pure_schedule, reach
from lrlab.lessons.whose_alpha.exercises import bigger_batch, mystery_step, scale_of, translate

__all__ = [
    "Verdict",
    "back_to_units",
    "batch_gradient",
    "bigger_batch",
    "break_adam",
    "by_hand",
    "calm_rates",
    "can_y_do_it",
    "closed_form",
    "critical_rate",
    "curvature_along",
    "descend",
    "design",
    "diagnose",
    "eight_rates",
    "finish",
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
