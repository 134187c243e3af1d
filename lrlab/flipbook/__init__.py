"""The picture machine: a figure and arrays in, a live picture, a still or one file out.

It knows Matplotlib and anywidget, and nothing of the course.
"""

from lrlab.flipbook.book import Flipbook
from lrlab.flipbook.prediction import Prediction
from lrlab.flipbook.slider import Slider

__all__ = ["Flipbook", "Prediction", "Slider"]
