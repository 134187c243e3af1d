"""Build the course as pages on which every picture is alive, with no kernel behind them.

    python tools/pages.py [--output build/site]

Notebooks are run once and kept in build/executed until they or lrlab change. Then their widgets
become elements that `widgets.js` fills, and Sphinx makes the pages. An error, a warning or a broken
link ends it.
"""

import argparse
import base64
import hashlib
import html
import json
import re
import shutil
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import checks
import diagrams
import nbformat
import reference
import tables
from keep import STATE, VIEW
from PIL import Image

from lrlab.flipbook import page

ROOT = Path(__file__).resolve().parents[1]
SITE, BUILD = ROOT / "site", ROOT / "build"
KINDS = {"flipbook.js": "flipbook", "prediction.js": "prediction", "reveal.js": "reveal"}
WORKERS = 2  # kernels at a time
COLOURS = 64  # of a still picture
EXERCISES = {
    True: "Exercises are checked on their pages, by Python in your browser.",
    False: "Exercises are shown as code: they are done in JupyterLab, which "
    "[`make lab`](docs/install.md) opens.",
}


def fingerprint(notebook):
    """A digest of a notebook and of all that it may import."""
    files = [notebook, *sorted((ROOT / "lrlab").rglob("*.*"))]
    kinds = {".ipynb", ".py", ".toml", ".mplstyle"}  # Scripts and styles are taken as they are now.
    known = b"".join(path.read_bytes() for path in files if path.suffix in kinds)
    return hashlib.sha256(known).hexdigest()[:16]


def executed(file):
    """Return a notebook with its widgets' state, run now unless it was before."""
    source = ROOT / "notebooks" / file
    kept = BUILD / "executed" / f"{source.stem}-{fingerprint(source)}.ipynb"
    python = kernel(file)
    if python is None:
        return nbformat.read(source, as_version=4)  # as it is stored, with still pictures
    if not kept.exists():
        for old in kept.parent.glob(f"{source.stem}-*.ipynb"):
            old.unlink()
        subprocess.run([python, ROOT / "tools/prepare.py", source, kept], check=True)
    return nbformat.read(kept, as_version=4)


def kernel(file):
    """The Python that runs a notebook; none for the extras where their environment is not made."""
    if not file.startswith("extras/"):
        return sys.executable
    frameworks = ROOT / ".venv-frameworks/bin/python"
    return frameworks if frameworks.exists() else None


def spoken(state):
    """How the sliders of a packed book are written: their names, labels and marks."""
    raw = zlib.decompress(base64.b64decode(state["_packed"]))
    (length,) = struct.unpack("<I", raw[:4])
    return page.sliders_of(json.loads(raw[4 : 4 + length]))


def widgets_of(notebook):
    """Return the widgets of a notebook as `page.js` takes them, {model: dict}."""
    models = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    found = {}
    for name, model in models.items():
        state = dict(model["state"])
        for buffer in model.get("buffers", []):
            state[buffer["path"][0]] = buffer["data"].strip()
        if kind := kind_of(state):
            plain = {key: value for key, value in state.items()
                     if key in (*page.PLAIN, "_packed", "_index", "_picture")}  # fmt: skip
            found[name] = {"id": name, "kind": kind, "state": plain}
            if kind == "flipbook":
                found[name]["sliders"] = spoken(state)
                plain["_packed"] = changed(state["_packed"], tighter)
            elif plain.get("_picture"):
                plain["_picture"] = changed(state["_picture"], lighter)
    return found


def changed(base64_text, change):
    """Return what stands in base64, changed."""
    return base64.b64encode(change(base64.b64decode(base64_text))).decode()


def tighter(packed):
    """Return a packed book as small as zlib can make it; a lesson that is run has no time to."""
    return zlib.compress(zlib.decompress(packed), 9)


