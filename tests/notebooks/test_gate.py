"""The gate keeps strict nbval honest: what it cannot see, or would wave through, fails here.

A rule is a function of a notebook that yields what is wrong. Every rule has a small broken
notebook below, so that each has been seen to fail.
"""

import json
import re
from itertools import pairwise
from pathlib import Path

import mistune
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.notebooks import METADATA, normalise
from tools.tables import TITLE, to_text

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
NOTEBOOKS = [path for path in NOTEBOOKS if ".ipynb_checkpoints" not in path.parts]

LARGEST_FILE = 1_500_000
LONGEST_CELL = 15
EXEMPT = "nbval-ignore-output"
MOST_EXEMPT_CELLS = 2

MEMORY_ADDRESS = re.compile(r"\bat 0x[0-9a-f]+", re.IGNORECASE)
BARE_REPR = re.compile(r"<[^<>]*>")
# nbval fails on these though the cell is healthy, so authors would be tempted to skip the cell.
SHAKY_UNDER_NBVAL = re.compile(
    r"@interact\b|\b(?:interact|interactive|interactive_output|Output|update_display)\("
    r"|\bclear_output\b"
)
COMMENT_MARKER = re.compile(r"#\s*(?:NBVAL_|PYTEST_VALIDATE_)\w+")
ABSOLUTE_PATH = re.compile(
    r"(?<![\w.:/])/(?:home|Users|root|tmp|work|usr|opt|var|mnt|srv|private)/"
    r"|\b[A-Z]:\\(?:Users|Program|Windows)|file://"
)
NEEDS = re.compile(r"^\*\*What you need\.\*\* ((?:.|\n(?!\n))*)", re.MULTILINE)
LINKED = re.compile(r"\]\((?:[\w.-]+/)*([\w-]+)\.ipynb\)")
IMAGE_TAG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT_ATTRIBUTE = re.compile(r"\balt\s*=\s*(['\"])\s*[^'\"\s]")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def text_of(output):
    """Everything in an output that a person could read."""
    bundle = output.get("data", {})
    texts = [value for mime, value in bundle.items() if not mime.startswith("image/")]
    texts += [output.get("text", ""), *output.get("traceback", [])]
    return "\n".join(text if isinstance(text, str) else json.dumps(text) for text in texts)


def markdown_tokens(notebook):
    """Every token of every markdown cell, nested ones too, in the order they are read."""
    parse = mistune.create_markdown(renderer="ast")

    def walk(tokens):
        for token in tokens:
            yield token
            yield from walk(token.get("children", []))

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from walk(parse(cell.source))


def executed_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are {counts}; run `make notebooks`"


def in_normal_form(notebook):
    if to_text(normalise(notebook)) != to_text(notebook):
        yield "holds timings, widget state or metadata of one machine; run `make notebooks`"


def no_error(notebook):
    for output in outputs(notebook):
        if output.output_type == "error":
            yield f"a stored error: {output.ename}: {output.evalue}"


def nothing_on_stderr(notebook):
    for output in outputs(notebook):
        if output.get("name") == "stderr":
            yield f"written to stderr: {output.text[:80]!r}"


def no_memory_address(notebook):
    for output in outputs(notebook):
        if found := MEMORY_ADDRESS.search(text_of(output)):
            yield f"a memory address, different on every run: {found.group()}"


def pictures_described(notebook):
    for output in outputs(notebook):
        if any(mime.startswith("image/") for mime in output.get("data", {})):
            text = output.data.get("text/plain", "").strip()
            if not text or BARE_REPR.fullmatch(text):
                yield f"a picture whose only text is {text!r}; say what is drawn"


def images_have_alt_text(notebook):
    for token in markdown_tokens(notebook):
        if token["type"] == "image":
            alt = "".join(child.get("raw", "") for child in token["children"])
            if not alt.strip():
                yield f"an image without alt text: {token['attrs']['url'][:60]}"
        elif token["type"] in ("block_html", "inline_html"):
            for tag in IMAGE_TAG.findall(token["raw"]):
                if not ALT_ATTRIBUTE.search(tag):
                    yield f"an image without alt text: {tag[:60]}"


def headings_in_order(notebook):
    levels = [t["attrs"]["level"] for t in markdown_tokens(notebook) if t["type"] == "heading"]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield f"the first heading, and no other, must be of level 1; levels are {levels}"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"


def has_title_and_question(notebook):
    if not TITLE.fullmatch(notebook.cells[0].source.split("\n")[0]):
        yield "begin with '# Title: question?', for the tables that name the notebook"


