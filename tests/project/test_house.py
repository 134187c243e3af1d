"""The house is as CONTRIBUTING.md says: rooms named as notebooks, small functions, short files."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "lrlab"
FILES = sorted(PACKAGE.rglob("*.py"))
ROOMS = {path.parent.name: path.parent for path in PACKAGE.glob("lessons/*/__init__.py")}
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

LONGEST_FILE = 300  # lines of code
ONE_LONG_LIST = {"schedules.py"}  # a function for each schedule, none of which knows another
A_SCREEN = 50  # lines of code
IN_A_ROOM = {"__init__.py", "picture.py", "exercises.py", "questions.toml", "maths.py"}


def code_lines(source):
    """The numbers of the lines that hold code: no docstring, no comment, not empty."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    silent.add(tokenize.ENDMARKER)
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in silent:
            lines |= {*range(token.start[0], token.end[0] + 1)}
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            text = node.body[0]
            lines -= {*range(text.lineno, text.end_lineno + 1)}
    return lines


def long_functions(source, most):
    """The names of functions with more lines of code than `most`, those inside counted too."""
    lines = code_lines(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            inside = lines & {*range(node.lineno, node.end_lineno + 1)}
            yield from [node.name] * (len(inside) > most)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_are_short_and_functions_fit_on_a_screen(path):
    source = path.read_text(encoding="utf-8")
    assert len(code_lines(source)) <= LONGEST_FILE or path.name in ONE_LONG_LIST
    assert list(long_functions(source, A_SCREEN)) == []


def test_lines_of_code_are_counted_as_meant():
    source = '''"""A file."""

# A comment.
def f(x):
    """Do it.

    At length.
    """
    y = """two
    lines"""  # said

    def g():
        return (
            x
        )
    return g
'''
    assert code_lines(source) == {4, 9, 10, 12, 13, 14, 15, 16}
    assert list(long_functions(source, 8)) == []
    assert list(long_functions(source, 7)) == ["f"]
    assert list(long_functions(source, 3)) == ["f", "g"]


def test_each_numbered_notebook_has_a_room_of_its_name_and_each_room_a_notebook():
    named = {re.sub(r"^\d\d-", "", path.stem).replace("-", "_") for path in NOTEBOOKS}
    assert {*ROOMS} == named | {"extras"}


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_holds_one_lesson_and_nothing_else(name):
    inside = {path.name for path in ROOMS[name].iterdir()} - {"__pycache__"}
    assert {"__init__.py"} < inside <= IN_A_ROOM


def test_what_has_arithmetic_or_checkers_has_a_test_of_its_name():
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests/lessons").glob("*.py")}
    tested.remove("checkers")  # of all lessons
    assert tested <= {*ROOMS}
    assert {name for name, room in ROOMS.items() if (room / "exercises.py").exists()} <= tested


# What stands in drawing


def functions_of(source):
    return [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]


def drawing_used(source, own=""):
    """What a file uses of drawing, as "figures.canvas"; own is its module, if it is one of them."""
    modules, names = {}, {}
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = alias.asname or alias.name
                if node.module in ("lrlab", "lrlab.drawing"):
                    modules[name] = alias.name
                elif node.module.startswith("lrlab.drawing."):
                    names[name] = f"{node.module.split('.')[2]}.{alias.name}"
                    yield names[name]
    names |= {name: f"{own}.{name}" for name in functions_of(source) if own}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{modules.get(node.value.id, node.value.id)}.{node.attr}"


def of_one_room_alone(functions, users):
    """The functions that one room uses and nobody else, each with its room.

    Users are what each file uses: {"lessons/noise": {"views.window"}, "drawing/views.py": …}.
    """
    for name in functions:
        homes = [where for where, used in users.items() if name in used]
        if len(homes) == 1 and homes[0].startswith("lessons/"):
            yield name, homes[0]


def users():
    """What each room, each other file of lrlab and the notebooks use of drawing."""
    found = {}
    for path in FILES:
        inside = path.relative_to(PACKAGE).parts
        where = "/".join(inside[:2])
        own = path.stem if inside[0] == "drawing" else ""
        used = drawing_used(path.read_text(encoding="utf-8"), own)
        found.setdefault(where, set()).update(used)
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "notebooks").rglob("*.ipynb")]
    found["notebooks"] = {*re.findall(r"\bfigures\.\w+", "\n".join(texts))}
    return found


def test_drawing_holds_what_several_lessons_share():
    functions = [
        f"{path.stem}.{name}"
        for path in PACKAGE.glob("drawing/*.py")
        for name in functions_of(path.read_text(encoding="utf-8"))
    ]
    used = users()
    assert len(functions) > 30 and len({*functions} & set().union(*used.values())) > 30
    lone = [f"{name} belongs into {room}" for name, room in of_one_room_alone(functions, used)]
    assert lone == []


def test_what_is_used_of_drawing_is_seen():
    source = """
from lrlab.drawing import figures, views as seen
from lrlab.drawing.words import number as text
def level(ax): return number(ax)
def both(book): return level(figures.canvas(seen.window(text(book.figure.window))))
"""
    used = {"figures.canvas", "views.window", "words.number"}
    assert {*drawing_used(source)} == used | {"book.figure"}
    assert {*drawing_used(source, "layers")} == used | {"book.figure", "layers.level"}


def test_a_function_that_one_room_alone_uses_is_seen():
    used = {
        "lessons/noise": {"views.ellipse", "layers.path", "figures.padded"},
        "lessons/the_edge": {"layers.path"},
        "drawing/figures.py": {"figures.padded"},
        "notebooks": {"figures.canvas"},
    }
    functions = ["views.ellipse", "layers.path", "figures.padded", "figures.canvas", "words.left"]
    assert list(of_one_room_alone(functions, used)) == [("views.ellipse", "lessons/noise")]
