"""One function for each picture of a lesson: data in, a Flipbook out.

Every explorer takes the course's data or the learner's own, and computes nothing that regression
and descent do not compute already.
"""

from lrlab.drawing.sliders import rate_slider
from lrlab.lessons.a_line_is_a_point.picture import line_by_hand, turned_walk
from lrlab.lessons.beyond_the_bowl.picture import two_minima
from lrlab.lessons.do_you_have_to.picture import averaging
from lrlab.lessons.fast_then_slow.picture import clocks, horizon
from lrlab.lessons.finding_alpha.picture import range_test
from lrlab.lessons.fix_the_data.picture import scaling
from lrlab.lessons.how_large_a_batch.picture import batch_size
from lrlab.lessons.in_scikit_learn.picture import sgd_rates
from lrlab.lessons.momentum.picture import momentum
from lrlab.lessons.noise.picture import noise, noise_floor, two_edges
from lrlab.lessons.one_alpha_per_coordinate.picture import adaptive
from lrlab.lessons.one_step_downhill.picture import one_parameter
from lrlab.lessons.past_the_edge.picture import past_the_edge
from lrlab.lessons.start_here.picture import rescue
from lrlab.lessons.the_clinic_claims.picture import falling_loss
from lrlab.lessons.the_edge.picture import learning_rate, outlier, two_factors
from lrlab.lessons.turning_it_down.maths import schedule_family
from lrlab.lessons.turning_it_down.picture import decay, decay_speed
from lrlab.lessons.two_weights_deep.picture import two_weights
from lrlab.lessons.whose_alpha.picture import copies, translator

__all__ = [
    "adaptive",
    "averaging",
    "batch_size",
    "clocks",
    "copies",
    "decay",
    "decay_speed",
    "falling_loss",
    "horizon",
    "learning_rate",
    "line_by_hand",
    "momentum",
    "noise",
    "noise_floor",
    "one_parameter",
    "outlier",
    "past_the_edge",
    "range_test",
    "rate_slider",
    "rescue",
    "scaling",
    "schedule_family",
    "sgd_rates",
    "translator",
    "turned_walk",
    "two_edges",
    "two_factors",
    "two_minima",
    "two_weights",
]
