"""The desk: what happens to a learner's copy, whatever they and the course have done."""

import itertools
import json
from types import SimpleNamespace

import copies
import keep
import nbformat
import pytest
from nbformat.sign import NotebookNotary

NAME = "03-the-edge.ipynb"
BESIDE = "03-the-edge (new edition).ipynb"
STATE, VIEW, TEXT, PNG = keep.STATE, keep.VIEW, "text/plain", "image/png"


@pytest.fixture(autouse=True)
def signatures(tmp_path, monkeypatch):
    """Of what is trusted here nobody's own Jupyter hears."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "signatures"))


@pytest.fixture
def course(tmp_path):
    """A course of one lesson and one extra; the function opens a desk for it."""
    write(tmp_path / "notebooks" / NAME, "first edition")
    write(tmp_path / "notebooks" / "extras" / "more.ipynb", "an extra")
    (tmp_path / "lrlab").mkdir()
    (tmp_path / "lrlab" / "edge.py").write_text("old", encoding="utf-8")
    folders = tmp_path / "desk", tmp_path / "notebooks", tmp_path / "lrlab"
    return SimpleNamespace(
        open=lambda: copies.Desk(*folders), desk=folders[0], notebooks=folders[1], module=folders[2]
    )


def write(path, *sources, outputs=(), state=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [nbformat.v4.new_code_cell(source, id=f"c{k}") for k, source in enumerate(sources)]
    cells[0].outputs = [nbformat.v4.new_output("display_data", data) for data in outputs]
    notebook = nbformat.v4.new_notebook(cells=cells)
    if state is not None:
        notebook.metadata.widgets = {STATE: {"state": state}}
    nbformat.write(notebook, path)


def read(path):
    return nbformat.read(path, as_version=4).cells[0].source if path.exists() else None


@pytest.mark.parametrize(
    ("learner", "new_edition", "known"),
    [*itertools.product(["nothing", "changed", "deleted", "broke"], [True, False], [True, False])],
)
def test_every_meeting_of_a_learner_and_an_edition(course, learner, new_edition, known):
    """`known`: whether the copy is in the record; else the notebook is new and a name is taken."""
    course.open().lay()
    mine = course.desk / NAME
    if not known:
        desk = course.open()
        desk.record.pop(NAME)
        desk._write_record()
    if learner == "changed":
        write(mine, "my answer")
    elif learner == "broke":
        mine.write_text("{", encoding="utf-8")
    elif learner == "deleted":
        mine.unlink()
    if new_edition:
        write(course.notebooks / NAME, "second edition")
    before = mine.read_bytes() if mine.exists() else None

    news = course.open().lay()

    edition = "second edition" if new_edition else "first edition"
    # Without a record only what equals the edition of today is known not to be theirs.
    is_theirs = learner in ("changed", "broke") or (
        learner == "nothing" and new_edition and not known
    )
    if is_theirs:
        assert mine.read_bytes() == before
        assert read(course.desk / BESIDE) == (edition if new_edition or not known else None)
    else:
        assert read(mine) == edition
        assert not (course.desk / BESIDE).exists()
    lines = [line for line in news if line.startswith(NAME)]
    is_quiet = learner in ("nothing", "changed", "broke") and not new_edition and known
    assert news == lines and len(lines) == (0 if is_quiet else 1)
    assert (BESIDE in news[0]) == is_theirs if news else True
    assert course.open().lay() == []


def test_a_first_desk_is_laid_without_a_word_extras_too(course):
    assert course.open().lay() == []
    assert read(course.desk / NAME) == "first edition"
    assert read(course.desk / "extras" / "more.ipynb") == "an extra"
    notebook = nbformat.read(course.desk / NAME, as_version=4)
    assert NotebookNotary().check_signature(notebook)


def test_editions_that_follow_one_another_never_meet_the_learners_work(course):
    course.open().lay()
    write(course.desk / NAME, "mine")
    write(course.notebooks / NAME, "second")
    course.open().lay()
    write(course.notebooks / NAME, "third")
    assert BESIDE in course.open().lay()[0]
    assert read(course.desk / BESIDE) == "third"  # Nobody had touched the second.
    write(course.desk / BESIDE, "mine too")
    write(course.notebooks / NAME, "fourth")
    assert "(new edition 2)" in course.open().lay()[0]
    assert read(course.desk / NAME) == "mine"
    assert read(course.desk / BESIDE) == "mine too"
    assert read(course.desk / "03-the-edge (new edition 2).ipynb") == "fourth"
    for path in course.desk.glob("03-the-edge (*"):
        path.unlink()
    assert course.open().lay() == []
    assert not [*course.desk.glob("03-the-edge (*")]  # Those that were put away stay away.


def test_work_is_cells_and_answers_but_not_outputs_nor_the_empty_cell_at_the_end(course):
    course.open().lay()
    for number, state in enumerate([None, {"m": {"state": {"_index": [3]}}}]):
        write(course.desk / NAME, "first edition ", "", outputs=[{TEXT: "run"}], state=state)
        write(course.notebooks / NAME, "first edition", outputs=[{TEXT: f"anew {number}"}])
        assert "replaced" in course.open().lay()[0]
    write(course.desk / NAME, "first edition", state={"m": {"state": {"answer": 0}}})
    write(course.notebooks / NAME, "first edition", outputs=[{TEXT: "once more"}])
    assert course.open().lay() == []  # Theirs, and there is nothing new to read.
    assert '"answer": 0' in (course.desk / NAME).read_text(encoding="utf-8")


def test_a_new_module_brings_new_copies_and_a_notebook_that_has_gone_is_cleared(course):
    course.open().lay()
    (course.module / "edge.py").write_text("new", encoding="utf-8")
    assert len(course.open().lay()) == 2
    write(course.desk / NAME, "mine")
    for path in [course.notebooks / NAME, course.notebooks / "extras" / "more.ipynb"]:
        path.unlink()
    assert [line.split(":")[0] for line in course.open().lay()] == [NAME, "extras/more.ipynb"]
    assert read(course.desk / NAME) == "mine"
    assert not (course.desk / "extras" / "more.ipynb").exists()
    assert course.open().lay() == []


@pytest.mark.parametrize("touched", ["no", "saved", "deleted"])
def test_a_prepared_notebook_replaces_only_a_copy_that_nobody_touched(course, tmp_path, touched):
    desk = course.open()
    desk.lay()
    assert desk.unprepared() == [NAME, "extras/more.ipynb"]
    prepared = tmp_path / "prepared.ipynb"
    write(prepared, "first edition", outputs=[{TEXT: "alive"}])
    if touched == "saved":
        write(course.desk / NAME, "first edition", outputs=[{TEXT: "run by the learner"}])
    elif touched == "deleted":
        (course.desk / NAME).unlink()
    desk.put(NAME, prepared)
    assert course.open().unprepared() == ["extras/more.ipynb"]
    if touched == "deleted":
        assert not (course.desk / NAME).exists()
    else:
        assert ("alive" in (course.desk / NAME).read_text("utf-8")) == (touched == "no")
        assert course.open().lay() == []


# What the server does before it saves


def view(name, **others):
    return {VIEW: {"model_id": name}, **others}


@pytest.fixture
def save(tmp_path):
    """A function that saves a notebook over an earlier one; it returns what is then in the file."""

    def save(outputs, state, former=None):
        write(tmp_path / "a.ipynb", "", outputs=outputs, state=former)
        content = json.loads((tmp_path / "a.ipynb").read_text(encoding="utf-8"))
        content["metadata"]["widgets"] = {STATE: {"state": state}}
        manager = SimpleNamespace(root_dir=str(tmp_path))
        keep.keep({"type": "notebook", "content": content}, "/a.ipynb", contents_manager=manager)
        return content["metadata"], content["cells"][0]["outputs"]

    return save


def model(**state):
    return {"state": state}


def test_state_is_saved_of_what_is_shown_and_of_what_that_names(save):
    state = {
        "book": model(layout="IPY_MODEL_layout"),
        "question": model(_opens="book", parts=["IPY_MODEL_part"]),
        "layout": model(),
        "part": model(),
        "of an earlier run": model(layout="IPY_MODEL_its layout"),
        "its layout": model(),
    }
    metadata, outputs = save([view("question", **{TEXT: "?"})], state)
    assert metadata["widgets"][STATE]["state"].keys() == {"book", "question", "layout", "part"}
    assert metadata["widgets"][STATE]["version_major"] == 2
    assert VIEW in outputs[0]["data"]


def test_a_state_that_jupyterlab_lost_is_taken_from_the_file(save):
    former = {
        "old": model(_index=[1], layout="IPY_MODEL_l"),
        "l": model(),
        "new": model(_index=[1]),
    }
    outputs = [view("old", **{TEXT: "old"}), view("new", **{TEXT: "new"})]
    metadata, outputs = save(outputs, {"new": model(_index=[2])}, former)
    kept = metadata["widgets"][STATE]["state"]
    assert kept == {"old": former["old"], "l": former["l"], "new": model(_index=[2])}
    assert all(VIEW in output["data"] for output in outputs)


def test_where_there_is_no_state_the_picture_beside_the_view_is_left(save):
    metadata, outputs = save([view("gone", **{TEXT: "said", PNG: "drawn"}), view("alone")], {})
    assert outputs[0]["data"].keys() == {TEXT, PNG}
    assert outputs[1]["data"] == view("alone")
    assert "widgets" not in metadata


def test_what_is_no_notebook_is_saved_as_it_is():
    for model in ({"type": "file", "content": "text"}, {"type": "notebook"}):
        before = dict(model)
        keep.keep(model, "a.txt", contents_manager=None)
        assert model == before
