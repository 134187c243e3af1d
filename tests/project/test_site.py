"""What becomes of a notebook, a flowchart and a docstring on the pages of `make site`."""

import ast
import base64
import hashlib
import io
import json
import subprocess
import sys
import threading
import urllib.request
import zlib

import checks
import diagrams
import nbformat
import numpy as np
import pages
import pytest
import reference
import serve_site
from keep import STATE, VIEW
from PIL import Image

from lrlab.flipbook import Flipbook, Prediction, still

FIGURE, AXES = still.canvas(4, 3)
STREAM = io.BytesIO()
FIGURE.savefig(STREAM, dpi=50)
PNG = base64.b64encode(STREAM.getvalue()).decode()


def output(name, text, **data):
    bundle = {VIEW: {"model_id": name}, "text/plain": text, **data}
    return nbformat.v4.new_output("display_data", bundle)


@pytest.fixture
def notebook():
    """A notebook with a prediction, the picture that it covers, and another picture."""
    figure, ax = still.canvas(4, 3)
    book = Flipbook(figure, {"α": [0.5, 1.0]}).line(ax, [0, 1], [0, 1], color="#000000").draw()
    packed = {"path": ["_packed"], "encoding": "base64", "data": base64.b64encode(book._packed)}
    packed["data"] = packed["data"].decode() + "\n"
    choices = [{"text": "Up", "says": "No."}, {"text": "Down", "right": True, "says": "Yes."}]
    asked = Prediction("Up </script> or down?", choices, opens=book)
    question = {key: asked.get_state()[key] for key in ("_question", "_choices", "answer")}
    models = {
        "asked": {"state": {**question, "_opens": ["hidden"], "_esm": "script", "layout": "x"}},
        "hidden": {"state": {"covered": True, "_index": [1]}, "buffers": [packed]},
        "seen": {"state": {"covered": False, "_index": [0]}, "buffers": [packed]},
        "slider": {"state": {"value": 3}},
    }
    outputs = [
        output("asked", "Predict: up or down?"),
        output("hidden", "what comes", **{"image/png": PNG}),
        output("seen", 'a "line"', **{"image/png": PNG}),
        output("slider", "IntSlider(value=3)"),
    ]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])
    made.metadata["widgets"] = {STATE: {"state": models}}
    return made


@pytest.fixture
def laid(notebook, tmp_path):
    """The notebook's widgets, the HTML of each output, and the folder of still pictures."""
    widgets = pages.alive(notebook, tmp_path, "03-a-lesson")
    shown = [each["data"] for each in notebook.cells[0].outputs]
    return widgets, shown, tmp_path


def test_widgets_become_elements_and_lose_what_no_page_needs(laid, notebook):
    widgets, shown, _ = laid
    assert [(each["id"], each["kind"]) for each in widgets] == [
        ("asked", "prediction"),
        ("hidden", "flipbook"),
        ("seen", "flipbook"),
    ]
    assert widgets[0]["state"].keys() == {"_question", "_choices", "answer", "_opens"}
    assert widgets[1]["state"].keys() == {"covered", "_index", "_packed"}
    assert widgets[1]["sliders"] == [{"name": "α", "labels": ["0.5", "1"], "marks": []}]
    for widget, data in zip(widgets, shown, strict=False):
        assert f'data-widget="{widget["id"]}"' in data["text/html"]
    assert shown[3] == {"text/plain": "IntSlider(value=3)"}  # It needs a kernel.
    assert "widgets" not in notebook.metadata


def test_without_scripts_a_picture_is_seen_unless_a_question_covers_it(laid):
    _, shown, stills = laid
    assert "<pre>Predict: up or down?</pre>" in shown[0]["text/html"]
    assert "what comes" not in shown[1]["text/html"]
    assert "after the question" in shown[1]["text/html"]
    assert 'alt="a &quot;line&quot;"' in shown[2]["text/html"]
    assert "../_static/stills/03-a-lesson-0.png" in shown[2]["text/html"]
    assert 'width="200" height="150"' in shown[2]["text/html"]
    assert [file.name for file in stills.iterdir()] == ["03-a-lesson-0.png"]


def test_no_word_in_a_widget_ends_the_script_that_holds_it(laid, tmp_path):
    pages.hold(laid[0], "notebooks/03-a-lesson", tmp_path)
    text = (tmp_path / "_widgets/notebooks/03-a-lesson.html").read_text(encoding="utf-8")
    assert text.count("</script>") == 1 and text.endswith("</script>")


