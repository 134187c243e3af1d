"""What notebooks say of themselves is so, and what repeats it elsewhere agrees."""

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from tools import tables

COURSE = tables.course()
BY_NAME = {each.name: each for each in COURSE}
PATHS = COURSE[0].paths


@pytest.mark.parametrize("each", COURSE, ids=lambda each: each.name)
def test_a_notebook_needs_notebooks_that_come_before_it(each):
    place = [*BY_NAME].index(each.name)
    assert set(each.needs) <= {*[*BY_NAME][1:place]}


def test_much_is_covered():
    assert sum(len(topics) for each in COURSE for topics in each.covers.values()) > 30


def lacking(names):
    """What the notebooks of a path need, and have not met before on it: {notebook: needs}."""
    found = {}
    for k, name in enumerate(names):
        if missing := {*BY_NAME[name].needs} - {*names[:k]}:
            found[name] = missing
    return found


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path["name"])
def test_a_path_through_the_course_has_what_its_notebooks_need(path):
    steps = tables.along(path, COURSE)
    assert len(steps) > 3 and lacking([each.name for each in steps]) == {}
    minutes = sum(each.minutes[path["minutes"]] for each in steps)
    assert minutes <= path.get("at_most", minutes)


def test_one_path_is_a_lecture_and_one_goes_through_everything():
    assert [path["at_most"] for path in PATHS if path["minutes"] == "lecture"] == [90]
    assert [path["minutes"] for path in PATHS if "notebooks" not in path] == ["alone"]


def test_a_path_that_leaves_out_what_is_needed_is_seen():
    first, second, third = "01-a-line-is-a-point", "02-one-step-downhill", "03-the-edge"
    assert lacking([first, third]) == {third: {second}}
    assert lacking([second, first]) == {second: {first}}


def test_what_repeats_the_notebooks_agrees_with_them():
    pages = list(tables.written())
    assert {"README.md", "coverage.md", "teaching.md"} < {path.name for path, _ in pages}
    stale = [path.name for path, text in pages if text != path.read_text(encoding="utf-8")]
    assert not stale, f"{stale}: run `make notebooks`, or tools/tables.py, which runs no notebook"


# On a course of two notebooks

MARKERS = "<!-- {0}: written by make notebooks -->\n<!-- end of {0} -->\n"


def add_lesson(root, file, heading, text="The end.", **said):
    said = {"minutes": {"alone": 20, "lecture": 10}, "needs": []} | said
    cells = [new_markdown_cell(f"# {heading}\n\n## Inside"), new_markdown_cell(text)]
    notebook = new_notebook(cells=cells, metadata={"lrlab": said})
    (root / "notebooks" / file).write_text(tables.to_text(notebook), encoding="utf-8")


@pytest.fixture
def root(tmp_path):
    for folder in ("notebooks", "docs"):
        (tmp_path / folder).mkdir()
    paths = [{"name": "All", "minutes": "alone"}]
    map_of_course = MARKERS.format("the notebooks") + MARKERS.format("the paths")
    add_lesson(tmp_path, "00-start.ipynb", "Start: where?", map_of_course, paths=paths)
    add_lesson(tmp_path, "01-one.ipynb", "One: α or β?", covers={"Steps": {"One step": "Inside"}})
    (tmp_path / "README.md").write_text(MARKERS.format("the notebooks"), encoding="utf-8")
    (tmp_path / "docs/coverage.md").write_text(MARKERS.format("Steps"), encoding="utf-8")
    pages = (
        "## 07 Start\n\n3 minutes, before.\n\n## 01 One\n\n8 minutes.\n\n## 02 Gone\n\n4 minutes."
    )
    (tmp_path / "docs/teaching.md").write_text(pages, encoding="utf-8")
    tables.write(tmp_path)
    return tmp_path


