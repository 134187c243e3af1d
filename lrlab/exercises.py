"""Checkers for the exercises: they test the property asked for, on the learner's own answer.

Any right answer passes. A wrong one gets a hint that says what was off, and not the answer; an
answer that raises gets a hint too, and no traceback of ours.
"""

from lrlab._checking import Verdict
from lrlab.lessons.a_line_is_a_point.exercises import by_hand, closed_form, loss
from lrlab.lessons.beyond_the_bowl.exercises import leaves, logistic_edge, only_flat
from lrlab.lessons.do_you_have_to.exercises import forgetful, noise_left
from lrlab.lessons.extras.exercises import same_path
from lrlab.lessons.fast_then_slow.exercises import misleads, steps_to_share
from lrlab.lessons.finding_alpha.exercises import curvature_along, design
from lrlab.lessons.fix_the_data.exercises import back_to_units, standardise, where_it_ends
from lrlab.lessons.how_large_a_batch.exercises import batch_gradient, batches, scaled_rate
from lrlab.lessons.in_scikit_learn.exercises import repaired, to_eta0
from lrlab.lessons.momentum.exercises import momentum_edge, under
from lrlab.lessons.noise.exercises import measured_floor, sgd_edge
from lrlab.lessons.one_alpha_per_coordinate.exercises import rescaled, whiten
from lrlab.lessons.one_step_downhill.exercises import descend, gradient, one_step
from lrlab.lessons.past_the_edge.exercises import calm_rates, eight_rates, finish
from lrlab.lessons.the_clinic_programs.exercises import diagnose, honest_mse, trains
from lrlab.lessons.the_edge.exercises import critical_rate, just_diverges
from lrlab.lessons.turning_it_down.exercises import no_reset, pure_schedule
from lrlab.lessons.two_weights_deep.exercises import sharpness_in_a_row, warm_up
from lrlab.lessons.whose_alpha.exercises import bigger_batch, mystery_step, scale_of, translate
from lrlab.lessons.your_own_slider.exercises import heights, own_book

__all__ = [
    "Verdict",
    "back_to_units",
    "batch_gradient",
    "batches",
    "bigger_batch",
    "by_hand",
    "calm_rates",
    "closed_form",
    "critical_rate",
    "curvature_along",
    "descend",
    "design",
    "diagnose",
    "eight_rates",
    "finish",
    "forgetful",
    "gradient",
    "heights",
    "honest_mse",
    "just_diverges",
    "leaves",
    "logistic_edge",
    "loss",
    "measured_floor",
    "misleads",
    "momentum_edge",
    "mystery_step",
    "no_reset",
    "noise_left",
    "one_step",
    "only_flat",
    "own_book",
    "pure_schedule",
    "repaired",
    "rescaled",
    "same_path",
    "scale_of",
    "scaled_rate",
    "sgd_edge",
    "sharpness_in_a_row",
    "standardise",
    "steps_to_share",
    "to_eta0",
    "trains",
    "translate",
    "under",
    "warm_up",
    "where_it_ends",
    "whiten",
]