def lighter(png):
    """Return a picture with the few colours that a diagram has: a third of its bytes."""
    with Image.open(BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
    stream = BytesIO()
    few.save(stream, "png", optimize=True)
    return stream.getvalue()


def kind_of(state):
    """Which of ours a widget is, by what it has; nothing for all others."""
    marks = {"_packed": "flipbook", "_question": "prediction", "_text": "reveal"}
    return next((kind for mark, kind in marks.items() if mark in state), None)


def alive(notebook, stills, name):
    """Put elements for widgets in place of their views; return the notebook's widgets in order."""
    known, shown = widgets_of(notebook), {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            view = data.get(VIEW, {}).get("model_id")
            if view is None:
                continue
            if view in known:
                shown[view] = known[view]
                output["data"] = {"text/html": element(view, known[view], data, stills, name)}
            else:  # a widget that needs a kernel
                output["data"] = {
                    key: data[key] for key in ("image/png", "text/plain") if key in data
                }
    notebook.metadata.pop("widgets", None)
    return [*shown.values()]


def element(model, widget, data, stills, name):
    """An element for a widget; without scripts, its still picture or its text."""
    text = html.escape(data.get("text/plain", ""))
    covered = widget["state"].get("covered")
    if covered:
        still = "<p>What is seen comes after the question.</p>"
    elif "image/png" in data:
        still = image(data, stills, name)
    else:
        still = f"<pre>{text}</pre>"
    return f'<div class="lrlab-live" data-widget="{model}"><noscript>{still}</noscript></div>'


def image(data, stills, name):
    """Put a picture into the folder of stills; return the element that shows it when it is near."""
    file = stills / f"{name}-{len([*stills.glob(f'{name}-*')])}.png"
    file.write_bytes(lighter(base64.b64decode(data["image/png"])))
    with Image.open(file) as picture:
        width, height = picture.size
    depth = "../" * name.count("--") + "../"
    return (
        f'<img alt="{html.escape(data["text/plain"])}" src="{depth}_static/stills/{file.name}" '
        f'width="{width}" height="{height}" loading="lazy">'
    )


def hold(widgets, page_name, source):
    """Write the widgets of a page where `conf.py` finds them for its end.

    What is seen of the books below the first comes in files of their own, when a reader is near.
    """
    (source / "_static/held").mkdir(parents=True, exist_ok=True)
    for book in [each for each in widgets if each["kind"] == "flipbook"][1:]:
        packed = book["state"].pop("_packed")
        digest = hashlib.sha256(packed.encode()).hexdigest()[:12]
        book["held"] = f"{Path(page_name).name}-{digest}.js"
        script = f'lrlabHeld("{book["held"]}", "{packed}");\n'
        (source / "_static/held" / book["held"]).write_text(script, encoding="utf-8")
    states = json.dumps(widgets, ensure_ascii=False).replace("</", "<\\/")
    file = source / "_widgets" / f"{page_name}.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    script = f'<script class="lrlab-widgets" type="application/json">{states}</script>'
    file.write_text(script, encoding="utf-8")


def describe(notebook, stills, name):
    """Give the still pictures of a notebook their text in place of a file's name."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data and "text/plain" in data:
                output["data"] = {"text/html": image(data, stills, name)}


def lay_out(lesson, source):
    """Write a notebook as Sphinx takes it."""
    notebook = executed(lesson.file)
    name = Path(lesson.file).with_suffix("").as_posix().replace("/", "--")
    stills = source / "_static/stills"
    widgets = alive(notebook, stills, name)
    describe(notebook, stills, name)
    checks.mark(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = diagrams.drawn(cell.source)
        elif cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]
    target = source / "notebooks" / lesson.file
    if widgets:
        hold(widgets, f"notebooks/{lesson.file.removesuffix('.ipynb')}", source)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(nbformat.writes(notebook), encoding="utf-8")


def landing(lessons, source, python):
    """Write the first page, with the main picture; `python` as `scripts` takes it."""
    from lrlab import datasets, explorers

    book = explorers.learning_rate(*datasets.line(), start=[-2, 4])
    state = page.state_of(book)
    (source / "_static/stills/index-0.png").write_bytes(book.png(60))
    text = html.escape(repr(book))
    live = (
        f'<div class="lrlab-live" data-widget="{state["id"]}"><noscript>'
        f'<img alt="{text}" src="_static/stills/index-0.png"></noscript></div>'
    )
    hold([state], "index", source)
    numbered = [each for each in lessons if each.number]
    parts = {
        "LIVE": f"```{{raw}} html\n{live}\n```",
        "EXERCISES": EXERCISES[bool(python)],
        "CONTENTS": tables.contents(numbered, "notebooks/"),
        "NOTEBOOKS": toctree(numbered),
        "EXTRAS": toctree(each for each in lessons if not each.number),
    }
    page_text = (SITE / "index.md").read_text(encoding="utf-8")
    for key, value in parts.items():
        page_text = re.sub(rf"^{key}$", lambda _, value=value: value, page_text, flags=re.MULTILINE)
    (source / "index.md").write_text(page_text, encoding="utf-8")


def toctree(lessons):
    """The lines of a table of contents."""
    return "\n".join(
        f"{each.number} {each.title} <notebooks/{each.file.removesuffix('.ipynb')}>".strip()
        for each in lessons
    )


def scripts(python=None):
    """One classic script for all that is alive: a page on a disk may not import a module.

    `python` is what `checks.place` returns, or None where exercises are not checked.
    """
    kinds = "\n".join(page.as_value(kind) for kind in KINDS.values())
    show = (page.HERE / "page.js").read_text(encoding="utf-8")
    own = "".join((SITE / name).read_text(encoding="utf-8") for name in ("check.js", "site.js"))
    names = ", ".join(KINDS.values())
    known = f"const kinds = {{ {names} }};\nconst python = {json.dumps(python)};\n"
    return f"(() => {{\n{kinds}\n{show}\n{known}{own}}})();\n"


def named(text):
    """Return a page whose columns and groups say what they are to who hears them."""
    for column, name in [("sidebar-drawer", "All pages"), ("toc-drawer", "On this page")]:
        begin = f'<aside class="{column}"'
        text = text.replace(f"{begin}>", f'{begin} aria-label="{name}">')
    # The theme calls the names of groups headings, and does not say of which level.
    return re.sub(r'(<p class="caption" role="heading")>', r'\1 aria-level="2">', text)


def from_npm():
    """Take from npm what the lock names."""
    subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=SITE, check=True)


def formulas(static):
    """Put KaTeX's style and fonts beside the pages."""
    source = SITE / "node_modules/katex/dist"
    (static / "katex/fonts").mkdir(parents=True)
    shutil.copy(source / "katex.min.css", static / "katex")
    for font in source.glob("fonts/*.woff2"):
        shutil.copy(font, static / "katex/fonts")


def build(output):
    """Build all pages."""
    source = BUILD / "source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(SITE, source, ignore=shutil.ignore_patterns("node_modules", "package*", "*.js"))
    (source / "_static/stills").mkdir(parents=True)
    lessons = tables.course()
    from_npm()
    with ThreadPoolExecutor(WORKERS) as pool:
        [*pool.map(lambda each: lay_out(each, source), lessons)]
    shutil.copytree(ROOT / "docs", source / "docs")
    stored = {
        Path(each.file).stem: nbformat.read(ROOT / "notebooks" / each.file, as_version=4)
        for each in lessons
    }
    python = checks.python(source / "_static/check", stored, BUILD / "wheels")
    landing(lessons, source, python)
    (source / "api").mkdir()
    for name, text in reference.pages(ROOT / "lrlab").items():
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    style = (page.HERE / "flipbook.css").read_text(encoding="utf-8")
    with (source / "_static/site.css").open("a", encoding="utf-8") as file:
        file.write(style)
    (source / "_static/widgets.js").write_text(scripts(python), encoding="utf-8")
    formulas(source / "_static")
    for name in ("held", "check"):  # Their files have names of their own in each build.
        shutil.rmtree(output / "_static" / name, ignore_errors=True)
    from sphinx.cmd.build import main as sphinx  # All else here is used without it, too.

    # In one process: those that -j makes would leave servers of KaTeX behind.
    failed = sphinx(["-W", "--keep-going", "-q", "-E", "-b", "html", str(source), str(output)])
    for file in output.rglob("*.html"):
        file.write_text(named(file.read_text(encoding="utf-8")), encoding="utf-8")
    return failed


def main():
    """Build the site as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=BUILD / "site")
    sys.exit(build(parser.parse_args().output))


if __name__ == "__main__":
    main()
