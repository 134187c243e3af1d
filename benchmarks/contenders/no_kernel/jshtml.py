import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation

figure, (data, bowl, loss) = plt.subplots(1, 3, figsize=(12, 4))
data.plot(x, y, "o", color="0.4")
(fit,) = data.plot(edge, edge)
data.set(ylim=(0, 9))
bowl.contour(ws, bs, surface, levels, colors="0.75")
(walk,) = bowl.plot([], [], "o-")
bowl.set(xlim=(-2, 6), ylim=(-1, 8))
(curve,) = loss.semilogy(count, np.ones(steps + 1), "o-")
loss.set(ylim=losses)


def draw(at):
    fit.set_ydata(ends[at, -1])
    walk.set_data(*paths[at].T)
    curve.set_ydata(excess[at])


film = FuncAnimation(figure, draw, frames=len(rates))
file.write_text(film.to_jshtml(), "utf-8")
pictures = len(rates)
