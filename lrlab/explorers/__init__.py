"""One function for each picture of a lesson: data in, a Flipbook out.

Every explorer takes the course's data or the learner's own, and computes nothing that regression
and descent do not compute already.
"""

from lrlab.explorers._parts import rate_slider
from lrlab.explorers.adaptive import adaptive
from lrlab.explorers.beyond import two_minima
from lrlab.explorers.clinic import falling_loss
from lrlab.explorers.conventions import copies, translator
from lrlab.explorers.decay import decay, decay_speed, schedule_family
from lrlab.explorers.edge import learning_rate, outlier
from lrlab.explorers.finders import range_test
from lrlab.explorers.in_sklearn import sgd_rates
from lrlab.explorers.momentum import momentum
from lrlab.explorers.noise import noise, noise_floor
from lrlab.explorers.point import line_by_hand
from lrlab.explorers.speed import clocks, horizon, scaling
from lrlab.explorers.start import self_test
from lrlab.explorers.step import one_parameter

__all__ = [
    "adaptive",
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
    "range_test",
    "rate_slider",
    "scaling",
    "schedule_family",
    "self_test",
    "sgd_rates",
    "translator",
    "two_minima",
]