def test_what_is_seen_of_books_below_the_first_has_a_file_of_its_own(laid, tmp_path):
    packed = [each["state"].get("_packed") for each in laid[0]]
    pages.hold(laid[0], "notebooks/03-a-lesson", tmp_path)
    text = (tmp_path / "_widgets/notebooks/03-a-lesson.html").read_text(encoding="utf-8")
    asked, first, second = json.loads(text[text.index(">") + 1 : -len("</script>")])
    assert "held" not in asked | first and first["state"]["_packed"] == packed[1]
    assert "_packed" not in second["state"]
    (file,) = (tmp_path / "_static/held").iterdir()
    assert file.name == second["held"] and file.name.startswith("03-a-lesson-")
    assert file.read_text() == f'lrlabHeld("{file.name}", "{packed[2]}");\n'


def test_what_travels_is_smaller_and_shows_the_same():
    png = STREAM.getvalue()
    lighter = pages.lighter(png)
    assert len(lighter) < len(png)
    before, after = (
        np.asarray(Image.open(io.BytesIO(each)).convert("RGB"), float) for each in (png, lighter)
    )
    assert np.abs(before - after).max() < 16
    packed = zlib.compress(b"a book" * 99, 1)
    assert zlib.decompress(pages.tighter(packed)) == b"a book" * 99


def test_a_still_picture_has_its_text(tmp_path):
    bundle = {"image/png": PNG, "text/plain": "2 < 3"}
    cell = nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", bundle)])
    pages.describe(nbformat.v4.new_notebook(cells=[cell]), tmp_path, "extras--a-lesson")
    (shown,) = cell.outputs[0]["data"].values()
    assert shown.startswith('<img alt="2 &lt; 3" src="../../_static/stills/extras--')


def test_columns_and_groups_of_a_page_have_names():
    caption = pages.named('<p class="caption" role="heading">Elsewhere</p>')
    assert caption == '<p class="caption" role="heading" aria-level="2">Elsewhere</p>'
    text = '<aside class="sidebar-drawer"></aside><aside class="toc-drawer"></aside>'
    assert pages.named(text).count("aria-label=") == 2
    assert pages.named(pages.named(text)) == pages.named(text)


def test_one_script_holds_every_kind_of_widget_and_is_no_module():
    script = pages.scripts()
    assert all(f"const {kind} = (() =>" in script for kind in ("flipbook", "prediction", "reveal"))
    assert "export default" not in script and "import " not in script


def test_the_script_knows_whether_exercises_are_checked():
    assert "const python = null;" in pages.scripts()
    assert 'const python = {"modules": "a.zip", "bytes": 9};' in pages.scripts(
        {"modules": "a.zip", "bytes": 9}
    )


# Exercises


def test_an_exercise_is_marked_and_followed_by_how_else_it_is_done():
    code = nbformat.v4.new_code_cell
    heavy = "from sklearn.base import clone\nexercises.two(clone)"
    cells = [code("exercises.one(...)"), code("exercises.two(...)")]
    cells += [code("exercises.one(1)"), code(heavy)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    checks.mark(notebook)
    kinds = [each.cell_type for each in notebook.cells]
    assert kinds == ["code", "markdown", "code", "markdown", "code", "code"]
    tags = [each.metadata.get("tags") for each in notebook.cells]
    assert tags == [["lrlab-exercise-one"], None, None, None, None, None]
    assert "JupyterLab" in notebook.cells[1].source == notebook.cells[3].source


@pytest.mark.parametrize(
    ("statement", "there"),
    [
        ("import numpy.linalg", True),
        ("from time import perf_counter", True),
        ("from lrlab import LeastSquares", True),
        ("from lrlab.lessons.momentum import maths", True),
        ("from lrlab.lessons.momentum import picture", False),
        ("from lrlab import figures", False),
        ("from lrlab.estimator import GradientDescentRegressor", False),
        ("import pandas", False),
    ],
)
def test_what_numpy_alone_runs_is_told_from_what_needs_more(statement, there):
    assert checks.there(ast.parse(statement).body[0]) is there


WANTED = {"file_name": "numpy-1.whl", "sha256": hashlib.sha256(b"a wheel").hexdigest()}


@pytest.mark.parametrize("given", ["file", "folder", "address of a file", "address of a folder"])
def test_a_wheel_is_taken_from_where_it_is(given, tmp_path):
    (tmp_path / "numpy-1.whl").write_bytes(b"a wheel")
    end = "/numpy-1.whl" if "file" in given else ""
    kept = tmp_path / "kept"
    if "address" not in given:
        assert checks.wheel(f"{tmp_path}{end}", WANTED, kept) == b"a wheel"
        return
    with serve_site.server(tmp_path) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}{end}"
        assert checks.wheel(address, WANTED, kept) == b"a wheel"
        server.shutdown()
    assert checks.wheel(address, WANTED, kept) == b"a wheel"  # It is kept.