def says_what_it_needs(notebook):
    said = notebook.metadata.get("lrlab", {})
    if not {"minutes", "needs"} <= said.keys() or {*said.minutes} != {"alone", "lecture"}:
        yield 'metadata must hold {"lrlab": {"minutes": {"alone": …, "lecture": …}, "needs": […]}}'
        return
    found = NEEDS.search(notebook.cells[0].source)
    text = " ".join(found[1].split()) if found else ""
    if f"About {said.minutes.alone} minutes" not in text:
        yield f"'What you need' must say 'About {said.minutes.alone} minutes', as the metadata do"
    if {*LINKED.findall(text)} != {*said.needs}:
        yield f"'What you need' must link what the metadata say is needed: {said.needs}"


def compared_by_nbval(notebook):
    exempt = 0
    for cell in code_cells(notebook):
        tags = set(cell.metadata.get("tags", []))
        exempt += EXEMPT in tags
        skipped = {tag for tag in tags if tag.startswith(("nbval-", "raises-"))} - {EXEMPT}
        if skipped or COMMENT_MARKER.search(cell.source):
            yield f"only the tag {EXEMPT} may exempt a cell: {cell.source[:60]!r}"
        if EXEMPT not in tags and (found := SHAKY_UNDER_NBVAL.search(cell.source)):
            yield f"{found.group()} needs the tag {EXEMPT}"
    if exempt > MOST_EXEMPT_CELLS:
        yield f"{exempt} cells are tagged {EXEMPT}, at most {MOST_EXEMPT_CELLS} may be"


def no_absolute_path(notebook):
    for text in [cell.source for cell in notebook.cells] + [text_of(o) for o in outputs(notebook)]:
        if found := ABSOLUTE_PATH.search(text):
            yield f"a path of one machine: {text[found.start() : found.start() + 40]!r}"
        elif str(ROOT) in text or str(Path.home()) in text:
            yield "a path of this machine"


def cells_are_short(notebook):
    for cell in code_cells(notebook):
        if (lines := len(cell.source.splitlines())) > LONGEST_CELL:
            yield f"a cell of {lines} lines, at most {LONGEST_CELL}: {cell.source[:60]!r}"


def file_is_small(notebook):
    if (size := len(to_text(notebook).encode())) > LARGEST_FILE:
        yield f"{size:,} bytes, at most {LARGEST_FILE:,}"


def well_formed(notebook):
    ids = [cell.get("id") for cell in notebook.cells]
    if None in ids or len(set(ids)) < len(ids):
        # Checked first: nbformat mends ids in place, with a warning.
        yield "every cell needs an id of its own"
        return
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield f"not a valid notebook: {error}"
    name = notebook.metadata.get("kernelspec", {}).get("name")
    if name != "python3":
        yield f"the kernel is {name!r}, not 'python3'"


RULES = [
    executed_in_order,
    in_normal_form,
    no_error,
    nothing_on_stderr,
    no_memory_address,
    pictures_described,
    images_have_alt_text,
    headings_in_order,
    has_title_and_question,
    says_what_it_needs,
    compared_by_nbval,
    no_absolute_path,
    cells_are_short,
    file_is_small,
    well_formed,
]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_passes_the_gate(path):
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    problems = [f"{rule.__name__}: {problem}" for rule in RULES for problem in rule(notebook)]
    assert not problems, "\n".join(problems)
    assert text == to_text(notebook), "not as nbformat writes it; run `make notebooks`"


def sound_notebook():
    """Return a small notebook that passes every rule."""
    picture = {"image/png": "", "text/plain": "1 axes: excess loss over steps, falling to 1e-6"}
    cells = [
        new_markdown_cell(
            "# Title: what is asked?\n\n**What you need.** [Notebook 01](01-first.ipynb). About\n"
            "20 minutes.\n\n[Another](02-second.ipynb)\n\n```python\n# not a heading\n```"
        ),
        new_code_cell("2 + 2", execution_count=1, outputs=[result("4")]),
        new_markdown_cell("## Answer\n\n![A falling curve](curve.png)"),
        new_code_cell(
            "figure", execution_count=2, outputs=[new_output("display_data", data=picture)]
        ),
    ]
    said = {"minutes": {"alone": 20, "lecture": 10}, "needs": ["01-first"]}
    metadata = json.loads(json.dumps(METADATA | {"lrlab": said}))
    return new_notebook(cells=cells, metadata=nbformat.from_dict(metadata))


def result(text):
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


def add_markdown(text):
    return lambda notebook: notebook.cells.append(new_markdown_cell(text))


def add_code(source, *outputs, tags=()):
    def change(notebook):
        count = len(code_cells(notebook)) + 1
        cell = new_code_cell(source, execution_count=count, outputs=list(outputs))
        cell.metadata["tags"] = list(tags)
        notebook.cells.append(cell)

    return change


def add_picture(**data):
    data = {mime.replace("_", "/"): value for mime, value in data.items()}
    return add_code("figure", new_output("display_data", data=data))


def clear(notebook):
    for cell in code_cells(notebook):
        cell.execution_count, cell.outputs = None, []


