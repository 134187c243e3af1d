import matplotlib

matplotlib.use("module://ipympl.backend_nbagg")

import matplotlib.pyplot as plt
from IPython.display import display
from ipywidgets import FloatLogSlider

with plt.ioff():
    figure, (data, bowl, loss) = plt.subplots(1, 3, figsize=(12, 4))
data.plot(x, y, "o", color="0.4")
(fit,) = data.plot(edge, edge)
data.set(ylim=(0, 9))
bowl.contour(ws, bs, surface, levels, colors="0.75")
(walk,) = bowl.plot([], [], "o-")
bowl.set(xlim=(-2, 6), ylim=(-1, 8))
(curve,) = loss.semilogy(np.arange(steps + 1), np.ones(steps + 1), "o-")
loss.set(ylim=losses)


def draw(change):
    path, excess = run(change.new)
    fit.set_ydata(path[-1, 0] * edge + path[-1, 1])
    walk.set_data(*path.T)
    curve.set_ydata(excess)
    figure.canvas.draw_idle()


rate = FloatLogSlider(0.1, min=low, max=high, step=(high - low) / positions)
rate.observe(draw, "value")
display(rate, figure.canvas)
