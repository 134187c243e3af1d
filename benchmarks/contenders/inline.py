import matplotlib.pyplot as plt
from ipywidgets import FloatLogSlider, interact


@interact(rate=FloatLogSlider(0.1, min=low, max=high, step=(high - low) / positions))
def draw(rate):
    path, excess = run(rate)
    _, (data, bowl, loss) = plt.subplots(1, 3, figsize=(12, 4))
    data.plot(x, y, "o", color="0.4")
    data.plot(edge, path[-1, 0] * edge + path[-1, 1])
    data.set(ylim=(0, 9))
    bowl.contour(ws, bs, surface, levels, colors="0.75")
    bowl.plot(*path.T, "o-")
    bowl.set(xlim=(-2, 6), ylim=(-1, 8))
    loss.semilogy(excess, "o-")
    loss.set(ylim=losses)
    plt.show()