def add_widget_view(notebook):
    notebook.cells[1].outputs[0].data["application/vnd.jupyter.widget-view+json"] = {}


def add_widget_state(notebook):
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


def add_timing(notebook):
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}


def use_other_kernel(notebook):
    notebook.metadata.kernelspec = {"name": "my-env", "display_name": "my-env"}


def repeat_cell_id(notebook):
    notebook.cells[2]["id"] = notebook.cells[0]["id"]


def exempt_three_cells(notebook):
    for _ in range(3):
        add_code("1", tags=[EXEMPT])(notebook)


def skip_a_heading_level(notebook):
    add_markdown("#### Detail")(notebook)


def forget_what_it_needs(notebook):
    del notebook.metadata["lrlab"]


def take_longer(notebook):
    notebook.metadata["lrlab"]["minutes"]["alone"] = 25


def need_more(notebook):
    notebook.metadata["lrlab"]["needs"].append("02-second")


def need_less(notebook):
    notebook.metadata["lrlab"]["needs"] = []


def ask_nothing(notebook):
    notebook.cells[0].source = notebook.cells[0].source.replace(": what is asked?", "")


BROKEN = [
    (executed_in_order, clear),
    (executed_in_order, lambda notebook: notebook.cells.reverse()),
    (in_normal_form, add_widget_view),
    (in_normal_form, add_widget_state),
    (in_normal_form, add_timing),
    (no_error, add_code("1/0", new_output("error", ename="ZeroDivisionError", evalue=""))),
    (nothing_on_stderr, add_code("f()", new_output("stream", name="stderr", text="Warning"))),
    (no_memory_address, add_code("f", result("<function f at 0x7f20c0>"))),
    (pictures_described, add_picture(image_png="", text_plain="<Figure size 640x480 with 1 Axes>")),
    (
        pictures_described,
        add_picture(image_png="", text_plain="<IPython.core.display.Image object>"),
    ),
    (pictures_described, add_picture(image_jpeg="")),
    (images_have_alt_text, add_markdown("![](curve.png)")),
    (images_have_alt_text, add_markdown("<img src='curve.png' alt=''>")),
    (headings_in_order, add_markdown("# Another title")),
    (headings_in_order, skip_a_heading_level),
    (headings_in_order, lambda notebook: notebook.cells.pop(0)),
    (has_title_and_question, ask_nothing),
    (says_what_it_needs, forget_what_it_needs),
    (says_what_it_needs, take_longer),
    (says_what_it_needs, need_more),
    (says_what_it_needs, need_less),
    (compared_by_nbval, add_code("interact(draw, rate=(0, 1))")),
    (compared_by_nbval, add_code("@interact(rate=(0, 1))\ndef draw(rate): ...")),
    (compared_by_nbval, add_code("area = Output()")),
    (compared_by_nbval, add_code("clear_output(wait=True)")),
    (compared_by_nbval, add_code("# NBVAL_SKIP\ntrain()")),
    (compared_by_nbval, add_code("train()", tags=["nbval-skip"])),
    (compared_by_nbval, exempt_three_cells),
    (no_absolute_path, add_code("open('/Users/me/data.csv')")),
    (no_absolute_path, add_code("open('data.csv')", result(str(ROOT / "data.csv")))),
    (no_absolute_path, add_markdown(r"Look in C:\Users\me")),
    (cells_are_short, add_code("1\n" * 16)),
    (file_is_small, add_picture(image_png="A" * LARGEST_FILE, text_plain="a curve")),
    (well_formed, use_other_kernel),
    (well_formed, repeat_cell_id),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_passes_a_sound_notebook_and_has_been_seen_to_fail(rule):
    assert list(rule(sound_notebook())) == []
    assert rule in [broken_rule for broken_rule, _ in BROKEN]


@pytest.mark.parametrize(("rule", "break_it"), BROKEN, ids=lambda value: value.__name__)
def test_rule_fails_on_a_broken_notebook(rule, break_it):
    notebook = sound_notebook()
    break_it(notebook)
    assert list(rule(notebook))


def test_exempt_cells_within_the_budget_pass():
    notebook = sound_notebook()
    for _ in range(MOST_EXEMPT_CELLS):
        add_code("interact(draw, rate=(0, 1))", tags=[EXEMPT])(notebook)
    assert list(compared_by_nbval(notebook)) == []


def test_normalise_is_idempotent_and_joins_streams():
    notebook = sound_notebook()
    pieces = [new_output("stream", name="stdout", text=text) for text in ("a\n", "b\n")]
    add_code("print", *pieces, result("c"), *pieces)(notebook)
    add_widget_view(notebook)
    once = normalise(notebook)
    assert [output.get("text") for output in once.cells[-1].outputs] == ["a\nb\n", None, "a\nb\n"]
    assert normalise(once) == once
    assert once.metadata["lrlab"] == notebook.metadata["lrlab"]
