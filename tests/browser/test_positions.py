"""A thousand places of a picture, set and read in Chromium, against plain loops in NumPy."""

import re

import numpy as np
import pytest
from decoded import caption, content, in_points
from plain import descend, excess_of

from lrlab import datasets, explorers
from lrlab.flipbook import save

MANY = 1000
NUMBER = re.compile(r"[MLhv\s]+")
x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])

# Puts the sliders at each place, and reads the sentence and the lines named by [panel, element].
LOOK = """([places, lines]) => {
    const root = document.querySelector(".lrlab-flipbook");
    const inputs = [...root.querySelectorAll(".lrlab-slider input")];
    const paths = lines.map(([panel, number]) =>
        root.querySelectorAll(".lrlab-overlay")[panel].querySelectorAll(":scope > path")[number]);
    return places.map((place) => {
        place.forEach((at, k) => {
            inputs[k].value = at;
            inputs[k].dispatchEvent(new Event("input", { bubbles: true }));
        });
        const said = root.querySelector(".lrlab-caption").textContent;
        return [said, paths.map((path) => path.getAttribute("d"))];
    });
}"""


@pytest.fixture(autouse=True)
def lab():
    """No JupyterLab is needed here."""


@pytest.fixture(scope="module")
def page(chromium):
    context = chromium.new_context(offline=True)
    yield context.new_page()
    context.close()


def made_twice(make, *args, **options):
    """Return a book to show and one to ask: saving lays a figure out anew, with other pixels."""
    shown, asked = (make(*args, **options) for _ in range(2))
    content(asked)
    return shown, asked


def look(page, folder, book, names):
    """Return the places (1000, axes), and at each the sentence and the points of some layers."""
    page.goto(save(folder / "page.html", book).as_uri())
    page.locator(".lrlab-overlay path").first.wait_for(state="attached")
    places = np.random.default_rng(0).integers(0, book.shape, (MANY, len(book.shape)))
    seen = page.evaluate(LOOK, [places.tolist(), [element_of(book, each) for each in names]])
    return [
        (place, said, [*map(points, lines)])
        for place, (said, lines) in zip(places, seen, strict=True)
    ]


def element_of(book, layer):
    """Return the panel and the number of the path that draws a layer, which ghosts stand before."""
    layers = content(book)["layers"]
    axes = layers[layer]["axes"]
    before = [each for each in layers[: layer + 1] if each["axes"] == axes]
    return [axes, sum(1 + each["ghost"] for each in before) - 1]


def points(path):
    """Return the corners (n, 2) of a path."""
    parts = path.split("h0")[0]
    return np.array([float(each) for each in NUMBER.split(parts) if each]).reshape(-1, 2)


def assert_same(ax, seen, expected):
    """Fail unless the points of both that are visible are the same, to 1/16 of a point."""
    corners = np.transpose([ax.get_xlim(), ax.get_ylim()])
    low, high = np.sort(in_points(ax, corners), axis=0)
    for some, others in ((seen, expected), (expected, seen)):
        for point in some[((low <= some) & (some <= high)).all(axis=-1)]:
            assert np.abs(others - point).max(axis=-1).min() <= 1 / 16 + 1e-9, point


def assert_loss(ax, seen, excess, least):
    """The same for a curve of the excess loss, as far as the loop's own rounding allows."""
    place = in_points(ax, np.column_stack([np.arange(len(excess)), np.maximum(excess, 1e-300)]))
    known = excess > least
    low = in_points(ax, [(0, least)])[0, 1]
    assert_same(ax, seen[seen[:, 1] < low], place[known])


def test_the_main_explorer_is_right_everywhere(page, tmp_path):
    shown, book = made_twice(explorers.learning_rate, x, y, start=[-2, 4])
    line, trail, dot, curve = range(4)
    left, middle, right = book.figure.axes
    rates, w, b, steps = (each.values for each in book.sliders.values())
    ends = np.array(left.get_xlim())
    for place, said, seen in look(page, tmp_path, shown, [line, trail, dot, curve]):
        assert said == caption(book, place)
        i, k, m, t = place
        theta = descend(X, y, (w[k], b[m]), rates[i], 40)[: steps[t] + 1]
        assert_same(middle, seen[1], in_points(middle, theta))
        assert_same(middle, seen[2], in_points(middle, theta[-1:]))
        assert_loss(right, seen[3], excess_of(X, y, theta), 1e-9)
        expected = in_points(left, np.column_stack([ends, theta[-1, 0] * ends + theta[-1, 1]]))
        if (np.abs(expected) < 1000).all():  # farther out it shows only its middle
            np.testing.assert_allclose(seen[0], expected, atol=1 / 16)


def roll(start, rate, beta, steps):
    """The heavy ball in Polyak's form: every θ, (steps + 1, 2)."""
    went = [np.array(start, float)]
    before = went[0]
    for _ in range(steps):
        now = went[-1]
        went.append(now - rate * X.T @ (X @ now - y) / len(y) + beta * (now - before))
        before = now
    return np.array(went)


def test_momentum_is_right_everywhere(page, tmp_path):
    shown, book = made_twice(explorers.momentum, x, y)
    _here, trail, dot, _plain, curve = range(5)
    _, middle, right = book.figure.axes
    rates, betas, w, b, steps = (each.values for each in book.sliders.values())
    for place, said, seen in look(page, tmp_path, shown, [trail, dot, curve]):
        assert said == caption(book, place)
        i, j, k, m, t = place
        theta = roll((w[k], b[m]), rates[i], betas[j], steps[t])
        assert_same(middle, seen[0], in_points(middle, theta))
        assert_same(middle, seen[1], in_points(middle, theta[-1:]))
        assert_loss(right, seen[2], excess_of(X, y, theta), 1e-9)
