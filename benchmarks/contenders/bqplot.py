import bqplot
from contourpy import contour_generator
from IPython.display import display
from ipywidgets import FloatLogSlider, HBox, Layout


def panel(marks, scales):
    axes = [bqplot.Axis(scale=scales["x"]), bqplot.Axis(scale=scales["y"], orientation="vertical")]
    return bqplot.Figure(marks=marks, axes=axes, layout=Layout(width="400px", height="400px"))


flat = {"x": bqplot.LinearScale(), "y": bqplot.LinearScale(min=0, max=9)}
plane = {"x": bqplot.LinearScale(min=-2, max=6), "y": bqplot.LinearScale(min=-1, max=8)}
log = {"x": bqplot.LinearScale(), "y": bqplot.LogScale(min=losses[0], max=losses[1])}
points = bqplot.Scatter(x=x, y=y, scales=flat, colors=["gray"])
fit = bqplot.Lines(x=edge, y=edge, scales=flat)
contours = contour_generator(ws, bs, surface)
rings = [bqplot.Lines(x=ring[:, 0], y=ring[:, 1], scales=plane, colors=["silver"])
         for level in levels for ring in contours.lines(level)]  # fmt: skip
walk = bqplot.Lines(x=[0.0], y=[0.0], scales=plane, marker="circle")
curve = bqplot.Lines(x=np.arange(steps + 1), y=np.ones(steps + 1), scales=log, marker="circle")


def draw(change):
    path, excess = run(change.new)
    fit.y = path[-1, 0] * edge + path[-1, 1]
    with walk.hold_sync():
        walk.x, walk.y = path.T
    curve.y = excess


rate = FloatLogSlider(0.1, min=low, max=high, step=(high - low) / positions)
rate.observe(draw, "value")
display(rate, HBox([panel([points, fit], flat), panel([*rings, walk], plane), panel([curve], log)]))
