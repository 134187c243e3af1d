"""Run a notebook and store it with its widgets, so that its pictures are alive when it is opened.

    python tools/prepare.py SOURCE TARGET [politely]

Politely it gives way to whatever else this machine has to do. The result is trusted, as it was
made here from what stands in the repository. Source and target may be one file.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

from notebooks import run


def place(text, target):
    """Put a notebook into its place in one step, trusted."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.part")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    NotebookNotary().sign(nbformat.reads(text, as_version=4))
    os.replace(unfinished, target)


def main(source, target, manner=""):
    """Prepare one notebook."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # An exit lets the kernel end too.
    if manner == "politely" and hasattr(os, "nice"):
        os.nice(10)
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as profile:
        # A person's own start-up files must not reach what is stored.
        os.environ["IPYTHONDIR"] = profile
        notebook = run(Path(source).resolve())
    place(nbformat.writes(notebook), Path(target))


if __name__ == "__main__":
    main(*sys.argv[1:])
