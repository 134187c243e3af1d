# What the ways that need no kernel draw: the runs of every α of the course's slider, at once.
from lrlab.drawing.sliders import rate_slider

slider = rate_slider(problem)
rates, labels, begin = slider.values, slider.labels, slider.nearest(0.2 * problem.critical_rate)
paths, excess = run(rates)
ends = paths[..., :1] * edge + paths[..., 1:]  # the line at each step: (rates, steps + 1, 2)
count = np.arange(steps + 1)