def text_of(root, name):
    if name.endswith(".ipynb"):
        cells = nbformat.read(root / "notebooks" / name, as_version=4).cells
        return "\n".join(cell.source for cell in cells)
    return (root / name).read_text(encoding="utf-8")


def test_titles_questions_and_minutes_go_where_they_are_repeated(root):
    assert "| [01 One](notebooks/01-one.ipynb) | α or β? | 20 |" in text_of(root, "README.md")
    start = text_of(root, "00-start.ipynb")
    assert "| [01 One](01-one.ipynb) | α or β? | 20 |" in start and "[00 Start](" not in start
    assert "- **All:** all, in order; 20 minutes." in start
    assert start.endswith("**Next:** [01 One](01-one.ipynb): α or β?")
    last = text_of(root, "01-one.ipynb")
    assert last.endswith(
        "[00 Start](00-start.ipynb). **Back to the map:** [00 Start](00-start.ipynb)."
    )
    covered = text_of(root, "docs/coverage.md")
    assert "| One step | [01](../notebooks/01-one.ipynb) | Inside |" in covered
    pages = text_of(root, "docs/teaching.md")
    assert pages.startswith("## 00 Start\n\n10 minutes, before.\n\n## 01 One\n\n10 minutes.")
    assert pages.endswith("## 02 Gone\n\n4 minutes.")


def test_writing_twice_changes_nothing(root, capsys):
    capsys.readouterr()
    tables.write(root)
    assert capsys.readouterr().out == ""


def test_a_lesson_that_comes_or_goes_is_told_everywhere(root, capsys):
    before = {path: text_of(root, path) for path in ("README.md", "01-one.ipynb")}
    add_lesson(root, "02-two.ipynb", "Two: why?", minutes={"alone": 30, "lecture": 10})
    tables.write(root)
    assert "all, in order; 50 minutes." in text_of(root, "00-start.ipynb")
    assert text_of(root, "01-one.ipynb").endswith("**Next:** [02 Two](02-two.ipynb): why?")
    assert "| [02 Two](notebooks/02-two.ipynb) | Why? | 30 |" in text_of(root, "README.md")
    (root / "notebooks/02-two.ipynb").unlink()
    tables.write(root)
    assert before == {path: text_of(root, path) for path in before}
    (root / "notebooks/01-one.ipynb").rename(root / "notebooks/01-uno.ipynb")
    add_lesson(root, "01-uno.ipynb", "Uno: what?")
    tables.write(root)
    assert "One step" not in text_of(root, "docs/coverage.md")


def empty(name):
    return lambda root: (root / name).write_text("")


def add_without(heading, **said):
    """Add a lesson with a heading, and with nothing in its metadata unless something is said."""

    def change(root):
        add_lesson(root, "02-two.ipynb", heading)
        path = root / "notebooks/02-two.ipynb"
        notebook = tables.read(path)
        notebook.metadata["lrlab"] = said
        path.write_text(tables.to_text(notebook), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (empty("README.md"), "README.md: put the markers <!-- the notebooks: written"),
        (empty("docs/coverage.md"), "docs/coverage.md: put the markers <!-- Steps: written"),
        (add_without("No question", minutes={}, needs=[]), "02-two.*heading '# Title: question"),
        (add_without("Two: why?"), "02-two.ipynb: .*in its metadata"),
        (
            add_without("Two: why?", minutes={}, needs=[], covers={"Steps": {"It": "Nowhere"}}),
            "02-two.ipynb: .*headings that it has not: {'Nowhere'}",
        ),
    ],
)
def test_what_is_missing_is_said_in_one_line(root, break_it, message):
    break_it(root)
    with pytest.raises(ValueError, match=message):
        tables.write(root)


def test_the_command_stops_with_that_line(monkeypatch):
    def write():
        raise ValueError("README.md: put the markers")

    monkeypatch.setattr(tables, "write", write)
    with pytest.raises(SystemExit, match="put the markers"):
        tables.main()
