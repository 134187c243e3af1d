"""No two texts of a picture touch, at any marked position, on a screen and on a phone."""

import itertools

import pytest
from book import Book, explorer_calls

EXPLORERS = explorer_calls()
SETUP = """
import numpy as np
from lrlab import datasets, explorers
x, y = datasets.line()
"""
TEXTS = """root => {
    const found = [];
    const add = (text, box, group) => {
        if (text.trim() && box.width > 1 && box.height > 1) {
            const { left, top, right, bottom } = box;
            found.push({ text: text.trim(), group, box: [left, top, right, bottom] });
        }
    };
    const range = document.createRange();
    const walk = document.createTreeWalker(
        root.querySelector(".lrlab-controls"), NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        if (node.parentElement.closest("option")) continue;
        range.selectNodeContents(node);
        const owner = node.parentElement.closest("label, legend, button, .lrlab-band");
        const box = range.getBoundingClientRect();
        const band = node.parentElement.closest(".lrlab-band")?.getBoundingClientRect();
        if (band && (box.top > band.bottom - 2 || box.bottom < band.top + 2)) continue; // hidden
        add(node.textContent, box, [...root.querySelectorAll("*")].indexOf(owner));
    }
    // What Matplotlib wrote lies in the stage; its first panel says where that is on the screen.
    const stage = root.querySelector(".lrlab-stage");
    const { left, top, width } = stage.getBoundingClientRect();
    const scale = width / stage.viewBox.baseVal.width;
    const place = ({ x, y, width, height }) => ({
        left: left + scale * x, right: left + scale * (x + width),
        top: top + scale * y, bottom: top + scale * (y + height), width, height,
    });
    root.querySelectorAll(".lrlab-defs g[id*=text_]").forEach((text, k) => {
        const to = text.getCTM();
        const { x, y, width, height } = text.getBBox();
        const corners = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]]
            .map(([a, b]) => new DOMPoint(a, b).matrixTransform(to));
        const [xs, ys] = ["x", "y"].map(name => corners.map(corner => corner[name]));
        const box = { x: Math.min(...xs), y: Math.min(...ys) };
        box.width = Math.max(...xs) - box.x;
        box.height = Math.max(...ys) - box.y;
        add(text.id.replace(/.*text_/, "text "), place(box), `stage ${k}`);
    });
    root.querySelectorAll(".lrlab-overlay text").forEach((text, k) =>
        add(text.textContent, text.getBoundingClientRect(), `label ${k}`));
    return found;
}"""
ROOM = 1.0  # px by which boxes may overlap: letters do not fill their boxes


@pytest.fixture(scope="module")
def notebook(run_cells):
    cells = [f"explorers.{name}({given})" for name, given in EXPLORERS.items()]
    return run_cells("labels.ipynb", SETUP, *cells)


def overlapping(texts):
    for one, two in itertools.combinations(texts, 2):
        if one["group"] == two["group"]:
            continue
        (a, b, c, d), (e, f, g, h) = one["box"], two["box"]
        if min(c, g) - max(a, e) > ROOM and min(d, h) - max(b, f) > ROOM:
            yield one["text"], two["text"]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", EXPLORERS)
def test_no_two_texts_touch(notebook, name, width):
    number = [*EXPLORERS].index(name)
    notebook.page.set_viewport_size({"width": width, "height": 900})
    notebook.show_only(number + 1)
    book = Book(notebook, number)
    found = {}
    for slider in book.names():
        for mark in [None, *book.row(slider).locator(".lrlab-mark").all()]:
            if mark:
                mark.click()
            for pair in overlapping(book.root.evaluate(TEXTS)):
                found.setdefault(pair, f"{slider} = {book.view().said[slider]}")
    book.reset()
    notebook.page.set_viewport_size({"width": 1280, "height": 900})
    assert not found
