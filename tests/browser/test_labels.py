"""No two texts of a picture touch, and no line or marker one, wherever a mark stands."""

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
    const found = [], owners = [];
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
        if (!owners.includes(owner)) owners.push(owner);
        add(node.textContent, box, owners.indexOf(owner));
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
# How far lines go through words, in pt of the stage, and where a marker stands on one, Infinity.
# Legends lie above all lines.
CROSSED = """root => {
    const owner = text => text.closest(".lrlab-overlay") ? new DOMMatrix() : text.getCTM();
    const boxOf = text => {
        const { x, y, width, height } = text.getBBox();
        const corners = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]]
            .map(([a, b]) => new DOMPoint(a, b).matrixTransform(owner(text)));
        const [xs, ys] = ["x", "y"].map(name => corners.map(corner => corner[name]));
        return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    };
    const clipOf = path => {
        const id = path.getAttribute("clip-path")?.match(/#([^)"]+)/)?.[1];
        const rect = id && document.getElementById(id)?.querySelector("rect");
        if (!rect) return [-1e9, -1e9, 1e9, 1e9];
        const [x, y, w, h] = ["x", "y", "width", "height"].map(name => +rect.getAttribute(name));
        return [x, y, x + w, y + h];
    };
    const segmentsOf = path => {
        const found = [];
        let last = null;
        for (const [, way, a, b] of (path.getAttribute("d") ?? "")
            .matchAll(/([ML])\\s*(-?[\\d.e+-]+)[ ,]+(-?[\\d.e+-]+)/g)) {
            if (way === "L") found.push([last, [+a, +b]]);
            last = [+a, +b];
        }
        return found;
    };
    const within = ([from, to], box) => {
        let [enter, leave] = [0, 1];
        for (const axis of [0, 1]) {
            const way = to[axis] - from[axis];
            const ends = [box[axis] - from[axis], box[axis + 2] - from[axis]];
            if (way === 0 && ends[0] * ends[1] > 0) return 0;
            if (way === 0) continue;
            const shares = ends.map(end => end / way).sort((a, b) => a - b);
            [enter, leave] = [Math.max(enter, shares[0]), Math.min(leave, shares[1])];
        }
        return Math.max(0, leave - enter) * Math.hypot(to[0] - from[0], to[1] - from[1]);
    };
    const words = [...root.querySelectorAll(
        ".lrlab-defs g[id*=stage] g[id*=text_], .lrlab-overlay text")];
    const lines = [...root.querySelectorAll(
        ".lrlab-overlay > path, .lrlab-defs g[id*=line2d] > path")];
    const drawn = lines.filter(line => getComputedStyle(line).stroke !== "none"
        && getComputedStyle(line).opacity > 0.6);
    const parts = drawn.map(line => [clipOf(line), segmentsOf(line)]);
    const marked = lines.filter(line => line.hasAttribute("marker-start")).map(line => {
        const id = line.getAttribute("marker-start").match(/#([^)"]+)/)[1];
        const size = document.getElementById(id).getAttribute("markerWidth") / 1.5;
        const points = [...(line.getAttribute("d") ?? "")
            .matchAll(/[ML](-?[\\d.e+-]+) (-?[\\d.e+-]+)/g)];
        return [size / 2, clipOf(line), points.map(([, x, y]) => [+x, +y])];
    });
    const found = [];
    for (const word of words) {
        const [left, top, right, bottom] = boxOf(word);
        for (const [clip, segments] of parts) {
            const box = [Math.max(left + 1, clip[0]), Math.max(top + 1.5, clip[1]),
                         Math.min(right - 1, clip[2]), Math.min(bottom - 1.5, clip[3])];
            if (box[0] >= box[2] || box[1] >= box[3]) continue;
            const crossed = segments.reduce((sum, each) => sum + within(each, box), 0);
            found.push([word.textContent.trim() || word.id.replace(/.*text_/, "text "), crossed]);
        }
        for (const [half, clip, points] of marked) {
            const hit = points.some(([x, y]) =>
                x > clip[0] && x < clip[2] && y > clip[1] && y < clip[3]
                && x + half > left + 1 && x - half < right - 1
                && y + half > top + 1.5 && y - half < bottom - 1.5);
            if (hit) found.push([word.textContent.trim() || word.id, Infinity]);
        }
    }
    return found;
}"""
# What is there at first and after each mark, in one go: [where, texts, lines through words].
AT_EACH_MARK = f"""root => {{
    const textsOf = {TEXTS}, crossedOf = {CROSSED};
    const found = [];
    for (const slider of root.querySelectorAll(".lrlab-slider")) {{
        for (const mark of [null, ...slider.querySelectorAll(".lrlab-mark")]) {{
            mark?.click();
            const said = `${{slider.dataset.name}} = ${{slider.dataset.said}}`;
            found.push([said, textsOf(root), crossedOf(root)]);
        }}
    }}
    return found;
}}"""
GRAZED = 8  # pt that a line may run through the box of a word, at its corner
ROOM = 1.0  # px by which boxes may overlap: letters do not fill their boxes


@pytest.fixture(scope="module")
def notebook(run_cells):
    cells = [f"explorers.{name}({given})" for name, given in EXPLORERS.items()]
    return run_cells("labels.ipynb", SETUP, *cells, hidden=True)


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
    book.settle()
    found = {}
    for said, texts, crossed in book.element.evaluate(AT_EACH_MARK):
        pairs = [*overlapping(texts)]
        if width == 1280:  # lines and words lie in points of the stage, which has no width
            pairs += [(word, "a line") for word, length in crossed if length > GRAZED]
        for pair in pairs:
            found.setdefault(pair, said)
    book.reset()
    notebook.page.set_viewport_size({"width": 1280, "height": 900})
    assert not found
