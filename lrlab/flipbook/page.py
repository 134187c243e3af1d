"""One HTML file that shows widgets anywhere: from a disk, in a frame, in slides, offline."""

import base64
import html
import json
from pathlib import Path

from lrlab.flipbook.book import Flipbook
from lrlab.flipbook.prediction import Prediction
from lrlab.flipbook.reveal import Reveal
from lrlab.flipbook.theme import CSS

HERE = Path(__file__).parent
KINDS = {Flipbook: "flipbook", Prediction: "prediction", Reveal: "reveal"}
PLAIN = (
    "_question",
    "_choices",
    "_order",
    "_number",
    "_opens",
    "answer",
    "guess",
    "_text",
    "covered",
)
PAGE_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 12px; background: light-dark(#ffffff, #111111); }
main > div { max-width: 1500px; margin: 0 auto 16px; }
"""


def save(path, widgets, title=""):
    """Write one file with books and predictions, which needs nothing beside itself.

    Parameters
    ----------
    path : str or Path
        Where it is written; a file that is there is replaced.
    widgets : Flipbook, Prediction, what one reveals, or sequence of them
        What the page shows, from top to bottom. A book stands where it stands now, and
        ``#name=value&other=value`` at the end of its address moves its sliders.
    title : str
        Of the page; by default the description of its first book.

    Returns
    -------
    path : Path

    Raises
    ------
    TypeError
        A widget is none of these.

    Examples
    --------
    >>> import tempfile
    >>> from lrlab.flipbook import still
    >>> figure, ax = still.canvas(4, 3)
    >>> book = Flipbook(figure, {"a": [1, 2]}).line(ax, [0, 1], [0, 1], color="#000000")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Path(folder) / "line.html", book).stat().st_size < 100_000
    True
    """
    widgets = [widgets] if isinstance(widgets, tuple(KINDS)) else list(widgets)
    for each in widgets:
        if not isinstance(each, tuple(KINDS)):
            raise TypeError(f"widgets must be Flipbooks and Predictions, got {each!r}")
    books = [each for each in widgets if isinstance(each, Flipbook)]
    title = title or (books[0].description if books else "") or "A picture that answers"
    path = Path(path)
    path.write_text(_page(widgets, title), encoding="utf-8", newline="\n")
    return path


def state_of(widget):
    """What a page needs of a widget, as JSON: its state, and how its sliders are written."""
    kind = next(name for each, name in KINDS.items() if isinstance(widget, each))
    known = {"id": widget.model_id, "kind": kind}
    if not isinstance(widget, Flipbook):
        state = {name: getattr(widget, name) for name in PLAIN if widget.has_trait(name)}
        if picture := getattr(widget, "_picture", b""):
            state["_picture"] = base64.b64encode(picture).decode()
        return {**known, "state": state}
    packed = base64.b64encode(widget.draw()._packed).decode()
    state = {"_packed": packed, "_index": widget._index, "covered": widget.covered}
    return {**known, "state": state, "sliders": sliders_of(widget._content)}


def sliders_of(content):
    """How the sliders of what a book sends to the browser are written: name, labels, marks."""
    return [
        {"name": each["name"], "labels": each["labels"], "marks": each.get("marks", [])}
        for each in content["sliders"]
    ]


def _page(widgets, title):
    states = json.dumps([state_of(each) for each in widgets], ensure_ascii=False)
    states = states.replace("</", "<\\/")  # so that no word in it ends the script
    scripts = "\n".join(as_value(kind) for kind in KINDS.values())
    elements = "\n".join(f"<div>{_without_scripts(each)}</div>" for each in widgets)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>
{CSS}{PAGE_STYLE}</style>
</head>
<body>
<main>
{elements}
</main>
<script id="widgets" type="application/json">{states}</script>
<script type="module">
{scripts}
{(HERE / "page.js").read_text(encoding="utf-8")}
const widgets = JSON.parse(document.getElementById("widgets").textContent);
const elements = [...document.querySelectorAll("main > div")];
remember(widgets, await show(widgets, {{ {", ".join(KINDS.values())} }}, elements));
</script>
</body>
</html>
"""


def as_value(kind):
    """A script that exports a widget, as a constant of its name."""
    source = (HERE / f"{kind}.js").read_text(encoding="utf-8")
    return f"const {kind} = (() => {{\n{source.replace('export default', 'return')}}})();"


def _without_scripts(widget):
    """What is seen where scripts do not run; covered where a prediction covers it."""
    if isinstance(widget, Prediction):
        return f"<noscript><pre>{html.escape(repr(widget))}</pre></noscript>"
    if widget.covered:
        return "<noscript><p>What is seen comes after the question.</p></noscript>"
    size = (60,) if isinstance(widget, Flipbook) else ()
    picture = base64.b64encode(widget.png(*size)).decode()
    if not picture:
        return f"<noscript><pre>{html.escape(repr(widget))}</pre></noscript>"
    said = f"{getattr(widget, 'description', '')} {widget!r}".strip()
    source = f"data:image/png;base64,{picture}"
    alternative = html.escape(said, quote=True)
    return f'<noscript><img style="max-width:100%" alt="{alternative}" src="{source}"></noscript>'
