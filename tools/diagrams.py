"""Flowcharts of notebooks as drawings in a page, which needs no script for them.

Of Mermaid's language this is what the notebooks use: `A[box] --> B{question}`, `B -- yes --> C`.
"""

import html
import re

FENCE = re.compile(r"```mermaid\nflowchart \w+\n(.*?)```", re.DOTALL)
EDGE = re.compile(r"(\w+)(\[.*?\]|\{.*?\})?\s*(?:-- (\w+) )?-->\s*(\w+)(\[.*?\]|\{.*?\})?")
WIDTH, HEIGHT, GAP = 230, 34, 30  # of a box, and between boxes


def drawn(text):
    """Return Markdown with each flowchart as an SVG."""
    return FENCE.sub(lambda found: _svg(found[1]), text)


def _svg(source):
    names, edges = {}, []
    for line in filter(None, map(str.strip, source.splitlines())):
        found = EDGE.fullmatch(line)
        if found is None:
            raise ValueError(f"this line of a flowchart cannot be drawn here: {line!r}")
        a, first, label, b, second = found.groups()
        for key, said in ((a, first), (b, second)):
            names.setdefault(key, "")
            names[key] = said[1:-1] if said else names[key]
        edges.append((a, b, label))
    place = {key: k * (HEIGHT + GAP) for k, key in enumerate(names)}
    boxes = [_box(place[key], said) for key, said in names.items()]
    lanes = iter(range(1, len(edges) + 1))
    arrows = [
        _arrow(place[a], place[b], label, 0 if place[b] - place[a] == HEIGHT + GAP else next(lanes))
        for a, b, label in edges
    ]
    width, height = WIDTH + 150, len(names) * (HEIGHT + GAP)
    said = "; ".join(
        f"{names[a]}{f' ({label})' if label else ''}, then {names[b]}" for a, b, label in edges
    )
    inside = "".join([*boxes, *arrows])
    return (
        f'<svg class="lrlab-diagram" viewBox="-2 -2 {width} {height}" width="{width}" role="img" '
        f'aria-label="{html.escape(said)}" fill="none" stroke="currentColor" font-size="14">'
        f'<defs><marker id="tip" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="currentColor" stroke="none"/></marker></defs>'
        f"{inside}</svg>"
    )


def _box(top, said):
    corner = HEIGHT / 2 if said.endswith("?") else 4
    return (
        f'<rect x="0" y="{top}" width="{WIDTH}" height="{HEIGHT}" rx="{corner}"/>'
        f'<text x="{WIDTH / 2}" y="{top + HEIGHT / 2 + 5}" text-anchor="middle" '
        f'fill="currentColor" stroke="none">{html.escape(said)}</text>'
    )


def _arrow(top, end, label, lane):
    """An arrow to the next box below, or beside the boxes where it goes farther, in its lane."""
    if not lane:
        x, y = WIDTH / 2, top + HEIGHT
        path, at = f"M{x} {y} V{end - 1}", (x + 8, y + GAP / 2 + 5)
    else:
        x, y, far = WIDTH, top + HEIGHT / 2 + 5, WIDTH + 14 + 24 * lane
        to = end + HEIGHT / 2 - 5
        path, at = f"M{x} {y} H{far} V{to} H{x + 1}", (x + 6, y - 5)
    style = 'fill="currentColor" stroke="none"'
    words = f'<text x="{at[0]}" y="{at[1]}" {style}>{html.escape(label)}</text>' if label else ""
    return f'<path d="{path}" marker-end="url(#tip)"/>{words}'
