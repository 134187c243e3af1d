"""Exercises as the pages check them: with what they need of their notebook, on NumPy alone."""

import doctest
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import answers
import checks
import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = {
    path.stem: nbformat.read(path, as_version=4) for path in ROOT.glob("notebooks/**/*.ipynb")
}
CELLS = {name: checks.cells_of(notebook) for name, notebook in NOTEBOOKS.items()}
# Their solutions stand on scikit-learn, Matplotlib and the frameworks.
NOT_HERE = {
    ("14-in-scikit-learn", "repaired"),
    ("20-your-own-slider", "own_book"),
    ("pytorch", "no_reset"),
    ("pytorch", "same_path"),
    ("tensorflow", "pure_schedule"),
    ("tensorflow", "same_path"),
}
SLOWEST = 2.0  # s of a processor, natively; in a browser it is some times that
# A cell calls the checker of its exercise, perhaps more than once and perhaps in a loop.
CALLS = re.compile(r"exercises\.(\w+)\(")
CHECKABLE = {name: checks.checkable(cells) for name, cells in CELLS.items()}
ASKED = [
    (name, at)
    for name, cells in CELLS.items()
    for at, cell in enumerate(cells)
    if not CHECKABLE[name].isdisjoint(CALLS.findall(cell))
]
RUN = """
import sys
from importlib.abc import MetaPathFinder

class Nothing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        root = name.split(".")[0]
        if root not in {"numpy", "lrlab", "answers"} | sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Nothing())
sys.path.insert(0, sys.argv[1])
import json, time
import answers, lrlab
assert lrlab.__file__.startswith(sys.argv[1])
said = []
for name, at in json.loads(sys.argv[2]):
    with open(f"{sys.argv[1]}/cells/{name}.json", encoding="utf-8") as file:
        cells = json.load(file)
    begun = time.process_time()
    said.append(answers.check(cells[:at], cells[at])["text"])
    said.append(time.process_time() - begun)
print(json.dumps(said))
"""


def stored(notebook, at):
    """The text that the outputs of a code cell show."""
    cell = [cell for cell in notebook.cells if cell.cell_type == "code"][at]
    texts = [
        output.get("text") or output.get("data", {}).get("text/plain") for output in cell.outputs
    ]
    return "\n".join(text.rstrip("\n") for text in texts)


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What each cell says with nothing but NumPy and what a page has, and the time that it took."""
    folder = tmp_path_factory.mktemp("page")
    zipfile.ZipFile(io.BytesIO(checks.modules(NOTEBOOKS))).extractall(folder)
    command = [sys.executable, "-c", RUN, str(folder), json.dumps(ASKED)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return dict(zip(ASKED, zip(found[::2], found[1::2], strict=True), strict=True))


@pytest.mark.parametrize(("name", "at"), ASKED)
def test_an_exercise_says_what_it_says_in_its_notebook(said, name, at):
    text, seconds = said[name, at]
    assert text == stored(NOTEBOOKS[name], at)
    assert seconds < SLOWEST


def test_every_exercise_is_checked_on_its_page_but_those_that_need_more():
    every = {(name, each) for name, cells in CELLS.items() for each in checks.exercises_of(cells)}
    here = {(name, each) for name, cells in CELLS.items() for each in checks.checkable(cells)}
    assert len(every) > 45
    assert every - here == NOT_HERE


@pytest.mark.parametrize("name", CELLS)
def test_no_checker_has_two_exercises_in_a_notebook(name):
    # A page knows an exercise by its checker; those that follow under it are solutions.
    headings = [cell.source for cell in NOTEBOOKS[name].cells]
    begun = next((k for k, text in enumerate(headings) if "## Solutions" in text), None)
    asked = [answers.checker_of(text) for text in headings[:begun]]
    asked = [each for each in asked if each]
    assert len(asked) == len(set(asked))


# What an answer needs

ABOVE = [
    "%load_ext lrlab\nimport numpy as np\nimport matplotlib.pyplot as plt",
    "a = 1\nb = 2\nunused = slow()",
    "a = 3",
    "def f(x):\n    return x + c + np.pi",
    "c = 4\nrows = []\nfor k in range(3):\n    rows.append(k * a)",
    "plt.plot(rows)\nrows[0] = b",
    "this is no Python",
]


@pytest.mark.parametrize(
    ("answer", "needed"),
    [
        ("1 + 1", []),
        ("a", ["a = 3"]),
        ("a = 5\na", []),
        ("b", ["b = 2"]),
        ("f(1)", ["import numpy as np", "def f(x):", "c = 4"]),
        ("lambda x: f(x)", ["import numpy as np", "def f(x):", "c = 4"]),
        ("[c for a in (1, 2)]", ["c = 4"]),
        ("rows", ["b = 2", "a = 3", "rows = []", "for k in range(3):", "rows[0] = b"]),
        ("def g(a):\n    return a", []),
        ("rows = 1\nrows", []),
        ("plt.show()", ["import matplotlib.pyplot as plt"]),
    ],
)
def test_of_the_cells_above_runs_what_an_answer_stands_on(answer, needed):
    kept = [each.text.splitlines()[0] for each in answers.needed_by(answer, ABOVE)]
    assert kept == needed


def test_a_function_sees_what_a_name_meant_when_it_was_called_and_means_in_the_end():
    cells = ["c = 1", "def f():\n    return c", "first = f()", "c = 2"]
    assert answers.check(cells, "first, f()")["text"] == "(1, 2)"


# What is said of an answer


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("1 +", "Line 1: SyntaxError: invalid syntax"),
        ("x = 1\n  y = 2", "Line 2: IndentationError: unexpected indent"),
        ("x = 1\n\nvalu", "Line 3: NameError: name 'valu' is not defined"),
        ("def f():\n    return 1 / 0\n\nf()", "Line 2: ZeroDivisionError: division by zero"),
        ("print('seen')\n1 / 0", "seen\nLine 2: ZeroDivisionError: division by zero"),
        ("broken", "In a cell above: ValueError: no"),
        ("raise SystemExit", "Line 1: SystemExit"),
        ("print('one')", "one"),
        ("print('one')\n2", "one\n2"),
        ("x = 3", ""),
        (
            "import matplotlib",
            "Line 1: There is no matplotlib on this page, only NumPy and lrlab; JupyterLab has it.",
        ),
    ],
)
def test_a_mistake_is_said_in_a_line_that_says_where(answer, text, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    above = ["print('not shown')", "def fail():\n    raise ValueError('no')", "broken = fail()"]
    assert answers.check(above, answer) == {"text": text, "passed": None}


def test_what_an_answer_prints_has_an_end():
    text = answers.check([], "print('x' * 10**6)\n1")["text"]
    assert len(text) < 6_000 and text.endswith("characters more\n1")


def test_other_boxes_of_a_page_stand_in_for_their_cells():
    cells = ["from lrlab import exercises", "a = ...\nexercises.one(a)", "b = a\nexercises.two(b)"]
    texts = {"one": "a = 7", "two": "b = a\nb"}
    assert answers.check_on_page(cells, texts, "two")["text"] == "7"
    texts = {"one": "a =", "two": "a"}
    said = answers.check_on_page(cells, texts, "two")["text"]
    assert said == "Line 1: NameError: name 'a' is not defined"


def test_the_examples_of_a_check_are_true():
    assert doctest.testmod(answers) == (0, 2)
