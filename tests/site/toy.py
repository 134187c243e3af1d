"""A page of the site with the real Python, and small things in place of NumPy and lrlab.

NumPy for a browser is in no registry; all that is ours up to it can be tried without.
"""

import hashlib
import io
import json
import shutil
import zipfile

import answers
import checks
import pages
from visit import SITE

PAGE = "notebooks/03-the-edge.html"
CHECKERS = """
class Verdict:
    def __init__(self, passed, text):
        self.passed, self.text = passed, text

    def __repr__(self):
        return ("✓ " if self.passed else "Not yet. ") + self.text


def critical_rate(attempt):
    said = attempt(4)
    return Verdict(said == 0.5, f"For 4 it says {said}.")


def just_diverges(attempt, x10, learning_rate):
    return Verdict(attempt == x10, f"It is {attempt}.")
"""
CELLS = [
    "%load_ext lrlab\nimport numpy as np\n\nfrom lrlab import exercises",
    "def my_critical_rate(X):\n    return ...\n\n\nexercises.critical_rate(my_critical_rate)",
    "x10 = [1, 2]",
    "my_x = ...\n\nexercises.just_diverges(my_x, x10, learning_rate=0.1)",
]


def zipped(files):
    """The bytes of a zip with some files, {name: text}."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def wheel(wanted):
    """A wheel that is called NumPy, and what a lock says of it."""
    info = f"numpy-{wanted['version']}.dist-info"
    files = {
        "numpy/__init__.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: numpy\nVersion: {wanted['version']}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    made = zipped(files)
    return made, {**wanted, "sha256": hashlib.sha256(made).hexdigest()}


def build(folder):
    """Lay the page out."""
    shutil.copytree(SITE / "_static", folder / "_static", ignore=shutil.ignore_patterns("check"))
    (folder / PAGE).parent.mkdir()
    shutil.copy(SITE / PAGE, folder / PAGE)
    files = {
        "answers.py": checks.Path(answers.__file__).read_text(encoding="utf-8"),
        "lrlab/__init__.py": "",
        "lrlab/exercises.py": CHECKERS,
        "cells/03-the-edge.json": json.dumps(CELLS),
    }
    numpy, wanted = wheel(checks.numpy_wanted())
    python = checks.place(folder / "_static/check", zipped(files), numpy, wanted)
    script = folder / "_static/widgets.js"
    script.write_text(pages.scripts(python), encoding="utf-8")
