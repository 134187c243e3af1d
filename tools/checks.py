"""Let exercises be checked on the pages, by the same checkers, in the reader's own browser.

Python comes from npm under its lock, NumPy as one wheel from where LRLAB_PYODIDE_NUMPY says: the
wheel or the folder that holds it, on a disk or at an address. Its hash must be the one that
Pyodide's lock has. Without a wheel each exercise says how it is done in JupyterLab.
"""

import hashlib
import io
import json
import os
import re
import shutil
import sys
import urllib.request
import zipfile
from pathlib import Path

import answers
import nbformat

ROOT = Path(__file__).resolve().parents[1]
PYODIDE = ROOT / "site/node_modules/pyodide"
PYTHON = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
WHEEL = "LRLAB_PYODIDE_NUMPY"
# Of lrlab the pages have what NumPy alone runs; a lesson's room is there without its pictures.
HEAVY = {"drawing", "estimator", "explorers", "flipbook", "picture", "predict"}
LIGHT = {"drawing/__init__.py", "drawing/words.py"}
DRAWS = HEAVY | {"figures", "Flipbook"}  # names that `import lrlab` offers
ELSEWHERE = """```{container} lrlab-elsewhere
To check your answer, open this notebook in JupyterLab, as [`make lab`](/docs/install.md) does.
```"""


def cells_of(notebook):
    """Return the sources of a notebook's code cells."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def exercises_of(cells):
    """Return {checker: numbers of the cells that end with it}: the exercise, then its solutions."""
    found = {}
    for at, cell in enumerate(cells):
        if name := answers.checker_of(cell):
            found.setdefault(name, []).append(at)
    return found


def checkable(cells):
    """Return the exercises that NumPy alone can check, as their solutions need nothing more."""
    return {
        name
        for name, places in exercises_of(cells).items()
        if not any(needs_more(cells, at) for at in places)
    }


def needs_more(cells, at):
    """Whether a cell, with what it stands on, imports what a page does not have."""
    run = [*answers.needed_by(cells[at], cells[:at]), *answers.statements(cells[at])]
    imports = [each.node for each in run if isinstance(each.node, answers.IMPORTS)]
    return not all(map(there, imports))


def there(node):
    """Whether a page has what a statement imports."""
    module = [*getattr(node, "module", "").split("."), *node.names[0].name.split(".")]
    root = next(filter(None, module))
    if root == "lrlab":
        return DRAWS.isdisjoint(module)
    return root == "numpy" or root in sys.stdlib_module_names


def mark(notebook):
    """Name the exercises of a notebook for `check.js`, and say below each how else it is done."""
    cells = cells_of(notebook)
    here, exercises = checkable(cells), exercises_of(cells)
    starts = {places[0]: name for name, places in exercises.items()}
    marked, at = [], 0
    for cell in notebook.cells:
        marked.append(cell)
        if cell.cell_type != "code":
            continue
        if name := starts.get(at):
            marked.append(nbformat.v4.new_markdown_cell(ELSEWHERE))
            if name in here:
                tags = cell.metadata.get("tags", [])
                cell.metadata["tags"] = [*tags, f"lrlab-exercise-{name}"]
        at += 1
    notebook.cells = marked


def modules(notebooks):
    """Return what checkers need as the bytes of a zip.

    Parameters
    ----------
    notebooks : dict of str to notebook
        By the names of their pages.
    """
    files = {"answers.py": Path(answers.__file__).read_text(encoding="utf-8")}
    for path in sorted((ROOT / "lrlab").rglob("*.py")):
        name = path.relative_to(ROOT / "lrlab").as_posix()
        if name in LIGHT or HEAVY.isdisjoint(re.split(r"[/.]", name)):
            files[f"lrlab/{name}"] = path.read_text(encoding="utf-8")
    files["lrlab/sentences.toml"] = (ROOT / "lrlab/sentences.toml").read_text(encoding="utf-8")
    for name, notebook in notebooks.items():
        files[f"cells/{name}.json"] = json.dumps(cells_of(notebook), ensure_ascii=False)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def python(folder, notebooks, kept):
    """Put Python beside the pages, if NumPy's wheel is given.

    Parameters
    ----------
    folder : Path
        Where it goes.
    notebooks
        As `modules` takes them.
    kept : Path
        The folder in which a downloaded wheel is kept.

    Returns
    -------
    python : dict or None
        What `check.js` must know of it.
    """
    source = os.environ.get(WHEEL)
    if not source:
        print(f"Exercises are shown and not checked: {WHEEL} names no wheel of NumPy.")
        return None
    wanted = numpy_wanted()
    return place(folder, modules(notebooks), wheel(source, wanted, kept), wanted)


def numpy_wanted():
    """Return what Pyodide's lock says of NumPy's wheel: its name, its hash."""
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    return lock["packages"]["numpy"]


def wheel(source, wanted, kept):
    """Return NumPy's wheel from a file, a folder or an address.

    Parameters
    ----------
    source : str
        Where it is.
    wanted : dict
        From `numpy_wanted`.
    kept : Path
        The folder in which a downloaded one is kept.

    Raises
    ------
    ValueError
        It is not the one that is wanted.
    """
    name = wanted["file_name"]
    far = source.startswith(("http://", "https://"))
    path = kept / name if far else Path(source)
    path = path / name if path.is_dir() else path
    if far and not path.exists():
        address = source if source.endswith(".whl") else f"{source.rstrip('/')}/{name}"
        with urllib.request.urlopen(address, timeout=60) as response:
            found = response.read()
    else:
        found = path.read_bytes()
    if hashlib.sha256(found).hexdigest() != wanted["sha256"]:
        raise ValueError(f"{source} has not the {name} of Pyodide's lock: its hash differs")
    if far:
        kept.mkdir(parents=True, exist_ok=True)
        path.write_bytes(found)
    return found


def place(folder, archive, numpy, wanted):
    """Lay out what a worker loads; return what `check.js` must know of it.

    Parameters
    ----------
    folder : Path
        Where it goes.
    archive : bytes
        From `modules`.
    numpy : bytes
        From `wheel`.
    wanted : dict
        From `numpy_wanted`.
    """
    folder.mkdir(parents=True)
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    lock["packages"] = {"numpy": wanted}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    (folder / wanted["file_name"]).write_bytes(numpy)
    modules_name = f"lrlab-{hashlib.sha256(archive).hexdigest()[:12]}.zip"
    (folder / modules_name).write_bytes(archive)
    for name in PYTHON:
        shutil.copyfile(PYODIDE / name, folder / name)
    fetched = sum(path.stat().st_size for path in folder.iterdir() if path.suffix != ".mjs")
    shutil.copyfile(ROOT / "site/worker.js", folder / "worker.js")
    return {"modules": modules_name, "bytes": fetched}