def test_another_wheel_is_refused(tmp_path):
    (tmp_path / "numpy-1.whl").write_bytes(b"another wheel")
    with pytest.raises(ValueError, match="its hash differs"):
        checks.wheel(str(tmp_path), WANTED, tmp_path)


def test_without_a_wheel_no_python_is_laid_out_and_a_line_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv(checks.WHEEL, raising=False)
    assert checks.python(tmp_path / "check", {}, tmp_path) is None
    assert not (tmp_path / "check").exists()
    assert "LRLAB_PYODIDE_NUMPY names no wheel" in capsys.readouterr().out


# Flowcharts

CHART = """Before.

```mermaid
flowchart TD
    A[Start at θ] --> B{Small enough?}
    B -- yes --> C[Stop]
    B -- no --> A
```

After."""


def test_a_flowchart_becomes_a_drawing_that_says_what_it_shows():
    drawn = diagrams.drawn(CHART)
    assert drawn.startswith("Before.\n\n<svg") and drawn.endswith("</svg>\n\nAfter.")
    assert (
        'aria-label="Start at θ, then Small enough?; Small enough? (yes), then Stop; '
        'Small enough? (no), then Start at θ"' in drawn
    )
    assert (drawn.count("<rect"), drawn.count("marker-end")) == (3, 3)


def test_what_is_no_flowchart_stays_as_it_is():
    assert diagrams.drawn("```python\nA --> B\n```") == "```python\nA --> B\n```"


@pytest.mark.parametrize("line", ["A ==> B", "subgraph one", "A[unclosed --> B"])
def test_a_line_that_cannot_be_drawn_is_an_error(line):
    with pytest.raises(ValueError, match="cannot be drawn"):
        diagrams.drawn(f"```mermaid\nflowchart TD\n{line}\n```")


# Docstrings


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("rows broadcastable to (*sliders)", r"rows broadcastable to (\*sliders)"),
        ("|B|, from 1 to n", r"\|B\|, from 1 to n"),
        ("X @ coef_ + intercept_.", r"X @ coef\_ + intercept\_."),
        ("`theta[..., t, :]` and `coef_`", "`theta[..., t, :]` and `coef_`"),
        ("a `name that\ngoes *on*` here", "a `name that\ngoes *on*` here"),
        ("learning_rate : array", "learning_rate : array"),
        ("2/λ_max.", "2/λ\\ :sub:`max`\\ ."),
        ("θ_{t+1} = θ_t", "θ\\ :sub:`t+1`\\  = θ\\ :sub:`t`\\ "),
        ("α_0 γ^t.", "α\\ :sub:`0`\\  γ\\ :sup:`t`\\ ."),
        ("(high/low)^(t/(steps − 1))", "(high/low)\\ :sup:`(t/(steps − 1))`\\ "),
        (">>> f(*x)\n|B|\n\n|B|", ">>> f(*x)\n|B|\n\n\\|B\\|"),
    ],
)
def test_docstrings_mean_what_they_say(written, read):
    assert "\n".join(reference.marked_up(written.split("\n"))) == read


def test_the_interface_has_a_page_for_each_module_that_is_there(tmp_path):
    (tmp_path / "schedules.py").write_text('"""Schedules."""\n')
    (tmp_path / "flipbook").mkdir()
    (tmp_path / "flipbook/__init__.py").write_text('__all__ = [\n    "Book",\n    "save",\n]\n')
    made = reference.pages(tmp_path)
    assert [*made] == ["api", "api/schedules", "api/flipbook"]
    assert "Schedules <api/schedules>" in made["api"]
    assert ":no-members:" not in made["api/schedules"]
    assert ".. autoclass:: lrlab.flipbook.Book\n   :members:" in made["api/flipbook"]
    assert ".. autofunction:: lrlab.flipbook.save" in made["api/flipbook"]


def test_what_scikit_learn_adds_to_a_class_is_passed_over():
    def skipped(name, thing=None):
        return reference.passed_over(None, "class", name, thing, False, None)

    assert skipped("set_fit_request") and skipped("get_metadata_routing")
    assert skipped("theta", property(doc="Alias for field number 0"))
    assert skipped("fit") is None


# The server


def test_the_pages_are_served_to_this_machine_alone(tmp_path):
    (tmp_path / "index.html").write_text("here")
    command = [sys.executable, serve_site.__file__, tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().split()[-1]
        try:
            assert address.startswith("http://127.0.0.1:")
            assert urllib.request.urlopen(address).read() == b"here"
        finally:
            process.terminate()
    assert process.returncode == 0


def test_what_is_not_built_is_said_in_a_line(tmp_path):
    command = [sys.executable, serve_site.__file__, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "There are no pages yet: make site builds them.\n"
