"""Run an answer to an exercise with what it needs of its notebook, and no more.

On the pages of the course this runs in the reader's browser, where there is NumPy alone. Of the
cells above an exercise those statements are run on which the answer stands: no picture, no long
loop that it does not use.
"""

import ast
import re
import symtable
import traceback
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import StringIO

ANSWER, ABOVE = "<your answer>", "<the cells above>"
MAGIC = re.compile(r"^[%!].*$", re.MULTILINE)
CHECKER = re.compile(r"^exercises\.(\w+)\(", re.MULTILINE)
MOST = 5_000  # characters of what an answer prints
IMPORTS = ast.Import | ast.ImportFrom
BINDS_ANEW = ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef | IMPORTS


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell."""

    node: ast.stmt

    @cached_property
    def binds(self):
        """Names that it gives a value."""
        return {
            each.get_name()
            for each in self._table.get_symbols()
            if each.is_assigned() or each.is_imported()
        }

    @cached_property
    def changes(self):
        """Names whose value it may change in place: x[0] = 1, x.append(1)."""
        found = set()
        for node in ast.walk(self.node):
            if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(_root(node))
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                method = node.value.func
                found |= {_root(method)} if isinstance(method, ast.Attribute) else set()
        return found

    @cached_property
    def uses(self):
        """Names that it looks up."""
        here = {each.get_name() for each in self._table.get_symbols() if each.is_referenced()}
        return here | self.uses_later

    @cached_property
    def uses_later(self):
        """Names that functions in it look up, perhaps not before they are called."""
        found, todo = set(), self._table.get_children()
        while todo:
            table = todo.pop()
            found |= {each.get_name() for each in table.get_symbols() if each.is_global()}
            todo += table.get_children()
        return found

    @cached_property
    def text(self):
        """How it is written."""
        return ast.unparse(self.node)

    @cached_property
    def _table(self):
        return symtable.symtable(self.text, ABOVE, "exec")


def _root(node):
    """Return the name that x.a[0].b begins with; None where it begins otherwise."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


@lru_cache(maxsize=1000)  # the same cells stand above many answers
def statements(source):
    """Return the statements of a cell, one for each name that is imported; none if it is broken."""
    try:
        nodes = ast.parse(MAGIC.sub("", source)).body
    except SyntaxError:
        return ()
    return tuple(Statement(each) for node in nodes for each in _one_by_one(node))


def _one_by_one(node):
    if not isinstance(node, IMPORTS):
        return [node]
    rest = {key: value for key, value in ast.iter_fields(node) if key != "names"}
    return [ast.copy_location(type(node)(names=[each], **rest), node) for each in node.names]


def needed_by(answer, cells):
    """Return those statements of the cells above on which an answer stands."""
    above = [each for cell in cells for each in statements(cell)]
    every = [*above, *statements(answer)]
    imported = {name for each in every if isinstance(each.node, IMPORTS) for name in each.binds}
    kept, todo, seen = set(), [], set()

    def keep(at):
        kept.add(at)
        todo.extend((name, at) for name in every[at].uses)
        todo.extend((name, len(every)) for name in every[at].uses_later)

    for at in range(len(above), len(every)):
        keep(at)
    while todo:
        name, end = wanted = todo.pop()
        for at in reversed(range(end if wanted not in seen else 0)):
            each = every[at]
            if name in each.binds or (name in each.changes and name not in imported):
                if at not in kept:
                    keep(at)
                if name in each.binds and isinstance(each.node, BINDS_ANEW):
                    break
        seen.add(wanted)
    return [above[at] for at in sorted(kept) if at < len(above)]


def check(cells, answer):
    r"""Run an answer after what it needs of the cells above.

    Parameters
    ----------
    cells : list of str
        The cells above it, as they stand in the notebook or as the learner has changed them.
    answer : str
        What the learner typed; its last line calls a checker.

    Returns
    -------
    said : dict
        ``text``, what a notebook would show, or the last line of the error; ``passed``, True,
        False, or None where there is no verdict.

    Examples
    --------
    >>> check(["import math", "r = 2", "r = 3"], "print('area')\nround(math.pi * r**2, 2)")
    {'text': 'area\n28.27', 'passed': None}
    >>> check([], "1 + one")
    {'text': "Line 1: NameError: name 'one' is not defined", 'passed': None}
    """
    printed, value, error, space = StringIO(), None, "", {"__name__": "__main__"}
    try:
        tree = ast.parse(answer, ANSWER)
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            _run([each.node for each in needed_by(answer, cells)], ABOVE, space)
        with redirect_stdout(printed), redirect_stderr(printed):
            value = _run(tree.body, ANSWER, space)
    except (Exception, SystemExit) as raised:
        error = said_of(raised)
    text = printed.getvalue()
    if len(text) > MOST:
        text = f"{text[:MOST]}\n… and {len(text) - MOST:,} characters more\n"
    text += error or ("" if value is None else repr(value))
    return {"text": text.rstrip("\n"), "passed": getattr(value, "passed", None)}


def checker_of(cell):
    """Return the name of the checker that a cell ends with; None where there is none."""
    called = CHECKER.findall(cell)
    return called[-1] if called else None


def check_on_page(cells, texts, name):
    """Check an exercise among others on a page, as `check` does.

    Parameters
    ----------
    cells : list of str
        All cells of the notebook.
    texts : dict of str to str
        What stands in the page's boxes, by the names of their checkers.
    name : str
        The checker of the exercise that is asked for: the first cell that ends with it.
    """
    above = []
    for cell in cells:
        box = checker_of(cell)
        if box == name:
            break
        above.append(texts.get(box, cell))
    return check(above, texts[name])


def _run(nodes, file, space):
    """Run statements; return the value of the last where it is an expression."""
    value = None
    for node in nodes:
        if isinstance(node, ast.Expr):
            value = eval(compile(ast.Expression(node.value), file, "eval"), space)
        else:
            value = exec(compile(ast.Module([node], []), file, "exec"), space)
    return value


def said_of(error):
    """Return what a learner reads of an error: where it is, in what they typed, and what it is."""
    lines = [
        each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == ANSWER
    ]
    if isinstance(error, SyntaxError) and error.filename == ANSWER:
        lines.append(error.lineno)
    what = [*traceback.TracebackException.from_exception(error).format_exception_only()][-1].strip()
    if isinstance(error, ModuleNotFoundError):
        what = f"There is no {error.name} on this page, only NumPy and lrlab; JupyterLab has it."
    return f"Line {lines[-1]}: {what}" if lines else f"In a cell above: {what}"
