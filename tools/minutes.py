"""Say how long each notebook takes, as counted from what is in it.

    python tools/minutes.py [notebooks/03-the-edge.ipynb …]

A reader takes 150 words in a minute, as there are formulas among them; looks two minutes at a
picture that moves and half a minute at one that does not; thinks three quarters of a minute before
a prediction is locked, and four minutes about an exercise; reads twenty lines of code in a minute,
imports, folded cells and exercises aside. Solutions are not counted.
"""

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
MINUTES = {
    "words": 1 / 150,
    "code": 1 / 20,
    "live": 2.0,
    "still": 0.5,
    "predictions": 0.75,
    "exercises": 4.0,
}
EXERCISE = re.compile(r"^\*\*\d+\. ", re.MULTILINE)
SOLUTIONS = re.compile(r"^## Solutions", re.MULTILINE)
EXERCISES = re.compile(r"^## Exercises", re.MULTILINE)
SECTION = re.compile(r"^## ", re.MULTILINE)
LINK = re.compile(r"\]\([^)]*\)")


@dataclass(frozen=True)
class Counted:
    """How much of each kind there is in a notebook."""

    words: int
    code: int  # lines that are neither empty, imports nor folded
    live: int  # pictures that answer a slider
    still: int
    predictions: int
    exercises: int

    @property
    def minutes(self):
        """How long it takes to read, look, think and do."""
        return sum(each * getattr(self, name) for name, each in MINUTES.items())


def before_solutions(notebook):
    """Yield the cells that are not solutions."""
    solved = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and SECTION.match(cell.source):
            solved = bool(SOLUTIONS.match(cell.source))
        if not solved:
            yield cell


def before_exercises(cells):
    """Return the code cells up to the exercises, whose minutes hold their code."""
    heads = [k for k, each in enumerate(cells) if EXERCISES.search(each.source)]
    return [each for each in cells[: min(heads, default=None)] if each.cell_type == "code"]


def open_lines(cell):
    """How many lines of code a cell shows, imports aside."""
    if cell.metadata.get("jupyter", {}).get("source_hidden", False):
        return 0
    lines = cell.source.splitlines()
    skipped = set()
    source = "\n".join("pass" if line.startswith("%") else line for line in lines)
    for each in ast.parse(source).body:
        if isinstance(each, ast.Import | ast.ImportFrom):
            skipped.update(range(each.lineno, each.end_lineno + 1))
    return sum(bool(line.strip()) and k not in skipped for k, line in enumerate(lines, 1))


def counted(notebook):
    """Count what a notebook asks of its reader."""
    cells = [*before_solutions(notebook)]
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = [cell for cell in cells if cell.cell_type == "code"]
    seen = [output.get("data", {}) for cell in code for output in cell.outputs]
    pictures = [data["text/plain"] for data in seen if "image/png" in data]
    live = sum(each.startswith("Flipbook") for each in pictures)
    return Counted(
        code=sum(map(open_lines, before_exercises(cells))),
        words=len(LINK.sub("]", text).split()),
        live=live,
        still=len(pictures) - live,
        predictions=sum(each.get("text/plain", "").startswith("Predict: ") for each in seen),
        exercises=len(EXERCISE.findall(text)),
    )


def main(names):
    """Print a line for each notebook."""
    folder = ROOT / "notebooks"
    for path in [Path(name) for name in names] or sorted(folder.rglob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        said = notebook.metadata["lrlab"]["minutes"]["alone"]
        found = counted(notebook)
        print(f"{path.stem:<28} says {said:>2}, counted {found.minutes:4.1f}: {found}")


if __name__ == "__main__":
    main(sys.argv[1:])
