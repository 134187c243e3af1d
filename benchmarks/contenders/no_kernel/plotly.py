from contourpy import contour_generator
from plotly.subplots import make_subplots

figure = make_subplots(1, 3)
figure.add_scatter(x=x, y=y, mode="markers", marker_color="gray", row=1, col=1)
# Without a redraw a contour of Plotly's own is gone with the first frame; lines stay.
contours = contour_generator(ws, bs, surface)
rings = [[*ring, [np.nan, np.nan]] for level in levels for ring in contours.lines(level)]
figure.add_scatter(**dict(zip("xy", np.concatenate(rings).T, strict=True)), mode="lines",
                   line_color="silver", row=1, col=2)  # fmt: skip


def moving(rate):
    lines = [(edge, ends[rate, -1]), paths[rate].T, (count, excess[rate])]
    return [{"type": "scatter", "x": xs, "y": ys} for xs, ys in lines]


for col, line in enumerate(moving(begin)):
    figure.add_trace({**line, "mode": "lines+markers" if col else "lines"}, row=1, col=col + 1)
figure.frames = [
    {"name": label, "traces": [2, 3, 4], "data": moving(at)} for at, label in enumerate(labels)
]
at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": False},
           "transition": {"duration": 0}}  # fmt: skip
turns = [{"label": label, "method": "animate", "args": [[label], at_once]} for label in labels]
figure.layout.sliders = [{"steps": turns, "active": begin, "currentvalue": {"prefix": "α = "}}]
figure.update_layout(width=1200, height=450, showlegend=False)
figure.update_yaxes(range=[0, 9], col=1)
figure.update_xaxes(range=[-2, 6], col=2)
figure.update_yaxes(range=[-1, 8], col=2)
figure.update_yaxes(range=np.log10(losses), type="log", exponentformat="power", col=3)
figure.write_html(file, auto_play=False)
pictures = len(rates)
