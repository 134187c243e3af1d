"""Imports run one way, the picture machine stands alone, and importing lrlab is light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "lrlab"
FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
LESSONS = sorted(
    path.name for path in (PACKAGE / "lessons").iterdir() if (path / "__init__.py").exists()
)

# The helper module, from the ground up: a module may import from lines above its own, no others.
HELPER = [
    {"_call", "_check", "_checking"},
    {"regression", "schedules", "optimizers"},
    {"descent"},
    {"averaging", "finders", "estimator", "datasets", "sampling"},
]
MODULES = set().union(*HELPER)
INDEXES = {"explorers", "exercises", "predict"}
HEAVY = {
    "matplotlib": {"flipbook", "drawing", "picture"},
    "mpl_toolkits": {"flipbook"},
    "ipywidgets": set(),
    "anywidget": {"flipbook"},
    "traitlets": {"flipbook"},
    "sklearn": {"estimator", "datasets"},
    "scipy": {"estimator"},
}


def imported(path, source=None):
    """Full names of all that a file of lrlab imports, anywhere in it."""
    source = (PACKAGE / path).read_text(encoding="utf-8") if source is None else source
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} must name what it imports in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path):
    """The part of the house that a file belongs to."""
    first = path.parts[0].removesuffix(".py")
    return first if first != "lessons" or len(path.parts) < 3 else f"lessons/{path.parts[1]}"


def height(name):
    return next(k for k, names in enumerate(HELPER) if name in names)


def may_import(path, inside):
    """Whether a file may import a name from inside lrlab, such as ('drawing', 'figures')."""
    here, there = room(path), inside[0]
    if there == "lessons" and len(inside) > 1 and inside[1] in LESSONS:
        there = f"lessons/{inside[1]}"
    if there not in MODULES | INDEXES | {"flipbook", "drawing", "lessons", "explorers"} | {
        f"lessons/{name}" for name in LESSONS
    }:
        return may_import(path, ("regression",))  # a name that `import lrlab` itself offers
    if here in {"__init__", *INDEXES}:
        return there not in {"explorers", "exercises", "predict"} - {here}
    if here in MODULES:
        return there in MODULES and height(there) < height(here)
    if here == "flipbook":
        return there == "flipbook"
    if here == "drawing":
        return there in MODULES | {"flipbook", "drawing"}
    return here != "lessons" and there in MODULES | {"flipbook", "drawing", here}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_run_one_way(path):
    inside = [full.split(".")[1:] for full in imported(path) if full.startswith("lrlab.")]
    assert [each for each in inside if not may_import(path, tuple(each))] == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("regression.py", "from lrlab import descent"),
        ("descent.py", "from lrlab.drawing import words"),
        ("schedules.py", "from lrlab.regression import LeastSquares"),
        ("flipbook/book.py", "from lrlab import _check"),
        ("flipbook/book.py", "import lrlab.drawing.figures"),
        ("flipbook/book.py", "from lrlab import LeastSquares"),
        ("drawing/views.py", "from lrlab.lessons.noise import picture"),
        ("drawing/views.py", "from lrlab import explorers"),
        ("_checking.py", "from lrlab.lessons.noise import exercises"),
        ("_checking.py", "from lrlab.drawing import figures"),
        ("lessons/noise/picture.py", "from lrlab.lessons.momentum import maths"),
        ("lessons/noise/picture.py", "from lrlab.lessons.momentum.maths import kept"),
        ("lessons/noise/picture.py", "from lrlab import explorers"),
        ("explorers.py", "from lrlab.exercises import loss"),
    ],
)
def test_an_arrow_that_runs_the_wrong_way_is_seen(file, line):
    (full,) = imported(file, line)
    assert not may_import(Path(file), tuple(full.split(".")[1:]))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_only_the_parts_meant_to_know_heavy_libraries_do(path):
    part = "picture" if path.name == "picture.py" else room(path)
    roots = {full.split(".")[0] for full in imported(path)}
    assert {library for library in roots & HEAVY.keys() if part not in HEAVY[library]} == set()


def loaded_by(code):
    """Names of the packages that are loaded after some code, in a Python of its own."""
    code += "; import sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_importing_lrlab_loads_numpy_and_nothing_heavier():
    loaded = loaded_by(
        "import lrlab; lrlab.gradient_descent(lambda x: x, 1.0, 0.1, 3); lrlab.datasets.line()"
    )
    assert {"lrlab", "numpy"} <= loaded
    assert loaded.isdisjoint({*HEAVY, "IPython", "pandas"})


def test_checkers_load_numpy_alone():
    modules = [
        f"lrlab.lessons.{path.parts[1]}.exercises"
        for path in FILES
        if path.name == "exercises.py" and len(path.parts) > 1
    ]
    assert len(modules) > 12
    loaded = loaded_by(f"import {', '.join(modules)}, lrlab.exercises")
    assert loaded.isdisjoint({*HEAVY, "IPython", "pandas"})


def test_the_picture_machine_stands_alone(tmp_path):
    # Copied out, with an empty package around it, it draws and moves a picture.
    (tmp_path / "lrlab").mkdir()
    (tmp_path / "lrlab" / "__init__.py").touch()
    (tmp_path / "lrlab" / "flipbook").symlink_to(PACKAGE / "flipbook", target_is_directory=True)
    code = """
import lrlab
from matplotlib.figure import Figure
from lrlab.flipbook import Flipbook, Slider
assert not hasattr(lrlab, "gradient_descent")
ax = Figure().subplots()
slider = Slider([1, 2], bands=[(0, "low", "#56B4E9")], marks={1: "high_point"})
book = Flipbook(ax.figure, {"a": slider})
book.line(ax, [0, 1], [[0, 1], [0, 2]], color="#000000").caption(["one", "two"])
book.position = {"a": 2}
assert "two" in repr(book) and len(book.draw()._packed) > 1000 and book.png()[:4] == b"\\x89PNG"
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_what_is_heavy_loads_when_first_used():
    code = (
        "import sys, lrlab; assert 'figures' in dir(lrlab) and 'matplotlib' not in sys.modules;"
        "lrlab.figures; assert 'matplotlib' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_name_that_is_not_there_is_an_attribute_error():
    import lrlab

    with pytest.raises(AttributeError, match="module 'lrlab' has no attribute 'learning'"):
        lrlab.learning  # noqa: B018
