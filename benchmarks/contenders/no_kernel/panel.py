import panel as pn
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

pn.extension()
size = {"width": 400, "height": 400}
data = figure(**size, y_range=(0, 9))
data.scatter(x, y, color="gray")
bowl = figure(**size, x_range=(-2, 6), y_range=(-1, 8))
bowl.contour(ws, bs, surface, levels, line_color="silver")
loss = figure(**size, x_range=(0, steps), y_range=losses, y_axis_type="log")
fit, walk, curve = (ColumnDataSource({"x": [0.0], "y": [1.0]}) for _ in range(3))
for panel, source in zip([data, bowl, loss], [fit, walk, curve], strict=True):
    panel.line("x", "y", source=source)
for panel, source in zip([bowl, loss], [walk, curve], strict=True):
    panel.scatter("x", "y", source=source)


def draw(rate, step):
    fit.data = {"x": edge, "y": ends[rate, step]}
    walk.data = {"x": paths[rate, : step + 1, 0], "y": paths[rate, : step + 1, 1]}
    curve.data = {"x": count[: step + 1], "y": excess[rate, : step + 1]}


options = {label: at for at, label in enumerate(labels)}
rate = pn.widgets.DiscreteSlider(name="α", options=options, value=begin)
step = pn.widgets.IntSlider(name="step", end=steps, value=steps)
pn.bind(draw, rate, step, watch=True)
draw(begin, steps)
pictures = len(rates) * (steps + 1)
pn.Column(rate, step, pn.Row(data, bowl, loss)).save(
    file, resources="inline", embed=True, max_opts=len(rates), max_states=pictures, progress=False
)
