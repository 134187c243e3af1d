"""Run notebooks top to bottom, store them in one normal form, and write the tables they fill.

    python tools/notebooks.py [NOTEBOOK ...]

Without arguments every notebook in ``notebooks/`` is run. Running it twice changes nothing.
`tools/tables.py` writes what README, notebook 00 and docs/ repeat of them.
"""

import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools import tables  # noqa: E402
from tools.tables import to_text  # noqa: E402

NOTEBOOKS = ROOT / "notebooks"
CELL_SECONDS = 60

# What a kernel would write here differs with the patch version of Python.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
WIDGET = "application/vnd.jupyter.widget"


def normalise(notebook):
    """Return a copy without widget state, timings and whatever else differs from run to run.

    What the notebook says of itself, under "lrlab" in its metadata, stays.
    """
    notebook = nbformat.from_dict(notebook)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.update(nbformat.from_dict(METADATA))
    for cell in notebook.cells:
        # These say how the cell was last run or looked at, not what it teaches.
        for key in ("execution", "ExecuteTime", "collapsed", "scrolled", "trusted"):
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell.outputs = merge_streams(cell.outputs)
            for output in cell.outputs:
                for bundle in (output.get("data", {}), output.get("metadata", {})):
                    for mime in [mime for mime in bundle if mime.startswith(WIDGET)]:
                        del bundle[mime]
    return notebook


def merge_streams(outputs):
    """Join stream outputs that follow one another: where a kernel cuts them is chance."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            merged.append(output)
    return merged


def execute(path):
    """Run one notebook in its own folder and return it normalised."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        force_raise_errors=True,
        record_timing=False,
        store_widget_state=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    return normalise(notebook)


def store(path):
    """Run one notebook and store it if it came out otherwise; return whether it ran, and a line."""
    try:
        text = to_text(execute(path))
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return False, f"{path.name}: failed, and left as it was\n{error}"
    if text == path.read_text(encoding="utf-8"):
        return True, f"{path.name}: unchanged"
    path.write_text(text, encoding="utf-8", newline="\n")
    return True, f"{path.name}: stored, {len(text) / 1000:.0f} kB"


def main(arguments):
    """Run the notebooks named, or all; return whether every one ran to its end."""
    paths = [Path(argument).resolve() for argument in arguments] or sorted(
        NOTEBOOKS.glob("*.ipynb")
    )
    if not paths:
        sys.exit(f"no notebook in {NOTEBOOKS}")
    all_ran = True
    with tempfile.TemporaryDirectory() as profile, ProcessPoolExecutor(2) as pool:
        # A person's own start-up files must not reach what is stored.
        os.environ["IPYTHONDIR"] = profile
        for done, (ran, line) in enumerate(pool.map(store, paths), start=1):
            all_ran &= ran
            print(f"[{done}/{len(paths)}] {line}", flush=True)
    tables.main()
    return all_ran


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
