"""Imports run one way, and importing lrlab is light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "lrlab"
FILES = {}  # of each module, or of each package inside lrlab
for path in sorted(PACKAGE.rglob("*.py")):
    FILES.setdefault(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), []).append(path)
MODULES = sorted(FILES.keys() - {"__init__"})

# A module may import from layers above its own line here, and from no other.
LAYERS = [
    {"_call", "_check"},
    {"regression", "schedules", "optimizers"},
    {"descent"},
    {
        "conventions",
        "finders",
        "estimator",
        "datasets",
        "sampling",
        "heavy_ball",
        "landscapes",
        "rotation",
        "sgd_regressor",
    },
    {"figures"},
    {"flipbook", "captions"},
    {"explorers"},
    {"exercises", "predict"},
]
HEAVY = {
    "matplotlib": {"figures", "flipbook"},
    "ipywidgets": {"flipbook", "explorers", "predict"},
    "anywidget": {"flipbook", "predict"},
    "traitlets": {"flipbook", "predict"},
    "sklearn": {"estimator", "datasets"},
    "scipy": {"estimator"},
}


def imported(name):
    """Names of all modules that a module of lrlab imports, anywhere in it."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in FILES[name]]
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} must name what it imports in full"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(name):
    (at,) = (i for i, names in enumerate(LAYERS) if name in names)
    return at


@pytest.mark.parametrize("name", MODULES)
def test_imports_run_one_way(name):
    inside = {full.split(".")[1] for full in imported(name) if full.startswith("lrlab.")}
    assert all(layer(other) < layer(name) for other in inside & set(MODULES) - {name})


@pytest.mark.parametrize("name", MODULES)
def test_only_the_modules_meant_to_know_heavy_libraries_do(name):
    roots = {full.split(".")[0] for full in imported(name)}
    assert {library for library in roots & HEAVY.keys() if name not in HEAVY[library]} == set()


def test_importing_lrlab_loads_numpy_and_nothing_heavier():
    code = (
        "import sys, lrlab; lrlab.gradient_descent(lambda x: x, 1.0, 0.1, 3);"
        "lrlab.datasets.line(); print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"lrlab", "numpy"} <= loaded
    assert loaded.isdisjoint({*HEAVY, "IPython", "pandas"})


def test_what_is_heavy_loads_when_first_used():
    code = (
        "import sys, lrlab; assert 'figures' in dir(lrlab) and 'matplotlib' not in sys.modules;"
        "lrlab.figures; assert 'matplotlib' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_name_that_is_not_there_is_an_attribute_error():
    import lrlab

    with pytest.raises(AttributeError, match="module 'lrlab' has no attribute 'learning'"):
        lrlab.learning  # noqa: B018
